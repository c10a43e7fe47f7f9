"""Dutch compounds and their parts: gezondheidseffectrapportage → gezondheid, effect, rapportage.

The split is that of Koehn & Knight (2003, "Empirical Methods for Compound Splitting"): of all ways
to write a word as known words with linking morphemes between them, the one whose parts have the
highest geometric mean of frequencies, if that is higher than the word's own frequency.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache

from index.analyser import STOP_WORDS, stem
from index.lexicon import Lexicon

# Parts with their places, and the sum of the logarithms of their frequencies.
_Parts = tuple[tuple[int, str], ...]
_Way = tuple[float, _Parts]

_SHORTEST_PART = 4
_SHORT_PARTS = frozenset("bos dna eis gas lab mer weg wet zee".split())
_SHORTEST_COMPOUND, _LONGEST_COMPOUND = 7, 45
_MOST_PARTS = 4
_INFLECTIONS = ("en", "s", "e")
_LONGEST_INFLECTION = 3
_REMEMBERED = 200_000
_LINKS = ("", "s", "en", "e", "n")
# A long word is a compound even where it is frequent (vergunningverlening); a short one that
# Dutch or the letters have more often than this is a word by itself (maatregel, landbouw).
_LONG = 12
_LONG_WORD_POWER = 0.5
_FREQUENT = 5e-5

# Endings and prefixes that are words, or look like them, but make no compound: gezond+heid,
# ontwikke+ling, aange+boden. Stems of other languages' endings come with loan words.
_ENDING = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{0,2}(?:ing(?:en|s)?|(?:e?lijke?|lijks)(?:heid)?|end|ende|er?end|eren"
    r"|eerde?|isch|ische|sche|heids?|heden|baar|bare|zaam|zame|ante?n?|ati?es?|tie|tie[fv]e?n?"
    r"|iteit|iteiten|loos|loze|kunde|matige?|achtige?|stige?|waardi?ge?|waarts|aarde?|aardige?"
    r"|laars?|naars?|sters?|anders?|anderen)|schap.*"
)
_PARTICIPLE = re.compile(r"(?:aan|af|be|bij|door|in|mee|na|on|op|toe|uit|vast|voor|weg)ge")
_NO_MODIFIER = frozenset(
    """achter aller allen alles anti beneden bijvoor binnen boven buiten daar deze door elkaar
    geen heen hier hoog langs mede mits naar naast neder nederl niet omver onaf onder over rond
    samen teen tegen tegemoet terug uiteen vast verant verder volge voor vooraf voort vooruit waar
    weder weer welk zelf ander meer minder""".split()
)


class Splitter:
    """Splits folded words by a lexicon; remembers what it has split. Safe between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._best = lru_cache(maxsize=_REMEMBERED)(self._find_best)

    def split(self, word: str) -> tuple[str, ...]:
        """The parts of a compound in order, without linking morphemes; empty for any other word."""
        return tuple(part for _, part in self._best(word))

    def starts(self, word: str) -> tuple[int, ...]:
        """Where the parts of `word` begin, 0 first."""
        return tuple(start for start, _ in self._best(word)) or (0,)

    def _find_best(self, word: str) -> _Parts:
        """The parts with their starts; empty where the word is better left whole."""
        if not (_SHORTEST_COMPOUND <= len(word) <= _LONGEST_COMPOUND and word.isalpha()):
            return ()
        whole = self._lexicon.frequency(word)
        if len(word) < _LONG and whole > _FREQUENT * self._lexicon.size:
            return ()
        least = whole**_LONG_WORD_POWER if len(word) >= _LONG else whole
        best: _Parts = ()
        best_mean = math.log(least) if least else -math.inf
        for total, parts in self._ways(word):
            if total / len(parts) > best_mean:
                best_mean, best = total / len(parts), parts
        return best

    def _ways(self, word: str) -> Iterator[_Way]:
        """For each number of parts the best way: its sum of log frequencies, and its parts."""
        # What is known of word[:end], by end and number of parts; grows from left to right.
        before: dict[int, dict[int, _Way]] = {0: {0: (0.0, ())}}
        for start in range(len(word) - 2):
            if start not in before:
                continue
            for end in range(start + 3, len(word) - 2):
                found = self._modifier(word[start:end])
                if found is None:
                    continue
                for count, (total, parts) in before[start].items():
                    way = (total + found[0], (*parts, (start, found[1])))
                    known = before.setdefault(end, {})
                    if count + 1 < _MOST_PARTS and way[0] > known.get(count + 1, (-math.inf,))[0]:
                        known[count + 1] = way
            head = self._head(word[start:]) if start else None
            if head is not None:
                for total, parts in before[start].values():
                    yield total + head, (*parts, (start, word[start:]))

    def _modifier(self, text: str) -> tuple[float, str] | None:
        """The log frequency and base of a part before another one, its link taken off."""
        best = 0.0, ""
        for link in _LINKS:
            base = text[: len(text) - len(link)] if text.endswith(link) else ""
            if _may_be_part(base) and _may_lead(base):
                best = max(best, (self._lexicon.frequency(base), base))
        return (math.log(best[0]), best[1]) if best[0] > 0 else None

    def _head(self, text: str) -> float | None:
        """The log frequency of a last part; an inflection counts as its stem."""
        if not _may_be_part(text):
            return None
        frequency = self._lexicon.frequency(text)
        if not frequency:
            bases = filter(_may_be_part, map(text.removesuffix, _INFLECTIONS))
            frequency = max(map(self._lexicon.frequency, bases), default=0.0)
        if not frequency:
            base = stem(text)
            if len(base) >= _SHORTEST_PART and len(text) - len(base) <= _LONGEST_INFLECTION:
                frequency = self._lexicon.by_stem.get(base, 0.0)
        return math.log(frequency) if frequency > 0 else None


def _may_be_part(text: str) -> bool:
    return (
        (len(text) >= _SHORTEST_PART or text in _SHORT_PARTS)
        and text not in STOP_WORDS
        and not _ENDING.fullmatch(text)
    )


def _may_lead(text: str) -> bool:
    return text not in _NO_MODIFIER and not _PARTICIPLE.fullmatch(text)
