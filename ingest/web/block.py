"""A stretch of a web page: a paragraph with its place, and the text of one that is under way"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.office.flow import Paragraph, Span

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# A block of text at least so long is prose, and no field or title.
PROSE_LENGTH = 80
_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(slots=True)
class Block(Paragraph):
    """A paragraph, row, note or piece of furniture of a page.

    `place` is the element that it stands in, with its neighbours; `in_frame` where that has a
    place of its own on the page, beside the text.
    """

    place: HtmlElement | None = None
    in_frame: bool = False

    @property
    def cites(self) -> bool:
        """Whether it cites a note."""
        return any(span.note for span in self.spans)


@dataclass(slots=True)
class Buffer:
    """The text of the block under way."""

    spans: list[Span] = field(default_factory=list)

    def last(self) -> str:
        """Its last character."""
        return self.spans[-1].text[-1] if self.spans else ""

    def put(self, text: str, emphasis: str = "") -> None:
        """Add text as it is."""
        if text:
            self.spans.append(Span(text, emphasis))

    def add(self, text: str, emphasis: str = "") -> None:
        """Add running text: its white space counts for one space, and none at a line's start."""
        text = _SPACE.sub(" ", text)
        self.put(text.lstrip(" ") if self.last() in ("", " ", "\n", "\t") else text, emphasis)

    def end_cell(self) -> None:
        """Part the cells of a row by a tab, which must not stand at the beginning of a line."""
        while self.spans and self.spans[-1].text == "\n":
            self.spans.pop()
        if self.spans:
            self.put("\t")

    def cite(self, first: int, number: str) -> None:
        """Mark `number`, in the spans from `first` on, as what cites the note of that number."""
        text = "".join(span.text for span in self.spans[first:])
        found = re.search(rf"(?<!\w){number}(?!\w)", text)
        if found is None:
            return
        del self.spans[first:]
        # A bracket around the number must not undo the emphasis of the title before it.
        around = self.spans[-1].emphasis if self.spans else ""
        self.put(text[: found.start()], around)
        self.spans.append(Span(number, around, number))
        self.put(text[found.end() :], around)
