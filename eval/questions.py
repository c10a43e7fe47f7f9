"""Asking the gold questions: one result per question, which every measure is made from."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from eval.citations import CitationCounts, judge_citations
from eval.letter_out import WithoutLetter, ask_without
from eval.matching import Stretch, all_needs_within, need_ranks
from eval.ranking import ranking_measures
from eval.shown import Shown, shown
from eval.splits import is_held_out
from eval.systems import Body, System, SystemFailure, letter_stems
from eval.words import in_other_words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from eval.gold import GoldQuestion

SEARCH_DEPTH = 50
EVIDENCE_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one question, on the wall clock and as the service says."""

    ask_wall: float
    search_wall: float
    ask: float | None
    search: float | None
    ask_beyond_embedding: float | None
    search_beyond_embedding: float | None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """How one question went. Ranks count from 1; what has no meaning for a refusal is None.

    `rank_any` and `rank_all` are the ranks at which the first and the last need is met, within
    SEARCH_DEPTH passages. `answered_correctly`: an answerable question is answered and every
    need is cited; any other is refused, whichever refusal it is. `without_letter` is None unless
    the question was asked with its letters taken out as well.
    """

    id: str
    fingerprint: str
    type: str
    language: str
    held_out: bool
    answerable: bool
    other_words: bool | None
    paged: bool | None
    rank_any: int | None
    rank_all: int | None
    evidence_4000: bool | None
    ranking: dict[str, float] | None
    outcome: str
    outcome_right: bool
    confidence: float
    answered_correctly: bool
    cited_any: bool | None
    cited_all: bool | None
    citations: CitationCounts
    verification_failed: int
    passages_verbatim: bool
    without_letter: WithoutLetter | None
    timing: Timing
    shown: Shown


