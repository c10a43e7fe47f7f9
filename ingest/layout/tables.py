"""Tables: rows of cells that line up, told by the gaps between them and by drawn rules."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.document import Role
from ingest.layout.blocks import Block
from ingest.layout.table_columns import (
    cells_of,
    column_at,
    columns_in,
    reaches_next,
    spans_columns,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.lines import Line
    from ingest.layout.table_columns import Column, Row
    from ingest.words import Box

_FIGURE = re.compile(r"[€$]?\s?[-–+]?(?:[\d.,]+(?:\s?%)?|[-–—])")
_ENCLOSING = 0.7
# How much farther than a wrapped line a row lies from the one above it, at least.
_ROW_STEP = 1.2
_SAME_EDGE = 3.0  # points: cells on both sides of it may each draw a line

_ITEM = re.compile(
    r"(?:[-–—•·▪◦●○➢✓□*o]|\(?\d{1,3}[.)]?|\(?[a-zA-Z][.)]|[ivx]{1,4}[.)]|\d+(?:\.\d+)+\.?)"
)


def is_item_sign(text: str) -> bool:
    """Whether `text` is a bullet or a number such as a list item begins with."""
    return _ITEM.fullmatch(text) is not None


def is_tabular(row: Sequence[Line]) -> bool:
    """Whether a row has cells side by side, and not just a bullet before its text."""
    cells = row[1:] if len(row) > 1 and is_item_sign(row[0].text) else row
    return len(cells) > 1


def _is_in_grid(row: Row, rules: Sequence[Box]) -> bool:
    """Whether upright lines, drawn at three places or more, part a row into cells."""
    height = row[0].bottom - 0.3 * row[0].size
    edges = sorted(
        rule[0] for rule in rules if rule[2] - rule[0] < 2 and rule[1] < height < rule[3]
    )
    return sum(after - before > _SAME_EDGE for before, after in pairwise(edges)) >= 2


def _is_enclosed(rows: Sequence[Row], start: int, at: int, rules: Sequence[Box]) -> bool:
    """Whether row `at` lies between drawn lines of the table that begins at row `start`."""
    row = rows[at]
    if _is_in_grid(row, rules):
        return True
    left = min(line.left for other in rows[start:at] for line in other)
    right = max(line.right for other in rows[start:at] for line in other)
    if row[0].left < left - 3 or row[-1].right > right + 3:
        return False
    height = row[0].bottom - rows[at - 1][0].bottom
    above = rows[start][0].top - 2 * row[0].size
    spans: dict[bool, float] = {True: 0.0, False: 0.0}
    for rule in rules:
        flat = rule[3] - rule[1] < 2
        below = rule[1] > row[0].bottom
        near = rule[1] < row[0].bottom + 4 * max(height, row[0].size) if below else rule[1] > above
        if flat and near:
            spans[below] += max(0.0, min(rule[2], right) - max(rule[0], left))
    return min(spans.values()) > _ENCLOSING * (right - left)


def table_end(rows: Sequence[Row], start: int, leading: float, rules: Sequence[Box]) -> int:
    """The end of the table that begins at row `start`; `start` itself where none does."""
    end = start
    tabular = 0
    while end < len(rows):
        row = rows[end]
        near = end == start or row[0].bottom - rows[end - 1][0].bottom < 3.5 * leading
        if not near:
            break
        if end > start and _is_enclosed(rows, start, end, rules):
            tabular += is_tabular(row)
        elif is_tabular(row):
            tabular += 1
            if tabular > 1 and len(columns_in(rows[start : end + 1])) < 2:
                break
        elif not _goes_on(rows, start, end, leading):
            break
        end += 1
    while end > start and not (
        is_tabular(rows[end - 1])
        or _wraps(rows, start, end - 1, leading)
        or (end - 1 > start and _is_enclosed(rows, start, end - 1, rules))
    ):
        end -= 1
    return end if tabular > 1 else start


def _goes_on(rows: Sequence[Row], start: int, at: int, leading: float) -> bool:
    """Whether a single line inside a table is a cell that wraps, or the only cell of its row."""
    if at == start:
        return False
    columns = columns_in(rows[start:at])
    line = rows[at][0]
    if len(columns) < 2 or spans_columns(line, columns):
        return False
    later = any(is_tabular(row) for row in rows[at + 1 : at + 5])
    return later or _wraps(rows, start, at, leading)


def _wraps(rows: Sequence[Row], start: int, at: int, leading: float) -> bool:
    """Whether a line goes on with a cell of the row right above it."""
    line = rows[at][0]
    gap = line.bottom - rows[at - 1][0].bottom
    if len(rows[at]) > 1 or gap > 1.35 * leading:
        return False
    columns = columns_in(rows[start:at])
    if len(columns) < 2:
        return False
    column = columns[column_at(line, columns)]
    if abs(line.left - column[0]) >= line.size:
        return False
    if line.left > columns[0][0] + line.size:
        return True
    step = _row_step(rows[start : at + 1], columns)
    return step is not None and gap < step and not reaches_next(line, columns)


def _row_step(rows: Sequence[Row], columns: Sequence[Column]) -> float | None:
    """The least distance between the baselines of two rows, where they lie so far apart.

    None where that does not tell rows from the wrapped lines of their cells.
    """
    steps = [row[0].bottom - above[0].bottom for above, row in pairwise(rows)]
    if not steps or min(steps) < 0.9 * rows[0][0].size:
        return None
    least = _ROW_STEP * min(steps)
    close = [row for step, row in zip(steps, rows[1:], strict=True) if step < least]
    apart = [row for step, row in zip(steps, rows[1:], strict=True) if step >= least]
    wrapped = sum(_is_wrapped(row, columns) for row in close)
    begun = sum(not _is_wrapped(row, columns) for row in apart)
    return least if apart and wrapped > 0.5 * len(close) and begun > 0.5 * len(apart) else None


def _is_wrapped(row: Row, columns: Sequence[Column]) -> bool:
    """Whether a row looks like one more line of some cells, the first in mid-sentence or done."""
    cells = cells_of(row, columns)
    at, first = cells[0]
    some = len(cells) < len(columns) or (len(columns) == 2 and not _is_figures(row, columns))
    return some and (at > 0 or first.text[:1].islower())


def _rows_between(rules: Sequence[Box], rows: Sequence[Row]) -> list[float]:
    """The heights of the rules that are drawn between a table's rows."""
    left = min(row[0].left for row in rows)
    right = max(row[-1].right for row in rows)
    top, bottom = rows[0][0].top, rows[-1][0].bottom
    heights: list[float] = []
    for rule in sorted(rules, key=lambda rule: rule[1]):
        flat = rule[3] - rule[1] < 2 and rule[2] - rule[0] > 0.15 * (right - left)
        inside = top < rule[1] < bottom and rule[0] < right and rule[2] > left
        if flat and inside and (not heights or rule[1] - heights[-1] > 3):
            heights.append(rule[1])
    return heights


