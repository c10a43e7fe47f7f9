"""Two results files compared question by question: a paired bootstrap per measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from eval.intervals import Interval, mean_interval

if TYPE_CHECKING:
    from rich.console import Console

Record = Mapping[str, Any]
Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences (after − before) per measure over the common questions, and who lost or won.

    `only_before` and `only_after` are the ids in one run alone; a question that was changed
    under the same id is in both.
    """

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
    differences: dict[str, Interval] = {}
    lost: dict[str, list[str]] = {}
    won: dict[str, list[str]] = {}
    for measure, value_of in MEASURES.items():
        gains = _gains(common, old, new, value_of)
        if gains:
            differences[measure] = mean_interval(list(gains.values()))
        lost[measure] = [name for name, gain in gains.items() if gain < 0]
        won[measure] = [name for name, gain in gains.items() if gain > 0]
    return Comparison(
        differences,
        lost,
        won,
        len(common),
        sorted(old.keys() - set(common)),
        sorted(new.keys() - set(common)),
    )


def _gains(
    names: list[str],
    old: Mapping[str, Record],
    new: Mapping[str, Record],
    value_of: Callable[[Record], float | None],
) -> dict[str, float]:
    pairs = {name: (value_of(old[name]), value_of(new[name])) for name in names}
    return {
        name: after - before
        for name, (before, after) in pairs.items()
        if before is not None and after is not None
    }


def comparison_as_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as a JSON object."""
    return asdict(comparison) | {"share_of_ids_that_differ": comparison.share_of_ids_that_differ}


def print_comparison(comparison: Comparison, console: Console) -> None:
    """The differences as a table, then which questions were lost and won."""
    from rich.table import Table

    title = f"After − before, over {comparison.common} common questions"
    table = Table(title=title, title_justify="left")
    table.add_column("measure")
    for heading in ("difference", "95% interval", "p", "lost", "won"):
        table.add_column(heading, justify="right")
    for measure, difference in comparison.differences.items():
        table.add_row(
            measure,
            f"{difference.mean:+.3f}",
            f"{difference.low:+.3f} to {difference.high:+.3f}",
            f"{difference.p:.3f}",
            str(len(comparison.lost[measure])),
            str(len(comparison.won[measure])),
        )
    console.print(table)
    for label, names in (("lost", comparison.lost), ("won", comparison.won)):
        for measure, ids in names.items():
            if ids:
                console.print(f"{label} on {measure}: {', '.join(ids)}", highlight=False)
    if comparison.apart:
        names_apart = ", ".join(comparison.apart)
        console.print(f"not compared (not the same in both): {names_apart}", highlight=False)


MEASURES: dict[str, Callable[[Record], float | None]] = {
    "evidence_4000": _of_flag("evidence_4000"),
    "Success@5": _of_ranking("Success@5"),
    "RR@10": _of_ranking("RR@10"),
    "answered_correctly": _of_flag("answered_correctly"),
}
