"""Bold type on the image of a page, told by the width of its strokes."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from ingest.montage import box_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.hocr import Spelled
    from ingest.scan_image import Image

_DARK = 0.6  # of the brightness of the paper
# Strokes of bold type are 1.35 to 1.6 times as wide as those of the text, capitals and figures 1.2.
_BOLD = 1.3
_FEWEST = 4  # letters of a line
_LEVEL = 0.3  # of the type size


def _lines(words: Sequence[Spelled]) -> list[list[Spelled]]:
    """Words that follow each other on one baseline, in type of one size."""
    lines: list[list[Spelled]] = []
    for word in words:
        last = lines[-1][-1] if lines else None
        if last is not None and last.size == word.size and (
            abs(last.baseline - word.baseline) < _LEVEL * word.size
        ):
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _stroke(line: Sequence[Spelled], dark: NDArray[np.bool_]) -> float:
    """The mean width of the strokes of a line, as a share of the type size; 0 without ink."""
    ink = strokes = 0
    for word in line:
        left, top, right, bottom = box_of(word.letters)
        box = np.pad(dark[top:bottom, left:right], ((0, 0), (1, 0)))
        ink += int(box.sum())
        strokes += int((box[:, 1:] & ~box[:, :-1]).sum())
    return ink / strokes / line[0].size if strokes else 0.0


def with_weight(words: Sequence[Spelled], image: Image) -> list[Spelled]:
    """The words of `image`, those of lines in bold type marked so: heavier than most letters."""
    dark = image < _DARK * np.median(image)
    lines = [(line, _stroke(line, dark)) for line in _lines(words)]
    every = [stroke for line, stroke in lines for word in line for _ in word.letters]
    usual = median(every) if every else 0.0
    return [
        replace(word, bold=stroke > _BOLD * usual > 0 and _letters(line) >= _FEWEST)
        for line, stroke in lines
        for word in line
    ]


def _letters(line: Sequence[Spelled]) -> int:
    return sum(len(word.letters) for word in line)
