"""Whether one sentence says what a claim says, word by word and clause by clause

Lexical entailment with polarity: every word of the claim stands in the sentence (the lexical
containment baselines of Dagan et al. 2006, "The PASCAL Recognising Textual Entailment Challenge"),
words keep what they belong to, and what is left out may go (`service.entailment.omissions`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from service.entailment import company, omissions
from service.entailment.alignment import align
from service.entailment.reading import Manner, Reading, read
from service.entailment.roles import Roles
from service.entailment.words import Word, is_year

# May come in: they carry grammar alone.
_OTHER_TIME = "the claim speaks of another time than the quotation"
_GRAMMAR = frozenset({"te", "om", "er"})


def fault(claim: Sequence[Word], sentence: Sequence[Word]) -> str | None:
    """None when the sentence says what the claim says, or the reason why it does not."""
    return _Entailment(read(claim), read(sentence)).fault()


def _modality_fault(own: Manner, others: Manner) -> str:
    lost, added = Counter(others.modals), Counter(own.modals)
    if lost - added:
        return f"the quotation says ‘{min(lost - added)}’ and the claim does not"
    return f"the quotation does not say ‘{min(added - lost)}’"


class _Entailment:
    def __init__(self, claim: Reading, sentence: Reading) -> None:
        self._claim = claim
        self._sentence = sentence
        self._found = align(claim.words, sentence.words)
        self._free_conjunctions()
        self._homes = [self._home(clause) for clause in range(len(claim.clauses))]
        manners = [
            None if home is None else (self._manner(clause), self._manner_of(home))
            for clause, home in enumerate(self._homes)
        ]
        self._roles = Roles(claim, sentence, self._found, self._homes, manners)

    def fault(self) -> str | None:
        """The first fault there is."""
        return (
            self._added() or self._changed_manner()
            or company.fault(self._claim, self._sentence, self._found) or self._mixed()
            or omissions.fault(self._sentence, self._roles.without_agent(), self._lent())
            or self._roles.swapped() or self._roles.reordered_verbs()
        )

    def _free_conjunctions(self) -> None:
        """"En" before what was no last member of a list is no word of the sentence's own."""
        found = self._found
        for at, word in enumerate(self._claim.words[:-1]):
            to, following = found.to[at], found.to[at + 1]
            before = found.to[at - 1] if at else None
            if (
                word.folded == "en" and to is not None and following not in {None, to + 1}
                and before is not None and following == before + 1 and self._joins_list(at)
            ):
                found.to[at], found.back[to] = None, None

    def _home(self, clause: int) -> int | None:
        """The clause of the sentence whose verbs, or else words, most of a claim's clause are."""
        places = [
            (at, self._found.to[at]) for at in self._claim.within(clause)
            if self._claim.is_content(at)
        ]
        verbs = Counter(
            self._sentence.of[to] for at, to in places
            if to is not None and (self._claim.is_verbal(at) or self._sentence.is_verbal(to))
        )
        for at in self._claim.within(clause):
            helps = self._claim.words[at].kind == "auxiliary"
            if helps and (to := self._found.to[at]) is not None:
                verbs[self._sentence.of[to]] += 1
        others = Counter(self._sentence.of[to] for _, to in places if to is not None)
        best = (verbs or others).most_common(1)
        return best[0][0] if best else None

    def _added(self) -> str | None:
        """A word that the sentence does not have."""
        for at, word in enumerate(self._claim.words):
            if self._found.to[at] is not None or word.kind == "auxiliary":
                continue
            if word.folded in _GRAMMAR or self._roles.is_agent_mark(at) or self._joins_list(at):
                continue
            return f"the quotation does not say ‘{word.shown}’"
        return None

    def _joins_list(self, at: int) -> bool:
        """Whether it is "en" before what became the last member of a list."""
        if self._claim.words[at].folded != "en" or at + 1 >= len(self._claim.words):
            return False
        to = self._found.to[at + 1]
        return to is not None and "," in self._sentence.before[to]

    def _changed_manner(self) -> str | None:
        """Another time or modality."""
        for clause in range(len(self._claim.clauses)):
            home = self._homes[clause]
            if home is None or self._is_infinitive(clause, home):
                continue
            own, others = self._manner(clause), self._manner_of(home)
            if own.agrees(others) or self._is_planned(own, others, clause):
                if self._shifts_time(clause, home):
                    return _OTHER_TIME
                continue
            if own.modals != others.modals:
                return _modality_fault(own, others)
            return _OTHER_TIME
        return self._lost_modality() or self._added_auxiliary()

    def _is_planned(self, own: Manner, others: Manner, clause: int) -> bool:
        """Whether "zullen" alone came or went beside a date, which places both in the future:
        "wordt in 2026 gepubliceerd"."""
        if {own.modals, others.modals} != {(), ("zullen",)} or own.is_past or others.is_past:
            return False
        return own.verbs == others.verbs and own.has_participle == others.has_participle and any(
            is_year(self._claim.words[at]) and self._found.to[at] is not None
            for at in self._claim.within(clause)
        )

    def _added_auxiliary(self) -> str | None:
        """A form of "zijn", "worden" or "hebben" that no change of tense or voice brings."""
        own, others = (
            Counter(
                verb for clause in range(len(reading.clauses)) for verb in reading.helping(clause)
            )
            for reading in (self._claim, self._sentence)
        )
        from_active = self._roles.change_voice() or any(
            verb == "hebben" for verb, _ in others - own
        )
        is_reworded = from_active or any(
            self._claim.is_participle(at) != self._sentence.is_participle(self._found.to[at] or 0)
            for at in self._inflected
        )
        return _OTHER_TIME if own - others and not is_reworded else None

    def _shifts_time(self, clause: int, home: int) -> bool:
        """Whether a verb such as "zijn" or "kunnen" stands in another time: waren, where the
        sentence has zijn."""
        own = Counter(self._claim.helping(clause))
        others = Counter(self._sentence.helping(home))
        gone = {verb for verb, _ in others - own}
        return any(verb in gone for verb, _ in own - others)

    def _is_infinitive(self, clause: int, home: int) -> bool:
        """Whether it is "om … te …" where the sentence has no more than "te …": it has no time of
        its own."""
        if self._sentence.clauses[home].kind == "purpose" or self._manner_of(home).modals:
            return False
        return self._claim.clauses[clause].kind == "purpose" and any(
            self._claim.words[at].folded == "te" and self._found.to[at] is not None
            for at in self._claim.within(clause)
        )

    def _lost_modality(self) -> str | None:
        """A modal verb of a clause of which only light words are kept."""
        for clause in range(len(self._sentence.clauses)):
            modals = self._manner_of(clause).modals
            if clause in self._homes or not modals:
                continue
            kept = [
                at for at in self._sentence.within(clause)
                if self._found.back[at] is not None
                and self._sentence.words[at].kind not in {"determiner", "preposition"}
            ]
            if set(kept) - self._lent():
                return f"the quotation says ‘{modals[0]}’ and the claim does not"
        return None

    def _manner(self, clause: int) -> Manner:
        """The manner of a clause of the claim."""
        return self._claim.manner(clause, self._inflected)

    def _manner_of(self, home: int) -> Manner:
        """The manner of a clause of the sentence."""
        return self._sentence.manner(home, {self._found.to[at] or 0 for at in self._inflected})

    @cached_property
    def _inflected(self) -> frozenset[int]:
        """The words of the claim that stand in another form in the sentence, as only verbs may."""
        return frozenset(
            at for at, to in enumerate(self._found.to)
            if to is not None and self._claim.words[at].kind == "word"
            and self._claim.words[at].folded != self._sentence.words[to].folded
        )

    def _mixed(self) -> str | None:
        """Words of one clause that stand in several clauses of the sentence."""
        for clause in range(len(self._claim.clauses)):
            home = self._homes[clause]
            if home is None:
                continue
            for at in self._claim.within(clause):
                to = self._found.to[at]
                if to is None or self._sentence.of[to] == home or not self._matters(at):
                    continue
                if not self._may_come_from(to, home):
                    shown = self._claim.words[at].shown
                    return f"in the quotation ‘{shown}’ stands in another part"
        return None

    def _lent(self) -> frozenset[int]:
        """The words of the sentence that are there for another clause than their own."""
        found = set()
        for clause, home in enumerate(self._homes):
            for at in self._claim.within(clause):
                to = self._found.to[at]
                elsewhere = to is not None and self._sentence.of[to] != home
                if to is not None and home is not None and elsewhere and self._matters(at):
                    found.add(to)
        return frozenset(found)

    def _matters(self, at: int) -> bool:
        return self._claim.is_content(at) or self._claim.is_scope(at)

    def _may_come_from(self, to: int, home: int) -> bool:
        """Whether a word of another clause goes with clause `home`: its antecedent, or the subject
        that it shares."""
        clause, other = self._sentence.clauses[home], self._sentence.of[to]
        if self._sentence.is_verbal(to) or self._sentence.is_scope(to):
            return False
        first = self._sentence.within(home)[0]
        if clause.kind == "relative" and other == clause.parent:
            return to < first and self._is_one_phrase(to, first)
        if clause.is_joined and self._has_no_subject(home):
            return to in self._first_phrase(other)
        return False

    def _is_one_phrase(self, start: int, end: int) -> bool:
        """Whether no verb stands between."""
        return not any(
            self._sentence.is_verbal(at) or self._sentence.words[at].kind == "auxiliary"
            for at in range(start, end)
        )

    def _has_no_subject(self, clause: int) -> bool:
        """Whether a clause joined by "en" goes on with its verb."""
        positions = self._sentence.within(clause)
        begins = [at for at in positions if self._sentence.words[at].kind != "conjunction"]
        return bool(begins) and (
            self._sentence.finite[begins[0]]
            or self._sentence.words[begins[0]].kind == "pronoun"
        )

    def _first_phrase(self, clause: int) -> list[int]:
        """What stands before the first verb of a clause."""
        found = []
        for at in self._sentence.within(clause):
            if self._sentence.finite[at]:
                break
            found.append(at)
        return found
