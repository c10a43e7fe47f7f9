"""Whether one sentence says what a claim says, word by word and clause by clause

Lexical entailment with polarity: every word of the claim stands in the sentence (the lexical
containment baselines of Dagan et al. 2006, "The PASCAL Recognising Textual Entailment Challenge"),
words keep what they belong to, and what is left out may go (`service.llm.omissions`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from service.llm import omissions
from service.llm.alignment import Alignment, align
from service.llm.operators import LEADING, NEGATIONS, PARTICLES, TIMES
from service.llm.reading import Manner, Reading, read
from service.llm.words import Word, is_amount

_POINTING = frozenset({"het", "dit", "dat", "deze", "die"})
# May come in: they carry grammar alone.
_GRAMMAR = frozenset({"te", "om", "er"})
_SAME_CLAUSE_FREELY = frozenset({"purpose", "relative", "aside", "example"})


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
        self._homes = [self._home(clause) for clause in range(len(claim.clauses))]

    def fault(self) -> str | None:
        """The first fault there is."""
        return (
            self._added() or self._changed_manner() or self._changed_company()
            or self._mixed() or self._moved_phrase() or self._changed_comparison() or omissions.fault(
                self._sentence, self._without_agent(), self._lent()
            )
            or self._swapped() or self._reordered_verbs()
        )

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
            if word.folded in _GRAMMAR or self._is_agent_mark(at) or self._joins_list(at):
                continue
            return f"the quotation does not say ‘{word.shown}’"
        return None

    def _joins_list(self, at: int) -> bool:
        """Whether it is "en" before what became the last member of a list."""
        if self._claim.words[at].folded != "en" or at + 1 >= len(self._claim.words):
            return False
        to = self._found.to[at + 1]
        return to is not None and "," in self._sentence.before[to]

    def _is_agent_mark(self, at: int) -> bool:
        """Whether it is "door" where a passive says what the sentence says in the active."""
        if self._claim.words[at].folded != "door":
            return False
        clause = self._claim.of[at]
        home = self._homes[clause]
        return home is not None and self._is_passive(self._claim, clause) and (
            not self._is_passive(self._sentence, home)
        )

    def _changed_manner(self) -> str | None:
        """Another time or modality."""
        for clause in range(len(self._claim.clauses)):
            home = self._homes[clause]
            if home is None:
                continue
            own, others = self._manner(clause), self._manner_of(home)
            if own.agrees(others):
                continue
            if own.modals != others.modals:
                return _modality_fault(own, others)
            return "the claim speaks of another time than the quotation"
        return self._lost_modality()

    def _lost_modality(self) -> str | None:
        """A modal verb of a clause of which only light words are kept."""
        for clause in range(len(self._sentence.clauses)):
            modals = self._manner_of(clause).modals
            if clause in self._homes or not modals:
                continue
            kept = [
                at for at in self._sentence.within(clause) if self._found.back[at] is not None
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

    def _changed_company(self) -> str | None:
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
            if not is_kept:
                return f"in the quotation ‘{word.shown}’ belongs to something else"
        return None

    def _determines(self, at: int) -> bool:
        """Whether a word says something of the one behind it."""
        word = self._claim.words[at]
        if word.folded in _POINTING and self._stands_alone(at):
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
        if word.capital and not word.first:
            behind = self._claim.words[at + 1 : at + 2]
            return bool(behind) and behind[0].capital
        return (
            word.folded.endswith("e") and not word.folded.endswith("ie") and len(word.folded) > 3
        )

    def _opens_purpose(self, at: int) -> bool:
        """Whether it is "om", to which "te" belongs."""
        clause = self._claim.of[at]
        return (
            self._claim.words[at].folded == "om" and self._claim.clauses[clause].kind == "purpose"
            and self._claim.within(clause)[0] == at
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
        return at + 1 >= len(reading.words) or bool(reading.before[at + 1])

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
        if self._claim.words[at].folded not in NEGATIONS and others > 1:
            return False
        return self._is_free_behind(self._claim, at) and self._is_free_behind(self._sentence, to)

    def _is_free_behind(self, reading: Reading, at: int) -> bool:
        return self._ends(reading, at) or self._is_free(reading, at + 1)

    def _scopes(self, reading: Reading, clause: int) -> int:
        return sum(map(reading.is_scope, reading.within(clause)))

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
                if to is not None and home is not None and self._sentence.of[to] != home:
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

    def _moved_phrase(self) -> str | None:
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

    def _changed_comparison(self) -> str | None:
        """Words on the other side of "dan"."""
        sides = [_behind_than(reading) for reading in (self._claim, self._sentence)]
        for at, to in enumerate(self._found.to):
            if to is not None and self._matters(at) and (at in sides[0]) != (to in sides[1]):
                return "the claim compares otherwise than the quotation"
        return None

    def _voices_differ(self, clause: int) -> bool:
        home = self._homes[clause]
        if home is None:
            return False
        own, others = self._manner(clause).verbs, self._manner_of(home).verbs
        if {"zijn", "hebben"} <= own ^ others and own & others <= {"worden"}:
            return True
        return self._is_passive(self._claim, clause) != self._is_passive(self._sentence, home)

    def _is_passive(self, reading: Reading, clause: int) -> bool:
        manner = reading.manner(clause)
        agent = any(reading.words[at].folded == "door" for at in reading.within(clause))
        return manner.is_passive or (
            agent and manner.has_participle and "hebben" not in manner.verbs
        )

    def _without_agent(self) -> Alignment:
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

    def _swapped(self) -> str | None:
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
                return "the claim puts who does it and to whom otherwise than the quotation"
            if kept != wanted and not self._begins_with_writer(kept, wanted):
                return "the claim puts who does it and to whom otherwise than the quotation"
        return None

    def _reordered_verbs(self) -> str | None:
        """Participles of one clause that changed places."""
        for clause in range(len(self._claim.clauses)):
            places = [
                to for at in self._claim.within(clause)
                if (to := self._found.to[at]) is not None and self._sentence.is_participle(to)
            ]
            if places != sorted(places) and len({self._sentence.of[to] for to in places}) == 1:
                return "the claim says of one what the quotation says of another"
        return None

    def _has_agent(self, clause: int, home: int) -> bool:
        """Whether the passive one of two clauses says by whom."""
        return any(
            self._claim.words[at].folded == "door" for at in self._claim.within(clause)
        ) or any(
            self._sentence.words[at].folded == "door" and self._found.back[at] is None
            for at in self._sentence.within(home)
        )

    def _begins_with_writer(self, kept: list[int], wanted: list[int]) -> bool:
        """Whether only the first person moved, and to the front."""
        first = kept[0]
        is_writer = bool(self._sentence.words[first].keys & {"@ik", "@wij"})
        return is_writer and kept[1:] == [at for at in wanted if at != first]

    def _roles(self, reading: Reading, clause: int, *, as_active: bool) -> list[int]:
        """The nominals of a clause with the one that acts first, where the voices differ."""
        nominals = reading.nominals(clause)
        if not as_active or not self._is_passive(reading, clause):
            return nominals
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


def _behind_than(reading: Reading) -> frozenset[int]:
    """The words that stand behind "dan" in its clause, where something is compared."""
    found = set()
    for clause in range(len(reading.clauses)):
        positions = reading.within(clause)
        for number, at in enumerate(positions):
            if reading.words[at].folded == "dan" and any(
                reading.words[before].folded.endswith(("er", "ers"))
                for before in positions[:number]
            ):
                found.update(positions[number + 1 :])
    return frozenset(found)
