"""The phrases of a clause that a claim may leave out: times, members of lists, circumstances"""

from __future__ import annotations

from collections.abc import Sequence

from service.entailment.operators import (
    ADDING,
    CIRCUMSTANCES,
    CONNECTIVES,
    LIMITING,
    NEGATIONS,
    PASSED,
    REASONS,
    SCOPE,
    TIMES,
    TOGETHER,
)
from service.entailment.reading import Reading

_FREE = frozenset({"te", "om", "er", "zich"})
_TIME_OPENINGS = frozenset({"in", "op"})
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

    def first_lost(self, clause: int) -> int | None:
        """The first word left out of a clause that may not go, or None."""
        for run in self._runs(clause):
            lost = self._unlicensed(run, clause)
            if lost is not None:
                return lost
        return None

    def _is_strict(self, clause: int) -> bool:
        """Whether a denial or a word such as "alle" reigns, so that less said is more claimed."""
        return any(
            self._kept[at] and self._own.words[at].folded in _STRICT
            for at in self._own.within(clause)
        )

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
            if end == position and not strict:
                end = (
                    self._time(run, position, clause) or self._listed(run, position, clause)
                    or self._phrase(run, position) or self._adjective(run, position)
                )
            if end <= position:
                return run[position]
            position = end
        return None

    def _light(self, run: list[int], position: int, clause: int) -> int:
        word = self._own.words[run[position]]
        shown = tuple(self._own.words[at].folded for at in run[position : position + 3])
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
        if word.folded in PASSED and not self._is_strict(clause):
            return position + 1
        if self._counts_parts(run, position):
            return position + 2
        joined = self._own.clauses[clause].is_joined and self._begins(run[position])
        first = run[position]
        opens = joined or (first > 0 and self._own.of[first - 1] != clause)
        if opens and (word.kind == "conjunction" or word.folded in {"ze", "zij", "hij", "het"}):
            return position + 1
        return position

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
            if word.folded in TIMES or is_year:
                seen = True
            elif not (
                word.kind in {"determiner", "number"} or word.folded in {"van"}
                or (word.kind == "word" and word.folded.endswith(("e", "en")) and not seen)
            ):
                break
            end += 1
        following = run[end - 1] + 1
        goes_on = following < len(self._own.words) and self._own.words[following].folded == "van"
        return end if seen and not goes_on else 0

    def _listed(self, run: list[int], position: int, clause: int) -> int:
        """The end of members of a list, of which each holds by itself, or 0."""
        if self._is_bracketed(run) and position == 0:
            return len(run)
        if self._is_contrast(run, position) or self._is_second_verb(run, position):
            return len(run)
        kept = [self._own.words[at] for at in self._own.within(clause) if self._kept[at]]
        if any(word.folded in TOGETHER for word in kept) or self._counts(clause):
            return 0
        first = run[position]
        if any(self._own.words[at].folded in TOGETHER for at in run):
            return 0
        starts = "," in self._own.before[first] or self._own.words[first].folded == "en"
        last = run[-1]
        following = last + 1
        ends = self._goes_on_listing(first, following, clause)
        if not (starts or ends):
            return 0
        end = position
        while end < len(run):
            at = run[end]
            word = self._own.words[at]
            is_part = word.folded == "meer" and self._own.words[at - 1].folded == "onder"
            inside = ends and word.kind == "preposition" and at != first and word.folded != "van"
            if inside or self._own.is_verbal(at) or word.kind == "pronoun" or (
                word.folded in SCOPE and not is_part
            ):
                break
            end += 1
        # Adjectives in a row are no members that hold by themselves.
        says = any(
            self._own.is_content(at) and self._own.words[at].folded not in {"als", "dan"}
            and not self._own.words[at].folded.endswith("e") for at in run
        )
        whole = says and end == len(run) and (ends or self._ends_whole(last))
        return end if whole else 0

    def _is_contrast(self, run: Sequence[int], position: int) -> bool:
        """Whether it is "en niet …" to the end: what is denied beside what is said."""
        words = [self._own.words[at] for at in run[position:]]
        return (
            len(words) > 2 and words[0].folded == "en" and words[1].folded in {"niet", "geen"}
            and not any(map(self._own.is_verbal, run[position:])) and self._ends_whole(run[-1])
        )

    def _is_second_verb(self, run: Sequence[int], position: int) -> bool:
        """Whether it is "en …" with a participle of its own behind another: "is het eerste
        uitgevoerd en het tweede aangehouden"."""
        first, last = run[position], run[-1]
        after = last + 1 == len(self._own.words) or bool(self._own.before[last + 1])
        return (
            after and first > 0 and self._own.words[first].folded == "en"
            and self._own.is_participle(first - 1) and self._own.is_participle(last)
            and not any(map(self._own.is_scope, run[position:]))
        )

    def _goes_on_listing(self, first: int, following: int, clause: int) -> bool:
        """Whether the next member of a list follows what goes from word `first` on."""
        if following >= len(self._own.words) or self._own.of[following] != clause:
            return False
        if "," not in self._own.before[following] and (
            self._own.words[following - 1].folded != "en"
        ):
            return False
        opens = self._own.words[first].kind == "preposition"
        goes_on = self._own.words[following].kind
        return goes_on in {"word", "determiner", "preposition"} and (
            opens == (goes_on == "preposition")
        ) and not self._own.is_verbal(following)

    def _is_bracketed(self, run: list[int]) -> bool:
        """Whether commas part something from the sentence that only says more of a name."""
        last = run[-1] + 1
        if "," not in self._own.before[run[0]] or run[0] == 0:
            return False
        if last >= len(self._own.words) or "," not in self._own.before[last]:
            return False
        words = [self._own.words[at] for at in run]
        return self._own.words[run[0] - 1].is_name and words[0].folded in {"als", "met"} and not (
            any(word.folded in SCOPE or word.kind == "pronoun" for word in words)
        )

    def _ends_whole(self, last: int) -> bool:
        """Whether a phrase ends with a word."""
        word = self._own.words[last]
        if word.kind in {"determiner", "preposition", "conjunction"}:
            return False
        following = last + 1
        if following == len(self._own.words) or self._own.before[following]:
            return True
        behind = self._own.words[following]
        return behind.kind != "word" or self._own.is_verbal(following) or (
            self._own.is_adverb(following)
        )

    def _counts(self, clause: int) -> bool:
        """Whether a clause that is kept says how much: a sum is not that of a part."""
        return any(
            self._kept[at] and self._own.words[at].kind == "number"
            and len(self._own.words[at].folded) != 4 for at in self._own.within(clause)
            if at + 1 >= len(self._own.words) or self._own.words[at + 1].folded not in TIMES
        )

    def _phrase(self, run: list[int], position: int) -> int:
        """The end of a phrase that says more of an event, or 0."""
        first = run[position]
        opening = tuple(self._own.words[at].folded for at in run[position : position + 3])
        is_adding = opening[0] in ADDING or opening[:2] in CIRCUMSTANCES or opening in CIRCUMSTANCES
        if not is_adding or not self._may_follow(first - 1):
            return 0
        words = [self._own.words[at] for at in run[position:]]
        if any(
            word.folded in SCOPE or word.folded in TIMES or word.kind in {"pronoun", "number"}
            for word in words
        ):
            return 0
        return len(run) if self._ends_whole(run[-1]) else 0

    def _may_follow(self, at: int) -> bool:
        """Whether a phrase behind a word belongs to the event, or to something indefinite."""
        if at < 0:
            return True
        word = self._own.words[at]
        if word.kind != "word" or self._own.is_verbal(at) or self._own.is_adverb(at):
            return word.kind not in {"determiner", "preposition"}
        return word.is_name or word.folded in TIMES or self.leader(at) == "een"

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