class UnknownLetters(Exception):
    """The index lacks letters that the gold questions are about."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(
            f"the index does not hold the letters that the gold questions are about: "
            f"{', '.join(missing)}; run 'briefwijzer ingest corpus' with the same --index first"
        )
        self.missing = tuple(missing)


class Examiner:
    """Asks `system` gold questions. `kenmerken` is the true kenmerk per letter (file stem) and
    `held_out` names the letters that nothing is tuned on. With `letters_out`, an answerable
    question is asked once more with its letters taken out."""

    def __init__(
        self,
        system: System,
        kenmerken: Mapping[str, str | None],
        *,
        held_out: Collection[str] = (),
        letters_out: bool = False,
    ) -> None:
        self._system = system
        self._kenmerken = kenmerken
        self._held_out = held_out
        self._letters_out = letters_out
        self._stems = letter_stems(system.letters())
        self._letter_text = cache(system.letter_text)

    def require_letters(self, questions: Sequence[GoldQuestion]) -> None:
        """Raises UnknownLetters unless every letter of the evidence is in the index."""
        wanted = {e.letter for question in questions for e in question.alternatives}
        if missing := wanted - set(self._stems.values()):
            raise UnknownLetters(sorted(missing))

    def examine(self, question: GoldQuestion) -> QuestionResult:
        """The result of one question. Raises SystemFailure, naming it, when there is no answer."""
        try:
            # Asked first, so that its time includes the embedding of the question.
            answer, ask_wall = _timed(self._system.ask, _body(question))
            found, search_wall = _timed(self._system.search, _body(question, SEARCH_DEPTH))
            timing = _timing(answer, ask_wall, found, search_wall)
            return self._judge(question, found, answer, self._without(question), timing)
        except (SystemFailure, KeyError) as error:
            raise SystemFailure(f"question {question.id}: {error!r}") from error

    def _without(self, question: GoldQuestion) -> WithoutLetter | None:
        if not (self._letters_out and question.answerable):
            return None
        stems = {evidence.letter for evidence in question.alternatives}
        own = {letter_id for letter_id, stem in self._stems.items() if stem in stems}
        return ask_without(self._system, _body(question), own, list(self._stems))

    def _judge(
        self,
        question: GoldQuestion,
        found: Body,
        answer: Body,
        without: WithoutLetter | None,
        timing: Timing,
    ) -> QuestionResult:
        stretches = [self._stretch(passage) for passage in found["passages"]]
        ranks = need_ranks(question, stretches)
        met = [rank for rank in ranks if rank is not None]
        verdict = judge_citations(
            question, answer["citations"], self._stems, self._kenmerken, self._letter_text
        )
        answerable = question.answerable
        answered = answer["outcome"] == "answered"
        return QuestionResult(
            id=question.id,
            fingerprint=question.fingerprint,
            type=question.type,
            language=question.language,
            held_out=is_held_out(question, self._held_out),
            answerable=answerable,
            other_words=in_other_words(question) if answerable else None,
            paged=_paged(question),
            rank_any=min(met, default=None),
            rank_all=max(met) if met and len(met) == len(ranks) else None,
            evidence_4000=(
                all_needs_within(question, stretches, EVIDENCE_LIMIT) if answerable else None
            ),
            ranking=ranking_measures(ranks, len(stretches)) if answerable else None,
            outcome=answer["outcome"],
            outcome_right=answer["outcome"] == question.outcome,
            confidence=round(float(answer["confidence"]), 6),
            answered_correctly=answered and verdict.complete if answerable else not answered,
            cited_any=verdict.hit if answerable else None,
            cited_all=verdict.complete if answerable else None,
            citations=verdict.counts,
            verification_failed=answer["verification"]["failed"],
            passages_verbatim=all(self._is_slice(p) for p in found["passages"]),
            without_letter=without,
            timing=timing,
            shown=shown(question, answer, found["passages"], self._stems),
        )

    def _stretch(self, passage: Body) -> Stretch:
        return Stretch(
            letter=self._stems.get(passage["letter_id"], ""),
            start=passage["char_start"],
            end=passage["char_end"],
            text=passage["text"],
            notes=tuple(note["text"] for note in passage["footnotes"]),
        )

    def _is_slice(self, passage: Body) -> bool:
        text = self._letter_text(passage["letter_id"])
        return bool(text[passage["char_start"] : passage["char_end"]] == passage["text"])


def _body(question: GoldQuestion, top_k: int | None = None) -> Body:
    history = [asdict(turn) for turn in question.history]
    body: Body = {"question": question.question, "history": history}
    return body if top_k is None else {**body, "top_k": top_k}


def _timed(call: Callable[[Body], Body], body: Body) -> tuple[Body, float]:
    start = time.perf_counter()
    answer = call(body)
    return answer, (time.perf_counter() - start) * 1000


def _timing(answer: Body, ask_wall: float, found: Body, search_wall: float) -> Timing:
    ask, search = answer["timings_ms"], found["timings_ms"]
    return Timing(
        ask_wall=ask_wall,
        search_wall=search_wall,
        ask=ask.get("total"),
        search=search.get("total"),
        ask_beyond_embedding=_beyond_embedding(ask),
        search_beyond_embedding=_beyond_embedding(search),
    )


def _beyond_embedding(timings: Mapping[str, float]) -> float | None:
    return timings["total"] - timings["embed"] if {"total", "embed"} <= set(timings) else None


def _paged(question: GoldQuestion) -> bool | None:
    """Whether all evidence stands in letters with pages; None if mixed or there is none."""
    kinds = {evidence.page is not None for evidence in question.alternatives}
    return kinds.pop() if len(kinds) == 1 else None


def examine_all(examiner: Examiner, questions: Sequence[GoldQuestion]) -> Iterator[QuestionResult]:
    """The results in the order of the questions, one by one so that progress can be shown."""
    examiner.require_letters(questions)
    return (examiner.examine(question) for question in questions)


def as_record(result: QuestionResult) -> dict[str, Any]:
    """The result as it stands in a results file: without its timing, which is never the same, and
    without texts, which stand in the gold questions and the letters."""
    record = asdict(result)
    del record["timing"], record["shown"]
    return record
