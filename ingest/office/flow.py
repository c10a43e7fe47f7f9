"""Documents without pages, as word processors keep them: paragraphs, tables, boxes, notes"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.document import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

# No heading is longer, whatever its style.
_LONGEST_HEADING = 320
# Between the parts that line breaks make of a paragraph, in points.
_APART = 12.0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one make-up; `note` is the number of the note that it cites."""

    text: str
    emphasis: str = ""  # "bold", "italic" or "underlined": the strongest that it has
    note: str = ""


@dataclass(slots=True)
class Paragraph:
    """A paragraph; `label` is the number or bullet that is shown before it.

    `value` goes with `role` as for `Mark`; it has no role where only the text itself can tell.
    `space_before` and `space_after` are in points.
    """

    spans: list[Span]
    role: Role | None = Role.PARAGRAPH
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

    def take_role(self, level: int | None) -> None:
        """Make a heading of it where it has a `level`, or else a list item where it is labelled."""
        if level is not None and len(self.text) <= _LONGEST_HEADING:
            self.role, self.value = Role.HEADING, str(level)
        elif self.label:
            self.role = Role.LIST_ITEM


def cut(paragraph: Paragraph, edges: list[tuple[int, int]]) -> Iterator[Paragraph]:
    """The parts of a paragraph outside `edges`, which are in order and do not overlap."""
    starts = [0, *(end for _, end in edges)]
    ends = [*(start for start, _ in edges), len(paragraph.text)]
    rest = list(reversed(paragraph.spans))
    offset = 0
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        spans = []
        while rest and offset < end:
            span = rest.pop()
            low, high = max(start - offset, 0), end - offset
            if span.text[low:high]:
                spans.append(replace(span, text=span.text[low:high]))
            if len(span.text) > high:
                # The next part begins in this span.
                rest.append(replace(span, text=span.text[high:]))
            offset += min(high, len(span.text))
        first, last = index == 0, index == len(starts) - 1
        yield replace(
            paragraph,
            spans=spans,
            label=paragraph.label if first else "",
            space_before=paragraph.space_before if first else _APART,
            space_after=paragraph.space_after if last else _APART,
        )


def lines_of(paragraph: Paragraph) -> list[Paragraph]:
    """The lines that line breaks make of a paragraph."""
    return list(cut(paragraph, [found.span() for found in re.finditer("\n", paragraph.text)]))


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
    """A footnote or endnote: its number as shown, and its paragraphs.

    `may_have_number` where the paragraphs may hold the number too, typed as text.
    """

    number: str
    paragraphs: list[Paragraph]
    may_have_number: bool = False


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
