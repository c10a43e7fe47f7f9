"""What stands between page and service, in a browser: a connection that is cut, and a proxy."""

from __future__ import annotations

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from service.app import create_app
from tests.browser import Visits, assert_accessible, screenshot
from tests.fake_library import FakeLibrary
from tests.serving import running

pytestmark = pytest.mark.full

FIRST_PIECE = "“Eind 2026”"


class _Passing(socketserver.BaseRequestHandler):
    """Passes the bytes of one connection on, both ways, until one of them ends."""

    server: _Between

    def handle(self) -> None:
        self.server.connections.append(self.request)
        with socket.create_connection(self.server.service) as service:
            threading.Thread(target=_pass, args=(self.request, service), daemon=True).start()
            _pass(service, self.request)


class _Between(socketserver.ThreadingTCPServer):
    """Stands between a browser and the service at `address`."""

    daemon_threads = True

    def __init__(self, address: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        parts = urlsplit(address)
        self.service = (parts.hostname, parts.port)
        self.connections: list[socket.socket] = []

    def cut(self) -> None:
        """End every connection that there is now."""
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while came := source.recv(65_536):
            target.sendall(came)
        target.shutdown(socket.SHUT_RDWR)


@contextmanager
def _between(service: str) -> Iterator[tuple[str, _Between]]:
    with _Between(service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", server
        server.cut()
        server.shutdown()


def test_a_connection_that_is_cut_in_mid_answer(visits: Visits) -> None:
    """What came stays and is said not to be whole, without sources; another try brings it all."""
    library = FakeLibrary()
    library.going_on.clear()
    with running(create_app(library)) as service, _between(service) as (address, network):
        page = visits.open(address)
        page.locator("#vraag").fill("Wat nu?")
        page.keyboard.press("Enter")
        page.get_by_text(FIRST_PIECE).first.wait_for()
        network.cut()
        page.get_by_role("heading", name="De verbinding viel weg").wait_for()
        shown = page.locator("main").inner_text()
        assert FIRST_PIECE in shown
        assert "niet het hele antwoord" in shown
        assert page.get_by_role("link", name="Bekijk in de brief").count() == 0
        screenshot(page, "cut-off")
        assert_accessible(page)
        library.going_on.set()
        page.get_by_role("button", name="Probeer opnieuw").click()
        page.get_by_role("link", name="Bekijk in de brief").first.wait_for()
        assert page.get_by_role("heading", name="De verbinding viel weg").count() == 0
    visits.forget("ERR_INCOMPLETE_CHUNKED_ENCODING")


def test_back_to_a_conversation(visits: Visits, address: str) -> None:
    """Who went from the second answer to a letter comes back to both answers, and can ask on."""
    page = visits.open(address)
    questions = (
        "Wanneer wordt de Kamer geïnformeerd over de pilots?", "En waar gaan die over?",
    )
    for number, question in enumerate(questions, start=1):
        page.locator("#vraag").fill(question)
        page.keyboard.press("Enter")
        source = page.get_by_role("article").nth(number - 1).get_by_role(
            "link", name="Bekijk in de brief"
        ).first
        source.wait_for()
    source.click()
    page.wait_for_url(re.compile("/citaat/"))
    page.go_back()
    page.get_by_role("article").nth(1).wait_for()
    assert page.get_by_role("article").count() == 2
    assert "eind 2026" in page.get_by_role("article").first.inner_text()
    assert "Gelezen als" in page.get_by_role("article").nth(1).inner_text()
    assert page.locator("label[for=vraag]").inner_text().startswith("Vraag verder")
    assert page.locator("input[name=eerder]").count() > 0


def test_copying_where_the_browser_gives_no_clipboard(visits: Visits, address: str) -> None:
    """Where the browser gives no clipboard, as on an intranet without https, copying works all the
    same."""
    page = visits.open(address)
    page.evaluate("() => Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.locator("#vraag").fill("Wanneer wordt de subsidie voor walstroom opnieuw bezien?")
    page.keyboard.press("Enter")
    page.get_by_text("Overnemen in een memo").click()
    page.get_by_role("button", name=re.compile("^Kopieer")).first.click()
    page.get_by_text("Gekopieerd.").first.wait_for()
    page.locator("#vraag").focus()
    page.keyboard.press("Control+V")
    assert "kenmerk WAL/2026/0417" in page.locator("#vraag").input_value()
