"""From results to figures: intervals, abstention, reliability, slices, and the report of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eval.abstention import (
    abstention_figures,
    abstention_summary,
    negatives_by_kind,
    reliability,
    reliability_summary,
)
from eval.citations import CitationCounts
from eval.intervals import auroc_interval, holm, intervals_of, mean_interval
from eval.letter_out import WithoutLetter
from eval.questions import Timing
from eval.ranking import ranking_measures
from eval.report import build_report, load_report, print_report, to_json
from eval.summary import citation_figures, latency_figures, summarise
from tests.test_eval_measures import refusal, result

if TYPE_CHECKING:
    from pathlib import Path


def test_an_interval_is_seeded_and_holds_its_mean() -> None:
    """The same values always give the same interval; a constant has none to speak of."""
    values = [0.0, 1.0] * 50
    first = mean_interval(values)
    assert first == mean_interval(values)
    assert 0.38 < first.low < first.mean == 0.5 < first.high < 0.62
    assert (mean_interval([1.0, 1.0]).low, mean_interval([0.0]).p) == (1.0, 1.0)
    with pytest.raises(ValueError, match="at least one"):
        mean_interval([])


def test_abstention_by_hand() -> None:
    """Three of four pairs in order is AUROC 0.75; one right and one wrong refusal halve both."""
    results = [
        result("a", confidence=0.9),
        result("b", confidence=0.4, outcome="not_in_letters"),
        refusal("c", "unanswerable", "not_in_letters", 0.1),
        refusal("d", "unanswerable", "answered", 0.5),
        refusal("e", "out_of_scope", "out_of_scope", 0.0),
    ]
    figures = abstention_summary(results)["unanswerable"]
    assert (figures["questions"], figures["auroc"]) == (2, 0.75)
    assert (figures["refusal_precision"], figures["refusal_recall"]) == (0.5, 0.5)
    assert figures["refusal_recall_95"] == [0.0, 1.0]
    assert figures["auroc_95"][0] <= 0.75 <= figures["auroc_95"][1]
    assert abstention_summary(results)["out_of_scope"]["auroc"] == 1.0
    assert set(abstention_summary(results)["near_miss"].values()) == {0, None}


def test_letters_taken_out_are_negatives_of_their_own() -> None:
    """They count against the answerable, whatever became of the question with its letter."""
    results = [
        result("a", confidence=0.9, without_letter=WithoutLetter("not_in_letters", 0.2)),
        result("b", confidence=0.3, without_letter=WithoutLetter("answered", 0.4)),
        refusal("c", "near_miss", "answered", 0.8),
    ]
    figures = abstention_summary(results)["letter taken out"]
    assert (figures["questions"], figures["auroc"], figures["refusal_recall"]) == (2, 0.75, 0.5)
    assert len(negatives_by_kind(results)["near_miss"]) == 1
    both = reliability_summary(results)
    assert (both["gold questions"]["questions"]) == 3
    assert (both["with letters taken out"]["questions"]) == 5


def test_reliability_by_hand() -> None:
    """Two of three right at 0.7 and none of one at 1.0: error (3 × 0.033 + 1) / 4."""
    figures = reliability([0.7, 0.7, 0.7, 1.0], [True, True, False, False])
    assert figures is not None
    assert [(b["low"], b["count"]) for b in figures["bins"]] == [(0.7, 3), (0.9, 1)]
    assert figures["bins"][0]["answerable"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["calibration_error"] == pytest.approx((3 * (0.7 - 2 / 3) + 1) / 4)
    assert figures["brier"] == pytest.approx((0.09 + 0.09 + 0.49 + 1) / 4)
    assert reliability([], []) is None


def test_the_area_under_the_curve_has_a_seeded_interval() -> None:
    """Sides apart give 1 to 1, mixed ones something wider around the area; ties count half."""
    assert auroc_interval([0.9, 0.8], [0.1, 0.2]) == [1.0, 1.0]
    assert auroc_interval([0.5], [0.5, 0.5]) == [0.5, 0.5]
    assert auroc_interval([], [0.1]) is None
    figures = abstention_figures([result(confidence=n / 20) for n in range(20)],
                                 [result(confidence=n / 25) for n in range(20)])
    low, high = figures["auroc_95"]
    assert 0.35 < low < figures["auroc"] < high < 0.8


def test_intervals_of_many_measures_agree_with_those_of_one() -> None:
    """They come from other resamples of the same kind; a column without values has none."""
    values = [0.0, 1.0] * 50
    together = intervals_of({"half": values, "all": [1.0] * 100})
    alone = mean_interval(values)
    assert together["half"] == pytest.approx([alone.low, alone.high], abs=0.02)
    assert together["all"] == [1.0, 1.0]
    assert intervals_of({"none": []}) == {}
    with pytest.raises(ValueError, match="different numbers"):
        intervals_of({"a": [1.0], "b": [1.0, 0.0]})


def test_holm_by_hand() -> None:
    """The smallest counts three times, the next twice, and none comes below one before it."""
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.9, 0.6]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test_every_slice_has_its_intervals_and_the_splits_are_slices() -> None:
    """A slice of refusals has no retrieval interval, and the held-out questions stand apart."""
    wrong = {"evidence_4000": False, "ranking": ranking_measures([None], 50)}
    results = [
        *(result(f"a{n}", **(wrong if n % 2 else {})) for n in range(10)),
        result("h", held_out=True),
        refusal("r", "near_miss", "answered", 0.5),
    ]
    slices = summarise(results)["slices"]
    low, high = slices["split: tuning"]["intervals_95"]["evidence_4000"]
    assert 0.1 < low < 0.5 < high < 0.9
    assert slices["split: held-out"]["questions"] == 1
    assert "Success@5" not in slices["type: near_miss"]["intervals_95"]


def test_citation_shares_are_over_citations_and_none_without_any() -> None:
    """Three citations weigh three times one; a share of nothing is None and not 0."""
    results = [
        result("a", citations=CitationCounts(3, 2, 3, 3, 3, 3, 3, 1, 0, 0)),
        result("b"),
    ]
    figures = citation_figures(results)
    assert (figures["verbatim"], figures["page_accuracy_with_pages"]) == (0.75, 0.5)
    assert figures["page_accuracy_without_pages"] is None


def test_latency_is_median_and_95th_percentile_and_none_when_unknown() -> None:
    """A clock that the service does not report is None."""
    results = [result(timing=Timing(n, n, n, n, n, None)) for n in range(1, 101)]
    figures = latency_figures(results)
    assert figures["ask"] == {"median": 50.5, "p95": pytest.approx(95.05)}
    assert figures["search_beyond_embedding"] is None


def test_a_report_is_stable_sorted_and_read_back(tmp_path: Path) -> None:
    """Two runs with the same outcome give the same file, in order of id, without timings."""
    one = build_report([result("b"), result("a")])
    two = build_report([result("a"), result("b")])
    assert to_json(one) == to_json(two)
    assert [record["id"] for record in one["questions"]] == ["a", "b"]
    assert not {"timing", "shown"} & one["questions"][0].keys()
    (tmp_path / "r.json").write_text(to_json(one), encoding="utf-8")
    assert load_report(tmp_path / "r.json") == one


def test_the_tables_show_every_slice() -> None:
    """A reader of the terminal sees types, other words and refusals."""
    from rich.console import Console

    console = Console(width=200, record=True, quiet=True)
    results = [result("a"), refusal("b", "unanswerable", "not_in_letters", 0.1)]
    print_report(build_report(results), console)
    console.quiet = False
    console.begin_capture()
    print_report(build_report(results), console)
    text = console.end_capture()
    for expected in ("ev4000", "other words", "type: unanswerable", "AUROC", "p95"):
        assert expected in text
