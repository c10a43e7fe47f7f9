"""The one raw page of a document without pages, written block by block with its marks"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.document import Mark, RawPage, Role
from ingest.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.office.flow import Paragraph


@dataclass(slots=True)
class Words:
    """Text with the places and numbers of the note marks in it."""

    text: str = ""
    notes: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Words) -> None:
        """Go on with other words."""
        self.notes += [(len(self.text) + offset, number) for offset, number in other.notes]
        self.text += other.text

    def stripped(self) -> Words:
        """The words without the white space around them."""
        lead = len(self.text) - len(self.text.lstrip())
        return Words(self.text.strip(), [(offset - lead, number) for offset, number in self.notes])


def words_of(paragraph: Paragraph) -> Words:
    """The words of a paragraph, its label before them."""
    parts, notes = [f"{paragraph.label} " if paragraph.label else ""], []
    offset = len(parts[0])
    for span in paragraph.spans:
        if span.note:
            notes.append((offset, span.note))
        parts.append(span.text)
        offset += len(span.text)
    return Words("".join(parts), notes)


def joined(paragraphs: Iterable[Paragraph], by: str) -> Words:
    """The words of those paragraphs that have any, with `by` between them."""
    found = Words()
    for paragraph in paragraphs:
        if paragraph.is_empty:
            continue
        if found.text:
            found.add(Words(by))
        found.add(words_of(paragraph))
    return found


@dataclass(slots=True)
class Writer:
    """The raw page under construction."""

    _parts: list[str] = field(default_factory=list)
    _marks: list[Mark] = field(default_factory=list)
    _length: int = 0

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def write(self, words: Words, role: Role | None, value: str = "", near: bool = False) -> None:
        """Write one block; `near` puts it on the line after the last one, else a blank between."""
        words = words.stripped()
        if not words.text:
            return
        if self._length:
            self._add("\n" if near else "\n\n")
        start = self._length
        self._add(words.text)
        if role is not None:
            self._marks.append(Mark(start, self._length, role, value))
        if role is Role.FURNITURE:
            # What is left out cites no note.
            return
        self._marks += [
            Mark(start + offset, start + offset + len(number), Role.NOTE_MARK, number)
            for offset, number in words.notes
        ]

    def raw_page(self) -> RawPage:
        """What was written."""
        # A paragraph may be nothing but the number that cites a note.
        marks = sorted(self._marks, key=lambda one: (one.start, one.role is not Role.NOTE_MARK))
        return RawPage(None, None, "".join(self._parts), tuple(marks))


def check_shows_text(pages: Iterable[RawPage], has_pictures: bool) -> None:
    """Refuse a document that shows pictures and no text: as a rule a scan that was pasted in.

    Raises:
        UnreadableFile: it has pictures, and nothing to read besides but page furniture.
    """
    if has_pictures and not any(map(_shows_text, pages)):
        raise UnreadableFile(
            "it holds only pictures, no text",
            "export it as PDF and ingest that: its pages can then be read by OCR",
        )


def _shows_text(page: RawPage) -> bool:
    # From the end, so that the places before stay what they are.
    text = page.text
    for mark in reversed(page.marks):
        if mark.role is Role.FURNITURE:
            text = text[: mark.start] + text[mark.end :]
    return any(map(str.isalnum, text))
