"""hOCR, the form in which tesseract writes words: their letters, boxes and baselines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_NUMBER = r"(-?[\d.]+)"
_BOX = re.compile(r"\b(?:x_b|b)box(?:es)? (\d+) (\d+) (\d+) (\d+)")
_BASELINE = re.compile(rf"\bbaseline {_NUMBER} {_NUMBER}")
_SIZE = re.compile(rf"\bx_size {_NUMBER}")
_CONFIDENCE = re.compile(r"\bx_wconf (\d+)")


@dataclass(frozen=True, slots=True)
class Letter:
    """A recognised character and its box, in pixels from the top left corner."""

    text: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Spelled:
    """A recognised word by its letters; pixels, and a confidence from 0 to 1.

    `baseline` is that of its line under the word's first letter, `size` that line's type size.
    `is_tall` says that its box is taller than wide: a word of some length on its side.
    """

    letters: tuple[Letter, ...]
    baseline: float
    size: float
    confidence: float
    is_tall: bool = False
    space_after: bool = True

    @property
    def text(self) -> str:
        """The word."""
        return "".join(letter.text for letter in self.letters)

    @property
    def is_text(self) -> bool:
        """Whether there is a letter or a digit in it."""
        return any(letter.text.isalnum() for letter in self.letters)


def _numbers(pattern: re.Pattern[str], element: Element) -> tuple[float, ...]:
    found = pattern.search(element.get("title", ""))
    return tuple(map(float, found.groups())) if found else ()


def _letters(word: Element) -> tuple[Letter, ...]:
    return tuple(
        Letter(text, *map(int, _numbers(_BOX, one)))
        for one in word.iter()
        if one.get("class") == "ocrx_cinfo" and (text := "".join(one.itertext()).strip())
    )


def _words_of_line(line: Element) -> Iterator[Spelled]:
    left, _, _, bottom = _numbers(_BOX, line)
    slope, offset = _numbers(_BASELINE, line) or (0.0, 0.0)
    (size,) = _numbers(_SIZE, line) or (0.0,)
    for element in line.iter():
        if element.get("class") != "ocrx_word":
            continue
        letters = _letters(element)
        baseline = bottom + offset + slope * (letters[0].left - left) if letters else 0.0
        # A guess without a place of its own has its letters' boxes at the foot of the image.
        if not letters or min(letter.top for letter in letters) >= baseline:
            continue
        (confidence,) = _numbers(_CONFIDENCE, element) or (0.0,)
        height = max(letter.bottom for letter in letters) - min(letter.top for letter in letters)
        word_left, top, word_right, word_bottom = _numbers(_BOX, element)
        is_tall = word_bottom - top > word_right - word_left
        yield Spelled(letters, baseline, size or float(height), confidence / 100, is_tall)


def words(hocr: str) -> list[Spelled]:
    """The words of a page written with `hocr_char_boxes`, in tesseract's order of reading.

    Raises:
        xml.etree.ElementTree.ParseError: it is cut off.
    """
    lines = (one for one in ElementTree.fromstring(hocr).iter() if _numbers(_SIZE, one))
    return [word for line in lines for word in _words_of_line(line)]
