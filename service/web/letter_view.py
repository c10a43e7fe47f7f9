"""What the view of a letter shows: its own data, its pages, and the words that are marked"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple
from urllib.parse import quote

from index.originals import OriginalChanged, OriginalGone
from ingest.letter import Letter, Page
from ingest.places import marked
from ingest.words import Box
from service.addresses import find_quotation
from service.errors import UnknownPage
from service.interface import Library
from service.letters_contract import LetterItem
from service.quotation import block_at, in_line
from service.web.letter_text import ShownText, Span, shown_text

_PDF = "application/pdf"
# Pages that are shown below each other for one quotation; those that are all linked to, and else
# on each side of the current one.
_MOST_SHEETS = 3
_FEW, _BESIDE = 10, 3
_USUAL_WIDTH, _LARGE_WIDTH, _THUMBNAIL_WIDTH = 1240, 2400, 200
# In pixels of CSS.
THUMBNAIL_SHOWN = 72
# Points, for pages of which no size is known.
_A4_WIDTH, _A4_HEIGHT = 595.0, 842.0

FileState = Literal["there", "gone", "changed"]


class Image(NamedTuple):
    """A page as it is printed: its size in points, where known, and the boxes of what is marked;
    `alone` is the address of the image at its largest."""

    address: str
    alone: str
    width: float | None
    height: float | None
    boxes: Sequence[Box]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that is shown, or the whole letter (`page` is None)."""

    page: Page | None
    text: ShownText
    image: Image | None

    @property
    def number(self) -> int | None:
        """The number of the page."""
        return self.page.number if self.page else None

    @property
    def ocr_percent(self) -> int | None:
        """How certain the recognition of its characters was, where that is how it was read."""
        confidence = self.page.ocr_confidence if self.page else None
        return None if confidence is None else round(100 * confidence)


class PageLink(NamedTuple):
    """A page to go to; `follows` says whether it is the one after the link before it.

    `thumbnail` is the address of its image, where there is one, `height` that image's height where
    it is `THUMBNAIL_SHOWN` pixels wide.
    """

    number: int
    thumbnail: str | None
    height: int
    is_shown: bool
    follows: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words that an address names, where they stand now."""

    text: str
    span: Span
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter, the sheets of it that are shown, and its pages as links.

    `has_images` says whether its pages can be looked at.
    """

    item: LetterItem
    letter: Letter
    file: FileState
    has_images: bool
    sheets: Sequence[Sheet]
    quoted: Quoted | None

    @property
    def page_numbers(self) -> list[int]:
        """All its pages."""
        return [page.number for page in self.letter.pages if page.number is not None]

    @property
    def shown_numbers(self) -> list[int]:
        """The pages that are shown; none where the whole text is."""
        return [sheet.number for sheet in self.sheets if sheet.number is not None]

    @property
    def previous(self) -> int | None:
        """The page before those shown."""
        before = [one for one in self.page_numbers if one < min(self.shown_numbers, default=0)]
        return max(before, default=None)

    @property
    def next(self) -> int | None:
        """The page after those shown."""
        after = [
            one for one in self.page_numbers if self.shown_numbers and one > self.shown_numbers[-1]
        ]
        return min(after, default=None)

    @property
    def links(self) -> list[PageLink]:
        """The first and the last page, and those around the ones that are shown."""
        numbers, shown = self.page_numbers, self.shown_numbers
        near = shown or numbers[:1]
        low, high = near[0] - _BESIDE, near[-1] + _BESIDE
        chosen = [
            one for one in numbers
            if low <= one <= high or one in (numbers[0], numbers[-1]) or len(numbers) <= _FEW
        ]
        places = {number: at for at, number in enumerate(numbers)}
        pages = {page.number: page for page in self.letter.pages}
        return [
            PageLink(
                one, self._thumbnail_address(one), _thumbnail_height(pages[one]), one in shown,
                follows=at == 0 or places[one] == places[chosen[at - 1]] + 1,
            )
            for at, one in enumerate(chosen)
        ]

    @property
    def is_placed(self) -> bool:
        """Whether the words are marked in the images of all pages that are shown."""
        return all(sheet.image is not None and sheet.image.boxes for sheet in self.sheets)

    def _thumbnail_address(self, number: int) -> str | None:
        return _image_address(self.letter, number, _THUMBNAIL_WIDTH) if self.has_images else None


