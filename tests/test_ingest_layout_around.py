"""What stands around the text of a page: its head, side column, notes, running head and foot."""

from __future__ import annotations

import pytest

from ingest.document import Role
from ingest.layout.page import lay_out
from ingest.words import Word
from tests.page_making import PROSE, column, marked, page, words


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


def test_a_value_beside_the_salutation_belongs_to_its_label():
    """The figure below 'Bijlage(n)' is its value, though the salutation stands on its line."""
    beside = column(40, 100, "Ons kenmerk", "2026-104417", size=7, leading=9) + column(
        40, 140, "Bijlage(n)", "1", size=7, leading=9)
    text = words(150, 149, "Geachte voorzitter,") + column(150, 175, *PROSE)
    (raw,) = lay_out([page(beside, text)])
    assert marked(raw, Role.FIELD) == ["Ons kenmerk\n2026-104417", "Bijlage(n)\n1"]
    assert marked(raw, Role.PARAGRAPH)[0] == "Geachte voorzitter,"


def test_labelled_lines_are_a_head_however_long():
    """Lines that each begin with a label are fields, and not the first paragraph of the text."""
    head = (
        "Aan: de staatssecretaris van Infrastructuur en Waterstaat te Den Haag",
        "Datum: 19 mei 2026, met dank voor uw aanvraag van 2 februari",
        "Betreft: advies over het hergebruik van grond uit stedelijke lagen",
    )
    (raw,) = lay_out([page(column(80, 100, *head), column(80, 180, *PROSE))])
    assert marked(raw, Role.FIELD) == list(head)


@pytest.mark.parametrize(
    ("imprint", "label"),
    [
        ("Tweede Kamer, vergaderjaar 2025–2026, 36 944, nr. 27 3", "3"),
        ("Tweede Kamer, vergaderjaar 2025–2026, Aanhangsel 1314 2", "2"),
        ("Tweede Kamer, vergaderjaar 2025–2026, 36 944, nr. 27", None),
        ("Eerste Kamer, vergaderjaar 2025–2026, 36 944, Q 5", "5"),
        ("Eerste Kamer, vergaderjaar 2025–2026, 36 944, Q", None),
    ],
)
def test_the_imprint_of_a_series_ends_in_the_page(imprint, label):
    """The number after that of the publication is the page's, on a page by itself too."""
    (raw,) = lay_out([page(column(80, 100, *PROSE), words(80, 800, imprint))])
    assert (raw.label, marked(raw, Role.FURNITURE)) == (label, [imprint])


def test_notes_that_end_alike_are_no_running_foot():
    """The last line of a note, though the same stands at the same place of the next page."""
    def foot(number: int) -> list[Word]:
        return column(80, 780, f"{number} Kamerbrief over de voortgang van {number} maart 2025 en",
                      "de agenda van de Milieuraad.", size=7, leading=9)

    pages = [
        page(column(80, 100 + 7 * number, *PROSE), foot(number), number=number)
        for number in (1, 2)
    ]
    for number, raw in enumerate(lay_out(pages), start=1):
        (note,) = marked(raw, Role.FOOTNOTE)
        assert note.startswith(f"{number} Kamerbrief")
        assert note.endswith("Milieuraad.")


def test_a_raised_number_that_begins_a_line_cites_its_note():
    """The second of two raised numbers, wrapped to the next line with its stop, cites too."""
    raised = Word("1", 80, 140, 83, 145, 5.5, space_after=False)
    after = words(83, 148, ". Daarna volgt een nieuwe zin, die over de kosten gaat.")
    note = words(80, 740, "1 Kamerstuk 32 793, nr. 703.", 7)
    (raw,) = lay_out([page(column(80, 100, *PROSE), [raised, *after], note)])
    assert marked(raw, Role.NOTE_MARK) == ["1"]


def test_the_stop_after_the_number_of_a_note_stays_there():
    """A note that begins with '1.' is kept as it is printed."""
    notes = column(80, 740, "1. Kamerstuk 32 793.", "2. Kamerstuk 32 794.", size=7, leading=9)
    (raw,) = lay_out([page(column(80, 100, *PROSE), notes)])
    assert marked(raw, Role.FOOTNOTE) == ["1. Kamerstuk 32 793.", "2. Kamerstuk 32 794."]


def test_a_line_of_a_note_that_was_measured_too_small_is_no_small_print():
    """Small print is the last thing on a page; on a scan one line may seem smaller than others."""
    notes = [
        *column(80, 760, "1 Brief van 3 mei over de voortgang van het programma", size=6.8),
        *column(80, 769, "gezonde leefomgeving", size=6.7),
        *column(80, 778, "2 Kamerstuk 32793", size=6.8),
    ]
    (raw,) = lay_out([page(column(80, 100, *PROSE), notes)])
    assert marked(raw, Role.FURNITURE) == []
    assert [text.split()[-1] for text in marked(raw, Role.FOOTNOTE)] == ["leefomgeving", "32793"]
