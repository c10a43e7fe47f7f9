"""What a reader hands over: raw pages, unchanged, and what the file format says of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.places import Place


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
    """`text[start:end]` of a raw page is one `role`: one paragraph, one heading, one note.

    `goes_on` says of the first text of a page that it is of one piece with the last of the page
    before, where the page's layout tells it.
    """

    start: int
    end: int
    role: Role
    value: str = ""
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class RawPage:
    """The text of one page as extracted; `number` is None where the source has no pages.

    `marks`, in order of start, say what the format knows of the text; what they leave open is
    judged from the text itself. `ocr_confidence`, from 0 to 1, is the mean over the words of a
    page that was read by optical character recognition, and None for any other. `places`, in order
    of start, say where the text is printed, on a page that is shown `shown` (width, height) points
    large; a format without printed pages has neither.
    """

    number: int | None
    label: str | None
    text: str
    marks: tuple[Mark, ...] = ()
    ocr_confidence: float | None = None
    places: tuple[Place, ...] = ()
    shown: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class RawDocument:
    """The pages of a document and the properties that its file format carries (title, author).

    `properties` has the names of Dublin Core where they fit (title, creator, identifier, issued,
    subject), lower-cased, and else the document's own. `warnings` are sentences for the report:
    what of the file could not be read, and what to do. `doubtful` are words that optical character
    recognition read with little certainty, without the punctuation around them.
    """

    pages: tuple[RawPage, ...]
    properties: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    doubtful: frozenset[str] = frozenset()


def _with_notes_apart(page: RawPage) -> RawPage:
    cuts = [
        mark.start
        for mark in page.marks
        if mark.role is Role.NOTE_MARK and page.text[mark.start - 1 : mark.start].isdigit()
    ]
    if not cuts:
        return page
    edges = [0, *cuts, len(page.text)]

    def moved(start: int, end: int) -> tuple[int, int]:
        return start + bisect_right(cuts, start), end + bisect_left(cuts, end)

    def moved_mark(mark: Mark) -> Mark:
        start, end = moved(mark.start, mark.end)
        return replace(mark, start=start, end=end)

    def moved_place(place: Place) -> Place:
        start, end = moved(place.start, place.end)
        return place._replace(start=start, end=end)

    return replace(
        page,
        text=" ".join(page.text[start:end] for start, end in pairwise(edges)),
        marks=tuple(map(moved_mark, page.marks)),
        places=tuple(map(moved_place, page.places)),
    )


def with_notes_apart(document: RawDocument) -> RawDocument:
    """The document with a space before each citing digit that stands right behind a digit.

    On the page it is raised: "2025" with note 31 must be neither read nor quoted as 202531.
    """
    return replace(document, pages=tuple(_with_notes_apart(page) for page in document.pages))
