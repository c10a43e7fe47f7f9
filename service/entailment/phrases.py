"""The phrases of a clause that a claim may leave out: times, members of lists, circumstances"""

from __future__ import annotations

from collections.abc import Sequence

from service.entailment.members import Members
from service.entailment.operators import (
    ADDING,
    CIRCUMSTANCES,
    CONNECTIVES,
    EVENTUAL,
    LIMITING,
    NEGATIONS,
    PASSED,
    REASONS,
    SCOPE,
    TIMES,
)
from service.entailment.reading import Reading

_FREE = frozenset({"te", "om", "er", "zich"})
_TIME_OPENINGS = frozenset({"in", "op"})
# "Op basis van de gegevens is het risico laag" does not say that it is.
_GROUNDS = frozenset({("op", "basis", "van"), ("op", "grond", "van"), ("ten", "aanzien", "van")})
_SHARED = frozenset({("samen", "met"), ("in", "samenwerking")})
_REFERRING = frozenset("eerder eerdergenoemde bovengenoemde genoemde voornoemde reeds al".split())
# Where these reign, less said is more claimed.
_STRICT = NEGATIONS | frozenset(
    """alle alles allen alleen slechts uitsluitend elk elke ieder iedere altijd enkel weinig minder
    onvoldoende zelden""".split()
)


