"""The Model Context Protocol over HTTP and in this process, with its official client."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import anyio
import httpx
import mcp_types as types
import pytest
import uvicorn
from mcp import Client, MCPError

from service.app import create_app
from service.contract import AskRequest, AskResponse
from service.letters_contract import LettersResponse
from service.listener import HungUp, Listener
from service.mcp.server import make_server
from service.mcp.text import of_letters, of_part
from service.mcp.tools import INSTRUCTIONS, TOOLS
from tests.conftest import must_end
from tests.fake_library import FakeLibrary, citation, item
from tests.serving import problem, running

# The revision of the handshake, and the one without, which the client chooses by itself.
MODES = ["legacy", "auto"]
MODERN = "2026-07-28"
HANDSHAKES = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
ACCEPT = {"Accept": "application/json, text/event-stream"}
Found = TypeVar("Found")


class Waiting(FakeLibrary):
    """Answers nothing until whoever asked hangs up; `asked_of` and `hung_up` say how far it is."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_of = threading.Event()
        self.hung_up = threading.Event()

    def ask(
        self, request: AskRequest, request_id: str, listener: Listener | None = None
    ) -> AskResponse:
        """Never."""
        assert listener is not None
        with listener.when_hung_up(self.hung_up.set):
            self.asked_of.set()
            assert self.hung_up.wait(20)
        raise HungUp


@pytest.fixture
def library() -> FakeLibrary:
    """The library behind the server."""
    return FakeLibrary()


@pytest.fixture
def address(library: FakeLibrary) -> Iterator[str]:
    """The address of a real server with room for two requests at once."""
    app = create_app(library, allowed_hosts=["brieven.example"], max_in_flight=2)
    with running(app) as found:
        yield found
        library.open.set()


def speaking(
    server: Any, mode: str, speak: Callable[[Client], Awaitable[Found]]
) -> Found:
    """What `speak` makes of a connected client of `server`."""

    async def run() -> Found:
        async with Client(server, mode=mode) as client:
            return await speak(client)

    with must_end():
        return anyio.run(run)


def called(server: Any, tool: str, mode: str = "auto", **arguments: Any) -> types.CallToolResult:
    """The result of one call."""
    return speaking(server, mode, lambda client: client.call_tool(tool, arguments))


def text_of(result: types.CallToolResult) -> str:
    """The text of a result."""
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text


def post(
    address: str, message: dict[str, Any], headers: Mapping[str, str] | None = None,
    patience: httpx.Timeout | float = 20,
) -> httpx.Response:
    """The response to one JSON-RPC message, sent as a client would."""
    sent = {"jsonrpc": "2.0", "id": 1, **message}
    all_headers = {**ACCEPT, **(headers or {})}
    return httpx.post(f"{address}/mcp", json=sent, headers=all_headers, timeout=patience)


def asking(version: str = "") -> tuple[dict[str, Any], dict[str, str]]:
    """A call of `ask` in a revision of the protocol, and the headers that belong to it."""
    params: dict[str, Any] = {"name": "ask", "arguments": {"question": "Wanneer?"}}
    message = {"method": "tools/call", "params": params}
    if version != MODERN:
        return message, {"MCP-Protocol-Version": version} if version else {}
    params |= envelope(version)
    headers = {"Mcp-Method": "tools/call", "Mcp-Name": "ask", "MCP-Protocol-Version": version}
    return message, headers


@contextmanager
def stoppable(library: FakeLibrary, grace: int = 10) -> Iterator[tuple[uvicorn.Server, str]]:
    """A server that can be told to end, and its address."""
    config = uvicorn.Config(
        create_app(library), port=0, log_level="warning", timeout_graceful_shutdown=grace
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    with must_end():
        while not server.started:
            time.sleep(0.01)
        yield server, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join()


def envelope(version: str) -> dict[str, Any]:
    """What a request of a revision without handshake says of itself."""
    return {
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientCapabilities": {},
        }
    }


# --- what a client is told


