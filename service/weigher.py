"""How far a text meets the words of a question: as they stand, in part, or in another form."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from index.analyser import analyse, content_words, ngrams_of, stem
from index.snapshot import Snapshot
from index.vocabulary import Vocabulary, written_with_capitals
from service.defining import asked_what
from service.language import Language
from service.question import Question, names_in

# What a term counts that is met by another form of it (a long form, a correction), by a synonym or
# translation, or by a part or a longer word only.
OTHER_FORM, OTHER_WORD, PARTIAL = 0.9, 0.7, 0.7
_SIMILAR = 0.6
# Of so many letters a word is taken for a part of another.
_LONG = 5


_Other = tuple[float, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Term:
    """A word of the question: its stem, the stems of its parts where it is a compound, and for
    each other way to say it what that counts, and its stems."""

    stem: str
    weight: float
    parts: tuple[str, ...] = ()
    others: tuple[_Other, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """The stems of a text, those of `_LONG` letters and more, also as one string to look in, those
    of the parts of its compounds, and its n-grams."""

    words: frozenset[str]
    long: tuple[str, ...]
    in_one: str
    parts: frozenset[str]
    ngrams: frozenset[str] = field(repr=False)


class Weigher:
    """Weighs texts against one question; terms weigh by their rarity in the index."""

    def __init__(self, question: Question, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._vocabulary = snapshot.vocabulary
        self._language = question.language
        terms: dict[str, _Term] = {}
        for term in self._terms(question.core, 1.0):
            terms.setdefault(term.stem, term)
        self.core = frozenset(terms)
        for text, weight in question.background:
            for term in self._terms(text, weight):
                # What no letter speaks of is chatter around the question, not part of it.
                if snapshot.lexical.document_frequency(term.stem):
                    known = terms.get(term.stem)
                    if known is None or known.weight < term.weight:
                        terms[term.stem] = term
        self._by_stem = terms
        # What the question asks to be told what it is, if that is what it asks.
        self.asked_what = asked_what(question.core)
        self.weights: Mapping[str, float] = {key: term.weight for key, term in terms.items()}
        self.total = sum(self.weights.values()) or 1.0
        # Of the names in the question those that the letters know at all.
        self.names = frozenset(
            key for name in names_in(question.core) for key in map(stem, content_words(name))
            if key in terms and snapshot.lexical.document_frequency(key)
        )
        self._told = frozenset(analyse(question.told).words)
        self._met: dict[str, Mapping[str, float]] = {}

    def _terms(self, text: str, weight: float) -> list[_Term]:
        terms = analyse(text)
        found = [_Term(key, weight * self._rarity(key)) for key in terms.references]
        others = _others(text, terms.forms, self._vocabulary, self._language)
        for form in terms.forms:
            key = stem(form)
            parts = tuple(self._vocabulary.part_stems([form]))
            found.append(
                _Term(
                    key, weight * self._rarity(key), parts if len(parts) > 1 else (),
                    tuple(others.get(key, ())),
                )
            )
        return found

    def _rarity(self, term: str) -> float:
        frequency = self._snapshot.lexical.document_frequency(term)
        return math.log(1 + (self._snapshot.size - frequency + 0.5) / (frequency + 0.5))

    def meets(self, text: str) -> Mapping[str, float]:
        """How far each question term is met by `text`, 0 to 1."""
        # A passage and a title are the surroundings of many sentences.
        met = self._met.get(text)
        if met is None:
            words = words_of(text, self._vocabulary)
            met = {key: _met(term, words) for key, term in self._by_stem.items()}
            self._met[text] = met
        return met

    def share_told(self, text: str) -> float:
        """The share of the words of `text` that the previous answer held already, 0 to 1."""
        words = words_of(text, self._vocabulary).words
        return len(words & self._told) / max(1, len(words))

    def share(self, met: Mapping[str, float]) -> float:
        """The share of the question's weight that is met, 0 to 1."""
        return sum(self.weights[term] * part for term, part in met.items()) / self.total

    def share_of_core(self, met: Mapping[str, float]) -> float:
        """The same of what is asked itself, without the conversation or e-mail around it."""
        total = sum(self.weights[term] for term in self.core)
        return sum(self.weights[term] * met[term] for term in self.core) / (total or 1.0)


def _others(
    text: str, forms: Sequence[str], vocabulary: Vocabulary, language: Language
) -> dict[str, list[_Other]]:
    """By stem, what else the letters may call it: its long form, the word that was meant, a
    synonym, or the Dutch for it."""
    capitals = written_with_capitals(text)
    meant = vocabulary.translations if language == "en" else vocabulary.synonyms
    found: dict[str, list[_Other]] = {}
    for form in dict.fromkeys(forms):
        others = [(OTHER_FORM, other) for other in vocabulary.other_forms([form], capitals)]
        others += [(OTHER_WORD, list(other)) for group in meant([form]) for other in group]
        # A long e-mail in another language is no list of typing errors.
        correction = vocabulary.correction(form) if language == "nl" else None
        if correction is not None:
            others.append((OTHER_FORM, [correction]))
        found[stem(form)] = [(value, tuple(map(stem, other))) for value, other in others]
    return found


# The sentences of an index are weighed again for every question that finds them.
@lru_cache(maxsize=20_000)
def words_of(text: str, vocabulary: Vocabulary) -> _Words:
    """What terms are looked for in."""
    terms = analyse(text)
    words = frozenset(terms.words)
    long = tuple(word for word in words if len(word) >= _LONG)
    return _Words(
        words, long, "\n".join(long), frozenset(vocabulary.part_terms(terms)),
        frozenset(terms.ngrams),
    )


@lru_cache(maxsize=5_000)
def _grams(term: str) -> list[str]:
    return ngrams_of(term)


def _met(term: _Term, text: _Words) -> float:
    if term.stem in text.words:
        return 1.0
    others = [value * _share_of(stems, text) for value, stems in term.others]
    # No more is to be had of what follows than of this.
    if term.stem in text.parts:
        return max(*others, PARTIAL) if others else PARTIAL
    return max(
        *others, PARTIAL * _share_of(term.parts, text), PARTIAL * _similarity(term.stem, text)
    )


def _share_of(stems: Sequence[str], text: _Words) -> float:
    found = sum(one in text.words or one in text.parts for one in stems)
    return found / len(stems) if stems else 0.0


def _similarity(term: str, text: _Words) -> float:
    """How much of a long word stands in one of the text's, 0 where it is not most of it."""
    if len(term) < _LONG or not term.isalpha():
        return 0.0
    if term in text.in_one or any(map(term.__contains__, text.long)):
        return 1.0
    grams = _grams(term)
    shared = sum(map(text.ngrams.__contains__, grams)) / len(grams) if grams else 0.0
    return shared if shared >= _SIMILAR else 0.0
