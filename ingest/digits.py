"""Digits that recognition of whole lines misreads, found by their place and read apart.

A small raised digit, which cites a note or begins one, is taken for some mark: a quote, a star, a
degree sign. The number of a note or an item, alone in the margin, is passed over as a speck.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.hocr import Letter, Spelled
from ingest.margin import UNREAD
from ingest.montage import box_of, read_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.scan_image import Image

# Shares of the type size: how far above the baseline, and how tall. Digits of the line stand on it
# and are 0.72 tall; quotation marks are up to 0.3, a raised e (63e) is 0.35.
_MIN_RAISED, _MIN_HEIGHT, _MAX_HEIGHT, _DIGIT_HEIGHT = 0.2, 0.38, 0.6, 0.72
_MOST_DIGITS = 3
_STOPS = frozenset(".,;:)")
_MIN_CONFIDENCE = 0.6


def _to_read(word: Spelled) -> tuple[int, int]:
    """Start and end of the digits to be read apart at the end of a word, a stop after them aside.

    Both are its length where there are none.
    """
    length = len(word.letters)
    end = length
    while end > 1 and word.letters[end - 1].text in _STOPS:
        end -= 1
    start = end
    while start and _is_to_read(word.letters[start - 1], word):
        start -= 1
    return (start, end) if 0 < end - start <= _MOST_DIGITS else (length, length)


def _is_to_read(letter: Letter, word: Spelled) -> bool:
    height = (letter.bottom - letter.top) / word.size
    above = (word.baseline - letter.bottom) / word.size
    is_raised = above > _MIN_RAISED and _MIN_HEIGHT < height < _MAX_HEIGHT
    return is_raised or letter.text == UNREAD


def _parts(word: Spelled, start: int, end: int, read: Sequence[Spelled]) -> list[Spelled]:
    """The word with its digits as they were read: apart where raised, else with their stop."""
    left, top, right, bottom = box_of(word.letters[start:end])
    number = Letter("".join(one.text for one in read), left, top, right, bottom)
    confidence = min(one.confidence for one in read)
    if word.baseline - bottom < _MIN_RAISED * word.size:
        return [replace(word, letters=(number, *word.letters[end:]), confidence=confidence)]
    mark = replace(
        word,
        letters=(number,),
        baseline=float(bottom),
        size=(bottom - top) / _DIGIT_HEIGHT,
        confidence=confidence,
        space_after=end == len(word.letters) and word.space_after,
    )
    before = replace(word, letters=word.letters[:start], space_after=False)
    return [part for part in (before, mark, replace(word, letters=word.letters[end:]))
            if part.letters]


def has_digits_to_read(word: Spelled) -> bool:
    """Whether digits at the end of a word are to be read apart."""
    start, end = _to_read(word)
    return start < end


def with_digits(
    words: Sequence[Spelled], image: Image, read_digits: Callable[[Image], Sequence[Spelled]]
) -> list[Spelled]:
    """The words of `image`, digits to be read apart at their end made words of their own.

    `read_digits` reads an image on which there are digits only, in rows. Words whose digits are
    `UNREAD` and cannot be read are left out.
    """
    places = {
        index: (start, end)
        for index, word in enumerate(words)
        for start, end in [_to_read(word)]
        if start < end
    }
    parts = [words[at].letters[start:end] for at, (start, end) in places.items()]
    digits = {
        index: sure
        for index, found in zip(places, read_apart(image, parts, read_digits), strict=True)
        if (sure := [one for one in found if one.confidence >= _MIN_CONFIDENCE])
    }
    return [
        part
        for index, word in enumerate(words)
        for part in (_parts(word, *places[index], digits[index]) if index in digits else [word])
        if UNREAD not in part.text
    ]
