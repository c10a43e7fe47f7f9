"""The Model Context Protocol server around a `Library`; the only file that imports `mcp`.

It is the official package's low-level server: the arguments are read by the HTTP contract itself,
unknown ones refused, and what is wrong said in one line. Nothing is kept between two calls, so that
one server answers any number of clients, of every revision of the protocol that the package speaks.
"""

from __future__ import annotations

import uuid
from importlib.metadata import version
from typing import Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from service.interface import Library
from service.listener import HungUp, Listener
from service.mcp.tools import INSTRUCTIONS, TOOLS, NotDone, Tool, call, unexpected

Context = ServerRequestContext[dict[str, Any], Any]
McpServer = Server[dict[str, Any]]


def make_server(library: Library) -> McpServer:
    """A server whose tools ask `library`."""
    listed = [_described(tool) for tool in TOOLS.values()]
    schemas = {tool.name: tool.input_schema for tool in listed}

    async def list_tools(
        context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=listed)

    async def call_tool(
        context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, "There is no such tool; tools/list lists them.")
        return await _called(tool, params.arguments or {}, library, _request_id(context))

    return Server(
        "briefwijzer", title="Briefwijzer", version=version("briefwijzer"),
        instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool,
        get_tool_input_schema=schemas.get,
    )


async def answer_over_http(
    server: McpServer, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer one HTTP request; cancelling this ends what it asked.

    Each request has a session manager of its own, which ends with it: none is kept, and what a
    client that hangs up had asked does not go on. Host and Origin were checked before.
    """
    manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
    async with manager.run():
        await manager.handle_request(scope, receive, send)


def serve_stdio(library: Library) -> None:
    """Serve one client over standard input and output, until it closes its end.

    Meanwhile the file descriptor of standard output leads to standard error: what anything else
    prints does not come between the messages.
    """
    anyio.run(_serve_stdio, make_server(library))


async def _serve_stdio(server: McpServer) -> None:
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def _described(tool: Tool[Any, Any]) -> types.Tool:
    return types.Tool(
        name=tool.name, title=tool.title, description=tool.description,
        input_schema=tool.arguments.model_json_schema(),
        output_schema=tool.result.model_json_schema(mode="serialization"),
        annotations=types.ToolAnnotations(
            title=tool.title, read_only_hint=True, destructive_hint=False, idempotent_hint=True,
            open_world_hint=False,
        ),
    )


def _request_id(context: Context) -> str:
    """The one that the HTTP service gave the request, or one of its own."""
    if isinstance(context.request, Request):
        return str(context.request.state.request_id)
    return uuid.uuid4().hex


async def _called(
    tool: Tool[Any, Any], given: dict[str, Any], library: Library, request_id: str
) -> types.CallToolResult:
    """The result of a call; when it is cancelled, it hangs up and waits for the thread to end, so
    that there are never more threads at work than are meant to be."""
    listener = Listener()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_hang_up_at_the_end, listener)
        result = await anyio.to_thread.run_sync(
            _result, tool, given, library, request_id, listener
        )
        tasks.cancel_scope.cancel()
    return result


async def _hang_up_at_the_end(listener: Listener) -> None:
    try:
        await anyio.sleep_forever()
    finally:
        listener.hang_up()


def _result(
    tool: Tool[Any, Any], given: dict[str, Any], library: Library, request_id: str,
    listener: Listener,
) -> types.CallToolResult:
    try:
        found, text = call(tool, given, library, request_id, listener)
    except NotDone as error:
        return _text(str(error), is_error=True)
    except HungUp:
        return _text("The call was cancelled.", is_error=True)
    except Exception as error:
        return _text(unexpected(error, request_id), is_error=True)
    return _text(text, structured_content=found)


def _text(text: str, **fields: Any) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], **fields)
