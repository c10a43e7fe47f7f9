"""The report of an ingest as a person reads it, in a terminal, and as a program does, in JSON"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import asdict, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from index.files import folder_name, names_of
from index.report import NO_LETTER_FORMAT, FileReport, IngestReport, Status
from ingest.console import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# A table of more files than this leaves the unchanged ones out.
_LONG_TABLE = 30
_LASTING = (Status.FAILED, Status.SKIPPED)
_GAP = "  "
_NUMBERS = ("pages", "by OCR")
# The least width for names, so that short ones have the rest beside them.
_LEAST_NAME = 12
# In a narrow terminal no more of what a letter lacks is named; the JSON names all.
_MISSING_SHOWN = 3
# More files than this that are passed over for one extension make one line.
_ALIKE_SHOWN = 3


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
    each: first the failures, one line each, then the rest, and last what was passed over. A long
    table leaves out what is unchanged, and so does one after another, with each failure and each
    file passed over that this one `told` already.
    """
    from rich.text import Text

    from ingest.console import Terminal, one_line

    shown = report.files
    if told is not None or len(shown) > _LONG_TABLE:
        # What failed or was passed over goes on to be so; all else happens anew.
        before = {one for one in told.files if one.status in _LASTING} if told else set()
        shown = [one for one in shown if one.status is not Status.UNCHANGED and one not in before]
    # By all files: one that is left out may have the name of one that is shown.
    names = _names_apart(report.files)
    shown = [replace(one, source=names.get((one.folder, one.source), one.source)) for one in shown]
    looked_at = [one for one in shown if one.status is not Status.SKIPPED]
    passed_over = [one for one in shown if one.status is Status.SKIPPED]
    terminal = Terminal()
    rows = [{name: one_line(cell) for name, cell in _cells(file).items()} for file in looked_at]
    # A file is read by programs too, and may be as wide as it likes.
    table = _table(rows, terminal.width if terminal.is_terminal else None) if rows else ()
    remarks = map(one_line, (*_remarks(looked_at), *_passed_over(passed_over)))
    for number, line in enumerate((*table, *remarks)):
        # `Text`, since a file name may hold what rich would take for markup.
        style = "bold" if rows and number == 0 else ""
        terminal.print(Text(line, style=style), soft_wrap=True)


def _names_apart(files: list[FileReport]) -> dict[tuple[str | None, str], str]:
    """What files of one name in several folders are called, by folder and name: as much of their
    paths as tells them apart."""
    folders: dict[str, set[str]] = defaultdict(set)
    for file in files:
        folders[file.source].add(file.folder or "")
    names: dict[tuple[str | None, str], str] = {}
    for source, found in folders.items():
        if len(found) > 1:
            several = sorted(found)
            places = names_of([f"{folder_name(folder)}/{source}" for folder in several])
            names |= {(folder, source): name for folder, name in zip(several, places, strict=True)}
    return names


def _table(rows: list[dict[str, str]], width: int | None) -> Iterator[str]:
    """The lines of a table, header first. No name is ever broken, so that it can be copied: where
    the table is wider than `width`, it goes without the letters' ids (`briefwijzer letters` has
    them) and without all that many lack, and a name that is still too long stands on a line of its
    own."""
    from rich.cells import cell_len

    columns = _columns(rows)
    widths = _widths(rows, columns)
    if width is not None and _total(widths.values()) > width:
        columns.remove("letter")
        rows = [{**row, "missing": _shortened(row["missing"])} for row in rows]
        widths = _widths(rows, columns)
        too_much = max(0, _total(widths.values()) - width)
        widths["file"] = max(_LEAST_NAME, widths["file"] - too_much)
    for row in ({name: name for name in columns}, *rows):
        first = row["file"]
        if cell_len(first) > widths["file"]:
            yield first
            first = ""
        yield _line({**row, "file": first}, widths)


def _widths(rows: list[dict[str, str]], columns: list[str]) -> dict[str, int]:
    from rich.cells import cell_len

    return {name: max(cell_len(name), *(cell_len(row[name]) for row in rows)) for name in columns}


def _shortened(missing: str) -> str:
    names = missing.split()
    return " ".join([*names[:_MISSING_SHOWN], "…"]) if len(names) > _MISSING_SHOWN else missing


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
    confidence = "" if file.ocr_confidence is None else f" ({file.ocr_confidence:.0%})"
    return {
        "file": file.source,
        "status": file.status.value,
        "letter": file.letter_id or "–",
        "pages": "–" if file.pages is None else str(file.pages),
        "by OCR": f"{file.pages_by_ocr}{confidence}" if file.pages_by_ocr else "",
        "date": file.date or "–",
        "missing": " ".join(file.missing),
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


def _passed_over(files: list[FileReport]) -> Iterator[str]:
    """A line for each file, or for all of one kind where they are many: a folder may hold a
    thousand pictures."""
    alike: dict[str, list[FileReport]] = defaultdict(list)
    for file in files:
        is_alike = file.detail == NO_LETTER_FORMAT
        alike[(PurePath(file.source).suffix.lower() or "other") if is_alike else ""].append(file)
    for kind, several in alike.items():
        if kind and len(several) > _ALIKE_SHOWN:
            yield f"{len(several)} {kind} files: {NO_LETTER_FORMAT}"
        else:
            yield from (f"{one.source}: {one.status.value}: {one.detail}" for one in several)


def summary(report: IngestReport, directory: Path) -> str:
    """One line: what the index holds now, and how many files became what."""
    counts = Counter(file.status.value for file in report.files)
    files = ", ".join(f"{count} {status}" for status, count in counts.items()) or "no files"
    letters = counted(report.letters, "letter")
    if report.dry_run:
        return f"{directory} would hold {letters} ({files}). Nothing was written."
    return (
        f"{directory}: {letters}, {counted(report.passages, 'passage')}, generation "
        f"{report.generation} ({files}; {counted(report.embedded, 'passage')} embedded)"
    )
