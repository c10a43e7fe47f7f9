"""Is an adapted model better than the one that it began from? Figures for both, and the verdict.

Both are measured on the same letters: by cloze over held-out passages, and, where there are gold
questions about these letters, through the whole system, each on an index of its own.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.cloze import cloze_reciprocal_ranks
from eval.gate import SIGNIFICANCE
from eval.intervals import Interval, mean_interval

if TYPE_CHECKING:
    from rich.console import Console

    from eval.compare import Comparison
    from eval.gold import GoldQuestion
    from index.training.excerpts import Excerpt

HEADLINE = ("evidence_4000", "Success@5", "RR@10")
CLOZE = "cloze RR@10"


@dataclass(frozen=True, slots=True)
class Gold:
    """Gold questions about the letters of an index, and the folder that they come from."""

    folder: Path
    questions: Sequence[GoldQuestion]


@dataclass(frozen=True, slots=True)
class Measured:
    """RR@10 per held-out passage, and the report over the gold questions where there are any."""

    cloze: list[float]
    report: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One measure before and after, and the interval of its paired difference."""

    measure: str
    before: float
    after: float
    difference: Interval


def measure(
    model: Path, index: Path, excerpts: Sequence[Excerpt], gold: Gold | None
) -> Measured:
    """The figures of a model's folder on the letters in `index`, which is only read.

    Raises:
        IndexUnusable: the model cannot be loaded, or the index cannot be read.
    """
    from index.embedding import ModelEmbedder

    embedder = ModelEmbedder(str(model))
    cloze = cloze_reciprocal_ranks(embedder, excerpts)
    return Measured(cloze, None if gold is None else _gold_report(embedder.name, index, gold))


def _gold_report(model: str, index: Path, gold: Gold) -> dict[str, Any]:
    from eval.gold import load_held_out, load_kenmerken
    from eval.questions import Examiner, examine_all
    from eval.report import build_report
    from eval.systems import open_in_process
    from index.embedding import ModelEmbedder
    from index.synchronise import synchronise

    with tempfile.TemporaryDirectory(prefix="briefwijzer-") as place:
        copy_index(index, Path(place))
        # No path is given: the letters stay as they were read, and only the vectors are new.
        synchronise(Path(place), [], ModelEmbedder(model))
        examiner = Examiner(
            open_in_process(Path(place)), load_kenmerken(gold.folder),
            held_out=load_held_out(gold.folder),
        )
        return build_report(list(examine_all(examiner, gold.questions)))


def copy_index(index: Path, to: Path) -> None:
    """Copy the database of an index into the folder `to`; what is derived from it is left out.

    Raises:
        IndexUnusable: there is no index, or it cannot be read.
    """
    from index.database import DATABASE, open_database

    with (
        closing(open_database(index, create=False)) as source,
        closing(sqlite3.connect(to / DATABASE)) as target,
    ):
        source.backup(target)


def rows_of(before: Measured, after: Measured) -> list[Row]:
    """The figures side by side: cloze first, then the headline measures of the gold questions."""
    differences = [b - a for a, b in zip(before.cloze, after.cloze, strict=True)]
    rows = [Row(CLOZE, _mean(before.cloze), _mean(after.cloze), mean_interval(differences))]
    if before.report is not None and after.report is not None:
        from eval.compare import compare

        rows += _gold_rows(compare(before.report, after.report))
    return rows


def _gold_rows(comparison: Comparison) -> list[Row]:
    return [
        Row(name, comparison.before[name], comparison.after[name], comparison.differences[name])
        for name in HEADLINE if name in comparison.differences
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def objections(rows: Sequence[Row]) -> list[str]:
    """Why the model after is not to replace the one before, as sentences; empty when it may.

    It must be better by cloze, by more than chance explains, and on no other measure worse by more
    than chance explains.
    """
    found = []
    for row in rows:
        is_sure = row.difference.p < SIGNIFICANCE
        if row.measure == CLOZE and not (row.difference.mean > 0 and is_sure):
            found.append(f"{CLOZE} is not better: {_said(row)}")
        elif row.difference.mean < 0 and is_sure:
            found.append(f"{row.measure} is worse: {_said(row)}")
    return found


def _said(row: Row) -> str:
    return (
        f"{row.before:.3f} before, {row.after:.3f} after (difference {row.difference.mean:+.3f}, "
        f"95% {row.difference.low:+.3f} to {row.difference.high:+.3f}, "
        f"{_probability(row.difference.p)})"
    )


def _probability(p: float) -> str:
    # A bootstrap of 5,000 resamples cannot tell smaller ones apart.
    return "p < 0.001" if p < 0.001 else f"p {p:.3f}"


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """The figures as a table."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("measure")
    for heading in ("n", "before", "after", "difference", "95% interval", "p"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.measure, str(row.difference.count), f"{row.before:.3f}", f"{row.after:.3f}",
            f"{row.difference.mean:+.3f}",
            f"{row.difference.low:+.3f} to {row.difference.high:+.3f}",
            _probability(row.difference.p).removeprefix("p "),
        )
    console.print(table)
