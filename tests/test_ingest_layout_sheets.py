"""Sheets with two pages side by side, and pages that only look like them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.document import Role
from ingest.layout.page import lay_out
from ingest.words import PageWords, Word
from tests.page_making import column, marked, words

WIDTH, HEIGHT = 842.0, 595.0
LEFT = [f"links regel {at} van de tekst, die op deze bladzijde staat" for at in range(12)]
RIGHT = [f"rechts regel {at} van de tekst, die op deze bladzijde staat" for at in range(12)]


def sheet(*parts: list[Word], number: int = 1) -> PageWords:
    """A landscape page with these words, and two blocks of text side by side."""
    text = (column(60, 100, *LEFT), column(480, 100, *RIGHT))
    every = tuple(word for part in (*text, *parts) for word in part)
    return PageWords(number, None, WIDTH, HEIGHT, every)


@pytest.mark.parametrize(
    ("numbers", "label"),
    [
        (words(340, 570, "Pagina 1 van 4") + words(760, 570, "Pagina 2 van 4"), "1–2"),
        (words(60, 570, "12") + words(773, 570, "13"), "12–13"),
        (
            words(60, 570, "Advies") + words(200, 570, "1") + words(481, 570, "Advies")
            + words(621, 570, "2"),
            "1–2",
        ),
    ],
    ids=["same place", "mirrored", "words beside"],
)
def test_two_pages_on_a_sheet_are_read_one_after_the_other(numbers, label):
    """The sheet is one page, with both printed numbers, its left page before its right one."""
    (raw,) = lay_out([sheet(numbers)])
    assert [line for line in raw.text.splitlines() if " regel " in line] == LEFT + RIGHT
    assert (raw.number, raw.label) == (1, label)
    assert len(marked(raw, Role.FURNITURE)) == 2


def test_one_sheet_that_counts_on_tells_of_the_others():
    """A first page without a number shares its sheet, where a later sheet prints two of them."""
    second = words(60, 570, "3") + words(480, 570, "4")
    first, _ = lay_out([sheet(words(480, 570, "2")), sheet(second, number=2)])
    assert first.text.index("links regel 11") < first.text.index("rechts regel 5")
    assert first.label == "2"


def test_each_page_of_a_sheet_has_its_own_head_and_notes():
    """Labels beside the text of the left page are fields; a note stands with its own page."""
    label = column(20, 140, "Kenmerk", "2026-1", size=7, leading=9)
    note = words(480, 540, "1 Kamerstuk 32 793, nr. 703.", 6)
    feet = words(60, 570, "Pagina 1 van 2") + words(480, 570, "Pagina 2 van 2")
    (raw,) = lay_out([sheet([*note, *feet], label)])
    assert marked(raw, Role.FIELD) == ["Kenmerk\n2026-1"]
    assert raw.text.index("rechts regel 11") < raw.text.index("1 Kamerstuk")
    assert marked(raw, Role.FOOTNOTE) == ["1 Kamerstuk 32 793, nr. 703."]


def test_a_paragraph_goes_on_from_the_left_page_to_the_right_one():
    """A sentence that the end of the left page cuts is of one piece, the page's foot aside."""
    open_end = words(60, 244, "en dat heeft tot gevolg dat ook de")
    feet = words(60, 570, "Pagina 1 van 2") + words(480, 570, "Pagina 2 van 2")
    (raw,) = lay_out([sheet([*open_end, *feet])])
    assert "tot gevolg dat ook de\nrechts regel 0" in raw.text
    assert not any(mark.goes_on for mark in raw.marks)


def test_sheets_keep_their_numbers():
    """A page after a sheet is counted as the file counts it, and its label is what it prints."""
    feet = [
        words(60, 570, f"Pagina {2 * at + 1} van 5") + words(480, 570, f"Pagina {2 * at + 2} van 5")
        for at in range(2)
    ]
    last = PageWords(
        3, None, HEIGHT, WIDTH, tuple(column(60, 100, *LEFT) + words(60, 800, "Pagina 5 van 5"))
    )
    raw = lay_out([sheet(feet[0]), sheet(feet[1], number=2), last])
    assert [(one.number, one.label) for one in raw] == [(1, "1–2"), (2, "3–4"), (3, "5")]


@pytest.mark.parametrize(
    "more",
    [
        words(60, 570, "Pagina 1 van 4"),
        words(60, 570, "Pagina 1 van 4") + words(480, 570, "Pagina 1 van 4"),
        words(60, 570, "2024") + words(600, 570, "2025"),
        words(60, 570, "Pagina 1 van 4") + words(480, 570, "Pagina 2 van 4")
        + words(380, 60, "Een titel over het midden"),
        words(60, 570, "1", 7) + words(75, 570, "Kamerstuk 1.", 7)
        + words(480, 570, "2", 7) + words(495, 570, "Kamerstuk 2.", 7),
    ],
    ids=["one number", "the same number", "figures elsewhere", "a title over both", "notes"],
)
def test_a_page_with_columns_is_no_sheet(more):
    """Without two numbers that count on, or with words in the middle, a page is a single one."""
    (raw,) = lay_out([sheet(more)])
    assert "–" not in (raw.label or "")


def test_a_table_with_a_line_over_the_middle_is_one_page():
    """Drawn borders hold both sides of a page together, whatever stands in the cells."""
    feet = words(60, 570, "Pagina 1 van 4") + words(480, 570, "Pagina 2 van 4")
    (raw,) = lay_out([replace(sheet(feet), rules=((50.0, 80.0, 800.0, 80.5),))])
    assert "–" not in (raw.label or "")


def test_a_portrait_page_in_two_columns_is_no_sheet():
    """Only a sheet that is wider than tall holds two pages."""
    feet = words(60, 570, "Pagina 1 van 4") + words(480, 570, "Pagina 2 van 4")
    (raw,) = lay_out([replace(sheet(feet), height=1200.0)])
    assert "–" not in (raw.label or "")
