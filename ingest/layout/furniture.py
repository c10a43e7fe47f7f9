"""Running heads and feet: what stands at the same place on most pages; and the pages' labels."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.letterhead import LABEL
from ingest.references import SERIES_ID

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from ingest.layout.lines import Line

_HEAD_ZONE, _FOOT_ZONE = 0.2, 0.85
_SAME_HEIGHT = 4.0
_NEXT_LINE, _INDENT = 1.4, 3.0  # shares of the type size
_SMALL_PRINT = 0.75
_LONG_FIGURE = 8
_PAGE_WORD = r"(?:pagina|pag\.|blz\.|bladzijde|blad|page)"
_PAGE_OF = re.compile(
    rf"{_PAGE_WORD}\s*:?\s*(\d{{1,4}}|[ivxlc]{{1,7}})(?:\s*(?:van|/|of)\s*\d{{1,4}})?",
    re.IGNORECASE,
)
_LONE = re.compile(
    r"[-–—|]?\s*(\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|van|of)\s*\d{1,4})?\s*[-–—|]?"
)
_IMPRINT = re.compile(
    r"(?:ISSN \d{4} ?[-–] ?\d{3}[\dX]|[’'‘`]s-Gravenhage \d{4}"
    # The dossier and number of the publication, after which its page is printed.
    r"|(?:Tweede|Eerste) Kamer, vergaderjaar \d{4}"
    # The upper house letters its publications: "35 334, Q".
    r"(?:.*(?: (?:nr\.|Aanhangsel) \w+|, [A-Z]{1,3}) (\d{1,4})|.*))"
)
_NUMBER = re.compile(r"\d{1,9}|\b[ivxlc]{1,7}\b")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(slots=True)
class Furniture:
    """What of one page is furniture: the reason per line, by its place; and the printed label."""

    reasons: dict[int, str] = field(default_factory=dict)
    label: str | None = None


@dataclass(slots=True)
class EdgeLine:
    """A line near the top or bottom of a page, in points; `at` is its place among all lines."""

    at: int
    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool


@dataclass(slots=True)
class PageEdges:
    """The lines near the top and bottom of one page, the page's number and its height in points."""

    number: int
    height: float
    lines: list[EdgeLine]


def is_series_id(text: str) -> bool:
    """Whether a line is an identifier of the official series, such as kst-32793-703."""
    return SERIES_ID.fullmatch(text) is not None


def _value(number: str) -> int:
    if number.isdigit():
        return int(number)
    values = [_ROMAN[letter] for letter in number]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def in_zone(line: Line, height: float) -> bool:
    """Whether a line stands where heads and feet do, on a page of that height in points."""
    return line.top < _HEAD_ZONE * height or line.bottom > _FOOT_ZONE * height


def printed_number(text: str) -> int | None:
    """The number that a line prints if it is a page number, or the imprint of a series with one."""
    patterns = (_PAGE_OF, _LONE, _IMPRINT)
    found = next((one for pattern in patterns if (one := pattern.fullmatch(text.strip()))), None)
    return _value(found[1].lower()) if found is not None and found[1] else None


def is_imprint(text: str) -> bool:
    """Whether a line is the imprint of a series: its ISSN, its place or the parliamentary year."""
    return _IMPRINT.fullmatch(text.strip()) is not None


def _in_foot(line: EdgeLine, page: PageEdges) -> bool:
    return line.bottom > _FOOT_ZONE * page.height


def _keys(text: str, number: int) -> Iterator[tuple[str, str | None]]:
    """What a line has in common with those of other pages, with the page number that it prints.

    Once the text as it is; and once per number in it, with that number counted from the page's.
    """
    letters = sum(character.isalpha() for character in text)
    # Figures too where they are many: a browser prints the date and hour over each page.
    if letters >= 3 or sum(character.isalnum() for character in text) >= _LONG_FIGURE:
        yield text, None
    for match in list(_NUMBER.finditer(text))[:4]:
        offset = _value(match[0]) - number
        yield f"{text[: match.start()]}\0{offset}{text[match.end() :]}", match[0]


def _needed(key: str, pages: int) -> float:
    """On how many pages a line must stand: of lines that count along, most."""
    if "\0" not in key:
        return max(2, min(8, 0.4 * (pages - 1)))
    words = re.sub(r"\0-?\d+", "", key)
    is_number = _LONE.fullmatch(f"1{words}") or _PAGE_OF.fullmatch(f"{words}1") or not words
    return max(2 if is_number else 3, 0.6 * (pages - 1))


def _recurring(pages: Sequence[PageEdges]) -> set[str]:
    """The keys that enough pages have: by far the most are those of one page's own text."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({key for line in page.lines for key, _ in _keys(line.text, page.number)})
    return {key for key, count in counts.items() if count >= _needed(key, len(pages))}


def _take_recurring(pages: Sequence[PageEdges], found: list[Furniture]) -> frozenset[str]:
    """Take the lines that most pages have at the same height; return the texts that recur."""
    places: dict[str, list[tuple[int, int, float, str | None]]] = defaultdict(list)
    recurring = _recurring(pages)
    for index, page in enumerate(pages):
        for line in page.lines:
            height = line.bottom if not _in_foot(line, page) else line.bottom - page.height
            for key, number in _keys(line.text, page.number):
                if key in recurring:
                    places[key].append((index, line.at, height, number))
    candidates: list[dict[int, str | None]] = [{} for _ in pages]
    for key, where in places.items():
        needed = _needed(key, len(pages))
        heights = sorted(height for _, _, height, _ in where)
        for index, at, height, number in where:
            first = bisect_left(heights, height - _SAME_HEIGHT)
            if bisect_right(heights, height + _SAME_HEIGHT) - first >= needed:
                candidates[index][at] = candidates[index].get(at) or number
    texts = set()
    for index, page in enumerate(pages):
        candidates[index].update(_numbers_beside(page.lines, candidates[index]))
        for line in _outermost(page, {*candidates[index], *found[index].reasons}):
            if line.at in found[index].reasons:
                continue
            number = candidates[index][line.at]
            found[index].reasons[line.at] = "page number" if number else "running head or foot"
            found[index].label = found[index].label or number
            if any(character.isalpha() for character in line.text):
                texts.add(line.text)
    return frozenset(texts)


def _numbers_beside(lines: Sequence[EdgeLine], found: Container[int]) -> dict[int, str]:
    """Numbers alone at the height of a line that recurs: the page's, in a count of their own."""
    heights = [line.bottom for line in lines if line.at in found]
    return {
        line.at: lone[1]
        for line in lines
        if line.at not in found
        and any(abs(height - line.bottom) < 1 for height in heights)
        and (lone := _LONE.fullmatch(line.text.strip()))
    }


