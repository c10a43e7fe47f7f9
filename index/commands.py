"""The `ingest` command: bring the index up to date with folders and files of letters."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.embedding import Embedder
    from index.intake import Settings
    from index.progress import Progress
    from index.report import IngestReport

DEFAULT_INDEX = Path(".briefwijzer")
MODEL_VARIABLE = "BRIEFWIJZER_EMBEDDING_MODEL"
SOME_FAILED, USAGE, UNUSABLE, INTERRUPTED = 1, 2, 3, 130


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


class _Round:
    """One ingest as it was asked for, which `--watch` repeats: with `stays`, it leaves letters in
    the index that it may not remove, where a single ingest changes nothing."""

    def __init__(
        self, directory: Path, paths: Sequence[Path], model: str | None, settings: Settings,
        allow_removals: bool, dry_run: bool, stays: bool,
    ) -> None:
        self.directory = directory
        self._paths = paths
        self._model = model
        self._settings = settings
        self._allow_removals = allow_removals
        self._dry_run = dry_run
        self._stays = stays
        self._said: set[str] = set()

    def run(self, *, again: bool = False) -> IngestReport:
        """Synchronise, or see what that would do; `again`: without what failed and is unchanged.

        What goes wrong becomes a message and an exit status; but one that stays waits for another
        process that is writing the index.
        """
        from index.errors import IndexUnusable
        from index.progress import progress_bar
        from index.synchronise import IndexBusy, RefusedRemoval
        from ingest.errors import UnreadableFile

        settings = replace(self._settings, retry=not again)
        is_waiting = False
        while True:
            try:
                with progress_bar() as progress:
                    return self._report(settings, progress)
            except RefusedRemoval as error:
                raise _Refused(str(error)) from error
            except UnreadableFile as error:
                raise _Refused(f"{error}. Nothing was changed.") from error
            except IndexUnusable as error:
                raise _Unusable(str(error)) from error
            except IndexBusy as error:
                if not self._stays:
                    raise _Unusable(str(error)) from error
                if not is_waiting:
                    _note("Another process is writing the index: waiting until it is done.")
                is_waiting = True

    def _report(self, settings: Settings, progress: Progress) -> IngestReport:
        from index.synchronise import preview, synchronise

        if self._dry_run:
            return preview(
                self.directory, self._paths, settings=settings,
                allow_removals=self._allow_removals, progress=progress,
            )
        embedder = _choose_embedder(self.directory, self._model)
        return synchronise(
            self.directory, self._paths, embedder, settings=settings,
            allow_removals=self._allow_removals, leave_removals=self._stays, progress=progress,
        )

    def say_refused(self, report: IngestReport) -> None:
        """Say that letters are gone and are not removed unasked, once for each of them."""
        if not self._said.issuperset(report.lost):
            what = "an ingest will be refused" if report.dry_run else "they stay in the index"
            _note(f"{report.refused}: {what}. If they were removed on purpose, ingest once with "
                  "--allow-removals.")
        self._said = set(report.lost)


def _show(
    report: IngestReport, directory: Path, as_json: bool, indent: int | None = 2, *,
    told: IngestReport | None = None,
) -> None:
    from index import report_table

    if as_json:
        click.echo(report_table.as_json(report, indent))
        return
    report_table.print_report(report, told=told)
    click.echo(report_table.summary(report, directory))
    if report.letters:
        return
    if report.failed:
        _note("There are no letters in the index: each file that failed is named above with what "
              "to do; do that and ingest again.")
    else:
        _note("There are no letters in the index: name a folder with letters.")


def _watch(
    context: click.Context, one: _Round, changed: Iterator[None], told: IngestReport, as_json: bool
) -> None:
    """Synchronise again after every change; only Ctrl-C ends it."""
    _note("Watching for changes; Ctrl-C ends it.")
    try:
        for _ in changed:
            try:
                report = one.run(again=True)
                _show(report, one.directory, as_json, indent=None, told=told)
                one.say_refused(report)
                told = report
            except click.ClickException as error:
                error.show()
            except KeyboardInterrupt:
                _interrupted(context)
    except KeyboardInterrupt:
        _note("No longer watching.")


def _interrupted(context: click.Context) -> NoReturn:
    _note("Interrupted: the index is as it was. What was read and embedded is kept; repeat to "
          "go on.")
    context.exit(INTERRUPTED)


@click.command(short_help="Bring the index up to date with folders and files of letters.")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...",
    # What is there and may not be opened is reported, and the rest goes on.
    type=click.Path(exists=True, readable=False, path_type=Path),
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
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--watch", is_flag=True, help="Stay, and bring the index up to date after changes.")
@click.option(
    "--file-timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", default=120,
    show_default=True, help="The longest that reading one file may take.",
)
@click.option(
    "--file-memory", type=click.IntRange(min=256), metavar="MB", default=2048, show_default=True,
    help="The most memory that reading one file may take (enforced on Linux).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def ingest(
    context: click.Context, paths: tuple[Path, ...], allow_removals: bool, model: str | None,
    dry_run: bool, watch: bool, file_timeout: float, file_memory: int, as_json: bool,
) -> None:
    """Bring the index up to date with folders and files of letters.

    Only what is new or changed is read and embedded. Letters that are gone from a folder leave
    the index; a letter ingested as a single file stays. What cannot be read is reported, and the
    rest goes on. Until all is done, questions are answered from the index as it was.
    """
    from index.intake import Settings
    from index.watch import changes
    from ingest.isolation import Limits

    if dry_run and watch:
        raise click.UsageError("--dry-run shows one moment and --watch stays: give one of them")
    settings = Settings(limits=Limits(file_timeout, file_memory))
    directory = _index_directory(context)
    one = _Round(directory, paths, model, settings, allow_removals, dry_run, watch)
    # From now on: a first ingest can take hours.
    changed = changes(paths) if watch else iter(())
    try:
        report = one.run()
    except KeyboardInterrupt:
        _interrupted(context)
    _show(report, directory, as_json, None if watch else 2)
    one.say_refused(report)
    if watch:
        _watch(context, one, changed, report, as_json)
    elif report.refused:
        # As the ingest will exit that this shows beforehand.
        context.exit(USAGE)
    elif report.failed:
        context.exit(SOME_FAILED)
