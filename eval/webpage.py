"""A run as one web page: plots to look at, and every failed question to read.

The page needs no script and nothing from elsewhere, so that it can be mailed, kept and printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from eval.abstention import answerable_verdicts, negatives_by_kind
from eval.plots import COLOURS, latency_plot, outcomes_plot, reliability_plot, roc_plot, slices_plot

if TYPE_CHECKING:
    from eval.abstention import Verdict
    from eval.questions import QuestionResult

EXCERPT = 320

_MEASURES = {
    "evidence_4000": "evidence in 4,000",
    "Success@1": "hit@1",
    "Success@3": "hit@3",
    "Success@5": "hit@5",
    "Success@10": "hit@10",
    "RR@10": "MRR@10",
}
_NEGATIVES = ("near_miss", "unanswerable", "letter taken out")
_RIGHT, _WRONG, _REFUSED = "right answer", "wrong answer", "refused, although answerable"
_RIGHTLY_REFUSED, _OUGHT_TO_REFUSE = "rightly refused", "answered, although not in the letters"
_OUTCOMES = {
    _RIGHT: "fill-one",
    _RIGHTLY_REFUSED: "fill-three",
    _REFUSED: "fill-quiet",
    _WRONG: "fill-two",
    _OUGHT_TO_REFUSE: "fill-four",
}
# The gravest first: a wrong answer is believed, a refusal only disappoints.
_FAILURES = (_OUGHT_TO_REFUSE, _WRONG, _REFUSED)


def render(report: Mapping[str, Any], results: Sequence[QuestionResult]) -> str:
    """The page of a `report` and the `results` that it was made from, as HTML."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["excerpt"] = excerpt
    summary = report["summary"]
    return environment.get_template("report.html").render(
        tiles=_tiles(summary),
        summary=summary,
        slices=_slices(summary),
        outcomes=_outcomes(results),
        reliability=reliability_plot(summary["reliability"]),
        calibration=list(zip(summary["reliability"].items(), COLOURS, strict=False)),
        abstention=_abstention(results),
        abstention_rows=[(k, summary["abstention"][k]) for k in (*_NEGATIVES, "out_of_scope")],
        negatives=list(zip(_NEGATIVES, COLOURS, strict=False)),
        latencies=_latencies(report, results),
        failures={kind: _failed(results, kind) for kind in _FAILURES},
    )


def excerpt(words: str) -> str:
    """The words on one line, cut off after EXCERPT characters."""
    joined = " ".join(words.split())
    return joined if len(joined) <= EXCERPT else joined[:EXCERPT].rsplit(" ", 1)[0] + " …"


def what_became(result: QuestionResult) -> str:
    """In a few words whether the question went well, or how it failed."""
    answered = result.outcome == "answered"
    if not result.answerable:
        return _OUGHT_TO_REFUSE if answered else _RIGHTLY_REFUSED
    if not answered:
        return _REFUSED
    return _RIGHT if result.answered_correctly else _WRONG


def roc(answerable: Sequence[Verdict], negatives: Sequence[Verdict]) -> list[tuple[float, float]]:
    """Points (share of negatives, share of answerable at or above a confidence), from (0, 0)."""
    from sklearn.metrics import roc_curve

    verdicts = [*answerable, *negatives]
    labels = [True] * len(answerable) + [False] * len(negatives)
    false, true, _ = roc_curve(labels, [verdict.confidence for verdict in verdicts])
    return [(float(a), float(b)) for a, b in zip(false, true, strict=True)]


def _share_answered(verdicts: Sequence[Verdict]) -> float:
    return sum(verdict.outcome == "answered" for verdict in verdicts) / len(verdicts)


def _abstention(results: Sequence[QuestionResult]) -> Any:
    answerable, by_kind = answerable_verdicts(results), negatives_by_kind(results)
    # A kind without questions keeps its place, and so its colour.
    kinds = {kind: by_kind[kind] if answerable else [] for kind in _NEGATIVES}
    curves = {k: roc(answerable, found) if found else [] for k, found in kinds.items()}
    running = {
        kind: (_share_answered(found), _share_answered(answerable))
        for kind, found in kinds.items()
        if found
    }
    return roc_plot(curves, running)


def _slices(summary: Mapping[str, Any]) -> Any:
    measured = {
        name: figures | {"questions": figures["answerable"]}
        for name, figures in summary["slices"].items()
        if figures["evidence_4000"] is not None
    }
    return slices_plot(measured, _MEASURES)


def _outcomes(results: Sequence[QuestionResult]) -> Any:
    types: dict[str, dict[str, int]] = {}
    for result in sorted(results, key=lambda one: (not one.answerable, one.type)):
        counts = types.setdefault(result.type.replace("_", " "), {})
        became = what_became(result)
        counts[became] = counts.get(became, 0) + 1
    return outcomes_plot(types, _OUTCOMES)


def _latencies(report: Mapping[str, Any], results: Sequence[QuestionResult]) -> dict[str, Any]:
    clocks = {"To ask": "ask_wall", "To search": "search_wall"}
    return {
        heading: latency_plot(
            [getattr(result.timing, clock) for result in results], report["latency_ms"][clock]
        )
        for heading, clock in clocks.items()
    }


def _tiles(summary: Mapping[str, Any]) -> list[tuple[str, float | None, Any, str]]:
    """Heading, figure, its 95% interval and what it means, of the figures to look at first."""
    whole, slices = summary["overall"], summary["slices"]
    answerable = slices.get("answerable", whole)
    near, out = (summary["abstention"][kind] for kind in ("near_miss", "letter taken out"))
    recall = ("refusal_recall", "refusal_recall_95")
    return [
        ("evidence in 4,000", *_figure(answerable, "evidence_4000"),
         "the evidence stands in the first 4,000 characters found"),
        ("hit@5", *_figure(answerable, "Success@5"), "some evidence among the first five passages"),
        ("MRR@10", *_figure(answerable, "RR@10"), "1 / the rank of the first evidence"),
        ("answered right", *_figure(answerable, "answered_correctly"),
         "of the answerable: every need is cited"),
        ("near misses refused", *(near[key] for key in recall),
         "the right letter lacks what is asked"),
        ("letter taken out: refused", *(out[key] for key in recall),
         "answerable, but not in the letters searched"),
        ("verbatim citations", whole["verbatim"], None,
         f"of {whole['citations']} citations, looked up apart"),
    ]


def _figure(figures: Mapping[str, Any], measure: str) -> tuple[float | None, Any]:
    return figures[measure], figures["intervals_95"].get(measure)


def _failed(results: Sequence[QuestionResult], kind: str) -> list[QuestionResult]:
    return sorted(
        (result for result in results if what_became(result) == kind),
        key=lambda result: (result.type, result.id),
    )
