"""Bullets and numbers in the margin, which recognition passes over as specks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ingest.hocr import Letter
from ingest.montage import box_of, without_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.hocr import Spelled
    from ingest.scan_image import Image

# Stands for digits that are still to be read.
UNREAD = "\N{REPLACEMENT CHARACTER}"
_CERTAIN = 0.6  # the confidence from which a lone sign is what it was read as
_DARK = 0.7  # of the brightness of the paper
# Shares of the type size, all that follow: where a mark stands, left of its line and from its
# baseline; how wide it is at most, and how far from the left edge of others.
_FARTHEST, _NEAREST, _ABOVE, _BELOW = 3.5, 0.15, 1.0, 0.25
_WIDEST, _ALIGNED = 1.8, 0.15
# Specks are smaller, and digits taller; a bullet under this width is a point.
_SPECK, _SHORTEST_DIGIT, _POINT = 0.08, 0.3, 0.2
# The largest bullet; the thickest dash and its width; how far above the baseline their middle is.
_BULLET, _THICKEST, _DASH, _MIDDLE = 0.55, 0.2, (0.2, 1.0), (0.15, 0.55)
_STOP_HEIGHT, _STOP_ABOVE, _STOP_BELOW = 0.3, 0.15, 0.08


@dataclass(frozen=True, slots=True)
class _Ink:
    """A box of ink without white through it, in pixels of the page."""

    left: int
    top: int
    right: int
    bottom: int
    share: float  # of the box that is dark

    def letter(self, text: str) -> Letter:
        """It, read as that character."""
        return Letter(text, self.left, self.top, self.right, self.bottom)


def _with_stop(word: Spelled) -> Spelled:
    """A number with its stop, where that was taken for a comma: "2;" by the shape of it is "2."."""
    *digits, sign = word.letters
    if not digits or sign.text not in ",;:" or not all(one.text.isdecimal() for one in digits):
        return word
    is_stop = _is_stop(sign, word) and sign.bottom < word.baseline + _STOP_BELOW * word.size
    return replace(word, letters=(*digits, replace(sign, text="."))) if is_stop else word


def _starts(words: Sequence[Spelled]) -> list[Spelled]:
    """The words with no other within reach on their left: those that lines begin with."""
    lefts = np.array([word.letters[0].left for word in words])
    rights = np.array([word.letters[-1].right for word in words])
    baselines = np.array([word.baseline for word in words])
    starts = []
    for word in words:
        left = word.letters[0].left
        before = (lefts < left) & (abs(baselines - word.baseline) < word.size / 2)
        reach = left - _FARTHEST * word.size
        if not (before & (rights > reach)).any():
            starts.append(word)
    return starts


def _pieces(image: Image, line: Spelled) -> list[_Ink]:
    """What ink there is left of a line, parted by white columns; none where it runs on."""
    size, first = line.size, line.letters[0].left
    left, right = max(0, round(first - _FARTHEST * size)), round(first - _NEAREST * size)
    top = max(0, round(line.baseline - _ABOVE * size))
    window = image[top : round(line.baseline + _BELOW * size), left : max(left, right)]
    if not window.size:
        return []
    dark = window < _DARK * np.median(window)
    edges = np.flatnonzero(np.diff(np.pad(dark.any(axis=0), 1).astype(np.int8)))
    pieces = []
    for start, end in edges.reshape(-1, 2):
        rows = np.flatnonzero(dark[:, start:end].any(axis=1))
        high, low = rows[0], rows[-1] + 1
        if max(end - start, low - high) <= _SPECK * size:
            continue
        if start == 0 or high == 0 or end == dark.shape[1] or low == dark.shape[0]:
            return []
        share = float(dark[high:low, start:end].mean())
        pieces.append(
            _Ink(int(left + start), int(top + high), int(left + end), int(top + low), share)
        )
    return pieces


def _is_halfway(ink: _Ink, line: Spelled) -> bool:
    """Whether it stands halfway small letters, where bullets and dashes do."""
    middle = line.baseline - (ink.top + ink.bottom) / 2
    return _MIDDLE[0] * line.size < middle < _MIDDLE[1] * line.size


def _is_bullet(ink: _Ink, line: Spelled) -> bool:
    """Whether it is a disc or a square."""
    width, height = ink.right - ink.left, ink.bottom - ink.top
    is_square = 0.6 * height < width < 1.6 * height and ink.share > 0.5
    return is_square and max(width, height) < _BULLET * line.size and _is_halfway(ink, line)


def _is_dash(ink: _Ink, line: Spelled) -> bool:
    width, height = ink.right - ink.left, ink.bottom - ink.top
    is_flat = height < _THICKEST * line.size
    return is_flat and _DASH[0] < width / line.size < _DASH[1] and _is_halfway(ink, line)


def _is_stop(ink: _Ink | Letter, line: Spelled) -> bool:
    is_low = ink.bottom > line.baseline - _STOP_ABOVE * line.size
    return is_low and ink.bottom - ink.top < _STOP_HEIGHT * line.size


def _mark(pieces: Sequence[_Ink], line: Spelled) -> tuple[Letter, ...]:
    """The letters of the mark that pieces of ink are: a bullet, or digits and a stop; or none."""
    if not pieces or pieces[-1].right - pieces[0].left > _WIDEST * line.size:
        return ()
    if len(pieces) == 1 and _is_bullet(pieces[0], line):
        is_point = pieces[0].right - pieces[0].left < _POINT * line.size
        return (pieces[0].letter("·" if is_point else "•"),)
    if len(pieces) == 1 and _is_dash(pieces[0], line):
        return (pieces[0].letter("–"),)
    stop = [pieces[-1].letter(".")] if len(pieces) > 1 and _is_stop(pieces[-1], line) else []
    digits = pieces[: len(pieces) - len(stop)]
    if max(ink.bottom - ink.top for ink in digits) < _SHORTEST_DIGIT * line.size:
        return ()
    return (*(ink.letter(UNREAD) for ink in digits), *stop)


def with_marks(words: Sequence[Spelled], image: Image) -> list[Spelled]:
    """The words of `image` with the marks before their lines; digits are `UNREAD`.

    A lone sign that was read with little certainty gives way to a bullet or dash. A mark stands in
    line with another, or with lines of text.
    """
    lone = [word for word in words if len(word.letters) == 1 and word.confidence < _CERTAIN]
    others = [word for word in words if word not in lone]
    starts = _starts(others)
    first = {id(word) for word in starts}
    others = [_with_stop(word) if id(word) in first else word for word in others]
    rest = without_words(image, others)
    marks = [
        replace(line, letters=letters, space_after=True)
        for line in starts
        if (letters := _mark(_pieces(rest, line), line))
    ]
    lefts = np.array([one.letters[0].left for one in (*starts, *marks)])
    marks = [mark for mark in marks if _is_aligned(mark, lefts)]
    signs = [mark for mark in marks if UNREAD not in mark.text]
    lone = [word for word in lone if not any(_overlap(word, mark) for mark in signs)]
    marks = [mark for mark in marks if not any(_overlap(word, mark) for word in lone)]
    return [*others, *marks, *lone]


def _overlap(word: Spelled, mark: Spelled) -> bool:
    ours, others = box_of(word.letters), box_of(mark.letters)
    across = min(ours[2], others[2]) - max(ours[0], others[0])
    return across > 0 and min(ours[3], others[3]) - max(ours[1], others[1]) > 0


def _is_aligned(mark: Spelled, lefts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bool:
    near = np.abs(lefts - mark.letters[0].left) < _ALIGNED * mark.size
    return int(near.sum()) > 1
