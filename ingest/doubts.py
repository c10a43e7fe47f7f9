"""Words read with little certainty, read once more: apart and enlarged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.digits import has_digits_to_read
from ingest.montage import read_apart, without_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.hocr import Spelled
    from ingest.scan_image import Image

# Confidences: under which a word is doubted, and from which another reading is believed.
DOUBTED, _BELIEVED = 0.6, 0.8
# Of the type size: how near words on one line stand that may be one, read badly.
_BESIDE, _LEVEL, _SMALLER = 0.6, 0.1, 0.8


def _runs(words: Sequence[Spelled]) -> list[list[int]]:
    """The places of doubted words, those side by side together."""
    runs: list[list[int]] = []
    for at, word in enumerate(words):
        if word.confidence >= DOUBTED:
            continue
        before = words[at - 1]
        if runs and runs[-1][-1] == at - 1 and (
            abs(word.baseline - before.baseline) < _LEVEL * word.size
            and 0 <= word.letters[0].left - before.letters[-1].right < _BESIDE * word.size
        ):
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _is_smaller(word: Spelled, old: Spelled) -> bool:
    """Whether it is small print that was taken for a part of a line beside it."""
    return word.size < _SMALLER * old.size


def _is_believed(second: Sequence[Spelled], first: Sequence[Spelled]) -> bool:
    """Whether a second reading takes the place of the first.

    Raised digits, which are read apart, may be lost in it.
    """
    if not all(word.confidence >= _BELIEVED and word.is_text for word in second):
        return False
    may_lose = any(map(has_digits_to_read, first))
    return bool(second) and (not may_lose or all(_is_smaller(word, first[0]) for word in second))


def _in_line(word: Spelled, old: Spelled) -> Spelled:
    """A word with the baseline and type of the line that it was read in, unless it is smaller."""
    if _is_smaller(word, old):
        return word
    return replace(word, baseline=old.baseline, size=old.size, bold=old.bold)


def with_second_reading(
    words: Sequence[Spelled], image: Image, read: Callable[[Image], Sequence[Spelled]]
) -> list[Spelled]:
    """The words of `image`, in place of doubted ones what a second reading of them is sure of.

    `read` reads an image with lines of text.
    """
    runs = _runs(words)
    doubted = {at for run in runs for at in run}
    alone = without_words(image, [word for at, word in enumerate(words) if at not in doubted])
    parts = [[letter for at in run for letter in words[at].letters] for run in runs]
    found = {
        run[0]: [_in_line(word, words[run[0]]) for word in second]
        for run, second in zip(runs, read_apart(alone, parts, read), strict=True)
        if _is_believed(second, [words[at] for at in run])
    }
    replaced = {at for run in runs if run[0] in found for at in run}
    return [
        word
        for at, old in enumerate(words)
        for word in found.get(at, [] if at in replaced else [old])
    ]
