"""A letter in a browser: the words of a citation are marked where they stand, and nowhere else."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import httpx
import pypdfium2
import pytest

from service.addresses import quotation_address
from tests.browser import Visits, assert_accessible, screenshot
from tests.printed_letter import BROKEN, KENMERK, NOTE, OVER_LINES, SUBJECT, TWICE, printed_letter

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.full

PRINTED = KENMERK.lower().replace("/", "-")
EXPOSOME = "3332219-1024718-pg"
RECOMMENDED = "Zet exposoomonderzoek in voor het ontwikkelen van integraal leefomgeving- en"


def _bare(words: str) -> str:
    return re.sub(r"[\W_]", "", words)


def _text(address: str, letter_id: str) -> str:
    answer = httpx.get(f"{address}/v1/letters/{letter_id}/text", timeout=20).raise_for_status()
    return str(answer.json()["text"])


def _marks(page: Page) -> list[tuple[float, float, float, float]]:
    """Where the marks are on the image of the page, as parts of its width and height."""
    page.locator("main figure img").first.evaluate("(image) => image.decode()")
    found: list[tuple[float, float, float, float]] = page.evaluate("""() => {
      const image = document.querySelector("main figure img").getBoundingClientRect();
      return [...document.querySelectorAll("main figure rect.mark")].map((mark) => {
        const box = mark.getBoundingClientRect();
        return [(box.left - image.left) / image.width, (box.top - image.top) / image.height,
          (box.right - image.left) / image.width, (box.bottom - image.top) / image.height];
      });
    }""")
    return found


def _printed_within(
    document: bytes, number: int, marks: list[tuple[float, float, float, float]]
) -> str:
    """The letters and digits of a page whose middle is in a mark, as pdfium finds them."""
    with pypdfium2.PdfDocument(io.BytesIO(document)) as pdf:
        page = pdf[number - 1]
        width, height = page.get_size()
        text = page.get_textpage()
        found = []
        for at in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(at)
            x, y = (left + right) / 2 / width, 1 - (bottom + top) / 2 / height
            if any(a <= x <= c and b <= y <= d for a, b, c, d in marks):
                found.append(text.get_text_range(at, 1))
    return _bare("".join(found))


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, OVER_LINES), (2, TWICE), (2, NOTE), (3, BROKEN), (2, "ten hoogste 9.500 euro")],
    ids=["over lines", "said twice", "a note", "a broken word", "part of a sentence"],
)
def test_the_words_are_marked_on_the_printed_page(
    visits: Visits, address: str, number: int, words: str
) -> None:
    """Whoever opens a citation of a PDF sees the marks on exactly the words that are quoted."""
    start = _text(address, PRINTED).index(words)
    page = visits.open(address + quotation_address(PRINTED, words, start))
    marks = _marks(page)
    screenshot(page, f"marked-{number}-{len(words)}")
    assert _printed_within(printed_letter(), number, marks) == _bare(words)
    assert page.locator("mark").all_inner_texts()
    assert _bare("".join(page.locator("mark").all_inner_texts())) == _bare(words)


def test_of_the_same_words_the_cited_ones_are_marked(visits: Visits, address: str) -> None:
    """A sentence that stands twice on a page is marked where it was cited."""
    text = _text(address, PRINTED)
    first = text.index(TWICE)
    second = text.index(TWICE, first + 1)
    tops = []
    for start in (first, second):
        page = visits.open(address + quotation_address(PRINTED, TWICE, start))
        tops.append([round(top, 2) for _, top, _, _ in _marks(page)])
    assert max(tops[0]) < min(tops[1])


def test_the_marks_stay_on_the_words_when_the_page_is_small(visits: Visits, address: str) -> None:
    """On a telephone the image shrinks, and the marks with it."""
    start = _text(address, PRINTED).index(OVER_LINES)
    page = visits.open(
        address + quotation_address(PRINTED, OVER_LINES, start), width=320, height=640, pixels=3
    )
    assert _printed_within(printed_letter(), 1, _marks(page)) == _bare(OVER_LINES)


def test_the_words_are_in_sight(visits: Visits, address: str) -> None:
    """Who follows a citation does not have to look for the marked words."""
    page = visits.open(address)
    page.locator("form[role=search] textarea").fill("Wie heeft de kosten per aansluiting geraamd?")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Bekijk in de brief").last.click()
    page.wait_for_url(re.compile("/citaat/"))
    page.locator("main figure img").first.evaluate("(image) => image.decode()")
    page.wait_for_timeout(300)
    screenshot(page, "followed")
    in_sight = page.evaluate("""() => [...document.querySelectorAll("main rect.mark, main mark")]
      .some((one) => { const box = one.getBoundingClientRect();
        return box.top >= 0 && box.bottom <= innerHeight; })""")
    assert in_sight


def test_the_words_are_marked_in_a_text(visits: Visits, address: str) -> None:
    """A letter that is no PDF is shown as text, with the quotation marked on its page."""
    text = _text(address, EXPOSOME)
    start = text.index(RECOMMENDED)
    page = visits.open(address + quotation_address(EXPOSOME, RECOMMENDED, start))
    assert _bare("".join(page.locator("mark").all_inner_texts())) == _bare(RECOMMENDED)
    assert page.locator("main figure img").count() == 0
    assert page.get_by_role("heading", name="Bladzijde 1").count() == 1


def test_the_original_is_the_file_that_was_read(visits: Visits, address: str) -> None:
    """The download is the letter's own file, byte for byte, and is not opened in the page."""
    page = visits.open(f"{address}/brieven/{PRINTED}")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download het bestand").click()
    kept = Path(downloading.value.path()).read_bytes()
    assert hashlib.sha256(kept).digest() == hashlib.sha256(printed_letter()).digest()
    assert downloading.value.suggested_filename == "walstroom.pdf"


