"""Footnotes at the foot of a page and in lists at the end, told apart from the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from ingest.document import Role

if TYPE_CHECKING:
    from ingest.lines import Line, Lines

_FOOT_NOTE = re.compile(r"(\d{1,3})\s+(?=\S)")
_LISTED_NOTE = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
# "3.5" and "1,2" are numbers; "2023.5" is a year, a stop and a note.
_NUMBER_PART = re.compile(r"(?<!\d)(?!(?:19|20)\d\d[.,]$)\d+[.,]$")
_LONGEST_SKIP = 5
# CO2, PM10, names such as F4 and B2, and m2 and km2.
_FORMULA = re.compile(r"\b(?:CO|PM|NO|SO|CH|NH|[A-Z]|[cdhkm]?m)$")


def cites(text: str, number: str, start: int, end: int) -> int | None:
    """Where `text[start:end]` cites note `number` first: digits stuck to a word or its stop.

    "beleid’1 van", "(LNG)3 en", "zijn.7 In" and "13 , 14 , 15 Ook" cite; "CO2" and "F4" do not.
    """
    found = _stuck_to_a_word(text, number, start, end)
    # Last, a year with the digit stuck to it: "uit 20224 waaruit".
    return _stuck_to_a_year(text, number, start, end) if found is None else found


def _stuck_to_a_word(text: str, number: str, first: int, end: int) -> int | None:
    wanted = re.compile(rf"(?<!\d){re.escape(number)}(?!\d|[.,]\d)")
    for match in wanted.finditer(text, first, end):
        start = match.start()
        before = text[max(0, start - 12) : start]
        if not before:
            continue
        if re.search(r"\d{1,3} ?, ?$", before) and _cites_list(text, start):
            return start
        last = before[-1]
        if last.isspace() or last.isdigit() or last in "-–—/€$%(+":
            continue
        if _NUMBER_PART.search(before):
            continue
        if last in ".:;,?!" and len(before) > 1 and before[-2].isspace():
            continue
        if _FORMULA.search(before):
            continue
        return start
    return None


def _stuck_to_a_year(text: str, number: str, start: int, end: int) -> int | None:
    year = re.compile(rf"(?<![\d.,])(?:19|20)\d\d{re.escape(number)}(?!\d|[.,]\d)")
    match = year.search(text, start, end)
    return match.end() - len(number) if match else None


def _cites_list(text: str, start: int) -> bool:
    """Whether the number at `start` ends a run of note digits, "17 , 18", begun at a word."""
    return (
        re.search(r"[^\W\d_.,]\.?\d{1,3}(?: ?, ?\d{1,3})* ?, ?$", text[max(0, start - 30) : start])
        is not None
    )


def _mark_listed_notes(lines: list[Line]) -> None:
    """Notes of a converted web page: numbered items of a list, each up to its return marks."""
    item: list[Line] = []
    for line in lines:
        match = _LISTED_NOTE.match(line.text)
        if match:
            item, number = [], match[1]
        elif not item or (line.blank_before and not line.has_return_mark):
            item = []
            continue
        item.append(line)
        if line.has_return_mark:
            for one in item:
                one.note = number


def _note_start(line: Line, expected: set[int]) -> int | None:
    match = _FOOT_NOTE.match(line.text)
    return int(match[1]) if match and int(match[1]) in expected else None


def _mark_foot_notes(lines: list[Line]) -> None:
    """Notes at the foot of each page: a run of lines to its end that begins with the next number.

    The first number must be cited on the page itself, so that a table row or a heading with a
    number is not taken for a note.
    """
    last = 0
    for _, group in groupby(lines, key=lambda line: line.page):
        page = [line for line in group if line.is_body]
        first = _first_note(page, last)
        if first is None:
            continue
        current = 0
        for line in page[first:]:
            number = _note_start(line, {current + 1} if current else _next_numbers(last))
            current = number if number is not None else current
            line.note = str(current)
        last = current


def _next_numbers(last: int) -> set[int]:
    """The numbers a page's first note may have: the next ones, or 1 where each page begins anew."""
    return {1, *range(last + 1, last + 1 + _LONGEST_SKIP)}


def _first_note(page: list[Line], last: int) -> int | None:
    expected = _next_numbers(last)
    starts = [(index, _note_start(line, expected)) for index, line in enumerate(page)]
    if all(number is None for _, number in starts[1:]):
        return None
    # The page is gone through once per number, and not once per line that begins with one.
    cited = _first_cited(page, expected)
    return next(
        (
            index for index, number in starts[1:]
            if number is not None and cited.get(number, index) < index
        ),
        None,
    )


def _first_cited(page: list[Line], numbers: set[int]) -> dict[int, int]:
    """The first line, as its index in `page`, that cites each of these notes, if any does."""
    text = "\n".join(line.text for line in page)
    ends = list(accumulate(len(line.text) + 1 for line in page))
    found = {}
    for number in numbers:
        wanted = (text, str(number), 0, len(text))
        places = (_stuck_to_a_word(*wanted), _stuck_to_a_year(*wanted))
        at = min((place for place in places if place is not None), default=None)
        if at is not None:
            found[number] = bisect_right(ends, at)
    return found


def mark_notes(found: Lines) -> None:
    """Mark, in place, every line that belongs to a footnote with the note's number.

    Where the format marks anything at all, it marks the notes, and nothing is guessed.
    """
    for line in found.lines:
        # What names the series is written with the letterhead, and must not be there twice.
        if line.has_role(Role.FOOTNOTE) and line.mark is not None and not line.identifies:
            line.note = line.mark.value
    if any(line.mark is not None for line in found.lines):
        return
    _mark_listed_notes(found.lines)
    if not found.notes and not any(line.note for line in found.lines):
        _mark_foot_notes(found.lines)
