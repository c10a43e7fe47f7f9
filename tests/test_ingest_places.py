"""The places of words: what a quotation marks on the printed page, held against pdfium's own view.

Which characters are under a mark is asked of pdfium itself, with its own conversion from the page
to what it draws: no code of ours is between.
"""

from __future__ import annotations

import base64
import ctypes
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader, PdfWriter, Transformation

from index.rows import letter_adapter
from ingest.document import Mark, RawDocument, RawPage, Role
from ingest.layout.glyphs import plain_text
from ingest.layout.page import lay_out
from ingest.places import Place, encoded, marked, places_of
from ingest.reading import make_letter, read_letter
from ingest.scan_image import before_straightening, straightened
from ingest.sentences import sentences_between
from ingest.words import as_printed
from tests.bad_pdfs import of_objects, stream
from tests.ingest_letters import letter_from
from tests.page_making import column, page, words
from tests.pdf_making import Page, lines, pdf, text
from tests.rendering.scans import askew, page_image, turned, write_scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ingest.letter import Letter
    from ingest.words import Box

RENDERED = Path(__file__).parent / "data" / "rendered"
EVERY_PDF = pytest.mark.parametrize(
    "path", sorted(RENDERED.glob("*.pdf")), ids=lambda path: path.stem
)
_FINE = 20  # pixels to a point: what pdfium says of places is in whole pixels

PROSE = (
    "De afgelopen twee jaar hebben elf gemeenten ervaring opgedaan met de aanpak van",
    "laaggeletterdheid in de regio. De Kamer wordt daarover eind 2026 geïnformeerd. In dit",
    "overzicht staat wat daarvan geleerd is en wat het heeft gekost voor de gemeenten.",
)
SENTENCE = "De Kamer wordt daarover eind 2026 geïnformeerd."
BODY = lines(72, 760, *PROSE)


def squeezed(shown: str) -> str:
    """A text as it is read, without white space and hyphens, which line ends add and take."""
    plain = "".join(map(plain_text, shown))
    return re.sub(r"[\s\-‐]", "", plain)


def under(path: Path, number: int, boxes: Iterable[Box]) -> str:
    """The characters that pdfium draws with their middle in the boxes, box by box."""
    found = [character for box in boxes for character in _within(_drawn(path, number), box)]
    return squeezed("".join(found))


def _within(drawn: Iterable[tuple[str, float, float]], box: Box) -> list[str]:
    left, top, right, bottom = box
    return [text for text, x, y in drawn if left <= x <= right and top <= y <= bottom]


def _drawn(path: Path, number: int) -> list[tuple[str, float, float]]:
    """Each character of a page and its middle, in points from the top left as it is drawn."""
    with pypdfium2.PdfDocument(path) as document:
        shown = document[number - 1]
        textpage = shown.get_textpage()
        width, height = (round(side * _FINE) for side in (shown.get_width(), shown.get_height()))
        edges = [ctypes.c_double() for _ in range(4)]
        x, y = ctypes.c_int(), ctypes.c_int()
        found = []
        for at in range(pdfium.FPDFText_CountChars(textpage)):
            if pdfium.FPDFText_IsGenerated(textpage, at) == 1:
                continue
            pdfium.FPDFText_GetCharBox(textpage, at, *edges)
            left, right, bottom, top = (edge.value for edge in edges)
            middle = (left + right) / 2, (bottom + top) / 2
            pdfium.FPDF_PageToDevice(shown, 0, 0, width, height, 0, *middle, x, y)
            character = chr(pdfium.FPDFText_GetUnicode(textpage, at))
            found.append((character, x.value / _FINE, y.value / _FINE))
        return found


def span(letter: Letter, quoted: str, nth: int = 0) -> tuple[int, int]:
    """Where a text stands in a letter, the `nth` time that it does."""
    start = -1
    for _ in range(nth + 1):
        start = letter.text.index(quoted, start + 1)
    return start, start + len(quoted)


