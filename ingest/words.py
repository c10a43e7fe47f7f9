"""Words with their place on a page: what a text layer and a recognised scan have in common."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Word:
    """One word and its box, in points (1/72 inch) from the page's top left corner.

    `bottom` is the baseline where it is known, so that a superscript stands out. `size` is the
    size of its type in points. `confidence` is there only for a word that was recognised.
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


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of one physical page, in the order in which the file has them.

    `number` counts from 1; `label` is the file's own page label, if it has labels. `width` and
    `height` are in points, as the page is shown (rotation applied). `rules` are the horizontal and
    vertical lines that are drawn on it, as (left, top, right, bottom).
    """

    number: int
    label: str | None
    width: float
    height: float
    words: tuple[Word, ...]
    rules: tuple[tuple[float, float, float, float], ...] = field(default=())
