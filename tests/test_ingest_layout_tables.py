"""Tables: rows with their cells, over line and page ends, with drawn rules and without."""

from __future__ import annotations

from dataclasses import replace

from ingest.document import Role
from ingest.layout.page import lay_out
from ingest.words import Box, Word
from tests.page_making import PROSE, column, marked, page, words


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


def test_cells_of_one_word_each_are_parted():
    """Where every gap is one between cells, none of them is taken for a word space."""
    rows = [
        [word for x, cell in zip((80, 180, 280, 380, 480), row, strict=True)
         for word in words(x, 300 + 14 * at, cell)]
        for at, row in enumerate((
            ("Gemeente", "Stof", "2023", "2024", "2025"),
            ("Overschie", "NO2", "21,1", "20,1", "19,1"),
            ("Schiedam", "PM10", "22,2", "21,2", "20,2"),
        ))
    ]
    (raw,) = lay_out([page(column(80, 100, *PROSE), *rows)])
    assert marked(raw, Role.TABLE_ROW) == [
        "Gemeente\tStof\t2023\t2024\t2025", "Overschie\tNO2\t21,1\t20,1\t19,1",
        "Schiedam\tPM10\t22,2\t21,2\t20,2",
    ]


def rows_of_text(*rows: tuple[float, tuple[str, str, str]]) -> list[Word]:
    """Rows of three cells, "" for one without text, each with its baseline."""
    return [
        word
        for y, cells in rows
        for x, cell in zip((80, 220, 360), cells, strict=True)
        if cell
        for word in words(x, y, cell)
    ]


def test_a_first_cell_wraps_where_rows_lie_further_apart():
    """In a table without rules the white between rows tells a row from a wrapped line."""
    rows = rows_of_text(
        (300, ("Actie", "Wie", "Gereed")),
        (318, ("Zes nieuwe stations", "de provincie", "in 2026")),
        (330, ("langs de hele kust", "Noord-Holland", "")),
        (348, ("Het register van huis-", "de GGD", "in 2027")),
        (360, ("artsen breder maken", "", "")),
    )
    (raw,) = lay_out([page(column(80, 100, *PROSE), rows)])
    assert marked(raw, Role.TABLE_ROW) == [
        "Actie\tWie\tGereed",
        "Zes nieuwe stations\nlangs de hele kust\tde provincie\nNoord-Holland\tin 2026",
        "Het register van huis-\nartsen breder maken\tde GGD\tin 2027",
    ]


def test_the_first_cell_of_the_last_row_may_be_the_only_one_that_wraps():
    """The line below a table whose rows lie further apart than it does belongs to the last row."""
    rows = rows_of_text(
        (300, ("Actie", "Wie", "Gereed")),
        (318, ("Zes stations", "de provincie", "in 2026")),
        (336, ("Het register van huis-", "de GGD", "in 2027")),
        (348, ("artsen breder maken", "", "")),
    )
    below = column(80, 378, *PROSE)
    (raw,) = lay_out([page(column(80, 100, *PROSE), rows, below)])
    assert marked(raw, Role.TABLE_ROW)[-1] == (
        "Het register van huis-\nartsen breder maken\tde GGD\tin 2027"
    )
    assert marked(raw, Role.PARAGRAPH)[-1] == "\n".join(PROSE)


def test_white_between_groups_of_rows_joins_no_rows():
    """Rows that each begin anew are rows, also where some lie further apart than others."""
    found = (
        (300, ("Gemeente", "Stof", "Oordeel")),
        (318, ("Beverwijk", "fijnstof", "te hoog")),
        (330, ("Heemskerk", "", "te hoog")),
        (348, ("Overschie", "roet", "")),
        (360, ("Schiedam", "", "voldoende")),
    )
    (raw,) = lay_out([page(column(80, 100, *PROSE), rows_of_text(*found))])
    assert marked(raw, Role.TABLE_ROW) == ["\t".join(filter(None, row)) for _, row in found]


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


def grid(lefts: tuple[float, ...], heights: tuple[float, ...]) -> tuple[Box, ...]:
    """The lines of a table: upright ones at `lefts`, level ones at `heights`, in points."""
    upright = ((x, heights[0], x + 0.5, heights[-1]) for x in lefts)
    level = ((lefts[0], y, lefts[-1], y + 0.5) for y in heights)
    return (*upright, *level)


def test_a_head_row_repeated_on_every_page_is_read_once():
    """The head of a table over three pages is furniture on the second page and on the third."""
    pages = []
    for number in (1, 2, 3):
        rows = [words(80, 300, "Plaats") + words(200, 300, "Aantal")]
        for at, town in enumerate(("Almelo", "Borne", "Goes")):
            count = str(97 * number + 13 * at)
            rows.append(words(80, 314 + 14 * at, f"{town} {number}")
                        + words(200, 314 + 14 * at, count))
        before = [column(80, 100, *PROSE)] if number == 1 else []
        pages.append(page(*before, *rows, number=number))
    raw = lay_out(pages)
    head = ["Plaats\tAantal"]
    assert [marked(one, Role.FURNITURE) for one in raw] == [[], head, head]
    assert [len(marked(one, Role.TABLE_ROW)) for one in raw] == [4, 3, 3]


