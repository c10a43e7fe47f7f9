"""Blocks of a page in reading order, and writing them as raw text with marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.document import Mark, Role
from ingest.places import shifted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.layout.lines import Line
    from ingest.places import Place


# A line end after it parts nothing: "Boxtel–" and "Eindhoven", "maatregelen/" and "projecten".
_OPEN_DASH = re.compile(r"\w[–/]$")


@dataclass(slots=True)
class Block:
    """Lines that belong together: one paragraph, one field, one row of a table.

    `cells` of a table's row are lists of lines; any other block has one cell. A block whose
    `role` is None is left for the text itself to tell. `goes_on` says that it is the rest of the
    last block of the page before.
    """

    cells: list[list[Line]]
    role: Role | None = Role.PARAGRAPH
    value: str = ""
    goes_on: bool = False

    @property
    def lines(self) -> list[Line]:
        """All lines of the block, cell by cell."""
        return [line for cell in self.cells for line in cell]

    @property
    def text(self) -> str:
        """The text with its lines joined by spaces, to judge it by."""
        return " ".join(line.text for line in self.lines)


def one_cell(lines: Iterable[Line], role: Role | None = Role.PARAGRAPH, value: str = "") -> Block:
    """A block of a single cell."""
    return Block([list(lines)], role, value)


def _set_dashes_apart(lines: Iterable[Line]) -> None:
    """Put a space before a dash at a line's end: a parted word does not go on with a capital."""
    for line, following in pairwise(lines):
        if following.text[:1].isupper() and line.has_dash():
            line.set_apart(len(line.text) - 1)


def write(blocks: Iterable[Block]) -> tuple[str, tuple[Mark, ...], tuple[Place, ...]]:
    """The raw text of a page, its marks with one for every raised number, and its words' places."""
    text = ""
    marks: list[Mark] = []
    places: list[Place] = []
    for block in blocks:
        if text:
            text += "\n\n" if block.role is not None else "\n"
        start = len(text)
        inner: list[Mark] = []
        for at, cell in enumerate(block.cells):
            text += "\t" if at else ""
            _set_dashes_apart(cell)
            for index, line in enumerate(cell):
                text += "\n" if index and not _OPEN_DASH.search(text) else ""
                if block.role is not Role.FURNITURE:
                    inner += [
                        Mark(len(text) + begin, len(text) + end, Role.NOTE_MARK, number)
                        for begin, end, number in line.note_marks
                        if begin or block.role is not Role.FOOTNOTE
                    ]
                places += shifted(line.places, len(text))
                text += line.text
        if block.role is not None:
            marks.append(Mark(start, len(text), block.role, block.value, block.goes_on))
        marks.extend(inner)
    return text, tuple(marks), tuple(places)
