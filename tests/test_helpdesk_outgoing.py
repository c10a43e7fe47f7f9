from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from pydantic import SecretStr
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.helpdesk.adapter import NoteNotPosted
from service.helpdesk.outgoing import MAX_REPLY_BYTES, Outgoing, basic
from tests.serving import running

KEY = "geheim-0123456789"


class Helpdesk:
    """A server that answers every request with `response`, and keeps what was asked of it."""

    def __init__(self, response: Response | None = None) -> None:
        self.response = response or Response("{}")
        self.asked: list[Request] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application that knows every path, a proxy's among them."""
        if scope["type"] == "http":
            self.asked.append(Request(scope, receive))
            await self.response(scope, receive, send)


@contextmanager
def _served(response: Response | None = None) -> Iterator[tuple[Helpdesk, Outgoing]]:
    helpdesk = Helpdesk(response)
    with running(helpdesk) as address:
        yield helpdesk, _outgoing(f"{address}/api/")


def _outgoing(address: str, deadline: float = 10) -> Outgoing:
    headers = {"Authorization": f"Token {KEY}"}
    return Outgoing(
        address, system="Proef", headers=headers, deadline=deadline, read_deadline=deadline
    )


def _failure(call: Callable[[], object]) -> NoteNotPosted:
    with pytest.raises(NoteNotPosted) as raised:
        call()
    assert KEY not in str(raised.value)
    assert "Proef at http" in str(raised.value)
    return raised.value


def _meaning(error: NoteNotPosted) -> str:
    if error.final:
        return "final"
    return "uncertain" if error.uncertain else "later"


def test_json_both_ways() -> None:
    """What is posted arrives as JSON with the headers configured, and the reply is given as JSON;
    an empty reply is None."""
    with _served(Response('{"é": [1]}')) as (helpdesk, outgoing):
        assert outgoing.post("notes", 7, "", json={"tekst": "één"}) == {"é": [1]}
        assert outgoing.get("notes", params={"a": "x y"}) == {"é": [1]}
        helpdesk.response = Response(status_code=204)
        assert outgoing.patch("notes", json=None) is None
    posted, got, _ = helpdesk.asked
    assert posted.headers["authorization"] == f"Token {KEY}"
    assert posted.url.path == "/api/notes/7/"
    assert (got.url.path, got.url.query) in [("/api/notes", "a=x+y"), ("/api/notes", "a=x%20y")]


@pytest.mark.parametrize(
    "hostile",
    ["a/b", "../../x", "//elders.nl/", "http://elders.nl", "1?a=b", "1#x", "1%2F..", "a\\b",
     "1\r\nHost: elders.nl", "@elders.nl", ":81/"],
)
def test_an_id_is_one_segment(hostile: str) -> None:
    """Whatever a payload calls a ticket is quoted as one segment of the path, below the address."""
    with _served() as (helpdesk, outgoing):
        outgoing.get("tickets", hostile, "notes")
    (asked,) = helpdesk.asked
    raw = asked.scope["raw_path"].decode()
    assert raw.startswith("/api/tickets/")
    assert raw.endswith("/notes")
    assert raw.count("/") == 4
    assert asked.url.query == ""


@pytest.mark.parametrize("hostile", ["", ".", ".."])
def test_no_way_up(hostile: str) -> None:
    """A segment that would lead upwards is refused for good before anything is sent."""
    with _served() as (helpdesk, outgoing):
        assert _failure(lambda: outgoing.get("tickets", hostile, "notes")).final
    assert helpdesk.asked == []


def test_redirects_are_not_followed() -> None:
    """A redirect is a failure that passes when the address is mended; nothing goes to where it
    points, and the credentials least of all."""
    elsewhere = Helpdesk()
    with running(elsewhere) as other:
        for status in (301, 302, 303, 307, 308):
            response = Response(status_code=status, headers={"location": other})
            with _served(response) as (_, outgoing):
                error = _failure(lambda: outgoing.post("notes", json={}))
                assert _meaning(error) == "later"
                assert "another address" in str(error)
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("status", "of_a_write", "of_a_read"),
    [
        (400, "final", "final"), (401, "later", "later"), (403, "final", "final"),
        (404, "final", "final"), (408, "uncertain", "later"), (409, "later", "later"),
        (410, "final", "final"), (413, "final", "final"), (422, "final", "final"),
        (423, "later", "later"), (425, "later", "later"), (429, "later", "later"),
        (500, "uncertain", "later"), (502, "uncertain", "later"), (503, "uncertain", "later"),
        (504, "uncertain", "later"),
    ],
)
def test_what_a_status_means(status: int, of_a_write: str, of_a_read: str) -> None:
    """A refusal is final or passes; after a fault of the server a write is uncertain. What the
    helpdesk says is not repeated: it may say anything."""
    with _served(Response("zoiets persoonlijks", status)) as (_, outgoing):
        error = _failure(lambda: outgoing.post("notes", json={}))
        assert (_meaning(error), str(status) in str(error)) == (of_a_write, True)
        assert "persoonlijks" not in str(error)
        assert _meaning(_failure(lambda: outgoing.get("notes"))) == of_a_read


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("120", 120, 120), ("0", 0, 0), ("-5", 0, 0), ("1.5", 1.5, 1.5),
        (timedelta(hours=1), 3000, 3600), (timedelta(hours=-1), 0, 0),
    ],
)
def test_retry_after(value: str | timedelta, least: float, most: float) -> None:
    """The wait that a helpdesk asks for is read as seconds or as a date, never below zero."""
    if isinstance(value, timedelta):
        value = format_datetime(datetime.now(UTC) + value, usegmt=True)
    with _served(Response(status_code=429, headers={"retry-after": value})) as (_, outgoing):
        after = _failure(lambda: outgoing.get("notes")).retry_after
    assert after is not None
    assert least <= after <= most


