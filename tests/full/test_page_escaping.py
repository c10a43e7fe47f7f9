"""What a letter, a question or a model says stays text, in a browser that would run it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from service.app import create_app
from tests.browser import Visits, assert_accessible, screenshot, too_wide
from tests.conftest import write_letter
from tests.fake_library import FakeLibrary
from tests.serving import running, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.full

MARKUP = (
    "<script>document.title='geraakt'</script><img src=x onerror=\"document.title='geraakt'\">"
    "</p></template><svg onload=\"document.title='geraakt'\"><b>vet</b>"
)
# Little enough that the sentence can be cited.
CITED = "<b>vet</b> <img src=x onerror=\"document.title='geraakt'\">"
LONG = "Hottentottententententoonstelling" * 30
# Right-to-left override: what follows it is drawn from right to left, until it is isolated.
TURNED = "\u202egnp.exe\u202c \u2067omgekeerd"
HOSTILE = f"{MARKUP} {LONG} {TURNED}"


def _assert_text(page: Page) -> None:
    """Nothing of it ran or became an element, and nothing is drawn outside the window."""
    page.wait_for_timeout(200)
    assert page.title() != "geraakt"
    assert page.locator("main b, main img[src=x], main svg[onload], script:not([src])").count() == 0
    assert too_wide(page) == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service over a letter full of markup, in its name and subject too."""
    from index.embedding import ModelEmbedder
    from index.synchronise import synchronise

    folder = tmp_path_factory.mktemp("hostile")
    write_letter(
        folder, "<b>brief&amp;.txt", f"Betreft: Subsidie {MARKUP}", "Geachte voorzitter,",
        f"De subsidie voor windmolens bedraagt 24 miljoen euro {HOSTILE}.",
        f"De subsidie voor windmolens wordt in 2027 opnieuw {CITED} bezien.",
        kenmerk="WIND-2026/01",
    )
    directory = tmp_path_factory.mktemp("hostile-index")
    assert not synchronise(directory, [folder], ModelEmbedder()).failed
    with serving(directory) as address:
        yield address


def test_a_letter_stays_text(visits: Visits, hostile: str) -> None:
    """Markup in a letter is shown as it was written, in the list, the letter and the answer."""
    page = visits.open(f"{hostile}/brieven", width=320)
    _assert_text(page)
    screenshot(page, "hostile-letters")
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    _assert_text(page)
    assert "<script>" in page.locator("main").inner_text()
    screenshot(page, "hostile-letter")
    assert_accessible(page)
    question = "Wanneer wordt de subsidie voor windmolens opnieuw bezien?"
    visits.go(page, f"{hostile}/?vraag={quote(question)}")
    _assert_text(page)
    assert page.locator("blockquote", has_text=CITED).count() == 1
    screenshot(page, "hostile-answer")
    assert_accessible(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_question_stays_text(visits: Visits, address: str, scripts: bool) -> None:
    """A question is shown as typed, by its address and when a script puts it in the page."""
    page = visits.open(f"{address}/?vraag={quote(HOSTILE)}", width=320, scripts=scripts)
    _assert_text(page)
    screenshot(page, f"hostile-question-{scripts}")
    if scripts:
        page = visits.open(address, width=320)
        page.locator("form[role=search] textarea").fill(HOSTILE)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Bekijk welke brieven er zijn").or_(
            page.get_by_role("heading", name="Bronnen")
        ).first.wait_for()
        _assert_text(page)
        assert "<script>" in page.locator("main").inner_text()


def test_what_is_written_stays_text(visits: Visits) -> None:
    """Markup in an answer and its pieces is shown, while it streams and when it is whole."""
    library = FakeLibrary()  # its answers begin with the question
    library.going_on.clear()
    with running(create_app(library)) as address:
        page = visits.open(address, width=320)
        page.locator("form[role=search] textarea").fill(HOSTILE)
        page.keyboard.press("Enter")
        page.get_by_text("Eind 2026").first.wait_for()
        _assert_text(page)
        library.going_on.set()
        page.get_by_role("link", name="Bekijk in de brief").first.wait_for()
        _assert_text(page)
        assert "<b>niet</b>" in page.locator("main").inner_text()
        # A letter's address that is a script is no link.
        assert page.locator("a[href^='javascript:']").count() == 0


@pytest.mark.parametrize(
    "path", ["/brieven/{}", "/?brief={}", "/brieven?zoek={}", "/{}", "/?van={}"]
)
def test_an_address_stays_text(visits: Visits, address: str, path: str) -> None:
    """Markup in an address, which anyone may mail, never becomes part of a page."""
    visits.expected |= {404, 422}
    page = visits.open(address + path.format(quote(HOSTILE, safe="")), width=320)
    _assert_text(page)
