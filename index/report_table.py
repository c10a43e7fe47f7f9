"""The report of an ingest as a person reads it, in a terminal, and as a program does, in JSON"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from index.report import FileReport, IngestReport, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A table of more files than this leaves the unchanged ones out.
_LONG_TABLE = 30
_WIDEST = 1000
# What a letter lacks and `letters.toml` may have to supply; the JSON names all that is missing.
_TO_ACT_ON = ("kenmerk", "date", "subject")


def as_json(report: IngestReport, indent: int | None = 2) -> str:
    """Everything that a report holds; what was not found is null."""
    body = {
        "generation": report.generation,
        "letters": report.letters,
        "passages": report.passages,
        "embedded": report.embedded,
        "dry_run": report.dry_run,
        "files": [_file(file) for file in report.files],
    }
    return json.dumps(body, ensure_ascii=False, indent=indent)


def _file(file: FileReport) -> dict[str, object]:
    return {**asdict(file), "status": file.status.value, "detail": file.detail or None}


def print_report(report: IngestReport, *, only_news: bool = False) -> None:
    """A table of the files with what was found in them, and below it what a person should know of
    each: first the failures, one line each, then the rest. `only_news` leaves out what is
    unchanged, as a long table does.
    """
    from rich.table import Table
    from rich.text import Text

    from ingest.console import Terminal, one_line

    shown = report.files
    if only_news or len(shown) > _LONG_TABLE:
        shown = [file for file in shown if file.status is not Status.UNCHANGED]
    if not shown:
        return
    columns = _columns(shown)
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(
            name, overflow="fold", justify="right" if name in ("pages", "by OCR") else "left",
            no_wrap=name in ("status", "pages", "by OCR", "date"),
        )
    for file in shown:
        cells = _cells(file)
        # `Text`, since a file name may hold what rich would take for markup.
        table.add_row(*(Text(one_line(cells[name])) for name in columns))
    terminal = Terminal()
    if not terminal.is_terminal:
        # A file is not folded: what reads it wants names whole.
        terminal = Terminal(width=_WIDEST)
    terminal.print(table)
    for line in _remarks(shown):
        terminal.print(Text(one_line(line)), soft_wrap=True)


def _cells(file: FileReport) -> dict[str, str]:
    # Whether it was read: even a letter that lacks nothing else may lack its kenmerk or date.
    read = file.kenmerk is not None or file.date is not None or bool(file.missing)
    confidence = "" if file.ocr_confidence is None else f" ({file.ocr_confidence:.0%})"
    return {
        "file": file.source,
        "status": file.status.value,
        "letter": file.letter_id or "–",
        "pages": "–" if file.pages is None else str(file.pages),
        "by OCR": f"{file.pages_by_ocr}{confidence}" if file.pages_by_ocr else "",
        "date": file.date or "–",
        "missing": " ".join(one for one in file.missing if one in _TO_ACT_ON) if read else "",
    }


def _columns(files: list[FileReport]) -> list[str]:
    """The columns in order, without those that would be empty."""
    cells = [_cells(file) for file in files]
    always = {"file", "status", "letter"}
    return [
        name for name in cells[0]
        if name in always or any(row[name] not in ("", "–") for row in cells)
    ]


def _remarks(files: list[FileReport]) -> Iterator[str]:
    for file in sorted(files, key=lambda file: file.status is not Status.FAILED):
        if file.detail:
            yield f"{file.source}: {file.status.value}: {file.detail}"
        for warning in file.warnings:
            yield f"{file.source}: {warning}"


def summary(report: IngestReport, directory: Path) -> str:
    """One line: what the index holds now, and how many files became what."""
    counts = Counter(file.status.value for file in report.files)
    files = ", ".join(f"{count} {status}" for status, count in counts.items()) or "no files"
    letters = "1 letter" if report.letters == 1 else f"{report.letters} letters"
    if report.dry_run:
        return f"{directory} would hold {letters} ({files}). Nothing was written."
    return (
        f"{directory}: {letters}, {report.passages} passages, generation "
        f"{report.generation} ({files}; {report.embedded} passages embedded)"
    )
