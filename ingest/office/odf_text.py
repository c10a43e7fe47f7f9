"""The text of an OpenDocument paragraph as it is shown: fields, notes, spaces and boxes"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.archive import attribute, child, local
from ingest.office.flow import Span
from ingest.office.numerals import numeral
from ingest.office.odf_styles import repeats

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ingest.office.odf_styles import OdfStyles

# Comments, what is said of the text, and code; deletions stand apart in tracked-changes.
_SKIPPED = frozenset(
    "annotation annotation-end tracked-changes script placeholder forms title desc ruby-text"
    " event-listeners image object object-ole plugin applet image-map binary-data"
    " glue-point enhanced-geometry".split()
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
        start = attribute(shape, "start-value") or "0"
        first = int(start) if start.isdecimal() and len(start) < 10 else 0
        default = "1" if kind == "footnote" else "i"
        return numeral(first + self._counts[kind], attribute(shape, "num-format") or default)


def read_inline(element: _Element, styles: OdfStyles, numbers: NoteNumbers) -> Inline:
    """The text of a paragraph or heading."""
    found = Inline()
    _walk(element, (), attribute(element, "style-name"), styles, numbers, found)
    return found


def _walk(
    element: _Element,
    spans: tuple[str, ...],
    paragraph: str | None,
    styles: OdfStyles,
    numbers: NoteNumbers,
    found: Inline,
) -> None:
    hidden = styles.is_hidden(paragraph, spans)
    emphasis = styles.emphasis(paragraph, spans)

    def add(text: str, note: str = "") -> None:
        if not hidden and text:
            found.spans.append(Span(text, emphasis, note))

    add(_WHITE.sub(" ", element.text or ""))
    for one in element:
        name = local(one)
        if name == "s":
            add(" " * min(repeats(attribute(one, "c")), _MOST_SPACES))
        elif name in _SIGNS:
            add(_SIGNS[name])
        elif name == "note" and not hidden:
            number = numbers.number(one)
            add(number, number)
            found.notes.append((number, one))
        elif name in ("text-box", "custom-shape", "rect", "ellipse"):
            found.boxes.append(one)
        elif name not in _SKIPPED and not _is_hidden_field(one):
            found.has_page_number |= name in _PAGE_FIELDS
            own = attribute(one, "style-name") if name in ("span", "a") else None
            _walk(one, (*spans, own) if own else spans, paragraph, styles, numbers, found)
        add(_WHITE.sub(" ", one.tail or ""))




def _is_hidden_field(element: _Element) -> bool:
    return (
        local(element) in ("hidden-text", "hidden-paragraph")
        and attribute(element, "is-hidden") == "true"
    )
