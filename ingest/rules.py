"""Rules on the image of a page, such as the lines of a table: found, and wiped out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ingest.scan_image import Image
    from ingest.words import Box

# Inches. No stroke of a letter is as long; dashes and leaders are shorter or dotted.
_LEVEL, _UPRIGHT = 0.5, 0.3
_THICKEST = 0.04
_DARK = 0.7  # of the brightness of the paper
_AROUND = 3  # pixels, for the soft edge of a rule


def _runs(dark: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """What lies in a dark run of at least `length` pixels down a column."""
    sums = np.cumsum(np.pad(dark, ((1, 0), (0, 0))), axis=0, dtype=np.int32)
    whole = sums[length:] - sums[:-length] == length
    sums = np.cumsum(np.pad(whole, ((length, length - 1), (0, 0))), axis=0, dtype=np.int32)
    covered: NDArray[np.bool_] = sums[length:] - sums[:-length] > 0
    return covered


def _boxes(mask: NDArray[np.bool_], thickest: float) -> list[tuple[slice, slice]]:
    from scipy import ndimage

    found = ndimage.find_objects(ndimage.label(mask)[0])
    return [
        (rows, columns)
        for rows, columns in found
        if min(rows.stop - rows.start, columns.stop - columns.start) <= thickest
    ]


def without_rules(image: Image, dpi: float) -> tuple[Image, tuple[Box, ...]]:
    """The page without its rules, and their boxes: left, top, right and bottom in points.

    Expects a page that is set straight. A dark area that is thicker than a rule stays.
    """
    dark = image < _DARK * np.median(image)
    if not dark.any() or min(image.shape) <= _LEVEL * dpi:
        return image, ()
    upright = _runs(dark, round(_UPRIGHT * dpi))
    level = _runs(np.ascontiguousarray(dark.T), round(_LEVEL * dpi)).T
    places = _boxes(upright, _THICKEST * dpi) + _boxes(level, _THICKEST * dpi)
    wiped, paper = image.copy(), np.uint8(np.median(image))
    for rows, columns in places:
        wiped[
            max(0, rows.start - _AROUND) : rows.stop + _AROUND,
            max(0, columns.start - _AROUND) : columns.stop + _AROUND,
        ] = paper
    scale = 72 / dpi
    boxes = tuple(
        (columns.start * scale, rows.start * scale, columns.stop * scale, rows.stop * scale)
        for rows, columns in places
    )
    return wiped, boxes