def _image_address(letter: Letter, number: int, width: int) -> str:
    """The address of the image of a page, another one for another content."""
    name = quote(letter.letter_id, safe="")
    return f"/v1/letters/{name}/pages/{number}/image?width={width}&v={letter.sha256[:16]}"


def _thumbnail_height(page: Page) -> int:
    width, height = page.width or _A4_WIDTH, page.height or _A4_HEIGHT
    return round(THUMBNAIL_SHOWN * height / width)


class Viewer:
    """Makes views of the letters of a library.

    Every method raises `service.errors.UnknownLetter` and `index.errors.IndexUnusable`.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def first(self, letter_id: str, *, is_large: bool = False) -> LetterView:
        """A letter at its first page, or whole where it has no pages."""
        return self._view(letter_id, is_large=is_large)

    def whole(self, letter_id: str) -> LetterView:
        """The whole text of a letter."""
        return self._view(letter_id, is_whole=True)

    def page(self, letter_id: str, number: int, *, is_large: bool = False) -> LetterView:
        """A letter at one of its pages; raises `UnknownPage`."""
        return self._view(letter_id, number, is_large=is_large)

    def quotation(self, letter_id: str, key: str, *, is_large: bool = False) -> LetterView:
        """A letter at a quotation; `quoted` is None where its words are no longer there."""
        return self._view(letter_id, key=key, is_large=is_large)

    def _view(
        self, letter_id: str, number: int | None = None, *, key: str | None = None,
        is_whole: bool = False, is_large: bool = False,
    ) -> LetterView:
        letter = self._library.whole_letter(letter_id)
        found = find_quotation(letter.text, key) if key else None
        mark = Span(*found) if found else None
        item = self._library.letter(letter_id)
        state, media_type = self._file(letter_id)
        has_images = media_type == _PDF
        printer = _Printer(letter, mark, is_large=is_large) if has_images else None
        pages = [] if is_whole else _pages(letter, number, mark)
        sheets = [_sheet(letter, page, mark, printer) for page in pages]
        if not sheets or (mark and not any(sheet.text.is_marked for sheet in sheets)):
            sheets = [Sheet(None, _whole_text(letter, mark), None)]
        quoted = _quoted(letter, mark) if mark else None
        return LetterView(item, letter, state, has_images, sheets, quoted)

    def _file(self, letter_id: str) -> tuple[FileState, str | None]:
        try:
            return "there", self._library.original(letter_id).media_type
        except OriginalGone:
            return "gone", None
        except OriginalChanged:
            return "changed", None


class _Printer:
    """Makes the images of the pages of a PDF, with `mark` in them."""

    def __init__(self, letter: Letter, mark: Span | None, *, is_large: bool) -> None:
        self._letter = letter
        self._width = _LARGE_WIDTH if is_large else _USUAL_WIDTH
        self._boxes: Mapping[int, Sequence[Box]] = marked(letter, *mark) if mark else {}

    def image(self, page: Page) -> Image:
        """The image of a page that has a number."""
        assert page.number is not None
        boxes = self._boxes.get(page.number, ()) if page.width and page.height else ()
        return Image(
            _image_address(self._letter, page.number, self._width),
            _image_address(self._letter, page.number, _LARGE_WIDTH),
            page.width, page.height, boxes,
        )


def _sheet(letter: Letter, page: Page, mark: Span | None, printer: _Printer | None) -> Sheet:
    notes = [note for note in letter.footnotes if note.page == page.number]
    text = shown_text(letter, Span(page.start, page.end), notes, mark)
    return Sheet(page, text, printer.image(page) if printer else None)


def _pages(letter: Letter, number: int | None, mark: Span | None) -> list[Page]:
    """The pages to show: `number`, those on which `mark` stands, or the first; none where the
    letter has no pages, or it is not known on which. Raises `UnknownPage`."""
    numbered = [page for page in letter.pages if page.number is not None]
    if number is not None:
        found = [page for page in numbered if page.number == number]
        if not found:
            raise UnknownPage(letter.letter_id, number, letter.page_count or 0)
        return found
    if mark is None:
        return numbered[:1]
    wanted = letter.page_numbers(*mark)
    return [page for page in numbered if page.number in wanted][:_MOST_SHEETS]


def _whole_text(letter: Letter, mark: Span | None) -> ShownText:
    return shown_text(letter, Span(0, len(letter.text)), letter.footnotes, mark)


def _quoted(letter: Letter, mark: Span) -> Quoted:
    words = in_line(letter.text[mark.start : mark.end])
    return Quoted(words, mark, letter.blocks[block_at(letter, mark.start)].section)
