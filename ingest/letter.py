"""What a letter is once it has been read: raw pages, canonical text, and the map between them.

All offsets are Unicode code points, ends exclusive. The canonical text is made of slices of the
raw pages (`Piece`) with white space between them; every character of the raw pages that is not
white space is in exactly one piece or in exactly one `Removal`, so that cleaning can be audited.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Literal

Provenance = Literal["text", "document", "supplied"]


class Kind(StrEnum):
    """The kinds of letter; a Kamerbrief published in the Kamerstukken series is a `kamerstuk`."""

    KAMERBRIEF = "kamerbrief"
    KAMERSTUK = "kamerstuk"
    BESLISNOTA = "beslisnota"
    KAMERVRAGEN = "kamervragen"
    WOO_BESLUIT = "woo-besluit"
    ADVIES = "advies"
    BESLUITENLIJST = "besluitenlijst"
    OTHER = "other"


class BlockKind(StrEnum):
    """What a stretch of canonical text is in the letter."""

    LETTERHEAD = "letterhead"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CLOSING = "closing"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Page:
    """One page as the reader extracted it; `raw` is never changed.

    `number` is the physical page from 1, or None where the source has no pages (or where the
    traces that tell pages apart contradict each other). `start` and `end` delimit the page's
    body in the canonical text; its footnotes stand at the end of the letter. `ocr_confidence`
    (0 to 1) is there only for a page that was read by optical character recognition. `places` is
    where its words are printed, as `ingest.places` encodes and reads it, on a page that is shown
    `width` by `height` points large; "" and None where there is no printed page, and in letters
    that were stored before these were kept.
    """

    number: int | None
    label: str | None
    raw: str
    start: int = 0
    end: int = 0
    ocr_confidence: float | None = None
    places: str = field(default="", repr=False)
    width: float | None = None
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """`length` characters from `start` in the canonical text are raw text of page `page`."""

    start: int
    length: int
    page: int
    raw_start: int


@dataclass(frozen=True, slots=True)
class Removal:
    """A stretch of a raw page that is no part of the canonical text, and why."""

    page: int
    raw_start: int
    raw_end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or footnote of the canonical text."""

    kind: BlockKind
    start: int
    end: int
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note and the places (canonical offsets of its digit) where the text cites it."""

    number: str
    text: str
    start: int
    end: int
    page: int | None
    anchors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the letter says of itself. A field that was not found is None (or empty)."""

    kenmerk: str | None = None
    kamerstukken: tuple[str, ...] = ()
    date: str | None = None
    subject: str | None = None
    sender: str | None = None
    addressee: str | None = None
    kind: Kind = Kind.OTHER
    source_url: str | None = None
    provenance: dict[str, Provenance | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Letter:
    """A letter that has been read and cleaned. `source` is its path below the folder ingested.

    `warnings` are sentences on what could not be read, or only in doubt.
    """

    letter_id: str
    source: str
    sha256: str
    metadata: Metadata
    text: str
    pages: tuple[Page, ...]
    pieces: tuple[Piece, ...]
    removals: tuple[Removal, ...]
    blocks: tuple[Block, ...]
    footnotes: tuple[Footnote, ...]
    warnings: tuple[str, ...] = ()

    @property
    def page_count(self) -> int | None:
        """The number of physical pages, or None for a letter without pages."""
        numbers = [page.number for page in self.pages if page.number is not None]
        return max(numbers) if numbers else None

    @cached_property
    def _piece_starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    def pieces_between(self, start: int, end: int) -> tuple[Piece, ...]:
        """The pieces, cut to size, that make up canonical `[start:end]`."""
        first = max(0, bisect_right(self._piece_starts, start) - 1)
        found = []
        for index in range(first, len(self.pieces)):
            piece = self.pieces[index]
            if piece.start >= end:
                break
            cut_start = max(start, piece.start)
            cut_end = min(end, piece.start + piece.length)
            if cut_start < cut_end:
                raw_start = piece.raw_start + cut_start - piece.start
                found.append(Piece(cut_start, cut_end - cut_start, piece.page, raw_start))
        return tuple(found)

    def page_numbers(self, start: int, end: int) -> tuple[int, ...]:
        """The physical pages, ascending, on which canonical `[start:end]` stands; () if unknown."""
        indexes = {piece.page for piece in self.pieces_between(start, end)}
        numbers = [self.pages[index].number for index in sorted(indexes)]
        known = [number for number in numbers if number is not None]
        return tuple(known) if len(known) == len(numbers) else ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrievable stretch of one letter: `text` is the canonical text `[start:end]`.

    `sentences` are the sentences that begin in it, as canonical (start, end); one may go on in the
    next passage.
    """

    passage_id: str
    letter_id: str
    start: int
    end: int
    text: str
    page_first: int | None
    page_last: int | None
    section: tuple[str, ...]
    footnotes: tuple[Footnote, ...] = ()
    sentences: tuple[tuple[int, int], ...] = ()
