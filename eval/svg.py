"""Shapes of a plot as inline SVG; colours and fonts are classes of the page's style sheet.

Coordinates are pixels of the view box, from the top left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup, escape

Scale = Callable[[float], float]


def linear(domain: tuple[float, float], pixels: tuple[float, float]) -> Scale:
    """The scale that takes the ends of `domain` to those of `pixels`."""
    low, high = domain
    start, end = pixels
    return lambda value: start + (value - low) / (high - low) * (end - start)


def drawing(width: float, height: float, title: str, parts: Iterable[Markup]) -> Markup:
    """A whole drawing; `title` is what a reader who cannot see it is told."""
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}" style="max-width:{}px">')
    return head.format(width, height, title, width) + Markup("").join(parts) + Markup("</svg>")


def line(start: tuple[float, float], end: tuple[float, float], style: str) -> Markup:
    """A straight line."""
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>').format(
        *start, *end, style
    )


def dot(centre: tuple[float, float], radius: float, style: str, title: str = "") -> Markup:
    """A filled circle; `title` shows when it is pointed at."""
    shape = Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" class="{}">{}</circle>')
    return shape.format(*centre, radius, style, _title(title))


def bar(
    corner: tuple[float, float], width: float, height: float, style: str, title: str = ""
) -> Markup:
    """A filled rectangle; `corner` is its top left."""
    shape = Markup('<rect x="{:.1f}" y="{:.1f}" {} class="{}">{}</rect>')
    size = Markup('width="{:.1f}" height="{:.1f}"').format(width, height)
    return shape.format(*corner, size, style, _title(title))


def path(points: Sequence[tuple[float, float]], style: str) -> Markup:
    """A line through the points."""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup('<polyline points="{}" class="{}"/>').format(places, style)


def text(place: tuple[float, float], words: str, style: str = "", anchor: str = "start") -> Markup:
    """Words whose `anchor` (start, middle, end) stands at `place`, on the line."""
    return Markup('<text x="{:.1f}" y="{:.1f}" class="{}" text-anchor="{}">{}</text>').format(
        *place, style, anchor, words
    )


def _title(words: str) -> Markup:
    return Markup("<title>") + escape(words) + Markup("</title>") if words else Markup("")
