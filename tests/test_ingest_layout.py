"""The layout of pages: what stands beside the text, in columns, in tables, in lists, at the end."""

from __future__ import annotations

import tracemalloc
from contextlib import closing

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
