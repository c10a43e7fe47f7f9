"""What a file format says of its text is kept: marks become blocks, notes and removals."""

from ingest.document import Mark, RawDocument, RawPage, Role
from ingest.letter import BlockKind
from ingest.passages import ChunkSettings, split_letter
from ingest.reading import make_letter
from tests.test_ingest_reconciliation import assert_accounted_for

Stretch = tuple[str, Role | None, str]


def page(number: int | None, *stretches: Stretch) -> RawPage:
    """A raw page of marked stretches with blank lines between; `‹1›` in one is a note mark."""
    text, marks = "", []
    for content, role, value in stretches:
        start = len(text)
        plain = ""
        for part in content.split("‹"):
            if "›" in part:
                digit, rest = part.split("›")
                at = start + len(plain)
                marks.append(Mark(at, at + len(digit), Role.NOTE_MARK, digit))
                plain += digit + rest
            else:
                plain += part
        text += plain
        if role is not None:
            marks.append(Mark(start, len(text), role, value))
        text += "\n\n"
    return RawPage(number, None, text, tuple(sorted(marks, key=lambda mark: mark.start)))


PAGES = (
    page(
        1,
        ("Ons kenmerk\nABC/2024-17", Role.FIELD, ""),
        ("Geachte voorzitter,", Role.PARAGRAPH, ""),
        ("Leefomgeving", Role.HEADING, "1"),
        ("De gezond-\nheid in 2024‹1› telt.", Role.PARAGRAPH, ""),
        ("Lucht", Role.HEADING, "2"),
        ("De lucht wordt schoner, meldt het‹2›", Role.PARAGRAPH, ""),
        ("1 Kamerstuk 1, nr. 2.", Role.FOOTNOTE, "1"),
        ("2 Een noot\ndie doorloopt.", Role.FOOTNOTE, "2"),
        ("geheim watermerk", Role.FURNITURE, "watermark"),
    ),
    page(
        2,
        ("rapport van het RIVM dat gisteren verscheen.", Role.PARAGRAPH, ""),
        ("• eerst dit", Role.LIST_ITEM, ""),
        ("• dan dat, dat nog\n  doorloopt", Role.LIST_ITEM, ""),
        ("Maatregel \tKosten\t 2025", Role.TABLE_ROW, ""),
        ("Warmte-\nnet\t12\t14", Role.TABLE_ROW, ""),
        ("Het vervolg‹1› op deze bladzijde.", Role.PARAGRAPH, ""),
        ("1 Opnieuw begonnen.", Role.FOOTNOTE, "1"),
    ),
)
LETTER = make_letter(RawDocument(PAGES), "brief.pdf", "")


def blocks(kind: BlockKind) -> list[str]:
    """The texts of the blocks of one kind."""
    return [LETTER.text[b.start : b.end] for b in LETTER.blocks if b.kind is kind]


def test_every_character_is_accounted_for() -> None:
    """Marks change what a stretch is taken for; nothing is lost or doubled by them."""
    assert_accounted_for(LETTER)


def test_headings_have_the_level_that_the_format_gives() -> None:
    """A marked heading opens a section of its own level."""
    lucht = next(b for b in LETTER.blocks if LETTER.text[b.start :].startswith("De lucht"))
    assert lucht.section == ("Leefomgeving", "Lucht")


def test_a_paragraph_goes_on_over_a_page_end() -> None:
    """Two marked halves of one sentence become one paragraph on two pages."""
    text = "De lucht wordt schoner, meldt het2 rapport van het RIVM dat gisteren verscheen."
    assert text in blocks(BlockKind.PARAGRAPH)
    at = LETTER.text.index(text)
    assert LETTER.page_numbers(at, at + len(text)) == (1, 2)


def test_lines_under_one_mark_are_joined() -> None:
    """A word parted over a line end is whole again, in a paragraph, an item and a cell."""
    assert blocks(BlockKind.PARAGRAPH)[1] == "De gezondheid in 2024 1 telt."
    assert blocks(BlockKind.LIST_ITEM) == ["• eerst dit", "• dan dat, dat nog doorloopt"]


def test_cells_stand_apart() -> None:
    """A row of a table is a block by itself, with a tab between its cells."""
    assert blocks(BlockKind.TABLE_ROW) == ["Maatregel\tKosten\t2025", "Warmtenet\t12\t14"]