def check(path: Path, letter: Letter, quoted: str, nth: int = 0) -> tuple[Box, ...]:
    """The boxes that mark a text on the one page that it stands on; under them is that text."""
    ((number, boxes),) = marked(letter, *span(letter, quoted, nth)).items()
    assert sorted(under(path, number, boxes)) == sorted(squeezed(quoted))
    return boxes


@pytest.fixture
def written(tmp_path: Path) -> Callable[[bytes], tuple[Path, Letter]]:
    """Writes the content of a PDF to a file, and reads the letter in it."""

    def write(content: bytes) -> tuple[Path, Letter]:
        path = tmp_path / "brief.pdf"
        path.write_bytes(content)
        return path, read_letter(path)

    return write


@EVERY_PDF
def test_under_the_mark_of_a_sentence_are_its_own_words(path):
    """Every sentence of a letter: on each page that it stands on, those characters and no other."""
    letter = read_letter(path)
    for _, start, end in sentences_between(letter, 0, len(letter.text)):
        found = marked(letter, start, end)
        shown = "".join(under(path, number, boxes) for number, boxes in found.items())
        assert shown == squeezed(letter.text[start:end])
        assert set(found) == set(letter.page_numbers(start, end))


@EVERY_PDF
def test_a_mark_covers_its_letters_and_no_line_beside_them(path):
    """Lines of the text are marked by boxes that hardly overlap, each as high as its type."""
    letter = read_letter(path)
    for number, boxes in marked(letter, 0, len(letter.text)).items():
        shown = next(page for page in letter.pages if page.number == number)
        for left, top, right, bottom in boxes:
            assert 0 <= left < right <= shown.width
            assert 0 <= top < bottom <= shown.height
            assert 4 < bottom - top < 30
        for at, one in enumerate(boxes):
            for other in boxes[at + 1 :]:
                across = min(one[2], other[2]) - max(one[0], other[0])
                down = min(one[3], other[3]) - max(one[1], other[1])
                assert across <= 1 or down < 0.25 * (one[3] - one[1])


def test_of_a_sentence_that_stands_twice_the_one_quoted_is_marked(written):
    """The same words at the head and the foot of a page are told apart."""
    again = text(72, 400, SENTENCE) + text(72, 388, "Dat is de tweede keer dat dit hier staat.")
    path, letter = written(pdf(BODY + again))
    ((_, first, *_),) = check(path, letter, SENTENCE)
    ((_, second, *_),) = check(path, letter, SENTENCE, nth=1)
    assert first == pytest.approx(842 - 748 - 8, abs=1)
    assert second == pytest.approx(842 - 400 - 8, abs=1)


def test_a_word_broken_at_a_line_end_is_marked_on_both_lines_with_its_hyphen(written):
    """Its hyphen is no text of the letter, but the mark reaches over it."""
    broken = lines(
        72, 700, "Voor de gehele regio Rijnmond is de subsidie van het ministerie voor de gemeen-",
        "ten verhoogd. De gemeenten hebben dat gevraagd.",
    )
    path, letter = written(pdf(BODY + broken))
    first, second = check(path, letter, "voor de gemeenten verhoogd.")
    (whole,) = check(path, letter, "gehele regio Rijnmond is de subsidie van het ministerie")
    assert second[0] == pytest.approx(72, abs=0.5)
    assert first[0] > whole[2]
    (hyphen,) = [x for one, x, y in _drawn(path, 1) if plain_text(one) == "-"]
    assert first[0] < hyphen < first[2]


def test_a_note_is_marked_at_the_foot_of_its_page(written):
    """A note, whose text stands at the letter's end, is marked where it is printed."""
    cited = text(72, 700, "De begroting is in juni vastgesteld.") + text(239, 704, "1", 6)
    note = text(72, 90, "1", 5) + text(77, 87, "Kamerstuk 32 793, nr. 703, bladzijde 4.", 7)
    rule = "72 105 m 216 105 l 0.5 w S\n"
    path, letter = written(pdf(BODY + cited + rule + note))
    assert [note.number for note in letter.footnotes] == ["1"]
    (box,) = check(path, letter, "Kamerstuk 32 793, nr. 703, bladzijde 4.")
    assert box[1] == pytest.approx(842 - 87 - 5.6, abs=1)
    assert box[3] - box[1] == pytest.approx(7.2, abs=0.5)


