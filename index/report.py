"""What an ingest reports: what became of each file, and what was found in it"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.files import FileRecord
    from index.rows import LetterSummary

# What a letter should say of itself; `missing` names those that were neither found nor supplied.
_WANTED = ("kenmerk", "date", "subject", "sender", "addressee")
# The detail of a file that is passed over for its name.
NO_LETTER_FORMAT = "no letter format"


class Status(StrEnum):
    """What became of a file. A copy or an older version is called that when it becomes one, and
    `UNCHANGED` from then on."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    RENAMED = "renamed"
    DUPLICATE = "duplicate"
    REPLACED = "replaced"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One line of the report.

    `detail` says why and what to do, where there is something to do; `role` is what the file is to
    its letter. The fields from `kenmerk` on are of the letter read from it, None or empty where
    none was; `pages` and `pages_by_ocr` are None of one without pages too, and `ocr_confidence` is
    from 0 to 1.
    """

    source: str
    status: Status
    letter_id: str | None = None
    detail: str = ""
    folder: str | None = None
    role: str | None = None
    kenmerk: str | None = None
    date: str | None = None
    pages: int | None = None
    pages_by_ocr: int | None = None
    ocr_confidence: float | None = None
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, or with `dry_run` would do.

    `generation` is the one that is active afterwards (0: there is none). A dry run counts neither
    passages nor what would be embedded: both are 0. `refused` names the folders that lost so many
    letters that these are not removed unasked, and `lost` are the paths that those had: they stay,
    and a dry run shows what would happen if it were asked.
    """

    generation: int
    letters: int
    passages: int
    embedded: int
    files: list[FileReport] = field(default_factory=list)
    dry_run: bool = False
    refused: str = ""
    lost: tuple[str, ...] = ()

    @property
    def failed(self) -> list[FileReport]:
        """The files that could not be read."""
        return [file for file in self.files if file.status is Status.FAILED]


def report_on(
    record: FileRecord, status: Status, detail: str, summary: LetterSummary | None
) -> FileReport:
    """What to say of a file, and of the letter that was read from it (if any)."""
    if summary is None:
        return FileReport(record.source, status, record.letter_id, detail, record.folder,
                          record.role, warnings=record.warnings)
    found = summary.metadata
    return FileReport(
        record.source, status, record.letter_id, detail, record.folder, record.role,
        found.kenmerk, found.date, summary.pages,
        None if summary.pages is None else summary.pages_by_ocr, summary.ocr_confidence,
        tuple(name for name in _WANTED if getattr(found, name) is None),
        (*summary.warnings, *record.warnings),
    )