def test_notes_are_tied_to_the_digit_on_their_own_page() -> None:
    """Notes numbered anew on each page belong to the digits of that page."""
    numbers = [(note.number, note.page, note.text) for note in LETTER.footnotes]
    assert numbers == [
        ("1", 1, "Kamerstuk 1, nr. 2."), ("2", 1, "Een noot die doorloopt."),
        ("1", 2, "Opnieuw begonnen."),
    ]
    anchors = [[LETTER.text[at - 4 : at + 1] for at in note.anchors] for note in LETTER.footnotes]
    assert anchors == [["024 1"], [" het2"], ["volg1"]]


def test_fields_are_letterhead_and_furniture_is_left_out() -> None:
    """A side column is no running text, and what is furniture is listed with its reason."""
    assert LETTER.metadata.kenmerk == "ABC/2024-17"
    assert "watermerk" not in LETTER.text
    assert [removal.reason for removal in LETTER.removals].count("watermark") == 1


def test_a_link_that_is_a_paragraph_is_the_letters_own() -> None:
    """Only in text that nothing is known of are links at the end what a converter left there."""
    stretches = (("Meer staat op deze pagina van het RIVM.", Role.PARAGRAPH, ""),
                 ("https://www.rivm.nl/lucht", Role.PARAGRAPH, ""))
    letter = make_letter(RawDocument((page(None, *stretches),)), "brief.docx", "")
    assert letter.text.endswith("https://www.rivm.nl/lucht")


def test_passages_hold_the_rows() -> None:
    """What is cut into passages is the same text, rows and all."""
    assert any("Warmtenet\t12\t14" in one.text for one in split_letter(LETTER, ChunkSettings()))


def test_fields_beside_a_new_page_do_not_part_its_text() -> None:
    """What goes on over a page end is whole, whatever stands beside the text of the next page."""
    beside = ("Ons kenmerk\nABC/2024-17", Role.FIELD, "")
    letter = make_letter(RawDocument((
        page(1, ("De lucht wordt schoner, meldt het", Role.PARAGRAPH, "")),
        page(2, beside, ("rapport van het RIVM.", Role.PARAGRAPH, ""),
             ("Hoogachtend,", Role.PARAGRAPH, ""), ("de minister van Klimaat,", None, "")),
        page(3, beside, ("drs. A. Voorbeeld", Role.PARAGRAPH, "")),
    )), "brief.pdf", "")
    assert_accounted_for(letter)
    assert [letter.text[block.start : block.end] for block in letter.blocks] == [
        "De lucht wordt schoner, meldt het rapport van het RIVM.", "Ons kenmerk ABC/2024-17",
        "Hoogachtend, de minister van Klimaat, drs. A. Voorbeeld", "Ons kenmerk ABC/2024-17",
    ]
    assert [letter.text[one.start : one.end].split()[0] for one in letter.pages] == [
        "De", "rapport", "drs.",
    ]


def test_an_answer_without_a_number_stands_under_its_question() -> None:
    """The next question is no part of the answer, though both headings are of one level."""
    letter = make_letter(RawDocument((page(
        None, ("Vraag 1", Role.HEADING, "2"), ("Waarom?", Role.PARAGRAPH, ""),
        ("Antwoord", Role.HEADING, "2"), ("Daarom.", Role.PARAGRAPH, ""),
        ("Vraag 2", Role.HEADING, "2"), ("Wanneer?", Role.PARAGRAPH, ""),
    ),)), "vragen.docx", "")
    found = {letter.text[one.start : one.end]: one.section for one in letter.blocks}
    assert found["Daarom."] == ("Vraag 1", "Antwoord")
    assert found["Wanneer?"] == ("Vraag 2",)


def test_the_number_in_brackets_is_no_part_of_its_note() -> None:
    """A note that begins with its number in brackets is cited without it."""
    letter = make_letter(RawDocument((page(
        None, ("De norm‹1› geldt.", Role.PARAGRAPH, ""),
        ("[1] Kamerstuk 1, nr. 2.", Role.FOOTNOTE, "1"),
    ),)), "brief.docx", "")
    assert [note.text for note in letter.footnotes] == ["Kamerstuk 1, nr. 2."]
