"""Dutch words and how often they occur: in the letters of an index, and in Dutch at large."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from index.analyser import STOP_WORDS, fold, stem

# How many running words of general Dutch the letters are set beside: a word of the letters that
# Dutch at large has once in a million words counts as if it had been read once more.
_GENERAL_WORDS = 1_000_000
_SHORTEST = 3


def read_general(path: Path) -> dict[str, float]:
    """The words of general Dutch in a file that `train-embedder` wrote, folded, with their natural
    log probability; none where there is no such file.

    Raises:
        ValueError: the file holds something else.
    """
    if not path.is_file():
        return {}
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
        return {fold(word): float(words[word]) for word in words if len(word) >= _SHORTEST}
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} holds no words with their log probability") from error


class Lexicon:
    """Word forms with their frequency: occurrences in the letters (`counts`) and, in proportion,
    in Dutch at large (`general`, natural log probabilities). Forms are folded."""

    def __init__(self, counts: Mapping[str, int], general: Mapping[str, float]) -> None:
        self.counts = counts
        self.general = general

    def frequency(self, form: str) -> float:
        """Occurrences of `form` in the letters and a million words of Dutch; 0 if unknown."""
        frequency = float(self.counts.get(form, 0))
        if form in self.general:
            frequency += _GENERAL_WORDS * math.exp(self.general[form])
        return frequency

    @cached_property
    def size(self) -> float:
        """The words that frequencies are out of."""
        return sum(self.counts.values()) + (_GENERAL_WORDS if self.general else 0)

    @cached_property
    def by_stem(self) -> Mapping[str, float]:
        """The frequency of each stem: that of its forms together."""
        frequencies: defaultdict[str, float] = defaultdict(float)
        for form in {**self.general, **self.counts}:
            if form not in STOP_WORDS:
                frequencies[stem(form)] += self.frequency(form)
        return frequencies
