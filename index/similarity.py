"""How much of two letters is the same words: copies in two formats, versions, different letters"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.letter import Letter

_WORD = re.compile(r"\w+")
# Words in a row that are compared as one: long enough that official phrases weigh little.
_RUN = 5
# Of each letter this many runs, those with the smallest hashes, stand for all of them (a bottom-k
# sketch): of two letters with much in common they are largely the same ones.
_SKETCH = 64
# Joined words are looked for among this many; letters that differ in more are no copies.
_FEW = 60


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two letters have in common.

    `overlap` is the share of the shorter letter's runs of five words that the other has too;
    `differing` the share of words, of the longer letter, that only one of them has. `exchanged`
    counts words that one has where the other has others, which is what an edit does and reading
    another format does not: a word written as two in one of them does not count.
    """

    overlap: float
    differing: float
    exchanged: int


def words_of(letter: Letter) -> list[str]:
    """The words of a letter in order, as they are compared: without what formats differ in, which
    is case, white space, punctuation, and the digits that cite notes."""
    marks = sorted((at, at + len(note.number)) for note in letter.footnotes for at in note.anchors)
    parts, begin = [], 0
    for start, end in marks:
        parts.append(letter.text[begin:start])
        begin = end
    parts.append(letter.text[begin:])
    # Joined by nothing: a digit may stand within a word that goes on after it.
    return split_words("".join(parts))


def split_words(text: str) -> list[str]:
    """The words of a text, as `words_of` gives those of a letter."""
    return [word.lower() for word in _WORD.findall(text.replace("\u00ad", ""))]


def runs_of(words: Sequence[str]) -> NDArray[np.uint64]:
    """The different runs of five words as hashes, ascending; a shorter letter is one run."""
    if not words:
        return np.array([], dtype=np.uint64)
    hashed = np.array([crc32(word.encode()) for word in words], dtype=np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(hashed, min(_RUN, len(hashed)))
    hashes = np.zeros(len(windows), dtype=np.uint64)
    for column in windows.T:
        # The multiplier of splitmix64; products wrap around, as is meant.
        hashes = (hashes ^ column) * np.uint64(0xBF58476D1CE4E5B9)
        hashes ^= hashes >> np.uint64(29)
    return np.unique(hashes)


def sketch_of(words: Sequence[str]) -> list[int]:
    """The 64 smallest hashes of runs, or all where there are fewer."""
    smallest: list[int] = runs_of(words)[:_SKETCH].tolist()
    return smallest


def likeness(first: Sequence[str], second: Sequence[str]) -> Likeness:
    """What two letters, as their words, have in common."""
    runs, others = runs_of(first), runs_of(second)
    common = len(np.intersect1d(runs, others, assume_unique=True))
    shorter = min(len(runs), len(others))
    counts, other_counts = Counter(first), Counter(second)
    only_first = list((counts - other_counts).elements())
    only_second = list((other_counts - counts).elements())
    differing = max(len(only_first), len(only_second)) / max(len(first), len(second), 1)
    _drop_joined(only_first, only_second)
    _drop_joined(only_second, only_first)
    return Likeness(
        overlap=common / shorter if shorter else float(len(first) == len(second)),
        differing=differing,
        exchanged=min(len(only_first), len(only_second)),
    )


def _drop_joined(whole: list[str], parts: list[str]) -> None:
    """Take out each word of `whole` that is two words of `parts`, and those two; or one of them
    with the digit of a note stuck to it, and that one."""
    if len(parts) > _FEW:
        return
    for word in list(whole):
        bare = word.rstrip("0123456789")
        if bare and bare != word and bare in parts:
            whole.remove(word)
            parts.remove(bare)
            continue
        for cut in range(1, len(word)):
            left, right = word[:cut], word[cut:]
            if left in parts and right in parts and (left != right or parts.count(left) > 1):
                whole.remove(word)
                parts.remove(left)
                parts.remove(right)
                break
