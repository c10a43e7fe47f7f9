"""Every state of the page, looked at by axe in light and dark, wide and on a telephone."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from index.condition import Condition, Stage
from service.addresses import quotation_address
from service.app import create_app
from tests.browser import (
    Visits,
    accessibility_faults,
    assert_accessible,
    cut_off,
    enlarge_text,
    screenshot,
    space_out,
    too_wide,
)
from tests.fake_library import FakeLibrary
from tests.printed_letter import KENMERK, TWICE
from tests.serving import running, serving

pytestmark = pytest.mark.full

PRINTED = KENMERK.lower().replace("/", "-")
PILOTS = "De Kamer wordt eind 2026 over de voortgang van de pilots"
PILOTS_LETTER = "actieagenda-industrie-en-omwonenden"


def _asked(question: str, more: str = "") -> str:
    return f"/?vraag={quote(question)}{more}"


STATES = {
    "empty": "/",
    "answer-from-text": _asked("Wanneer wordt de Kamer geïnformeerd over de pilots?"),
    "answer-from-pdf": _asked("Wanneer wordt de subsidie voor walstroom opnieuw bezien?"),
    "answer-of-three": _asked(
        "Welke aanbevelingen doet de Gezondheidsraad over exposoomonderzoek?"
    ),
    "not-in-letters": _asked("Wat kost een retourtje naar de maan?"),
    "not-in-filtered": _asked("Wat kost een retourtje naar de maan?", f"&brief={PRINTED}"),
    "clarification": _asked("Wat is het kenmerk van de brief van de minister?"),
    "out-of-scope": _asked("Hallo"),
    "blank": "/?vraag=",
    "bad-date": _asked("Wat kost walstroom?", "&van=2026-02-30"),
    "dates-reversed": _asked("Wat kost walstroom?", "&van=2026-02-03&tot=2026-02-01"),
    "filtered": f"/?brief={PRINTED}&soort=kamerbrief&van=2026-01-01",
    "unknown-filter": "/?brief=is-er-niet",
    "letters": "/brieven",
    "letter-in-pdf": f"/brieven/{PRINTED}",
    "page-in-pdf": f"/brieven/{PRINTED}/blz/2",
    "letter-with-pages": "/brieven/3332219-1024718-pg",
    "letter-without-pages": f"/brieven/{PILOTS_LETTER}",
    "quotation-in-pdf": quotation_address(PRINTED, TWICE, 0),
    "quotation-in-text": quotation_address(PILOTS_LETTER, PILOTS, 0),
    "quotation-gone": quotation_address(PRINTED, "Dit staat er niet meer.", 0),
    "unknown-letter": "/brieven/is-er-niet",
    "unknown-page": f"/brieven/{PRINTED}/blz/99",
    "nowhere": "/nergens",
    "api": "/docs",
}
REFUSED = {
    "blank": 422, "bad-date": 422, "dates-reversed": 422, "quotation-gone": 404,
    "unknown-letter": 404, "unknown-page": 404, "nowhere": 404,
}


def _look_at(visits: Visits, address: str, name: str) -> None:
    """The page at `address` has no barriers wide, dark and on a telephone, and fits; at twice its
    size too, which is half the width to the page."""
    page = visits.open(address)
    assert page.locator("h1").count() == 1
    assert_accessible(page)
    screenshot(page, name)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page, only=("color-contrast", "link-in-text-block"))
    screenshot(page, f"{name}-dark")
    page.set_viewport_size({"width": 640, "height": 450})
    assert too_wide(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert too_wide(page) == []
    page.emulate_media(color_scheme="light")
    assert_accessible(page)
    screenshot(page, f"{name}-telephone")


@pytest.mark.parametrize("name", STATES)
def test_a_state_has_no_barriers(visits: Visits, address: str, name: str) -> None:
    """Whoever sees little, or uses a telephone or a screen reader, can use every state."""
    if name in REFUSED:
        visits.expected.add(REFUSED[name])
    _look_at(visits, address + STATES[name], name)


@pytest.mark.parametrize("name", ["empty", "answer-of-three", "letters", "quotation-in-pdf"])
def test_it_can_be_read_with_the_visitors_own_type(
    visits: Visits, address: str, name: str
) -> None:
    """Text twice as large, and spaced out (WCAG 1.4.4 and 1.4.12), fits and is not cut off."""
    page = visits.open(address + STATES[name])
    space_out(page)
    assert (cut_off(page), too_wide(page)) == ([], [])
    enlarge_text(page, 2)
    screenshot(page, f"{name}-large-text")
    assert (cut_off(page), too_wide(page)) == ([], [])


@pytest.mark.parametrize("name", ["answer-from-text", "not-in-letters", "quotation-in-pdf"])
def test_an_english_browser_is_shown_english(visits: Visits, address: str, name: str) -> None:
    """The page says that it is English, and only what is quoted from letters is marked Dutch."""
    page = visits.open(address + STATES[name], language="en-GB")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("link", name="Skip to content").count() == 1
    for dutch in page.locator("blockquote").all():
        assert dutch.evaluate("(one) => one.closest('[lang]').lang") == "nl"
    screenshot(page, f"{name}-english")
    assert_accessible(page)


@pytest.mark.parametrize("name", ["answer-from-text", "letters", "quotation-in-pdf"])
def test_it_works_without_scripts(visits: Visits, address: str, name: str) -> None:
    """Where scripts are forbidden the same words are there, and without barriers."""
    page = visits.open(address + STATES[name], scripts=False)
    copied = visits.copy(page)
    screenshot(copied, f"{name}-without-scripts")
    assert_accessible(copied)
    if name == "answer-from-text":
        assert "eind 2026" in page.locator("main").inner_text()


@pytest.mark.parametrize("name", ["answer-of-three", "quotation-in-pdf"])
def test_it_survives_forced_colours(visits: Visits, address: str, name: str) -> None:
    """In a contrast theme of the system nothing that matters disappears."""
    page = visits.open(address + STATES[name], forced_colors="active")
    screenshot(page, f"{name}-forced-colours")
    assert accessibility_faults(page, but=("color-contrast",)) == []


def test_before_there_are_letters(visits: Visits, tmp_path: Path) -> None:
    """Who opens a new service is told that there are no letters yet, and an administrator how to
    begin."""
    visits.expected.add(503)
    with serving(tmp_path / "index", health="/health/live") as address:
        _look_at(visits, address, "no-letters")
        page = visits.open(address)
        assert "briefwijzer ingest" in page.locator("main").inner_text()


@pytest.mark.parametrize(
    ("stage", "told"),
    [("building", "Er zijn nu 12 brieven gelezen."), ("unfinished", "briefwijzer ingest"),
     ("unusable", "beheerder")],
)
def test_an_index_that_cannot_be_used(visits: Visits, stage: Stage, told: str) -> None:
    """Who asks while the letters cannot be searched is told why, how far it is, and what to do, and
    does not lose the question."""
    library = FakeLibrary()
    library.ready = False
    library.why_not_ready = Condition(stage, 12 if stage == "building" else 0)
    visits.expected.add(503)
    with running(create_app(library)) as address:
        _look_at(visits, address, f"not-ready-{stage}")
        page = visits.open(address + _asked("Wat kost walstroom?"))
        assert told in page.locator("main").inner_text()
        assert page.locator("#vraag").input_value() == "Wat kost walstroom?"
        library.ready = True
        page.get_by_role("link", name="Kijk opnieuw").click()
        page.get_by_role("link", name="Bekijk in de brief").first.wait_for()
