"""Parts of a page read apart: cut out, enlarged, and laid one below the other on one sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ingest.scan_image import smoothed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ingest.hocr import Letter, Spelled
    from ingest.scan_image import Image

_ENLARGED, _MARGIN, _AROUND = 3, 60, 4
_LONGEST = 12_000  # rows; tesseract takes up to 32,767
_PAPER = 0.8  # of the pixels are as dark, or darker


def box_of(letters: Sequence[Letter]) -> tuple[int, int, int, int]:
    """The box around letters: left, top, right and bottom, in pixels."""
    return (
        min(letter.left for letter in letters),
        min(letter.top for letter in letters),
        max(letter.right for letter in letters),
        max(letter.bottom for letter in letters),
    )


def _paper(part: Image) -> float:
    """The brightness of the paper in a part of a page, of which letters cover less than half."""
    place = int(_PAPER * part.size)
    return float(np.partition(part, place, axis=None)[place])


def without_words(image: Image, words: Iterable[Spelled]) -> Image:
    """The page with words that were found wiped out.

    What is put in their place is the paper around them: white on grey would be read as letters.
    """
    rest = image.copy()
    for word in words:
        for letter in word.letters:
            part = rest[
                max(0, letter.top - _AROUND) : letter.bottom + _AROUND,
                max(0, letter.left - _AROUND) : letter.right + _AROUND,
            ]
            if part.size:
                part[:] = _paper(part)
    return rest


def _enlarged(image: Image, letters: Sequence[Letter]) -> Image:
    """The part of a page with those letters, dark on white."""
    left, top, right, bottom = box_of(letters)
    crop = image[
        max(0, top - _AROUND) : bottom + _AROUND, max(0, left - _AROUND) : right + _AROUND
    ]
    bright = np.minimum(255, crop * (255 / max(1.0, _paper(crop)))).astype(np.uint8)
    return smoothed(np.kron(bright, np.ones((_ENLARGED, _ENLARGED), dtype=np.uint8)))


def _sheets(crops: Sequence[Image]) -> Iterator[tuple[Image, list[int]]]:
    """The crops one below the other on white, and the row at which each begins.

    Sheets are no longer than tesseract takes.
    """
    rows: list[int] = []
    row = _MARGIN
    for at, crop in enumerate(crops):
        rows.append(row)
        row += crop.shape[0] + _MARGIN
        if row > _LONGEST or at == len(crops) - 1:
            on_sheet = crops[at + 1 - len(rows) : at + 1]
            width = max(one.shape[1] for one in on_sheet) + 2 * _MARGIN
            sheet = np.full((row, width), 255, dtype=np.uint8)
            for top, one in zip(rows, on_sheet, strict=True):
                sheet[top : top + one.shape[0], _MARGIN : _MARGIN + one.shape[1]] = one
            yield sheet, rows
            rows, row = [], _MARGIN


def read_apart(
    image: Image,
    parts: Sequence[Sequence[Letter]],
    read: Callable[[Image], Sequence[Spelled]],
) -> list[list[Spelled]]:
    """The words that are read in each part of an image, which its letters mark out.

    `read` reads a sheet of text lines. The words have their place and size on the page.
    """
    crops = [_enlarged(image, letters) for letters in parts]
    found: list[list[Spelled]] = []
    for sheet, tops in _sheets(crops):
        words = read(sheet)
        for top in tops:
            left, upper, _, _ = box_of(parts[len(found)])
            bottom = top + crops[len(found)].shape[0]
            found.append([
                _on_page(word, max(0, left - _AROUND), max(0, upper - _AROUND), top)
                for word in words
                if top - _MARGIN / 2 <= _middle(word) < bottom + _MARGIN / 2
            ])
    return found


def _middle(word: Spelled) -> float:
    """The row of the middle of its first letter."""
    return (word.letters[0].top + word.letters[0].bottom) / 2


def _on_page(word: Spelled, left: int, upper: int, top: int) -> Spelled:
    """A word of the sheet, where it stands on the page."""
    return replace(
        word,
        letters=tuple(
            replace(
                letter,
                left=left + (letter.left - _MARGIN) // _ENLARGED,
                top=upper + (letter.top - top) // _ENLARGED,
                right=left + (letter.right - _MARGIN) // _ENLARGED,
                bottom=upper + (letter.bottom - top) // _ENLARGED,
            )
            for letter in word.letters
        ),
        baseline=upper + (word.baseline - top) / _ENLARGED,
        size=word.size / _ENLARGED,
    )
