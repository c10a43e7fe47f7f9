"""Footnotes: smaller type at the foot of a page, each note with its number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.document import Role
from ingest.layout.blocks import Block, one_cell
from ingest.layout.lines import joined, rows_of
from ingest.layout.tables import is_tabular

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.lines import Line
    from ingest.words import Box

_SMALLER = 0.93
_NUMBER = re.compile(r"\[?(\d{1,3})\]?[.)]?(?=\s|$)|(\d{1,3})(?=[A-Z‘“«(])")
_LONGEST_SKIP, _MOST_DIGITS = 5, 3
_SEPARATOR = (0.08, 0.6)
_MEETS = 1.5


def _number(line: Line) -> int | None:
    found = _NUMBER.match(line.text)
    if found is None and _begins_raised(line):
        return int(line.words[0].text)
    return int(found[1] or found[2]) if found else None


def _begins_raised(line: Line) -> bool:
    """Whether a line begins with a number of one to three digits that is set smaller."""
    if len(line.words) < 2:
        return False
    number, following = line.words[:2]
    is_number = number.text.isdecimal() and len(number.text) <= _MOST_DIGITS
    return is_number and number.size < _SMALLER * following.size


def _separators(rules: Sequence[Box], width: float) -> list[float]:
    """The heights of short horizontal rules that stand alone, as they do above notes."""
    return [
        rule[1]
        for rule in rules
        if rule[3] - rule[1] < 2
        and _SEPARATOR[0] * width < rule[2] - rule[0] < _SEPARATOR[1] * width
        and not any(_are_of_a_table(rule, other) for other in rules)
    ]


def _are_of_a_table(rule: Box, other: Box) -> bool:
    """Whether a rule meets an upright one, or goes on in another: the borders of cells."""
    if other[3] - other[1] >= 2:
        across = rule[0] - _MEETS <= other[0] <= rule[2] + _MEETS
        return across and other[1] - _MEETS <= rule[1] <= other[3] + _MEETS
    gap = max(other[0] - rule[2], rule[0] - other[2])
    return abs(rule[1] - other[1]) < 1 and -1 < gap < _MEETS


def _is_cited(row: Sequence[Line], lines: Sequence[Line]) -> bool:
    """Whether a row begins with a number that is raised, or that is raised in the text."""
    number = str(_number(row[0]))
    cited = (mark[-1] for line in lines for mark in line.note_marks)
    return _begins_raised(row[0]) or number in cited


def _follows(number: int | None, last: int) -> bool:
    return number is not None and (number == 1 or last < number <= last + _LONGEST_SKIP)


def split_notes(
    lines: Sequence[Line], body_size: float, rules: Sequence[Box], width: float, last: int
) -> tuple[list[Line], list[list[Line]]]:
    """The lines of the text and, row by row, those of the notes below it.

    `last` is the number of the last note so far, 0 before the first. The notes are the run of rows
    to the page's end that are set smaller than the text, or stand under a short rule.
    """
    rows = rows_of(lines)
    heights = _separators(rules, width)
    start = len(rows)
    while start and max(line.size for line in rows[start - 1]) < _SMALLER * body_size:
        start -= 1
    for height in heights:
        under = next((at for at, row in enumerate(rows) if row[0].top >= height - 2), len(rows))
        if (
            0 < under < start
            and _follows(_number(rows[under][0]), last)
            and _is_cited(rows[under], lines)
        ):
            smaller = sum(row[0].size <= body_size + 0.1 for row in rows[under:])
            if smaller == len(rows) - under:
                start = under
    under_rule = 0 < start < len(rows) and any(
        rows[start - 1][0].bottom - 2 <= height <= rows[start][0].bottom for height in heights
    )
    while start < len(rows):
        number = _number(rows[start][0])
        # A numbered row of a table in small type is no note.
        begins = _begins_raised(rows[start][0]) or not is_tabular(rows[start])
        if (_follows(number, last) and begins) or (under_rule and last):
            break
        start += 1
        under_rule = False
    return [line for row in rows[:start] for line in row], rows[start:]


def note_blocks(rows: Sequence[Sequence[Line]], last: int) -> tuple[list[Block], int]:
    """The notes of a page, and the number of its last.

    Rows before the page's first number go on with the note `last` of the page before.
    """
    blocks: list[Block] = []
    current = last
    for row in rows:
        number = _number(row[0]) or _stuck_number(row, rows, current)
        starts = number is not None and (
            number == current + 1 or (_follows(number, current) and _begins(row, rows))
        )
        if starts and number is not None:
            current = number
            line = joined(row)
            if re.match(rf"{number}[^\s.)\]]", line.text):
                line.set_apart(len(str(number)))
            blocks.append(one_cell([line], Role.FOOTNOTE, str(number)))
        elif blocks and blocks[-1].text == str(current):
            # The number stands higher than the note it begins.
            blocks[-1].cells[0] = [joined([*blocks[-1].lines, *row])]
        elif blocks:
            blocks[-1].cells[0].append(joined(row))
        else:
            blocks.append(one_cell([joined(row)], Role.FOOTNOTE, str(current)))
    return blocks, current


def _stuck_number(
    row: Sequence[Line], rows: Sequence[Sequence[Line]], current: int
) -> int | None:
    """The number of the next note, where no white parts it from its text ("10gezondheid.nl")."""
    found = re.match(r"(\d{1,3})[^\W\d]", row[0].text)
    is_next = found is not None and int(found[1]) == current + 1
    return current + 1 if is_next and _begins(row, rows) else None


def _begins(row: Sequence[Line], rows: Sequence[Sequence[Line]]) -> bool:
    """Whether a row stands where notes begin: at the left edge, its number raised or set apart."""
    edge = min(other[0].left for other in rows)
    return row[0].left - edge < row[0].size
