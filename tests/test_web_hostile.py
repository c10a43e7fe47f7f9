"""Requests to the page that no browser of ours sends: refused, at no one's cost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from index.rows import LetterSummary
from service.app import create_app
from service.feedback import FeedbackStore
from service.web import catalogue
from tests.fake_library import FakeLibrary

STREAM = {"Accept": "text/event-stream"}
JUDGEMENT = {"antwoord": "a1", "oordeel": "helpful"}
# Some of these end lines for Python, and some in server-sent events.
ENDS_LINES = "een\u2028twee\u0085drie\x0bvier\rvijf\r\ndata: {}\n\nevent: answer\ndata: {}\n\nzes"


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    """Where judgements are kept."""
    return FeedbackStore(tmp_path / "feedback.sqlite")


@pytest.fixture
def client(store: FeedbackStore) -> TestClient:
    """A client that is told of errors as any other, and that follows no redirects."""
    app = create_app(FakeLibrary(), feedback=store)
    return TestClient(
        app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False,
        follow_redirects=False,
    )


@pytest.mark.parametrize("encoding", ["punycode", "undefined", "unicode_escape", "idna", "utf-8"])
def test_a_form_does_not_choose_its_encoding(client: TestClient, encoding: str) -> None:
    """A multipart form, which may name any encoding that Python has (of which some take seconds,
    and others give half characters), holds nothing."""
    body = b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n/\\ud800-zz9\r\n--B--\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary=B; charset={encoding}"}
    asked = client.post("/", content=body % b"vraag", headers=headers)
    assert asked.status_code == 422
    assert "ud800" not in asked.text
    assert client.post("/", content=body % b"vraag", headers=headers | STREAM).status_code == 422
    chosen = client.post("/taal/en", content=body % b"terug", headers=headers)
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/")
    assert client.post("/oordeel", content=body % b"vraag", headers=headers).status_code == 422


@pytest.mark.parametrize("generation", ["9" * 5000, "9" * 21, "²", "-1", "٣x", ""])
def test_a_generation_that_is_none(
    client: TestClient, store: FeedbackStore, generation: str
) -> None:
    """However long or strange, it is refused or left out, and is no fault of the service."""
    sent = client.post("/oordeel", data={**JUDGEMENT, "generatie": generation})
    assert sent.status_code in (201, 422)
    assert len(list(store.judgements())) == (sent.status_code == 201)


@pytest.mark.parametrize(
    ("back", "location"),
    [
        ("/brieven?zoek=a&soort=b", "/brieven?zoek=a&soort=b"),
        ("//elders.example", "/"),
        ("/\\elders.example", "/"),
        ("https://elders.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        # A browser leaves a tab out, and would see two slashes.
        ("/\t/elders.example", "/"),
        ("/a\r\nSet-Cookie: b=c", "/"),
    ],
)
def test_the_way_back_stays_here(client: TestClient, back: str, location: str) -> None:
    """Who changes the language goes to a page of this site, and to no header that a form made."""
    answer = client.post("/taal/en", data={"terug": back})
    assert answer.headers["location"] == location
    assert list(answer.headers).count("set-cookie") == 1


@pytest.mark.parametrize("origin", ["null", "https://elders.example", "file://", "http://127.0.0.1"])
def test_forms_of_other_sites(client: TestClient, store: FeedbackStore, origin: str) -> None:
    """They judge nothing, choose no language and ask nothing."""
    headers = {"Origin": origin}
    for address, fields in (("/oordeel", JUDGEMENT), ("/taal/en", {}), ("/", {"vraag": "x"})):
        answer = client.post(address, data=fields, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    assert list(store.judgements()) == []


def test_a_visit_changes_nothing(client: TestClient, store: FeedbackStore) -> None:
    """What changes something cannot be done by a link or an image of another site."""
    assert client.get(f"/oordeel?{urlencode(JUDGEMENT)}").status_code == 405
    chosen = client.get("/taal/en")
    assert (chosen.status_code, chosen.headers.get("set-cookie")) == (405, None)
    assert list(store.judgements()) == []


def test_a_question_makes_no_events(client: TestClient) -> None:
    """Whatever ends a line in a question stands within one line of the stream, so that it neither
    makes an event nor breaks one."""
    stream = client.post("/", data={"vraag": ENDS_LINES, "wijze": "citaten"}, headers=STREAM)
    lines = stream.content.decode().split("\n")
    told = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    events = [line for line in lines if line.startswith("event: ")]
    assert events.count("event: answer") == 1
    assert [json.loads(one) for one in told if one][-1]["outcome"] == "answered"
    assert len(events) == len(told)


def test_files_are_asked_after(client: TestClient) -> None:
    """A browser keeps no script of an older version beside newer pages, and is spared the bytes
    of one that is the same."""
    first = client.get("/static/ask.js")
    assert first.headers["cache-control"] == "no-cache"
    known = {"If-None-Match": first.headers["etag"]}
    again = client.get("/static/ask.js", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


class Still(FakeLibrary):
    """A fake of one state of an index."""

    def __init__(self) -> None:
        super().__init__()
        self._letters = super().summaries()

    def summaries(self) -> Sequence[LetterSummary]:
        """The same each time, as of an index that does not change."""
        return self._letters


def test_the_letters_are_sorted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages that list letters or choose from them share what they search: it is as large as
    all that the letters say of themselves."""
    made: list[object] = []
    sort = catalogue._in_orders

    def counted(entries: Iterable[catalogue._Entry]) -> dict[catalogue.Order, list[Any]]:
        made.append(entries)
        return sort(entries)

    monkeypatch.setattr(catalogue, "_in_orders", counted)
    client = TestClient(create_app(Still()), base_url="http://127.0.0.1:8000")
    for address in ("/brieven", "/", "/widget/nl", "/widget/en", "/keuze?zoek=a"):
        assert client.get(address).status_code == 200
    assert len(made) == 1
