"""Sheets with two pages of a letter side by side: each page is laid out by itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from ingest.layout.columns import spans_of, text_edges
from ingest.layout.furniture import in_zone, is_imprint, printed_number
from ingest.layout.lines import lines_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.layout.lines import Line
    from ingest.layout.spool import Spool
    from ingest.words import Box, PageWords

_LANDSCAPE = 1.2  # width to height
_GUTTER = 0.02  # of the sheet's width, on both sides of its middle
_SAME_HEIGHT = 4.0  # points
_SAME_PLACE = 2.0  # of the type size


def _half(page: PageWords, is_right: bool) -> PageWords:
    """What stands left of the middle of a page, or right of it, as a page of half the width."""
    middle = page.width / 2
    shift = middle if is_right else 0.0
    rules: list[Box] = [
        (rule[0] - shift, rule[1], rule[2] - shift, rule[3])
        for rule in page.rules
        if (rule[0] >= middle) is is_right
    ]
    words = tuple(
        word._replace(left=word.left - shift, right=word.right - shift)
        for word in page.words
        if (word.left >= middle) is is_right
    )
    aside = () if is_right else page.aside
    return replace(page, width=middle, words=words, rules=tuple(rules), aside=aside)


def _numbers(page: PageWords) -> list[tuple[int, Line, set[str]]]:
    """The numbers at the head or foot of a page, with their lines and what stands beside them."""
    return [
        (number, line, {one.text for one in row if one is not line and not is_imprint(one.text)})
        for row in rows_of(lines_of(page.words))
        for line in row
        if in_zone(line, page.height) and (number := printed_number(line.text)) is not None
    ]


def _count_on(left: PageWords, right: PageWords) -> bool:
    """Whether two halves print numbers that follow each other, at the same or mirrored places.

    The same words stand beside both, if any do: those beside the numbers of notes differ. And the
    first half has running text.
    """
    if text_edges(spans_of(lines_of(left.words)), left.width) is None:
        return False
    return any(
        following == number + 1
        and beside == others
        and abs(one.bottom - other.bottom) < _SAME_HEIGHT
        and min(abs(one.left - other.left), abs(one.left - (right.width - other.right)))
        < _SAME_PLACE * one.size
        for number, one, beside in _numbers(left)
        for following, other, others in _numbers(right)
    )


def _halves(page: PageWords) -> list[PageWords]:
    """Left and right half of a wide page, where nothing stands in the middle; else the page."""
    middle = page.width / 2
    gutter = _GUTTER * page.width
    if page.width < _LANDSCAPE * page.height or any(
        word.left < middle + gutter and word.right > middle - gutter for word in page.words
    ):
        return [page]
    if any(rule[0] < middle - gutter and rule[2] > middle + gutter for rule in page.rules):
        return [page]
    return [_half(page, is_right=False), _half(page, is_right=True)]


class Sheet(NamedTuple):
    """One page of a file, by its number there, and the pages of the letter that stand on it."""

    number: int
    pages: list[PageWords]


class Sheets:
    """The pages of a file, those that hold two of the letter taken apart.

    That they do is told by the numbers that they print on one sheet at least, as neither columns
    nor cells do. The letter's own pages are counted from 1.
    """

    def __init__(self, pages: Sequence[PageWords] | Spool) -> None:
        self._pages = pages
        self._two_up = any(
            len(halves) > 1 and _count_on(*halves) for halves in map(_halves, pages)
        )

    def __iter__(self) -> Iterator[Sheet]:
        more = 0
        for page in self._pages:
            halves = _halves(page) if self._two_up else [page]
            numbers = count(page.number + more)
            yield Sheet(
                page.number, [replace(half, number=next(numbers)) for half in halves]
            )
            more += len(halves) - 1
