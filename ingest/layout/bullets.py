"""Bullets that are drawn as a disc or square instead of printed as a character, as browsers do."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from ingest.words import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.words import Box

# Shares of the size of the type beside it.
_LARGEST, _SMALLEST, _FARTHEST, _NOTHING_BEFORE = 0.6, 0.15, 2.5, 3.0
_LARGEST_POINTS = 12


def with_drawn_bullets(words: tuple[Word, ...], shapes: Sequence[Box]) -> tuple[Word, ...]:
    """The words with a bullet for each small filled shape that stands before a line.

    Shapes are (left, top, right, bottom), in points from the page's top left corner.
    """
    discs = [shape for shape in shapes if _is_disc(shape)]
    if not discs:
        return words
    # A chart may have thousands of them: each is held only against the words at its height.
    downward = sorted(words, key=lambda word: word.bottom)
    heights = [word.bottom for word in downward]
    largest = max((word.size for word in words), default=0.0)
    bullets = []
    for disc in discs:
        middle = (disc[1] + disc[3]) / 2
        below = downward[bisect_right(heights, middle) : bisect_right(heights, middle + largest)]
        beside = [word for word in below if word.bottom - word.size < middle]
        if (bullet := _bullet(disc, beside)) is not None:
            bullets.append(bullet)
    return (*words, *bullets)


def _is_disc(shape: Box) -> bool:
    """Whether a shape is about as wide as tall, and small."""
    left, top, right, bottom = shape
    width, height = right - left, bottom - top
    return 0.7 * height < width < 1.4 * height and width <= _LARGEST_POINTS


def _bullet(disc: Box, beside: Sequence[Word]) -> Word | None:
    """The bullet that a disc is before the words beside it, or None where it is none."""
    left, _, right, _ = disc
    width = right - left
    after = min(
        (word for word in beside if word.left >= right), key=lambda word: word.left, default=None
    )
    if after is None or not _SMALLEST * after.size < width < _LARGEST * after.size:
        return None
    if after.left - right > _FARTHEST * after.size or any(
        word.left < left and word.right > left - _NOTHING_BEFORE * after.size for word in beside
    ):
        return None
    return Word("•", left, after.bottom - after.size, right, after.bottom, after.size)
