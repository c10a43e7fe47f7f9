"""What a claim may leave out of a sentence so that the sentence still says it

Leaving words out is safe where it only makes a claim weaker: natural logic's monotonicity
(MacCartney & Manning 2007, "Natural Logic for Textual Inference"). Nothing else is left out: a
restriction, a condition, a source, a denial or a degree stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.entailment.alignment import Alignment
from service.entailment.operators import ARTICLES, CONNECTIVES, NEGATIONS, SCOPE
from service.entailment.phrases import Phrases
from service.entailment.reading import Reading

# A dependent clause of these kinds adds to what it stands in.
_ADDING_CLAUSES = frozenset({"main", "reason", "purpose", "result", "example"})
# What a dependent clause of these kinds says does not hold by itself.
_DEPENDENT = frozenset({"embedded", "condition", "purpose", "result", "example"})
_FACTIVE = frozenset({"blijkt", "bleek", "blijken"})
_DENYING = frozenset(
    """weigert weigeren geweigerd verbiedt verbieden verboden voorkomt voorkomen ontkent ontkennen
    vermijdt vermijden verhindert verhinderen ontraadt ontraden afgewezen verworpen""".split()
)
_POINTING = frozenset("hieruit daaruit hiermee".split())
_SOURCES = frozenset({"volgens", "blijkens", "aldus"})


def fault(
    sentence: Reading, found: Alignment, lent: frozenset[int] = frozenset()
) -> str | None:
    """None when what the claim leaves out of a sentence may go, or the reason why it may not.

    `lent` are words that are kept for the sake of another clause than their own: the subject of
    one that "en" joins, the antecedent of a relative clause.
    """
    return _Omissions(sentence, found, lent).fault()


class _Omissions:
    def __init__(self, sentence: Reading, found: Alignment, lent: frozenset[int]) -> None:
        self._own = sentence
        self._lent = lent
        self._kept = [place is not None for place in found.back]
        self._phrases = Phrases(sentence, self._kept)
        self._clauses = range(len(sentence.clauses))
        self._alive = [self._is_alive(clause) for clause in self._clauses]

    def _is_alive(self, clause: int) -> bool:
        return any(
            self._kept[at] and at not in self._lent for at in self._own.within(clause)
            if self._own.is_content(at) or self._own.words[at].kind == "pronoun"
        )

    def _words(self, positions: list[int]) -> str:
        return " ".join(self._own.words[at].shown for at in positions)

    def fault(self) -> str | None:
        for clause in self._clauses:
            positions = self._own.within(clause)
            if not any(self._own.is_content(at) for at in positions):
                continue
            problem = self._of_live(clause) if self._alive[clause] else self._of_dead(clause)
            if problem is not None:
                return problem
        return None

    def _of_dead(self, clause: int) -> str | None:
        """A clause that is left out altogether."""
        positions = self._own.within(clause)
        if not self._may_go(clause, positions):
            return f"the claim leaves out ‘{self._words(positions)}’"
        return None

    def _may_go(self, clause: int, positions: list[int]) -> bool:
        kind, parent = self._own.clauses[clause].kind, self._own.clauses[clause].parent
        if parent >= 0 and not self._is_spoken(parent):
            return True
        if kind == "main":
            return self._is_pointing(clause) or not (
                self._governs(clause) or self._colours_next(clause)
            )
        if self._is_conjunct(clause, parent):
            return True
        before = self._joined_to(clause)
        if before is not None:
            return not self._alive[before] and self._may_go(before, self._own.within(before))
        if self._goes_with(positions[0], kind):
            return True
        denied = parent >= 0 and self._is_denied(parent)
        if kind == "reason" and "," in self._own.before[positions[0]]:
            denied = False
        if kind == "relative":
            around = any(map(self._is_denied, self._above(parent)))
            return not denied and not around and self._is_loose(positions[0])
        if kind == "aside":
            words = [self._own.words[at].folded for at in positions]
            return words[-1] != "van" and not (SCOPE & set(words))
        if kind == "condition":
            before = positions[0] - 1
            return before >= 0 and self._own.words[before].folded == "zelfs" and (
                not self._kept[before]
            )
        first = positions[0]
        limited = first > 0 and self._own.is_scope(first - 1)
        return kind in _ADDING_CLAUSES and not denied and not limited

    def _goes_with(self, first: int, kind: str) -> bool:
        """Whether what a clause belongs to is left out: the noun of a relative clause, the
        infinitive that "hoe …" or "om …" depends on. Whether that may go is seen there."""
        if not first or self._kept[first - 1]:
            return False
        if kind == "relative":
            is_noun = self._own.words[first - 1].kind == "word"
            return is_noun and not self._own.is_verbal(first - 1)
        return kind in {"embedded", "purpose"} and first > 1 and (
            self._own.words[first - 2].folded == "te" and not self._kept[first - 2]
        )

    def _is_spoken(self, clause: int) -> bool:
        """Whether a claim keeps a clause, be it no more than its verb."""
        kept = [at for at in self._own.within(clause) if self._kept[at]]
        return self._alive[clause] or (
            len(kept) > 1 and any(self._own.finite[at] for at in kept)
        )

    def _colours_next(self, clause: int) -> bool:
        """Whether its opening also bears on a clause that is joined to it: "Volgens de raad is het
        goed en blijft het zo"."""
        following = clause + 1
        if following >= len(self._own.clauses) or not self._alive[following] or not (
            self._own.clauses[following].is_joined
        ):
            return False
        for at in self._own.within(clause):
            if self._own.finite[at]:
                return False
            if self._own.is_scope(at) or self._own.words[at].folded in _SOURCES:
                return True
        return False

    def _is_conjunct(self, clause: int, parent: int) -> bool:
        """Whether "en" joins it to a clause of the same kind that is kept."""
        own = self._own.clauses[clause]
        if own.kind == "condition" or parent < 0 or self._is_denied(parent):
            return False
        around = (clause - 1, clause + 1)
        return any(
            0 <= other < len(self._own.clauses) and self._alive[other]
            and self._own.clauses[other].kind == own.kind
            and self._own.clauses[other].parent == parent
            and self._opens_with_and(max(clause, other)) for other in around
        )

    def _joined_to(self, clause: int) -> int | None:
        """The dependent clause that "en" joins this one to."""
        own = self._own.clauses[clause]
        if not own.is_joined or own.kind == "main":
            return None
        return next(
            (
                other for other in range(clause - 1, -1, -1)
                if self._own.clauses[other].kind == own.kind
                and self._own.clauses[other].parent == own.parent
            ),
            None,
        )

    def _opens_with_and(self, clause: int) -> bool:
        first = self._own.within(clause)[0]
        return self._own.clauses[clause].is_joined and (
            self._own.words[first].folded in {"en", "maar"} or "," in self._own.before[first]
            or (first > 0 and self._own.words[first - 1].folded == "en")
        )

    def _governs(self, clause: int) -> bool:
        """Whether a clause that is kept depends on this one."""
        return any(
            self._alive[other] and one.parent == clause and one.kind in _DEPENDENT
            for other, one in enumerate(self._own.clauses)
        )

    def _is_pointing(self, clause: int) -> bool:
        """Whether it is "hieruit blijkt", after which what follows is a fact."""
        words = {self._own.words[at].folded for at in self._own.within(clause)} - CONNECTIVES
        pointing = {self._own.words[at].folded for at in self._own.within(clause)} & _POINTING
        return bool(pointing) and bool(words) and words <= _FACTIVE | _POINTING

    def _is_denied(self, clause: int) -> bool:
        return any(
            self._own.words[at].folded in NEGATIONS | _DENYING for at in self._own.within(clause)
        )

    def _above(self, clause: int) -> Iterator[int]:
        """The clauses that a clause stands in."""
        while (parent := self._own.clauses[clause].parent) >= 0:
            yield parent
            clause = parent

    def _is_loose(self, first: int) -> bool:
        """Whether a relative clause only adds: behind a comma, a name, or something indefinite."""
        if "," in self._own.before[first] or first == 0:
            return True
        at = first - 1
        while at > 0 and (self._own.is_verbal(at) or self._own.words[at].folded == "te"):
            at -= 1
        if self._own.words[at].is_name:
            return at == first - 1
        # "Een bedrijf dat loost, moet betalen" says nothing of others.
        begins = self._own.within(self._own.of[at])[0]
        return self._phrases.leader(at) == "een" and (
            self._own.clauses[self._own.of[at]].kind == "purpose"
            or any(self._own.finite[begins:at])
        )

    def _of_live(self, clause: int) -> str | None:
        if self._own.clauses[clause].kind in _DEPENDENT:
            parent = self._own.clauses[clause].parent
            has_words = any(map(self._own.is_content, self._own.within(parent)))
            if has_words and not self._alive[parent] and not self._is_pointing(parent):
                return f"the claim leaves out ‘{self._words(self._own.within(parent))}’"
        if self._own.clauses[clause].kind == "relative":
            problem = self._lost_antecedent(clause)
            if problem is not None:
                return problem
        lost = self._phrases.first_lost(clause)
        return None if lost is None else f"the claim leaves out ‘{self._own.words[lost].shown}’"

    def _lost_antecedent(self, clause: int) -> str | None:
        """What a relative clause that is kept needs of the one it stands in."""
        first, parent = self._own.within(clause)[0], self._own.clauses[clause].parent
        if parent < 0 or first == 0 or self._own.clauses[clause].is_joined:
            return None
        if not self._kept[first - 1] and self._own.of[first - 1] == parent and not (
            self._refers_further_back(first)
        ):
            return f"the claim leaves out ‘{self._own.words[first - 1].shown}’"
        if self._alive[parent]:
            return None
        # What a clause denies, wishes or asks for need not be there.
        start = max(
            (at for at in range(first) if self._kept[at] and self._own.of[at] == parent), default=0
        )
        while start >= 0 and self._own.of[start] == parent and self._kept[start]:
            start -= 1
        leads = self._own.words[start + 1]
        is_definite = leads.folded in ARTICLES or leads.is_name
        if is_definite and not self._is_strict_of(parent):
            return None
        return f"the claim leaves out ‘{self._words(self._own.within(parent))}’"

    def _refers_further_back(self, first: int) -> bool:
        """Whether a relative pronoun behind a comma cannot mean the noun before it, by its gender,
        and means one that is kept: "het project met de toolbox, dat …"."""
        pronoun = self._own.words[first].folded
        if "," not in self._own.before[first] or pronoun not in {"die", "dat"}:
            return False
        wrong = {"dat": "de", "die": "het"}[pronoun]
        at = first - 1
        while at >= 0 and self._own.words[at].folded != wrong:
            if self._own.words[at].kind in {"determiner", "auxiliary"} or self._kept[at]:
                return False
            at -= 1
        while at >= 0 and not self._kept[at] and self._own.words[at].kind != "auxiliary":
            at -= 1
        return at >= 0 and self._kept[at] and self._own.words[at].kind == "word" and (
            self._phrases.leader(at) == {"dat": "het", "die": "de"}[pronoun]
        )

    def _is_strict_of(self, clause: int) -> bool:
        """Whether a clause denies something, or is not said as a fact."""
        return bool(self._own.manner(clause).modals) or self._is_denied(clause) or (
            self._own.clauses[clause].kind in _DEPENDENT
        )
