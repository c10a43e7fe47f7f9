"""`briefwijzer eval`: ask the gold questions, report, compare, guard."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.gold import GoldQuestion
    from eval.questions import Examiner, QuestionResult
    from eval.splits import Split
    from eval.systems import System

GOLD = Path(__file__).parent / "gold"


class IndexNotFit(click.ClickException):
    """The index cannot be evaluated: it is unusable, or lacks the letters asked about."""

    exit_code = 3


def _index_folder(context: click.Context, index: Path | None) -> Path:
    given = index or (context.obj or {}).get("index")
    return Path(given or os.environ.get("BRIEFWIJZER_INDEX") or ".briefwijzer/index")


def _open_system(url: str | None, index: Path, variant: str) -> System:
    from eval.systems import SystemFailure, open_in_process, open_remote
    from index.commands import MODEL_VARIABLE
    from index.errors import IndexUnusable
    from service.commands import RERANKER_VARIABLE

    try:
        if url:
            return open_remote(url)
        return open_in_process(
            index, variant, os.environ.get(RERANKER_VARIABLE), os.environ.get(MODEL_VARIABLE)
        )
    except IndexUnusable as error:
        raise IndexNotFit(str(error)) from error
    except SystemFailure as error:
        raise click.UsageError(str(error)) from error


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


def _questions(gold: Path, split: Split) -> list[GoldQuestion]:
    from eval.gold import GoldError, load_gold, load_held_out
    from eval.splits import in_split

    try:
        questions = in_split(load_gold(gold), load_held_out(gold), split)
    except GoldError as error:
        raise click.ClickException(str(error)) from error
    if not questions:
        raise click.ClickException(f"{gold}: no questions in the split {split}")
    return questions


def _run(
    gold: Path, questions: Sequence[GoldQuestion], system: System, letters_out: bool
) -> list[QuestionResult]:
    from eval.gold import GoldError, load_held_out, load_kenmerken
    from eval.questions import Examiner, UnknownLetters
    from eval.systems import SystemFailure
    from index.errors import IndexUnusable

    try:
        examiner = Examiner(
            system,
            load_kenmerken(gold),
            held_out=load_held_out(gold),
            letters_out=letters_out,
        )
        return _examine_with_progress(examiner, questions)
    except (UnknownLetters, IndexUnusable) as error:
        raise IndexNotFit(str(error)) from error
    except (GoldError, SystemFailure) as error:
        raise click.ClickException(str(error)) from error


def _check_variant(variant: str, url: str | None) -> None:
    from eval.variants import VARIANTS

    if variant not in VARIANTS:
        raise click.UsageError(f"--variant {variant}: there are {', '.join(VARIANTS)}")
    if url and variant != "all":
        raise click.UsageError("--variant is of the system in this checkout; leave --url out")


def _load_report(path: Path) -> dict[str, Any]:
    from eval.report import ResultsError, load_report

    try:
        return load_report(path)
    except ResultsError as error:
        raise click.ClickException(str(error)) from error


def _show_comparisons(files: Sequence[Path], gold: Path, split: Split, as_json: bool) -> None:
    from eval.ablation import comparisons_as_json, print_comparisons
    from eval.compare import compare, of_questions
    from eval.report import to_json
    from ingest.console import Terminal

    reports: list[Mapping[str, Any]] = [_load_report(path) for path in files]
    if split != "all":
        ids = {question.id for question in _questions(gold, split)}
        reports = [of_questions(report, ids) for report in reports]
    # The names alone, where they tell the files apart: a table has little room.
    stems = [path.stem for path in files]
    names = stems if len(set(stems)) == len(stems) else [str(path) for path in files]
    comparisons = {
        name: compare(reports[0], report)
        for name, report in zip(names[1:], reports[1:], strict=True)
    }
    if as_json:
        click.echo(to_json(comparisons_as_json(names[0], comparisons)), nl=False)
    else:
        print_comparisons(names[0], comparisons, Terminal())


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


def _written(
    results: Sequence[QuestionResult], out: Path | None, html: Path | None
) -> dict[str, Any]:
    """The report of the results, written as JSON to `out` and as a page to `html`."""
    from eval.report import build_report, to_json

    report = build_report(results)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(to_json(report), encoding="utf-8")
    if html:
        from eval.webpage import render

        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(render(report, results), encoding="utf-8")
    return report


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
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report with plots here; takes letters out too.",
)
@click.option(
    "--letter-taken-out",
    "letters_out",
    is_flag=True,
    help="Ask the answerable questions once more, without their letters.",
)
@click.option(
    "--split",
    type=click.Choice(["all", "tuning", "held-out"]),
    default="all",
    help="Only the questions that may be tuned on, or only the others.",
)
@click.option(
    "--variant",
    default="all",
    help="With parts of retrieval left out: a name in eval/variants.py.",
)
@click.option(
    "--compare",
    "compared",
    nargs=2,
    type=click.Path(path_type=Path),
    metavar="BEFORE AFTER",
    help="Compare results files, further ones too; asks nothing.",
)
@click.option(
    "--gate",
    type=click.Path(path_type=Path),
    help="Exit 1 on a significant loss against these results.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Ask only the first so many questions.")
@click.option("--index", type=click.Path(path_type=Path), help="The index to evaluate.")
@click.argument("further", nargs=-1, type=click.Path(path_type=Path), metavar="[AFTER]...")
@click.pass_context
def command(
    context: click.Context,
    gold: Path,
    url: str | None,
    as_json: bool,
    out: Path | None,
    html: Path | None,
    letters_out: bool,
    split: Split,
    variant: str,
    compared: tuple[Path, Path] | None,
    gate: Path | None,
    limit: int | None,
    index: Path | None,
    further: tuple[Path, ...],
) -> None:
    """Ask the gold questions and report how retrieval, answers and citations do.

    The primary measure is evidence_4000: the share of questions whose evidence stands within the
    first 4,000 characters that a search returns.
    """
    if compared:
        _show_comparisons([*compared, *further], gold, split, as_json)
        return
    if further:
        raise click.UsageError(f"{further[0]}: files are compared with --compare BEFORE AFTER")
    if gate and split != "all":
        raise click.UsageError("--gate compares the whole set; leave --split out")
    _check_variant(variant, url)
    # Before the questions are asked, so that a wrong path costs no run.
    committed = _load_report(gate) if gate else None
    questions = _questions(gold, split)[:limit]
    folder = _index_folder(context, index)
    results = _run(
        gold, questions, _open_system(url, folder, variant), letters_out or html is not None
    )
    report = _written(results, out, html)
    _show_report(report, as_json)
    if committed:
        _guard(committed, report)