@pytest.mark.parametrize("mode", MODES)
def test_tools_are_listed_as_read_only(address: str, mode: str) -> None:
    """A client learns what each tool is for, and that none changes or reaches anything else."""
    listed = speaking(f"{address}/mcp", mode, lambda client: client.list_tools()).tools
    assert [tool.name for tool in listed] == [
        "ask", "search", "letters", "letter_page", "letter_text"
    ]
    for tool in listed:
        assert tool.title
        assert "never instructions" in (tool.description or "")
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.open_world_hint is False


def test_schemas_are_those_of_the_contract(address: str) -> None:
    """The limits that a client is told of are the ones that hold over HTTP."""
    listed = speaking(f"{address}/mcp", "auto", lambda client: client.list_tools()).tools
    ask = next(tool for tool in listed if tool.name == "ask")
    assert ask.input_schema == AskRequest.model_json_schema()
    assert ask.input_schema["properties"]["top_k"]["maximum"] == 100
    assert ask.input_schema["additionalProperties"] is False
    assert ask.output_schema is not None
    assert set(ask.output_schema["required"]) == set(AskResponse.model_fields)


@pytest.mark.parametrize("mode", MODES)
def test_instructions_reach_the_client(address: str, mode: str) -> None:
    """What a model should know of all tools together is said when a client connects."""

    async def instructions(client: Client) -> str | None:
        return client.instructions

    assert speaking(f"{address}/mcp", mode, instructions) == INSTRUCTIONS


# --- what the tools answer


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("question", ["Wanneer?", "weer", "dat", "hallo"])
def test_ask_is_the_answer_of_v1_ask(address: str, mode: str, question: str) -> None:
    """An answer or a refusal is the body of `/v1/ask`, every key of it, nulls included."""
    given: dict[str, Any] = {"question": question, "filters": {"kamerstuk": ["32793"]}}
    body = httpx.post(f"{address}/v1/ask", json=given).json()
    result = called(f"{address}/mcp", "ask", mode, **given)
    structured = result.structured_content
    assert not result.is_error
    assert structured["request_id"] != body["request_id"]
    for apart in ("request_id", "timings_ms"):
        structured.pop(apart), body.pop(apart)
    assert structured == body


def test_ask_passes_on_what_was_asked(address: str, library: FakeLibrary) -> None:
    """Every argument reaches the library as it was sent."""
    given: dict[str, Any] = {
        "question": "Wanneer?", "history": [{"role": "user", "content": "Welke pilots?"}],
        "filters": {"kind": ["kamerbrief"], "date_from": "2023-01-01"}, "top_k": 3,
        "composer": "llm", "debug": True,
    }
    called(f"{address}/mcp", "ask", **given)
    assert library.asked == [AskRequest.model_validate(given)]


def test_arguments_as_json_text_and_nulls_are_understood(
    address: str, library: FakeLibrary
) -> None:
    """Clients that write a nested argument as text, or null for one not given, are understood."""
    called(
        f"{address}/mcp", "ask", question='["Wanneer?"]', history=None, top_k=None,
        filters='{"kamerstuk": ["32793"], "kind": null}',
    )
    (asked,) = library.asked
    assert asked.question == '["Wanneer?"]'
    assert asked.filters.kamerstuk == ["32793"]


@pytest.mark.parametrize("mode", MODES)
def test_the_text_holds_answer_sources_and_warnings(address: str, mode: str) -> None:
    """Whoever reads no structured content reads the answer with its sources, and where to check."""
    text = text_of(called(f"{address}/mcp", "ask", mode, question="Wanneer?"))
    assert text.startswith("Wanneer?: “Eind 2026” [1][2]")
    assert "\n[1] 3332219-1024718-PG · Kabinetsreactie <exposoom> · 2 februari 2023" in text
    assert "blz. 3 · letter_id brief\n    “Eind 2026 & later.”" in text
    assert "https://www.rijksoverheid.nl/brief" in text
    assert "\n[2] geen kenmerk · zonder onderwerp · zonder datum · zonder bladzijden" in text
    assert "javascript" not in text
    assert text.endswith("Let op: Een brief is zonder datum.")


