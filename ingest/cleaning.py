"""Canonical text from raw pages: furniture out, soft line ends joined, footnotes set apart.

The canonical text is the letter's body in reading order, then its footnotes. Every character in
it comes from a known place on a raw page (or is white space between two such characters).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.blocks import Draft, draft_blocks
from ingest.furniture import mark_furniture
from ingest.joints import joint_of, vocabulary_of
from ingest.letter import Block, BlockKind, Footnote, Page, Piece, Removal
from ingest.lines import Line, Lines, read_lines
from ingest.notes import cites, mark_notes
from ingest.pagination import own_running_footers
from ingest.places import encoded
from ingest.sections import mark_headings, mark_letterhead

if TYPE_CHECKING:
    from ingest.document import RawDocument, RawPage

NOTES_SECTION = ("Voetnoten",)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The outcome of cleaning; see `Letter` for what the fields mean."""

    text: str
    pages: tuple[Page, ...]
    pieces: tuple[Piece, ...]
    removals: tuple[Removal, ...]
    blocks: tuple[Block, ...]
    footnotes: tuple[Footnote, ...]


@dataclass(slots=True)
class _Writer:
    """The canonical text under construction, with the raw place of each character."""

    vocabulary: frozenset[str]
    characters: list[str] = field(default_factory=list)
    places: list[tuple[int, int] | None] = field(default_factory=list)
    marks: dict[tuple[int, int], str] = field(default_factory=dict)

    def separate(self, joiner: str) -> None:
        if self.characters:
            self.characters.extend(joiner)
            self.places.extend([None] * len(joiner))

    def write_line(self, line: Line) -> None:
        page = line.page
        self.characters.extend(line.text)
        self.places.extend(
            (page, offset) if offset >= 0 and not character.isspace() else None
            for character, offset in zip(line.text, line.offsets, strict=True)
        )

    def write_block(self, lines: list[Line]) -> tuple[int, int]:
        """Write a block's lines, joined; return its canonical span."""
        self.separate("\n\n")
        start = len(self.characters)
        self.write_line(lines[0])
        for line, following in pairwise(lines):
            self._join(line, following)
            self.write_line(following)
        return start, len(self.characters)

    def _join(self, line: Line, following: Line) -> None:
        joint = joint_of(line.text, following.text, self.vocabulary)
        if joint == "fuse":
            self.characters.pop()
            place = self.places.pop()
            if place is not None:
                self.marks[place] = "line-end hyphen"
        elif joint == "space":
            self.separate(" ")


def _write_body(writer: _Writer, lines: list[Line]) -> list[Block]:
    drafts = draft_blocks([line for line in lines if not line.identifies])
    for draft in drafts:
        draft.text = _joined(draft, writer.vocabulary)
    mark_letterhead(drafts)
    _add_identifiers(drafts, [line for line in lines if line.identifies])
    mark_headings(drafts)
    blocks = []
    for draft in drafts:
        start, end = writer.write_block(draft.lines)
        blocks.append(Block(draft.kind, start, end, draft.section))
    return blocks


def _add_identifiers(drafts: list[Draft], lines: list[Line]) -> None:
    """Put the series' identifier, printed at the foot of page 1, at the end of the letterhead."""
    at = next(
        (at for at, draft in enumerate(drafts) if draft.kind is not BlockKind.LETTERHEAD),
        len(drafts),
    )
    drafts[at:at] = [Draft([line], BlockKind.LETTERHEAD, text=line.text) for line in lines]


def _joined(draft: Draft, vocabulary: frozenset[str]) -> str:
    writer = _Writer(vocabulary)
    writer.write_block(draft.lines)
    return "".join(writer.characters)


def _note_lines(found: Lines) -> list[tuple[str, list[Line]]]:
    """The notes in reading order, each with its lines."""
    notes: list[tuple[str, list[Line]]] = [(note.note or "", [note]) for note in found.notes]
    for line in found.lines:
        if line.note is None:
            continue
        if notes and notes[-1][0] == line.note and not _starts_note(line, notes[-1][1][-1]):
            notes[-1][1].append(line)
        else:
            notes.append((line.note, [line]))
    return notes


def _starts_note(line: Line, previous: Line) -> bool:
    # A marked note that goes on overleaf is a stretch of its own, without the number.
    begins = _own_number(line.note or "").match(line.text) is not None
    return begins and not line.goes_on(previous)


def _own_number(number: str) -> re.Pattern[str]:
    """What a note with this number begins with: "1 ", "1. " or "[1] "."""
    return re.compile(rf"\[?{re.escape(number)}(?!\w)[\].:)]*(?:\s+|$)")


def _write_notes(
    writer: _Writer, found: Lines, pages: tuple[Page, ...]
) -> tuple[list[Block], list[Footnote]]:
    blocks, notes = [], []
    for number, lines in _note_lines(found):
        start, end = writer.write_block(lines)
        text = "".join(writer.characters[start:end])
        found_number = _own_number(number).match(text)
        own = text[found_number.end() :] if found_number else text
        blocks.append(Block(BlockKind.FOOTNOTE, start, end, NOTES_SECTION))
        notes.append(Footnote(number, own, end - len(own), end, pages[lines[0].page].number))
    return blocks, notes


def _mark_index(writer: _Writer, found: Lines) -> dict[tuple[int, int], int]:
    """Where in the canonical text the note marks of the raw pages stand."""
    wanted = {place for places in found.note_marks.values() for place in places}
    if not wanted:
        return {}
    return {place: at for at, place in enumerate(writer.places) if place in wanted}