def test_text_is_marked_in_its_own_column(written):
    """A sentence that goes on at the head of the next column has boxes in both, in that order."""
    left = (
        "In de afgelopen periode is met partijen gesproken",
        "over de gevolgen voor de praktijk en de kosten van",
        "het programma en over de stand van zaken daarbij,",
        "waaronder de gemeenten en de provincies die eraan",
    )
    right = (
        "het bestuur en de deelnemers van deze regeling die",
        "met de gemeenten en alle betrokken organisaties en",
        "over de opzet van dit programma is uw Kamer eerder",
        "in de brief van maart geïnformeerd over de stand en",
    )
    ended = "Daarom besluit het kabinet nu in dit jaar om alle"
    begun = "nieuwe subsidies te verlengen met een vol jaar en"
    content = lines(60, 760, *left * 3, ended) + lines(320, 760, begun, *right * 3)
    path, letter = written(pdf(content))
    first, second = check(path, letter, f"{ended} {begun}")
    assert (first[0], second[0]) == pytest.approx((60, 320), abs=0.5)
    assert first[1] > second[1]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "boxes", ["", "/CropBox[20 33 575 800]", "/CropBox[-10 700 560 820]"],
    ids=["whole", "cropped", "strip"],
)
def test_a_page_is_marked_as_it_is_shown_turned_and_cropped(written, rotate, boxes):
    """Boxes count from the corner of what is shown, whichever way up; its size is told too."""
    path, letter = written(pdf(Page(BODY, rotate=rotate, more=boxes)))
    check(path, letter, SENTENCE)
    first, second = check(path, letter, "met de aanpak van laaggeletterdheid in de regio.")
    assert first != second
    with pypdfium2.PdfDocument(path) as document:
        shown = document[0].get_size()
    assert (letter.pages[0].width, letter.pages[0].height) == pytest.approx(shown, abs=0.01)


@pytest.mark.parametrize(
    "matrix", ["0 1 -1 0 842 0", "-1 0 0 -1 842 842", "0 -1 1 0 0 842"], ids=["90", "180", "270"]
)
@pytest.mark.parametrize("rotate", [0, 90])
def test_text_printed_along_a_page_is_marked_along_it(written, matrix, rotate):
    """Lines that run up or down the page, or upside down, have boxes that lie as they do."""
    path, letter = written(pdf(Page(f"q {matrix} cm {BODY} Q", width=842, rotate=rotate)))
    check(path, letter, SENTENCE)
    # A part of a word as well: at the end where its letters are.
    for quoted in ("gemeen", "meenten"):
        assert under(path, 1, marked(letter, *span(letter, quoted))[1]) == quoted


def test_a_sheet_with_two_pages_is_marked_as_one(tmp_path):
    """What stands on the right half is marked there, on the page of the file that holds both."""
    source, path = PdfReader(RENDERED / "beslisnota.pdf"), tmp_path / "twee.pdf"
    left, right = source.pages[:2]
    width, height = float(left.mediabox.width), float(left.mediabox.height)
    sheet = PageObject.create_blank_page(width=2 * width, height=height)
    sheet.merge_page(left)
    sheet.merge_transformed_page(right, Transformation().translate(width, 0), expand=False)
    writer = PdfWriter()
    writer.add_page(sheet)
    writer.write(path)
    letter = read_letter(path)
    assert letter.page_count == 1
    (box,) = check(path, letter, "De uitgaven passen binnen het kader.")
    assert box[0] > width
    assert letter.pages[0].width == pytest.approx(2 * width)


