"""The PDF reader: what a reader of the page sees, once, in order; and what cannot be read."""

from __future__ import annotations

import unicodedata
from collections import Counter
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter

from ingest.document import RawDocument, Role
from ingest.errors import UnreadableFile
from ingest.formats.pdf import FORMAT
from ingest.layout.glyphs import plain_text
from tests.pdf_making import Page, lines, pdf, text

RENDERED = sorted((Path(__file__).parent / "data" / "rendered").glob("*.pdf"))
BODY = lines(
    72, 760,
    "De afgelopen twee jaar hebben elf gemeenten ervaring opgedaan met de aanpak van",
    "laaggeletterdheid in de regio, en dat heeft veel opgeleverd voor iedereen die meedoet.",
    "In dit overzicht staat wat daarvan geleerd is en wat het heeft gekost.",
)


@pytest.fixture
def read(tmp_path):
    """Reads the content of a PDF."""

    def read_content(content: bytes) -> RawDocument:
        path = tmp_path / "brief.pdf"
        path.write_bytes(content)
        return FORMAT.read(path)

    return read_content


def encrypted(content: bytes, user: str, owner: str) -> bytes:
    """The same PDF, encrypted with a password for reading it and one for changing it."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.encrypt(user, owner, algorithm="RC4-128")
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def characters(shown: str) -> Counter[str]:
    """The characters of a text as they are read, white space left out."""
    plain = "".join(plain_text(character) for character in shown)
    return Counter(
        character
        for character in unicodedata.normalize("NFKD", plain)
        if character.isprintable() and not character.isspace()
    )


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: path.stem)
def test_every_character_is_read_once(path):
    """Each character that pdfium finds on a page is on that page's raw text, and only once."""
    document = FORMAT.read(path)
    pdfium = pypdfium2.PdfDocument(path)
    found = [page.get_textpage().get_text_range() for page in pdfium]
    assert [characters(page.text) for page in document.pages] == [characters(t) for t in found]
    assert [page.number for page in document.pages] == list(range(1, len(found) + 1))


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: path.stem)
def test_marks_cover_whole_blocks_in_order(path):
    """Marks follow each other without overlap, and each begins and ends at a character."""
    for page in FORMAT.read(path).pages:
        blocks = [mark for mark in page.marks if mark.role is not Role.NOTE_MARK]
        inside = [page.text[mark.start : mark.end] for mark in page.marks]
        assert all(one.strip() == one and one for one in inside)
        assert all(a.end <= b.start for a, b in pairwise(blocks))


def test_the_text_of_a_page_is_joined_to_paragraphs(read):
    """Lines with no gap between them are one paragraph."""
    (page,) = read(pdf(BODY)).pages
    assert page.text.splitlines()[0].startswith("De afgelopen twee jaar")
    assert [mark.role for mark in page.marks] == [Role.PARAGRAPH]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_page_shown_rotated_is_read_as_its_text_runs(read, rotate):
    """A page that is turned on the screen gives the same text as one that is not."""
    upright, turned = read(pdf(BODY)), read(pdf(Page(BODY, rotate=rotate)))
    assert turned.pages[0].text == upright.pages[0].text


@pytest.mark.parametrize(
    "matrix", ["0 1 -1 0 842 0", "-1 0 0 -1 842 842", "0 -1 1 0 0 842"], ids=["90", "180", "270"]
)
def test_text_that_runs_along_the_page_is_read_upright(read, matrix):
    """A landscape table on a portrait page is read from its own left to its own right."""
    turned = read(pdf(Page(f"q {matrix} cm {BODY} Q", width=842)))
    assert turned.pages[0].text == read(pdf(BODY)).pages[0].text


def test_hidden_text_is_left_out(read):
    """What no reader of the page sees is not read: invisible, white on white, off the page."""
    hidden = (
        text(72, 600, "onzichtbaar", more="3 Tr")
        + "1 1 1 rg " + text(72, 580, "wit op wit") + "0 0 0 rg "
        + text(-400, 560, "buiten de bladzijde")
        + "q 0 0 10 10 re W n " + text(72, 540, "weggeknipt") + "Q "
    )
    assert read(pdf(BODY + hidden)).pages[0].text == read(pdf(BODY)).pages[0].text


def test_text_shows_only_where_all_clips_meet(read):
    """What lies in one of two clips but not in the other is seen by nobody."""
    clips = "q 0 0 300 842 re W n 0 0 595 650 re W n {} Q "
    outside, inside = clips.format(text(400, 600, "erbuiten")), clips.format(text(72, 600, "erin"))
    found = read(pdf(BODY + outside + inside)).pages[0].text
    assert "erin" in found
    assert "erbuiten" not in found


