"""What is logged: one line an event that a program can read, and nobody's words in it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import socket
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from index.errors import IndexUnusable
from service.app import create_app
from service.contract import AskRequest, AskResponse
from service.listener import Listener
from service.logs import LogFormat, log_request, log_to
from service.request_context import RequestContext, working_on
from tests.fake_library import FakeLibrary
from tests.serving import running

BSN, EMAIL, NAME, TELEPHONE = "111222333", "f.jansma@voorbeeld.nl", "Fenna Jansma", "06-12345678"
PERSONAL = f"{NAME} {EMAIL} {BSN} {TELEPHONE}"
ACCESS = {
    "time", "level", "logger", "message", "request_id", "channel", "key_id", "method", "route",
    "status", "milliseconds", "problem",
}


class Log(io.StringIO):
    """What was logged."""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each of its lines, which must all be JSON objects."""
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def kept() -> Iterator[None]:
    """The logging of this process, put back afterwards."""
    root, handlers, level = logging.root, logging.root.handlers[:], logging.root.level
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("service", "index", "ingest", "prompts", "eval"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(False)
    sys.excepthook, threading.excepthook = hooks


def logging_as(form: LogFormat) -> Log:
    """A log that everything goes to."""
    log = Log()
    log_to(log, form)
    return log


@pytest.fixture
def log(kept: None) -> Log:
    """A log of JSON lines."""
    return logging_as("json")


class Telltale(FakeLibrary):
    """Fails with the words of who asked, in all the ways that a program does."""

    def ask(
        self, request: AskRequest, request_id: str, listener: Listener | None = None
    ) -> AskResponse:
        """Never."""
        question = request.question
        try:
            if "getal" in question:
                int(question)
            if "sleutel" in question:
                raise KeyError(question)
            if "bestand" in question:
                Path(f"/niet/{question}").read_text()
            if "model" in question:
                AskResponse.model_validate({"outcome": question, question: question})
            raise ExceptionGroup(question, [ValueError(question)])
        except Exception as error:
            raise RuntimeError(question) from error


def test_nothing_that_anybody_sent_is_logged(log: Log) -> None:
    """Not in good requests nor in bad ones, whatever part of them it stands in, and not in the
    tracebacks of what fails by it."""
    app = create_app(Telltale(), admin_key="een-lange-sleutel")
    turn = {"role": "user", "content": PERSONAL}
    with running(app) as address, httpx.Client(base_url=address, trust_env=False) as client:
        for word in ("getal", "sleutel", "bestand", "model", "groep"):
            asked = client.post("/v1/ask", json={"question": f"{word} {PERSONAL}"})
            assert asked.status_code == 500
        client.post("/v1/search", json={"question": PERSONAL, "history": [turn]})
        client.post("/v1/ask", json={"question": "x", "filters": {"kenmerk": [PERSONAL]}})
        client.post("/v1/ask", json={"question": "x", "filters": {"kind": [PERSONAL]}})
        client.post("/v1/ask", json={PERSONAL: PERSONAL})
        client.post("/v1/ask", content=f'{{"question": "{PERSONAL}', headers={
            "Content-Type": "application/json"
        })
        client.post("/v1/chat/completions", json={"model": PERSONAL, "messages": [turn]})
        client.post("/v1/chat/completions", json={"model": "briefwijzer", "messages": [turn]})
        client.get("/", params={"vraag": PERSONAL})
        client.get(f"/{PERSONAL}")
        client.get(f"/v1/letters/{PERSONAL}")
        client.post("/v1/letters", headers={"Authorization": f"Bearer {PERSONAL}"})
        for header in (
            "User-Agent", "Referer", "Cookie", "X-Request-ID", "X-Forwarded-For", "Host", "Origin"
        ):
            client.get("/v1/letters", headers={header: PERSONAL})
            client.get("/v1/letters", headers={header: BSN})
        client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
            "name": "ask", "arguments": {"question": PERSONAL},
        }})
        client.post("/mcp", json={"jsonrpc": "2.0", "id": PERSONAL, "method": PERSONAL})
        host = address.removeprefix("http://").split(":")
        with socket.create_connection((host[0], int(host[1]))) as connection:
            connection.sendall(f"GET {PERSONAL}\r\n\r\n".encode())
            connection.recv(1000)
    written = log.getvalue()
    assert sum(line["level"] == "ERROR" for line in log.lines) >= 5
    for part in (BSN, EMAIL, "Fenna", "Jansma", TELEPHONE, "12345678"):
        assert part not in written, part
    # It is still of use: the frames, the errors and their fields.
    assert "ValueError: (left out" in written
    assert "No such file or directory, in /niet" in written
    assert "literal_error" in written
    assert "raise RuntimeError(question) from error" in written


