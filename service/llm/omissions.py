"""What a claim may leave out of a sentence so that the sentence still says it

Leaving words out is safe where it only makes a claim weaker: natural logic's monotonicity
(MacCartney & Manning 2007, "Natural Logic for Textual Inference"). Nothing else is left out: a
restriction, a condition, a source, a denial or a degree stays.
"""

from __future__ import annotations

from service.llm.alignment import Alignment
from service.llm.operators import (
    ADDING,
    ARTICLES,
    CONNECTIVES,
    LIMITING,
    PASSED,
    NEGATIONS,
    SCOPE,
    TIMES,
    TOGETHER,
)
from service.llm.reading import Reading

_FREE = frozenset({"te", "om", "er", "zich"})
_TIME_OPENINGS = frozenset({"in", "op"})
# A dependent clause of these kinds adds to what it stands in.
_ADDING_CLAUSES = frozenset({"main", "reason", "purpose", "result", "example"})
# What a dependent clause of these kinds says does not hold by itself.
_DEPENDENT = frozenset({"embedded", "condition", "purpose", "result", "example"})
_FACTIVE = frozenset({"blijkt", "bleek", "blijken"})
_POINTING = frozenset("hieruit daaruit hiermee".split())
_SOURCES = frozenset({"volgens", "blijkens", "aldus"})
_REFERRING = frozenset("eerder eerdergenoemde bovengenoemde genoemde voornoemde reeds al".split())


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
        if parent >= 0 and not self._alive[parent]:
            return True
        if kind == "main":
            return self._is_pointing(clause) or not (
                self._governs(clause) or self._colours_next(clause)
            )
        if self._is_conjunct(clause, parent):
            return True
        denied = parent >= 0 and self._is_denied(parent)
        if kind == "reason" and "," in self._own.before[positions[0]]:
            denied = False
        if kind == "relative":
            return not denied and self._is_loose(positions[0])
        if kind == "aside":
            words = [self._own.words[at].folded for at in positions]
            return words[-1] != "van" and not (SCOPE & set(words))
        if kind == "condition":
            return positions[0] > 0 and self._own.words[positions[0] - 1].folded == "zelfs"
        first = positions[0]
        limited = first > 0 and self._own.is_scope(first - 1)
        return kind in _ADDING_CLAUSES and not denied and not limited

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
            self._own.words[at].folded in NEGATIONS for at in self._own.within(clause)
        )

    def _is_loose(self, first: int) -> bool:
        """Whether a relative clause only adds: behind a comma, a name, or something indefinite."""
        if "," in self._own.before[first] or first == 0:
            return True
        return self._own.words[first - 1].capital or self._leader(first - 1) in {"een"}

    def _leader(self, at: int) -> str:
        """The determiner or number at the head of the phrase that ends in `at`, or ""."""
        while at >= 0 and self._own.words[at].kind == "word" and not self._own.is_verbal(at):
            if self._own.before[at]:
                return ""
            at -= 1
        if at < 0:
            return ""
        word = self._own.words[at]
        return word.folded if word.kind in {"determiner", "number"} else ""

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
        for run in self._runs(clause):
            rest = self._unlicensed(run, clause)
            if rest is not None:
                return f"the claim leaves out ‘{self._own.words[rest].shown}’"
        return None

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
        is_definite = leads.folded in ARTICLES or leads.capital
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
            self._leader(at) == {"dat": "het", "die": "de"}[pronoun]
        )

    def _is_strict_of(self, clause: int) -> bool:
        """Whether a clause denies something, or is not said as a fact."""
        return bool(self._own.manner(clause).modals) or self._is_denied(clause) or (
            self._own.clauses[clause].kind in _DEPENDENT
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

    def _is_strict(self, clause: int) -> bool:
        """Whether a denial or a word such as "alle" reigns, so that less said is more claimed."""
        return any(
            self._kept[at] and self._own.words[at].folded in _STRICT
            for at in self._own.within(clause)
        )

    def _light(self, run: list[int], position: int, clause: int) -> int:
        word = self._own.words[run[position]]
        if word.folded in _FREE or (word.folded in {"die", "dat"} and self._begins(run[position])):
            return position + 1
        if word.folded in CONNECTIVES and word.folded not in LIMITING:
            return position + 1
        if word.folded in LIMITING and not self._is_strict(clause):
            return position + 1
        if word.folded in PASSED and not self._is_strict(clause):
            return position + 1
        if self._counts_parts(run, position):
            return position + 2
        shown = tuple(self._own.words[at].folded for at in run[position : position + 3])
        if shown in {("om", "deze", "reden"), ("om", "die", "reden")}:
            return position + 3
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
        return self._own.words[run[0] - 1].capital and words[0].folded in {"als", "met"} and not (
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
        if self._own.words[first].folded not in ADDING or not self._may_follow(first - 1):
            return 0
        words = [self._own.words[at] for at in run[position:]]
        if any(word.folded in SCOPE or word.kind == "pronoun" for word in words):
            return 0
        return len(run) if self._ends_whole(run[-1]) else 0

    def _may_follow(self, at: int) -> bool:
        """Whether a phrase behind a word belongs to the event, or to something indefinite."""
        if at < 0:
            return True
        word = self._own.words[at]
        if word.kind != "word" or self._own.is_verbal(at) or self._own.is_adverb(at):
            return word.kind not in {"determiner", "preposition"}
        return word.capital or word.folded in TIMES or self._leader(at) == "een"

    def _adjective(self, run: list[int], position: int) -> int:
        """The end of adjectives that only point back, or 0; others restrict."""
        at = run[position]
        word = self._own.words[at]
        if word.folded in _REFERRING:
            end = position + (word.folded in {"eerder", "reeds", "al"})
            is_pointing = end < len(run) and self._own.words[run[end]].folded.endswith("e")
            return end + 1 if is_pointing else 0
        return 0


_STRICT = NEGATIONS | frozenset(
    "alle alles allen alleen slechts uitsluitend elk elke ieder iedere altijd enkel".split()
)
