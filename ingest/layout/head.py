"""The head of a letter on its first page: address, labels with their values, titles of a series."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.document import Role
from ingest.layout.blocks import Block, one_cell
from ingest.layout.columns import COLUMN_LETTERS
from ingest.layout.lines import Line, joined
from ingest.layout.paragraphs import WIDEST_LEADING
from ingest.letterhead import LABEL, LABEL_SET_OFF
from ingest.line_shapes import SALUTATION, is_labelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.columns import Columns
    from ingest.layout.paragraphs import Style

Row = list[Line]

_PROSE_WIDTH, _PROSE_LETTERS = 0.6, 130
_FARTHEST_GREETING = 50
_COLUMN_ROWS = 4
_NEAR = 1.45
_MORE_LABELS = 3
# Shares of the type size: from labels to a row with a value for each, and to any other row.
_VALUES_BELOW, _ROW_BELOW = 3.5, 2.2
_AT_EDGE = 0.2
_SERIES = re.compile(r"(?:Tweede|Eerste) Kamer der Staten-Generaal|Vergaderjaar \d{4}\b.*")
_OPENING = re.compile(r"(?:Vraag|Vragen)\s+\d{1,3}\b.{0,30}|Vragen van .*")
_LABEL_ALONE = re.compile(rf"(?:{LABEL.pattern})\s*:?\s*", re.IGNORECASE)


def _is_label(line: Line) -> bool:
    return _LABEL_ALONE.fullmatch(line.text) is not None


def _is_prose(rows: Sequence[Row], at: int, columns: Columns) -> bool:
    """Whether a paragraph of running text begins at row `at`."""
    line = rows[at][0]
    letters, below = 0, line.bottom
    for row in rows[at : at + 5]:
        first = row[0]
        step = first.bottom - below
        near = step < WIDEST_LEADING * first.size and abs(first.size - line.size) <= 0.5
        if len(row) > 1 or not near or LABEL_SET_OFF.match(first.text):
            break
        letters += len(first.text)
        below = first.bottom
    wide = line.width >= _PROSE_WIDTH * (columns.right - columns.left)
    return wide and letters >= _PROSE_LETTERS and not line.bold


def is_series(rows: Sequence[Row]) -> bool:
    """Whether a page opens as an official publication of parliament does."""
    return any(_SERIES.fullmatch(line.text) for row in rows[:6] for line in row)


def head_end(
    rows: Sequence[Row], columns: Columns, style: Style, gutter: float | None = None
) -> int:
    """The number of rows at the top of the first page that are the letter's head; 0 for none.

    A report opens with its titles, which are no head: a head has labels, a salutation below it,
    fields beside it, or the titles of a series. `gutter` is where text in two columns has one.
    """
    greeting = next(
        (at for at, row in enumerate(rows[:_FARTHEST_GREETING]) if SALUTATION.match(row[0].text)),
        None,
    )
    greeted = greeting is not None
    end = greeting if greeting is not None else _first_text(rows, columns, gutter)
    head = rows[:end]
    if is_series(head):
        return end
    labelled = any(_has_label(row) for row in head)
    if not (greeted or labelled or columns.side):
        return 0
    if not greeted:
        end = _title_below_labels(head, style)
    while end and not greeted and _is_title(head[end - 1], style):
        end -= 1
    return end


def _has_label(row: Row) -> bool:
    return any(LABEL.match(line.text) or (len(row) > 1 and _is_label(line)) for line in row)


def _title_below_labels(head: Sequence[Row], style: Style) -> int:
    """The first row of a head that is the title of a text below its fields; its end for none.

    A short note has no salutation, and perhaps no paragraph long enough to be told by.
    """
    first = next((at for at, row in enumerate(head) if _has_label(row)), len(head))
    for at in range(first + 1, len(head)):
        below = head[at + 1 : at + 1 + _MORE_LABELS]
        if _is_title(head[at], style) and not any(_has_label(row) for row in below):
            return at
    return len(head)


def _first_text(rows: Sequence[Row], columns: Columns, gutter: float | None) -> int:
    for at, row in enumerate(rows):
        if _OPENING.match(row[0].text) or _is_prose(rows, at, columns):
            return at
        if gutter is not None and _are_columns(rows[at : at + 2 * _COLUMN_ROWS], gutter):
            return at
    return len(rows)


def _are_columns(rows: Sequence[Row], gutter: float) -> bool:
    """Whether text begins in two columns: as many lines left of a gutter as right, most long.

    Lines of the two columns need not share baselines; two may be headings.
    """
    lines = [line for row in rows for line in row][: 2 * _COLUMN_ROWS]
    left = sum(line.right < gutter for line in lines)
    right = sum(line.left >= gutter for line in lines)
    is_long = sum(len(line.text) >= COLUMN_LETTERS for line in lines)
    return left == right == _COLUMN_ROWS and is_long >= 2 * _COLUMN_ROWS - 2


def _is_title(row: Row, style: Style) -> bool:
    """Whether a row is a heading of the text that follows it, not a field."""
    line = row[0]
    stands_out = (line.bold and not style.bold) or line.size > 1.1 * style.size
    return len(row) == 1 and stands_out and LABEL.match(line.text) is None


def head_blocks(rows: Sequence[Row]) -> list[Block]:
    """The fields of a head: an address, a label with its value, a title."""
    blocks: list[Block] = []
    at = 0
    while at < len(rows):
        row = rows[at]
        if len(row) > 1 and all(_is_label(line) for line in row):
            end = _near_end(rows, at)
            blocks += _stacked(rows[at:end])
            at = end
            continue
        last = blocks[-1] if blocks else None
        if last is not None and _goes_on(rows, at, last):
            last.cells[-1].append(joined(row))
        else:
            blocks.append(Block([[line] for line in row], Role.FIELD))
        at += 1
    return blocks


def _near_end(rows: Sequence[Row], start: int) -> int:
    """The end of the rows that follow row `start` without a gap and keep to its columns."""
    end = start + 1
    while end < len(rows):
        before, row = rows[end - 1][0], rows[end][0]
        edges = [line.left for line in rows[start]]
        fits = all(min(abs(line.left - edge) for edge in edges) < line.size for line in rows[end])
        is_values = end == start + 1 and len(rows[end]) == len(edges)
        reach = _VALUES_BELOW if is_values else _ROW_BELOW
        if not fits or row.bottom - before.bottom > reach * max(before.size, row.size):
            break
        end += 1
    return end


def _stacked(rows: Sequence[Row]) -> list[Block]:
    """Labels side by side with their values below them: one field per label, column by column."""
    edges = [line.left for line in rows[0]]
    columns: list[list[Line]] = [[] for _ in edges]
    for row in rows:
        for line in (part for whole in row for part in _at_edges(whole, edges)):
            nearest = min(range(len(edges)), key=lambda at: abs(edges[at] - line.left))
            columns[nearest].append(line)
    blocks: list[Block] = []
    for column in columns:
        for line in column:
            if line is column[0] or _is_label(line):
                blocks.append(one_cell([line], Role.FIELD))
            else:
                blocks[-1].cells[0].append(line)
    return blocks


def _at_edges(line: Line, edges: Sequence[float]) -> list[Line]:
    """The parts of a line: a word that begins at an edge begins one, however narrow the gap."""
    parts = [[line.words[0]]]
    for word in line.words[1:]:
        if any(abs(word.left - edge) < _AT_EDGE * line.size for edge in edges):
            parts.append([])
        parts[-1].append(word)
    return [Line(part) for part in parts]


def _goes_on(rows: Sequence[Row], at: int, last: Block) -> bool:
    """Whether row `at` is one more line of the field above it."""
    row, before = rows[at], rows[at - 1][0]
    line = row[0]
    if len(row) > 1 or line.bottom - before.bottom > _NEAR * max(before.size, line.size):
        return False
    if len(last.cells) > 1:
        return line.left > last.cells[0][0].left + 1.5 * line.size
    if LABEL.match(line.text) or is_labelled(line.text):
        return False
    if _is_label(last.lines[0]) or _hangs_below_value(line, last.lines[0]):
        return True
    same = abs(line.size - before.size) < 0.5 and line.bold == before.bold
    return same and abs(line.left - before.left) < line.size


def _hangs_below_value(line: Line, field: Line) -> bool:
    """Whether a line begins below the value of a label, which stands on one line with it."""
    if LABEL.match(field.text) is None or line.left < field.left + line.size:
        return False
    return any(abs(line.left - word.left) < _AT_EDGE * line.size for word in field.words[1:])
