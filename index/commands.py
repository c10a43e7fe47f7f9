"""The `ingest` command: bring the index up to date with folders and files of letters."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from index.embedding import Embedder
    from index.synchronise import IngestReport

DEFAULT_INDEX = Path(".briefwijzer")
MODEL_VARIABLE = "BRIEFWIJZER_EMBEDDING_MODEL"
SOME_FAILED, USAGE, UNUSABLE, INTERRUPTED = 1, 2, 3, 130

# A table of more files than this leaves the unchanged ones out.
_LONG_TABLE = 30
_STAGES = {"reading": "Reading letters", "embedding": "Embedding passages", "indexing": "Indexing"}

Progress = Callable[[str, int, int], None]


class _Refused(click.ClickException):
    """What was asked is not done as it was asked."""

    exit_code = USAGE


class _Unusable(click.ClickException):
    """The index cannot be written."""

    exit_code = UNUSABLE


def _index_directory(context: click.Context) -> Path:
    given = (context.obj or {}).get("index") or os.environ.get("BRIEFWIJZER_INDEX")
    return Path(given or DEFAULT_INDEX)


def _note(text: str) -> None:
    click.echo(text, err=True)


@contextmanager
def _progress_bar() -> Iterator[Progress]:
    """A bar per stage on stderr, with the time left; nothing where stderr is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from ingest.console import Terminal

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())
    console = Terminal(stderr=True)
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks = {name: bar.add_task(text, total=None, visible=False)
                 for name, text in _STAGES.items()}

        def show(stage: str, done: int, total: int) -> None:
            bar.update(tasks[stage], completed=done, total=total, visible=done < total)

        yield show


def _choose_embedder(directory: Path, model: str | None) -> Embedder:
    """The model asked for, or else the one that the index was built with.

    Raises:
        IndexUnusable: the model cannot be found.
    """
    from index.embedding import BUNDLED, ModelEmbedder
    from index.synchronise import index_model

    recorded = index_model(directory)
    chosen = model or os.environ.get(MODEL_VARIABLE) or (recorded[0] if recorded else BUNDLED)
    embedder = ModelEmbedder(chosen)
    if recorded and recorded[1] != embedder.fingerprint:
        if recorded[0] == embedder.name:
            why = f"The files of the embedding model {embedder.name} have changed"
        else:
            why = f"The index was built with the embedding model {recorded[0]}"
        _note(f"{why}: every passage is embedded anew with {embedder.name}.")
    return embedder


def _as_json(report: IngestReport) -> str:
    body = {
        "generation": report.generation,
        "letters": report.letters,
        "passages": report.passages,
        "embedded": report.embedded,
        "files": [
            {"source": file.source, "status": file.status.value, "letter_id": file.letter_id,
             "detail": file.detail or None}
            for file in report.files
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=2)


def _print_table(report: IngestReport) -> None:
    from rich.table import Table
    from rich.text import Text

    from index.synchronise import Status
    from ingest.console import Terminal

    shown = report.files
    if len(shown) > _LONG_TABLE:
        shown = [file for file in shown if file.status is not Status.UNCHANGED]
    if not shown:
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("file", overflow="fold")
    table.add_column("status")
    table.add_column("letter", overflow="fold")
    if any(file.detail for file in shown):
        table.add_column("detail", overflow="fold")
    for file in shown:
        # `Text`, since a file name may hold what rich would take for markup.
        cells = (file.source, file.status, file.letter_id or "–", file.detail)
        table.add_row(*map(Text, cells[: len(table.columns)]))
    Terminal().print(table)


def _summary(report: IngestReport, directory: Path) -> str:
    counts = Counter(file.status.value for file in report.files)
    files = ", ".join(f"{count} {status}" for status, count in counts.items()) or "no files"
    letters = "1 letter" if report.letters == 1 else f"{report.letters} letters"
    return (
        f"{directory}: {letters}, {report.passages} passages, generation "
        f"{report.generation} ({files}; {report.embedded} passages embedded)"
    )


def _run(
    directory: Path, paths: Sequence[Path], model: str | None, allow_removals: bool
) -> IngestReport:
    """Synchronise, and turn what goes wrong into a message and an exit status."""
    from index.errors import IndexUnusable
    from index.synchronise import IndexBusy, RefusedRemoval, synchronise
    from ingest.errors import UnreadableFile

    try:
        embedder = _choose_embedder(directory, model)
        with _progress_bar() as progress:
            return synchronise(
                directory, paths, embedder, allow_removals=allow_removals, progress=progress
            )
    except RefusedRemoval as error:
        raise _Refused(str(error)) from error
    except UnreadableFile as error:
        raise _Refused(f"{error}. Nothing was changed.") from error
    except (IndexUnusable, IndexBusy) as error:
        raise _Unusable(str(error)) from error


@click.command(short_help="Bring the index up to date with folders and files of letters.")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...",
    type=click.Path(exists=True, readable=True, path_type=Path),
)
@click.option(
    "--allow-removals", is_flag=True,
    help="Go on even if a folder lost more than a fifth of its letters.",
)
@click.option(
    "--model",
    help="Embedding model: a folder, a hub id or 'bundled'.  [default: "
    f"{MODEL_VARIABLE}, or else the model of the index, or else bundled]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def ingest(
    context: click.Context, paths: tuple[Path, ...], allow_removals: bool, model: str | None,
    as_json: bool,
) -> None:
    """Bring the index up to date with folders and files of letters.

    Only what is new or changed is read and embedded. Letters that are gone from a folder leave
    the index; a letter ingested as a single file stays. What cannot be read is reported, and the
    rest goes on. Until all is done, questions are answered from the index as it was.
    """
    directory = _index_directory(context)
    try:
        report = _run(directory, paths, model, allow_removals)
    except KeyboardInterrupt:
        _note("Interrupted: the index is as it was. What was embedded is kept; repeat to go on.")
        context.exit(INTERRUPTED)
    if as_json:
        click.echo(_as_json(report))
    else:
        _print_table(report)
        click.echo(_summary(report, directory))
        if not report.letters:
            _note("There are no letters in the index: name a folder with letters as .txt files.")
    if report.failed:
        context.exit(SOME_FAILED)
