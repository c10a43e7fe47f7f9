"""`briefwijzer faithfulness`: whether what a model makes up gets through, and truth is lost"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from eval.claim_trial import Findings, Outcome
    from eval.gold import GoldQuestion

_GOLD = Path(__file__).parent / "gold"


class IndexNotFit(click.ClickException):
    """The index is unusable, or lacks the letters that the gold questions are about."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Row:
    """The claims of one kind: how many went wrong (false and shown, or true and not), as a share
    with its 95% interval."""

    kind: str
    truth: bool
    claims: int
    wrong: int
    share: float
    low: float
    high: float


def rows_of(findings: Findings) -> list[Row]:
    """A row per kind, the false first, each with one of all before it: those that were made
    automatically, those by hand, and both."""
    rows = []
    for truth in (False, True):
        those = [one for one in findings.outcomes if one.truth == truth]
        groups = {"all": those}
        groups["all made automatically"] = [one for one in those if not _by_hand(one)]
        groups["all by hand"] = [one for one in those if _by_hand(one)]
        for kind in dict.fromkeys(one.kind for one in those):
            groups[kind] = [one for one in those if one.kind == kind]
        rows += [_row(kind, truth, group) for kind, group in groups.items() if group]
    return rows


def _by_hand(outcome: Outcome) -> bool:
    return outcome.kind.startswith("by hand")


def _row(kind: str, truth: bool, outcomes: Sequence[Outcome]) -> Row:
    from eval.intervals import share_interval

    wrong = sum((one.fate == "shown") != truth for one in outcomes)
    low, high = share_interval(wrong, len(outcomes))
    return Row(kind, truth, len(outcomes), wrong, wrong / len(outcomes), low, high)


def print_findings(findings: Findings, console: Console) -> None:
    """A table of the kinds, and every false claim that got through."""
    from collections import Counter

    from rich.markup import escape
    from rich.table import Table

    for truth, title in ((False, "false claims that got through"), (True, "true claims lost")):
        table = Table(box=None, pad_edge=False)
        table.add_column(title, no_wrap=True)
        for heading in ("claims", "wrong", "share", "95% interval"):
            table.add_column(heading, justify="right", no_wrap=True)
        for row in rows_of(findings):
            if row.truth == truth:
                table.add_row(
                    row.kind, str(row.claims), str(row.wrong), f"{row.share:.1%}",
                    f"{row.low:.1%} to {row.high:.1%}",
                )
        console.print(table)
        console.print()
    for one in findings.passed():
        console.print(escape(f"got through ({one.question}, {one.kind}): {one.text}"),
                      soft_wrap=True)
    for other in findings.unexpected:
        console.print(escape(f"no claim ({other['question']}): {other['statement']}"),
                      soft_wrap=True)
    for why, count in Counter(findings.not_asked.values()).most_common():
        console.print(f"{count} questions were not tried: {why}")
    if findings.not_tried:
        console.print(f"{len(findings.not_tried)} claims by hand were not tried: the passages that "
                      "they quote were not given")


def as_json(findings: Findings) -> dict[str, Any]:
    """Everything that was found."""
    return {**asdict(findings), "rows": [asdict(row) for row in rows_of(findings)]}


def _findings(index: Path, questions: Sequence[GoldQuestion]) -> Findings:
    from rich.progress import track

    from eval.claim_trial import examined, run
    from eval.hand_claims import load_claims
    from index.errors import IndexUnusable
    from ingest.console import Terminal

    try:
        with examined(index) as (library, examiner):
            *_, findings = track(
                run(library, examiner, questions, load_claims()), "questions",
                total=len(questions), console=Terminal(stderr=True), transient=True,
            )
    except IndexUnusable as error:
        raise IndexNotFit(str(error)) from error
    return findings


@click.command(
    name="faithfulness", short_help="Try whether a language model's inventions get through."
)
@click.option("--gold", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Folder of gold questions.  [default: the project's]")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first so many questions.")
@click.option("--json", "out", type=click.Path(path_type=Path, dir_okay=False),
              help="Write what became of every claim to this file as well.")
@click.pass_context
def command(
    context: click.Context, gold: Path | None, limit: int | None, out: Path | None
) -> None:
    """Try claims that a language model could write: true ones, and false ones.

    A scripted model answers the gold questions that have an answer, over the letters of the index
    (--index). Exit status 1 when a false claim gets through.
    """
    from eval.gold import GoldError, load_gold
    from ingest.console import Terminal

    try:
        questions = [one for one in load_gold(gold or _GOLD) if one.answerable][:limit]
    except GoldError as error:
        raise click.ClickException(str(error)) from error
    given = (context.obj or {}).get("index") or os.environ.get("BRIEFWIJZER_INDEX")
    findings = _findings(Path(given or ".briefwijzer"), questions)
    print_findings(findings, Terminal())
    if out:
        text = json.dumps(as_json(findings), ensure_ascii=False, indent=1)
        out.write_text(text + "\n", encoding="utf-8")
    if wrong := len(findings.passed()) + len(findings.unexpected):
        raise click.ClickException(f"{wrong} false claims got through")
