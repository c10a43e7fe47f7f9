"""The text of a web page as a browser shows it, with what each of its blocks is"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.document import Role
from ingest.web.block import Block, Buffer
from ingest.web.elements import (
    HEADINGS,
    emphasis,
    is_block,
    is_frame,
    is_layout_table,
    is_shown_apart,
    walk,
)
from ingest.web.lists import OWN_LABEL, Counter, integer, label, list_counter
from ingest.web.notes import without_number

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from ingest.office.flow import Span
    from ingest.web.notes import Notes

_PROSE = frozenset({"p", "blockquote", "dd", "dt", "figcaption", "caption", "summary", "legend"})
_LISTS = frozenset({"ul", "ol", "menu", "dir"})


@dataclass(slots=True)
class _Context:
    """What holds for the text directly within an element."""

    role: Role | None = None
    value: str = ""
    furniture: str = ""
    is_preformatted: bool = False
    # A table row or a note: what parts blocks elsewhere only ends a line in it.
    is_whole: bool = False
    is_counted: bool = False
    counter: Counter | None = None
    depth: int = 0
    is_set_aside: bool = False
    place: HtmlElement | None = None
    in_frame: bool = False


class _Layout:
    """Lays a page out into blocks; `blocks` holds those that are done."""

    def __init__(self, furniture: dict[HtmlElement, str], notes: Notes) -> None:
        self.blocks: list[Block] = []
        self._furniture = furniture
        self._notes = notes
        self._contexts = [_Context()]
        self._buffer = Buffer()
        self._set_aside: list[tuple[Buffer, str]] = []
        self._deferred: list[Block] = []
        self._label = ""
        self._begins_item = False
        self._cite_starts: list[tuple[Buffer, int]] = []
        self._layout_tables: set[HtmlElement] = set()
        self._emphases: list[str] = []

    def text(self, text: str | None) -> None:
        """Add running text."""
        if not text:
            return
        # The strongest emphasis is the first in the alphabet.
        strongest = min(self._emphases, default="")
        if self._contexts[-1].is_preformatted:
            self._buffer.put(text, strongest)
        else:
            self._buffer.add(text, strongest)

    def open(self, element: HtmlElement) -> None:
        """An element begins."""
        tag = element.tag
        if tag == "br":
            self._break_line()
            return
        if own := emphasis(element):
            self._emphases.append(own)
        if element in self._notes.citing:
            self._cite_starts.append((self._buffer, len(self._buffer.spans)))
        special = self._is_special(element)
        in_line = special and not is_block(element) and self._buffer.spans
        if in_line or (is_frame(element) and self._is_under_way()):
            # Within a line: it stands apart, and the line goes on after it.
            self._set_aside.append((self._buffer, self._label))
            self._buffer, self._label = Buffer(), ""
            self._contexts.append(self._context(element))
            self._contexts[-1].is_set_aside = True
            return
        if special or is_block(element):
            self._part(force=special)
        if tag in ("td", "th") and self._contexts[-1].role is Role.TABLE_ROW:
            self._buffer.end_cell()
        if special or is_block(element):
            self._contexts.append(self._context(element))
        elif is_shown_apart(element):
            self._buffer.add(" ")

    def _is_special(self, element: HtmlElement) -> bool:
        """Whether an element begins and ends a block, also where it stands within a line."""
        return element in self._notes.notes or element in self._furniture

    def _is_under_way(self) -> bool:
        """Whether a block has begun that a frame beside the text must not become a part of."""
        return bool(self._buffer.spans or self._label or self._contexts[-1].is_whole)

    def close(self, element: HtmlElement) -> None:
        """An element ends; what follows is the text after it."""
        if element.tag == "br":
            return
        if emphasis(element):
            self._emphases.pop()
        if number := self._notes.citing.get(element):
            buffer, first = self._cite_starts.pop()
            if buffer is self._buffer:
                # Else the block was parted inside the link.
                buffer.cite(first, number)
        special = self._is_special(element)
        if not is_block(element) and not special:
            if is_shown_apart(element):
                self._buffer.add(" ")
            return
        context = self._contexts[-1]
        if context.is_set_aside:
            self._flush()
            self._contexts.pop()
            self._buffer, self._label = self._set_aside.pop()
            return
        outer = self._contexts[-2]
        self._part(force=special or context.role is not outer.role or not outer.is_whole)
        self._contexts.pop()
        if element.tag == "li":
            self._label, self._begins_item = "", False

    def _context(self, element: HtmlElement) -> _Context:
        """What holds within `element`, which is now opened."""
        tag = element.tag
        context = replace(self._contexts[-1], is_set_aside=False)
        if is_frame(element):
            context.place, context.in_frame = element, True
            context.role, context.value, context.is_whole = None, "", False
        elif not context.in_frame:
            context.place = element.getparent()
        if reason := self._furniture.get(element):
            context.furniture = reason
        if number := self._notes.notes.get(element):
            return replace(
                context, role=Role.FOOTNOTE, value=number, is_whole=True, furniture="",
                is_counted=element in self._notes.counted,
            )
        context.is_preformatted = context.is_preformatted or tag == "pre"
        if tag in _LISTS:
            context.counter = list_counter(element, context.depth)
            context.depth += 1
        elif tag == "table" and is_layout_table(element):
            self._layout_tables.add(element)
        if context.is_whole:
            if tag == "li" and context.role is not Role.FOOTNOTE:
                self._buffer.put(f"{label(element, context.counter)} ".lstrip())
            return context
        return self._with_role(element, context)

    def _with_role(self, element: HtmlElement, context: _Context) -> _Context:
        tag = element.tag
        level = HEADINGS.get(tag, "")
        if not level and element.get("role") == "heading":
            level = str(max(1, min(6, integer(element.get("aria-level"), 2))))
        if level:
            return replace(context, role=Role.HEADING, value=level)
        if tag == "li":
            self._label = label(element, context.counter)
            self._begins_item = True
            return replace(context, role=Role.LIST_ITEM, value="")
        if "mso-list" in element.get("style", "") and tag == "p":
            return replace(context, role=Role.LIST_ITEM, value="")
        if tag == "tr":
            table = next(element.iterancestors("table"), None)
            if table is not None and table not in self._layout_tables:
                return replace(context, role=Role.TABLE_ROW, value="", is_whole=True)
            return replace(context, role=None, value="")
        if tag == "pre":
            return replace(context, role=None, value="")
        if tag in _PROSE and context.role is not Role.HEADING:
            first = context.role is Role.LIST_ITEM and self._begins_item
            return replace(context, role=Role.LIST_ITEM if first else Role.PARAGRAPH, value="")
        return context

    def _break_line(self) -> None:
        """A line break; the second in a row leaves a blank line, and so parts paragraphs."""
        buffer = self._buffer
        if not self._contexts[-1].is_whole and buffer.last() == "\n":
            self._flush()
            if self._contexts[-1].role is Role.LIST_ITEM:
                self._contexts[-1].role = Role.PARAGRAPH
        elif buffer.spans or self._contexts[-1].is_preformatted:
            buffer.put("\n")

    def _part(self, *, force: bool) -> None:
        """What stands before and after a block element."""
        if self._contexts[-1].is_whole and not force:
            if self._buffer.last() not in ("", "\n", "\t"):
                self._buffer.put("\n")
            return
        self._flush()

    def _flush(self) -> None:
        """End the block under way."""
        buffer, self._buffer = self._buffer, Buffer()
        context = self._contexts[-1]
        done: list[Block] = []
        if any(span.text.strip() for span in buffer.spans):
            done = [self._block(buffer.spans, context)]
            self._label, self._begins_item = "", False
        if context.is_set_aside:
            self._deferred += done
        else:
            self.blocks += [*done, *self._deferred]
            self._deferred = []

    def _block(self, spans: list[Span], context: _Context) -> Block:
        """The block of what stands in `spans`."""
        block = Block(
            spans, context.role, context.value, place=context.place, in_frame=context.in_frame
        )
        if context.role is Role.FOOTNOTE:
            block.label = context.value
            block.spans = without_number(spans, context.value, is_counted=context.is_counted)
        elif not OWN_LABEL.match(block.text):
            block.label = self._label
        if context.furniture:
            block.role, block.value = Role.FURNITURE, context.furniture
        elif block.role is None and "\n" not in block.text.strip() and not context.is_preformatted:
            block.role = Role.PARAGRAPH
        return block


def lay_out(
    root: HtmlElement,
    hidden: frozenset[HtmlElement],
    furniture: dict[HtmlElement, str],
    notes: Notes,
) -> list[Block]:
    """The blocks of a page, in document order, as a browser shows their text.

    The elements in `hidden` are left out with all they hold; `furniture` has the reason why an
    element is no text of the letter.
    """
    layout = _Layout(furniture, notes)
    for event, element in walk(root, hidden):
        if event == "start":
            layout.open(element)
            layout.text(element.text)
        else:
            if element not in hidden:
                layout.close(element)
            if element is not root:
                layout.text(element.tail)
    return layout.blocks
