"""Where the words of a page are printed, and from there which boxes mark a stretch of a letter."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.letter import Letter, Page, Piece
    from ingest.words import Box

_TENTHS = 10  # of a point: what boxes are rounded to
_COLUMNS = 7
_NUMBER_BYTES = 4
_FARTHEST = 1_000_000  # tenths of a point; the largest page that PDF allows is 144,000
_MOST_BYTES = 8_000_000  # unpacked: 285,000 words on one page
_PAGES_IN_MEMORY = 64
_HYPHENS = "-\u00ad\u2010\ufffe\x02"
# Shares of the height of a box: the widest gap and the farthest step back between two of one line,
# and how much higher than the highest word of a line its mark is at most.
_WIDEST_GAP, _STEP_BACK, _HIGHER = 3.0, 0.5, 1.3
# Widths of characters as shares of a usual one, in the typefaces that letters are set in.
_NARROW, _WIDE = frozenset("ijlrtfI.,:;'’‘|!/()[]- \u00ad"), frozenset("mwMWGOQ@%&—€")
_NARROWER, _WIDER = 0.5, 1.5


class Place(NamedTuple):
    """`raw[start:end]` of a page is printed in `box`.

    `box` is (left, top, right, bottom) in points from the top left corner of the page as it is
    shown, with the height of its type: from the top of ascenders to the foot of descenders. `turn`
    is the direction in which the text runs there, counter-clockwise in degrees: 0, 90, 180 or 270.
    """

    start: int
    end: int
    box: Box
    turn: int = 0


def shifted(places: Iterable[Place], by: int) -> list[Place]:
    """The places of a text that now stands so many characters farther on."""
    return [place._replace(start=place.start + by, end=place.end + by) for place in places]


def _whole(points: float) -> int:
    return max(-_FARTHEST, min(_FARTHEST, round(points * _TENTHS)))


def _steps(values: Sequence[int], before: Sequence[int]) -> list[int]:
    """Each value less the one of `before` that stands one place earlier."""
    return [value - last for value, last in zip(values, (0, *before), strict=False)]


def encoded(places: Sequence[Place]) -> str:
    """The places of a page as ASCII, about four bytes a word; "" where there are none.

    Seven columns of differences, little-endian, the bytes of one weight together so that nearly
    all are zero; packed by DEFLATE, in base 64. Boxes are rounded to tenths of points; those that
    are no box at all are left out.
    """
    sound = [place for place in places if all(map(math.isfinite, place.box))]
    if not sound:
        return ""
    starts, ends = [place.start for place in sound], [place.end for place in sound]
    lefts, tops, rights, bottoms = (
        [_whole(place.box[edge]) for place in sound] for edge in range(4)
    )
    numbers = (
        *_steps(starts, ends),
        *(end - start for start, end in zip(starts, ends, strict=True)),
        *_steps(lefts, rights),
        *(right - left for left, right in zip(lefts, rights, strict=True)),
        *_steps(tops, tops),
        *(bottom - top for top, bottom in zip(tops, bottoms, strict=True)),
        *(place.turn for place in sound),
    )
    packed = struct.pack(f"<{len(numbers)}i", *numbers)
    weighed = b"".join(packed[byte::_NUMBER_BYTES] for byte in range(_NUMBER_BYTES))
    return base64.b64encode(zlib.compress(weighed, 9)).decode("ascii")


def _summed(gaps: Iterable[int], lengths: Sequence[int]) -> tuple[list[int], list[int]]:
    """Where stretches begin and end, by the gap before each and its length."""
    ends = list(accumulate(gap + length for gap, length in zip(gaps, lengths, strict=True)))
    return [end - length for end, length in zip(ends, lengths, strict=True)], ends


@lru_cache(maxsize=_PAGES_IN_MEMORY)
def _decoded(text: str) -> tuple[Place, ...]:
    try:
        weighed = zlib.decompressobj().decompress(base64.b64decode(text), _MOST_BYTES)
        packed = bytearray(len(weighed))
        for byte in range(_NUMBER_BYTES):
            share = len(weighed) // _NUMBER_BYTES
            packed[byte::_NUMBER_BYTES] = weighed[byte * share : (byte + 1) * share]
        numbers = struct.unpack(f"<{len(packed) // _NUMBER_BYTES}i", packed)
    except (ValueError, zlib.error, struct.error):
        return ()
    count = len(numbers) // _COLUMNS
    gaps, lengths, steps, widths, down, heights, turns = (
        numbers[at * count : (at + 1) * count] for at in range(_COLUMNS)
    )
    starts, ends = _summed(gaps, lengths)
    lefts, rights = _summed(steps, widths)
    tops = list(accumulate(down))
    return tuple(
        Place(
            start, end,
            (left / _TENTHS, top / _TENTHS, right / _TENTHS, (top + height) / _TENTHS), turn,
        )
        for start, end, left, top, right, height, turn in zip(
            starts, ends, lefts, tops, rights, heights, turns, strict=True
        )
    )


def places_of(page: Page) -> tuple[Place, ...]:
    """Where the words of a page's raw text are printed, in the order of that text.

    () for a page that has none: of a format without printed pages, of a letter that was stored
    before places were kept, or where what is stored is damaged.
    """
    return _decoded(page.places) if page.places else ()


def turned(box: Box, turn: int) -> Box:
    """A box (left, top, right, bottom) turned clockwise about the corner of its page by `turn`.

    `turn` is 0, 90, 180 or 270 degrees. A box of text that runs in the direction `turn` comes to
    lie as that text is read.
    """
    left, top, right, bottom = box
    if turn == 90:
        return -bottom, left, -top, right
    if turn == 180:
        return -right, -bottom, -left, -top
    if turn == 270:
        return top, -right, bottom, -left
    return box


class _Part(NamedTuple):
    """A marked part of the place at index `at` of a page; `box` as its text is read."""

    at: int
    box: Box
    turn: int

    @property
    def height(self) -> float:
        """That of its type, in points."""
        return self.box[3] - self.box[1]


def _width(text: str) -> float:
    """About how wide a text is set, in usual characters."""
    narrow, wide = (sum(map(kind.__contains__, text)) for kind in (_NARROW, _WIDE))
    return len(text) + narrow * (_NARROWER - 1) + wide * (_WIDER - 1)


def _cut(place: Place, start: int, end: int, raw: str) -> Box:
    """The box of `raw[start:end]`, a part of a place, as it is read: by the width of characters."""
    left, top, right, bottom = turned(place.box, place.turn)
    whole = _width(raw[place.start : place.end])
    if whole <= 0 or (start <= place.start and end >= place.end):
        return left, top, right, bottom
    scale = (right - left) / whole
    begin = left + scale * _width(raw[place.start : max(place.start, start)])
    stop = right - scale * _width(raw[min(place.end, end) : place.end])
    return begin, top, max(begin, stop), bottom


def _parts(page: Page, pieces: Iterable[Piece], last: Piece) -> Iterator[_Part]:
    """What of the places of a page the pieces cover; `last` is where the stretch ends.

    A hyphen that parts a word at a line end is no text of the letter, but belongs to the mark.
    """
    places = places_of(page)
    ends = [place.end for place in places]
    for piece in pieces:
        start, end = piece.raw_start, piece.raw_start + piece.length
        for at in range(bisect_right(ends, start), len(places)):
            place = places[at]
            if place.start >= end:
                break
            rest = page.raw[end : place.end]
            reaches = place.end if piece is not last and not rest.strip(_HYPHENS) else end
            yield _Part(at, _cut(place, start, reaches, page.raw), place.turn)


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
    )


def _goes_on(last: _Part, part: _Part) -> bool:
    """Whether a part comes right behind the last one, and stands so, at whichever height."""
    high, gap = max(last.height, part.height), part.box[0] - last.box[2]
    follows = last.turn == part.turn and part.at - last.at <= 1
    return follows and -_STEP_BACK * high <= gap <= _WIDEST_GAP * high


def _lines(parts: Iterable[_Part]) -> Iterator[tuple[Box, int]]:
    """The box around the parts of each printed line, as it is read, and its turn."""
    last: _Part | None = None
    box, high = (0.0, 0.0, 0.0, 0.0), 0.0
    for part in parts:
        if last is not None:
            whole, high = _around(box, part.box), max(high, part.height)
            if _goes_on(last, part) and whole[3] - whole[1] <= _HIGHER * high:
                last, box = part, whole
                continue
            yield box, last.turn
        last, box, high = part, part.box, part.height
    if last is not None:
        yield box, last.turn


def _boxes(page: Page, pieces: Iterable[Piece], last: Piece) -> tuple[Box, ...]:
    lines = _lines(_parts(page, pieces, last))
    boxes = (turned(box, -turn % 360) for box, turn in lines)
    rounded = (tuple(round(edge, 1) for edge in box) for box in boxes)
    return tuple(
        (left, top, right, bottom)
        for left, top, right, bottom in rounded
        if left < right and top < bottom
    )


def marked(letter: Letter, start: int, end: int) -> dict[int, tuple[Box, ...]]:
    """The boxes that mark canonical `[start:end]` of a letter, by the number of the physical page.

    Each box (left, top, right, bottom) is in points from the top left corner of the page as it is
    shown, which is `Page.width` by `Page.height`. There is one for each printed line, over the
    words that follow each other on it, from the top of ascenders to the foot of descenders: lines
    set solid touch. Words that stand more than three times the type size apart, as cells of a
    table do, have boxes of their own, and so have the words of a line that a scan shows askew.
    The edge of a mark within a word is told by the usual widths of its characters.

    Pages ascend with the text, and boxes are in reading order. {} for a letter without places.
    """
    pieces = letter.pieces_between(start, end)
    found: dict[int, tuple[Box, ...]] = {}
    for index, on_page in groupby(pieces, key=attrgetter("page")):
        page = letter.pages[index]
        boxes = _boxes(page, on_page, pieces[-1]) if page.number is not None else ()
        if page.number is not None and boxes:
            found[page.number] = (*found.get(page.number, ()), *boxes)
    return found
