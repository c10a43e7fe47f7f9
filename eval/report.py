"""A run as JSON (a results file, comparable question by question) and as tables to read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eval.questions import QuestionResult, as_record
from eval.summary import latency_figures, summarise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rich.console import Console, RenderableType
    from rich.table import Table

FORMAT_VERSION = 1

_RETRIEVAL_COLUMNS = {
    "questions": "n",
    "evidence_4000": "ev4000",
    "Success@1": "hit@1",
    "Success@3": "@3",
    "Success@5": "@5",
    "Success@10": "@10",
    "RR@10": "MRR",
    "nDCG@10": "nDCG",
}
_ANSWER_COLUMNS = {
    "questions": "n",
    "answered": "answ.",
    "answered_correctly": "right",
    "cited_any": "cited",
    "letter_accuracy": "letter",
    "kenmerk_accuracy": "kenm.",
    "page_accuracy_with_pages": "page",
    "page_accuracy_without_pages": "none",
    "verbatim": "verb.",
}
_INTERVAL_COLUMNS = {
    "evidence_4000": "ev4000",
    "Success@1": "hit@1",
    "Success@5": "hit@5",
    "RR@10": "MRR",
    "answered_correctly": "right",
}


class ResultsError(ValueError):
    """A results file that cannot be read; the message says which, and what to do."""


def build_report(results: Sequence[QuestionResult]) -> dict[str, Any]:
    """The report of a run: summary, latency (ms) and every question, sorted by id."""
    ordered = sorted(results, key=lambda result: result.id)
    return {
        "format_version": FORMAT_VERSION,
        "summary": summarise(ordered),
        "latency_ms": latency_figures(ordered),
        "questions": [as_record(result) for result in ordered],
    }


def to_json(report: Mapping[str, Any]) -> str:
    """The report as text, the same for the same figures."""
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def load_report(path: Path) -> dict[str, Any]:
    """A report written earlier. Raises ResultsError."""
    advice = "write one with 'briefwijzer eval --out FILE'"
    try:
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version = report["format_version"]
    except OSError as error:
        raise ResultsError(f"{path}: {error.strerror}; {advice}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ResultsError(f"{path}: not a results file; {advice}") from error
    if version != FORMAT_VERSION:
        raise ResultsError(f"{path}: results format {version}, not {FORMAT_VERSION}; {advice}")
    return report


def _cell(value: float | int | None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _figures_table(title: str, rows: Mapping[str, Any], columns: Mapping[str, str]) -> Table:
    from rich.table import Table

    # Narrow enough for 80 columns; the JSON has all digits.
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("slice", no_wrap=True)
    for heading in columns.values():
        table.add_column(heading, justify="right")
    for name, figures in rows.items():
        table.add_row(name, *(_cell(figures[key]) for key in columns))
    return table


def _range(interval: Sequence[float] | None) -> str:
    return f"{interval[0]:.2f}–{interval[1]:.2f}" if interval else "–"


def _intervals_table(rows: Mapping[str, Any]) -> Table:
    from rich.table import Table

    table = Table(title="95% intervals", title_justify="left", box=None, pad_edge=False)
    table.add_column("slice", no_wrap=True)
    for heading in _INTERVAL_COLUMNS.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for name, figures in rows.items():
        known = figures["intervals_95"]
        table.add_row(name, *(_range(known.get(measure)) for measure in _INTERVAL_COLUMNS))
    return table


def _abstention_table(abstention: Mapping[str, Any]) -> Table:
    from rich.table import Table

    table = Table(
        title="Refusing, against the answerable questions", title_justify="left", box=None,
        pad_edge=False,
    )
    table.add_column("questions of type", no_wrap=True)
    for heading in ("n", "AUROC", "95%", "precision", "recall", "95%"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, figures in abstention.items():
        table.add_row(
            name,
            str(figures["questions"]),
            _cell(figures["auroc"]),
            _range(figures["auroc_95"]),
            _cell(figures["refusal_precision"]),
            _cell(figures["refusal_recall"]),
            _range(figures["refusal_recall_95"]),
        )
    return table


def _reliability_lines(reliability: Mapping[str, Any]) -> list[str]:
    return [
        f"confidence, {name}: calibration error {figures['calibration_error']:.3f}, "
        f"Brier {figures['brier']:.3f}"
        for name, figures in reliability.items()
        if figures
    ]


def _latency_table(latency: Mapping[str, Any]) -> Table:
    from rich.table import Table

    table = Table(title="Latency, ms", title_justify="left", box=None, pad_edge=False)
    for heading in ("clock", "median", "p95"):
        table.add_column(heading, justify="left" if heading == "clock" else "right")
    for name, figures in latency.items():
        shown = figures or {"median": None, "p95": None}
        table.add_row(name.replace("_", " "), _cell(shown["median"]), _cell(shown["p95"]))
    return table


def _tables(report: Mapping[str, Any]) -> list[RenderableType]:
    summary = report["summary"]
    slices = summary["slices"]
    answerable = {
        name: figures for name, figures in slices.items() if figures["Success@1"] is not None
    }
    overall = {"all": summary["overall"]}
    return [
        _figures_table("Retrieval (answerable questions)", answerable, _RETRIEVAL_COLUMNS),
        _figures_table("Answers and citations", overall | slices, _ANSWER_COLUMNS),
        _intervals_table(overall | slices),
        _abstention_table(summary["abstention"]),
        _latency_table(report["latency_ms"]),
    ]


def print_report(report: Mapping[str, Any], console: Console) -> None:
    """The tables, and in a line each what does not fill one."""
    for table in _tables(report):
        console.print(table)
    for line in _reliability_lines(report["summary"]["reliability"]):
        console.print(line, highlight=False)
    citations = report["summary"]["overall"]["citations"]
    console.print(f"{citations} citations in all", highlight=False)
