"""Running heads and feet: what stands at the same place on most pages; and the pages' labels."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.letterhead import LABEL

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from ingest.layout.lines import Line
    from ingest.words import PageWords

_HEAD_ZONE, _FOOT_ZONE = 0.2, 0.85
_SAME_HEIGHT = 4.0
_SMALL_PRINT = 0.75
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
    r"|(?:Tweede|Eerste) Kamer, vergaderjaar \d{4}.*)"
)
_NUMBER = re.compile(r"\d+|\b[ivxlc]{1,7}\b")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_SERIES_ID = re.compile(r"(?:kst|ah-tk|ah-ek|kv-tk|kv-ek|h-tk|h-ek)-[0-9][0-9A-Za-z-]*")


@dataclass(slots=True)
class Furniture:
    """What of one page is furniture: the reason per line, by its place; and the printed label."""

    reasons: dict[int, str] = field(default_factory=dict)
    label: str | None = None


def is_series_id(text: str) -> bool:
    """Whether a line is an identifier of the official series, such as kst-32793-703."""
    return _SERIES_ID.fullmatch(text) is not None


def _value(number: str) -> int:
    if number.isdigit():
        return int(number)
    values = [_ROMAN[letter] for letter in number]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def _in_zone(line: Line, page: PageWords) -> bool:
    return line.top < _HEAD_ZONE * page.height or _in_foot(line, page)


def _in_foot(line: Line, page: PageWords) -> bool:
    return line.bottom > _FOOT_ZONE * page.height


def _keys(text: str, number: int) -> Iterator[tuple[str, str | None]]:
    """What a line has in common with those of other pages, with the page number that it prints.

    Once the text as it is; and once per number in it, with that number counted from the page's.
    """
    if sum(character.isalpha() for character in text) >= 3:
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


def _take_recurring(
    pages: Sequence[PageWords], lines: Sequence[Sequence[Line]], found: list[Furniture]
) -> frozenset[str]:
    """Take the lines that most pages have at the same height; return the texts that recur."""
    places: dict[str, list[tuple[int, int, float, str | None]]] = defaultdict(list)
    for index, (page, own) in enumerate(zip(pages, lines, strict=True)):
        for at, line in enumerate(own):
            if _in_zone(line, page):
                height = line.bottom if not _in_foot(line, page) else line.bottom - page.height
                for key, number in _keys(line.text, page.number):
                    places[key].append((index, at, height, number))
    candidates: list[dict[int, str | None]] = [{} for _ in pages]
    for key, where in places.items():
        needed = _needed(key, len(pages))
        if len({index for index, *_ in where}) < needed:
            continue
        heights = sorted(height for _, _, height, _ in where)
        for index, at, height, number in where:
            first = bisect_left(heights, height - _SAME_HEIGHT)
            if bisect_right(heights, height + _SAME_HEIGHT) - first >= needed:
                candidates[index][at] = candidates[index].get(at) or number
    texts = set()
    for index, page in enumerate(pages):
        candidates[index].update(_numbers_beside(lines[index], candidates[index]))
        for at in _outermost(page, lines[index], candidates[index]):
            number = candidates[index][at]
            found[index].reasons[at] = "page number" if number else "running head or foot"
            found[index].label = found[index].label or number
            if any(character.isalpha() for character in lines[index][at].text):
                texts.add(lines[index][at].text)
    return frozenset(texts)


def _numbers_beside(lines: Sequence[Line], found: Container[int]) -> dict[int, str]:
    """Numbers alone at the height of a line that recurs: the page's, in a count of their own."""
    heights = [line.bottom for at, line in enumerate(lines) if at in found]
    return {
        at: lone[1]
        for at, line in enumerate(lines)
        if at not in found
        and any(abs(height - line.bottom) < 1 for height in heights)
        and (lone := _LONE.fullmatch(line.text.strip()))
    }