class Phrases:
    """The words of `sentence` that are `kept`, and what of the others may go."""

    def __init__(self, sentence: Reading, kept: Sequence[bool]) -> None:
        self._own = sentence
        self._kept = kept
        self._members = Members(sentence, kept)

    def first_lost(self, clause: int) -> int | None:
        """The first word left out of a clause that may not go, or None."""
        for run in self._runs(clause):
            lost = self._unlicensed(run, clause)
            if lost is not None:
                return lost
        return None

    def _is_strict(self, clause: int) -> bool:
        """Whether a denial or a word such as "alle" reigns, so that less said is more claimed; one
        of "niet van plan om …" reigns in what depends on it."""
        return any(
            self._kept[at] and self._own.words[at].folded in _STRICT
            for at in self._own.within(clause)
        ) or self._is_denied_above(clause)

    def _is_denied_above(self, clause: int) -> bool:
        one = self._own.clauses[clause]
        while one.kind in {"purpose", "embedded", "condition"} and one.parent >= 0:
            if self._own.is_negated(one.parent):
                return True
            one = self._own.clauses[one.parent]
        return False

    def _runs(self, clause: int) -> list[list[int]]:
        """The stretches of words left out of a clause; what helps a verb is looked at elsewhere."""
        runs: list[list[int]] = []
        for at in self._own.within(clause):
            if self._kept[at] or self._own.words[at].kind == "auxiliary":
                continue
            if runs and runs[-1][-1] == at - 1:
                runs[-1].append(at)
            else:
                runs.append([at])
        return runs

    def _unlicensed(self, run: list[int], clause: int) -> int | None:
        """The first word of a stretch that may not go, or None."""
        strict = self._is_strict(clause)
        position = 0
        while position < len(run):
            end = self._light(run, position, clause)
            if end == position:
                end = self._members.opposite(run, position) or position
            if end == position and not strict:
                end = (
                    self._time(run, position, clause) or self._members.listed(run, position, clause)
                    or self._phrase(run, position) or self._adjective(run, position)
                )
            if end <= position:
                return run[position]
            position = end
        return None

    def _light(self, run: list[int], position: int, clause: int) -> int:
        word = self._own.words[run[position]]
        shown = tuple(self._own.words[at].folded for at in run[position : position + 3])
        if not CIRCUMSTANCES.isdisjoint({shown, shown[:2]}):
            return position
        if shown in {("om", "deze", "reden"), ("om", "die", "reden")}:
            return position + 3
        if word.folded in _FREE or (word.folded in {"die", "dat"} and self._begins(run[position])):
            return position + 1
        if word.folded in REASONS and self._begins(run[position]):
            return position + 1
        if word.folded in CONNECTIVES and word.folded not in LIMITING:
            return position + 1
        if word.folded in LIMITING and not self._is_strict(clause):
            return position + 1
        if word.folded in PASSED | {"nog"} and not self._is_strict(clause):
            return position + 1
        if word.folded == "het" and self._is_expletive(run[position]):
            return position + 1
        if shown[:2] in {("onder", "andere"), ("onder", "meer")} and self._leads_to_that(
            run[position + 1] + 1
        ):
            return position + 2
        if self._counts_parts(run, position):
            return position + 2
        joined = self._own.clauses[clause].is_joined and self._begins(run[position])
        first = run[position]
        opens = joined or (first > 0 and self._own.of[first - 1] != clause)
        if opens and (word.kind == "conjunction" or word.folded in {"ze", "zij", "hij", "het"}):
            return position + 1
        return position

    def _is_expletive(self, at: int) -> bool:
        """Whether it is the "het" of "het is aannemelijk dat", for which what follows stands."""
        clause, words = self._own.of[at], self._own.words
        beside = [place for place in (at - 1, at + 1) if 0 <= place < len(words)]
        return any(self._own.finite[place] for place in beside) and (
            at + 1 == len(words) or words[at + 1].kind != "word" or self._own.finite[at + 1]
        ) and any(
            one.parent == clause and one.kind in {"embedded", "purpose"} and any(
                self._kept[place] for place in self._own.within(number)
            ) for number, one in enumerate(self._own.clauses)
        )

    def _leads_to_that(self, at: int) -> bool:
        """Whether "dat" follows: "bepaalt onder andere dat"."""
        return at < len(self._own.words) and self._own.words[at].folded == "dat"

    def _counts_parts(self, run: list[int], position: int) -> bool:
        """Whether it is "de volgende" before a number."""
        shown = [self._own.words[at].folded for at in run[position : position + 2]]
        following = run[position] + 2
        return (
            shown == ["de", "volgende"] and following < len(self._own.words)
            and self._own.words[following].kind == "number"
        )

    def _begins(self, at: int) -> bool:
        return self._own.within(self._own.of[at])[0] == at

    def _time(self, run: list[int], position: int, clause: int) -> int:
        """The end of a time that an event is said to have, or 0."""
        if not any(map(self._own.is_participle, self._own.within(clause))):
            return 0
        first = run[position]
        if first and self._own.words[first - 1].kind in {"preposition", "determiner", "number"}:
            return 0
        if first and self._own.words[first - 1].folded in TIMES:
            return 0
        end, seen = position, False
        if self._own.words[run[end]].folded in _TIME_OPENINGS:
            end += 1
        while end < len(run):
            word = self._own.words[run[end]]
            is_year = word.kind == "number" and len(word.folded) == 4
            if (word.folded in TIMES and not self._is_share(run[end])) or is_year:
                seen = True
            elif not (
                word.kind in {"determiner", "number"} or word.folded in {"van"}
                or (
                    word.kind == "word" and word.folded.endswith(("e", "en")) and not seen
                    and word.folded not in SCOPE
                )
            ):
                break
            end += 1
        following = run[end - 1] + 1
        goes_on = following < len(self._own.words) and self._own.words[following].folded == "van"
        return end if seen and not goes_on else 0

    def _is_share(self, at: int) -> bool:
        """Whether "helft" is of a thing, and not of a year."""
        behind = self._own.words[at + 1 : at + 3]
        return self._own.words[at].folded == "helft" and not (
            len(behind) == 2 and behind[0].folded == "van" and (
                behind[1].kind == "number" or behind[1].folded in TIMES
            )
        )

    def _phrase(self, run: list[int], position: int) -> int:
        """The end of a phrase that says more of an event, or 0."""
        first = run[position]
        opening = tuple(self._own.words[at].folded for at in run[position : position + 3])
        is_circumstance = not CIRCUMSTANCES.isdisjoint({opening[:2], opening})
        clause = self._own.of[first]
        is_event = any(map(self._own.is_participle, self._own.within(clause)))
        if (opening in _GROUNDS and not is_event) or (
            opening[:2] in _SHARED and self._members.counts(clause)
        ):
            return 0
        is_eventual = not EVENTUAL.isdisjoint({opening[:2], opening[:1]})
        if not (opening[0] in ADDING or is_circumstance) or not (
            (is_eventual and self._has_verb_before(first)) or self._may_follow(first - 1)
        ):
            return 0
        says = run[position + 2 * is_circumstance :]
        if any(
            self._limits(at) or self._own.words[at].folded in TIMES
            or self._own.words[at].kind == "pronoun"
            or (self._own.words[at].kind == "number" and not is_circumstance) for at in says
        ):
            return 0
        behind = self._own.words[run[-1] + 1] if run[-1] + 1 < len(self._own.words) else None
        if is_circumstance and behind is not None and behind.folded == "van":
            return 0
        return len(run) if self._members.ends_whole(run[-1]) else 0

    def _limits(self, at: int) -> bool:
        """Whether a word says how much or how surely; "onder meer" does not."""
        word = self._own.words[at]
        if word.folded in {"meer", "andere"} and at and self._own.words[at - 1].folded == "onder":
            return False
        return word.folded in SCOPE

    def _has_verb_before(self, at: int) -> bool:
        """Whether a phrase stands behind the verb of its clause, where it hardly is part of the
        subject."""
        return any(self._own.finite[place] for place in self._own.within(self._own.of[at])
                   if place < at)

    def _may_follow(self, at: int) -> bool:
        """Whether a phrase behind a word belongs to the event, or to something indefinite."""
        if at < 0:
            return True
        word = self._own.words[at]
        if word.kind != "word" or self._own.is_verbal(at) or self._own.is_adverb(at):
            return word.kind not in {"determiner", "preposition"}
        return word.is_name or word.folded in TIMES or self.is_indefinite(at)

    def is_indefinite(self, at: int) -> bool:
        """Whether the phrase that ends in `at` says that there is such a thing, and not what holds
        for each: an object, or what something happens to. "Een bedrijf met een vergunning moet
        betalen" says nothing of bedrijven without."""
        clause = self._own.of[at]
        if self.leader(at) != "een" or self._own.manner(clause).modals:
            return False
        if not self._has_verb_before(at):
            return False
        is_event = any(map(self._own.is_participle, self._own.within(clause)))
        return is_event or any(place < at - 1 for place in self._own.nominals(clause))

    def _adjective(self, run: list[int], position: int) -> int:
        """The end of adjectives that only point back, or 0; others restrict."""
        at = run[position]
        word = self._own.words[at]
        if word.folded in _REFERRING:
            end = position + (word.folded in {"eerder", "reeds", "al"})
            is_pointing = end < len(run) and self._own.words[run[end]].folded.endswith("e")
            return end + 1 if is_pointing else 0
        return 0

    def leader(self, at: int) -> str:
        """The determiner or number at the head of the phrase that ends in `at`, or ""."""
        while at >= 0 and self._own.words[at].kind == "word" and not self._own.is_verbal(at):
            if self._own.before[at]:
                return ""
            at -= 1
        if at < 0:
            return ""
        word = self._own.words[at]
        return word.folded if word.kind in {"determiner", "number"} else ""
