"""The layout of pages: what stands beside the text, in columns, in tables, in lists, at the end."""

from __future__ import annotations

import tracemalloc
from contextlib import closing
from dataclasses import replace

import pytest

from ingest.document import RawPage, Role
from ingest.layout.page import lay_out
from ingest.layout.spool import Spool
from ingest.words import PageWords, Word

PROSE = (
    "Met deze brief informeer ik uw Kamer over de voortgang van het programma en over",
    "de stand van zaken bij de uitvoering. Over de opzet van dit programma is uw Kamer op",
    "12 maart 2025 geïnformeerd. In de afgelopen periode is met alle betrokken partijen,",
    "waaronder de gemeenten, gesproken over de gevolgen voor de praktijk en de kosten.",
)

# As long as any line of the text, so that no next word would fit.
FULL = "de rol van gemeenten, provincies en waterschappen bij de uitvoering in deze periode."


def words(x: float, y: float, line: str, size: float = 9, bold: bool = False) -> list[Word]:
    """The words of a line from (x, y), its baseline in points from the top, half an em a letter."""
    found = []
    for word in line.split(" "):
        right = x + 0.5 * size * len(word)
        found.append(Word(word, x, y - size, right, y, size, bold))
        x = right + 0.3 * size
    return found


def column(x: float, y: float, *lines: str, size: float = 9, leading: float = 12) -> list[Word]:
    """The words of lines below each other."""
    return [
        word for at, line in enumerate(lines) for word in words(x, y + at * leading, line, size)
    ]


def page(*parts: list[Word], number: int = 1) -> PageWords:
    """A page with these words."""
    return PageWords(number, None, 595, 842, tuple(word for part in parts for word in part))


def marked(raw: RawPage, *roles: Role) -> list[str]:
    """The texts that are marked with one of the roles."""
    return [raw.text[mark.start : mark.end] for mark in raw.marks if mark.role in roles]


@pytest.mark.parametrize(("side", "main"), [(500, 80), (40, 150)], ids=["right", "left"])
def test_a_side_column_is_read_apart(side, main):
    """Labels and values beside the text are fields of their own, and the text has none of them."""
    beside = column(side, 100, "Ons kenmerk", "2026-104417", size=7, leading=9)
    (raw,) = lay_out([page(column(main, 100, *PROSE), beside)])
    assert marked(raw, Role.FIELD) == ["Ons kenmerk\n2026-104417"]
    assert marked(raw, Role.PARAGRAPH) == ["\n".join(PROSE)]


def test_a_side_column_repeated_on_later_pages_is_furniture():
    """What stands beside the text of page 1 and again beside that of page 2 is read once."""
    pages = [
        page(
            column(80, 100 + 7 * number, *PROSE),
            column(500, 100, "Ons kenmerk", "2026-104417", size=7, leading=9),
            number=number,
        )
        for number in (1, 2)
    ]
    first, second = lay_out(pages)
    assert marked(first, Role.FIELD) == ["Ons kenmerk\n2026-104417"]
    assert set(marked(second, Role.FURNITURE)) == {"Ons kenmerk", "2026-104417"}


def test_two_columns_are_read_one_after_the_other():
    """The lines of the left column come before those of the right, whole paragraphs."""
    left = [f"links regel {at} van de tekst, die doorloopt" for at in range(12)]
    right = [f"rechts regel {at} van de tekst, die doorloopt" for at in range(12)]
    (raw,) = lay_out([page(column(60, 100, *left), column(280, 100, *right))])
    assert [line for line in raw.text.splitlines() if line] == left + right


