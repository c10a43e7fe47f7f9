"""How much of two letters is the same: copies in two formats, versions, different letters"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from index.wording import SHORT, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from rapidfuzz.distance import Editop

    from index.wording import Wording

_WORD = re.compile(r"\w+")
# Words in a row that are compared as one: long enough that official phrases weigh little.
_RUN = 5
# Of each letter this many runs, those with the smallest hashes, stand for all of them (a bottom-k
# sketch): of two letters with much in common they are largely the same ones.
_SKETCH = 64
_NEGATIONS = ("niet", "geen", "nooit", "noch", "zonder", "nimmer", "niemand", "nergens")
# What recognition takes for a digit, or a digit for; another digit is an edit.
_LOOK_ALIKES = str.maketrans("oqilzsbg", "00112586")
# Of a repeated head of a table or page, and of a line of the letterhead within other text, the
# least letters and digits; an answer such as "Ja." is shorter.
_LEAST_REPEATED = 8
# Of recognised text: the least share of a sentence's characters that must be right, and the most
# wrong ones in a row. Recognition takes one letter for another; who edits puts in a word.
_LEAST_RIGHT = 0.9
_MOST_WRONG_IN_A_ROW = 3
# By so many characters the place of a sentence found in another text may be off.
_SHIFT = 4
# Two spellings of one word, where a reader went wrong, have at least this in common (0 to 1).
_SAME_WORD = 0.6


@dataclass(frozen=True, slots=True)
class Difference:
    """In what two letters differ: the first sentences that only one of them has, at most two of
    each."""

    only_first: tuple[str, ...]
    only_second: tuple[str, ...]

    def is_a_misreading(self) -> bool:
        """Whether it is one sentence, the same but for the spelling of a word, which a reader may
        have got wrong: no digit and no negation."""
        if len(self.only_first) != 1 or len(self.only_second) != 1:
            return False
        first, second = split_words(self.only_first[0]), split_words(self.only_second[0])
        apart = [pair for pair in zip(first, second, strict=False) if pair[0] != pair[1]]
        return len(first) == len(second) and len(apart) == 1 and _is_misspelt(*apart[0])


def _is_misspelt(first: str, second: str) -> bool:
    from rapidfuzz.distance import Levenshtein

    if any(map(str.isdigit, first + second)) or _negations(first) != _negations(second):
        return False
    return Levenshtein.normalized_similarity(first, second) >= _SAME_WORD


def difference(
    first: Wording, second: Wording, *, recognised: bool = False, repeats: bool = False
) -> Difference | None:
    """In what two letters differ, or None where they are the same: each sentence of each stands in
    the other, compared by letters and digits, wherever it stands and however it is cut.

    With `recognised` (one of them was read by optical character recognition) single letters of a
    sentence may be wrong, but no digit (unless it was taken for a letter) and no negation. With
    `repeats` what does not end as a sentence need not stand in both as often, and lines of the
    letterhead may stand amid a sentence: the heads of tables and pages, which one format repeats on
    every page. Letters without sentences are the same where all else is.
    """
    if first.whole == second.whole:
        return None
    if not first.sentences or not second.sentences:
        return Difference(first.rest[:1], second.rest[:1])
    only_first = tuple(islice(_lacking(first, second, recognised, repeats), 2))
    only_second = tuple(islice(_lacking(second, first, recognised, repeats), 2))
    return Difference(only_first, only_second) if only_first or only_second else None


def _lacking(
    letter: Wording, other: Wording, recognised: bool, repeats: bool
) -> Iterator[str]:
    """The sentences of a letter that another one lacks."""
    for at, (_, text) in enumerate(letter.sentences):
        key = letter.keys[at]
        if not (
            not other.lacks(letter, at)
            or (repeats and _is_repeated(text, key, other))
            or (recognised and _is_recognised_in(key, other.whole))
        ):
            yield text


def _is_repeated(text: str, key: str, other: Wording) -> bool:
    """Whether what stands as a sentence says nothing that another letter does not, and is no
    sentence that only stands there less often."""
    is_prose = text.endswith((".", "?", "!"))
    if len(key) >= _LEAST_REPEATED and other.numbers[key] and not is_prose:
        return True
    rest = key
    for line in sorted(map(key_of, other.rest), key=len, reverse=True):
        if len(line) >= _LEAST_REPEATED:
            rest = rest.replace(line, "")
    if rest == key and is_prose:
        return False
    return not rest or (len(rest) >= SHORT and rest in other.body)


def _is_recognised_in(key: str, whole: str) -> bool:
    """Whether a sentence stands in a text but for a letter here and there."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.fuzz import partial_ratio_alignment

    found = partial_ratio_alignment(key, whole, score_cutoff=100 * _LEAST_RIGHT)
    if found is None or found.src_end - found.src_start < len(key):
        return False
    # What is found is as long as the sentence, and what stands there may not be.
    stretches = [
        whole[max(0, found.dest_start + first) : found.dest_end + last]
        for first, last in product(range(-_SHIFT, _SHIFT + 1), repeat=2)
    ]
    alike = [Levenshtein.normalized_similarity(key, stretch) for stretch in stretches]
    return any(
        _is_misreading(key, stretch)
        for stretch, share in zip(stretches, alike, strict=True) if share == max(alike)
    )


def _is_misreading(key: str, there: str) -> bool:
    """Whether all differences of two sentences are of single letters."""
    from rapidfuzz.distance import Levenshtein

    if _negations(there) != _negations(key):
        return False
    wrong, last = 0, -2
    for change in Levenshtein.editops(key, there):
        if not _may_be_misread(change, key, there):
            return False
        wrong = wrong + 1 if change.src_pos - last <= 2 else 1
        last = change.src_pos
        if wrong > _MOST_WRONG_IN_A_ROW:
            return False
    return True


def _may_be_misread(change: Editop, key: str, there: str) -> bool:
    """Whether a change concerns no digit, or one that looks like the letter in its place."""
    was = "" if change.tag == "insert" else key[change.src_pos]
    now = "" if change.tag == "delete" else there[change.dest_pos]
    if not (was.isdigit() or now.isdigit()):
        return True
    return was.translate(_LOOK_ALIKES) == now.translate(_LOOK_ALIKES)


def _negations(text: str) -> list[int]:
    return [text.count(one) for one in _NEGATIONS]


def split_words(text: str) -> list[str]:
    """The words of a text, lower-cased, without punctuation and soft hyphens."""
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


def sketch_of(runs: NDArray[np.uint64]) -> list[int]:
    """The 64 smallest hashes of runs, or all where there are fewer."""
    smallest: list[int] = runs[:_SKETCH].tolist()
    return smallest


def overlap(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> float:
    """The share of the shorter letter's runs of five words that the other has too, from 0 to 1."""
    shorter = min(len(first), len(second))
    if not shorter:
        return float(len(first) == len(second))
    return len(np.intersect1d(first, second, assume_unique=True)) / shorter
