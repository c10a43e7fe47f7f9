"""Results files compared question by question: a paired bootstrap per measure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from eval.intervals import Interval, holm, mean_interval

Record = Mapping[str, Any]
Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Means before and after, their differences (after − before) per measure over the common
    questions, and who lost or won.

    `only_before` and `only_after` are the ids in one run alone; a question that was changed
    under the same id is in both.
    """

    before: dict[str, float]
    after: dict[str, float]
    differences: dict[str, Interval]
    lost: dict[str, list[str]]
    won: dict[str, list[str]]
    common: int
    only_before: list[str]
    only_after: list[str]

    @property
    def apart(self) -> list[str]:
        """The ids that were not compared, sorted."""
        return sorted({*self.only_before, *self.only_after})

    @property
    def share_of_ids_that_differ(self) -> float:
        """Of all ids of both runs, the share that was not compared."""
        ids = self.common + len(self.apart)
        return len(self.apart) / ids if ids else 0.0


def _of_ranking(name: str) -> Callable[[Record], float | None]:
    return lambda record: record["ranking"][name] if record["ranking"] else None


def _of_flag(name: str) -> Callable[[Record], float | None]:
    return lambda record: None if record[name] is None else float(record[name])


def _by_id(report: Report) -> dict[str, Record]:
    return {record["id"]: record for record in report["questions"]}


def compare(before: Report, after: Report) -> Comparison:
    """The comparison of two reports over the questions that are the same in both."""
    old, new = _by_id(before), _by_id(after)
    common = sorted(
        name for name in old.keys() & new if old[name]["fingerprint"] == new[name]["fingerprint"]
    )
    means: tuple[dict[str, float], dict[str, float]] = ({}, {})
    differences: dict[str, Interval] = {}
    lost: dict[str, list[str]] = {}
    won: dict[str, list[str]] = {}
    for measure, value_of in MEASURES.items():
        pairs = _pairs(common, old, new, value_of)
        gains = {name: after - before for name, (before, after) in pairs.items()}
        if pairs:
            differences[measure] = mean_interval(list(gains.values()))
            for mean, values in zip(means, zip(*pairs.values(), strict=True), strict=True):
                mean[measure] = round(sum(values) / len(values), 6)
        lost[measure] = [name for name, gain in gains.items() if gain < 0]
        won[measure] = [name for name, gain in gains.items() if gain > 0]
    return Comparison(
        *means,
        differences,
        lost,
        won,
        len(common),
        sorted(old.keys() - set(common)),
        sorted(new.keys() - set(common)),
    )


def _pairs(
    names: list[str],
    old: Mapping[str, Record],
    new: Mapping[str, Record],
    value_of: Callable[[Record], float | None],
) -> dict[str, tuple[float, float]]:
    pairs = {name: (value_of(old[name]), value_of(new[name])) for name in names}
    return {
        name: (before, after)
        for name, (before, after) in pairs.items()
        if before is not None and after is not None
    }


def of_questions(report: Report, ids: Collection[str]) -> Report:
    """The report with only the questions of `ids`, and without the figures over all."""
    return {"questions": [record for record in report["questions"] if record["id"] in ids]}


def corrected(comparisons: Mapping[str, Comparison]) -> dict[str, dict[str, float]]:
    """Per run and measure the probability, by Holm corrected for the number of runs that were
    compared with one baseline; each measure is a family of its own."""
    probabilities: dict[str, dict[str, float]] = {run: {} for run in comparisons}
    for measure in MEASURES:
        runs = [run for run, one in comparisons.items() if measure in one.differences]
        found = holm([comparisons[run].differences[measure].p for run in runs])
        for run, probability in zip(runs, found, strict=True):
            probabilities[run][measure] = round(probability, 6)
    return probabilities


def _refused_without_letter(record: Record) -> float | None:
    without = record.get("without_letter")
    return None if without is None else float(without["outcome"] != "answered")


# The last is measured where both runs took letters out.
MEASURES: dict[str, Callable[[Record], float | None]] = {
    "evidence_4000": _of_flag("evidence_4000"),
    "Success@5": _of_ranking("Success@5"),
    "RR@10": _of_ranking("RR@10"),
    "answered_correctly": _of_flag("answered_correctly"),
    "refused_without_letter": _refused_without_letter,
}