def test_a_sentence_over_a_page_end_is_marked_on_both_pages(written):
    """Each page has the boxes of the words on it, in the order of the text."""
    rest = lines(72, 760, "subsidies te verlengen met een jaar.", *PROSE)
    path, letter = written(pdf(BODY + text(72, 724, "Daarom besluit het kabinet om de"), rest))
    quoted = "Daarom besluit het kabinet om de subsidies te verlengen met een jaar."
    found = marked(letter, *span(letter, quoted))
    assert list(found) == [1, 2]
    assert under(path, 1, found[1]) == squeezed("Daarom besluit het kabinet om de")
    assert under(path, 2, found[2]) == squeezed("subsidies te verlengen met een jaar.")


def test_a_part_of_a_word_is_marked_by_the_width_of_its_letters(written):
    """The edges of a mark within a word are right to a fifth of the type size, also beside i's."""
    path, letter = written(pdf(BODY + text(72, 600, "Het millimeterwerk van de minister is af.")))
    for quoted in ("millim", "meterwerk", "nist", "ter i"):
        (box,) = marked(letter, *span(letter, quoted))[1]
        assert under(path, 1, [box]) == squeezed(quoted)
    (whole,) = marked(letter, *span(letter, "millimeterwerk"))[1]
    (start,) = marked(letter, *span(letter, "milli"))[1]
    # By the widths of Helvetica: "milli" is 1.721 em wide, the word 5.5 em.
    assert start[2] - whole[0] == pytest.approx(17.21, abs=2)


def test_cells_far_apart_have_marks_of_their_own(written):
    """A row of a table is not marked over the white between its cells, nor over other rows."""
    rows = "".join(
        text(x, 600 - 14 * at, cell)
        for at, row in enumerate([("Jaar", "Uitgaven"), ("2026", "8,6"), ("2027", "9,1")])
        for x, cell in zip((72, 300), row, strict=True)
    )
    path, letter = written(pdf(BODY + rows))
    first, second = check(path, letter, "2027\t9,1")
    assert first[2] < 110
    assert second[0] == pytest.approx(300, abs=0.5)


def test_a_font_with_a_size_of_its_own_making_is_marked_as_high_as_its_letters(written):
    """Letters that are drawings of 7 points high, in type of size 1, have no mark of 1 point."""
    shown = "Geachte voorzitter hierbij ontvangt u mijn reactie op het advies over de lucht"
    codes = {ord(character) for character in shown}
    glyphs = " ".join(f"/g{code} {7 if code == 32 else 6} 0 R" for code in codes)
    names = " ".join(f"{code} /g{code}" for code in sorted(codes))
    characters = (
        "begincmap 1 begincodespacerange <00><ff> endcodespacerange "
        "1 beginbfrange <20><7e><0020> endbfrange endcmap"
    )
    path, letter = written(of_objects(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>>",
        stream(f"BT /F1 1 Tf 1 0 0 1 72 700 Tm ({shown}) Tj ET".encode()),
        "<</Type/Font/Subtype/Type3/FontBBox[0 -10 40 40]/FontMatrix[0.24 0 0 0.24 0 0]"
        f"/FirstChar 32/LastChar 126/Widths[{'22 ' * 95}]/CharProcs<<{glyphs}>>"
        f"/Encoding<</Differences[{names}]>>/Resources<<>>/ToUnicode 8 0 R>>",
        stream(b"22 0 0 0 20 30 d1 0 0 20 30 re f"),
        stream(b"22 0 0 0 0 0 d1"),
        stream(characters.encode()),
    ))
    (box,) = check(path, letter, "hierbij ontvangt")
    assert 7 < box[3] - box[1] < 15


