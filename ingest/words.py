"""Words with their place on a page: what a text layer and a recognised scan have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Box = tuple[float, float, float, float]
# A box on the page as it is shown, and the direction in which its text runs there, counter-
# clockwise in degrees: 0, 90, 180 or 270.
Printed = tuple[Box, int]

# Shares of the type size: how far type reaches above its baseline and below it. Ascenders rise
# 0.68 to 0.78, descenders reach 0.21 to 0.25 down.
_ASCENT, _DESCENT = 0.8, 0.23
# What letters rise if their size is true: lower-case ones half of it, those with accents all of it.
_LEAST_RISE, _MOST_RISE = 0.35, 1.5


class Word(NamedTuple):
    """One word and its box, in points (1/72 inch) from the page's top left corner.

    `bottom` is the baseline where it is known, so that a superscript stands out. `size` is the
    size of its type in points. `space_after` says that white space is known to follow; where it
    is False, the gap to the next word tells (a superscript or a change of type has none).
    `confidence`, from 0 to 1, is there only for a word that was recognised. `printed` is where it
    stands on the page as it is shown, wherever laying out the page moves it.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool = False
    italic: bool = False
    confidence: float | None = None
    space_after: bool = True
    printed: Printed | None = None


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of one physical page, in the order in which the file has them.

    `number` counts from 1; `label` is the file's own page label, if it has labels. `width` and
    `height` are in points, as the page is read (its text upright); `shown` are both as the page is
    shown (rotation applied), where that is known. `rules` are the horizontal and
    vertical lines that are drawn on it, as (left, top, right, bottom). `aside` are lines set
    across the page, such as a stamp or a watermark. `image_share`, from 0 to 1, is the part of the
    page that its images take up; `is_drawn` says whether anything but text shows on it at all.
    """

    number: int
    label: str | None
    width: float
    height: float
    words: tuple[Word, ...]
    rules: tuple[Box, ...] = ()
    aside: tuple[str, ...] = ()
    image_share: float = 0.0
    is_drawn: bool = False
    shown: tuple[float, float] | None = None


def _shown(box: Box, turn: int, width: float, height: float) -> Box:
    left, top, right, bottom = box
    if turn == 90:
        return top, width - right, bottom, width - left
    if turn == 180:
        return width - right, height - bottom, width - left, height - top
    if turn == 270:
        return height - bottom, left, height - top, right
    return box


def as_printed(
    words: Iterable[Word], turn: int, width: float, height: float
) -> tuple[Word, ...]:
    """The words of a page, each with the place where it is printed.

    `width` and `height` are those of the page as it is read, in points; `turn` is the direction
    in which its lines run on the page as it is shown, counter-clockwise in degrees. The height of
    each box is that of the type, from the top of ascenders to the foot of descenders, whichever
    letters the word has.
    """
    return tuple(
        word._replace(printed=(_shown(_type_box(word), turn, width, height), turn))
        for word in words
    )


def _type_box(word: Word) -> Box:
    size, rise = word.size, word.bottom - word.top
    if not _LEAST_RISE * size < rise < _MOST_RISE * size and any(map(str.isalnum, word.text)):
        # Fonts of drawings (Type 3) may have a size of their own making.
        size = rise / _ASCENT
    return word.left, word.bottom - _ASCENT * size, word.right, word.bottom + _DESCENT * size
