"""The address of the Model Context Protocol over HTTP, for the service's application.

The protocol's package is imported at the first request: a service that nobody reaches this way
starts without it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from service.interface import Library

if TYPE_CHECKING:
    from service.mcp.server import McpServer

PATH = "/mcp"


def mcp_route(library: Library) -> Route:
    """Streamable HTTP without sessions: a request is answered on its own, and there is no stream to
    stay on, so that GET is refused, which tells a client the same."""
    return Route(PATH, McpEndpoint(library), methods=["POST"])


class McpEndpoint:
    """Answers one request; when its client hangs up, what it asked for is ended."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with a JSON-RPC message."""
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            return
        server = await anyio.to_thread.run_sync(lambda: self._server)
        from service.mcp.server import answer_over_http

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_cancel_when_gone, receive, tasks.cancel_scope)
            await answer_over_http(server, scope, _receiving(body), send)
            tasks.cancel_scope.cancel()

    @cached_property
    def _server(self) -> McpServer:
        from service.mcp.server import make_server

        return make_server(self._library)


def _receiving(body: bytes) -> Receive:
    """The body, which was read; then nothing, since somebody else waits for the client to go."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if not messages:
            await anyio.sleep_forever()
        return messages.pop()

    return receive


async def _cancel_when_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
