"""A sentence as it is compared: its words without punctuation, their clauses, time and modality"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from service.entailment.clauses import Clause, read_clauses
from service.entailment.finite import is_finite
from service.entailment.operators import (
    ADVERBS,
    AUXILIARIES,
    CONNECTIVES,
    MODALS,
    NEGATIONS,
    SCOPE,
    TIMES,
)
from service.entailment.verbs import Form, form_of, may_be_past
from service.entailment.words import Word, is_amount

_NOT_FINITE = frozenset({"geweest", "geworden", "gehad", "gekund", "gemoeten"})


@dataclass(frozen=True, slots=True)
class Manner:
    """How a clause says what it says: in the past or not, which modal verbs, which of "zijn",
    "worden" and "hebben", and whether in the passive."""

    is_past: bool
    modals: tuple[str, ...]
    verbs: frozenset[str]
    has_participle: bool

    @property
    def is_passive(self) -> bool:
        """Whether it is a passive that "worden" makes."""
        return "worden" in self.verbs and self.has_participle

    def agrees(self, other: Manner) -> bool:
        """Whether both place the same in the same time, as fact or not."""
        if self.is_past != other.is_past or self.modals != other.modals:
            return False
        return self.has_participle or other.has_participle or self.verbs == other.verbs


@dataclass(slots=True)
class Reading:
    """`words` without marks; `of` is each one's clause, `before` the marks in front of it."""

    words: list[Word]
    of: list[int]
    before: list[str]
    clauses: list[Clause]
    finite: list[bool] = field(default_factory=list)
    _positions: dict[int, list[int]] = field(default_factory=dict)

    def within(self, clause: int) -> list[int]:
        """The positions of the words of a clause."""
        if not self._positions:
            for at, of in enumerate(self.of):
                self._positions.setdefault(of, []).append(at)
        return self._positions.get(clause, [])

    def is_participle(self, at: int) -> bool:
        """Whether a word is a participle that makes a tense or the passive."""
        word = self.words[at]
        if word.kind != "word" or form_of(word.folded) is not Form.PARTICIPLE or word.capital:
            return False
        return not at or not (
            self.words[at - 1].kind == "determiner" or is_amount(self.words[at - 1])
        )

    def is_verbal(self, at: int) -> bool:
        """Whether a word is a verb, as far as is seen."""
        after_te = at > 0 and self.words[at - 1].folded == "te"
        return (
            self.finite[at] or self.is_participle(at) or after_te or self._is_infinitive(at)
        )

    def _is_infinitive(self, at: int) -> bool:
        """Whether it ends a clause that has a modal verb, as infinitives do."""
        word, positions = self.words[at], self.within(self.of[at])
        if word.kind != "word" or word.capital or not word.folded.endswith("en"):
            return False
        if at != positions[-1] or not at or self.words[at - 1].kind in {
            "determiner", "preposition", "conjunction"
        }:
            return False
        return any(
            AUXILIARIES.get(self.words[place].folded, ("",))[0] in MODALS for place in positions
        )

    def is_scope(self, at: int) -> bool:
        """Whether a word says how much, how often or how surely something holds."""
        return self.words[at].folded in SCOPE

    def is_adverb(self, at: int) -> bool:
        """Whether a word may stand anywhere in its clause."""
        folded = self.words[at].folded
        return folded in ADVERBS or folded in CONNECTIVES or folded.endswith(("lijks", "weg"))

    def is_content(self, at: int) -> bool:
        """Whether a word says something by itself."""
        word = self.words[at]
        return word.kind in {"word", "number"} and word.folded not in CONNECTIVES

    def is_negated(self, clause: int) -> bool:
        """Whether a clause denies something."""
        return any(self.words[at].folded in NEGATIONS for at in self.within(clause))

    def manner(self, clause: int, verbs_in: Collection[int] = ()) -> Manner:
        """Time and modality of a clause; `verbs_in` are words that are known to be verbs."""
        positions = self.within(clause)
        helping = [
            (self.words[at].folded, *AUXILIARIES[self.words[at].folded])
            for at in positions if self.words[at].kind == "auxiliary"
        ]
        participle = any(map(self.is_participle, positions))
        past = any(time == "past" and form not in _NOT_FINITE for form, _, time in helping) or any(
            self.words[at].kind == "word" and (self.finite[at] or at in verbs_in)
            and form_of(self.words[at].folded) is Form.PAST for at in positions
        )
        # "Onderzocht" may be a participle, but not by itself.
        alone = not helping and any(
            at in verbs_in and may_be_past(self.words[at].folded) for at in positions
        )
        verbs = frozenset(verb for _, verb, _ in helping) - MODALS
        perfect = participle and bool(verbs & {"zijn", "hebben"}) and not self._is_to_be(positions)
        modals = tuple(sorted(verb for _, verb, _ in helping if verb in MODALS))
        return Manner(past or alone or perfect, modals, verbs, participle)

    def helping(self, clause: int) -> list[tuple[str, str]]:
        """The auxiliary verbs of a clause, each with its time."""
        return [
            AUXILIARIES[self.words[at].folded] for at in self.within(clause)
            if self.words[at].kind == "auxiliary"
            and self.words[at].folded not in _NOT_FINITE
        ]

    def _is_to_be(self, positions: Sequence[int]) -> bool:
        """Whether "zijn" and "hebben" stand only behind "te"."""
        return all(
            at > 0 and self.words[at - 1].folded == "te"
            for at in positions if AUXILIARIES.get(self.words[at].folded, ("",))[0]
            in {"zijn", "hebben"}
        )

    def nominals(self, clause: int) -> list[int]:
        """The nouns and their adjectives that no preposition goes before, in order: subject,
        object and predicate. Names of times are left out."""
        found, inside = [], False
        for at in self.within(clause):
            word = self.words[at]
            previous = self.words[at - 1] if at else None
            if word.kind == "preposition":
                inside = True
            elif inside and self.before[at] == "," and word.kind == "determiner":
                # In apposition, or the next of a list.
                continue
            elif word.kind in {"auxiliary", "pronoun"} or self.is_verbal(at) or self.before[at]:
                inside = inside and self.before[at] in {",", ""} and word.kind == "word"
                inside = inside and not self.is_verbal(at)
            elif previous is not None and inside and _ends_phrase(previous, word):
                inside = False
            if word.kind == "pronoun" and word.keys & {"@ik", "@wij"}:
                found.append(at)
            if inside or word.kind not in {"word", "number"}:
                continue
            if not (
                self.is_verbal(at) or self.is_adverb(at) or self.is_scope(at) or self._is_time(at)
            ):
                found.append(at)
        return found

    def _is_time(self, at: int) -> bool:
        """Whether a word belongs to the name of a time: de afgelopen jaren, 2 juni 2025."""
        for later in range(at, min(at + 4, len(self.words))):
            word = self.words[later]
            if word.folded in TIMES:
                return True
            if word.kind not in {"word", "number"} or (
                word.kind == "word" and not word.folded.endswith(("e", "en"))
            ):
                break
        if self.words[at].kind != "number" or not at:
            return False
        return self.words[at - 1].folded in TIMES or self.words[at - 1].folded in {"in", "sinds"}


def _ends_phrase(previous: Word, word: Word) -> bool:
    """Whether a word cannot go on with the phrase of the one before it."""
    if word.kind == "determiner":
        return previous.kind == "word"
    if previous.kind == "number":
        return word.kind == "word" and not is_amount(previous)
    is_attribute = previous.folded.endswith("e") or previous.capital
    return word.capital and previous.kind == "word" and not is_attribute


def read(words: Sequence[Word]) -> Reading:
    """The reading of a sentence whose words and marks are `words`."""
    clauses, of = read_clauses(words)
    kept, kept_of, before, finite, marks = [], [], [], [], ""
    for at, word in enumerate(words):
        if word.is_mark:
            marks += word.shown
            continue
        kept.append(word)
        kept_of.append(of[at])
        before.append(marks)
        finite.append(is_finite(words, at))
        marks = ""
    return Reading(kept, kept_of, before, clauses, finite)
