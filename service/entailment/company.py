"""What each word of a claim belongs to: its noun, its verb, and what it denies or counts"""

from __future__ import annotations

from service.entailment.alignment import Alignment
from service.entailment.operators import LEADING, NEGATIONS, PARTICLES, TIMES
from service.entailment.reading import Reading
from service.entailment.words import is_amount

_OFTEN = frozenset({"vaak", "soms", "regelmatig", "meestal"})
_POINTING = frozenset({"het", "dit", "dat", "deze", "die"})


def fault(claim: Reading, sentence: Reading, found: Alignment) -> str | None:
    """None when the words of a claim belong to what they belong to in the sentence, or the first
    that does not."""
    company = _Company(claim, sentence, found)
    return (
        company.changed_company() or company.moved_phrase() or company.changed_comparison()
    )


class _Company:
    def __init__(self, claim: Reading, sentence: Reading, found: Alignment) -> None:
        self._claim = claim
        self._sentence = sentence
        self._found = found

    def changed_company(self) -> str | None:
        """A word that determines, counts, limits or denies another than it did."""
        words = self._claim.words
        for at, word in enumerate(words):
            to = self._found.to[at]
            if to is None or not self._determines(at):
                continue
            if word.folded in NEGATIONS - {"geen"} or self._moves(at):
                is_kept = self._denies_alike(at, to)
            else:
                is_kept = self._leads_to_same(at, to)
            if not is_kept or self._numbers_another(at, to):
                return f"in the quotation ‘{word.shown}’ belongs to something else"
        return None

    def _numbers_another(self, at: int, to: int) -> bool:
        """Whether a number behind a noun stands behind another: "factsheet 1, bijlage 5"."""
        words = self._sentence.words
        if self._claim.words[at].kind != "number" or not to or not self._ends(self._sentence, to):
            return False
        numbers = words[to - 1].kind == "word" and not self._sentence.before[to] and not (
            self._sentence.is_verbal(to - 1) or self._sentence.is_adverb(to - 1)
        )
        return numbers and (at == 0 or self._found.to[at - 1] != to - 1)

    def _determines(self, at: int) -> bool:
        """Whether a word says something of the one behind it."""
        word = self._claim.words[at]
        if word.folded in _POINTING and (self._stands_alone(at) or self._opens_clause(at)):
            return False
        if word.kind == "determiner" or is_amount(word) or word.folded in LEADING:
            return True
        if word.folded in TIMES and not self._ends(self._claim, at):
            return self._claim.words[at + 1].kind == "number"
        if word.kind == "preposition":
            to = self._found.to[at]
            if self._opens_purpose(at):
                return False
            return to is None or not (
                self._is_stranded(self._claim, at) and self._is_stranded(self._sentence, to)
            )
        if word.kind == "conjunction" and word.folded in {"en", "of"}:
            begins = self._claim.within(self._claim.of[at])[0] == at
            to = self._found.to[at]
            begun = to is not None and self._sentence.within(self._sentence.of[to])[0] == to
            return not (begins or begun or self._ends(self._claim, at))
        if word.kind != "word" or self._claim.is_verbal(at):
            return False
        to = self._found.to[at]
        if to is None or self._ends(self._sentence, to):
            return False
        following = self._sentence.words[to + 1]
        if following.kind != "word" or self._sentence.is_verbal(to + 1):
            return False
        if self._sentence.is_adverb(to + 1) or self._compares(to + 1):
            return False
        if word.capital and not word.first:
            behind = self._claim.words[at + 1 : at + 2]
            return bool(behind) and behind[0].capital
        return (
            word.folded.endswith("e") and not word.folded.endswith("ie") and len(word.folded) > 3
        )

    def _compares(self, at: int) -> bool:
        """Whether it is the "langer" of "langer dan"."""
        words = self._sentence.words
        return words[at].folded.endswith("er") and at + 1 < len(words) and (
            words[at + 1].folded == "dan"
        )

    def _opens_purpose(self, at: int) -> bool:
        """Whether it is "om", to which "te" belongs."""
        clause = self._claim.of[at]
        return (
            self._claim.words[at].folded == "om" and self._claim.clauses[clause].kind == "purpose"
            and self._claim.within(clause)[0] == at
        )

    def _opens_clause(self, at: int) -> bool:
        """Whether it is the "die" or "dat" that a dependent clause begins with, of the same noun or
        verb."""
        to = self._found.to[at]
        if to is None or not at or not to:
            return False
        own, others = self._claim.of[at], self._sentence.of[to]
        opens = self._claim.within(own)[0] == at < self._claim.within(own)[-1]
        return (
            opens and self._sentence.within(others)[0] == to
            and self._found.to[at - 1] == to - 1
            and self._claim.clauses[own].kind == self._sentence.clauses[others].kind
            and self._claim.clauses[own].kind in {"relative", "embedded"}
            and not any(map(self._claim.is_scope, self._claim.within(own)))
        )

    def _stands_alone(self, at: int) -> bool:
        """Whether "het" or "dit" is a pronoun, in the claim as in the sentence."""
        to = self._found.to[at]
        return to is not None and all(
            reading.is_adverb(place + 1) or self._is_free(reading, place + 1)
            for reading, place in ((self._claim, at), (self._sentence, to))
            if place + 1 < len(reading.words)
        )

    def _ends(self, reading: Reading, at: int) -> bool:
        # What stands in brackets goes on with what is before or behind them.
        return at + 1 >= len(reading.words) or bool(reading.before[at + 1].strip("()"))

    def _is_stranded(self, reading: Reading, at: int) -> bool:
        """Whether a preposition has its noun elsewhere, or is part of a verb."""
        if self._ends(reading, at):
            return True
        word, following = reading.words[at], reading.words[at + 1]
        return word.folded in PARTICLES | {"over", "van", "mee"} and (
            following.kind in {"auxiliary", "preposition", "conjunction"}
            or reading.is_verbal(at + 1)
        )

    def _moves(self, at: int) -> bool:
        """Whether a word of degree or frequency has the verb to itself, wherever it stands."""
        return self._claim.is_adverb(at) and self._claim.is_scope(at)

    def _leads_to_same(self, at: int, to: int) -> bool:
        """Whether what stands behind a word of the claim stands behind it in the sentence, but
        for words left out."""
        if self._ends(self._claim, at):
            return self._ends(self._sentence, to) or self._is_free(self._sentence, to + 1)
        following = self._found.to[at + 1]
        if following is None:
            return False
        if following <= to:
            return self._is_free(self._claim, at + 1) and (
                self._ends(self._sentence, to) or self._is_free(self._sentence, to + 1)
            ) and self._claim.words[at].kind not in {"determiner", "preposition"}
        return all(self._found.back[between] is None for between in range(to + 1, following))

    def _is_free(self, reading: Reading, at: int) -> bool:
        """Whether a word belongs to its clause as a whole: verbs, and where phrases begin."""
        if at >= len(reading.words):
            return True
        word = reading.words[at]
        if reading.is_scope(at) or word.kind in {"determiner", "number"}:
            return False
        return (
            word.kind in {"auxiliary", "preposition", "conjunction", "particle", "pronoun"}
            or reading.is_verbal(at) or bool(reading.before[at])
        )

    def _denies_alike(self, at: int, to: int) -> bool:
        """Whether a denial or degree stands before the same word, or before what is no part of
        any phrase, in the same clause."""
        following = None if self._ends(self._claim, at) else self._found.to[at + 1]
        if following == to + 1:
            return True
        others = self._scopes(self._sentence, self._sentence.of[to])
        if self._claim.words[at].folded in _OFTEN and at + 1 < len(self._claim.words) and (
            self._claim.finite[at + 1] and to > 0 and self._sentence.finite[to - 1]
            and others == 1
        ):
            return True
        follows_same = at > 0 and to > 0 and self._found.to[at - 1] == to - 1
        if self._claim.words[at].folded not in NEGATIONS and others > 1 and not follows_same:
            return False
        return self._is_free_behind(self._claim, at) and self._is_free_behind(self._sentence, to)

    def _is_free_behind(self, reading: Reading, at: int) -> bool:
        return self._ends(reading, at) or self._is_free(reading, at + 1)

    def _scopes(self, reading: Reading, clause: int) -> int:
        return sum(map(reading.is_scope, reading.within(clause)))

    def moved_phrase(self) -> str | None:
        """A phrase behind a noun, which stood behind another noun."""
        for at, word in enumerate(self._claim.words):
            to = self._found.to[at]
            if word.kind != "preposition" or to is None or not self._is_noun(self._claim, at - 1):
                continue
            earlier = self._found.to[at - 1]
            if self._opens_purpose(at) or (
                earlier is not None and self._sentence.is_verbal(earlier)
            ):
                continue
            before = to - 1
            while before >= 0 and self._found.back[before] is None:
                before -= 1
            if before < 0 or before == self._found.to[at - 1]:
                continue
            if self._is_noun(self._sentence, before) and not self._sentence.before[to]:
                return f"in the quotation ‘{word.shown}’ belongs to something else"
        return None

    def _is_noun(self, reading: Reading, at: int) -> bool:
        """Whether a word is a noun that a phrase may belong to."""
        if at < 0 or reading.words[at].kind != "word" or reading.before[at + 1]:
            return False
        return not (
            reading.is_verbal(at) or reading.is_adverb(at) or reading.is_scope(at)
            or reading.words[at].folded in TIMES
        )

    def changed_comparison(self) -> str | None:
        """Words on the other side of "dan"."""
        sides = [_behind_than(reading) for reading in (self._claim, self._sentence)]
        for at, to in enumerate(self._found.to):
            if to is not None and self._matters(at) and (at in sides[0]) != (to in sides[1]):
                return "the claim compares otherwise than the quotation"
        return None

    def _matters(self, at: int) -> bool:
        return self._claim.is_content(at) or self._claim.is_scope(at)


def _behind_than(reading: Reading) -> frozenset[int]:
    """The words that stand behind "dan" in its clause, where something is compared."""
    found = set()
    for clause in range(len(reading.clauses)):
        positions = reading.within(clause)
        for number, at in enumerate(positions):
            amounts = at + 1 < len(reading.words) and is_amount(reading.words[at + 1])
            if reading.words[at].folded == "dan" and not amounts and any(
                reading.words[before].folded.endswith(("er", "ers"))
                for before in positions[:number]
            ):
                found.update(positions[number + 1 :])
    return frozenset(found)