@pytest.mark.parametrize("value", ["straks", "inf", "nan", "1e999", ""])
def test_retry_after_that_says_nothing(value: str) -> None:
    """A wait that is no time is as none."""
    with _served(Response(status_code=429, headers={"retry-after": value})) as (_, outgoing):
        assert _failure(lambda: outgoing.get("notes")).retry_after is None


def test_replies_that_cannot_be_read() -> None:
    """A reply that is no JSON, or larger than any that is expected, leaves a write uncertain."""
    for response in (Response("<html>"), Response("[" + " " * MAX_REPLY_BYTES + "]")):
        with _served(response) as (_, outgoing):
            assert _meaning(_failure(lambda: outgoing.post("n", json={}))) == "uncertain"
            assert _meaning(_failure(lambda: outgoing.get("n"))) == "later"
            assert outgoing.call("POST", (), reads_reply=False) is None


def test_nobody_listens() -> None:
    """Where no connection can be made, nothing can have arrived: refused, or no such host."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for address in (f"http://127.0.0.1:{port}", "http://bestaat-niet.invalid"):
        error = _failure(lambda: _outgoing(address).post("notes", json={}))  # noqa: B023
        assert (_meaning(error), "cannot be reached" in str(error)) == ("later", True)


@contextmanager
def _socket_server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that reads a request and then does what `answer` does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    answer(connection)
            except OSError:
                # Closed by the other side, or at the end of the test.
                pass

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def _hang(_connection: socket.socket) -> None:
    time.sleep(20)


def _trickle(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        connection.sendall(b"X-%d: y\r\n" % number)
        time.sleep(0.05)


def _trickle_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b" ")
        time.sleep(0.05)


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def _cut_off(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{")


@pytest.mark.parametrize("answer", [_hang, _trickle, _trickle_body, _reset, _cut_off])
def test_no_answer_is_uncertain(answer: Callable[[socket.socket], None]) -> None:
    """A call ends at its deadline however slowly the helpdesk answers, and a write without an
    answer may have been done."""
    for method, meaning in (("POST", "uncertain"), ("GET", "later")):
        with _socket_server(answer) as address:
            outgoing = _outgoing(address, deadline=0.5)
            assert _meaning(_failure(lambda: outgoing.call(method, ("n",)))) == meaning  # noqa: B023


def test_tls_is_verified() -> None:
    """A helpdesk whose certificate cannot be checked is not talked to; plain HTTP is no TLS."""
    with _served() as (helpdesk, outgoing):
        address = outgoing._address.replace("http:", "https:")
        assert _meaning(_failure(lambda: _outgoing(address).post("n", json={}))) == "later"
    assert helpdesk.asked == []


def test_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment is used for other hosts, and for this machine itself never."""
    proxy = Helpdesk()
    with running(proxy) as address, _served() as (helpdesk, outgoing):
        monkeypatch.setenv("HTTP_PROXY", address)
        monkeypatch.setenv("http_proxy", address)
        outgoing.get("hier")
        assert (len(helpdesk.asked), proxy.asked) == (1, [])
        _outgoing("http://helpdesk.example.nl").get("daar")
    assert [asked.headers["host"] for asked in proxy.asked] == ["helpdesk.example.nl"]


@pytest.mark.parametrize(
    "address",
    ["", "helpdesk.nl", "ftp://h.nl", "http://", "http://a:b@h.nl", "https://h.nl?x", "http://h nl",
     "https://h.nl#x", "http://h.nl\r\nX: y", "file:///etc/passwd", "http://h.nl:99999"],
)
def test_what_is_no_address(address: str) -> None:
    """Only an address of scheme, host, port and path can be called."""
    with pytest.raises(PydanticCustomError):
        _outgoing(address)


def test_basic_is_read_back() -> None:
    """Name and password of a Basic header are those that were given, in UTF-8."""
    request = httpx.Request("GET", "http://h.nl")
    (sent,) = httpx.BasicAuth("jan", "gehéim:").sync_auth_flow(request)
    assert basic("jan", SecretStr("gehéim:")) == sent.headers["authorization"]
