"""Adapting a model with an evaluation before and after; a model that is not better is not kept."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from eval.before_after import Gold, Row, measure, objections, rows_of
from eval.cloze import asked_for
from index.errors import TrainingImpossible
from index.training.adaptation import Adaptation, adapt, require_adaptable, save_adapted
from index.training.excerpts import read_excerpts
from index.training.model_folder import require_free, written_whole

Report = Callable[[str, int, int, float], None]

FEWEST_HELD_OUT = 10


def adapt_and_compare(
    start: Path, index: Path, out: Path, recipe: Adaptation, gold: Gold | None, report: Report
) -> list[Row]:
    """Adapt the model in `start` to the letters in `index`, and return the figures.

    It is written to `out` only when there are no `objections` to the figures. The index is read,
    and never written.

    Raises:
        TrainingImpossible: the model is of another kind, there are too few letters, or `out` is
            not empty.
        IndexUnusable: there is no index, or the model cannot be loaded.
    """
    require_free(out)
    excerpts = read_excerpts(index)
    if len(asked_for(excerpts)) < FEWEST_HELD_OUT:
        raise TrainingImpossible(
            f"the index has {len(excerpts)} passages, too few to hold any out: ingest more letters"
        )
    require_adaptable(start, excerpts)
    report("measuring before", 0, 1, 0.0)
    before = measure(start, index, excerpts, gold)
    report("measuring before", 1, 1, 0.0)
    model = adapt(start, excerpts, recipe, report)
    with tempfile.TemporaryDirectory(prefix="briefwijzer-") as place:
        adapted = Path(place) / "model"
        save_adapted(model, start, adapted)
        report("measuring after", 0, 1, 0.0)
        rows = rows_of(before, measure(adapted, index, excerpts, gold))
        report("measuring after", 1, 1, 0.0)
        if not objections(rows):
            (adapted / "README.md").write_text(_card(start, excerpts, recipe, rows), "utf-8")
            with written_whole(out) as whole:
                shutil.copytree(adapted, whole, dirs_exist_ok=True)
    return rows


def _card(
    start: Path, excerpts: Sequence[object], recipe: Adaptation, rows: Sequence[Row]
) -> str:
    figures = "\n".join(
        f"| {row.measure} | {row.difference.count} | {row.before:.3f} | {row.after:.3f} "
        f"| {row.difference.low:+.3f} to {row.difference.high:+.3f} |" for row in rows
    )
    return f"""# {start.resolve().name}, adapted

Made by `briefwijzer train-embedder --adapt` out of the model in `{start.resolve()}`, whose licence
holds for this one too, on an index of {len(excerpts)} passages ({recipe.steps} steps, seed
{recipe.seed}). The weights may tell what the letters say: treat them as confidential as those are.

| measure | n | before | after | 95% of the difference |
|---|---|---|---|---|
{figures}
"""
