"""A conversation in a browser: going to a letter, back, or loading anew loses nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from service.app import create_app
from service.feedback import FeedbackStore
from tests.browser import Visits, assert_accessible, listen, said, screenshot
from tests.fake_library import FakeLibrary
from tests.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.full

PILOTS = "Wanneer wordt de Kamer geïnformeerd over de pilots?"


class Writing(FakeLibrary):
    """A fake with a language model."""

    language_model = "een-model"


@pytest.fixture
def library() -> FakeLibrary:
    """A library that can be held up."""
    return Writing()


@pytest.fixture
def held(library: FakeLibrary, tmp_path: Path) -> Iterator[str]:
    """The address of a service over `library`, which is let go at the end."""
    store = FeedbackStore(tmp_path / "feedback.sqlite")
    with running(create_app(library, feedback=store)) as address:
        yield address
        library.open.set()
        library.going_on.set()


def _box(page: Page) -> Locator:
    return page.locator("form[role=search] textarea")


def _ask(page: Page, question: str) -> None:
    _box(page).fill(question)
    _box(page).press("Enter")


def _answered(page: Page, number: int) -> list[str]:
    """The questions on the page, when `number` of them are answered."""
    outcomes = page.get_by_role("heading", name="Antwoord")
    outcomes.nth(number - 1).wait_for()
    asked = page.locator(".asked").all_inner_texts()
    return [one.removeprefix("Uw vraag:").strip() for one in asked]


def test_the_way_back_from_a_letter_ends_in_the_conversation(
    visits: Visits, address: str
) -> None:
    """Who checks a source, by its marker too, finds the whole conversation again, and asks on."""
    page = visits.open(address)
    _ask(page, PILOTS)
    _answered(page, 1)
    _ask(page, "En waar gaan die over?")
    asked = _answered(page, 2)
    last = page.get_by_role("article").last
    last.get_by_role("link", name="bron 1", exact=True).first.click()
    last.get_by_role("link", name=re.compile("Bekijk in de brief")).first.click()
    page.wait_for_url(re.compile("/citaat/"))
    page.go_back()
    assert _answered(page, 2) == asked == [PILOTS, "En waar gaan die over?"]
    assert page.locator("[name=eerder]").count() == 4 + 2 * page.locator(".write-out").count()
    assert_accessible(page)
    page.reload()
    assert _answered(page, 2) == asked
    page.go_back()
    page.go_back()
    assert _answered(page, 1) == [PILOTS]


def test_loading_anew_keeps_the_question(
    visits: Visits, held: str, library: FakeLibrary
) -> None:
    """Who loads the page anew while an answer is made does not type the question again."""
    library.open.clear()
    page = visits.open(held)
    _ask(page, "Wat duurt lang?")
    page.get_by_text("De brieven worden doorzocht").first.wait_for()
    page.reload()
    assert _box(page).input_value() == "Wat duurt lang?"


def test_a_language_model_may_take_its_time(
    visits: Visits, held: str, library: FakeLibrary
) -> None:
    """While a model writes the page says so, and no more once there is something to read."""
    library.open.clear()
    library.going_on.clear()
    page = visits.open(held)
    listen(page)
    _ask(page, "Wat duurt lang?")
    writes = page.locator(".pending").get_by_text("Het taalmodel schrijft")
    writes.wait_for()
    screenshot(page, "model-writes")
    assert_accessible(page)
    assert not any("langer dan gewoonlijk" in words for words in said(page))
    library.open.set()
    page.get_by_text("Er komt nog meer").wait_for()
    assert not writes.is_visible()
    assert page.get_by_role("button", name="Stop").is_visible()


def test_a_judgement_is_sent_once(visits: Visits, held: str) -> None:
    """A double click on a thumb is one judgement, and who comes back is not asked again."""
    page = visits.open(held)
    _ask(page, "Wat nu?")
    _answered(page, 1)
    page.get_by_role("button", name="Ja").dblclick()
    page.get_by_text("Uw oordeel is bewaard.").first.wait_for()
    assert sum("/oordeel" in address for address in visits.requests) == 1
    page.reload()
    page.get_by_text("Uw oordeel is bewaard.").first.wait_for()
    assert page.get_by_role("button", name="Ja").count() == 0


def test_another_language_keeps_the_question(visits: Visits, held: str) -> None:
    """Who reads an answer and chooses English stays with that answer."""
    page = visits.open(held)
    _ask(page, "Wat nu?")
    _answered(page, 1)
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Answer", exact=True).wait_for()
    assert "Wat nu?" in page.locator(".asked").inner_text()