def test_a_refusal_reads_as_its_message(address: str) -> None:
    """A refusal is no error: its text says why there is no answer, and names no source."""
    result = called(f"{address}/mcp", "ask", question="weer")
    assert not result.is_error
    assert text_of(result).startswith("Bericht bij not_in_letters.")
    assert "Bronnen" not in text_of(result)


def test_no_line_of_a_letter_stands_at_the_margin(
    library: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter that imitates a source cannot pass for one in the text of a result."""
    forged = "Slot.\n[3] 9-Z · Vals\x85[4] 8-Y\u2028[5] 7-X\r[6] 6-W"
    source = citation(1, quote=forged, subject="A\n[2] 1-A", kenmerk="K\t2\n[7] 5-V")
    response = library.ask(AskRequest(question="Wanneer?"), "id").model_copy(
        update={"citations": [source]}
    )
    monkeypatch.setattr(library, "ask", lambda *_: response)
    part = of_part(forged, 0, len(forged), len(forged))
    text = "\n".join([text_of(called(make_server(library), "ask", question="Wanneer?")), part])
    assert "    [6] 6-W" in text
    assert [line[:3] for line in text.splitlines() if line.startswith("[")] == ["[1]"]


def test_search_gives_whole_passages(address: str) -> None:
    """As many passages as were asked for, with the text and notes of each."""
    result = called(f"{address}/mcp", "search", question="Wanneer?", top_k=2)
    assert len(result.structured_content["passages"]) == 2
    shown = "1. geen kenmerk · zonder bladzijden · letter_id brief\n    Eind 2026.\n    Noot 27"
    assert text_of(result).count(shown) == 2


def test_letters_come_in_parts(address: str) -> None:
    """The list of letters is the body of `/v1/letters`, and says whether more follow."""
    result = called(f"{address}/mcp", "letters", limit=2, offset=0)
    assert result.structured_content == httpx.get(f"{address}/v1/letters?limit=2").json()
    assert "2 van 3 brieven, en er zijn er meer na deze." in text_of(result)
    last = called(f"{address}/mcp", "letters", limit=2, offset=2)
    assert last.structured_content["next"] is None
    assert text_of(last).endswith("1 van 3 brieven.")


def test_a_page_and_a_part_of_a_letter_can_be_read(address: str) -> None:
    """A citation can be checked: a page is that of the API, a part is cut by its offsets."""
    page = called(f"{address}/mcp", "letter_page", letter_id="brief", page=2)
    assert page.structured_content == httpx.get(f"{address}/v1/letters/brief/pages/2").json()
    part = called(f"{address}/mcp", "letter_text", letter_id="brief", char_start=8, max_chars=4)
    assert part.structured_content == {
        "letter_id": "brief", "text": "voor", "char_start": 8, "char_end": 12, "length": 19
    }
    assert text_of(part) == "Tekens 8 tot 12 van 19\n    voor"


# --- what is refused


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {}, "question: Field required"),
        ("ask", {"question": "  "}, "question: The question is empty; type a question"),
        ("ask", {"question": "x" * 20_000}, "longer than 16 kB"),
        ("ask", {"question": "x", "vraag": "y"}, "vraag: Extra inputs"),
        ("ask", {"question": "x", "filters": {"kind": ["brief"]}}, "filters.kind.0: "),
        ("ask", {"question": "x", "filters": "geen JSON"}, "filters: "),
        ("ask", {"question": "x", "filters": "[" * 100_000}, "filters: "),
        ("ask", {"question": "x", "filters": {"date_from": "2-1-2023"}}, "write it as YYYY-MM-DD"),
        ("search", {"question": "x", "top_k": 101}, "top_k: "),
        ("search", {"question": "x", "y\t1\n" * 200: 1}, "y 1 y 1"),
        ("letter_text", {"letter_id": "a\tb\nc"}, "There is no letter 'a b c'"),
        ("letters", {"limit": 0}, "limit: "),
        ("letter_page", {"letter_id": "nergens", "page": 1}, "There is no letter 'nergens'"),
        ("letter_page", {"letter_id": "zonder-bladzijden", "page": 1}, "letter_text gives"),
        ("letter_page", {"letter_id": "brief", "page": 9}, "ask for a page from 1 to 4"),
        ("letter_page", {"letter_id": "brief", "page": "1"}, "page: "),
        ("letter_text", {"letter_id": "brief", "char_start": 19}, "has 19 characters"),
    ],
)
def test_bad_arguments_are_one_line_that_says_what_to_do(
    address: str, mode: str, tool: str, arguments: dict[str, Any], said: str
) -> None:
    """What does not fit is a tool error, which a model can read and mend."""
    result = called(f"{address}/mcp", tool, mode, **arguments)
    text = text_of(result)
    assert result.is_error
    assert said in text
    assert "\n" not in text
    assert len(text) < 800
    assert result.structured_content is None


@pytest.mark.parametrize("mode", MODES)
def test_an_unusable_index_is_said(address: str, library: FakeLibrary, mode: str) -> None:
    """Without an index a call fails with what to do, and without the paths that a server has."""
    library.ready = False
    result = called(f"{address}/mcp", "ask", mode, question="Wanneer?")
    assert result.is_error
    assert text_of(result).startswith("There is no usable index. Wait until")
    assert "Run briefwijzer ingest first" not in text_of(result)


@pytest.mark.parametrize("mode", MODES)
def test_a_fault_says_nothing_of_the_inside(
    address: str, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An error nobody foresaw goes to the log; its client gets a request id to report."""
    result = called(f"{address}/mcp", "ask", mode, question="stuk")
    assert result.is_error
    assert "request_id" in text_of(result)
    assert "1234" not in result.model_dump_json()
    assert "password 1234" in caplog.text


@pytest.mark.parametrize("mode", MODES)
def test_an_unknown_tool_is_an_error_of_the_protocol(address: str, mode: str) -> None:
    """There is nothing to call, and the answer says what there is."""

    async def call(client: Client) -> str:
        with pytest.raises(MCPError) as refusal:
            await client.call_tool("vraag", {})
        return str(refusal.value)

    assert "tools/list" in speaking(f"{address}/mcp", mode, call)


def test_broken_messages_are_answered(address: str) -> None:
    """Neither text that is no JSON nor JSON that is no message ends in a fault of the service."""
    for version in ({}, {"MCP-Protocol-Version": MODERN}):
        for body in (b"{", b"[]", b"\xff", b"[" * 100_000, b'{"jsonrpc": "2.0", "id": null}'):
            response = httpx.post(
                f"{address}/mcp", content=body,
                headers={**ACCEPT, **version, "Content-Type": "application/json"},
            )
            assert response.status_code == 400
            assert "error" in response.json()
            assert "Traceback" not in response.text


# --- over HTTP


@pytest.mark.parametrize("version", HANDSHAKES)
def test_older_revisions_are_spoken(address: str, version: str) -> None:
    """A client of any earlier revision gets that one, then lists and calls without a session."""
    hello = post(
        address,
        {"method": "initialize", "params": {"protocolVersion": version, "capabilities": {},
                                            "clientInfo": {"name": "toets", "version": "1"}}},
    )
    assert hello.json()["result"]["protocolVersion"] == version
    assert "mcp-session-id" not in hello.headers
    headers = {} if version < "2025-06-18" else {"MCP-Protocol-Version": version}
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert httpx.post(f"{address}/mcp", json=ready, headers={**ACCEPT, **headers}).is_success
    tools = post(address, {"method": "tools/list"}, headers).json()["result"]["tools"]
    assert [tool["name"] for tool in tools] == list(TOOLS)
    found = post(address, asking()[0], headers).json()["result"]
    assert "“Eind 2026” [1]" in found["content"][0]["text"]


def test_a_future_revision_is_told_which_are_spoken(address: str) -> None:
    """A client of a revision that is not known learns which one it can speak instead."""
    headers = {"MCP-Protocol-Version": "2030-01-01", "Mcp-Method": "tools/list"}
    response = post(
        address, {"method": "tools/list", "params": envelope("2030-01-01")}, headers
    )
    assert response.status_code == 400
    assert response.json()["error"]["data"]["supported"] == [MODERN]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_there_is_no_stream_to_stay_on(address: str, method: str) -> None:
    """A client that opens a stream of its own is told at once that there is none."""
    for version in ({}, {"MCP-Protocol-Version": MODERN}):
        response = httpx.request(
            method, f"{address}/mcp", headers={"Accept": "text/event-stream", **version}
        )
        problem(response, 405, "method-not-allowed")
        assert response.headers["allow"] == "POST"


def test_host_and_origin_are_those_of_the_service(address: str) -> None:
    """The service's own rules hold, and no others: a configured name may be used, a foreign page
    may not."""
    ping = {"method": "ping"}
    assert post(address, ping, {"Host": "brieven.example"}).json()["result"] == {}
    own = {"Host": "brieven.example", "Origin": "http://brieven.example"}
    assert post(address, ping, own).is_success
    problem(post(address, ping, {"Host": "elders.example"}), 403, "host-not-allowed")
    foreign = {"Origin": "https://elders.example"}
    problem(post(address, ping, foreign), 403, "origin-not-allowed")


def test_a_body_has_the_limit_of_the_service(address: str) -> None:
    """A body that is too large is refused, declared or not, before it is read as a message."""
    message = {"method": "ping", "params": {"x": "x" * 300_000}}
    problem(post(address, message), 413, "body-too-large")
    parts = iter([b'{"x": "', *[b"x" * 100_000] * 3, b'"}'])
    undeclared = httpx.post(f"{address}/mcp", content=parts, headers=ACCEPT)
    problem(undeclared, 413, "body-too-large")


def test_a_request_has_the_id_that_its_header_says(address: str) -> None:
    """A call can be found in the log by the id that the client gave it."""
    response = post(address, asking()[0], {"X-Request-ID": "x-1"})
    assert response.headers["x-request-id"] == "x-1"
    assert response.json()["result"]["structuredContent"]["request_id"] == "x-1"


def test_calls_count_for_the_capacity_of_the_service(address: str, library: FakeLibrary) -> None:
    """Calls beyond what the service takes at once are told to come back, and leave nothing."""
    library.open.clear()

    def ask(_: int) -> httpx.Response:
        return post(address, asking()[0])

    with ThreadPoolExecutor(2) as threads, must_end():
        waiting = threads.map(ask, range(2))
        while len(library.asked) < 2:
            time.sleep(0.01)
        problem(ask(0), 503, "over-capacity")
        library.open.set()
        assert all(response.is_success for response in waiting)
    assert ask(0).is_success


@pytest.mark.parametrize("version", ["", "2025-06-18", MODERN])
def test_a_client_that_goes_away_ends_its_call(version: str) -> None:
    """A connection that is closed hangs up on the library, whatever revision was spoken."""
    library = Waiting()
    message, headers = asking(version)
    with running(create_app(library)) as address, must_end():
        with pytest.raises(httpx.ReadTimeout):
            post(address, message, headers, patience=httpx.Timeout(20, read=5))
        assert library.asked_of.is_set()
        assert library.hung_up.wait(20)


@pytest.mark.parametrize(
    ("mode", "over_http"), [("legacy", False), ("auto", False), ("auto", True)]
)
def test_a_call_that_is_cancelled_ends(mode: str, over_http: bool) -> None:
    """A client that gives a call up hangs up on the library, over HTTP and over a stream.

    Not in the older revisions over HTTP: without a session, any client could cancel another's call.
    """
    library = Waiting()

    async def give_up(client: Client) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.call_tool, "ask", {"question": "Wanneer?"})
            await anyio.to_thread.run_sync(library.asked_of.wait, 20)
            tasks.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(library.hung_up.wait, 20)

    if not over_http:
        speaking(make_server(library), mode, give_up)
        return
    with running(create_app(library)) as address:
        speaking(f"{address}/mcp", mode, give_up)


