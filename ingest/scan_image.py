"""The image of a page: whether anything shows on it, its grain and its skew taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

# Rows from the top, columns from the left; 0 is black and 255 white.
Image = NDArray[np.uint8]

# Blocks of pixels whose mean is taken before edges are looked for: 300 dpi becomes 100.
_BLOCK = 3
_EDGE = 40  # grey values between neighbouring blocks
_MIN_EDGES = 40
# Slopes of text lines, in pixels down per pixel to the right: five degrees either way.
_STEEPEST, _COARSE, _FINE = 0.0875, 0.004, 0.0005
_MIN_GAIN = 1.05
# Of a few words the slope cannot be told: twenty letters have so many edges.
_MIN_MEASURABLE = 400
_AROUND_LINE = 15  # blocks, a line of text and the space above it


def _edges(image: Image, axis: int) -> NDArray[np.int64]:
    """Places (row, column), in blocks, where the grey value leaps along `axis`; shape (2, n)."""
    height, width = (length // _BLOCK * _BLOCK for length in image.shape)
    blocks = image[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    leaps = np.abs(np.diff(blocks.mean(axis=(1, 3), dtype=np.float32), axis=axis))
    return np.array(np.nonzero(leaps > _EDGE))


def is_blank(image: Image) -> bool:
    """Whether nothing shows on it that could be a word."""
    return bool(sum(_edges(image, axis).shape[1] for axis in (0, 1)) < _MIN_EDGES)


def _peakedness(along: NDArray[np.int64], across: NDArray[np.int64], slope: float) -> float:
    """How far the edges fall into narrow lines of this slope.

    The sum of squares of their counts less the local mean: that most of a page is white, or where
    its columns stand, does not count, only that lines alternate with the space between them.
    """
    lines = np.rint(along - slope * across).astype(np.int64)
    counts = np.bincount(lines - lines.min(), minlength=_AROUND_LINE).astype(np.float64)
    local = np.convolve(counts, np.full(_AROUND_LINE, 1 / _AROUND_LINE), "same")
    return float(np.sum((counts - local) ** 2))


def _steepest(
    along: NDArray[np.int64], across: NDArray[np.int64], slopes: Iterable[float]
) -> float:
    return max(slopes, key=lambda slope: _peakedness(along, across, slope))


def _slope(along: NDArray[np.int64], across: NDArray[np.int64]) -> tuple[float, float]:
    """The slope of the lines that the edges lie on, 0 where none stands out; its peakedness."""
    if along.size < _MIN_MEASURABLE:
        return 0.0, 0.0
    rough = _steepest(along, across, np.arange(-_STEEPEST, _STEEPEST + _COARSE, _COARSE))
    slope = _steepest(along, across, np.arange(rough - _COARSE, rough + _COARSE, _FINE))
    best, level = _peakedness(along, across, slope), _peakedness(along, across, 0.0)
    return (slope, best) if best >= _MIN_GAIN * level else (0.0, level)


def skew(image: Image) -> float:
    """The slope of its text lines, in pixels down per pixel to the right, 0.001 to 0.09.

    By the projection profile (Postl 1986): along the true slope, the edges of the letters fall
    into lines. Of a page that lies on its side the columns are looked at; which of the two it is
    tells the direction in which the lines stand out most. 0 where it is less, or cannot be told.
    """
    rows, columns = _edges(image, 0)
    level, peak = _slope(rows, columns)
    rows, columns = _edges(image, 1)
    upright, sideways_peak = _slope(columns, rows)
    slope = level if peak >= sideways_peak else -upright
    return float(slope) if abs(slope) >= 2 * _FINE else 0.0


def _sheared(image: Image, slope: float) -> Image:
    """Each column moved up by `slope` pixels per column right of the middle."""
    height, width = image.shape
    sheared = np.full_like(image, int(np.median(image)))
    shifts = np.rint(slope * (np.arange(width) - width / 2)).astype(np.int64)
    edges = np.flatnonzero(np.diff(shifts)) + 1
    for start, end in zip([0, *edges], [*edges, width], strict=True):
        shift = int(shifts[start])
        source = image[max(0, shift) : height + min(0, shift), start:end]
        sheared[max(0, -shift) : height - max(0, shift), start:end] = source
    return sheared


def straightened(image: Image, slope: float) -> Image:
    """The page with text lines of this slope made level, of the same shape.

    A small rotation is done as two shears, by whole pixels: nothing is blurred.
    """
    if not slope:
        return image
    return np.ascontiguousarray(_sheared(_sheared(image, slope).T, -slope).T)


def before_straightening(
    place: tuple[float, float], slope: float, shape: tuple[float, float]
) -> tuple[float, float]:
    """Where a place (right, down) of a straightened page was before; `shape` is (height, width).

    All in one unit, from the top left corner.
    """
    height, width = shape
    right = place[0] - slope * (place[1] - height / 2)
    return right, place[1] + slope * (right - width / 2)


def smoothed(image: Image) -> Image:
    """The page without the grain of paper and scanner: each pixel the mean of itself and its
    neighbours, weighed 4, 2 and 1 (a binomial filter).
    """
    wide = np.pad(image, 1, mode="edge").astype(np.uint16)
    rows = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    smooth: Image = ((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) // 16).astype(np.uint8)
    return smooth


def turned(image: Image, degrees: int) -> Image:
    """The page turned clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(image, -(degrees // 90)))