def _outermost(page: PageEdges, wanted: Container[int]) -> list[EdgeLine]:
    """Those of the wanted lines that have no other line between them and the page's edge."""
    order = sorted(page.lines, key=lambda line: line.bottom)
    head = list(takewhile(lambda line: line.at in wanted, order))
    foot = list(takewhile(lambda line: line.at in wanted, reversed(order)))
    above = order[: len(order) - len(foot)]
    while foot and above and _goes_on(above[-1], foot[-1]):
        # Two notes may end alike, at the same place on their pages.
        above.append(foot.pop())
    if page.number == 1 and any(LABEL.match(line.text) for line in head):
        # The fields of the letter, which later pages repeat.
        head = []
    return [
        *(line for line in head if not _in_foot(line, page)),
        *(line for line in foot if _in_foot(line, page)),
    ]


def _goes_on(above: EdgeLine, line: EdgeLine) -> bool:
    """Whether a line is the next one of a note or paragraph; heads and feet stand apart."""
    near = 0 < line.bottom - above.bottom < _NEXT_LINE * line.size
    below = abs(line.left - above.left) < _INDENT * line.size
    return near and below and abs(line.size - above.size) < 0.1 and line.bold == above.bold


def _take_page_numbers(page: PageEdges, found: Furniture) -> None:
    """What counts the pages by its wording: 'Pagina 1 van 5'."""
    for line in page.lines:
        if of := _PAGE_OF.fullmatch(line.text.strip()):
            found.reasons.setdefault(line.at, "page number")
            found.label = found.label or of[1]


def _take_imprint(page: PageEdges, found: Furniture) -> None:
    """The imprint of a series, which names it as a note may do too."""
    for line in page.lines:
        imprint = _IMPRINT.fullmatch(line.text.strip())
        if imprint is not None and not _has_number_before(line, page.lines):
            found.reasons.setdefault(line.at, "series imprint")
            found.label = found.label or imprint[1]


def _has_number_before(line: EdgeLine, lines: Sequence[EdgeLine]) -> bool:
    """Whether a number stands before a line on its own baseline, as that of a note does."""
    return any(
        other.right <= line.left
        and abs(other.bottom - line.bottom) < 0.6 * line.size
        and other.text.isdigit()
        for other in lines
    )


def _take_lone_number(page: PageEdges, found: Furniture) -> None:
    """The page's own number, where it stands alone at the head or foot.

    With words beside it, it may be the number of a note.
    """
    numbers = {
        line.at: lone[1]
        for line in page.lines
        if (lone := _LONE.fullmatch(line.text.strip())) and lone[1] == str(page.number)
    }
    for line in _outermost(page, {*numbers, *found.reasons}):
        beside = (
            other
            for other in page.lines
            if other is not line
            and other.at not in found.reasons
            and not is_series_id(other.text)
            and abs(other.bottom - line.bottom) < 0.6 * max(line.size, other.size)
        )
        if line.at in numbers and not any(beside):
            found.reasons.setdefault(line.at, "page number")
            found.label = found.label or numbers[line.at]


def _take_foot(page: PageEdges, texts: frozenset[str], found: Furniture) -> None:
    """On the first page, a foot of the others at another height, and what stands below it."""
    heights = [
        line.bottom
        for line in page.lines
        if _in_foot(line, page) and (line.text in texts or line.at in found.reasons)
    ]
    for line in page.lines:
        below = bool(heights) and line.bottom >= min(heights)
        if below and _in_foot(line, page) and not is_series_id(line.text):
            found.reasons.setdefault(line.at, "running head or foot")


def _take_small_print(page: PageEdges, body_size: float, found: Furniture) -> None:
    """The sender's small print at the foot of the first page; a note begins with its number.

    Nothing stands below it: a line of a note that was measured too small is none.
    """
    foot = [line for line in page.lines if _in_foot(line, page) and line.at not in found.reasons]
    foot.sort(key=lambda line: line.bottom, reverse=True)
    small = list(takewhile(lambda line: line.size <= _SMALL_PRINT * body_size, foot))
    if any(line.text[:1].isdigit() or is_series_id(line.text) for line in small):
        return
    for line in small:
        found.reasons.setdefault(line.at, "small print")


def furniture_of(pages: Sequence[PageEdges], body_size: float) -> list[Furniture]:
    """What of each page is furniture, given the usual size of the document's type in points."""
    found = [Furniture() for _ in pages]
    for page, furniture in zip(pages, found, strict=True):
        _take_page_numbers(page, furniture)
    texts = _take_recurring(pages, found)
    for page, furniture in zip(pages, found, strict=True):
        _take_imprint(page, furniture)
        _take_lone_number(page, furniture)
    if pages:
        _take_foot(pages[0], texts, found[0])
        _take_small_print(pages[0], body_size, found[0])
    return found
