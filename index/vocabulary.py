"""What an index knows of words: its lexicon, compounds and abbreviations.

Learned from the letters whenever a generation is built and kept with it, so that a question is
taken apart in the same way as the letters were.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from index.abbreviations import find_definitions, learn_abbreviations
from index.analyser import Terms, content_words, fold, stem
from index.compounds import Splitter
from index.embedding import BUNDLED_FOLDER
from index.lexicon import Lexicon, read_general
from index.spelling import Corrector
from index.thesaurus import Forms, bundled_thesaurus

_WITH_CAPITALS = re.compile(r"\b\w+[A-Z]\w*")
_GENERAL = BUNDLED_FOLDER / "words.json"
_A_COMMON_WORD = math.log(2e-5)
# An everyday form of more words explains the official one, and is no name for it.
_LONGEST_PHRASE = 3
# Dutch has taken over many an English word, but seldom so many in a row.
_ENGLISH_WORDS = 3


def written_with_capitals(text: str) -> set[str]:
    """The words of a question, folded, that are written as abbreviations are."""
    return {fold(match[0]) for match in _WITH_CAPITALS.finditer(text)}


def bundled_general() -> dict[str, float]:
    """Dutch at large: the words in the vocabulary of the model that ships here."""
    return read_general(_GENERAL)


class Vocabulary:
    """The words of one generation: `counts` of folded forms in its letters, natural log
    probabilities of `general` Dutch, the long forms of its `abbreviations`, and the `parts` of its
    compounds with their counts. Read-only and safe to share between threads."""

    def __init__(
        self, counts: Mapping[str, int], general: Mapping[str, float],
        abbreviations: Mapping[str, Sequence[str]], parts: Mapping[str, int],
    ) -> None:
        self._counts = counts
        self._general = general
        self._parts = parts
        self.abbreviations = abbreviations
        self._lexicon = Lexicon(counts, general)
        self._splitter = Splitter(self._lexicon)
        self._known_stems = {*self._lexicon.by_stem, *map(stem, parts)}
        self._own_stems = {*map(stem, counts), *map(stem, parts)}
        self._thesaurus = bundled_thesaurus()
        self._corrector = Corrector(Counter(counts) + Counter(parts))

    def part_terms(self, terms: Terms) -> list[str]:
        """The terms of a text once more with its compounds taken apart: its references, and the
        stems of the parts of compounds and of its other words, in order."""
        return [*terms.references, *self.part_stems(terms.forms)]

    def part_stems(self, forms: Iterable[str]) -> list[str]:
        """The stems of the parts of compounds, and of the other words themselves, in order."""
        return [stem(part) for form in forms for part in self._splitter.split(form) or (form,)]

    def definitions(self, text: str) -> Iterator[tuple[str, str]]:
        """Each abbreviation that `text` introduces, with its folded long form."""
        return find_definitions(text, self._splitter.starts)

    def correction(self, form: str) -> str | None:
        """The word of the letters that `form` is a misspelling of.

        None where the letters have the word, or a part of theirs, and where it is good Dutch:
        known from elsewhere, or made up of words that are.
        """
        return None if self._is_dutch(form) else self._corrector.correct(form)

    def _is_dutch(self, form: str) -> bool:
        return (
            stem(form) in self._known_stems
            or self._thesaurus.has_dutch(form)
            or bool(self._splitter.split(form))
        )

    def is_foreign(self, form: str) -> bool:
        """Whether `form` is known as an English word and not as a Dutch one."""
        return self._thesaurus.has_english(form) and not self._is_dutch(form)

    def has(self, form: str) -> bool:
        """Whether the letters have `form`, by itself or as parts of others."""
        own = self._own_stems
        return stem(form) in own or own.issuperset(self.part_stems((form,)))

    def knows(self, form: str) -> bool:
        """Whether `form` is a word of the letters, or known as a Dutch or an English one."""
        return self.has(form) or self._is_dutch(form) or self._thesaurus.has_english(form)

    def reads_as_english(self, forms: Sequence[str]) -> bool:
        """Whether folded words, none of them a function word, are more likely English than Dutch:
        half of them may be, and one is nothing else, or all of several may be."""
        english = sum(map(self._thesaurus.has_english, forms))
        if any(map(self.is_foreign, forms)):
            return 2 * english >= len(forms)
        return english == len(forms) >= _ENGLISH_WORDS

    def translations(self, forms: Sequence[str]) -> Iterator[list[Forms]]:
        """For each English word or phrase in `forms` the Dutch for it that the letters have."""
        return self._held(self._thesaurus.dutch_of(forms))

    def synonyms(self, forms: Sequence[str]) -> Iterator[list[Forms]]:
        """For each Dutch word or phrase in `forms` what else the letters may call it: everyday
        words by their official ones, and the other way round."""
        return self._held(self._thesaurus.everyday_and_official(forms))

    def _held(self, found: Iterable[list[Forms]]) -> Iterator[list[Forms]]:
        for others in found:
            held = [other for other in others if self._holds(other)]
            if held:
                yield held

    def _holds(self, forms: Forms) -> bool:
        """Whether the letters have all these words, by themselves or as parts of others."""
        return len(forms) <= _LONGEST_PHRASE and all(map(self.has, forms))

    def other_forms(self, forms: Sequence[str], capitals: Collection[str]) -> list[list[str]]:
        """The folded words of the long forms of the abbreviations in a question, and the other
        way round; `capitals` are those of its words that are written as an abbreviation is.

        A short form that is a common word as well counts only with its capitals: BIG, the
        register of professions, is not big.
        """
        stems = [stem(form) for form in forms]
        found: list[list[str]] = []
        for start, first in enumerate(stems):
            for written, meant in self._equivalents.get(first, ()):
                if tuple(stems[start : start + len(written)]) == written and (
                    len(written) > 1
                    or forms[start] in capitals
                    or self._general.get(forms[start], -math.inf) < _A_COMMON_WORD
                ):
                    found.append(meant)
        return found

    @cached_property
    def _equivalents(self) -> dict[str, list[tuple[tuple[str, ...], list[str]]]]:
        """What is written and what else it could be written as, by the first stem."""
        found: dict[str, list[tuple[tuple[str, ...], list[str]]]] = {}
        for short, longs in self.abbreviations.items():
            for long in longs:
                pair = content_words(short), content_words(long)
                for written, meant in (pair, pair[::-1]):
                    if written:
                        stems = tuple(stem(form) for form in written)
                        found.setdefault(stems[0], []).append((stems, meant))
        return found

    def write(self, path: Path) -> None:
        """Keep the vocabulary in `path`, as JSON."""
        content = {
            "counts": self._counts, "general": self._general,
            "abbreviations": self.abbreviations, "parts": self._parts,
        }
        path.write_text(json.dumps(content, ensure_ascii=False, sort_keys=True), encoding="utf-8")


def read_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary that was kept in `path`."""
    return Vocabulary(**json.loads(path.read_text(encoding="utf-8")))


def learn_vocabulary(texts: Sequence[str], general: Mapping[str, float]) -> Vocabulary:
    """The vocabulary of the letters whose passages are `texts`, beside `general` Dutch."""
    counts = Counter(form for text in texts for form in content_words(text))
    splitter = Splitter(Lexicon(counts, general))
    abbreviations = learn_abbreviations(texts, splitter.starts)
    parts = Counter[str]()
    for form, count in counts.items():
        for part in splitter.split(form):
            parts[part] += count
    return Vocabulary(counts, general, abbreviations, parts)