def test_white_text_on_a_dark_ground_is_read(read):
    """A white title on a coloured bar is read by everyone."""
    bar = "0 0.2 0.4 rg 60 590 400 30 re f 1 1 1 rg " + text(72, 600, "Inspectie") + "0 0 0 rg "
    assert "Inspectie" in read(pdf(BODY + bar)).pages[0].text


def test_a_watermark_is_furniture(read):
    """Text set across the page stands apart from the text and is marked as furniture."""
    across = "BT /F1 60 Tf 0.7 0.7 -0.7 0.7 150 300 Tm (CONCEPT) Tj ET "
    (page,) = read(pdf(BODY + across)).pages
    (mark,) = [mark for mark in page.marks if mark.role is Role.FURNITURE]
    assert page.text[mark.start : mark.end] == "CONCEPT"


def test_text_set_by_actual_text_is_read_as_that(read):
    """A hyphen that the file tags as a soft one still stands at the line's end."""
    broken = (
        "/Span<</ActualText<FEFF00AD>>>BDC " + text(72 + 67.26, 600, "-") + "EMC "
        + text(72, 588, "maatregelen volgen.")
    )
    found = read(pdf(BODY + text(72, 600, "De subsidie") + broken)).pages[0].text
    assert "De subsidie" in found
    assert found.count("-") == 1


def test_words_printed_twice_are_read_once(read):
    """Bold type made by printing the same words twice, a little apart, is read once."""
    twice = text(72, 600, "Besluit") + text(72.3, 600, "Besluit")
    assert read(pdf(BODY + twice)).pages[0].text.count("Besluit") == 1


def test_letterspaced_and_kerned_words_stay_whole(read):
    """Neither letters set apart nor pairs moved together part a word."""
    spaced = text(72, 600, "NOTITIE VOOR DE KAMER", more="3 Tc")
    kerned = "BT /F1 10 Tf 1 0 0 1 72 570 Tm [(T) 80 (e) -60 (kst) -278 (volgt)] TJ ET "
    found = read(pdf(BODY + spaced + kerned)).pages[0].text
    assert "NOTITIE VOOR DE KAMER" in found
    assert "Tekst volgt" in found


def test_a_space_that_only_the_advance_shows_parts_words(read):
    """Words of two text objects stay apart where the f of the first leans into the gap."""
    apart = text(72, 600, "of") + text(82.44, 600, "een rechtmatige grondslag")
    assert "of een rechtmatige" in read(pdf(BODY + apart)).pages[0].text


def test_a_hyphen_set_a_hair_apart_belongs_to_its_word(read):
    """The hyphen of a justified line's end is part of the word that it breaks."""
    broken = text(72, 600, "wordt dit indu") + text(72 + 61.14 + 1.8, 600, "-")
    found = read(pdf(BODY + broken + text(72, 588, "strie genoemd."))).pages[0].text
    assert "indu-\nstrie" in found


def test_a_dash_at_a_line_end_is_no_hyphen(read):
    """A dash stands as far off as a word, and no word goes on with a capital."""
    # 118.96 is the width of the words before it, 2.8 that of a space.
    dash = text(72, 600, "de minister van Waterstaat") + text(72 + 118.96 + 2.8, 600, "-")
    found = read(pdf(BODY + dash + text(72, 588, "Openbaar vervoer en milieu."))).pages[0].text
    assert "Waterstaat -\nOpenbaar" in found


def test_a_raised_number_cites_its_note(read):
    """A raised digit is a note mark, stuck to its word; the small type at the foot is the note."""
    cited = "BT /F1 10 Tf 72 700 Td (Dit is eerder onderzocht) Tj /F1 6 Tf 4 Ts (1) Tj ET "
    note = text(72, 80, "1", 6) + text(80, 77, "Kamerstuk 32 793, nr. 703.", 8)
    (page,) = read(pdf(BODY + cited + note)).pages
    by_role = {mark.role: page.text[mark.start : mark.end] for mark in page.marks}
    assert "onderzocht1" in page.text
    assert by_role[Role.NOTE_MARK] == "1"
    assert by_role[Role.FOOTNOTE] == "1 Kamerstuk 32 793, nr. 703."


def test_page_labels_are_the_printed_ones(read):
    """The number printed on the page is its label; without one, the file's own label."""
    body = [BODY.replace("elf", word) for word in ("elf", "tien", "negen")]
    printed = [page + text(300, 30, str(at)) for at, page in enumerate(body, start=14)]
    assert [page.label for page in read(pdf(*printed)).pages] == ["14", "15", "16"]
    own = read(pdf(*body, labels="0 <</S/r>> 2 <</S/D>>"))
    assert [page.label for page in own.pages] == ["i", "ii", "1"]


