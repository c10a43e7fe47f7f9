"""Words with their place on a page: what a text layer and a recognised scan have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Box = tuple[float, float, float, float]


class Word(NamedTuple):
    """One word and its box, in points (1/72 inch) from the page's top left corner.

    `bottom` is the baseline where it is known, so that a superscript stands out. `size` is the
    size of its type in points. `space_after` says that white space is known to follow; where it
    is False, the gap to the next word tells (a superscript or a change of type has none).
    `confidence`, from 0 to 1, is there only for a word that was recognised.
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


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of one physical page, in the order in which the file has them.

    `number` counts from 1; `label` is the file's own page label, if it has labels. `width` and
    `height` are in points, as the page is shown (rotation applied). `rules` are the horizontal and
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
