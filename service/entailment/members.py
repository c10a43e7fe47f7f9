"""Members of a list and what stands beside something, of which each holds by itself"""

from __future__ import annotations

from collections.abc import Sequence

from service.entailment.operators import SCOPE, TIMES, TOGETHER
from service.entailment.reading import Reading

_WEAKENING = frozenset("wel pas eerst toch vanaf".split())


class Members:
    """The members of the lists of `sentence`, of whose words some are `kept`."""

    def __init__(self, sentence: Reading, kept: Sequence[bool]) -> None:
        self._own = sentence
        self._kept = kept

    def listed(self, run: list[int], position: int, clause: int) -> int:
        """The end of members of a list, of which each holds by itself, or 0."""
        if self._is_bracketed(run) and position == 0:
            return len(run)
        if self._is_contrast(run, position) or self._is_second_verb(run, position):
            return len(run)
        if self._is_second_infinitive(run, position) or self._is_apposition(run, position):
            return len(run)
        kept = [self._own.words[at] for at in self._own.within(clause) if self._kept[at]]
        if any(word.folded in TOGETHER for word in kept) or self.counts(clause):
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
        whole = says and end == len(run) and (ends or self.ends_whole(last))
        return end if whole else 0

    def opposite(self, run: list[int], position: int) -> int:
        """The end of what is said beside what is denied, of which each holds by itself: "niet van
        A [maar van B]", "is [een A en] geen B"; or 0."""
        first, last = run[position], run[-1]
        words = [self._own.words[at] for at in run[position:]]
        if any(map(self._own.is_verbal, run[position:])) or any(
            word.folded in SCOPE or word.folded in _WEAKENING for word in words
        ):
            return 0
        before = [at for at in self._own.within(self._own.of[first]) if at < first]
        if words[0].folded == "maar":
            denies = any(
                self._kept[at] and self._own.words[at].folded in {"niet", "geen"} for at in before
            )
            says = any(self._own.is_content(at) for at in run[position + 1 :])
            ends = last + 1 == len(self._own.words) or bool(self._own.before[last + 1]) or (
                self._own.is_verbal(last + 1)
            )
            return len(run) if denies and says and ends and self.ends_whole(last) else 0
        following = self._own.words[last + 1] if last + 1 < len(self._own.words) else None
        is_predicate = (
            len(words) > 2 and words[0].folded == "een" and words[-1].folded == "en"
            and following is not None and following.folded == "geen"
            and bool(before) and self._own.words[before[-1]].kind == "auxiliary"
        )
        return len(run) if is_predicate else 0

    def ends_whole(self, last: int) -> bool:
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

    def counts(self, clause: int) -> bool:
        """Whether a clause that is kept says how much: a sum is not that of a part."""
        return any(
            self._kept[at] and self._own.words[at].kind == "number"
            and len(self._own.words[at].folded) != 4 for at in self._own.within(clause)
            if at + 1 >= len(self._own.words) or self._own.words[at + 1].folded not in TIMES
        )

    def _is_contrast(self, run: Sequence[int], position: int) -> bool:
        """Whether it is "en niet …" to the end: what is denied beside what is said."""
        words = [self._own.words[at] for at in run[position:]]
        return (
            len(words) > 2 and words[0].folded == "en" and words[1].folded in {"niet", "geen"}
            and not any(map(self._own.is_verbal, run[position:])) and self.ends_whole(run[-1])
        )

    def _is_second_infinitive(self, run: Sequence[int], position: int) -> bool:
        """Whether it is "en te …" behind another: "om dit te ontwikkelen en te verbreden"."""
        words = [self._own.words[at].folded for at in run[position : position + 3]]
        first, last = run[position], run[-1]
        before = self._own.words[first - 2].folded if first > 1 else ""
        after = last + 1 == len(self._own.words) or bool(self._own.before[last + 1]) or (
            self._own.of[last + 1] != self._own.of[last]
        )
        # "En te drinken in de tuin" may say where both are allowed.
        return words[:2] == ["en", "te"] and len(words) > 2 and before == "te" and after and (
            not any(
                self._own.is_scope(at) or self._own.words[at].kind == "preposition"
                for at in run[position + 2 :]
            )
        )

    def _is_apposition(self, run: Sequence[int], position: int) -> bool:
        """Whether it is a phrase behind a comma, to the end or the next comma, that says what the
        one before it is: "5,4 procent, de grootste stijging in dertig jaar"."""
        first, last = run[position], run[-1]
        words = [self._own.words[at] for at in run[position:]]
        if self._own.before[first] != "," or words[0].folded not in {"de", "het", "een"}:
            return False
        clause = self._own.of[first]
        ends = last + 1 == len(self._own.words) or (
            (self._own.before[last + 1] == "," or self._own.of[last + 1] != clause)
            and not self.counts(clause) and not any(
                self._own.words[at].folded in TOGETHER for at in self._own.within(clause)
            )
        )
        is_whole = self.ends_whole(last) or self._own.of[last + 1] != clause
        return ends and len(words) > 1 and is_whole and not any(
            word.kind in {"conjunction", "pronoun", "auxiliary"} or word.folded in SCOPE
            for word in words
        ) and not any(map(self._own.is_verbal, run[position:]))

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
