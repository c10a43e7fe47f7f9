"""Typing errors in a question: a word that no letter has becomes the one that was meant.

Distance is restricted Damerau-Levenshtein (insertion, deletion, substitution, and two neighbours
swapped; Damerau 1964, "A technique for computer detection and correction of spelling errors"). The
first letter is taken to be right, as it mostly is (Yannakoudakis & Fawthrop 1983, "The rules of
spelling errors"). Most Dutch words have another one so near that is no misspelling of it
(pillen/pollen, uitzoeken/uitvoeren), so that besides the distance the writing or the sound must
agree but for one letter too many or too few, or two swapped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

_SHORTEST = 4
_LONG, _VERY_LONG = 8, 11
_LONGEST = 60

# Spellings of one sound, in this order.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ch|gh", "g"), ("ph", "f"), ("th", "t"), ("qu", "kw"), ("x", "ks"), ("ei|ey", "ij"),
        ("ou", "au"), ("y", "i"), ("c(?=[eiy])|z", "s"), ("[cq]", "k"), ("v", "f"),
        ("d(?=t?$)", "t"), ("ie", "i"), (r"(.)\1+", r"\1"),
    )
)


def distance_allowed(word: str) -> int:
    """How many errors a word may have: none below 4 letters or with digits, 1 up to 7, else 2."""
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
        return 0
    return 2 if len(word) >= _LONG else 1


def sound_of(word: str) -> str:
    """A folded word in a spelling that follows its sound: onderzogt, onderzocht → ondersogt."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


class Corrector:
    """Corrects towards the words of an index, `frequencies` of folded forms."""

    def __init__(self, frequencies: Mapping[str, float]) -> None:
        self._frequencies = frequencies
        self._by_shape: dict[tuple[str, int], list[str]] = {}
        for word in sorted(frequencies):
            if distance_allowed(word):
                self._by_shape.setdefault((word[0], len(word)), []).append(word)

    def correct(self, word: str) -> str | None:
        """The word most likely meant: the nearest in sound, then in writing, then the most
        frequent. None if none is near."""
        # Imported in this file alone, and not before there is an error.
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract_iter

        allowed = distance_allowed(word)
        if not allowed:
            return None
        sound = sound_of(word)
        near = []
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            candidates = self._by_shape.get((word[0], length), ())
            for candidate, distance, _ in extract_iter(
                word, candidates, scorer=OSA.distance, score_cutoff=allowed
            ):
                apart = min(
                    _distance(sound, sound_of(candidate)), _distance(word, candidate)
                )
                if apart <= 1:
                    near.append((apart, distance, -self._frequencies[candidate], candidate))
        return min(near)[-1] if near else None


def _distance(one: str, other: str) -> float:
    """0 for the same; 1 for one letter more or less, two swapped, or, in a word so long that
    hardly another is near, one letter for another; infinite for anything else."""
    from rapidfuzz.distance import OSA

    distance = OSA.distance(one, other, score_cutoff=1)
    replaced = distance == 1 and len(one) == len(other) and sorted(one) != sorted(other)
    if distance > 1 or (replaced and len(one) < _VERY_LONG):
        return math.inf
    return distance
