"""What the pages of a document have in common: the type of the text, its edges, heads and feet."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.layout.columns import Span, gutter_of, is_prose, spans_of, text_edges
from ingest.layout.furniture import EdgeLine, PageEdges, furniture_of, in_zone
from ingest.layout.paragraphs import Style

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from ingest.layout.furniture import Furniture
    from ingest.layout.lines import Line
    from ingest.words import PageWords

_FEWEST_LETTERS = 18  # of a line that may tell the edges of the text
_ENOUGH = 300  # letters of running text, to tell its type


@dataclass(slots=True)
class _Sketch:
    """What is kept of one page: the lines near its edges, the places of its long lines, its gutter.
    """

    edges: PageEdges
    width: float
    long: array[float]
    gutter: float | None

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
    _prose: Counter[tuple[float, bool]] = field(default_factory=Counter)

    def add(self, page: PageWords, lines: Sequence[Line]) -> None:
        """Take the next page in account, with all its lines."""
        long, near = array("d"), []
        for at, line in enumerate(lines):
            self._count(line, page.width)
            if len(line.text) >= _FEWEST_LETTERS:
                long.extend((at, line.left, line.right, len(line.text)))
            if in_zone(line, page.height):
                near.append(
                    EdgeLine(
                        at, line.text, line.left, line.right, line.top, line.bottom, line.size,
                        line.bold,
                    )
                )
        gutter = gutter_of(spans_of(lines), page.rules)
        edges = PageEdges(page.number, page.height, near)
        self._sketches.append(_Sketch(edges, page.width, long, gutter))

    def _count(self, line: Line | EdgeLine, width: float, times: int = 1) -> None:
        """Count the letters of a line by its type; -1 time takes them back."""
        letters = len(line.text)
        self._letters[_key(line)] += times * letters
        if is_prose(Span(line.left, line.right, letters), width):
            self._prose[_key(line)] += times * letters

    def _style(self) -> Style:
        """The usual type of running text; tables may have more letters, in a smaller type."""
        prose, letters = +self._prose, +self._letters
        return _most(prose if prose.total() >= _ENOUGH else letters)

    def finish(self) -> Common:
        """What the pages have in common."""
        furniture = furniture_of([one.edges for one in self._sketches], self._style().size)
        gutters: Counter[float] = Counter()
        edges: Counter[tuple[int, int]] = Counter()
        for sketch, taken in zip(self._sketches, furniture, strict=True):
            for line in sketch.edges.lines:
                if line.at in taken.reasons:
                    self._count(line, sketch.width, -1)
            found = text_edges(list(sketch.spans(taken.reasons)), sketch.width)
            if found is not None:
                edges[round(found[0]), round(found[1])] += 1
            if sketch.gutter is not None:
                gutters[sketch.gutter] += 1
        return Common(
            self._style(),
            edges.most_common(1)[0][0] if edges else None,
            gutters.most_common(1)[0][0] if gutters else None,
            furniture,
        )
