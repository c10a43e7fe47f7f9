"""Bullets that are drawn as a disc or square instead of printed as a character, as browsers do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.words import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.words import Box

# Shares of the size of the type beside it.
_LARGEST, _SMALLEST, _FARTHEST, _NOTHING_BEFORE = 0.6, 0.15, 2.5, 3.0


def with_drawn_bullets(words: tuple[Word, ...], shapes: Sequence[Box]) -> tuple[Word, ...]:
    """The words with a bullet for each small filled shape that stands before a line.

    Shapes are (left, top, right, bottom), in points from the page's top left corner.
    """
    bullets = [bullet for shape in shapes if (bullet := _bullet(shape, words)) is not None]
    return (*words, *bullets)


def _bullet(shape: Box, words: Sequence[Word]) -> Word | None:
    left, top, right, bottom = shape
    width, height = right - left, bottom - top
    if not 0.7 * height < width < 1.4 * height or width > 12:
        return None
    middle = (top + bottom) / 2
    beside = [word for word in words if word.bottom - word.size < middle < word.bottom]
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
