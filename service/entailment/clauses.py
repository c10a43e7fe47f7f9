"""The clauses of a Dutch sentence, and which of them govern which

A shallow reading by closed classes and the place of finite verbs, as in chunking (Abney 1991,
"Parsing by Chunks"). Where it does not see a boundary, what stands on both sides is one clause,
of which less may then be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.entailment.finite import SURELY_FINITE, is_finite, is_verbal
from service.entailment.operators import (
    AUXILIARIES,
    CONDITIONS,
    EMBEDDING,
    MODALS,
    PARTICLES,
    PREPOSITIONS,
    PURPOSES,
    REASONS,
    RELATIVES,
)
from service.entailment.verbs import Form, form_of
from service.entailment.words import Word

# What is left of a clause behind a relative one: an adverb and its participle.
_SHORT = 6


@dataclass(frozen=True, slots=True)
class Clause:
    """`kind` is "main", "condition", "embedded", "reason", "relative", "purpose", "result",
    "example" or "aside"; `parent` is the position of the clause that it stands in, or -1; `start`
    that of its first word."""

    kind: str
    parent: int
    start: int
    is_joined: bool = False


class _Reader:
    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.clauses: list[Clause] = []
        self.of_word: list[int] = []
        self._finite = [is_finite(words, at) for at in range(len(words))]
        self._edge = [
            word.is_mark or word.kind == "conjunction" or word.folded in _OPENING for word in words
        ]

    def _open(self, kind: str, parent: int, at: int, *, is_joined: bool = False) -> int:
        self.clauses.append(Clause(kind, parent, at, is_joined))
        return len(self.clauses) - 1

    def read(self) -> None:
        """Give each word its clause."""
        now = self._open("main", -1, 0)
        brackets: list[int] = []
        for at, word in enumerate(self.words):
            if word.shown == "(":
                brackets.append(now)
                now = self._open("aside", now, at)
            elif word.shown == ")" and brackets:
                self.of_word.append(now)
                now = brackets.pop()
                continue
            elif not brackets:
                now = self._next(at, now)
            self.of_word.append(now)

    def _next(self, at: int, now: int) -> int:
        word = self.words[at]
        kind = self._opened(at)
        if kind is not None:
            if at and self.words[at - 1].kind == "conjunction" and at > 1:
                before = self.clauses[now]
                if before.kind == kind:
                    return self._open(kind, before.parent, at, is_joined=True)
            return self._open(kind, now, at)
        if word.shown in {";", ":", ".", "–"}:
            return self._open("main", -1, at)
        if word.shown == ",":
            return self._after_comma(at, now)
        if self._ends_fronted(at, now) or self._ends_purpose(at, now):
            return self._main_of(now)
        if word.folded in {"en", "maar", "want", "dus"} and self._joins(at, now):
            before = self.clauses[now]
            # A dependent clause has its verb last: one that comes first begins a main clause.
            # One with "te" has no finite verb.
            ends = self._has_inversion(at + 1) or (
                before.kind == "purpose" and at + 1 < len(self.words) and self._finite[at + 1]
            )
            if before.parent >= 0 and before.kind != "aside" and ends:
                before = self.clauses[self._main_of(now)]
            return self._open(before.kind, before.parent, at, is_joined=True)
        return now

    def _has_inversion(self, at: int) -> bool:
        """Whether a finite verb and its subject follow, as in "en wordt de …"."""
        return self._finite[at] and at + 1 < len(self.words) and (
            self.words[at + 1].kind in {"determiner", "pronoun"} or self.words[at + 1].capital
        )

    def _main_of(self, clause: int) -> int:
        while self.clauses[clause].parent >= 0:
            clause = self.clauses[clause].parent
        return clause

    def _ends_fronted(self, at: int, now: int) -> bool:
        """Whether the main clause begins behind a dependent one without a comma: "Als dat zo is
        kunnen zij …"."""
        clause = self.clauses[now]
        is_fronted = clause.start == 0 and clause.kind in {"example", "condition", "reason"}
        return is_fronted and self._has_inversion(at) and (
            clause.kind == "example" or self._has_finite(now)
        )

    def _ends_purpose(self, at: int, now: int) -> bool:
        """Whether the main clause goes on with its verb behind "om … te …", without a comma: "Het
        advies om een commissaris in te stellen wordt …"."""
        return (
            self.clauses[now].kind == "purpose" and at > 1
            and self.words[at - 2].folded == "te" and self.words[at].folded in SURELY_FINITE
            and not self._has_finite(self._main_of(now))
        )

    def _resumes(self, at: int, now: int) -> bool:
        """Whether the clause around a relative one still waits for its participle, and what is
        behind a comma ends with one: "zijn de gesprekken, die zijn begonnen in 2022, afgerond"."""
        clause = self.clauses[now]
        if clause.kind != "relative" or self.words[clause.start - 1].shown != ",":
            return False
        around = [place for place, of in enumerate(self.of_word) if of == clause.parent]
        own = [place for place, of in enumerate(self.of_word) if of == now]
        waits = any(
            AUXILIARIES.get(self.words[place].folded, ("",))[0] in {"zijn", "worden", "hebben"}
            for place in around
        ) and not any(form_of(self.words[place].folded) is Form.PARTICIPLE for place in around)
        rest = [word for word in self.words[at + 1 :] if word.shown != "."]
        return (
            waits and 0 < len(rest) < _SHORT
            and any(form_of(self.words[place].folded) is Form.PARTICIPLE for place in own)
            and not any(word.is_mark or word.kind == "conjunction" for word in rest)
            and form_of(rest[-1].folded) is Form.PARTICIPLE
        )

    def _after_comma(self, at: int, now: int) -> int:
        clause = self.clauses[now]
        if clause.parent >= 0:
            if self._resumes(at, now):
                return clause.parent
            ended = at > 0 and self._may_end(at - 1)
            if at + 1 < len(self.words) and self._finite[at + 1]:
                is_over = ended or self._has_finite(now) or clause.kind == "purpose" or (
                    self.words[at + 1].folded in SURELY_FINITE
                    and not self._has_finite(self._main_of(now))
                )
                return self._main_of(now) if is_over else now
            if not ended:
                return now
            main = self._main_of(now)
            if self._has_finite(main) and self._begins_with_subject(at + 1):
                return self._open("main", -1, at, is_joined=True)
            return clause.parent
        if at + 1 < len(self.words) and self._edge[at + 1]:
            return now
        if self._has_finite(now) and self._piece_has_finite(at + 1):
            return self._open("main", -1, at, is_joined=True)
        return now

    def _may_end(self, at: int) -> bool:
        """Whether a clause may end with a word: with a verb, or what looks like one."""
        looks = self.words[at].folded.endswith("t") and self.words[at].kind == "word" and not (
            at and self.words[at - 1].kind in {"determiner", "preposition"}
        )
        return looks or is_verbal(self.words, at)

    def _begins_with_subject(self, at: int) -> bool:
        """Whether a pronoun and a finite verb follow."""
        following = self.words[at : at + 2]
        return len(following) == 2 and following[0].kind == "pronoun" and self._finite[at + 1]

    def _joins(self, at: int, now: int) -> bool:
        """Whether a conjunction joins clauses, not phrases."""
        if not self._has_finite(now) or not self._piece_has_finite(at + 1):
            return False
        if self._awaits_infinitive(now) and self._goes_on_with_infinitive(at + 1):
            return False
        return self.clauses[now].kind in {"main", "aside"} or is_verbal(self.words, at - 1)

    def _awaits_infinitive(self, clause: int) -> bool:
        """Whether a clause has a modal verb, to which an infinitive belongs."""
        return any(
            AUXILIARIES.get(word.folded, ("",))[0] in MODALS
            for word, of in zip(self.words, self.of_word, strict=False) if of == clause
        )

    def _goes_on_with_infinitive(self, start: int) -> bool:
        """Whether the first verb of a piece may be an infinitive: "en de raad worden gehoord"."""
        for at in range(start, len(self.words)):
            if self._finite[at]:
                return at > start and self.words[at].folded in {"worden", "zijn", "hebben"}
            if self._edge[at]:
                break
        return False

    def _has_finite(self, clause: int) -> bool:
        return any(
            finite and of == clause
            for finite, of in zip(self._finite, self.of_word, strict=False)
        )

    def _piece_has_finite(self, start: int) -> bool:
        for at in range(start, len(self.words)):
            if self._finite[at]:
                return True
            if at > start and self._edge[at]:
                return False
        return False

    def _opened(self, at: int) -> str | None:
        """The kind of dependent clause that begins here."""
        word, words = self.words[at].folded, self.words
        before = words[at - 1] if at else None
        if word in CONDITIONS:
            if word == "als" and self._is_like(at):
                return None
            return None if word == "mocht" and at else "condition"
        if word == "zover" and before is not None and before.folded == "voor":
            return "condition"
        if word in REASONS:
            return "reason"
        if word in PURPOSES:
            return "result"
        if word == "zoals":
            return "example"
        if word == "om":
            return "purpose" if self._has_te(at) else None
        if word == "of":
            return "embedded" if self._ends_finite(at) else None
        if word in {"die", "dat"}:
            return self._of_die(at)
        if word in RELATIVES and word not in {"wat", "wie"}:
            return "relative" if at else None
        if word in EMBEDDING and word != "hoeveel" and at:
            return "embedded"
        return None

    def _is_like(self, at: int) -> bool:
        """Whether "als" compares or lists: als adviseur, zowel … als."""
        before = [word.folded for word in self.words[max(0, at - 8) : at]]
        if "zowel" in before:
            return True
        end = at + 1
        while end < len(self.words) and not self.words[end].is_mark:
            end += 1
        last = self.words[end - 1]
        ends_with_verb = end - at > 3 and self._may_end(end - 1) and not (
            last.capital or form_of(last.folded) is Form.PARTICIPLE
        )
        return not (self._piece_has_finite(at + 1) or ends_with_verb)

    def _of_die(self, at: int) -> str | None:
        if not at:
            return None
        before = self.words[at - 1]
        if before.folded in PREPOSITIONS:
            # "Het RIVM geeft aan dat de …", but "op dat moment".
            goes_on = at + 1 < len(self.words) and self.words[at + 1].kind in {
                "determiner", "preposition", "pronoun"
            }
            return "embedded" if before.folded in PARTICLES and goes_on else None
        if before.shown == ",":
            ends_with_verb = at > 1 and is_verbal(self.words, at - 2)
            is_that = self.words[at].folded == "dat"
            return "embedded" if is_that and ends_with_verb else "relative"
        if self.words[at].folded == "die":
            return None if before.kind in {"auxiliary", "conjunction"} else "relative"
        nominal = before.capital or (
            at > 1 and self.words[at - 2].kind in {"determiner", "number"}
        )
        return "relative" if nominal and before.kind == "word" else "embedded"

    def _has_te(self, at: int) -> bool:
        for later in range(at + 1, min(at + 40, len(self.words))):
            word = self.words[later]
            if word.folded == "te":
                return True
            if word.shown in {";", ":"} or word.folded == "om" or self._finite[later]:
                return False
        return False

    def _ends_finite(self, at: int) -> bool:
        """Whether the piece behind "of" ends with its verb, as a dependent clause does."""
        before = self.words[at - 1] if at else None
        end = at + 1
        while end < len(self.words) and self.words[end].shown not in {",", ";", ":", "."} and not (
            self.words[end].folded == "en" and self._finite[end - 1]
        ):
            end += 1
        if end - at < 3:
            return before is not None and (before.is_mark or before.folded == "en")
        return any(self._finite[max(at + 1, end - 3) : end])


_OPENING = CONDITIONS | REASONS | PURPOSES | {"zoals", "om", "dat", "die", "of", "hoe"} | {
    word for word in RELATIVES if word.startswith("waar")
}


def read_clauses(words: Sequence[Word]) -> tuple[list[Clause], list[int]]:
    """The clauses of a sentence, and for each word the position of its clause."""
    reader = _Reader(words)
    reader.read()
    return reader.clauses, reader.of_word
