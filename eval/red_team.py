"""`briefwijzer red-team`: whether orders in letters, questions and history change an answer"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from eval.attack_trial import Verdict
    from eval.attacks import Case


class IndexNotFit(click.ClickException):
    """The index cannot be used as the letters among which the attacks stand."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Row:
    """The cases of one place: how many there are, were shown to the model, and held."""

    where: str
    cases: int
    shown: int
    held: int


def rows_of(verdicts: Sequence[Verdict]) -> list[Row]:
    """One row per place, in order of first appearance, and one of all."""
    places = dict.fromkeys(one.where.split(" (")[0] for one in verdicts)
    groups = [
        (place, [one for one in verdicts if one.where.split(" (")[0] == place])
        for place in places
    ]
    return [
        Row(
            place, len(those), sum(one.was_shown for one in those), sum(one.held for one in those)
        )
        for place, those in [*groups, ("all", list(verdicts))]
    ]


def print_verdicts(verdicts: Sequence[Verdict], console: Console) -> None:
    """A row per place, and under it how each case that broke did."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("attack in", "cases", "shown to the model", "held", "broken"):
        table.add_column(heading, justify="left" if heading == "attack in" else "right")
    for row in rows_of(verdicts):
        counts = (row.cases, row.shown, row.held, row.cases - row.held)
        table.add_row(row.where, *map(str, counts))
    console.print(table)
    for one in verdicts:
        for fault in dict.fromkeys(broken.fault for broken in one.breaks):
            ways = [broken.way for broken in one.breaks if broken.fault == fault]
            more = f" and {len(ways) - 1} more ways" if len(ways) > 1 else ""
            console.print(escape(f"{one.id}, {ways[0]}{more}: {fault}"), soft_wrap=True)


def _verdicts(index: Path, cases: Sequence[Case]) -> list[Verdict]:
    from rich.progress import track

    from eval.attack_trial import examine
    from index.errors import IndexUnusable
    from ingest.console import Terminal

    try:
        return list(track(
            examine(index, cases), "attacks", total=len(cases), console=Terminal(stderr=True),
            transient=True,
        ))
    except IndexUnusable as error:
        raise IndexNotFit(str(error)) from error


@click.command(name="red-team", short_help="Try whether instructions in letters change answers.")
@click.option("--cases", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Folder of cases.  [default: the project's]")
@click.option("--only", metavar="ID", multiple=True, help="Only this case; may be repeated.")
@click.option("--json", "out", type=click.Path(path_type=Path, dir_okay=False),
              help="Write every verdict to this file as well.")
@click.pass_context
def command(
    context: click.Context, folder: Path | None, only: tuple[str, ...], out: Path | None
) -> None:
    """Try attacks on what is answered: orders in letters, questions, history and file names.

    Each is tried with quotations alone and with a scripted language model that obeys it in many
    guises, among the letters of the index (--index), which is only read. Exit status 1 when one of
    them changes an answer.
    """
    from eval.attacks import FOLDER, AttacksError, load_cases
    from ingest.console import Terminal

    try:
        cases = load_cases(folder or FOLDER)
    except AttacksError as error:
        raise click.ClickException(str(error)) from error
    if unknown := set(only) - {case.id for case in cases}:
        raise click.UsageError(f"--only: there is no case {', '.join(sorted(unknown))}")
    given = (context.obj or {}).get("index") or os.environ.get("BRIEFWIJZER_INDEX")
    verdicts = _verdicts(
        Path(given or ".briefwijzer"), [one for one in cases if not only or one.id in only]
    )
    print_verdicts(verdicts, Terminal())
    if out:
        out.write_text(
            json.dumps([asdict(one) for one in verdicts], ensure_ascii=False, indent=1) + "\n",
            encoding="utf-8",
        )
    if broken := sum(not one.held for one in verdicts):
        raise click.ClickException(f"{broken} of {len(verdicts)} attacks changed an answer")
