"""Documents without pages, as word processors keep them: paragraphs, tables, boxes, notes"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.document import Role

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one make-up; `note` is the number of the note that it cites."""

    text: str
    emphasis: str = ""  # "bold", "italic" or "underlined": the strongest that it has
    note: str = ""


@dataclass(slots=True)
class Paragraph:
    """A paragraph; `label` is the number or bullet that is shown before it.

    `value` goes with `role` as for `Mark`. `space_before` and `space_after` are in points.
    """

    spans: list[Span]
    role: Role = Role.PARAGRAPH
    value: str = ""
    label: str = ""
    space_before: float = 0.0
    space_after: float = 0.0
    has_page_number: bool = False

    @property
    def text(self) -> str:
        """The words, without the label."""
        return "".join(span.text for span in self.spans)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read in it."""
        return not any(span.text.strip() for span in self.spans)


@dataclass(slots=True)
class Box:
    """A text box or frame, which stands beside the text that it is anchored in."""

    blocks: list[FlowBlock]


@dataclass(slots=True)
class Table:
    """Rows of cells, each cell with its blocks; a merged cell is filled once."""

    rows: list[list[list[FlowBlock]]]


FlowBlock = Paragraph | Box | Table


@dataclass(slots=True)
class Note:
    """A footnote or endnote: its number as shown, and its paragraphs."""

    number: str
    paragraphs: list[Paragraph]


@dataclass(slots=True)
class Flow:
    """A whole document.

    `head` is what stands above the text of the first page, `running` the heads and feet of all
    pages; both may repeat each other.
    """

    body: list[FlowBlock]
    head: list[FlowBlock] = field(default_factory=list)
    running: list[FlowBlock] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def paragraphs_in(blocks: list[FlowBlock]) -> Iterator[Paragraph]:
    """All paragraphs of `blocks`, those in tables and boxes too, in reading order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Box):
            yield from paragraphs_in(block.blocks)
        else:
            for row in block.rows:
                for cell in row:
                    yield from paragraphs_in(cell)


def without_boxes(cell: list[FlowBlock]) -> tuple[list[FlowBlock], list[Box]]:
    """What stands in a table cell itself, and the boxes that are only anchored there.

    Where a cell has nothing but boxes, they are what stands in it.
    """
    boxes = [one for one in cell if isinstance(one, Box)]
    own: list[FlowBlock] = [one for one in cell if not isinstance(one, Box)]
    has_own = any(not one.is_empty for one in paragraphs_in(own))
    return (own, boxes) if has_own else (cell, [])
