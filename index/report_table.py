"""The report of an ingest as a person reads it, in a terminal, and as a program does, in JSON"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from index.report import FileReport, IngestReport, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# A table of more files than this leaves the unchanged ones out.
_LONG_TABLE = 30
_GAP = "  "
_NUMBERS = ("pages", "by OCR")
# The least width for names, so that short ones have the rest beside them.
_LEAST_NAME = 12
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
        "refused": report.refused or None,
        "lost": report.lost,
        "files": [_file(file) for file in report.files],
    }
    return json.dumps(body, ensure_ascii=False, indent=indent)


def _file(file: FileReport) -> dict[str, object]:
    return {**asdict(file), "status": file.status.value, "detail": file.detail or None}


def print_report(report: IngestReport, *, told: IngestReport | None = None) -> None:
    """A table of the files with what was found in them, and below it what a person should know of
    each: first the failures, one line each, then the rest. A long table leaves out what is
    unchanged, and so does one after another, with all that this one `told` already.
    """
    from rich.text import Text

    from ingest.console import Terminal, one_line

    shown = report.files
    if told is not None or len(shown) > _LONG_TABLE:
        before = set(told.files) if told else set()
        shown = [one for one in shown if one.status is not Status.UNCHANGED and one not in before]
    if not shown:
        return
    terminal = Terminal()
    rows = [{name: one_line(cell) for name, cell in _cells(file).items()} for file in shown]
    # A file is read by programs too, and may be as wide as it likes.
    header, *lines = _table(rows, terminal.width if terminal.is_terminal else None)
    # `Text`, since a file name may hold what rich would take for markup.
    terminal.print(Text(header, style="bold"), soft_wrap=True)
    for line in (*lines, *map(one_line, _remarks(shown))):
        terminal.print(Text(line), soft_wrap=True)


def _table(rows: list[dict[str, str]], width: int | None) -> Iterator[str]:
    """The lines of a table, header first. No name is ever broken, so that it can be copied: where
    the table is wider than `width`, it goes without the letters' ids (`briefwijzer letters` has
    them), and a name that is still too long stands on a line of its own."""
    from rich.cells import cell_len

    columns = _columns(rows)
    header = {name: name for name in columns}
    widths = {name: max(cell_len(row[name]) for row in (header, *rows)) for name in columns}
    if width is not None and _total(widths.values()) > width:
        del widths["letter"]
        too_much = max(0, _total(widths.values()) - width)
        widths["file"] = max(_LEAST_NAME, widths["file"] - too_much)
    for row in (header, *rows):
        first = row["file"]
        if cell_len(first) > widths["file"]:
            yield first
            first = ""
        yield _line({**row, "file": first}, widths)


def _total(widths: Iterable[int]) -> int:
    return sum(one + len(_GAP) for one in widths) - len(_GAP)


def _line(row: dict[str, str], widths: dict[str, int]) -> str:
    from rich.cells import cell_len

    padded = []
    for name, width in widths.items():
        padding = " " * (width - cell_len(row[name]))
        padded.append(padding + row[name] if name in _NUMBERS else row[name] + padding)
    return _GAP.join(padded).rstrip()


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


def _columns(rows: list[dict[str, str]]) -> list[str]:
    """The columns in order, without those that would be empty."""
    always = {"file", "status", "letter"}
    return [
        name for name in rows[0]
        if name in always or any(row[name] not in ("", "–") for row in rows)
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
