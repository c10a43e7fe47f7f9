"""The columns of a table, told by the gaps down its rows, and the cells of each row."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.layout.lines import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.words import Word

# The left and right edge of a column, in points.
Column = tuple[float, float]
Row = list[Line]

# Shares of the type size: how wide a gap down all rows parts columns. Narrow ones do where there
# are many rows, or where a drawn rule or the like parts each row into lines there.
_NARROW_RIVER, _WIDE_RIVER = 0.4, 0.8


def _rivers(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """The gaps between words that run down all rows, but for a heading or so, as (left, right)."""
    words = [word for row in rows for line in row for word in line.words]
    size = max(word.size for word in words)
    changes = sorted(
        [(word.left, 1) for word in words] + [(word.right, -1) for word in words]
    )
    allowed = 0.15 * len(rows)
    lines = [line for row in rows for line in row]
    found: list[tuple[float, float]] = []
    covered, start = 0, None
    for at, change in changes:
        covered += change
        if covered <= allowed and start is None:
            start = at
        elif covered > allowed and start is not None:
            parted = len(rows) > 3 or not any(o.left < start and o.right > at for o in lines)
            narrowest = _NARROW_RIVER if parted else _WIDE_RIVER
            if at - start >= narrowest * size and start > changes[0][0]:
                found.append((start, at))
            start = None
    return found


def columns_in(rows: Sequence[Row]) -> list[Column]:
    """The columns of a table as (left, right): what lies between the rivers of its full rows."""
    full = [row for row in rows if len(row) > 1]
    if not full:
        return []
    left = min(row[0].left for row in full)
    right = max(row[-1].right for row in full)
    rivers = _rivers(full)
    lefts = [left, *(river[1] for river in rivers)]
    return list(zip(lefts, [*(river[0] for river in rivers), right], strict=True))


def cells_of(row: Row, columns: Sequence[Column]) -> list[tuple[int, Line]]:
    """The words of a row, column by column."""
    cells: dict[int, list[Word]] = {}
    for line in row:
        whole = column_at(line, columns)
        is_whole = not reaches_next(line, columns) or spans_columns(line, columns)
        for word in line.words:
            at = whole if is_whole else column_at(word, columns)
            cells.setdefault(at, []).append(word)
    return [(at, Line(words)) for at, words in sorted(cells.items())]


def reaches_next(line: Line, columns: Sequence[Column]) -> bool:
    """Whether a line reaches from the column that it begins in to the next."""
    following = [left for left, _ in columns if left > line.left + 0.5 * line.size]
    return bool(following) and line.right > following[0]


def spans_columns(line: Line, columns: Sequence[Column]) -> bool:
    """Whether a line runs over several columns, with words over the gap between two of them."""
    gaps = [(before[1], after[0]) for before, after in pairwise(columns)]
    return reaches_next(line, columns) and any(
        word.left < right - 1 and word.right > left + 1
        for word in line.words
        for left, right in gaps
    )


def column_at(line: Line | Word, columns: Sequence[Column]) -> int:
    """The column that a line or word overlaps most, or the nearest."""
    def reach(at: int) -> float:
        return min(line.right, columns[at][1]) - max(line.left, columns[at][0])

    return max(range(len(columns)), key=reach)
