"""The lines of a document with every character's place on its raw page, inline marks cut out."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from ingest.document import Mark, Role

if TYPE_CHECKING:
    from ingest.document import RawDocument, RawPage

_BOOKMARK = re.compile(r"\[bookmark:[^\]\n]*\]")
_NOTE_MARK = re.compile(r"\[footnoteRef:\s*(\d{1,3})\]")
_INLINE_NOTE = re.compile(r"\[(\d{1,3}):\s+(?:[^\[\]]|\[[^\[\]]*\])*?\](?=\s|\[|$)")
_RETURN_MARK = re.compile("\u21a9[\ufe0e\ufe0f]?")
# What some converters put in place of a hyphen and line end inside a word.
_LOST_HYPHEN = re.compile("[\ufffe\x02]")
# A soft hyphen shows at a line end, and only there.
_INVISIBLE = re.compile(
    "\u00ad(?![^\\S\r\n\f]*(?:[\r\n\f]|$))|[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)


@dataclass(slots=True)
class Line:
    """One line: `text` without outer white space, and the raw offset of each of its characters.

    `note` is the number of the footnote that it is a line of, if it is of one. `mark` is what the
    file format says of it; several lines may share one.
    """

    page: int
    text: str
    offsets: list[int]
    blank_before: int
    removed_as: str | None = None
    note: str | None = None
    has_return_mark: bool = False
    identifies: bool = False
    mark: Mark | None = None

    @property
    def is_body(self) -> bool:
        """Whether the line is running text: no furniture, note or identifier of the series."""
        return self.removed_as is None and self.note is None and not self.identifies

    def has_role(self, *roles: Role) -> bool:
        """Whether the format marks the line as one of `roles`."""
        return self.mark is not None and self.mark.role in roles

    def goes_on(self, previous: Line) -> bool:
        """Whether the format says that the line is of one piece with the one before it."""
        if self.mark is None or self.page == previous.page:
            return self.mark is not None and self.mark == previous.mark
        return self.mark.goes_on

    def first_word(self) -> str:
        """The first word, for judging whether it would have fitted on the line before."""
        return self.text.split(maxsplit=1)[0] if self.text else ""


@dataclass(slots=True)
class Lines:
    """All lines of a document, its inline notes, and what was cut out inside lines.

    A place is the index of a page and an offset in its raw text. `notes` stand in the running text,
    as `[4:  text]`. `marks` says of each place that was cut out why; `note_marks`, of each number,
    where it cites a note. A note's digit at `digit_starts` stood apart from a digit before it.
    """

    lines: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    note_marks: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    digit_starts: set[tuple[int, int]] = field(default_factory=set)
    cell_ends: set[tuple[int, int]] = field(default_factory=set)


def _cut(found: Lines, page: int, start: int, end: int, reason: str) -> None:
    for offset in range(start, end):
        found.marks[page, offset] = reason


def _cut_marks(found: Lines, page: int, text: str) -> None:
    for match in _BOOKMARK.finditer(text):
        _cut(found, page, match.start(), match.end(), "bookmark")
    for match in _NOTE_MARK.finditer(text):
        _cut(found, page, match.start(), match.start(1), "footnote mark")
        _cut(found, page, match.end(1), match.end(), "footnote mark")
        found.note_marks.setdefault(match[1], []).append((page, match.start(1)))
        found.digit_starts.add((page, match.start(1)))
    for match in _RETURN_MARK.finditer(text):
        _cut(found, page, match.start(), match.end(), "footnote return mark")
    for match in _LOST_HYPHEN.finditer(text):
        _cut(found, page, match.start(), match.end(), "line-end hyphen")
    for match in _INVISIBLE.finditer(text):
        _cut(found, page, match.start(), match.end(), "invisible character")


def _take_inner_marks(found: Lines, index: int, page: RawPage) -> None:
    for mark in page.marks:
        if mark.role is Role.NOTE_MARK:
            found.note_marks.setdefault(mark.value, []).append((index, mark.start))
        elif mark.role is Role.TABLE_ROW:
            row = page.text[mark.start : mark.end]
            found.cell_ends |= {(index, mark.start + m.start()) for m in re.finditer("\t", row)}


def _cut_inline_notes(found: Lines, page: int, text: str) -> list[tuple[int, int]]:
    """Take out the notes `[4:  text]` whose mark stands in the text; return their (start, end)."""
    taken: list[tuple[int, int]] = []
    for match in _INLINE_NOTE.finditer(text):
        if match[1] not in found.note_marks:
            continue
        found.marks[page, match.start()] = "footnote mark"
        found.marks[page, match.end() - 1] = "footnote mark"
        line = _line(found, page, text, match.start(), match.end(), blank_before=1)
        line.note = match[1]
        found.notes.append(line)
        taken.append(match.span())
    return taken


def _line(found: Lines, page: int, text: str, start: int, end: int, blank_before: int) -> Line:
    """The characters of `text[start:end]` that are kept, inner white space made single spaces."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset in range(start, end):
        if (page, offset) in found.marks:
            continue
        character = " " if text[offset].isspace() else text[offset]
        if text[offset] == "\t" and (page, offset) in found.cell_ends:
            character = "\t"
        if character.isspace() and (not characters or characters[-1].isspace()):
            if character == "\t" and characters:
                characters[-1] = "\t"
            continue
        if (page, offset) in found.digit_starts and characters and characters[-1].isdigit():
            # "2025[footnoteRef:31]" must not become the year 202531.
            characters.append(" ")
            offsets.append(-1)
        characters.append(character)
        offsets.append(offset)
    if characters and characters[-1].isspace():
        characters.pop()
        offsets.pop()
    return Line(page, "".join(characters), offsets, blank_before)


def _without(start: int, end: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of [start:end) outside the stretches in `taken`, which may cross line ends."""
    parts, position = [], start
    first = max(0, bisect_right(taken, (start, start)) - 1)
    for cut_start, cut_end in islice(taken, first, None):
        if cut_start >= end:
            break
        if cut_end <= position:
            continue
        if cut_start > position:
            parts.append((position, cut_start))
        position = max(position, cut_end)
    if position < end:
        parts.append((position, end))
    return parts


def _page_lines(found: Lines, index: int, page: RawPage) -> None:
    text = page.text
    _cut_marks(found, index, text)
    _take_inner_marks(found, index, page)
    marks = [mark for mark in page.marks if mark.role is not Role.NOTE_MARK]
    starts = [mark.start for mark in marks]
    taken = _cut_inline_notes(found, index, text)
    offset, blanks = 0, 0
    for raw_line in text.splitlines(keepends=True):
        start, end = offset, offset + len(raw_line)
        offset = end
        parts = _without(start, end, taken)
        kept = [_line(found, index, text, *part, blank_before=blanks) for part in parts]
        kept = [line for line in kept if line.text]
        if not kept:
            blanks += 1
            continue
        line = kept[0]
        for more in kept[1:]:
            line.text = f"{line.text} {more.text}"
            line.offsets = [*line.offsets, -1, *more.offsets]
        at = next((offset for offset in line.offsets if offset >= 0), start)
        covering = bisect_right(starts, at) - 1
        if covering >= 0 and at < marks[covering].end:
            line.mark = marks[covering]
        line.has_return_mark = _RETURN_MARK.search(raw_line) is not None
        found.lines.append(line)
        blanks = 0


def read_lines(document: RawDocument) -> Lines:
    """Cut a document into lines, taking out bookmarks, note marks and notes inside the text."""
    found = Lines()
    for index, page in enumerate(document.pages):
        _page_lines(found, index, page)
    return found
