"""The text of a letter as its view shows it: headings, lists, tables and notes, and what is marked

The shown parts hold the canonical text character for character; only the white space between
blocks is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from ingest.letter import BlockKind, Footnote, Letter
from service.quotation import block_at

# Consecutive blocks of these kinds are shown as one list, or one table.
_TOGETHER = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})
_CELL_END = "\t"


class Span(NamedTuple):
    """A stretch of a canonical text; the end is exclusive."""

    start: int
    end: int

    def within(self, other: Span) -> Span:
        """What of it lies in the other; it may be empty."""
        return Span(max(self.start, other.start), min(self.end, other.end))


class Bit(NamedTuple):
    """A stretch of text that is shown in one way.

    `at` is its canonical offset. `begins` is true for the first that is marked. `note` is the
    offset of the footnote that its digit cites, where that note is shown too.
    """

    at: int
    text: str
    is_marked: bool
    begins: bool
    note: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, a paragraph, a list or a table: `rows` of cells of bits, of which all but a table
    have one cell a row, and all but a list and a table have one row.

    `level` is that of a heading, from 1, and at most one below that of the heading before it.
    `start` is its canonical offset.
    """

    kind: BlockKind
    start: int
    rows: Sequence[Sequence[Sequence[Bit]]]
    level: int = 0

    @property
    def bits(self) -> Sequence[Bit]:
        """All of a paragraph or heading."""
        return self.rows[0][0]

    @property
    def text(self) -> str:
        """Its text, in one line."""
        bits = (bit.text for row in self.rows for cell in row for bit in cell)
        return " ".join("".join(bits).split())


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: its digit, what stands behind that, the note itself, and the offset of the first
    digit in the text shown that cites it."""

    start: int
    number: str
    between: str
    bits: Sequence[Bit]
    cited_at: int | None


@dataclass(frozen=True, slots=True)
class ShownText:
    """The text of a page, or of a whole letter: its body, and the notes below it."""

    parts: Sequence[Part]
    notes: Sequence[Note]

    @property
    def is_marked(self) -> bool:
        """Whether any of it is marked."""
        rows = (cell for part in self.parts for row in part.rows for cell in row)
        shown = (*rows, *(note.bits for note in self.notes))
        return any(bit.is_marked for bits in shown for bit in bits)

    @property
    def headings(self) -> list[Part]:
        """Its headings, in order."""
        return [part for part in self.parts if part.kind is BlockKind.HEADING]


@dataclass(slots=True)
class _Cutter:
    """Cuts stretches of a letter into bits."""

    text: str
    mark: Span | None
    cited: dict[int, Footnote]
    has_begun: bool = False
    edges: list[int] = field(init=False)

    def __post_init__(self) -> None:
        marked = [self.mark.start, self.mark.end] if self.mark else []
        anchors = [edge for at, note in self.cited.items() for edge in (at, at + len(note.number))]
        self.edges = sorted({*marked, *anchors})

    def bits(self, span: Span) -> list[Bit]:
        """The text of `span` in bits."""
        inner = [edge for edge in self.edges if span.start < edge < span.end]
        return [
            self._bit(start, end)
            for start, end in zip((span.start, *inner), (*inner, span.end), strict=True)
            if start < end
        ]

    def cells(self, span: Span) -> list[list[Bit]]:
        """The cells of a table's row, each but the last with the tab that ends it."""
        pieces = self.text[span.start : span.end].split(_CELL_END)
        found, at = [], span.start
        for number, piece in enumerate(pieces, start=1):
            end = at + len(piece) + (number < len(pieces))
            found.append(self.bits(Span(at, end)))
            at = end
        return found

    def _bit(self, start: int, end: int) -> Bit:
        is_marked = self.mark is not None and self.mark.start <= start and end <= self.mark.end
        begins = is_marked and not self.has_begun
        self.has_begun |= is_marked
        note = self.cited.get(start)
        return Bit(start, self.text[start:end], is_marked, begins, note.start if note else None)


def shown_text(
    letter: Letter, body: Span, notes: Iterable[Footnote], mark: Span | None
) -> ShownText:
    """The blocks of a letter in `body`, cut where it cuts them, and these notes; `mark` is marked
    wherever it is shown."""
    shown = sorted(notes, key=lambda note: note.start)
    cited = {
        at: note for note in shown for at in note.anchors
        if body.start <= at < body.end and letter.text.startswith(note.number, at)
    }
    cutter = _Cutter(letter.text, mark, cited)
    return ShownText(
        list(_parts(letter, body, cutter)), [_note(letter, one, cutter) for one in shown]
    )


def _parts(letter: Letter, body: Span, cutter: _Cutter) -> Iterator[Part]:
    blocks = [
        (block, span)
        for block in letter.blocks
        if block.kind is not BlockKind.FOOTNOTE
        for span in [Span(block.start, block.end).within(body)]
        if span.start < span.end
    ]
    # A page may begin in the middle of a chapter.
    depths = sorted({len(one.section) for one, _ in blocks if one.kind is BlockKind.HEADING})
    level = 0
    # Two paragraphs in a row are two parts; two rows of a table are one.
    for (kind, _), group in groupby(
        enumerate(blocks),
        key=lambda one: (one[1][0].kind, -1 if one[1][0].kind in _TOGETHER else one[0]),
    ):
        members = [one for _, one in group]
        block, span = members[0]
        rows = [
            cutter.cells(each) if kind is BlockKind.TABLE_ROW else [cutter.bits(each)]
            for _, each in members
        ]
        if kind is BlockKind.HEADING:
            level = min(1 + depths.index(len(block.section)), level + 1)
        yield Part(kind, span.start, rows, level)


def _note(letter: Letter, note: Footnote, cutter: _Cutter) -> Note:
    """A note with its digit and what stands between the two, which begin its block."""
    block = letter.blocks[block_at(letter, note.start)]
    start = block.start if block.kind is BlockKind.FOOTNOTE else note.start
    before = letter.text[start : note.start]
    number = before.rstrip()
    cited_at = min((at for at, one in cutter.cited.items() if one is note), default=None)
    bits = cutter.bits(Span(note.start, note.end))
    return Note(note.start, number, before[len(number) :], bits, cited_at)
