from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from service.app import create_app
from service.helpdesk.approved import ApprovedAnswers
from service.helpdesk.review import ReviewLinks
from tests.helpdesk_letters import ASKED, KENMERK, SAYS, Desk, made_desk
from tests.serving import running


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Letters of which one answers the question; not to be changed."""
    return made_desk(tmp_path_factory.mktemp("reviewing"))


@pytest.fixture(scope="module")
def service(letters: Desk) -> Iterator[str]:
    """The address of a service over these letters."""
    with (
        letters.letters() as library,
        running(create_app(library, reviewing=letters.reviewing(library))) as address,
    ):
        yield address


@pytest.fixture
def link(letters: Desk, service: str) -> Iterator[str]:
    """A link to judge an answer by, over records without judgements."""
    with letters.letters() as library:
        draft = letters.draft(library)
    yield ReviewLinks(letters.file, 30).link(service, draft.draft_id, 1)
    with closing(sqlite3.connect(letters.file.path)) as connection, connection:
        connection.execute("DELETE FROM reviews")
        connection.execute("DELETE FROM approved")


def reviews(desk: Desk) -> list[tuple[str, str | None, str | None, str]]:
    """What was judged: verdict, text, reason and by whom."""
    with closing(sqlite3.connect(desk.file.path)) as connection:
        return connection.execute("SELECT verdict, text, reason, by FROM reviews").fetchall()


def test_the_page_shows_what_is_judged(letters: Desk, link: str) -> None:
    """The page has the question, the draft answer and its sources, and changes nothing however
    often it is opened."""
    for _ in range(3):
        page = httpx.get(link)
        assert page.status_code == 200
    httpx.head(link)
    for said in (ASKED, SAYS, KENMERK, 'href="/brieven/', 'lang="nl"'):
        assert said in page.text
    assert reviews(letters) == []


def test_nobody_else_hears_of_the_link(link: str) -> None:
    """The page is not kept by caches or found by search engines, and no other site that it leads
    to is told its address."""
    headers = httpx.get(link).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-robots-tag"] == "noindex"
    assert "script-src 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"oordeel": "used", "tekst": "iets anders"}, ("used", None, None, "link")),
        ({"oordeel": "edited", "tekst": " Eind 2026. "}, ("edited", "Eind 2026.", None, "link")),
        ({"oordeel": "wrong", "reden": "oud"}, ("wrong", None, "oud", "link")),
        ({"oordeel": "wrong", "reden": ""}, ("wrong", None, None, "link")),
    ],
)
def test_a_judgement_is_kept(
    letters: Desk, link: str, sent: dict[str, str], kept: tuple[str, ...]
) -> None:
    """Each of the three buttons keeps its own judgement, with what belongs to it alone."""
    done = httpx.post(link, data=sent)
    assert done.status_code == 200
    assert "Uw oordeel is bewaard" in done.text
    assert reviews(letters) == [kept]


def test_a_text_that_was_not_changed_was_used(letters: Desk, link: str) -> None:
    """Who presses "Aangepast" without changing the draft used it as it was."""
    (found,) = [
        part.split("</textarea>")[0]
        for part in httpx.get(link).text.split('name="tekst"')[1:]
    ]
    text = found.partition(">\n")[2]
    assert SAYS in text
    httpx.post(link, data={"oordeel": "edited", "tekst": text.replace("\n", "\r\n")})
    assert [one[0] for one in reviews(letters)] == ["used"]


def test_a_second_judgement_changes_nothing(letters: Desk, link: str) -> None:
    """A link serves once: who follows it again reads what was judged, and sends in vain."""
    httpx.post(link, data={"oordeel": "used"})
    shown = httpx.get(link)
    assert "al beoordeeld" in shown.text
    assert "Beoordeeld als: gebruikt" in shown.text
    assert "<textarea" not in shown.text
    again = httpx.post(link, data={"oordeel": "wrong"})
    assert again.status_code == 409
    assert "Beoordeeld als: gebruikt" in again.text
    assert [one[0] for one in reviews(letters)] == ["used"]
    assert len(ApprovedAnswers(letters.file).listed("offered")[0]) == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "kan niet worden gelezen"), ({"oordeel": "prima"}, "kan niet worden gelezen"),
        ({"oordeel": "edited", "tekst": "  "}, "aangepaste tekst ontbreekt"),
        ({"oordeel": "edited", "tekst": "x" * 20_001}, "tekst is te lang"),
        ({"oordeel": "wrong", "reden": "x" * 2_001}, "tekst is te lang"),
    ],
)
def test_a_judgement_that_is_none(
    letters: Desk, link: str, sent: dict[str, str], said: str
) -> None:
    """What cannot be kept is told with the form below it, in which what was typed still stands."""
    done = httpx.post(link, data=sent)
    assert done.status_code == 422
    assert said in done.text
    assert 'name="oordeel"' in done.text
    if len(sent.get("reden", "")) > 2:
        assert sent["reden"] in done.text
    assert reviews(letters) == []


def test_a_link_that_leads_nowhere(letters: Desk, service: str, link: str) -> None:
    """A cut, forged or expired link, and one of a draft that is gone, each show one clear page,
    and a judgement sent to it is not kept."""
    gone = ReviewLinks(letters.file, 30).link(service, "gone", 1)
    for address, status, said in (
        (link[:-3], 404, "Deze link klopt niet"), (f"{link}x", 404, "Deze link klopt niet"),
        (f"{service}/beoordeel/%00%ff", 404, "Deze link klopt niet"),
        (f"{service}/beoordeel/{'a' * 3000}", 404, "Deze link klopt niet"),
        (gone, 404, "is er niet meer"),
    ):
        for response in (httpx.get(address), httpx.post(address, data={"oordeel": "used"})):
            assert (response.status_code, said in response.text) == (status, True), address
    assert reviews(letters) == []


def test_an_expired_link(letters: Desk, link: str) -> None:
    """A link whose days are over says so."""
    with letters.letters() as library:
        reviewing = letters.reviewing(library)
        old = type(reviewing)(reviewing.reviews, ReviewLinks(letters.file, -1), reviewing.approved)
        with running(create_app(library, reviewing=old)) as address:
            expired = httpx.get(f"{address}/beoordeel/{link.rpartition('/')[2]}")
    assert expired.status_code == 410
    assert "verlopen" in expired.text


def test_a_form_of_another_site_is_refused(letters: Desk, link: str) -> None:
    """Another site cannot have a browser judge with a link that it has."""
    done = httpx.post(link, data={"oordeel": "used"}, headers={"Origin": "https://kwaad.example"})
    assert done.status_code == 403
    assert reviews(letters) == []


def test_in_english(link: str) -> None:
    """The page is in the browser's language; the draft stays as the note has it."""
    page = httpx.get(link, headers={"Accept-Language": "en"})
    assert "What did you do with this draft?" in page.text
    assert "Concept-antwoord" in page.text