def test_properties_have_the_names_of_dublin_core(read):
    """The author is the creator; a date is written as a date."""
    found = read(pdf(BODY, title="Voortgang")).properties
    assert (found["title"], found["creator"]) == ("Voortgang", "Ministerie")
    assert found["created"] == "2026-03-12"


def test_a_password_for_reading_is_asked_of_the_supplier(read):
    """A PDF that needs a password is refused, and the message says what to do."""
    with pytest.raises(UnreadableFile, match="encrypted: supply it without a password"):
        read(encrypted(pdf(BODY), "geheim", "eigenaar"))


def test_a_password_for_changes_does_not_matter(read):
    """A PDF that anyone may open is read, whatever may be done with it."""
    assert read(encrypted(pdf(BODY), "", "eigenaar")).pages[0].text == read(pdf(BODY)).pages[0].text


def test_a_truncated_file_is_read_as_far_as_it_goes(read):
    """What is left of a PDF that was cut off is read, and a warning says that more may be lost."""
    whole = pdf(BODY, BODY.replace("elf", "tien"))
    document = read(whole[: whole.rindex(b"xref")])
    assert len(document.pages) == 2
    assert "end of the file is missing" in document.warnings[0]


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 20, pdf(BODY)[:300]]
)
def test_what_is_no_pdf_inside_is_refused(read, content):
    """A file without a page that can be found gives one clear line."""
    with pytest.raises(UnreadableFile, match="damaged"):
        read(content)


def test_a_pdf_without_pages_is_refused(read):
    """No pages is no letter."""
    with pytest.raises(UnreadableFile, match="no page of it"):
        read(pdf())


def test_one_damaged_page_costs_that_page_alone(read):
    """The pages around a page that cannot be loaded are read, and a warning names the lost one."""
    content = pdf(BODY, BODY, BODY.replace("elf", "tien"))
    document = read(content.replace(b"7 0 R 9 0 R 11 0 R", b"7 0 R 5 0 R 11 0 R"))
    assert [page.number for page in document.pages] == [1, 3]
    assert document.warnings == ("page 2 cannot be read: download or export the PDF again",)


def test_what_is_filled_in_is_read_in_its_place(read):
    """The value of a form's field stands after its label, and a note on the page is read too."""
    asked = text(72, 700, "Ons kenmerk:") + text(72, 680, "Was getekend, de directeur.")
    filled = ("Widget", (150, 695, 300, 712), text(2, 5, "2026-0000451"))
    noted = ("FreeText", (72, 600, 300, 620), text(2, 5, "Akkoord, 3 maart 2026"))
    found = read(pdf(Page(BODY + asked, annotations=(filled, noted)), BODY))
    first = " ".join(found.pages[0].text.split())
    assert "Ons kenmerk: 2026-0000451 Was getekend" in first
    assert "Akkoord, 3 maart 2026" in first


def test_a_drawn_bullet_is_a_bullet(read):
    """A disc before a line begins a list item, as browsers print it; one under a picture none."""
    def disc(x: float, y: float) -> str:
        return f"{x} {y} 3 3 re f\n"

    items = text(90, 600, "de trein;") + text(90, 588, "de bus.") + disc(78, 602) + disc(78, 590)
    (page,) = read(pdf(BODY + items + disc(300, 300))).pages
    found = [page.text[m.start : m.end] for m in page.marks if m.role is Role.LIST_ITEM]
    assert found == ["• de trein;", "• de bus."]
    assert page.text.count("•") == 2


def test_words_of_leaning_type_stay_apart(read):
    """Upright type made to lean has letters as wide as before, and its words their gaps."""
    leaning = "BT /F1 10 Tf 1 0 0.33 1 {} 600 Tm ({}) Tj ET "
    shown = leaning.format(72, "Toestemming") + leaning.format(135.4, "is niet passend")
    assert "Toestemming is niet passend" in read(pdf(BODY + shown)).pages[0].text


def test_a_rule_of_a_table_parts_off_no_notes(read):
    """Numbered text below a table with drawn borders is text, though a rule stands above it."""
    borders = "".join(f"{x} 600 {w} 0.5 re f\n" for x, w in ((72, 100), (172, 100), (272, 80)))
    below = lines(72, 580, "3. Tot slot volgt hier wat de gemeenten nog te doen staat dit jaar.")
    row = text(74, 604, "Almelo") + text(174, 604, "12")
    (page,) = read(pdf(BODY + row + borders + below)).pages
    assert not [mark for mark in page.marks if mark.role is Role.FOOTNOTE]
