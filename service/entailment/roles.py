"""Who does what to whom, in the active and in the passive"""

from __future__ import annotations

from collections.abc import Sequence

from service.entailment.alignment import Alignment
from service.entailment.operators import ARTICLES
from service.entailment.reading import Manner, Reading

_NOMINATIVE = frozenset("ik wij we zij hij men".split())
_DEFINITE = frozenset({"de", "het"})
_PARTS = frozenset({"onderdeel", "doel", "uitgangspunt", "voorwaarde"})
_SWAPPED = "the claim puts who does it and to whom otherwise than the quotation"


class Roles:
    """The roles in a claim and a sentence: `homes` is the sentence's clause for each of the
    claim's, `manners` says how each clause of the claim and its home say it."""

    def __init__(
        self, claim: Reading, sentence: Reading, found: Alignment, homes: Sequence[int | None],
        manners: Sequence[tuple[Manner, Manner] | None],
    ) -> None:
        self._claim = claim
        self._sentence = sentence
        self._found = found
        self._homes = homes
        self._manners = manners

    def swapped(self) -> str | None:
        """Subject and object that changed places."""
        for clause in range(len(self._claim.clauses)):
            home = self._homes[clause]
            if home is None:
                continue
            differ = self._voices_differ(clause)
            own = self._roles(self._claim, clause, as_active=differ)
            theirs = self._roles(self._sentence, home, as_active=differ)
            order = [self._found.to[at] for at in own]
            kept = [to for to in order if to is not None and to in theirs]
            wanted = [at for at in theirs if at in kept]
            agentless = differ and not self._has_agent(clause, home)
            if agentless and theirs and kept and kept[0] == theirs[0]:
                return _SWAPPED
            moved = kept != wanted and not self._begins_with_writer(kept, wanted)
            if moved and not self._is_predicate_first(home, kept, wanted):
                return _SWAPPED
        return None

    def reordered_verbs(self) -> str | None:
        """Participles of one clause that changed places."""
        for clause in range(len(self._claim.clauses)):
            places = [
                to for at in self._claim.within(clause)
                if (to := self._found.to[at]) is not None and self._sentence.is_participle(to)
            ]
            if places != sorted(places) and len({self._sentence.of[to] for to in places}) == 1:
                return "the claim says of one what the quotation says of another"
        return None

    def change_voice(self) -> bool:
        """Whether a clause of the claim says in another voice, with who does it, what its home
        says."""
        return any(
            home is not None and self._voices_differ(clause) and self._has_agent(clause, home)
            for clause, home in enumerate(self._homes)
        )

    def is_agent_mark(self, at: int) -> bool:
        """Whether it is "door" where a passive says what the sentence says in the active."""
        if self._claim.words[at].folded != "door":
            return False
        clause = self._claim.of[at]
        home = self._homes[clause]
        return home is not None and self._is_passive(self._claim, clause) and (
            not self._is_passive(self._sentence, home)
        )

    def without_agent(self) -> Alignment:
        """The alignment with what a change of voice leaves out taken as kept: "door", and the
        first person."""
        found = self._found
        back = list(found.back)
        for clause in range(len(self._claim.clauses)):
            home = self._homes[clause]
            if home is None or not self._voices_differ(clause):
                continue
            for at in self._sentence.within(home):
                word = self._sentence.words[at]
                is_agent = bool(word.keys & {"@ik", "@wij"}) or word.folded == "door"
                if back[at] is None and is_agent:
                    back[at] = -1
        return Alignment(found.claim, found.sentence, list(found.to), back)

    def _voices_differ(self, clause: int) -> bool:
        home = self._homes[clause]
        if home is None:
            return False
        manners = self._manners[clause]
        if manners is None:
            return False
        own, others = manners[0].verbs, manners[1].verbs
        if {"zijn", "hebben"} <= own ^ others and own & others <= {"worden"}:
            return True
        return self._is_passive(self._claim, clause) != self._is_passive(self._sentence, home)

    def _is_passive(self, reading: Reading, clause: int) -> bool:
        manner = reading.manner(clause)
        agent = any(reading.words[at].folded == "door" for at in reading.within(clause))
        return manner.is_passive or (
            agent and manner.has_participle and "hebben" not in manner.verbs
        )

    def _has_agent(self, clause: int, home: int) -> bool:
        """Whether the passive one of two clauses says by whom."""
        return any(
            self._claim.words[at].folded == "door" for at in self._claim.within(clause)
        ) or any(
            self._sentence.words[at].folded == "door" and self._found.back[at] is None
            for at in self._sentence.within(home)
        )

    def _is_predicate_first(self, home: int, kept: list[int], wanted: list[int]) -> bool:
        """Whether what a definite subject is said to be stands first, without an article:
        "voorstander van het plan is de industrie"."""
        verbs = self._sentence.manner(home)
        if verbs.verbs != {"zijn"} or verbs.has_participle or verbs.modals:
            return False
        turn = kept.index(wanted[0])
        predicate = kept[:turn]
        if kept[turn:] + predicate != wanted or not predicate:
            return False
        if self._is_equation(predicate[0], wanted[0]):
            return True
        words = self._sentence.words
        before = words[predicate[0] - 1] if predicate[0] else None
        opening = words[wanted[0] - 1] if wanted[0] else None
        is_singular = not words[predicate[0]].folded.endswith(("en", "s"))
        return is_singular and before is not None and before.kind == "auxiliary" and (
            opening is not None and opening.folded in ARTICLES
        )

    def _is_equation(self, one: int, other: int) -> bool:
        """Whether two phrases are said to be the same: "het doel van A is het B", "onderdeel van
        A is het B"."""
        words = self._sentence.words
        leads = [words[at - 1].folded if at else "" for at in (one, other)]
        is_part = words[other].folded in _PARTS and other == 0
        return leads[0] in _DEFINITE and (leads[1] in _DEFINITE or is_part)

    def _begins_with_writer(self, kept: list[int], wanted: list[int]) -> bool:
        """Whether only the first person moved, and to the front."""
        first = kept[0]
        is_writer = bool(self._sentence.words[first].keys & {"@ik", "@wij"})
        return is_writer and kept[1:] == [at for at in wanted if at != first]

    def _subject_pronoun(self, reading: Reading, clause: int) -> list[int]:
        """The pronoun that can be nothing but the subject of a clause, as a list."""
        return [
            at for at in reading.within(clause) if reading.words[at].folded in _NOMINATIVE
        ][:1]

    def _roles(self, reading: Reading, clause: int, *, as_active: bool) -> list[int]:
        """The nominals of a clause with the one that acts first, where the voices differ."""
        nominals = reading.nominals(clause)
        if not as_active:
            return nominals
        if not self._is_passive(reading, clause):
            acting = self._subject_pronoun(reading, clause)
            return [*acting, *(at for at in nominals if at not in acting)]
        agents: list[int] = []
        positions = reading.within(clause)
        for number, at in enumerate(positions):
            if reading.words[at].folded == "door":
                for later in positions[number + 1 :]:
                    kind = reading.words[later].kind
                    if kind in {"preposition", "auxiliary"} or reading.is_verbal(later):
                        break
                    if kind in {"word", "pronoun"}:
                        agents.append(later)
                break
        return [*agents, *(at for at in nominals if at not in agents)]