def test_a_call_in_progress_is_answered_before_the_service_ends(library: FakeLibrary) -> None:
    """A service that is told to end answers what was asked of it."""
    library.open.clear()
    with stoppable(library) as (server, address), ThreadPoolExecutor(1) as threads:
        asked = threads.submit(post, address, asking()[0])
        while not library.asked:
            time.sleep(0.01)
        server.should_exit = True
        library.open.set()
        assert "“Eind 2026” [1]" in asked.result().text


@pytest.mark.parametrize("version", ["", MODERN])
def test_a_call_that_takes_too_long_does_not_keep_the_service(version: str) -> None:
    """A service whose time to end is over hangs up on what is still asked of it, and ends."""
    library = Waiting()
    with stoppable(library, grace=1) as (server, address), ThreadPoolExecutor(1) as threads:
        sent = threads.submit(post, address, *asking(version))
        assert library.asked_of.wait(20)
        server.should_exit = True
        assert library.hung_up.wait(20)
        assert sent.result().status_code == 500


def test_many_clients_are_answered_at_once(library: FakeLibrary) -> None:
    """Calls of many clients at the same time each get the answer to their own question."""
    questions = [f"Vraag {number}?" for number in range(20)]
    with running(create_app(library)) as address, ThreadPoolExecutor(20) as threads:

        def ask(question: str) -> str:
            params = {"name": "ask", "arguments": {"question": question}}
            response = post(address, {"method": "tools/call", "params": params})
            return str(response.json()["result"]["structuredContent"]["standalone_question"])

        assert list(threads.map(ask, questions)) == questions


