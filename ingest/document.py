"""What a reader hands over: raw pages, unchanged, and what the file format says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What the file format (its styles, or the place and size of its letters) says a stretch is.

    All but the last mark whole lines. `value` of the mark holds what the role needs besides.
    """

    PARAGRAPH = "paragraph"
    HEADING = "heading"  # value: the level, "1" for the highest
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"  # its cells stand apart by a tab
    FIELD = "field"  # of the letterhead: an address, or a label such as 'Ons kenmerk' and its value
    FOOTNOTE = "footnote"  # value: its number, with which the stretch begins
    FURNITURE = "furniture"  # value: the reason why it is left out, in a few words
    NOTE_MARK = "note_mark"  # inside a line: the digit that cites a note; value: its number


@dataclass(frozen=True, slots=True)
class Mark:
    """`text[start:end]` of a raw page is one `role`: one paragraph, one heading, one note."""

    start: int
    end: int
    role: Role
    value: str = ""


@dataclass(frozen=True, slots=True)
class RawPage:
    """The text of one page as extracted; `number` is None where the source has no pages.

    `marks`, in order of start, say what the format knows of the text; what they leave open is
    judged from the text itself. `ocr_confidence`, from 0 to 1, is the mean over the words of a
    page that was read by optical character recognition, and None for any other.
    """

    number: int | None
    label: str | None
    text: str
    marks: tuple[Mark, ...] = ()
    ocr_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class RawDocument:
    """The pages of a document and the properties that its file format carries (title, author).

    `properties` has the names of Dublin Core where they fit (title, creator, identifier, issued,
    subject), lower-cased, and else the document's own. `warnings` are sentences for the report:
    what of the file could not be read, and what to do.
    """

    pages: tuple[RawPage, ...]
    properties: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
