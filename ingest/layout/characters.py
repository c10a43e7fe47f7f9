"""From what is drawn on a page to its words, upright, and only those that a reader sees."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.layout.bullets import with_drawn_bullets
from ingest.layout.glyphs import Glyph, words_of
from ingest.words import PageWords, as_printed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.words import Box


@dataclass(frozen=True, slots=True)
class Type:
    """What all glyphs of one text object share.

    `angle` is the direction that the text runs in, counter-clockwise from left to right: 0, 90,
    180 or 270 degrees, or None for any other. Where it is exactly level or upright (`is_level`),
    all glyphs have one baseline. `lean` is how far upright type was made to lean, as a share of its
    height.
    """

    size: float
    angle: int | None
    is_level: bool
    lean: float
    bold: bool
    italic: bool
    is_symbol: bool
    is_invisible: bool
    is_white: bool
    clip: Box | None


Character = tuple[str, "Box", tuple[float, float]]


@dataclass(slots=True)
class Run:
    """One text object: its type, and its characters, each with its box and origin.

    Boxes (left, bottom, right, top) and origins are in the page's own coordinates.
    """

    type: Type
    characters: list[Character]


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
    if not angle:
        return left - page[0], page[3] - top, right - page[0], page[3] - bottom
    if angle == 90:
        return bottom - page[1], left - page[0], top - page[1], right - page[0]
    if angle == 180:
        return page[2] - right, bottom - page[1], page[2] - left, top - page[1]
    return page[3] - top, page[2] - right, page[3] - bottom, page[2] - left


def quarter(angle: float) -> int | None:
    """The right angle that `angle`, in degrees, is within ten degrees of; None for none."""
    nearest = round(angle / 90) * 90
    return nearest % 360 if abs(angle - nearest) < 10 else None


def _direction(runs: Sequence[Run], rotation: int) -> int:
    """The direction in which most of a page's text runs; a page without any is shown as it is."""
    counts: Counter[int | None] = Counter()
    for run in runs:
        counts[run.type.angle] += sum(not one[0].isspace() for one in run.characters)
    found = [angle for angle, count in counts.most_common() if angle is not None and count]
    return found[0] if found else rotation


def _holds(box: Box, other: Box) -> bool:
    """Whether the middle of `other` lies in `box`."""
    return (
        2 * box[0] <= other[0] + other[2] <= 2 * box[2]
        and 2 * box[1] <= other[1] + other[3] <= 2 * box[3]
    )


def _visible(runs: Sequence[Run], page: Box, drawing: Drawing) -> list[Run]:
    """The characters that a reader of the page sees, by run; a run may be left with none.

    Left out are those off the page or clipped away, white ones on white, and invisible ones; but
    where most are invisible over an image, they are the text that was recognised in it earlier.
    """
    on_page = [_within(run, page) for run in runs]
    invisible = sum(len(run.characters) for run in on_page if run.type.is_invisible)
    total = sum(len(run.characters) for run in on_page)
    is_recognised = bool(drawing.images) and invisible > 0.5 * total
    grounds = (*drawing.fills, *drawing.images)
    seen = []
    for run in on_page:
        style = run.type
        shown = run if is_recognised or not style.is_invisible else Run(style, [])
        if style.is_white:
            on_ground = [
                one for one in shown.characters if any(_holds(box, one[1]) for box in grounds)
            ]
            shown = Run(style, on_ground)
        # Inside a form a clip has coordinates of its own.
        if style.clip is not None and not drawing.has_forms:
            shown = _within(shown, style.clip)
        seen.append(shown)
    return seen


def _within(run: Run, box: Box) -> Run:
    """The characters of a run whose middle lies in `box`."""
    return Run(run.type, [one for one in run.characters if _holds(box, one[1])])


def _glyphs(run: Run, number: int, page: Box, angle: int) -> Iterator[Glyph]:
    style = run.type
    size, bold, italic, is_symbol = style.size, style.bold, style.italic, style.is_symbol
    for text, box, (x, y) in run.characters:
        left, top, right, bottom = _upright(box, page, angle)
        baseline = _upright((x, y, x, y), page, angle)[1] if angle else page[3] - y
        if not top - size < baseline < bottom + size:
            baseline = bottom
        yield Glyph(
            text, left, right, top, baseline, size, bold, italic, is_symbol, number
        )


def page_words(
    runs: Sequence[Run],
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
    seen = _visible(runs, bounds, drawing)
    angle = _direction(seen, rotation)
    glyphs = [
        glyph
        for at, run in enumerate(seen)
        if run.type.angle == angle
        for glyph in _glyphs(run, at, bounds, angle)
    ]
    across = [
        "".join(one[0] for one in run.characters)
        for run in seen
        if run.type.angle != angle and run.characters
    ]
    shapes = [_upright(box, bounds, angle) for box in drawing.fills]
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    shown = (height, width) if rotation in (90, 270) else (width, height)
    read = (height, width) if angle in (90, 270) else (width, height)
    words = with_drawn_bullets(words_of(glyphs), shapes)
    images = [(box[2] - box[0]) * (box[3] - box[1]) for box in drawing.images]
    return PageWords(
        number,
        label,
        *read,
        as_printed(words, (angle - rotation) % 360, *read),
        tuple(_upright(rule, bounds, angle) for rule in drawing.rules),
        tuple(line for text in across if (line := text.strip())),
        min(1.0, sum(images) / max(1.0, width * height)),
        drawing.objects > len(across),
        shown,
    )
