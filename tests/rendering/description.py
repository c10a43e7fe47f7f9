"""What a letter says, apart from how it is rendered: blocks of runs, notes, letterhead."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_INLINE = re.compile(r"\[\^(?P<note>\d+)\]|\*\*(?P<bold>.+?)\*\*|\*(?P<italic>.+?)\*"
                     r"|~(?P<sub>[^~\s]+)~|\^(?P<sup>[^^\s]+)\^")
_HEADING = re.compile(r"(#{1,3}) +(.*)", re.DOTALL)
_ITEM = re.compile(r"( *)([-•]|\d{1,2}\.|[a-z]\.) +(.*)")
_NOTE = re.compile(r"\[\^(\d+)\]: +(.*)", re.DOTALL)
# 'Vraag 1' stands above 'Antwoord 1', as a question's answer belongs to it.
_QUESTION_LEVELS = {"V": 2, "A": 3}


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style: "", "bold", "italic", "sub", "sup" or "note".

    The text of a note's run is its number.
    """

    text: str
    style: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item, table row or line of the closing.

    `kind` is one of "paragraph", "heading", "list_item", "table_row", "closing", and besides
    "page" (a page end), "columns" and "end" (of columns), which hold no text. `level` is that of
    a heading (0: no heading) or of a list item. `label` is the bullet or number of an item.
    `is_plain` is a heading that no style sets apart, as 'Vraag 1' is none.
    """

    kind: str
    cells: tuple[tuple[Run, ...], ...] = ()
    level: int = 0
    label: str = ""
    is_plain: bool = False

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs of a block without cells."""
        return self.cells[0]


@dataclass(frozen=True)
class Note:
    """A footnote; `number` is what the reader of the page sees."""

    number: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Description:
    """A letter to render.

    `layout` names a template; `head` holds what that template prints around the text; `metadata`
    what the letter says of itself, absent where it does not; `labels` is how its pages are
    numbered: "" (not at all), "1" (from 1), "2" (the same, but not on the first page) or "i2"
    (two pages in roman figures, then from 1).
    `font` and `size` (points) are those of the text, `hyphenated` sets it justified with words
    broken at line ends, `indented` parts paragraphs by an indent instead of space.
    """

    name: str
    layout: str
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = ()
    head: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    furniture: tuple[str, ...] = ()
    labels: str = ""
    font: str = "Liberation Sans"
    size: float = 9.0
    hyphenated: bool = False
    indented: bool = False


def runs_of(text: str) -> tuple[Run, ...]:
    """The runs of a paragraph in the notation of the letter files."""
    runs, position = [], 0
    for match in _INLINE.finditer(text):
        if match.start() > position:
            runs.append(Run(text[position : match.start()]))
        style = str(match.lastgroup)
        runs.append(Run(match[style], style))
        position = match.end()
    if position < len(text):
        runs.append(Run(text[position:]))
    return tuple(runs)


def _joined(lines: str) -> tuple[Run, ...]:
    return runs_of(" ".join(lines.split()))


def _lines_as_blocks(chunk: str) -> Iterator[Block]:
    """The items, rows or lines of the closing, each on a line of its own."""
    # A line that begins with white space and no label goes on with the one before it.
    for line in re.sub(r"\n +(?! *(?:[-•]|\d{1,2}\.|[a-z]\.) )", " ", chunk).splitlines():
        if match := _ITEM.fullmatch(line):
            label = match[2].replace("-", "•")
            yield Block("list_item", (runs_of(match[3]),), 1 + (len(match[1]) > 0), label)
        elif line.startswith("|"):
            cells = [runs_of(cell.strip()) for cell in line.strip("| ").split("|")]
            yield Block("table_row", tuple(cells))
        elif line.startswith("~ "):
            yield Block("closing", (runs_of(line[2:]),))
        else:
            raise ValueError(f"a line of another kind in a list: {line}")


def _blocks_of(chunk: str) -> Iterator[Block]:
    if chunk.startswith("::: "):
        yield Block(chunk[4:])
    elif match := _HEADING.fullmatch(chunk):
        yield Block("heading", (_joined(match[2]),), len(match[1]))
    elif chunk.startswith("? "):
        level = _QUESTION_LEVELS[chunk[2]]
        yield Block("heading", (_joined(chunk[2:]),), level, is_plain=True)
    elif chunk.startswith("! "):
        yield Block("heading", ((Run(chunk[2:], "bold"),),), 1, is_plain=True)
    elif chunk.startswith(("|", "~ ")) or _ITEM.match(chunk):
        yield from _lines_as_blocks(chunk)
    else:
        yield Block("paragraph", (_joined(chunk),))


def read_description(path: Path) -> Description:
    """Read the letter file at `path`; the notation is described in tests/data/rendered/README.md.

    Raises:
        OSError, tomllib.TOMLDecodeError, KeyError, ValueError: it is not there or not well-formed.
    """
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    blocks: list[Block] = []
    notes: list[Note] = []
    for chunk in re.split(r"\n\s*\n", values.pop("body").strip("\n")):
        if match := _NOTE.fullmatch(chunk):
            notes.append(Note(match[1], _joined(match[2])))
        else:
            blocks += _blocks_of(chunk)
    furniture = tuple(values.pop("furniture", ()))
    return Description(
        name=path.stem, blocks=tuple(blocks), notes=tuple(notes), furniture=furniture, **values
    )
