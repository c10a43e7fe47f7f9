"""The text of an OpenDocument paragraph as it is shown: fields, notes, spaces and boxes"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.archive import attribute, child, local, whole
from ingest.office.flow import Span
from ingest.office.numerals import numeral
from ingest.office.odf_styles import count

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ingest.office.odf_styles import OdfStyles

# Comments, what is said of the text, and code; deletions stand apart in tracked-changes.
_SKIPPED = frozenset(
    "annotation annotation-end tracked-changes script placeholder forms title desc ruby-text"
    " event-listeners image object object-ole plugin applet image-map binary-data"
    " glue-point enhanced-geometry".split()
)
# Text boxes, and the shapes that may have text in them.
BOXES = frozenset(
    "text-box custom-shape rect ellipse circle line polyline polygon regular-polygon path connector"
    " caption measure".split()
)
_SIGNS = {"tab": "\t", "line-break": "\n"}
_PAGE_FIELDS = frozenset({"page-number", "page-count", "page-continuation"})
_MOST_SPACES = 40
_WHITE = re.compile(r"[ \t\r\n]+")


@dataclass(slots=True)
class Inline:
    """What one paragraph was found to hold; `notes` are the elements of (number, note)."""

    spans: list[Span] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    notes: list[tuple[str, _Element]] = field(default_factory=list)
    has_page_number: bool = False
    is_hidden: bool = False


class NoteNumbers:
    """The number of each note as it is shown."""

    def __init__(self, root: _Element | None) -> None:
        found = root.iter("{*}notes-configuration") if root is not None else ()
        self._shapes = {attribute(one, "note-class"): one for one in found}
        self._counts: Counter[str] = Counter()

    def number(self, note: _Element) -> str:
        """The mark of the next note: as typed by hand, as it was last shown, or as counted."""
        kind = attribute(note, "note-class") or "footnote"
        citation = child(note, "note-citation")
        if own := attribute(citation, "label"):
            return own.strip()
        self._counts[kind] += 1
        shown = "".join(str(part) for part in citation.itertext()) if citation is not None else ""
        # What was converted without ever being laid out has 0 for every number.
        if shown.strip(" 0"):
            return shown.strip()
        shape = self._shapes.get(kind)
        # Of notes the standard says what comes before the first number.
        before = whole(attribute(shape, "start-value")) or 0
        default = "1" if kind == "footnote" else "i"
        return numeral(before + self._counts[kind], attribute(shape, "num-format") or default)


def read_inline(element: _Element, styles: OdfStyles, numbers: NoteNumbers) -> Inline:
    """The text of a paragraph or heading."""
    found = _Reader(styles, numbers, attribute(element, "style-name")).read(element)
    return Inline() if found.is_hidden else found


@dataclass(slots=True)
class _Reader:
    """Reads one paragraph, which has the style `paragraph`."""

    styles: OdfStyles
    numbers: NoteNumbers
    paragraph: str | None
    found: Inline = field(default_factory=Inline)

    def read(self, element: _Element, spans: tuple[str, ...] = (), in_link: bool = False) -> Inline:
        """Add the text of `element`; `spans` are the styles of those around it."""
        hidden = self.styles.is_hidden(self.paragraph, spans)
        emphasis = self.styles.emphasis(self.paragraph, spans)
        if in_link and emphasis == "underlined":
            # As links are, which says nothing.
            emphasis = ""

        def add(text: str, note: str = "") -> None:
            if not hidden and text:
                self.found.spans.append(Span(text, emphasis, note))

        add(_WHITE.sub(" ", element.text or ""))
        for one in element:
            name = local(one)
            if name == "s":
                add(" " * count(one, "c", _MOST_SPACES))
            elif name in _SIGNS:
                add(_SIGNS[name])
            elif name == "note" and not hidden:
                number = self.numbers.number(one)
                add(number, number)
                self.found.notes.append((number, one))
            elif name in BOXES:
                self.found.boxes.append(one)
            elif attribute(one, "is-hidden") == "true":
                # A field that hides itself, or the whole paragraph that it stands in.
                self.found.is_hidden |= name == "hidden-paragraph"
            elif name not in _SKIPPED:
                self.found.has_page_number |= name in _PAGE_FIELDS
                own = attribute(one, "style-name") if name in ("span", "a") else None
                self.read(one, (*spans, own) if own else spans, in_link or name == "a")
            add(_WHITE.sub(" ", one.tail or ""))
        return self.found
