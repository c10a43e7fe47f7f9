"""`briefwijzer eval`: ask the gold questions, report, compare, guard."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.gold import GoldQuestion
    from eval.questions import Examiner, QuestionResult
    from eval.systems import System

GOLD = Path(__file__).parent / "gold"


class IndexNotFit(click.ClickException):
    """The index cannot be evaluated: it is unusable, or lacks the letters asked about."""

    exit_code = 3


def _index_folder(context: click.Context, index: Path | None) -> Path:
    given = index or (context.obj or {}).get("index")
    return Path(given or os.environ.get("BRIEFWIJZER_INDEX") or ".briefwijzer/index")


def _open_system(url: str | None, index: Path) -> System:
    from eval.systems import open_in_process, open_remote
    from index.errors import IndexUnusable

    if url:
        return open_remote(url)
    try:
        return open_in_process(index)
    except IndexUnusable as error:
        raise IndexNotFit(str(error)) from error


def _examine_with_progress(
    examiner: Examiner, questions: Sequence[GoldQuestion]
) -> list[QuestionResult]:
    from rich.progress import track

    from eval.questions import examine_all
    from ingest.console import Terminal

    results = examine_all(examiner, questions)
    on_stderr = Terminal(stderr=True)
    return list(
        track(results, "gold questions", total=len(questions), console=on_stderr, transient=True)
    )


def _run(gold: Path, url: str | None, index: Path, limit: int | None) -> dict[str, Any]:
    from eval.gold import GoldError, load_gold, load_kenmerken
    from eval.questions import Examiner, UnknownLetters
    from eval.report import build_report
    from eval.systems import SystemFailure
    from index.errors import IndexUnusable

    try:
        questions = load_gold(gold)[:limit]
        kenmerken = load_kenmerken(gold)
        examiner = Examiner(_open_system(url, index), kenmerken)
        return build_report(_examine_with_progress(examiner, questions))
    except (UnknownLetters, IndexUnusable) as error:
        raise IndexNotFit(str(error)) from error
    except (GoldError, SystemFailure) as error:
        raise click.ClickException(str(error)) from error


def _load_report(path: Path) -> dict[str, Any]:
    from eval.report import ResultsError, load_report

    try:
        return load_report(path)
    except ResultsError as error:
        raise click.ClickException(str(error)) from error


def _show_comparison(before: Path, after: Path, as_json: bool) -> None:
    from eval.compare import compare, comparison_as_json, print_comparison
    from eval.report import to_json
    from ingest.console import Terminal

    comparison = compare(_load_report(before), _load_report(after))
    if as_json:
        click.echo(to_json(comparison_as_json(comparison)), nl=False)
    else:
        print_comparison(comparison, Terminal())


def _show_report(report: dict[str, Any], as_json: bool) -> None:
    from eval.report import print_report, to_json
    from ingest.console import Terminal

    if as_json:
        click.echo(to_json(report), nl=False)
    else:
        print_report(report, Terminal())


def _guard(committed: dict[str, Any], report: dict[str, Any]) -> None:
    from eval.compare import compare
    from eval.gate import judge_gate, remark

    comparison = compare(committed, report)
    click.echo(remark(comparison), err=True)
    if faults := judge_gate(comparison, report):
        raise click.ClickException("the gate is shut\n" + "\n".join(faults))


@click.command(name="eval", short_help="Ask the gold questions and report the scores.")
@click.option(
    "--gold",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=GOLD,
    help="Folder of gold questions.  [default: the project's own]",
)
@click.option("--url", help="Evaluate the service that runs at this address instead.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write results here.")
@click.option(
    "--compare",
    "compared",
    nargs=2,
    type=click.Path(path_type=Path),
    metavar="BEFORE AFTER",
    help="Compare two results files; asks nothing.",
)
@click.option(
    "--gate",
    type=click.Path(path_type=Path),
    help="Exit 1 on a significant loss against these results.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Ask only the first so many questions.")
@click.option("--index", type=click.Path(path_type=Path), help="The index to evaluate.")
@click.pass_context
def command(
    context: click.Context,
    gold: Path,
    url: str | None,
    as_json: bool,
    out: Path | None,
    compared: tuple[Path, Path] | None,
    gate: Path | None,
    limit: int | None,
    index: Path | None,
) -> None:
    """Ask the gold questions and report how retrieval, answers and citations do.

    The primary measure is evidence_4000: the share of questions whose evidence stands within the
    first 4,000 characters that a search returns.
    """
    if compared:
        _show_comparison(*compared, as_json)
        return
    # Before the questions are asked, so that a wrong path costs no run.
    committed = _load_report(gate) if gate else None
    report = _run(gold, url, _index_folder(context, index), limit)
    if out:
        from eval.report import to_json

        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(to_json(report), encoding="utf-8")
    _show_report(report, as_json)
    if committed:
        _guard(committed, report)
