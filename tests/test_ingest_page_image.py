"""Pages of PDFs as images: what they show, and what drawing them may cost."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ingest.drawing import Drawer, DrawingEnded
from ingest.errors import UnreadableFile
from ingest.isolation import Limits
from ingest.page_image import MAX_PIXELS, MAX_SIDE, page_png
from tests.bad_pdfs import encrypted, flate_bomb, form_in_itself
from tests.conftest import must_end
from tests.pdf_making import Page, pdf, text

RENDERED = Path(__file__).parent / "data" / "rendered"
# A square of a hundred points, its bottom left corner at (150, 400) of the page.
SQUARE = "150 400 100 100 re f\n"
DARK, WHITE = (0, 0, 0), (255, 255, 255)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[bytes], Path]:
    """Writes a PDF down."""

    def write(content: bytes) -> Path:
        path = tmp_path / "brief.pdf"
        path.write_bytes(content)
        return path

    return write


def drawn(path: Path, number: int = 1, width: int = 600) -> Image.Image:
    """A page as an image of red, green and blue."""
    return Image.open(BytesIO(page_png(path, number, width))).convert("RGB")


def dark_box(image: Image.Image) -> tuple[int, int, int, int]:
    """The box (left, top, right, bottom) of all that is not white."""
    box = image.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize(("rotate", "place"), [
    # What is 50 from the left and 100 from the bottom of the crop box, turned clockwise.
    (0, (50, 400, 150, 500)),
    (90, (100, 50, 200, 150)),
    (180, (250, 100, 350, 200)),
    (270, (400, 250, 500, 350)),
])
def test_a_place_in_points_is_a_place_in_the_image(
    written: Callable[[bytes], Path], rotate: int, place: tuple[int, int, int, int]
) -> None:
    """The image is the crop box, turned as the page is, each point as wide as any other."""
    cropped = Page(SQUARE, rotate=rotate, more="/CropBox[100 300 500 900]", height=1000)
    image = drawn(written(pdf(cropped)), width=800 if rotate in (0, 180) else 1200)
    assert image.size == ((800, 1200) if rotate in (0, 180) else (1200, 800))
    assert dark_box(image) == tuple(2 * edge for edge in place)


def test_the_words_of_reading_are_where_the_image_has_ink(
    written: Callable[[bytes], Path]
) -> None:
    """The boxes that reading gives to words hold all that is dark, and each of them something."""
    from ingest.pdfium import open_page, open_pdf, text_layer

    content = text(90, 700, "Geachte voorzitter,") + text(300, 120, "Hoogachtend,")
    path = written(pdf(Page(content, more="/CropBox[20 30 575 822]")))
    document = open_pdf(path)
    page = open_page(document, 0)
    words = text_layer(page, 1, None)
    page.close()
    document.close()
    image, scale = drawn(path, width=1110), 1110 / words.width
    assert len(words.words) == 3
    for word in words.words:
        edges = (word.left, word.top, word.right, word.bottom)
        left, top, right, bottom = (round(scale * edge) for edge in edges)
        where = (left - 2, top - 2, right + 2, bottom + 6)
        assert dark_box(image.crop(where))
        image.paste(WHITE, where)
    assert image.getextrema() == ((255, 255),) * 3


def test_what_is_filled_in_on_a_form_is_shown(written: Callable[[bytes], Path]) -> None:
    """A page is drawn with its fields and notes, as reading reads them."""
    note = ("FreeText", (100, 600, 300, 700), "0 0 50 50 re f")
    image = drawn(written(pdf(Page("", annotations=(note,)))), width=595)
    assert dark_box(image) == (100, 842 - 650, 150, 842 - 600)


@pytest.mark.parametrize("width", [200, 333, 1240, 2400])
def test_an_image_is_as_wide_as_asked(width: int) -> None:
    """Whatever the page measures, the image has the width that it was asked to have."""
    image = drawn(RENDERED / "kamerbrief.pdf", width=width)
    assert image.width == width
    assert image.height == pytest.approx(width * 842 / 595, abs=2)


@pytest.mark.parametrize(("width", "height"), [(10, 14_000), (14_000, 10), (400, 14_000)])
def test_a_page_of_an_odd_shape_is_drawn_smaller(
    written: Callable[[bytes], Path], width: int, height: int
) -> None:
    """No page makes an image that fills the memory of who draws it or of who sees it."""
    image = drawn(written(pdf(Page("0 0 5 5 re f", width=width, height=height))), width=2400)
    assert image.width * image.height <= MAX_PIXELS * 1.01
    assert max(image.size) <= MAX_SIDE + 1
    assert image.width / image.height == pytest.approx(width / height, rel=0.2)


def test_few_colours_are_enough_for_a_letter(written: Callable[[bytes], Path]) -> None:
    """White stays white and black nearly black, a colour is kept, and type keeps its edges."""
    blue = "0.08 0.27 0.45 rg 0 742 595 100 re f 0 0 0 rg "
    image = drawn(written(pdf(blue + SQUARE + text(90, 300, "Geachte voorzitter", 30))), width=595)
    assert image.getpixel((10, 500)) == WHITE
    assert image.getpixel((200, 390)) == pytest.approx(DARK, abs=8)
    assert image.getpixel((300, 20)) == pytest.approx((20, 69, 115), abs=8)
    greys = {image.getpixel((x, y)) for x in range(90, 400) for y in range(510, 550)}
    assert len(greys) > 10


def test_a_page_of_text_is_small() -> None:
    """A page of a letter, at the width of a screen, weighs less than many a logo."""
    for path in sorted(RENDERED.glob("*.pdf")):
        assert len(page_png(path, 1, 1240)) < 200_000, path.name


@pytest.mark.parametrize(("content", "number", "reason"), [
    (b"%PDF-1.7\n", 1, "damaged"),
    (encrypted("geheim"), 1, "encrypted"),
    (pdf("", "").replace(b"/Type/Page/", b"/Type/Niet/"), 1, "damaged"),
    (pdf(""), 2, "no page 2"),
    (pdf(""), 0, "no page 0"),
])
def test_what_cannot_be_drawn_is_said(
    written: Callable[[bytes], Path], content: bytes, number: int, reason: str
) -> None:
    """A page that cannot be drawn is reported with the reason."""
    with pytest.raises(UnreadableFile, match=reason):
        page_png(written(content), number, 600)


# --- in a process of its own


@contextmanager
def drawing(**limits: float) -> Iterator[Drawer]:
    """A drawer, closed at the end, with nothing left of it."""
    before = multiprocessing.active_children()
    drawer = Drawer(Limits(**limits))  # type: ignore[arg-type]
    try:
        yield drawer
    finally:
        with must_end():
            drawer.close()
        assert multiprocessing.active_children() == before


def drawing_process() -> int:
    """The process that draws."""
    [child] = multiprocessing.active_children()
    assert child.pid is not None
    return child.pid


def test_one_process_draws_all_pages() -> None:
    """A page drawn apart is the page drawn here, and the process is kept for the next one."""
    with drawing() as drawer:
        assert multiprocessing.active_children() == []
        first = drawer.draw(RENDERED / "kamerbrief.pdf", 1, 600)
        process = drawing_process()
        assert first == page_png(RENDERED / "kamerbrief.pdf", 1, 600)
        assert drawer.draw(RENDERED / "advies.pdf", 2, 600) != first
        assert drawing_process() == process


def test_a_page_that_hangs_costs_only_itself(written: Callable[[bytes], Path]) -> None:
    """A page that is made to take for ever is given up, and the next one is drawn."""
    with must_end(), drawing(seconds=1.0) as drawer:
        with pytest.raises(UnreadableFile, match="longer than 1 s"):
            drawer.draw(written(form_in_itself(30)), 1, 600)
        assert drawer.draw(RENDERED / "kamerbrief.pdf", 1, 600).startswith(b"\x89PNG")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_a_page_that_fills_the_memory_costs_only_itself(written: Callable[[bytes], Path]) -> None:
    """A few kB that unfold to a gigabyte are given up, and the next page is drawn."""
    with must_end(), drawing(seconds=20.0, memory_mb=512) as drawer:
        with pytest.raises(UnreadableFile, match="memory"):
            drawer.draw(written(flate_bomb()), 1, 600)
        assert drawer.draw(RENDERED / "kamerbrief.pdf", 1, 600).startswith(b"\x89PNG")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that kills")
def test_a_process_that_is_killed_is_replaced() -> None:
    """When the system ends the process that waits for a page, the next page starts another."""
    with must_end(), drawing() as drawer:
        drawer.draw(RENDERED / "kamerbrief.pdf", 1, 600)
        os.kill(drawing_process(), signal.SIGKILL)
        assert drawer.draw(RENDERED / "advies.pdf", 1, 600).startswith(b"\x89PNG")


def test_a_closed_drawer_draws_no_more() -> None:
    """After its end a drawer starts no process again."""
    with drawing() as drawer:
        drawer.draw(RENDERED / "kamerbrief.pdf", 1, 600)
        drawer.close()
        with pytest.raises(DrawingEnded):
            drawer.draw(RENDERED / "kamerbrief.pdf", 1, 600)
        assert multiprocessing.active_children() == []


def test_a_file_that_is_gone_is_no_damaged_page(tmp_path: Path) -> None:
    """A file that vanished is not taken for one that cannot be drawn."""
    with drawing() as drawer, pytest.raises(FileNotFoundError):
        drawer.draw(tmp_path / "weg.pdf", 1, 600)
