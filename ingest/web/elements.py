"""The elements of a web page: which of them a browser shows, and which on a line of their own"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from ingest.line_shapes import SALUTATION
from ingest.references import NUMBER_LINE

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
HEADINGS = {f"h{level}": str(level) for level in range(1, 7)}
# What a browser shows nothing of, or not as text.
_NO_TEXT = frozenset(
    "head script style template noscript noframes noembed svg math canvas iframe frame object embed"
    " audio video map select datalist input textarea progress meter rp area".split()
)
_NOT_SHOWN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.I)
_HIDDEN_CLASSES = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text screenreader-only u-visually-hidden"
    " is-visually-hidden assistive-text note-close".split()
)
_LONG_HIDDEN = 400
# Dialogs may stand in each other; a letter opens among the first words of its own.
_MOST_OPENING_TEXTS = 300
_QUESTIONS = re.compile(r"Vragen van (?:het lid|de leden)\b")
_FRAME = re.compile(r"position\s*:\s*absolute", re.IGNORECASE)
_SHOWN_APART = re.compile(r"(?:display\s*:\s*(?:block|inline-block|flex)|float\s*:\s*\w)", re.I)
_EMPHASIS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underlined"}
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_LONGEST_CELL = 1000


def walk(root: HtmlElement, skipped: frozenset[HtmlElement]) -> Iterator[tuple[str, HtmlElement]]:
    """Each element with "start" and "end", in document order, without what is in `skipped`.

    An element of `skipped` has its "end" alone, at which the text after it stands.
    """
    from lxml import etree

    steps = etree.iterwalk(root, events=("start", "end"))
    for event, element in steps:
        if event == "start" and element in skipped:
            steps.skip_subtree()
        else:
            yield event, element


def is_frame(element: HtmlElement) -> bool:
    """Whether an element has a place of its own on the page, beside the text."""
    return _FRAME.search(element.get("style", "")) is not None


def is_block(element: HtmlElement) -> bool:
    """Whether an element stands on lines of its own."""
    return element.tag in BLOCKS or is_frame(element)


def is_shown_apart(element: HtmlElement) -> bool:
    """Whether an element within a line is shown apart from it all the same."""
    return _SHOWN_APART.search(element.get("style", "")) is not None


def emphasis(element: HtmlElement) -> str:
    """The emphasis that an element gives its text: bold, italic, underlined or none."""
    found = _EMPHASIS.get(element.tag, "")
    if found == "underlined" and next(element.iterancestors("a"), None) is not None:
        # As links are, which says nothing.
        return ""
    return "bold" if not found and _BOLD.search(element.get("style", "")) else found


def hidden_elements(root: HtmlElement) -> frozenset[HtmlElement]:
    """The elements that a browser does not show, or shows no text of.

    What is hidden from screen readers alone is shown; but as a rule it is an icon or a doublet.
    """
    return frozenset(element for element in root.iter() if _is_hidden(element))


def _is_hidden(element: HtmlElement) -> bool:
    if element.tag in _NO_TEXT:
        return True
    if element.tag in ("html", "body") or is_letter_dialog(element):
        return False
    attributes = element.attrib
    if "hidden" in attributes or _NOT_SHOWN.search(attributes.get("style", "")):
        return True
    if not _HIDDEN_CLASSES.isdisjoint(attributes.get("class", "").lower().split()):
        return True
    if attributes.get("aria-hidden", "").lower() == "true":
        # A page saved with an open dialog has all the rest of it marked so.
        return not _is_longer(element, _LONG_HIDDEN)
    return False


def is_letter_dialog(element: HtmlElement) -> bool:
    """Whether an element is a dialog in which a site shows a letter, once a button opens it.

    So does the Tweede Kamer, on the pages of letters that were published as Kamerstukken.
    """
    is_dialog = element.tag == "dialog" or element.get("role") == "dialog"
    if not is_dialog or not _is_longer(element, _LONG_HIDDEN):
        return False
    shapes = (SALUTATION, NUMBER_LINE, _QUESTIONS)
    texts = islice(element.itertext(), _MOST_OPENING_TEXTS)
    return any(shape.match(text.strip()) for text in texts for shape in shapes)


def _is_longer(element: HtmlElement, limit: int) -> bool:
    """Whether there are more than `limit` characters in an element, white space collapsed."""
    length = 0
    for text in element.itertext():
        # More words than that are never needed of a text, which may be very long.
        length += len(" ".join(text.split(maxsplit=limit)[:limit]))
        if length > limit:
            return True
    return False


def is_layout_table(table: HtmlElement) -> bool:
    """Whether a table only places things on the page: one column, or whole texts in its cells."""
    if table.get("role") in ("presentation", "none"):
        return True
    if next(table.iterdescendants("table", *HEADINGS), None) is not None:
        return True
    rows = [
        [cell for cell in row if cell.tag in ("td", "th")] for row in table.iterdescendants("tr")
    ]
    if all(len(row) < 2 for row in rows):
        return True
    cells = (cell for row in rows for cell in row)
    return any(_is_longer(cell, _LONGEST_CELL) or _opens_letter(cell) for cell in cells)


def _opens_letter(cell: HtmlElement) -> bool:
    return any(SALUTATION.match(text.strip()) for text in cell.itertext())