def test_a_request_has_one_line(log: Log) -> None:
    """Method, route, status and milliseconds, with the id that its sender was given; never the
    address itself."""
    with running(create_app(FakeLibrary())) as address:
        response = httpx.get(f"{address}/v1/letters/brief?q=geheim", trust_env=False)
    (line,) = log.lines
    assert set(line) == ACCESS
    assert (line["method"], line["route"], line["status"]) == (
        "GET", "/v1/letters/{letter_id}", 200
    )
    assert line["request_id"] == response.headers["x-request-id"]
    assert line["milliseconds"] >= 0
    assert line["time"].endswith("+00:00")


def test_an_error_is_logged_with_whose_request_it_was(log: Log) -> None:
    """The line of an error has the id, the channel and the key of the request being worked on."""
    with working_on(RequestContext("abc-1", "helpdesk/zammad", "key7")):
        try:
            raise IndexUnusable("there is no index in /var/brieven")
        except IndexUnusable:
            logging.getLogger("service.helpdesk").exception("a draft waits")
    (line,) = log.lines
    assert (line["request_id"], line["channel"], line["key_id"]) == (
        "abc-1", "helpdesk/zammad", "key7"
    )
    assert (line["level"], line["logger"], line["message"]) == (
        "ERROR", "service.helpdesk", "a draft waits"
    )
    # This project's own errors say what to do, to who runs it.
    assert line["exception"].endswith("IndexUnusable: there is no index in /var/brieven")


def test_every_way_to_the_log_is_the_same(log: Log) -> None:
    """Python's warnings, what ends a thread, a task nobody waited for, other libraries, and a
    message that does not fit its arguments: each is one line, without what they are about."""
    warnings.warn(f"de vraag van {NAME}", UserWarning, stacklevel=1)
    thread = threading.Thread(target=int, args=(NAME,))
    thread.start()
    thread.join()

    async def fail() -> None:
        raise RuntimeError(NAME)

    async def forget() -> None:
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task

    asyncio.run(forget())
    logging.getLogger("mcp.server").warning(f"no such tool: {NAME}", extra={"asked": NAME})
    # Straight to the handler: pytest has one too, which raises what it cannot write.
    unfit = logging.LogRecord("service", logging.INFO, __file__, 1, "%d letters", (NAME,), None)
    logging.root.handlers[0].handle(unfit)
    assert [line["logger"] for line in log.lines] == [
        "py.warnings", "service.uncaught", "asyncio", "mcp.server", "service.uncaught"
    ]
    assert "Fenna" not in log.getvalue()
    told = [line["message"] for line in log.lines]
    assert "test_service_logs.py" in told[0]
    assert "UserWarning" in told[0]
    assert "builtins.ValueError" in log.lines[1]["exception"]
    assert "Task exception was never retrieved" in told[2]
    assert "test_service_logs.py" in told[3]


def test_an_unfit_value_is_told_by_its_field(log: Log) -> None:
    """Of what does not fit a contract the log has the field and the rule, and not the value."""
    class Answered(BaseModel):
        number: int

    try:
        Answered.model_validate({"number": NAME})
    except ValueError:
        logging.getLogger("service").exception("it does not fit")
    assert log.lines[0]["exception"].endswith("ValidationError: number (int_parsing)")


def test_people_are_shown_text(kept: None) -> None:
    """On a terminal an event is a line of text; what it tells cannot begin another, nor move the
    cursor."""
    log = logging_as("text")
    logging.getLogger("service.limits").warning("refused\n2026 all is well \x1b[2J")
    with running(create_app(FakeLibrary())) as address:
        httpx.get(f"{address}/v1/letters/onbekend", trust_env=False)
    first, second = log.getvalue().splitlines()
    assert first.endswith(r"WARNING service.limits refused\n2026 all is well \x1b[2J")
    assert "INFO service.requests GET /v1/letters/{letter_id} 404 " in second
    assert " ms unknown-letter " in second


def test_auto_is_json_where_nobody_reads_along(kept: None) -> None:
    """A stream that is no terminal gets JSON."""
    log = logging_as("auto")
    logging.getLogger("service").warning("één regel")
    assert log.lines[0]["message"] == "één regel"


def test_a_closed_stream_ends_nothing(kept: None) -> None:
    """When whoever reads the log goes away, requests are answered as before."""
    log = logging_as("json")
    log.close()
    with running(create_app(FakeLibrary())) as address:
        assert httpx.get(f"{address}/v1/letters", trust_env=False).status_code == 200
    assert log_request.__module__ == "service.logs"