def test_spaces_that_are_put_in_move_no_mark():
    """A space behind a note's number, or before one that cites it, shifts what is marked along."""
    body = column(72, 100, *PROSE, "De kosten waren hoog in 2025 en ook daarna nog een tijd.")
    year = next(at for at, word in enumerate(body) if word.text == "2025")
    raised = body[year]._replace(
        text="1", left=body[year].right, right=body[year].right + 3, size=5.5,
        bottom=body[year].bottom - 3.5,
    )
    body[year] = body[year]._replace(space_after=False)
    body.insert(year + 1, raised)
    note = words(72, 700, "1Kamerstuk 32 793, nr. 703.", 6)
    laid = page(body, note)
    placed = replace(laid, words=as_printed(laid.words, 0, 595, 842), shown=(595, 842))
    (raw,) = lay_out([placed])
    assert "1 Kamerstuk" in raw.text
    letter = make_letter(RawDocument((raw,)), "brief.pdf", "0" * 64)
    assert "2025 1 en ook" in letter.text
    for quoted, word in [("2025", body[year]), ("en ook", body[year + 2]), ("703.", note[-1])]:
        (box,) = marked(letter, *span(letter, quoted))[1]
        assert box[0] == pytest.approx(word.left, abs=0.1)


def test_no_cut_within_a_word_loses_what_follows():
    """A mark within a word that a space is put in ("20251") leaves the words after it in place."""
    places = (Place(0, 5, (0, 0, 50, 10)), Place(6, 8, (60, 0, 80, 10)))
    marks = (Mark(4, 5, Role.NOTE_MARK, "1"),)
    many = "20251 en dat zijn er genoeg voor een brief"
    raw = RawPage(1, None, many, marks, places=places, shown=(595, 842))
    letter = make_letter(RawDocument((raw,)), "brief.pdf", "0" * 64)
    assert [(one.start, one.end) for one in places_of(letter.pages[0])] == [(0, 6), (7, 9)]
    assert marked(letter, *span(letter, "en"))[1] == ((60, 0, 80, 10),)


def test_a_letter_without_printed_pages_has_no_marks():
    """A plain text has none, with pages or without."""
    letter = letter_from("Geachte voorzitter,\n\nDit is een brief zonder bladzijden erin.\n")
    assert marked(letter, 0, len(letter.text)) == {}
    assert letter.pages[0].width is None


@pytest.mark.parametrize(("start", "end"), [(-5, 3), (10, 10), (20, 10), (10**6, 10**7)])
def test_a_stretch_that_is_none_has_no_exception(written, start, end):
    """Offsets outside the letter, or none between them, mark what there is of them."""
    _, letter = written(pdf(BODY))
    assert set(marked(letter, start, end)) <= {1}


def packed(numbers: bytes) -> str:
    """Bytes as places are packed."""
    return base64.b64encode(zlib.compress(numbers)).decode()


@pytest.mark.parametrize(
    "stored",
    ["", "é", "abc", "!!!!", "AAAA", packed(b"\x01\x02\x03" * 11), packed(b"\xff" * 2800),
     packed(bytes(100_000_000)), packed(b"\x7f" * 2800), packed(b"")],
    ids=["none", "no ASCII", "cut", "no base 64", "no DEFLATE", "odd", "negative", "bomb",
         "farthest", "empty"],
)
def test_damaged_places_mark_nothing_and_raise_nothing(written, stored):
    """What an index holds may be damaged: a page is then shown without a mark."""
    _, letter = written(pdf(BODY))
    damaged = replace(letter, pages=tuple(replace(one, places=stored) for one in letter.pages))
    assert marked(damaged, 0, len(letter.text)) == {}


def test_a_letter_stored_before_places_were_kept_still_loads():
    """Its pages have no places; it is read and cited, and nothing is marked."""
    letter = letter_from("Geachte voorzitter,\n\nDit is een brief van een pagina of meer.\n")
    stored = letter_adapter().dump_python(letter, mode="json")
    for one in stored["pages"]:
        for name in ("places", "width", "height"):
            del one[name]
    loaded = letter_adapter().validate_python(stored)
    assert loaded.text == letter.text
    assert marked(loaded, 0, len(loaded.text)) == {}


def test_marks_are_the_same_of_a_letter_that_was_stored(written):
    """Storing a letter as JSON and reading it back changes no box."""
    _, letter = written(pdf(BODY))
    stored = letter_adapter().validate_json(letter_adapter().dump_json(letter))
    quoted = span(letter, SENTENCE)
    assert marked(stored, *quoted) == marked(letter, *quoted) != {}