def _anchored(
    notes: list[Footnote], writer: _Writer, found: Lines, body: list[Block], pages: tuple[Page, ...]
) -> list[Footnote]:
    """Tie each note to the places in the body that cite it.

    Where the numbers begin anew on each page, those on the note's own page come first; where they
    begin anew in a document without pages, the first note goes with the first mark, and so on.
    """
    body_end = body[-1].end if body else 0
    text = "".join(writer.characters[:body_end])
    by_place = _mark_index(writer, found)
    cited = _cited(found, pages)
    on = {page.number: page for page in pages}
    alike = Counter((note.number, note.page) for note in notes)
    met: Counter[tuple[str, int | None]] = Counter()
    anchored, position = [], 0
    for note in notes:
        own = (note.number, note.page)
        places = cited.get(own) or cited.get((note.number, None), [])
        if alike[own] == len(places) > 1:
            places = [places[met[own]]]
        met[own] += 1
        marks = [by_place[place] for place in places if place in by_place]
        if not marks:
            # A note stands at the foot of the page that cites it.
            page = on[note.page] if note.page is not None else None
            start, end = (page.start, page.end) if page else (0, body_end)
            at = cites(text, note.number, max(position, start), end)
            marks = [at] if at is not None else []
        if marks:
            position = marks[-1] + len(note.number)
        anchored.append(replace(note, anchors=tuple(marks)))
    return anchored


def _cited(
    found: Lines, pages: tuple[Page, ...]
) -> dict[tuple[str, int | None], list[tuple[int, int]]]:
    """The raw places of each note's marks, by its number and a page's; under None, on any page."""
    cited: dict[tuple[str, int | None], list[tuple[int, int]]] = {}
    for number, places in found.note_marks.items():
        cited[number, None] = places
        for place in places:
            if (page := pages[place[0]].number) is not None:
                cited.setdefault((number, page), []).append(place)
    return cited


def _pieces(writer: _Writer) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    start, first = 0, None
    for at, place in enumerate((*writer.places, None)):
        if first is not None and place != (first[0], first[1] + at - start):
            pieces.append(Piece(start, at - start, *first))
            first = None
        if first is None and place is not None:
            start, first = at, place
    return tuple(pieces)


def _removals(
    document: RawDocument, pieces: tuple[Piece, ...], writer: _Writer, found: Lines
) -> tuple[Removal, ...]:
    """Everything on the raw pages that is neither white space nor in the canonical text."""
    reasons: dict[tuple[int, int], str] = {**found.marks, **writer.marks}
    for line in found.lines:
        if line.removed_as is not None:
            reasons.update({(line.page, at): line.removed_as for at in line.offsets if at >= 0})
    kept = [bytearray(len(page.text)) for page in document.pages]
    for piece in pieces:
        end = piece.raw_start + piece.length
        kept[piece.page][piece.raw_start : end] = b"\x01" * piece.length
    removals: list[Removal] = []
    for index, page in enumerate(document.pages):
        for at, (character, is_kept) in enumerate(zip(page.text, kept[index], strict=True)):
            if is_kept or character.isspace():
                continue
            reason = reasons[index, at]
            last = removals[-1] if removals else None
            gap = page.text[last.raw_end : at] if last and last.page == index else None
            if last and gap is not None and not gap.strip() and last.reason == reason:
                removals[-1] = replace(last, raw_end=at + 1)
            else:
                removals.append(Removal(index, at, at + 1, reason))
    return tuple(removals)


def _page_spans(document: RawDocument, writer: _Writer, body_end: int) -> tuple[Page, ...]:
    """The pages with the canonical span of their body: contiguous, from the first to the last."""
    starts: dict[int, int] = {}
    for at, place in enumerate(writer.places[:body_end]):
        if place is not None and place[0] not in starts:
            starts[place[0]] = at
    count = len(document.pages)
    edges = [0] * count + [body_end]
    for index in reversed(range(count)):
        edges[index] = starts.get(index, edges[index + 1])
    if count:
        edges[0] = 0
    return tuple(
        _page(page, edges[index], edges[index + 1]) for index, page in enumerate(document.pages)
    )


def _page(page: RawPage, start: int, end: int) -> Page:
    width, height = (None, None) if page.shown is None else (round(side, 3) for side in page.shown)
    return Page(
        page.number, page.label, page.text, start, end, page.ocr_confidence,
        encoded(page.places), width, height,
    )


def clean(document: RawDocument) -> Cleaned:
    """Make the canonical text of a document and account for everything left out of it."""
    found = read_lines(document)
    text = "\n".join(page.text for page in document.pages)
    mark_furniture(found.lines, own_running_footers(text))
    mark_notes(found)
    body_lines = [line for line in found.lines if line.is_body or line.identifies]
    writer = _Writer(vocabulary_of(found.lines))
    blocks = _write_body(writer, body_lines)
    pages = _page_spans(document, writer, len(writer.characters))
    note_blocks, notes = _write_notes(writer, found, pages)
    footnotes = _anchored(notes, writer, found, blocks, pages)
    pieces = _pieces(writer)
    return Cleaned(
        "".join(writer.characters),
        pages,
        pieces,
        _removals(document, pieces, writer, found),
        (*blocks, *note_blocks),
        tuple(footnotes),
    )
