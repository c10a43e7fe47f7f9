"""hOCR, the form in which tesseract writes words: their letters, boxes and baselines."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import TYPE_CHECKING
from xml.etree import ElementTree  # nosec B405 # reads what the OCR program wrote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from xml.etree.ElementTree import Element  # nosec B405 # a type

_NUMBER = r"(-?[\d.]+)"
_BOX = re.compile(r"\b(?:x_b|b)box(?:es)? (\d+) (\d+) (\d+) (\d+)")
_BASELINE = re.compile(rf"\bbaseline {_NUMBER} {_NUMBER}")
_SIZE = re.compile(rf"\bx_size {_NUMBER}")
_CONFIDENCE = re.compile(r"\bx_wconf (\d+)")
# Letters of two heights. How far they rise above the baseline tells the size of their type;
# tesseract's own measure of a line (x_size) is a guess where it has no ascenders or descenders.
_SHORT = frozenset("acegmnopqrsuvwxyz")
_TALL = frozenset("bdfhkl" + string.ascii_uppercase + string.digits)
_TALL_RISE = 0.74  # of the type size
_LOWEST = 5  # pixels that a letter or digit rises: print of 2 points
_SHORT_RISE = 0.72  # of that of tall letters, where a page does not tell


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

    `baseline` is that of its line under the word's first letter, `size` its line's type size.
    `is_tall` says that its box is taller than wide: a word of some length on its side.
    """

    letters: tuple[Letter, ...]
    baseline: float
    size: float
    confidence: float
    is_tall: bool = False
    space_after: bool = True
    bold: bool = False

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


def _is_guess(letters: Sequence[Letter], baseline: float) -> bool:
    """Whether letters have no place of their own: at the foot of the image, or without height."""
    highest = max(baseline - letter.top for letter in letters)
    return highest <= (_LOWEST if any(letter.text.isalnum() for letter in letters) else 0)


def _words_of_line(line: Element) -> Iterator[Spelled]:
    left, line_top, _, bottom = _numbers(_BOX, line)
    slope, offset = _numbers(_BASELINE, line) or (0.0, 0.0)
    (size,) = _numbers(_SIZE, line)
    for element in line.iter():
        if element.get("class") != "ocrx_word":
            continue
        letters = _letters(element)
        baseline = bottom + offset + slope * (letters[0].left - left) if letters else 0.0
        if not letters or _is_guess(letters, baseline):
            continue
        (confidence,) = _numbers(_CONFIDENCE, element) or (0.0,)
        word_left, top, word_right, word_bottom = _numbers(_BOX, element)
        is_tall = word_bottom - top > word_right - word_left
        yield Spelled(letters, baseline, size or bottom - line_top, confidence / 100, is_tall)


def _rises(line: Iterable[Spelled], letters: frozenset[str]) -> list[float]:
    """How far those letters of a line rise above its baseline, in pixels."""
    return [
        word.baseline - letter.top
        for word in line
        for letter in word.letters
        if letter.text in letters and letter.top < word.baseline
    ]


def _usual(values: Iterable[float]) -> float:
    """The mean of the middle half: finer than a whole pixel, and blind to letters misread."""
    ordered = sorted(values)
    quarter = len(ordered) // 4
    return fmean(ordered[quarter : len(ordered) - quarter])


def _short_rise(lines: Iterable[Sequence[Spelled]]) -> float:
    """How far short letters rise, as a share of the tall ones: typefaces differ in it."""
    both = ((_rises(line, _SHORT), _rises(line, _TALL)) for line in lines)
    shares = [_usual(short) / _usual(tall) for short, tall in both if short and tall]
    return median(shares) if shares else _SHORT_RISE


def _with_size(line: Sequence[Spelled], short_rise: float) -> list[Spelled]:
    """The words of a line with the size of their type as their letters tell it, if they do."""
    rises = [rise / short_rise for rise in _rises(line, _SHORT)] + _rises(line, _TALL)
    if not rises:
        return list(line)
    size = _usual(rises) / _TALL_RISE
    return [replace(word, size=size) for word in line]


def words(hocr: str) -> list[Spelled]:
    """The words of a page written with `hocr_char_boxes`, in tesseract's order of reading.

    Raises:
        xml.etree.ElementTree.ParseError: it is cut off.
    """
    root = ElementTree.fromstring(hocr)  # nosec B314 # the OCR program escapes what it read
    found = [one for one in root.iter() if _numbers(_SIZE, one)]
    lines = [list(_words_of_line(one)) for one in found]
    short_rise = _short_rise(lines)
    return [word for line in lines for word in _with_size(line, short_rise)]
