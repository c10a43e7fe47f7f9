"""The pages of one document that only OCR can read, and what came of each."""

from __future__ import annotations

import string
import subprocess  # nosec B404 # its errors alone
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING
from xml.etree import ElementTree  # nosec B405 # its error alone

from ingest import deadline, ocr
from ingest.errors import UnreadableFile
from ingest.scan_image import is_blank
from ingest.text_layer import SCANT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ingest.scan_image import Image
    from ingest.words import PageWords

# Confidences: of a page that is hard to read, and of a word that may well be misread.
_POOR, _DOUBTFUL = 0.6, 0.75
_BETTER = "supply a better scan, or the text itself"
_NEEDS_OCR = "needs OCR: {pages} shown as an image without usable text"
_FAILED = "recognition of {pages} failed or took too long"
_NO_WORDS = "no words were recognised on {pages} (a picture, handwriting, or a poor scan)"
_REMEDIES = {_NEEDS_OCR: ocr.INSTALL, _FAILED: _BETTER, _NO_WORDS: _BETTER}


def page_list(numbers: Iterable[int]) -> str:
    """Page numbers as they are written: "page 4", "pages 1–3 and 7"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    is_one = sum(map(len, runs)) == 1
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{'page' if is_one else 'pages'} {listed}"


class Recognition:
    """Recognises pages of one document, and remembers what of them could not be read.

    `doubtful` are the words read with little certainty, without the punctuation around them.
    """

    def __init__(self) -> None:
        self.doubtful: set[str] = set()
        self._lost: dict[str, list[int]] = {}
        self._poor: dict[int, float] = {}

    @cached_property
    def _available(self) -> bool:
        return ocr.available()

    def read(
        self, layer: PageWords, problem: str, render: Callable[[], tuple[Image, float]]
    ) -> PageWords:
        """The words of a page by recognition; `problem` is that of its text layer.

        `render` gives the page as an image, and its resolution in dots per inch. A page that
        cannot be recognised keeps no words, or the few of its text layer that lie over a scan.
        """
        image, dpi = render()
        if not is_blank(image):
            found = self._recognised(image, dpi, layer.number)
            if found is not None:
                return replace(
                    layer,
                    words=found.words,
                    width=found.width,
                    height=found.height,
                    rules=found.rules,
                    aside=(),
                )
        return layer if problem == SCANT else replace(layer, words=(), aside=())

    def _recognised(self, image: Image, dpi: float, number: int) -> ocr.Recognised | None:
        if not self._available:
            self._lose(number, _NEEDS_OCR)
            return None
        try:
            with deadline.paused(2 * ocr.SECONDS_PER_PAGE):
                found = ocr.recognise(image, dpi, ocr.SECONDS_PER_PAGE)
        except (OSError, subprocess.SubprocessError, ElementTree.ParseError):
            self._lose(number, _FAILED)
            return None
        if not found.words:
            self._lose(number, _NO_WORDS)
            return None
        if found.confidence < _POOR:
            self._poor[number] = found.confidence
        self.doubtful.update(
            word.text.strip(string.punctuation)
            for word in found.words
            if (word.confidence or 0.0) < _DOUBTFUL
        )
        return found

    def _lose(self, number: int, why: str) -> None:
        self._lost.setdefault(why, []).append(number)

    def _failures(self) -> list[tuple[str, str]]:
        """Reason and remedy of the pages that were not read."""
        return [
            (why.format(pages=page_list(pages)), _REMEDIES[why])
            for why, pages in self._lost.items()
        ]

    def warnings(self) -> tuple[str, ...]:
        """What of the pages could not be read, and what to do: sentences for the report."""
        lost = (f"{reason}: {remedy}" for reason, remedy in self._failures())
        poor = (
            f"page {number} is hard to read (recognised with a confidence of {confidence:.0%}): "
            f"{_BETTER}"
            for number, confidence in self._poor.items()
        )
        return (*lost, *poor)

    def check(self, pages: Iterable[PageWords]) -> None:
        """Refuse a document of which no page can be read.

        Raises:
            UnreadableFile: pages were not read, and no other page has words.
        """
        lost = {number for numbers in self._lost.values() for number in numbers}
        if lost and not any(page.words for page in pages if page.number not in lost):
            raise UnreadableFile(*self._failures()[0])
