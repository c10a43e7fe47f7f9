"""What the pages of a document have in common: the type of the text, its edges, heads and feet."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.layout.columns import Span, gutter_of, text_edges
from ingest.layout.furniture import EdgeLine, PageEdges, furniture_of, in_zone
from ingest.layout.paragraphs import Style

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from ingest.layout.furniture import Furniture
    from ingest.layout.lines import Line
    from ingest.words import PageWords

_FEWEST_LETTERS = 18  # of a line that may tell edges or a gutter


@dataclass(slots=True)
class _Sketch:
    """What is kept of one page: the lines near its edges, and the places of its long lines."""

    edges: PageEdges
    width: float
    long: array[float]

    def spans(self, taken: Container[int]) -> Iterator[Span]:
        """Its long lines, but for those at the places that are `taken`."""
        values = iter(self.long)
        for at, left, right, letters in zip(values, values, values, values, strict=True):
            if at not in taken:
                yield Span(left, right, int(letters))


@dataclass(frozen=True, slots=True)
class Common:
    """The usual type of a document's text, its left and right edge and its gutter, in points.

    `furniture` tells of each page which of its lines are heads and feet.
    """

    style: Style
    edges: tuple[float, float] | None
    gutter: float | None
    furniture: list[Furniture]


def _key(line: Line | EdgeLine) -> tuple[float, bool]:
    return round(line.size * 2) / 2, line.bold


def _most(counts: Counter[tuple[float, bool]]) -> Style:
    if not counts:
        return Style(10.0)
    (size, bold), _ = counts.most_common(1)[0]
    return Style(size, bold)


@dataclass(slots=True)
class Survey:
    """Gathers page by page what the pages have in common, and keeps no page."""

    _sketches: list[_Sketch] = field(default_factory=list)
    _letters: Counter[tuple[float, bool]] = field(default_factory=Counter)

    def add(self, page: PageWords, lines: Sequence[Line]) -> None:
        """Take the next page in account, with all its lines."""
        long, near = array("d"), []
        for at, line in enumerate(lines):
            self._letters[_key(line)] += len(line.text)
            if len(line.text) >= _FEWEST_LETTERS:
                long.extend((at, line.left, line.right, len(line.text)))
            if in_zone(line, page.height):
                near.append(
                    EdgeLine(
                        at, line.text, line.left, line.right, line.top, line.bottom, line.size,
                        line.bold,
                    )
                )
        self._sketches.append(_Sketch(PageEdges(page.number, page.height, near), page.width, long))

    def finish(self) -> Common:
        """What the pages have in common."""
        furniture = furniture_of([one.edges for one in self._sketches], _most(self._letters).size)
        gutters: Counter[float] = Counter()
        edges: Counter[tuple[int, int]] = Counter()
        for sketch, taken in zip(self._sketches, furniture, strict=True):
            for line in sketch.edges.lines:
                if line.at in taken.reasons:
                    self._letters[_key(line)] -= len(line.text)
            spans = list(sketch.spans(taken.reasons))
            if (found := text_edges(spans, sketch.width)) is not None:
                edges[round(found[0]), round(found[1])] += 1
            if (gutter := gutter_of(spans)) is not None:
                gutters[gutter] += 1
        return Common(
            _most(+self._letters),
            edges.most_common(1)[0][0] if edges else None,
            gutters.most_common(1)[0][0] if gutters else None,
            furniture,
        )
