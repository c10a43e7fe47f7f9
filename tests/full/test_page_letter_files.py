"""Letters without their file, scans, sentences over a page end, and paper, in a browser."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from ingest import ocr
from service.addresses import quotation_address
from tests.browser import Visits, assert_accessible, screenshot
from tests.conftest import CORPUS
from tests.pdf_making import lines, pdf
from tests.printed_letter import KENMERK, OVER_LINES, TWICE, printed_letter
from tests.rendering.scans import page_image, write_scan
from tests.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.full

PRINTED = KENMERK.lower().replace("/", "-")
RENDERED = CORPUS.parent / "tests" / "data" / "rendered"
OVER_PAGES = (
    "De raad adviseert om de vergunningen voor nieuwe windmolens op zee voortaan voor vijftig jaar "
    "te verlenen en de kosten van het net over die hele periode te verdelen."
)
_FIRST = "De raad adviseert om de vergunningen voor nieuwe windmolens"


def _over_pages() -> bytes:
    """A letter with a sentence that begins on its first page and ends on its second."""
    filling = [f"In overweging {n} gaat de raad in op de kosten van het net." for n in range(38)]
    first = [
        "Datum 3 maart 2026", "Ons kenmerk WIND/2026/12", "Betreft Wind op zee", "",
        "Geachte voorzitter,", "", *filling, _FIRST,
    ]
    second = wrap(OVER_PAGES.removeprefix(_FIRST), 80)
    return pdf(
        lines(90, 760, *first, leading=15),
        lines(90, 760, *second, "", "Hoogachtend,", "De voorzitter van de raad", leading=15),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four letters, one of them with a sentence over a page end, and one a scan."""
    assert ocr.available(), "apt-get install tesseract-ocr tesseract-ocr-nld"
    found = tmp_path_factory.mktemp("files")
    (found / "walstroom.pdf").write_bytes(printed_letter())
    (found / "wind.pdf").write_bytes(_over_pages())
    shutil.copy(RENDERED / "rapportbrief.pdf", found)
    write_scan(found / "scan.pdf", [page_image(RENDERED / "kamerbrief.pdf", 1)])
    return found


@pytest.fixture(scope="module")
def served(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service over the letters of `folder`."""
    from index.embedding import ModelEmbedder
    from index.synchronise import synchronise

    directory = tmp_path_factory.mktemp("files-index")
    assert not synchronise(directory, [folder], ModelEmbedder()).failed
    with serving(directory) as address:
        yield address


def _bare(words: str) -> str:
    return re.sub(r"[\W_]", "", words)


def _open_letter(visits: Visits, address: str, words: str) -> Page:
    page = visits.open(f"{address}/brieven")
    page.get_by_role("main").get_by_role("link", name=re.compile(words)).first.click()
    page.wait_for_url(re.compile("/brieven/."))
    return page


def test_words_over_a_page_end(visits: Visits, served: str) -> None:
    """A sentence over a page end is marked on both pages, each part where it is printed, and is
    said to go on."""
    page = visits.open(served + quotation_address("wind-2026-12", OVER_PAGES, 0))
    assert "lopen door op blz. 2" in page.locator("main").inner_text()
    sheets = page.locator("section.sheet")
    assert sheets.count() == 2
    for sheet in sheets.all():
        assert sheet.locator("rect.mark").count() > 0
        assert sheet.locator("mark").count() > 0
    assert _bare("".join(page.locator("mark").all_inner_texts())) == _bare(OVER_PAGES)
    screenshot(page, "quotation-over-pages")
    assert_accessible(page)


def test_a_scan_says_that_it_was_recognised(visits: Visits, served: str) -> None:
    """Of a page that character recognition read, the image is shown and its reading is doubted."""
    letters = visits.open(f"{served}/brieven")
    addresses = letters.get_by_role("main").get_by_role("link").evaluate_all(
        "(links) => links.map((one) => one.href).filter((one) => /\\/brieven\\/[^?#]+$/.test(one))"
    )
    scans = []
    for address in dict.fromkeys(addresses):
        page = visits.open(address)
        if page.locator(".notice", has_text="(OCR)").count():
            scans.append(page)
    (page,) = scans
    page.locator("main figure img").first.evaluate("(image) => image.decode()")
    screenshot(page, "scan")
    assert_accessible(page)


@pytest.mark.parametrize(
    ("name", "told"), [("gone", "is er niet meer"), ("changed", "is veranderd")]
)
def test_a_file_that_is_not_what_was_read(
    visits: Visits, served: str, folder: Path, name: str, told: str
) -> None:
    """Without its file a letter is shown as text, its quotations marked; no image and no download
    are offered, and it says why."""
    file = folder / "walstroom.pdf"
    there = file.read_bytes()
    try:
        if name == "gone":
            file.unlink()
        else:
            file.write_bytes(there + b"\n%%")
        page = visits.open(served + quotation_address(PRINTED, TWICE, 0))
        assert told in page.locator("main").inner_text()
        assert page.locator("main img").count() == 0
        assert page.get_by_role("link", name="Download het bestand").count() == 0
        assert _bare("".join(page.locator("mark").all_inner_texts())) == _bare(TWICE)
        screenshot(page, f"file-{name}")
        assert_accessible(page)
    finally:
        file.write_bytes(there)


def _printed(page: Page) -> str:
    """The words that a printer would put on paper."""
    with pypdfium2.PdfDocument(io.BytesIO(page.pdf())) as paper:
        return " ".join(one.get_textpage().get_text_range() for one in paper)


def test_an_answer_is_printed(visits: Visits, address: str) -> None:
    """On paper stand the question, the answer and every source, and nothing to click or fill in."""
    page = visits.open(address)
    page.locator("#vraag").fill("Wanneer wordt de subsidie voor walstroom opnieuw bezien?")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Bekijk in de brief").first.wait_for()
    paper = _printed(page)
    for words in ("walstroom opnieuw bezien", "najaar van 2027", KENMERK, "blz. 2"):
        assert words in paper
    for control in ("Vraag verder", "Hebt u iets aan dit antwoord", "Nieuw gesprek"):
        assert control not in paper


def test_a_quotation_is_printed(visits: Visits, address: str) -> None:
    """On paper stand the letter's name, the quotation and the page with the words marked."""
    page = visits.open(address + quotation_address(PRINTED, OVER_LINES, 0))
    page.locator("main figure img").first.evaluate("(image) => image.decode()")
    paper = " ".join(_printed(page).split())
    for words in ("Walstroom voor de binnenvaart", KENMERK, "140 aansluitpunten"):
        assert words in paper
    for control in ("Vraag over deze brief", "Kopieer", "Vergroot"):
        assert control not in paper
    page.emulate_media(media="print")
    assert page.locator("main figure img").first.is_visible()
    assert page.locator("rect.mark").first.is_visible()
    screenshot(page, "quotation-on-paper")
