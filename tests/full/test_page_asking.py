"""Asking in a browser: the answer streams in, and what goes wrong on the way is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from service.app import create_app
from tests.browser import Visits, assert_accessible, listen, said, screenshot
from tests.fake_library import FakeLibrary
from tests.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.full

WALSTROOM = "Wanneer wordt de subsidie voor walstroom opnieuw bezien?"
PILOTS = "Wanneer wordt de Kamer geïnformeerd over de pilots?"
OUTCOMES = re.compile("^(Antwoord|Niet in de brieven|Kunt u de vraag|Deze vraag past)")
FIRST_PIECE = "“Eind 2026”"


def _box(page: Page) -> Locator:
    return page.locator("form[role=search] textarea")


def _ask(page: Page, question: str) -> None:
    _box(page).fill(question)
    _box(page).press("Enter")


def _answer(page: Page, *, number: int = 0) -> Locator:
    """The `number`th exchange, as soon as it is whole and has its outcome as a heading."""
    outcome = page.get_by_role("heading", name=OUTCOMES)
    found = page.get_by_role("article").filter(has=outcome).nth(number)
    found.wait_for()
    return found


@pytest.fixture
def library() -> FakeLibrary:
    """A library that can be held up."""
    return FakeLibrary()


@pytest.fixture
def held(library: FakeLibrary) -> Iterator[str]:
    """The address of a service over `library`, which is let go at the end."""
    with running(create_app(library)) as address:
        yield address
        library.open.set()
        library.going_on.set()


def test_a_question_is_asked_and_checked(visits: Visits, address: str) -> None:
    """Who types a question and presses Enter reads the answer, and one click further stands on the
    page of the letter where the words are."""
    page = visits.open(address)
    _ask(page, WALSTROOM)
    answer = _answer(page)
    assert "najaar van 2027" in answer.inner_text()
    assert "vraag=" in page.url, "the address of the answer can be mailed"
    answer.get_by_role("link", name="Bekijk in de brief").first.click()
    page.wait_for_url(re.compile(r"/brieven/wal-2026-0417/citaat/"))
    assert "najaar van 2027" in page.locator("mark").first.inner_text()
    page.go_back()
    assert "najaar van 2027" in _answer(page).inner_text()


def test_a_marker_leads_to_its_source(visits: Visits, address: str) -> None:
    """[1] in the answer goes to the source that it stands for, with its kenmerk and page."""
    page = visits.open(address)
    _ask(page, WALSTROOM)
    marker = _answer(page).get_by_role("link", name="bron 1", exact=True).first
    source = page.locator(marker.get_attribute("href") or "nothing")
    marker.click()
    assert source.evaluate("(one) => one.matches(':target, :focus-within')")
    assert "WAL/2026/0417" in source.inner_text()
    assert "blz. 2" in source.inner_text()


def test_the_answer_comes_in_pieces(
    visits: Visits, held: str, library: FakeLibrary
) -> None:
    """Who waits reads what is proven already, and a screen reader hears the outcome once."""
    library.open.clear()
    library.going_on.clear()
    page = visits.open(held)
    listen(page)
    _ask(page, "Wat nu?")
    page.get_by_text("De brieven worden doorzocht").first.wait_for()
    screenshot(page, "searching")
    assert_accessible(page)
    library.open.set()
    page.get_by_text(FIRST_PIECE).first.wait_for()
    screenshot(page, "streaming")
    assert page.get_by_role("link", name="Bekijk in de brief").count() == 0
    library.going_on.set()
    assert FIRST_PIECE in _answer(page).inner_text()
    page.get_by_role("link", name="Bekijk in de brief").first.wait_for()
    assert sum("bron" in words for words in said(page)) == 1, said(page)


def test_a_slow_answer_can_be_stopped(
    visits: Visits, held: str, library: FakeLibrary
) -> None:
    """Who does not want to wait stops the question, the service hears of it, and the question is
    still there to be asked again."""
    library.open.clear()
    page = visits.open(held)
    _ask(page, "Wat duurt lang?")
    stop = page.get_by_role("button", name="Stop")
    stop.wait_for()
    page.get_by_text("Het duurt langer dan gewoonlijk").first.wait_for()
    screenshot(page, "slow")
    assert_accessible(page)
    stop.click()
    page.get_by_text("U hebt deze vraag gestopt").first.wait_for()
    assert library.hung_up.wait(20)
    assert "Wat duurt lang?" in page.locator("main").inner_text() + _box(page).input_value()
    assert_accessible(page)


def test_one_question_at_a_time(visits: Visits, held: str, library: FakeLibrary) -> None:
    """Impatient Enters do not ask twice."""
    library.open.clear()
    page = visits.open(held)
    _ask(page, "Wat duurt lang?")
    _box(page).press("Enter")
    _box(page).press("Enter")
    page.wait_for_timeout(300)
    library.open.set()
    _answer(page)
    assert len(library.asked) == 1


@pytest.mark.parametrize(
    ("status", "kind", "title"),
    [
        (401, "", "Uw toegang is verlopen"),
        (403, "origin-not-allowed", "Dit verzoek is geweigerd"),
        (413, "question-too-long", "Dit is te lang"),
        (429, "", "Het is even te druk"),
        (502, "", "De dienst is niet bereikbaar"),
        (503, "", "Het is even te druk"),
        (504, "", "Het antwoord kwam niet op tijd"),
        (500, "internal-error", "Er ging iets mis in de dienst"),
        (503, "over-capacity", "Het is even te druk"),
        (503, "index-unusable", "De brieven zijn nu niet doorzoekbaar"),
    ],
)
def test_a_refusal_says_what_to_do(
    visits: Visits, held: str, status: int, kind: str, title: str
) -> None:
    """Whatever stands between the page and an answer is told in plain Dutch, and what was typed
    stays."""
    visits.expected.add(status)
    page = visits.open(held)
    body = (
        f'{{"type": "/problems/{kind}", "title": "x", "status": {status}, "detail": "x",'
        f' "request_id": "abc-123"}}' if kind else "<h1>Sign in</h1>"
    )
    media_type = "application/problem+json" if kind else "text/html"
    page.route(
        "**/*", lambda route: route.fulfill(status=status, body=body, content_type=media_type)
        if route.request.method == "POST" else route.continue_()
    )
    page.route(
        "**/?vraag=*",
        lambda route: route.fulfill(status=status, body=body, content_type=media_type),
    )
    _ask(page, "Wat nu?")
    page.get_by_role("heading", name=title).wait_for()
    assert "Wat nu?" in page.locator("main").inner_text() + _box(page).input_value()
    if kind == "internal-error":
        assert "abc-123" in page.locator("main").inner_text()
    screenshot(page, f"refused-{status}-{kind}")
    assert_accessible(page)


def test_an_answer_that_breaks_off_says_so(visits: Visits, held: str) -> None:
    """A fault after the first words does not leave half an answer that looks whole."""
    page = visits.open(held)
    _ask(page, "halverwege")
    page.get_by_role("heading", name=re.compile("Er ging iets mis|viel weg")).wait_for()
    screenshot(page, "broken-off")
    assert_accessible(page)
    page.get_by_role("button", name="Probeer opnieuw").wait_for()


def test_without_a_network_it_says_so(visits: Visits, held: str) -> None:
    """Who lost the network is told, keeps what was typed, and asks on when it is back."""
    page = visits.open(held)
    page.context.set_offline(True)
    _ask(page, "Wat nu?")
    page.get_by_role("heading", name=re.compile("niet verbonden|niet bereikbaar")).wait_for()
    screenshot(page, "offline")
    assert_accessible(page)
    page.context.set_offline(False)
    page.get_by_role("button", name="Probeer opnieuw").click()
    assert FIRST_PIECE in _answer(page).inner_text()
    visits.forget("ERR_INTERNET_DISCONNECTED")


def test_a_follow_up_is_understood(visits: Visits, address: str) -> None:
    """"En …?" goes on with the question before, says how it was read, and the conversation can be
    begun anew."""
    page = visits.open(address)
    _ask(page, PILOTS)
    _answer(page)
    assert _box(page).input_value() == ""
    _ask(page, "En waar gaan die over?")
    second = _answer(page, number=1)
    assert "Gelezen als" in second.inner_text()
    screenshot(page, "follow-up")
    assert_accessible(page)
    page.get_by_role("link", name="Nieuw gesprek").click()
    page.get_by_role("article").first.wait_for(state="detached")


def test_a_choice_is_a_click(visits: Visits, address: str) -> None:
    """Who is asked back which letter was meant clicks one, and gets its answer."""
    page = visits.open(address)
    _ask(page, "Wat is het kenmerk van de brief van de minister?")
    asked_back = _answer(page)
    choices = asked_back.locator("ul button")
    assert 2 <= choices.count() <= 5
    choices.first.click()
    page.get_by_role("article").filter(has_text="Antwoord").first.wait_for()


def test_filters_hold_and_can_be_taken_away(visits: Visits, address: str) -> None:
    """A letter that is chosen is asked alone, is named beside the question, and is let go again."""
    page = visits.open(address)
    page.get_by_text("Zoek alleen in bepaalde brieven").click()
    page.get_by_role("checkbox", name=re.compile("Walstroom")).check()
    chip = page.get_by_role("button", name=re.compile("Verwijder filter.*Walstroom"))
    chip.wait_for()
    screenshot(page, "filters-open")
    assert_accessible(page)
    _ask(page, PILOTS)
    assert "Niet in de brieven gevonden" in _answer(page).inner_text()
    assert "brief=wal-2026-0417" in page.url
    page.get_by_role("button", name="Zoek in alle brieven").click()
    page.get_by_text("eind 2026 over de voortgang").first.wait_for()


def test_a_filter_chip_is_taken_away(visits: Visits, address: str) -> None:
    """The chip of a filter lets it go."""
    page = visits.open(f"{address}/?brief=wal-2026-0417")
    chip = page.get_by_role("button", name=re.compile("Verwijder filter.*Walstroom"))
    chip.click()
    chip.wait_for(state="detached")


def test_dates_that_are_reversed_are_told(visits: Visits, address: str) -> None:
    """A period that ends before it begins is told beside its field, and nothing is asked."""
    visits.expected.add(422)
    page = visits.open(address)
    page.get_by_text("Zoek alleen in bepaalde brieven").click()
    page.get_by_label("Van", exact=True).fill("2026-05-01")
    page.get_by_label("Tot en met", exact=True).fill("2026-04-01")
    _ask(page, WALSTROOM)
    told = page.get_by_text("De laatste dag ligt voor de eerste")
    told.first.wait_for()
    assert_accessible(page)


@pytest.mark.parametrize("helpful", [True, False])
def test_an_answer_is_judged(visits: Visits, address: str, helpful: bool) -> None:
    """Thumbs up is one click, thumbs down takes a reason, and both are thanked for."""
    page = visits.open(address)
    _ask(page, WALSTROOM)
    judging = _answer(page).get_by_role("group", name="Hebt u iets aan dit antwoord?")
    if helpful:
        judging.get_by_role("button", name="Ja").click()
    else:
        judging.get_by_text("Nee").click()
        judging.get_by_role("radio", name="Er ontbreekt iets").check()
        judging.get_by_role("textbox").fill("De bedragen ontbreken.")
        screenshot(page, "judging")
        assert_accessible(page)
        judging.get_by_role("button", name="Verstuur").click()
    page.get_by_text("Uw oordeel is bewaard.").first.wait_for()
    screenshot(page, "judged")
    assert_accessible(page)


def test_an_answer_is_copied_for_a_memo(visits: Visits, address: str) -> None:
    """What is copied is the answer with its sources as a memo names them, and the page says so."""
    page = visits.open(address, permissions=["clipboard-write"])
    _ask(page, WALSTROOM)
    _answer(page).get_by_text("Overnemen in een memo").click()
    screenshot(page, "memo")
    assert_accessible(page)
    page.get_by_role("button", name=re.compile("^Kopieer")).first.click()
    page.get_by_text("Gekopieerd.").first.wait_for()
    _box(page).focus()
    page.keyboard.press("Control+V")
    kept = _box(page).input_value()
    for part in ("najaar van 2027", "kenmerk WAL/2026/0417", "blz. 2", "/citaat/"):
        assert part in kept


def test_a_suggested_question_is_asked(visits: Visits, address: str) -> None:
    """Who does not know what to ask clicks a suggestion, and it is answered."""
    page = visits.open(address)
    suggested = page.get_by_role("region", name="Vragen om mee te beginnen").get_by_role("link")
    for _ in range(60):
        if suggested.count():
            break
        page.wait_for_timeout(1000)  # they are made in the background
        page.reload()
    suggested.first.click()
    assert _answer(page).get_by_role("heading", name="Antwoord").count() == 1