def test_a_table_is_read_row_by_row_with_wrapped_cells_whole():
    """Cells that line up are parted by tabs, and a cell's second line belongs to its row."""
    rows = [
        words(80, 300, "Maatregel") + words(200, 300, "Toelichting") + words(400, 300, "Gereed"),
        words(80, 312, "Walstroom") + words(200, 312, "op elf plaatsen") + words(400, 312, "2027"),
        words(200, 324, "met vervoerders"),
        words(80, 340, "Diepwand") + words(200, 340, "proef bij Deurne") + words(400, 340, "2026"),
    ]
    (raw,) = lay_out([page(column(80, 100, *PROSE), *rows)])
    assert marked(raw, Role.TABLE_ROW) == [
        "Maatregel\tToelichting\tGereed",
        "Walstroom\top elf plaatsen\nmet vervoerders\t2027",
        "Diepwand\tproef bij Deurne\t2026",
    ]


def test_list_items_keep_their_sign_and_their_hanging_lines():
    """Each bullet begins an item, and lines that hang below it go on with it."""
    items = column(80, 200, "•", "•", leading=24) + column(
        95, 200, "het eerste punt, dat zo lang is dat het niet op een regel past en daarom op de",
        "volgende doorloopt;", "het tweede punt.",
    )
    (raw,) = lay_out([page(column(80, 100, *PROSE), items)])
    assert [text.split()[1:3] for text in marked(raw, Role.LIST_ITEM)] == [
        ["het", "eerste"], ["het", "tweede"],
    ]


def test_signatures_side_by_side_are_read_one_by_one():
    """Each signatory's office comes with that signatory's name."""
    closing = (
        words(80, 200, "Hoogachtend,")
        + words(80, 230, "De minister van Financiën,")
        + words(320, 230, "De staatssecretaris van Financiën,")
        + words(80, 280, "E. de Groot")
        + words(320, 280, "T. van Dam")
    )
    (raw,) = lay_out([page(column(80, 100, *PROSE), closing)])
    assert marked(raw, Role.PARAGRAPH)[-4:] == [
        "De minister van Financiën,", "E. de Groot",
        "De staatssecretaris van Financiën,", "T. van Dam",
    ]


def test_headings_have_the_level_of_their_type():
    """Larger type is a higher level; bold type of the text's own size a lower one."""
    (raw,) = lay_out([
        page(
            words(80, 80, "Inleiding", size=14, bold=True),
            column(80, 110, *PROSE),
            words(80, 180, "Aanpak", bold=True),
            column(80, 200, *PROSE),
        )
    ])
    found = [mark.value for mark in raw.marks if mark.role is Role.HEADING]
    assert found == ["1", "2"]
    assert marked(raw, Role.HEADING) == ["Inleiding", "Aanpak"]


def test_what_recurs_at_the_edge_of_pages_is_furniture():
    """A running head with its page number is left out; a last line that happens to recur is not."""
    pages = [
        page(
            words(80, 40, "Raad voor de Leefomgeving | Jaarverslag"),
            column(80, 100 + 7 * number, *PROSE),
            words(80, 600, f"Besluit {number}: akkoord."),
            words(300, 810, str(number + 3)),
            number=number,
        )
        for number in (1, 2, 3, 4)
    ]
    raw = lay_out(pages)
    assert [one.label for one in raw] == ["4", "5", "6", "7"]
    assert marked(raw[1], Role.FURNITURE) == ["Raad voor de Leefomgeving | Jaarverslag", "5"]


def test_a_power_is_no_note():
    """The raised 3 of a cubic metre cites no note, though there is one with that number."""
    notes = [
        word for at in (1, 2, 3) for word in words(80, 740 + 10 * at, f"{at} Kamerstuk {at}.", 7)
    ]
    unit = words(80, 200, "De concentratie is 25 µg/m")
    power = Word("3", unit[-1].right, 190, unit[-1].right + 3, 196, 5.5)
    unit[-1] = Word(*[getattr(unit[-1], name) for name in ("text", "left", "top", "right", "bottom",
                                                           "size")], space_after=False)
    (raw,) = lay_out([page(column(80, 100, *PROSE), [*unit, power], notes)])
    assert "µg/m3" in raw.text
    assert len(marked(raw, Role.FOOTNOTE)) == 3
    assert marked(raw, Role.NOTE_MARK) == []