def table_blocks(rows: Sequence[Row], rules: Sequence[Box]) -> list[Block]:
    """One block per row of a table, its wrapped cells whole."""
    columns = columns_in(rows)
    heights = _rows_between(rules, rows)
    step = _row_step(rows, columns) if len(heights) < 2 else None
    blocks: list[list[Row]] = []
    for at, row in enumerate(rows):
        above = rows[at - 1][0].bottom if at else 0.0
        begins = not at or any(
            above - 1 <= height <= row[0].bottom - 0.3 * row[0].size for height in heights
        )
        if not begins and len(heights) > 1:
            begins = _is_figures(row, columns) and _is_figures(rows[at - 1], columns)
        elif not begins and step is not None:
            begins = row[0].bottom - above >= step
        elif not begins:
            # A single rule is the one below the table's head.
            begins = column_at(row[0], columns) == 0 or _fills_as_many(row, blocks[-1])
        if begins:
            blocks.append([[] for _ in columns])
        for column, line in cells_of(row, columns):
            blocks[-1][column].append(line)
    found = [Block([cell for cell in cells if cell], Role.TABLE_ROW) for cells in blocks]
    if is_contents_table(found):
        return [replace(block, role=Role.FURNITURE, value="table of contents") for block in found]
    return found


def is_contents_table(blocks: Sequence[Block]) -> bool:
    """Whether rows are a table of contents: entries with page numbers that never go down."""
    ends = [block.cells[-1][-1].text for block in blocks]
    if len(blocks) < 4 or not all(end.isdecimal() for end in ends):
        return False
    numbers = [int(end) for end in ends]
    numbered = sum(block.cells[0][0].text[:1].isdigit() for block in blocks)
    ascending = all(a <= b for a, b in pairwise(numbers))
    return ascending and len(blocks[0].cells) <= 3 and numbered > len(blocks) / 2


def labelled_end(rows: Sequence[Row], start: int, leading: float) -> int:
    """The end of the block that begins at row `start` with a label such as 'Besluit:' and its text.

    `start` itself where none does.
    """
    at = 1 if is_item_sign(rows[start][0].text) else 0
    label, values = rows[start][at : at + 1], rows[start][at + 1 :]
    if not values or not label[0].text.endswith(":"):
        return start
    end = start + 1
    while end < len(rows):
        row = rows[end]
        step = row[0].bottom - rows[end - 1][0].bottom
        if step > 1.6 * leading or row[0].left < values[0].left - row[0].size:
            break
        end += 1
    return end


def take_repeated_head(blocks: Sequence[Block], head: str) -> str:
    """Mark as furniture the head row that a table over a page end repeats on this page.

    `head` is the text of the first row of the last table on the pages before; returned is that of
    the last table so far.
    """
    text = [block for block in blocks if block.role not in (Role.FURNITURE, Role.FIELD)]
    are_rows = [block.role is Role.TABLE_ROW for block in text]
    for at, block in enumerate(text):
        if not are_rows[at] or (at and are_rows[at - 1]):
            continue
        if not at and block.text == head:
            block.role, block.value = Role.FURNITURE, "repeated table head"
        else:
            head = block.text
    return head


def _is_figures(row: Row, columns: Sequence[Column]) -> bool:
    """Whether a row has a cell in each column, all but the first with a figure or a dash."""
    cells = cells_of(row, columns)
    return len(cells) == len(columns) and all(
        _FIGURE.fullmatch(line.text) is not None for _, line in cells[1:]
    )


def _fills_as_many(row: Row, cells: list[Row]) -> bool:
    return len(row) > 1 and len(row) >= sum(bool(cell) for cell in cells)