_EDGE = st.integers(0, 20_000).map(lambda tenths: tenths / 10)
_PLACE = st.tuples(
    st.integers(0, 3), st.integers(1, 40), st.tuples(_EDGE, _EDGE, _EDGE, _EDGE),
    st.sampled_from([0, 90, 180, 270]),
)


@settings(deadline=None)
@given(st.lists(_PLACE, max_size=30))
def test_places_are_stored_without_loss(each):
    """What is encoded is read back to the tenth of a point, wherever the boxes are."""
    places, at = [], 0
    for gap, length, box, turn in each:
        places.append(Place(at + gap, at + gap + length, box, turn))
        at += gap + length
    kept = replace(letter_from("Dit is een brief van een pagina of meer.").pages[0],
                   places=encoded(places))
    assert list(places_of(kept)) == places


def test_places_that_are_no_numbers_are_left_out():
    """A box that a damaged file makes infinite costs that word its place, and no other."""
    sound = Place(4, 8, (1.0, 2.0, 3.0, 4.0))
    text_of = encoded([Place(0, 3, (0.0, float("nan"), 1.0, float("inf"))), sound])
    kept = replace(letter_from("Dit is een brief van een pagina of meer.").pages[0], places=text_of)
    assert places_of(kept) == (sound,)


@pytest.mark.parametrize("slope", [-0.05, 0.004, 0.03])
def test_a_place_on_a_straightened_scan_is_found_back_on_the_scan(slope):
    """What straightening moves is traced to where it was, to a pixel."""
    image = np.full((900, 700), 255, dtype=np.uint8)
    for row, column_ in [(80, 60), (80, 600), (450, 350), (820, 90), (800, 620)]:
        image[row - 3 : row + 4, column_ - 3 : column_ + 4] = 0
        straight = straightened(image, slope)
        rows, columns = np.nonzero(straight == 0)
        found = before_straightening((columns.mean(), rows.mean()), slope, image.shape)
        assert found == pytest.approx((column_, row), abs=1.5)
        image[:] = 255


@pytest.mark.full
@pytest.mark.parametrize(
    ("degrees", "turn"), [(0.0, 0), (1.0, 0), (-2.0, 90), (0.0, 180), (0.5, 270)]
)
def test_words_of_a_scan_are_marked_where_they_lie_on_it(tmp_path, degrees, turn):
    """However a letter lay on the scanner, under each mark is what is printed there."""
    source = RENDERED / "advies.pdf"
    image = turned(askew(page_image(source, 1), degrees), turn)
    letter = read_letter(write_scan(tmp_path / "scan.pdf", [image]))
    (scanned,) = letter.pages
    assert scanned.ocr_confidence is not None
    height, width = (side * 72 / 200 for side in image.shape)
    assert (scanned.width, scanned.height) == pytest.approx((width, height), abs=0.5)
    drawn = [_scanned(one, (595.3, 841.9), degrees, turn) for one in _drawn(source, 1)]
    agree = total = 0
    for _, start, end in sentences_between(letter, 0, len(letter.text)):
        boxes = marked(letter, start, end)[1]
        shown = squeezed("".join(one for box in boxes for one in _within(drawn, box)))
        agree += sorted(shown) == sorted(squeezed(letter.text[start:end]))
        total += 1
    assert total > 30
    assert agree >= 0.9 * total


def _scanned(
    one: tuple[str, float, float], size: tuple[float, float], degrees: float, turn: int
) -> tuple[str, float, float]:
    """A character of an upright page (width, height), where it comes to lie on its scan."""
    text_of, x, y = one
    width, height = size
    angle = np.deg2rad(degrees)
    x, y = x - width / 2, y - height / 2
    x, y = np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y
    x, y = x + width / 2, y + height / 2
    places = {0: (x, y), 90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}
    return text_of, *places[turn]