def _outermost(page: PageWords, lines: Sequence[Line], wanted: Container[int]) -> list[int]:
    """Those of the wanted lines that have no other line between them and the page's edge."""
    order = sorted(range(len(lines)), key=lambda at: lines[at].bottom)
    head = list(takewhile(lambda at: at in wanted, order))
    foot = list(takewhile(lambda at: at in wanted, reversed(order)))
    if page.number == 1 and any(LABEL.match(lines[at].text) for at in head):
        # The fields of the letter, which later pages repeat.
        head = []
    return [
        *(at for at in head if not _in_foot(lines[at], page)),
        *(at for at in foot if _in_foot(lines[at], page)),
    ]


def _take_known_shapes(page: PageWords, lines: Sequence[Line], found: Furniture) -> None:
    """What is furniture by its wording, on any page: the imprint of a series, 'Pagina 1 van 5'."""
    for at, line in enumerate(lines):
        if not _in_zone(line, page):
            continue
        text = line.text.strip()
        of = _PAGE_OF.fullmatch(text)
        if _IMPRINT.fullmatch(text) and not _has_number_before(line, lines):
            found.reasons.setdefault(at, "series imprint")
        elif of:
            found.reasons.setdefault(at, "page number")
            found.label = found.label or of[1]


def _has_number_before(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a number stands before a line on its own baseline, as that of a note does."""
    return any(
        other.right <= line.left
        and abs(other.bottom - line.bottom) < 0.6 * line.size
        and other.text.isdigit()
        for other in lines
    )


def _take_lone_number(page: PageWords, lines: Sequence[Line], found: Furniture) -> None:
    """The page's own number, where it stands alone at the head or foot.

    With words beside it, it may be the number of a note.
    """
    numbers = {
        at: lone[1]
        for at, line in enumerate(lines)
        if (lone := _LONE.fullmatch(line.text.strip())) and lone[1] == str(page.number)
    }
    for at in _outermost(page, lines, {*numbers, *found.reasons}):
        line = lines[at]
        beside = (
            other
            for place, other in enumerate(lines)
            if place != at
            and place not in found.reasons
            and not is_series_id(other.text)
            and abs(other.bottom - line.bottom) < 0.6 * max(line.size, other.size)
        )
        if at in numbers and _in_zone(line, page) and not any(beside):
            found.reasons.setdefault(at, "page number")
            found.label = found.label or numbers[at]


def _take_foot(
    page: PageWords, lines: Sequence[Line], texts: frozenset[str], found: Furniture
) -> None:
    """On the first page, a foot of the others at another height, and what stands below it."""
    heights = [
        line.bottom
        for at, line in enumerate(lines)
        if _in_foot(line, page) and (line.text in texts or at in found.reasons)
    ]
    for at, line in enumerate(lines):
        below = bool(heights) and line.bottom >= min(heights)
        if below and _in_foot(line, page) and not is_series_id(line.text):
            found.reasons.setdefault(at, "running head or foot")


def _take_small_print(
    page: PageWords, lines: Sequence[Line], body_size: float, found: Furniture
) -> None:
    """The sender's small print at the foot of the first page; a note begins with its number."""
    small = [
        (at, line)
        for at, line in enumerate(lines)
        if _in_foot(line, page) and line.size <= _SMALL_PRINT * body_size
    ]
    if any(line.text[:1].isdigit() or is_series_id(line.text) for _, line in small):
        return
    for at, _ in small:
        found.reasons.setdefault(at, "small print")


def furniture_of(
    pages: Sequence[PageWords], lines: Sequence[Sequence[Line]], body_size: float
) -> list[Furniture]:
    """What of each page is furniture, given its lines and the usual size of type in points."""
    found = [Furniture() for _ in pages]
    texts = _take_recurring(pages, lines, found)
    for page, own, furniture in zip(pages, lines, found, strict=True):
        _take_known_shapes(page, own, furniture)
        _take_lone_number(page, own, furniture)
    if pages:
        _take_foot(pages[0], lines[0], texts, found[0])
        _take_small_print(pages[0], lines[0], body_size, found[0])
    return found
