"""The plots of a report: figures in, inline SVG out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from eval.svg import Scale, bar, dot, drawing, line, linear, path, text

Figures = Mapping[str, Any]
Range = Sequence[float] | None

# One colour per series, the same in every plot.
COLOURS = ("one", "two", "three", "four")

_SQUARE = 400.0
_EDGES = (56.0, 384.0)
_MARKS = ("median", "p95")
_FIFTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def _range_text(interval: Range) -> str:
    return f" (95% {interval[0]:.2f} to {interval[1]:.2f})" if interval else ""


def slices_plot(slices: Mapping[str, Figures], measures: Mapping[str, str]) -> Markup:
    """A row per slice and a panel per measure: the figure as a dot, its 95% interval as a line.

    `measures` is the heading per key of the figures.
    """
    label, panel, gap, row, top = 182.0, 92.0, 40.0, 23.0, 44.0
    height = top + row * len(slices) + 8
    width = label + len(measures) * (panel + gap)
    parts = [
        bar((0, top + row * number), width, row, "band") for number in range(0, len(slices), 2)
    ]
    for column, (measure, heading) in enumerate(measures.items()):
        left = label + column * (panel + gap)
        scale = linear((0, 1), (left, left + panel))
        parts.append(text((left + panel / 2, 16), heading, "heading", "middle"))
        for tick in (0.0, 0.5, 1.0):
            parts.append(line((scale(tick), top - 8), (scale(tick), height - 8), "grid"))
            parts.append(text((scale(tick), top - 13), f"{tick:g}", "muted", "middle"))
        for number, (name, figures) in enumerate(slices.items()):
            y = top + row * (number + 0.5)
            parts += _whisker(name, heading, figures, measure, scale, y)
            parts.append(text((left + panel + 6, y + 4), f"{figures[measure]:.2f}", "value"))
    for number, (name, figures) in enumerate(slices.items()):
        y = top + row * (number + 0.5) + 4
        parts.append(text((4, y), name.replace("_", " ")))
        parts.append(text((label - 16, y), str(figures["questions"]), "muted", "end"))
    return drawing(width, height, "Retrieval by slice, with 95% intervals", parts)


def _whisker(
    name: str, heading: str, figures: Figures, measure: str, scale: Scale, y: float
) -> list[Markup]:
    value, interval = figures[measure], figures["intervals_95"].get(measure)
    shape = dot((scale(value), y), 4.5, "fill-one", f"{name}, {heading}: {value:.3f}"
                f"{_range_text(interval)}")
    if not interval:
        return [shape]
    return [line((scale(interval[0]), y), (scale(interval[1]), y), "whisker one"), shape]


def outcomes_plot(types: Mapping[str, Mapping[str, int]], styles: Mapping[str, str]) -> Markup:
    """A bar per question type, divided by what became of its questions (counts).

    `styles` is the class per outcome, in the order they are drawn in.
    """
    label, width, row, top = 150.0, 880.0, 24.0, 30.0
    parts: list[Markup] = []
    x = 0.0
    for outcome, style in styles.items():
        parts += [bar((x, 4), 12, 12, style), text((x + 18, 14), outcome)]
        x += 38 + 6.6 * len(outcome)
    for number, (name, counts) in enumerate(types.items()):
        y, whole = top + number * row, sum(counts.values())
        parts.append(text((0, y + 14), name))
        parts.append(text((label - 14, y + 14), str(whole), "muted", "end"))
        x = label
        for outcome, style in styles.items():
            if count := counts.get(outcome, 0):
                wide = count / whole * (width - label)
                parts.append(bar((x, y), wide - 1, row - 6, style, f"{name}: {count} {outcome}"))
                if wide > 22:
                    parts.append(text((x + wide / 2, y + 13), str(count), "on", "middle"))
                x += wide
    height = top + row * len(types)
    return drawing(width, height, "What became of the questions, by type", parts)


def _square_axes(across: str, up: str) -> tuple[Scale, Scale, list[Markup]]:
    left, right = _EDGES
    x, y = linear((0, 1), (left, right)), linear((0, 1), (right - 40, left - 40))
    parts = []
    for tick in _FIFTHS:
        parts.append(line((x(tick), y(0)), (x(tick), y(1)), "grid"))
        parts.append(line((x(0), y(tick)), (x(1), y(tick)), "grid"))
        parts.append(text((x(tick), y(0) + 16), f"{tick:.1f}", "muted", "middle"))
        parts.append(text((left - 8, y(tick) + 4), f"{tick:.1f}", "muted", "end"))
    parts.append(text((x(0.5), y(0) + 36), across, "heading", "middle"))
    parts.append(
        Markup('<text transform="translate(14,{:.1f}) rotate(-90)" class="heading" '
               'text-anchor="middle">{}</text>').format(y(0.5), up)
    )
    return x, y, parts


def reliability_plot(series: Mapping[str, Figures | None]) -> Markup:
    """Confidence in bins against the observed share that the letters answer; below, the counts.

    On the diagonal a confidence is what it says. `series` is as in the report's summary.
    """
    x, y, parts = _square_axes("confidence", "share answerable")
    parts.append(line((x(0), y(0)), (x(1), y(1)), "diagonal"))
    known = {name: figures for name, figures in series.items() if figures}
    most = max((b["count"] for f in known.values() for b in f["bins"]), default=1)
    base = y(0) + 104
    for number, (name, figures) in enumerate(known.items()):
        colour = COLOURS[number]
        bins = figures["bins"]
        shift = (number - (len(known) - 1) / 2) * 3
        points = [(x(b["confidence"]) + shift, y(b["answerable"])) for b in bins]
        parts.append(path(points, f"curve thin {colour}"))
        for b, point in zip(bins, points, strict=True):
            low, high = b["answerable_95"]
            said = f"{name}: {b['count']} questions, {b['answerable']:.2f} answerable"
            parts.append(line((point[0], y(low)), (point[0], y(high)), f"whisker {colour}"))
            parts.append(dot(point, 4.5, f"fill-{colour}", said))
            tall = b["count"] / most * 46
            wide = (x(0.1) - x(0) - 4) / len(known)
            left = x(b["low"]) + 2 + number * wide
            parts.append(bar((left, base - tall), wide - 1, tall, f"fill-{colour}", said))
            place = (x((b["low"] + b["high"]) / 2), base + 14 + 13 * number)
            parts.append(text(place, str(b["count"]), f"count fill-{colour}", "middle"))
    parts.append(text((x(0) - 8, base + 14), "count", "muted", "end"))
    return drawing(_SQUARE, base + 34, "Reliability of the confidence", parts)


def roc_plot(curves: Mapping[str, Sequence[tuple[float, float]]],
             running: Mapping[str, tuple[float, float]]) -> Markup:
    """A curve per kind of negative, and a ring where the running threshold puts the service.

    Points are (share of the negatives answered, share of the answerable answered).
    """
    x, y, parts = _square_axes("negatives answered", "answerable answered")
    parts.append(line((x(0), y(0)), (x(1), y(1)), "diagonal"))
    for colour, points in zip(COLOURS, curves.values(), strict=False):
        parts.append(path([(x(a), y(b)) for a, b in points], f"curve {colour}"))
    for kind, (a, b) in running.items():
        colour = COLOURS[list(curves).index(kind)]
        shares = f"{a:.2f} of the negatives answered, {b:.2f} of the answerable"
        parts.append(dot((x(a), y(b)), 7, f"ring {colour}", f"{kind.replace('_', ' ')}: {shares}"))
    return drawing(_SQUARE, y(0) + 46, "Abstention: receiver operating characteristic", parts)


def latency_plot(milliseconds: Sequence[float], figures: Figures) -> Markup:
    """A histogram of milliseconds, with `median` and `p95` of the figures as lines."""
    width, height, left, base, bins = 400.0, 210.0, 34.0, 170.0, 32
    # The slowest one in a hundred goes in the last bar, or a single pause would flatten the rest.
    ordered = sorted(milliseconds)
    limit = max(ordered[int(0.99 * (len(ordered) - 1))], 1e-3)
    counts = [0] * bins
    for value in ordered:
        counts[min(bins - 1, int(value / limit * bins))] += 1
    x = linear((0, limit), (left, width - 16))
    most = max(counts)
    step = (width - 16 - left) / bins
    parts = [
        bar((left + n * step, base - c / most * 120), step - 1, c / most * 120, "fill-one",
            f"{n * limit / bins:.1f} to {(n + 1) * limit / bins:.1f} ms: {c} questions")
        for n, c in enumerate(counts) if c
    ]
    parts.append(line((left, base), (width - 16, base), "axis"))
    for tick in range(5):
        value = limit * tick / 4
        parts.append(text((x(value), base + 16), f"{value:.0f}", "muted", "middle"))
    marks = {name: (x(min(figures[name], limit)), 30 - 14 * n) for n, name in enumerate(_MARKS)}
    parts += [line(top, (top[0], base), "mark") for top in marks.values()]
    for name, (across, down) in marks.items():
        parts.append(text((across + 4, down + 6), f"{name} {figures[name]:.1f} ms", "over"))
    parts.append(text(((left + width) / 2, base + 34), "milliseconds", "heading", "middle"))
    return drawing(width, height, "Latency", parts)
