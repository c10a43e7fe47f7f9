"""From what is drawn on a page to its words, upright, and only those that a reader sees."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.layout.glyphs import Glyph, words_of
from ingest.words import PageWords

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.words import Box


@dataclass(frozen=True, slots=True)
class Type:
    """What all glyphs of one text object share.

    `angle` is the direction that the text runs in, counter-clockwise from left to right: 0, 90,
    180 or 270 degrees, or None for any other.
    """

    size: float
    angle: int | None
    bold: bool
    italic: bool
    is_symbol: bool
    is_invisible: bool
    is_white: bool
    clip: Box | None


@dataclass(frozen=True, slots=True)
class Character:
    """A character of the text layer, its box and origin in the page's own coordinates."""

    text: str
    box: Box  # left, bottom, right, top
    origin: tuple[float, float]
    type: Type
    run: int


@dataclass(slots=True)
class Drawing:
    """What is drawn on a page besides text; boxes are left, bottom, right, top."""

    rules: list[Box] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    objects: int = 0
    has_forms: bool = False


def _upright(box: Box, page: Box, angle: int) -> Box:
    """A box (left, bottom, right, top) as (left, top, right, bottom) from the top left corner.

    `angle` is the direction in which the page's text runs, counter-clockwise, in degrees.
    """
    left, bottom, right, top = box
    if angle == 90:
        return bottom - page[1], left - page[0], top - page[1], right - page[0]
    if angle == 180:
        return page[2] - right, bottom - page[1], page[2] - left, top - page[1]
    if angle == 270:
        return page[3] - top, page[2] - right, page[3] - bottom, page[2] - left
    return left - page[0], page[3] - top, right - page[0], page[3] - bottom


def quarter(angle: float) -> int | None:
    """The right angle that `angle`, in degrees, is within ten degrees of; None for none."""
    nearest = round(angle / 90) * 90
    return nearest % 360 if abs(angle - nearest) < 10 else None


def _direction(characters: Sequence[Character], rotation: int) -> int:
    """The direction in which most of a page's text runs; a page without any is shown as it is."""
    counts = Counter(one.type.angle for one in characters if not one.text.isspace())
    found = [angle for angle, _ in counts.most_common() if angle is not None]
    return found[0] if found else rotation


def _holds(box: Box, other: Box) -> bool:
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _visible(characters: Sequence[Character], page: Box, drawing: Drawing) -> list[Character]:
    """The characters that a reader of the page sees.

    Left out are those off the page or clipped away, white ones on white, and invisible ones; but
    where most are invisible over an image, they are the text that was recognised in it earlier.
    """
    on_page = [one for one in characters if _holds(page, one.box)]
    invisible = sum(one.type.is_invisible for one in on_page)
    is_recognised = bool(drawing.images) and invisible > 0.5 * len(on_page)
    grounds = (*drawing.fills, *drawing.images)
    return [
        one
        for one in on_page
        if (is_recognised or not one.type.is_invisible)
        and (not one.type.is_white or any(_holds(ground, one.box) for ground in grounds))
        # Inside a form a clip has coordinates of its own.
        and (drawing.has_forms or one.type.clip is None or _holds(one.type.clip, one.box))
    ]


def _glyph(character: Character, page: Box, angle: int) -> Glyph:
    left, top, right, bottom = _upright(character.box, page, angle)
    x, y = character.origin
    baseline = _upright((x, y, x, y), page, angle)[1]
    style = character.type
    if not top - style.size < baseline < bottom + style.size:
        baseline = bottom
    return Glyph(
        character.text, left, right, top, baseline, style.size,
        style.bold, style.italic, style.is_symbol, character.run,
    )


def page_words(
    characters: Sequence[Character],
    drawing: Drawing,
    bounds: Box,
    rotation: int,
    number: int,
    label: str | None,
) -> PageWords:
    """The words of a page as a reader sees them, upright.

    `bounds` is the page's box (left, bottom, right, top) in its own coordinates, in points;
    `rotation` how far it is turned clockwise when shown, in degrees.
    """
    seen = _visible(characters, bounds, drawing)
    angle = _direction(seen, rotation)
    glyphs = [_glyph(one, bounds, angle) for one in seen if one.type.angle == angle]
    across: dict[int, list[str]] = {}
    for one in seen:
        if one.type.angle != angle:
            across.setdefault(one.run, []).append(one.text)
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    images = [(box[2] - box[0]) * (box[3] - box[1]) for box in drawing.images]
    return PageWords(
        number,
        label,
        *((height, width) if angle in (90, 270) else (width, height)),
        words_of(glyphs),
        tuple(_upright(rule, bounds, angle) for rule in drawing.rules),
        tuple(line for texts in across.values() if (line := "".join(texts).strip())),
        min(1.0, sum(images) / max(1.0, width * height)),
        drawing.objects > len(across),
    )
