"""Columns: the side column of a letter, labels before the text, and body text in two columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ingest.layout.lines import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.lines import Line
    from ingest.words import PageWords

_PROSE_WIDTH, _PROSE_LETTERS = 0.3, 25
_FEWEST = 3
_ALIGNED = 0.35
_MOSTLY = 0.75
_COLUMN_LINES, _COLUMN_SHARE = 6, 0.25


class Span(NamedTuple):
    """Where a line runs across the page, in points, and how many characters it has."""

    left: float
    right: float
    letters: int


def _spans(lines: Sequence[Line]) -> list[Span]:
    return [Span(line.left, line.right, len(line.text)) for line in lines]


@dataclass(slots=True)
class Columns:
    """The lines of one page by column: beside the text, in it, and the edges of the text."""

    side: list[list[Line]] = field(default_factory=list)
    main: list[Line] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0


def _margin(lefts: Sequence[float]) -> float:
    """The leftmost edge at which a good part of the lines begin."""
    needed = max(2, 0.2 * len(lefts))
    return min(
        (one for one in lefts if sum(abs(one - other) <= 3 for other in lefts) >= needed),
        default=min(lefts),
    )


def text_edges(lines: Sequence[Span], width: float) -> tuple[float, float] | None:
    """The left and right edge of running text in points, or None on a page without any."""
    prose = [
        line
        for line in lines
        if line.right - line.left >= _PROSE_WIDTH * width and line.letters >= _PROSE_LETTERS
    ]
    if len(prose) < _FEWEST:
        return None
    rights = sorted(line.right for line in prose)
    return _margin([line.left for line in prose]), rights[int(0.9 * (len(rights) - 1))]


def _is_aligned(line: Line, others: Sequence[Line]) -> bool:
    return any(abs(line.bottom - other.bottom) <= _ALIGNED * line.size for other in others)


def _stacked(lines: list[Line]) -> list[list[Line]]:
    """Side lines in columns of their own, each from the top down."""
    columns: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.left):
        for column in columns:
            if min(line.right, max(o.right for o in column)) - max(
                line.left, min(o.left for o in column)
            ) > 0:
                column.append(line)
                break
        else:
            columns.append([line])
    return [sorted(column, key=lambda line: line.bottom) for column in columns]


def _labels_a_block(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a line stands right before a block of the text, alone: 'Nr. 4' before a title.

    The labels of a side column have their values below them.
    """
    below = any(
        0 < other.bottom - line.bottom < 1.6 * line.size and abs(other.left - line.left) < line.size
        for other in lines
    )
    beside = [other for other in lines if other.left > line.right]
    first = next((other for other in beside if _is_aligned(line, [other])), None)
    if below or first is None:
        return False
    above = [other.bottom for other in beside if other.bottom < first.top]
    return not above or first.bottom - max(above) > 1.5 * first.size


def _beside(
    lines: list[Line], rest: list[Line], edges: tuple[float, float]
) -> tuple[list[Line], list[Line]]:
    """The lines left and right of the text; labels set before it on its own lines are no column."""
    left = [line for line in lines if line.right < edges[0] - 0.3 * line.size]
    right = [line for line in lines if line.left > edges[1] + 0.4 * line.size]
    found = []
    for side in (left, right):
        others = [line for line in rest if line not in side]
        aligned = sum(_is_aligned(line, others) for line in side)
        found.append([] if aligned >= _MOSTLY * len(side) else side)
    return [line for line in found[0] if not _labels_a_block(line, lines)], found[1]


def columns_of(
    lines: Sequence[Line],
    page: PageWords,
    usual: tuple[float, float] | None,
    gutter: float | None = None,
) -> Columns:
    """Tell the side column from the text.

    `usual` are the edges of text on the other pages, `gutter` is where it has one there.
    """
    edges = text_edges(_spans(lines), page.width) or usual
    # Text right of the gutter alone: what stands left of it is the first column.
    if edges is None or (gutter is not None and edges[0] >= gutter - 6):
        rights = max((line.right for line in lines), default=0.0)
        return Columns([], list(lines), min((line.left for line in lines), default=0.0), rights)
    every = list(lines)
    left, right = _beside(every, every, edges)
    aside = {id(line) for line in (*left, *right)}
    main = [line for line in every if id(line) not in aside]
    return Columns([*_stacked(left), *_stacked(right)], main, *edges)


def gutter_of(lines: Sequence[Span]) -> float | None:
    """Where the gutter between two columns of running text lies, or None where there is one."""
    wide = [line for line in lines if line.letters >= 18]
    if len(wide) < 2 * _COLUMN_LINES:
        return None
    left_edge, right_edge = min(o.left for o in wide), max(o.right for o in wide)
    total = right_edge - left_edge
    best = None
    for start in sorted({round(line.left) for line in wide}):
        at = start - 2.0
        if not left_edge + 0.3 * total < at < left_edge + 0.7 * total:
            continue
        left = [line for line in wide if line.right < at]
        right = [line for line in wide if line.left >= at]
        crossing = len(wide) - len(left) - len(right)
        if min(len(left), len(right)) < _COLUMN_LINES or crossing > 0.4 * len(wide):
            continue
        if min(len(left), len(right)) < _COLUMN_SHARE * (len(left) + len(right)):
            continue
        if not _filled(left, at - left_edge) or not _filled(right, right_edge - at):
            continue
        if best is None or crossing < best[0]:
            best = (crossing, at)
    return best[1] if best else None


def _filled(lines: Sequence[Span], width: float) -> bool:
    """Whether most lines run the width of their column, as prose does and cells do not."""
    return sum(line.right - line.left > 0.75 * width for line in lines) > 0.55 * len(lines)


def _is_gutter(at: float, lines: Sequence[Line]) -> bool:
    """Whether a gutter found on other pages parts the lines of this one too."""
    left = [line for line in lines if line.right < at]
    right = [line for line in lines if line.left >= at]
    if len(left) < 2 or len(right) < 2:
        return False
    return min(line.left for line in right) - at < 6


def in_reading_order(lines: Sequence[Line], usual_gutter: float | None) -> list[list[Line]]:
    """The lines of the text in stretches to be read one after the other, column by column.

    `usual_gutter` is where other pages of the document have theirs.
    """
    gutter = gutter_of(_spans(lines))
    if gutter is None and usual_gutter is not None and _is_gutter(usual_gutter, lines):
        gutter = usual_gutter
    if gutter is None:
        return [list(lines)]
    bands: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []
    across: list[Line] = []
    for row in rows_of(lines):
        if any(line.left < gutter < line.right for line in row) or _ends(across, row):
            bands += [part for part in (left, right) if part]
            left, right = [], []
            across += row
            continue
        bands += [across] if across else []
        across = []
        left += [line for line in row if line.right <= gutter]
        right += [line for line in row if line.left >= gutter]
    return bands + [part for part in (across, left, right) if part]


def _ends(across: Sequence[Line], row: Sequence[Line]) -> bool:
    """Whether a short row is the last line of a paragraph that runs over both columns."""
    if not across or len(row) > 1 or abs(row[0].left - across[-1].left) > 2:
        return False
    return row[0].bottom - across[-1].bottom < 1.45 * row[0].size
