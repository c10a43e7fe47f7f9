"""Comparisons to read: every run beside the baseline, then which questions it lost and won."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from eval.compare import MEASURES, Comparison, corrected

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def comparisons_as_json(baseline: str, comparisons: Mapping[str, Comparison]) -> dict[str, Any]:
    """The comparisons with `baseline`, by the name of the run, as a JSON object."""
    probabilities = corrected(comparisons)
    runs = [
        {
            "run": run,
            **asdict(one),
            "share_of_ids_that_differ": one.share_of_ids_that_differ,
            "p_holm": probabilities[run],
        }
        for run, one in comparisons.items()
    ]
    return {"baseline": baseline, "runs": runs}


def print_comparisons(
    baseline: str, comparisons: Mapping[str, Comparison], console: Console
) -> None:
    """A table per measure with a row per run, then per run the questions lost and won."""
    for measure in MEASURES:
        if any(measure in one.differences for one in comparisons.values()):
            console.print(_table(measure, baseline, comparisons))
    if len(comparisons) > 1:
        console.print(
            f"p is corrected for {len(comparisons)} runs per measure (Holm)", highlight=False
        )
    for run, one in comparisons.items():
        _print_questions(f"{run}: " if len(comparisons) > 1 else "", one, console)


def _table(measure: str, baseline: str, comparisons: Mapping[str, Comparison]) -> Table:
    from rich.table import Table

    probabilities = corrected(comparisons)
    table = Table(
        title=f"{measure}, against {baseline}", title_justify="left", box=None, pad_edge=False
    )
    table.add_column("run")
    for heading in ("n", "before", "after", "difference", "95% interval", "p", "lost", "won"):
        table.add_column(heading, justify="right", no_wrap=True)
    for run, one in comparisons.items():
        if difference := one.differences.get(measure):
            table.add_row(
                run,
                str(difference.count),
                f"{one.before[measure]:.3f}",
                f"{one.after[measure]:.3f}",
                f"{difference.mean:+.3f}",
                f"{difference.low:+.3f} to {difference.high:+.3f}",
                _probability(probabilities[run][measure]),
                str(len(one.lost[measure])),
                str(len(one.won[measure])),
            )
    return table


def _probability(p: float) -> str:
    # A bootstrap of 5,000 resamples cannot tell smaller ones apart.
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _print_questions(label: str, comparison: Comparison, console: Console) -> None:
    for what, names in (("lost", comparison.lost), ("won", comparison.won)):
        for measure, ids in names.items():
            if ids:
                console.print(f"{label}{what} on {measure}: {', '.join(ids)}", highlight=False)
    if comparison.apart:
        names_apart = ", ".join(comparison.apart)
        console.print(f"{label}not compared (not the same in both): {names_apart}", highlight=False)