def test_a_row_cut_by_the_page_end_is_no_part_of_the_head_row():
    """A drawn line below the repeated head parts it from the rest of a row, which has no number."""
    first = words(80, 300, "Nr.") + words(120, 300, "Maatregel") + words(300, 300, "Gereed")
    rest = words(120, 318, "met de gemeenten") + words(300, 318, "en later")
    one = replace(
        page(column(80, 100, *PROSE), first, rest),
        rules=grid((78, 116, 296, 400), (288, 306, 324)),
    )
    (raw,) = lay_out([one])
    assert marked(raw, Role.TABLE_ROW) == [
        "Nr.\tMaatregel\tGereed", "met de gemeenten\ten later",
    ]


def test_a_long_cell_alone_between_drawn_lines_is_a_row():
    """Upright lines on both sides of it keep a cell in its table, however far the next line is."""
    first = words(80, 300, "Nr.") + words(120, 300, "Maatregel") + words(300, 300, "Gereed")
    rest = column(120, 318, "samen met gemeenten,", "provincies en ook de", "waterschappen,",
                  "de vervoerders en de", "bewoners van de", "straat, de wijk en", "het dorp.")
    last = words(80, 420, "2") + words(120, 420, "Diepwand") + words(300, 420, "2027")
    one = replace(
        page(column(80, 100, *PROSE), first, rest, last),
        rules=grid((78, 116, 296, 400), (288, 306, 408, 426)),
    )
    (raw,) = lay_out([one])
    rows = [" ".join(row.split()) for row in marked(raw, Role.TABLE_ROW)]
    assert rows == [
        "Nr. Maatregel Gereed",
        "samen met gemeenten, provincies en ook de waterschappen, de vervoerders en de bewoners "
        "van de straat, de wijk en het dorp.",
        "2 Diepwand 2027",
    ]


def test_a_raised_figure_is_no_page_number_of_contents():
    """Rows that end in a raised figure alone are a table like any other."""
    rows = [
        words(80, 300 + 14 * at, f"{at + 1}. {name}") + words(300, 300 + 14 * at, "²")
        for at, name in enumerate(("lood", "zink", "koper", "nikkel"))
    ]
    (raw,) = lay_out([page(column(80, 100, *PROSE), *rows)])
    assert "4. nikkel\t²" in raw.text


def test_numbered_rows_in_small_type_at_the_foot_are_no_notes():
    """A table that runs to the page's end, its first column counting, has rows and no footnotes."""
    rows = [words(80, 700, "Nr.", 7) + words(120, 700, "Plaats", 7) + words(300, 700, "Besluit", 7)]
    for at, town in enumerate(("Almelo", "Borne", "Deurne", "Goes", "Hengelo"), start=1):
        y = 700 + 12 * at
        rows.append(words(80, y, str(at), 7) + words(120, y, f"Gemeente {town}", 7)
                    + words(300, y, "openbaar", 7))
    (raw,) = lay_out([page(column(80, 100, *PROSE), *rows)])
    assert marked(raw, Role.FOOTNOTE) == []
    assert marked(raw, Role.TABLE_ROW)[1] == "1\tGemeente Almelo\topenbaar"


CELLS = [
    (f"met de gemeente {town} is dit besproken", f"gereed in de loop van {2027 + at % 3} of later")
    for at, town in enumerate("Almelo Borne Deurne Goes Hengelo Kampen Meppel Ommen".split())
]


def test_a_page_full_of_cells_is_no_text_in_columns():
    """Columns of long cells with a column of numbers before them are the rows of a table."""
    rows = [
        words(80, 100 + 14 * at, str(at + 1)) + words(120, 100 + 14 * at, first)
        + words(320, 100 + 14 * at, second)
        for at, (first, second) in enumerate(CELLS)
    ]
    (raw,) = lay_out([page(*rows)])
    assert marked(raw, Role.TABLE_ROW)[:2] == [
        f"{at + 1}\t{first}\t{second}" for at, (first, second) in enumerate(CELLS[:2])
    ]


def test_drawn_lines_between_rows_make_a_table_of_two_columns():
    """Two columns of long cells are read row by row where a line is drawn after each row."""
    rows = [
        words(120, 100 + 14 * at, first) + words(320, 100 + 14 * at, second)
        for at, (first, second) in enumerate(CELLS)
    ]
    heights = tuple(90.0 + 14 * at for at in range(len(CELLS) + 1))
    (raw,) = lay_out([replace(page(*rows), rules=grid((118, 318, 520), heights))])
    assert marked(raw, Role.TABLE_ROW)[:2] == ["\t".join(cells) for cells in CELLS[:2]]


def test_a_long_table_in_small_type_does_not_tell_the_type_of_the_text():
    """What is set as the text is set is no heading, though the table has more letters."""
    rows = [
        word
        for at in range(30)
        for x, cell in ((80, f"plaats {at}"), (200, f"uitkomst {at}"), (320, f"gereed {at}"))
        for word in words(x, 300 + 10 * at, cell, 6)
    ]
    name = words(80, 180, "J. de Vries")
    (raw,) = lay_out([page(column(80, 100, *PROSE, *PROSE[:2]), name, rows)])
    assert "J. de Vries" in marked(raw, Role.PARAGRAPH)
    assert marked(raw, Role.HEADING) == []
