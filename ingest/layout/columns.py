"""Columns: the side column of a letter, labels before the text, and body text in two columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING, NamedTuple

from ingest.layout.lines import rows_of
from ingest.letterhead import is_set_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.lines import Line
    from ingest.words import Box, PageWords

_PROSE_WIDTH, _PROSE_LETTERS = 0.3, 25
_FEWEST = 3
_ALIGNED = 0.35
_MOSTLY = 0.75
_COLUMN_LINES, _COLUMN_SHARE, COLUMN_LETTERS = 6, 0.25, 18
_ROW_LINES = 0.2  # per line of text: how many drawn lines make rows of a table
# Where a stack of labels may begin, as a share of the page's width, and how many labels make one.
_STACK_LEFT, _STACK_LABELS = 0.45, 2
# From a line of a stack to the next, in shares of the type size.
_STACK_STEP = 2.5


class Span(NamedTuple):
    """Where a line runs across the page, in points, and how many characters it has."""

    left: float
    right: float
    letters: int


def spans_of(lines: Sequence[Line]) -> list[Span]:
    """Where lines run."""
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


def is_prose(line: Span, width: float) -> bool:
    """Whether a line is as long as those of running text, on a page of that width in points."""
    return line.right - line.left >= _PROSE_WIDTH * width and line.letters >= _PROSE_LETTERS


def text_edges(lines: Sequence[Span], width: float) -> tuple[float, float] | None:
    """The left and right edge of running text in points, or None on a page without any."""
    prose = [line for line in lines if is_prose(line, width)]
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

    The labels of a side column have their values below them, and values their label above.
    """
    stacked = any(
        0 < abs(other.bottom - line.bottom) < 1.6 * line.size
        and abs(other.left - line.left) < line.size
        for other in lines
    )
    beside = [other for other in lines if other.left > line.right]
    first = next((other for other in beside if _is_aligned(line, [other])), None)
    if stacked or first is None:
        return False
    above = [other.bottom for other in beside if other.bottom < first.top]
    return not above or first.bottom - max(above) > 1.5 * first.size


def _beside(
    lines: Sequence[Line], edges: tuple[float, float]
) -> tuple[list[Line], list[Line]]:
    """The lines left and right of the text; labels set before it on its own lines are no column."""
    left = [line for line in lines if line.right < edges[0] - 0.3 * line.size]
    right = [line for line in lines if line.left > edges[1] + 0.4 * line.size]
    found = []
    for side in (left, right):
        taken = {id(line) for line in side}
        others = [line for line in lines if id(line) not in taken]
        aligned = sum(_is_aligned(line, others) for line in side)
        found.append([] if aligned >= _MOSTLY * len(side) else side)
    return [line for line in found[0] if not _labels_a_block(line, lines)], found[1]


def _label_stacks(lines: Sequence[Line], width: float) -> list[list[Line]]:
    """Labels with their values below them in the right half of the page, over text that is wide.

    A letterhead has them beside the address, where the text itself begins lower.
    """
    stacks: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (round(line.left), line.bottom)):
        last = stacks[-1][-1] if stacks else line
        near = 0 < line.bottom - last.bottom < _STACK_STEP * line.size
        if near and abs(line.left - last.left) < 2:
            stacks[-1].append(line)
        elif line.left > _STACK_LEFT * width:
            stacks.append([line])
    return [stack for stack in stacks if _labels_with_values(stack) >= _STACK_LABELS]


def _labels_with_values(stack: Sequence[Line]) -> int:
    labels = [is_set_off(line.text) for line in stack]
    return sum(label and not value for label, value in pairwise(labels))


def columns_of(
    lines: Sequence[Line],
    page: PageWords,
    usual: tuple[float, float] | None,
    gutter: float | None = None,
) -> Columns:
    """Tell the side column from the text.

    `usual` are the edges of text on the other pages, `gutter` is where it has one there.
    """
    stacks = _label_stacks(lines, page.width)
    stacked = {id(line) for stack in stacks for line in stack}
    lines = [line for line in lines if id(line) not in stacked]
    edges = text_edges(spans_of(lines), page.width) or usual
    # Text right of the gutter alone: what stands left of it is the first column.
    if edges is None or (gutter is not None and edges[0] >= gutter - 6):
        rights = max((line.right for line in lines), default=0.0)
        return Columns(stacks, lines, min((line.left for line in lines), default=0.0), rights)
    left, right = _beside(lines, edges)
    aside = {id(line) for line in (*left, *right)}
    main = [line for line in lines if id(line) not in aside]
    return Columns([*_stacked(left), *stacks, *_stacked(right)], main, *edges)


def gutter_of(lines: Sequence[Span], rules: Sequence[Box]) -> float | None:
    """Where the gutter between two columns of running text lies, or None where there is none.

    `rules` are the lines drawn on the page.
    """
    wide = [line for line in lines if line.letters >= COLUMN_LETTERS]
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
        if _has_rows(at, min(len(left), len(right)), rules) or _has_cells(left, right, lines):
            continue
        if best is None or crossing < best[0]:
            best = (crossing, at)
    return best[1] if best else None


def _has_rows(at: float, lines: int, rules: Sequence[Box]) -> bool:
    """Whether drawn lines cross a gutter between columns of so many lines, as between rows."""
    crossing = {
        round(rule[1])
        for rule in rules
        if rule[3] - rule[1] < 2 and rule[0] <= at <= rule[2]
    }
    return len(crossing) > max(_FEWEST, _ROW_LINES * lines)


def _has_cells(left: Sequence[Span], right: Sequence[Span], lines: Sequence[Span]) -> bool:
    """Whether many short cells, such as numbers, stand beside two columns of longer ones."""
    first = median_low(line.left for line in left)
    last = max(line.right for line in right)
    beside = sum(
        line.letters < COLUMN_LETTERS and (line.right < first or line.left > last)
        for line in lines
    )
    return beside > 0.5 * min(len(left), len(right))


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


def in_reading_order(
    lines: Sequence[Line], usual_gutter: float | None, rules: Sequence[Box]
) -> list[list[Line]]:
    """The lines of the text in stretches to be read one after the other, column by column.

    `usual_gutter` is where other pages of the document have theirs; `rules` are the lines drawn
    on the page.
    """
    gutter = gutter_of(spans_of(lines), rules)
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