def test_an_empty_page_is_an_empty_text():
    """A blank page keeps its place among the pages, without text."""
    first, second = lay_out([page(column(80, 100, *PROSE)), page(number=2)])
    assert (second.number, second.text, second.marks) == (2, "", ())
    assert first.text


def test_a_long_document_is_not_kept_in_memory():
    """The words of two hundred pages, laid out, take little more memory than their text does."""
    tracemalloc.start()
    try:
        with closing(Spool()) as pages:
            for number in range(1, 201):
                pages.add(page(column(80, 60, *PROSE * 10), number=number))
            raw = lay_out(pages)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [one.number for one in raw] == list(range(1, 201))
    assert all(one.text.count("informeer ik uw Kamer") == 10 for one in raw)
    assert peak < 25_000_000


def test_a_paragraph_goes_on_over_the_page_end_after_a_full_line():
    """A last line with no room for the next word makes the next page's text its continuation."""
    lines = (
        "Over de uitvoering wordt uw Kamer in het najaar van dit jaar nader geïnformeerd.",
        "Daarbij ga ik in op de kosten, op de planning en op de rol van de gemeenten.",
    )
    full = [*PROSE, FULL]
    first, second = lay_out([page(column(80, 100, *full)), page(column(80, 100, *lines), number=2)])
    assert [mark.goes_on for mark in (*first.marks, *second.marks)] == [False, True]
    short = [*PROSE, "Daarover bericht ik u."]
    _, second = lay_out([page(column(80, 100, *short)), page(column(80, 100, *lines), number=2)])
    assert [mark.goes_on for mark in second.marks] == [False]


def test_a_label_after_a_full_line_begins_a_text_of_its_own():
    """"Vraag 3" at the top of a page does not go on with the answer on the page before."""
    full = [*PROSE, FULL]
    label = words(80, 100, "Vraag 3") + column(80, 112, *PROSE)
    _, second = lay_out([page(column(80, 100, *full)), page(label, number=2)])
    assert not any(mark.goes_on for mark in second.marks)
    assert marked(second, Role.PARAGRAPH)[0] == "Vraag 3"


def test_a_title_cut_by_the_page_end_is_one_heading():
    """A bold title that fills its line goes on with the bold line that opens the next page."""
    title = words(80, 170, "Uitnodiging voor een werkbezoek aan de veiligheidsregio van Midden- en "
                  "West-Gelderland", bold=True)
    rest = words(80, 100, "en het college van Arnhem", bold=True)
    pages = [
        page(column(80, 100, *PROSE), title),
        page(rest, column(80, 130, *PROSE), number=2),
    ]
    _, second = lay_out(pages)
    assert [mark.goes_on for mark in second.marks] == [True, False]
    assert marked(second, Role.HEADING) == ["en het college van Arnhem"]


def test_a_paragraph_goes_on_in_the_next_column():
    """A figure that opens a column goes on with the sentence that the column before left open."""
    left = [f"links regel {at} van de tekst, die doorloopt" for at in range(11)]
    left.append("met besparingen daarbij van wel meer dan €")
    right = ["19 tot 34 miljoen, per kubieke meter grond."]
    right += [f"rechts regel {at} van de tekst, doorloopt" for at in range(11)]
    (raw,) = lay_out([page(column(60, 100, *left), column(280, 100, *right))])
    assert "dan €\n19 tot" in marked(raw, Role.PARAGRAPH)[0]


def test_an_indented_paragraph_after_an_item_is_none_of_it():
    """What is indented less than an item's text, after a sentence's end, is a new paragraph."""
    item = words(80, 200, "4.") + words(105, 200, "twee borden die de gereden snelheid tonen.")
    after = words(95, 212, PROSE[0]) + column(80, 224, *PROSE[1:])
    (raw,) = lay_out([page(column(80, 100, *PROSE), item, after)])
    assert marked(raw, Role.LIST_ITEM) == ["4. twee borden die de gereden snelheid tonen."]
    assert marked(raw, Role.PARAGRAPH)[-1] == "\n".join(PROSE)


