"""Results per question to figures per slice.

A figure that nothing was measured for is None, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import mean
from typing import Any

from eval.abstention import abstention_summary, reliability_summary
from eval.intervals import intervals_of
from eval.questions import QuestionResult
from eval.ranking import RANKING_MEASURES

Figures = dict[str, Any]

_Keep = Callable[[QuestionResult], bool]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _mean(values: Iterable[float | bool | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return round(mean(known), 6) if known else None


def retrieval_figures(results: Sequence[QuestionResult]) -> Figures:
    """The primary measure (`evidence_4000`) and the ranking measures over the answerable."""
    ranked = [result.ranking for result in results if result.ranking is not None]
    figures: Figures = {"evidence_4000": _mean(result.evidence_4000 for result in results)}
    return figures | {name: _mean(one[name] for one in ranked) for name in RANKING_MEASURES}


def citation_figures(results: Sequence[QuestionResult]) -> Figures:
    """Shares of citations over the answerable questions, pages apart by kind of letter.

    `verbatim` is over every citation of every question, the wrongly answered included.
    """
    answerable = [result.citations for result in results if result.answerable]

    def over(part: str, whole: str) -> float | None:
        return _share(
            sum(getattr(c, part) for c in answerable), sum(getattr(c, whole) for c in answerable)
        )

    everything = [result.citations for result in results]
    return {
        "citations": sum(c.cited for c in everything),
        "letter_accuracy": over("letter_right", "cited"),
        "kenmerk_accuracy": over("kenmerk_right", "known_kenmerk"),
        "page_accuracy_with_pages": over("page_right", "paged"),
        "page_accuracy_without_pages": over("no_page_right", "unpaged"),
        "citation_precision": over("hitting", "cited"),
        "verbatim": _share(sum(c.verbatim for c in everything), sum(c.cited for c in everything)),
        "verification_failed": sum(result.verification_failed for result in results),
        "passages_verbatim": _mean(result.passages_verbatim for result in results),
    }


def answer_figures(results: Sequence[QuestionResult]) -> Figures:
    """What became of the questions: answered or refused, and rightly so or not."""
    return {
        "answered": _mean(result.outcome == "answered" for result in results),
        "answered_correctly": _mean(result.answered_correctly for result in results),
        "outcome_right": _mean(result.outcome_right for result in results),
        "cited_any": _mean(result.cited_any for result in results),
        "cited_all": _mean(result.cited_all for result in results),
    }


def latency_figures(results: Sequence[QuestionResult]) -> Figures:
    """Median and 95th percentile in milliseconds, per clock."""
    import numpy as np

    figures: Figures = {}
    for clock in _CLOCKS:
        values = [getattr(result.timing, clock) for result in results]
        known = [value for value in values if value is not None]
        figures[clock] = (
            {
                "median": round(float(np.median(known)), 3),
                "p95": round(float(np.percentile(known, 95)), 3),
            }
            if known
            else None
        )
    return figures


def figures_of(results: Sequence[QuestionResult]) -> Figures:
    """Every figure of a slice but latency and abstention, with the 95% intervals [low, high]."""
    return {
        "questions": len(results),
        "answerable": sum(result.answerable for result in results),
        **retrieval_figures(results),
        **answer_figures(results),
        **citation_figures(results),
        "intervals_95": _intervals(results),
    }


def _intervals(results: Sequence[QuestionResult]) -> Figures:
    ranked = [result for result in results if result.ranking is not None]
    retrieval = {"evidence_4000": [float(r.evidence_4000 or 0) for r in ranked]} | {
        name: [(r.ranking or {})[name] for r in ranked] for name in RANKING_MEASURES
    }
    answers = {
        name: [float(getattr(r, name)) for r in results]
        for name in ("answered_correctly", "outcome_right")
    }
    return intervals_of(retrieval) | intervals_of(answers)


def _slices(results: Sequence[QuestionResult]) -> dict[str, _Keep]:
    types = sorted({result.type for result in results})
    by_type = {f"type: {name}": _of_type(name) for name in types}
    return {**_SLICES, **by_type}


def _of_type(name: str) -> _Keep:
    return lambda result: result.type == name


def summarise(results: Sequence[QuestionResult]) -> Figures:
    """Figures over all questions, per slice and per question type, and how well it abstains."""
    slices = {}
    for name, keep in _slices(results).items():
        if kept := [result for result in results if keep(result)]:
            slices[name] = figures_of(kept)
    return {
        "overall": figures_of(results),
        "abstention": abstention_summary(results),
        "reliability": reliability_summary(results),
        "slices": slices,
    }


_CLOCKS = (
    "ask_wall",
    "ask",
    "ask_beyond_embedding",
    "search_wall",
    "search",
    "search_beyond_embedding",
)

_SLICES: dict[str, _Keep] = {
    "answerable": lambda result: result.answerable,
    "other words": lambda result: result.other_words is True,
    "the letter's words": lambda result: result.other_words is False,
    "with pages": lambda result: result.paged is True,
    "without pages": lambda result: result.paged is False,
    "language: nl": lambda result: result.answerable and result.language == "nl",
    "language: en": lambda result: result.answerable and result.language == "en",
    "split: tuning": lambda result: not result.held_out,
    "split: held-out": lambda result: result.held_out,
}