# --- what is loaded, and when


def test_the_protocol_is_loaded_when_it_is_spoken() -> None:
    """A service that nobody reaches this way starts without the protocol's package."""
    program = (
        "import sys, service.app, service.main\n"
        "from tests.fake_library import FakeLibrary\n"
        "service.app.create_app(FakeLibrary())\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('mcp', 'mcp_types')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# --- over standard input and output

SERVING = """
import os, sys
from contextlib import contextmanager
from service.mcp.stdio import serve_client
from tests.fake_library import FakeLibrary

class Noisy(FakeLibrary):
    def ask(self, *given):
        print("geruis bij de vraag")
        os.write(1, b"ruwe bytes\\n")
        return super().ask(*given)

@contextmanager
def opening():
    print("geruis bij het laden")
    os.system("echo geruis van een ander programma")
    yield Noisy()

serve_client(opening())
"""


def test_nothing_but_messages_stands_on_standard_output() -> None:
    """What a library prints, while it loads and while it answers, goes to standard error."""
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize",
         "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                    "clientInfo": {"name": "toets", "version": "1"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
         "params": {"name": "ask", "arguments": {"question": "Wanneer?"}}},
    ]
    with subprocess.Popen(
        [sys.executable, "-c", SERVING], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process, must_end():
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for message in messages:
            process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.close()
        rest, errors = process.stdout.read(), process.stderr.read()
        assert process.wait() == 0
    assert [answer["id"] for answer in answers] == [1, 2]
    assert "“Eind 2026” [1]" in answers[1]["result"]["content"][0]["text"]
    assert rest == ""
    for noise in ("bij het laden", "ander programma", "bij de vraag", "ruwe bytes"):
        assert noise in errors


def test_every_field_of_a_letter_can_be_null() -> None:
    """A letter that says nothing of itself has a text too."""
    bare = item("kaal", None).model_copy(update={"subject": None})
    text = of_letters(LettersResponse(items=[bare], total=1, next=None))
    assert text.startswith("geen kenmerk · zonder onderwerp · zonder datum")