def test_a_sign_drawn_against_its_word_begins_an_item():
    """A number in brackets begins an item, and is set apart, though no white follows it."""
    items = words(80, 200, "(1)Wat is daarvan de oorzaak?") + words(80, 212, "(2)Wie betaalt dit?")
    (raw,) = lay_out([page(column(80, 100, *PROSE), items)])
    assert marked(raw, Role.LIST_ITEM) == ["(1) Wat is daarvan de oorzaak?", "(2) Wie betaalt dit?"]


def test_cells_that_a_rule_parts_need_no_wide_gap():
    """A drawn line between two cells parts them, however near their words stand to it."""
    cells = [
        words(80, 300, "Meteren–Box-") + words(140, 300, "412") + words(200, 300, "onderleggers"),
        words(80, 312, "tel"),
        words(80, 330, "Deurne") + words(140, 330, "197") + words(200, 330, "diepwand"),
        words(80, 348, "Hengelo") + words(140, 348, "226") + words(200, 348, "onbekend"),
    ]
    rules = tuple((x, 288.0, x + 0.5, 354.0) for x in (78.0, 137.0, 190.0, 300.0))
    rules += tuple((78.0, y, 300.0, y + 0.5) for y in (288.0, 318.0, 336.0, 354.0))
    one = page(column(80, 100, *PROSE), *cells)
    (raw,) = lay_out([replace(one, rules=rules)])
    assert marked(raw, Role.TABLE_ROW) == [
        "Meteren–Box-\ntel\t412\tonderleggers", "Deurne\t197\tdiepwand",
        "Hengelo\t226\tonbekend",
    ]


def test_a_value_in_a_narrow_cell_stands_below_its_own_label():
    """A kenmerk that nearly touches the value beside it is parted from it at the next label."""
    labels = words(80, 100, "Uw brief van") + words(190, 100, "Ons kenmerk") + words(
        300, 100, "Behandeld door")
    values = words(80, 112, "17 februari 2026") + words(190, 112, "Z26-014882/UIT-26-031177") + (
        words(300, 112, "M. Kleinjan"))
    text = words(80, 150, "Geachte leden van de raad,") + column(80, 174, *PROSE)
    (raw,) = lay_out([page(labels, values, text)])
    assert "Ons kenmerk\nZ26-014882/UIT-26-031177" in marked(raw, Role.FIELD)


def test_a_raised_number_wrapped_to_its_own_line_cites_its_note():
    """A small number alone below a paragraph ends it, and is no paragraph."""
    note = words(80, 740, "1 Kamerstuk 32 793, nr. 703.", 7)
    wrapped = [Word("1", 80, 140, 83, 146, 5.5)]
    (raw,) = lay_out([page(column(80, 100, *PROSE), wrapped, note)])
    assert marked(raw, Role.PARAGRAPH) == ["\n".join(PROSE) + "1"]
    assert marked(raw, Role.NOTE_MARK) == ["1"]


def test_a_note_is_told_by_its_number_though_no_white_follows():
    """The next number at the edge of the notes begins a note, stuck to its text or not."""
    notes = column(80, 740, "1 Kamerstuk 32 793.", "2gezondheidenruimte.nl", size=7, leading=9)
    (raw,) = lay_out([page(column(80, 100, *PROSE), notes)])
    assert marked(raw, Role.FOOTNOTE) == ["1 Kamerstuk 32 793.", "2 gezondheidenruimte.nl"]


def test_page_numbers_of_contents_stay_in_their_rows():
    """A smaller number below a larger one ends its own entry of a table of contents."""
    entries = [
        words(80, 300 + 16 * at, title, size) + words(500, 300 + 16 * at, str(3 + at), size)
        for at, (title, size) in enumerate((
            ("1. Inleiding", 13), ("1.1 Over het verzoek", 9), ("1.2 Achtergrond", 9),
            ("2. Verloop", 13), ("2.1 Beoordeling", 9), ("3. Slot", 13),
        ))
    ]
    (raw,) = lay_out([page(column(80, 100, *PROSE), *entries)])
    assert "1.1 Over het verzoek\t4" in raw.text
