"""Raised digits, which cite notes and begin them, found by their place and read apart.

Recognition of whole lines takes a small raised digit for some mark: a quote, a star, a degree sign.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ingest.hocr import Letter, Spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.scan_image import Image

# Shares of the type size: how far above the baseline, and how tall. Digits of the line stand on it
# and are 0.72 tall; quotation marks are up to 0.3, a raised e (63e) is 0.35.
_MIN_RAISED, _MIN_HEIGHT, _MAX_HEIGHT, _DIGIT_HEIGHT = 0.2, 0.38, 0.6, 0.72
_MOST_DIGITS = 3
_STOPS = frozenset(".,;:)")
_MIN_CONFIDENCE = 0.6
_ENLARGED, _MARGIN, _AROUND = 2, 60, 3


def _raised_in(word: Spelled) -> tuple[int, int]:
    """Start and end of the raised letters at the end of a word, a stop after them aside.

    Both are its length where there are none.
    """
    length = len(word.letters)
    end = length
    while end > 1 and word.letters[end - 1].text in _STOPS:
        end -= 1
    start = end
    while start and _is_raised(word.letters[start - 1], word):
        start -= 1
    return (start, end) if 0 < end - start <= _MOST_DIGITS else (length, length)


def _is_raised(letter: Letter, word: Spelled) -> bool:
    height = (letter.bottom - letter.top) / word.size
    above = (word.baseline - letter.bottom) / word.size
    return above > _MIN_RAISED and _MIN_HEIGHT < height < _MAX_HEIGHT


def _box(letters: Sequence[Letter]) -> tuple[int, int, int, int]:
    return (
        min(letter.left for letter in letters),
        min(letter.top for letter in letters),
        max(letter.right for letter in letters),
        max(letter.bottom for letter in letters),
    )


def _enlarged(image: Image, letters: Sequence[Letter]) -> Image:
    left, top, right, bottom = _box(letters)
    crop = image[
        max(0, top - _AROUND) : bottom + _AROUND, max(0, left - _AROUND) : right + _AROUND
    ]
    return np.kron(crop, np.ones((_ENLARGED, _ENLARGED), dtype=np.uint8))


def _montage(crops: Sequence[Image]) -> tuple[Image, list[int]]:
    """The crops one below the other on white, and the row of each one's middle."""
    height = sum(crop.shape[0] + _MARGIN for crop in crops) + _MARGIN
    width = max(crop.shape[1] for crop in crops) + 2 * _MARGIN
    sheet = np.full((height, width), 255, dtype=np.uint8)
    row, middles = _MARGIN, []
    for crop in crops:
        sheet[row : row + crop.shape[0], _MARGIN : _MARGIN + crop.shape[1]] = crop
        middles.append(row + crop.shape[0] // 2)
        row += crop.shape[0] + _MARGIN
    return sheet, middles


def _digits_at(row: int, found: Sequence[Spelled]) -> str:
    """What was read in the row of a montage, if it was read with confidence."""
    return "".join(
        word.text
        for word in found
        if word.letters[0].top - _MARGIN / 3 < row < word.letters[0].bottom + _MARGIN / 3
        and word.confidence >= _MIN_CONFIDENCE
    )


def _split(word: Spelled, start: int, end: int, digits: str) -> list[Spelled]:
    left, top, right, bottom = _box(word.letters[start:end])
    mark = replace(
        word,
        letters=(Letter(digits, left, top, right, bottom),),
        baseline=float(bottom),
        size=(bottom - top) / _DIGIT_HEIGHT,
        space_after=end == len(word.letters) and word.space_after,
    )
    before = replace(word, letters=word.letters[:start], space_after=False)
    return [part for part in (before, mark, replace(word, letters=word.letters[end:]))
            if part.letters]


def with_raised_digits(
    words: Sequence[Spelled], image: Image, read_digits: Callable[[Image], Sequence[Spelled]]
) -> list[Spelled]:
    """The words of `image`, raised digits at their end made words of their own.

    `read_digits` reads an image on which there are digits only, in rows.
    """
    places = {
        index: (start, end)
        for index, word in enumerate(words)
        for start, end in [_raised_in(word)]
        if start < end
    }
    if not places:
        return list(words)
    crops = [_enlarged(image, words[at].letters[start:end]) for at, (start, end) in places.items()]
    sheet, middles = _montage(crops)
    found = read_digits(sheet)
    digits = {
        index: read
        for index, row in zip(places, middles, strict=True)
        if (read := _digits_at(row, found)).isdecimal()
    }
    return [
        part
        for index, word in enumerate(words)
        for part in (_split(word, *places[index], digits[index]) if index in digits else [word])
    ]