def test_a_letter_is_found_and_asked(visits: Visits, address: str) -> None:
    """From the list of letters one finds a letter by its number, and asks it alone."""
    page = visits.open(f"{address}/brieven")
    found = page.get_by_role("main").get_by_role("link", name=SUBJECT, exact=True)
    assert found.count() == 1
    page.get_by_role("searchbox").fill("wal/2026/0417")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?"))
    screenshot(page, "letters-searched")
    assert_accessible(page)
    assert page.get_by_role("heading", level=2).filter(has_text=SUBJECT).count() == 1 or (
        found.count() == 1
    )
    page.get_by_role("link", name=re.compile("Vraag over deze brief")).first.click()
    page.wait_for_url(re.compile("brief=wal-2026-0417"))
    page.get_by_role("button", name=re.compile(f"Verwijder filter.*{SUBJECT}")).wait_for()


def test_nothing_found_says_so(visits: Visits, address: str) -> None:
    """A search without result is no empty page."""
    page = visits.open(f"{address}/brieven")
    page.get_by_role("searchbox").fill("zeppelin")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Geen brieven gevonden").wait_for()
    screenshot(page, "letters-none")
    assert_accessible(page)


def test_pages_are_turned_by_keyboard(visits: Visits, address: str) -> None:
    """The arrow keys turn pages, but not while a field has the focus."""
    page = visits.open(f"{address}/brieven/{PRINTED}/blz/1")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("/blz/2"))
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile("/blz/1"))


def test_a_quotation_is_handed_on(visits: Visits, address: str) -> None:
    """The address to copy and the memo's line name the letter, the page and the words, and the
    address leads back to them."""
    start = _text(address, PRINTED).index(BROKEN)
    page = visits.open(address + quotation_address(PRINTED, BROKEN, start))
    page.get_by_text("Citeer of deel").click()
    screenshot(page, "share")
    assert_accessible(page)
    memo = page.get_by_label("Dit citaat in een memo").input_value()
    assert SUBJECT in memo
    assert KENMERK in memo
    assert "blz. 3" in memo
    again = page.get_by_label("Adres van dit citaat").input_value()
    assert again.startswith(address)
    mail = page.get_by_role("link", name="Mail dit aan een collega").get_attribute("href") or ""
    assert again in unquote(mail)
    visits.go(page, again)
    assert _bare("".join(page.locator("mark").all_inner_texts())) == _bare(BROKEN)
