"""The text of a web page as a browser shows it, with what each of its blocks is"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.document import Mark, Role
from ingest.web.lists import OWN_LABEL, Counter, integer, label, list_counter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

# Elements that begin and end a line of their own; every other element stands within a line.
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main"
    " menu nav ol optgroup option p pre search section summary table tbody td tfoot th thead tr"
    " ul".split()
)
_HEADINGS = {f"h{level}": str(level) for level in range(1, 7)}
_PROSE = frozenset({"p", "blockquote", "dd", "dt", "figcaption", "caption", "summary", "legend"})
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_SPACE = re.compile(r"[ \t\n\r\f]+")
_FRAME = re.compile(r"position\s*:\s*absolute", re.IGNORECASE)
_EMPHASIS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underlined"}
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
# An element within a line that is shown apart from it all the same.
_SHOWN_APART = re.compile(r"(?:display\s*:\s*(?:block|inline-block|flex)|float\s*:\s*\w)", re.I)
_LONGEST_CELL = 1000


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the page with its role; None where only the text itself can tell.

    `cites` holds the digits in it that cite a note: offset in `text`, and the note's number.
    `emphasis` is that of its whole text: bold, italic, underlined or none. `place` is the element
    that it stands in, with its neighbours; `in_frame` where that has a place of its own on the
    page, beside the text.
    """

    text: str
    role: Role | None
    value: str = ""
    cites: tuple[tuple[int, str], ...] = ()
    emphasis: str = ""
    place: HtmlElement | None = field(default=None, compare=False)
    in_frame: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a page's elements before its text is laid out.

    `hidden` are left out with all they hold; `furniture` has the reason why an element is no text
    of the letter; `notes` and `citing` have the number of a footnote and of a link to one. The
    numbers of the notes in `counted` do not stand in their text: the browser counts them, or they
    are among what is hidden.
    """

    hidden: frozenset[HtmlElement] = frozenset()
    furniture: dict[HtmlElement, str] = field(default_factory=dict)
    notes: dict[HtmlElement, str] = field(default_factory=dict)
    counted: frozenset[HtmlElement] = frozenset()
    citing: dict[HtmlElement, str] = field(default_factory=dict)


def _is_block(element: HtmlElement) -> bool:
    return element.tag in BLOCKS or _is_frame(element)


def _is_frame(element: HtmlElement) -> bool:
    return _FRAME.search(element.get("style", "")) is not None


def _emphasis(element: HtmlElement) -> str:
    found = _EMPHASIS.get(element.tag, "")
    return "bold" if not found and _BOLD.search(element.get("style", "")) else found


def walk(root: HtmlElement, skipped: frozenset[HtmlElement]) -> Iterator[tuple[str, HtmlElement]]:
    """Each element with "start" and "end", in document order, without what is in `skipped`.

    An element of `skipped` has its "end" alone, at which the text after it stands. Not by
    recursion: pages nest deeper than Python's stack.
    """
    yield "start", root
    stack = [(root, iter(root))]
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield "end", element
        elif child in skipped:
            yield "end", child
        else:
            yield "start", child
            stack.append((child, iter(child)))


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


@dataclass(slots=True)
class _Buffer:
    """The text of the block under way, white space collapsed."""

    parts: list[str] = field(default_factory=list)
    size: int = 0
    cites: list[tuple[int, str]] = field(default_factory=list)
    emphases: set[str] = field(default_factory=set)

    def last(self) -> str:
        return self.parts[-1][-1] if self.parts else ""

    def put(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.size += len(text)

    def add(self, text: str) -> None:
        text = _SPACE.sub(" ", text)
        self.put(text.lstrip(" ") if self.last() in ("", " ", "\n", "\t") else text)

    def end_cell(self) -> None:
        """Part the cells of a row by a tab, which must not stand at the beginning of a line."""
        while self.parts and self.parts[-1] == "\n":
            self.parts.pop()
            self.size -= 1
        if self.parts:
            self.put("\t")


def is_layout_table(table: HtmlElement) -> bool:
    """Whether a table only places things on the page: one column, or whole texts in its cells."""
    if table.get("role") in ("presentation", "none"):
        return True
    if next(table.iterdescendants("table", "h1", "h2", "h3", "h4", "h5", "h6"), None) is not None:
        return True
    rows = [
        [cell for cell in row if cell.tag in ("td", "th")] for row in table.iterdescendants("tr")
    ]
    if all(len(row) < 2 for row in rows):
        return True
    cells = (cell for row in rows for cell in row)
    return any(len(" ".join("".join(cell.itertext()).split())) > _LONGEST_CELL for cell in cells)


class _Layout:
    """Lays a page out into blocks; `blocks` holds those that are done."""

    def __init__(self, reading: Reading) -> None:
        self.blocks: list[Block] = []
        self._reading = reading
        self._contexts = [_Context()]
        self._buffer = _Buffer()
        self._set_aside: list[tuple[_Buffer, str]] = []
        self._deferred: list[Block] = []
        self._label = ""
        self._begins_item = False
        self._cite_starts: list[tuple[_Buffer, int, int]] = []
        self._layout_tables: set[HtmlElement] = set()
        self._emphases: list[str] = []

    def text(self, text: str | None) -> None:
        """Add running text."""
        if not text:
            return
        if not text.isspace() and not self._cite_starts:
            self._buffer.emphases.add(min(self._emphases, default=""))
        if self._contexts[-1].is_preformatted:
            self._buffer.put(text)
        else:
            self._buffer.add(text)

    def open(self, element: HtmlElement) -> None:
        """An element begins."""
        tag = element.tag
        if tag == "br":
            self._break_line()
            return
        if emphasis := _emphasis(element):
            self._emphases.append(emphasis)
        if element in self._reading.citing:
            self._cite_starts.append((self._buffer, self._buffer.size, len(self._buffer.parts)))
        special = element in self._reading.notes or element in self._reading.furniture
        in_line = special and not _is_block(element) and self._buffer.parts
        if in_line or (_is_frame(element) and self._is_under_way()):
            # Within a line: it stands apart, and the line goes on after it.
            self._set_aside.append((self._buffer, self._label))
            self._buffer, self._label = _Buffer(), ""
            self._contexts.append(self._context(element))
            self._contexts[-1].is_set_aside = True
            return
        if special or _is_block(element):
            self._part(force=special)
        if tag in ("td", "th") and self._contexts[-1].role is Role.TABLE_ROW:
            self._buffer.end_cell()
        if special or _is_block(element):
            self._contexts.append(self._context(element))
        elif _SHOWN_APART.search(element.get("style", "")):
            self._buffer.add(" ")

    def _is_under_way(self) -> bool:
        """Whether a block has begun that a frame beside the text must not become a part of."""
        return bool(self._buffer.parts or self._label or self._contexts[-1].is_whole)

    def close(self, element: HtmlElement) -> None:
        """An element ends; what follows is the text after it."""
        if element.tag == "br":
            return
        if _emphasis(element):
            self._emphases.pop()
        if number := self._reading.citing.get(element):
            self._cite(number)
        special = element in self._reading.notes or element in self._reading.furniture
        if not _is_block(element) and not special:
            if _SHOWN_APART.search(element.get("style", "")):
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
        if _is_frame(element):
            context.place, context.in_frame = element, True
            context.role, context.value, context.is_whole = None, "", False
        elif not context.in_frame:
            context.place = element.getparent()
        if reason := self._reading.furniture.get(element):
            context.furniture = reason
        if number := self._reading.notes.get(element):
            return replace(
                context, role=Role.FOOTNOTE, value=number, is_whole=True, furniture="",
                is_counted=element in self._reading.counted,
            )
        context.is_preformatted = context.is_preformatted or tag == "pre"
        if tag in _LISTS:
            context.counter = list_counter(element, context.depth)
            context.depth += 1
        elif tag == "table" and is_layout_table(element):
            self._layout_tables.add(element)
        if context.is_whole:
            if tag == "li":
                self._put_label(label(element, context.counter))
            return context
        return self._with_role(element, context)

    def _with_role(self, element: HtmlElement, context: _Context) -> _Context:
        tag = element.tag
        level = _HEADINGS.get(tag, "")
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

    def _put_label(self, label: str) -> None:
        if self._contexts[-1].role is not Role.FOOTNOTE:
            self._buffer.put(label)

    def _break_line(self) -> None:
        """A line break; the second in a row leaves a blank line, and so parts paragraphs."""
        buffer = self._buffer
        if not self._contexts[-1].is_whole and buffer.last() == "\n":
            self._flush()
            if self._contexts[-1].role is Role.LIST_ITEM:
                self._contexts[-1].role = Role.PARAGRAPH
        elif buffer.parts or self._contexts[-1].is_preformatted:
            buffer.put("\n")

    def _part(self, *, force: bool) -> None:
        """What stands before and after a block element."""
        if self._contexts[-1].is_whole and not force:
            if self._buffer.last() not in ("", "\n", "\t"):
                self._buffer.put("\n")
            return
        self._flush()

    def _cite(self, number: str) -> None:
        buffer, start, first = self._cite_starts.pop()
        if buffer is not self._buffer:
            # The block was parted inside the link.
            return
        found = re.search(rf"(?<!\w){number}(?!\w)", "".join(self._buffer.parts[first:]))
        if found:
            self._buffer.cites.append((start + found.start(), number))

    def _flush(self) -> None:
        """End the block under way."""
        buffer, self._buffer = self._buffer, _Buffer()
        context = self._contexts[-1]
        text = "".join(buffer.parts)
        shift = 0
        if not text.strip():
            done = []
        else:
            if context.role is Role.FOOTNOTE:
                text, shift = numbered(text, context.value, is_counted=context.is_counted)
            elif self._label and not OWN_LABEL.match(text):
                text, shift = self._label + text, len(self._label)
            self._label, self._begins_item = "", False
            done = [self._block(text.rstrip(), buffer, shift)]
        if context.is_set_aside:
            self._deferred += done
        else:
            self.blocks += [*done, *self._deferred]
            self._deferred = []


    def _block(self, text: str, buffer: _Buffer, shift: int) -> Block:
        """The block of what `buffer` holds, `shift` characters moved to the right in `text`."""
        context = self._contexts[-1]
        if context.furniture:
            return Block(text, Role.FURNITURE, context.furniture)
        cites = tuple((at + shift, number) for at, number in buffer.cites if at + shift >= 0)
        emphasis = next(iter(buffer.emphases), "") if len(buffer.emphases) == 1 else ""
        role = context.role
        if role is None and "\n" not in text and not context.is_preformatted:
            role = Role.PARAGRAPH
        return Block(
            text, role, context.value, cites, emphasis, context.place, context.in_frame
        )


def numbered(text: str, number: str, *, is_counted: bool) -> tuple[str, int]:
    """A note as its number, a space and its text; and how far its text moved to the right.

    `text` begins with the number in any of its forms ("[1]", "1.", "1"), unless it `is_counted`:
    then at most a stop is left of it.
    """
    shown = rf"[\s\[(^]*{number}(?!\w*\d)\s*[\])]?\s*[.:)]?\s*"
    own = re.match(r"\s*(?:[\]).:]{1,2}\s)?\s*" if is_counted else shown, text)
    cut = own.end() if own else len(text) - len(text.lstrip())
    return f"{number} {text[cut:]}", len(number) + 1 - cut


def lay_out(root: HtmlElement, reading: Reading) -> list[Block]:
    """The blocks of a page, in document order, as a browser shows their text."""
    layout = _Layout(reading)
    for event, element in walk(root, reading.hidden):
        if event == "start":
            layout.open(element)
            layout.text(element.text)
        else:
            if element not in reading.hidden:
                layout.close(element)
            if element is not root:
                layout.text(element.tail)
    return layout.blocks


def joined(blocks: list[Block]) -> tuple[str, tuple[Mark, ...]]:
    """The text of blocks, a blank line between them, and its marks in order of start."""
    marks: list[Mark] = []
    parts: list[str] = []
    at = 0
    for block in blocks:
        if block.role is not None:
            marks.append(Mark(at, at + len(block.text), block.role, block.value))
        marks += [
            Mark(at + start, at + start + len(number), Role.NOTE_MARK, number)
            for start, number in block.cites
        ]
        parts.append(block.text)
        at += len(block.text) + 2
    # A paragraph may be nothing but the digit that cites a note.
    order = sorted(marks, key=lambda mark: (mark.start, mark.role is not Role.NOTE_MARK))
    return "\n\n".join(parts), tuple(order)
