"""Knowing when it is not there: how confidence and outcome tell what the letters can answer.

The negatives are of several kinds and are never added up: a question about something else is easier
to refuse than a near miss, to which the right letter lacks only the number that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from eval.intervals import auroc_interval, intervals_of

if TYPE_CHECKING:
    from eval.questions import QuestionResult

Figures = dict[str, Any]

REFUSALS = ("unanswerable", "near_miss", "out_of_scope")
LETTER_OUT = "letter taken out"
BINS = 10


class Verdict(Protocol):
    """What became of a question."""

    @property
    def outcome(self) -> str:
        """An outcome of the contract."""
        ...

    @property
    def confidence(self) -> float:
        """The probability of an answer, in [0, 1]."""
        ...


def answerable_verdicts(results: Sequence[QuestionResult]) -> list[Verdict]:
    """The questions that the letters do answer."""
    return [result for result in results if result.answerable]


def negatives_by_kind(results: Sequence[QuestionResult]) -> dict[str, list[Verdict]]:
    """Per kind of negative what became of it; the kind LETTER_OUT is empty where not asked."""
    kinds: dict[str, list[Verdict]] = {
        kind: [result for result in results if result.type == kind] for kind in REFUSALS
    }
    kinds[LETTER_OUT] = [r.without_letter for r in results if r.without_letter is not None]
    return kinds


def abstention_figures(answerable: Sequence[Verdict], negatives: Sequence[Verdict]) -> Figures:
    """How well confidence and outcome tell the answerable from the `negatives`.

    Precision and recall are of refusing (any outcome but answered) at the running threshold; their
    intervals and that of the area are 95% bootstrap. What has no questions is None.
    """
    from sklearn.metrics import roc_auc_score

    high = [verdict.confidence for verdict in answerable]
    low = [verdict.confidence for verdict in negatives]
    labels = [True] * len(high) + [False] * len(low)
    rightly = [float(verdict.outcome != "answered") for verdict in negatives]
    wrongly = sum(verdict.outcome != "answered" for verdict in answerable)
    refused = sum(rightly) + wrongly
    return {
        "questions": len(low),
        "auroc": round(float(roc_auc_score(labels, high + low)), 6) if high and low else None,
        "auroc_95": auroc_interval(high, low),
        "refusal_precision": round(sum(rightly) / refused, 6) if refused and low else None,
        "refusal_recall": round(sum(rightly) / len(low), 6) if low else None,
        "refusal_recall_95": intervals_of({"recall": rightly}).get("recall"),
    }


def abstention_summary(results: Sequence[QuestionResult]) -> Figures:
    """The figures against every kind of negative."""
    answerable = answerable_verdicts(results)
    return {
        kind: abstention_figures(answerable, negatives)
        for kind, negatives in negatives_by_kind(results).items()
    }


def reliability(confidences: Sequence[float], answerable: Sequence[bool]) -> Figures | None:
    """Whether a confidence of 0.7 means that seven in ten can be answered; None without questions.

    `bins` are the occupied ones of BINS equal widths (the last holds 1.0), with their count, mean
    confidence, observed share answerable and its 95% interval. `calibration_error` is the expected
    one: the distance of both, weighed by count (Naeini et al. 2015). `brier` is the mean squared
    difference of confidence and truth.
    """
    if not confidences:
        return None
    pairs = list(zip(confidences, map(float, answerable), strict=True))
    filled = [
        [pair for pair in pairs if min(BINS - 1, int(pair[0] * BINS)) == number]
        for number in range(BINS)
    ]
    bins = [_bin(number, members) for number, members in enumerate(filled) if members]
    error = sum(b["count"] * abs(b["confidence"] - b["answerable"]) for b in bins) / len(pairs)
    brier = sum((confidence - truth) ** 2 for confidence, truth in pairs) / len(pairs)
    return {
        "questions": len(pairs),
        "calibration_error": round(error, 6),
        "brier": round(brier, 6),
        "bins": bins,
    }


def _bin(number: int, members: Sequence[tuple[float, float]]) -> Mapping[str, Any]:
    truths = [truth for _, truth in members]
    return {
        "low": number / BINS,
        "high": (number + 1) / BINS,
        "count": len(members),
        "confidence": round(sum(confidence for confidence, _ in members) / len(members), 6),
        "answerable": round(sum(truths) / len(members), 6),
        "answerable_95": intervals_of({"share": truths})["share"],
    }


def reliability_summary(results: Sequence[QuestionResult]) -> Figures:
    """Over the gold questions as they are, and with those whose letter was taken out added."""
    confidences = [result.confidence for result in results]
    answerable = [result.answerable for result in results]
    without = negatives_by_kind(results)[LETTER_OUT]
    both = (confidences + [v.confidence for v in without], answerable + [False] * len(without))
    return {
        "gold questions": reliability(confidences, answerable),
        "with letters taken out": reliability(*both) if without else None,
    }
