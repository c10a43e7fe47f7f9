"""What an index covers: periods, kinds, senders, what failed, and how fresh it is"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.files import FileRecord, Role, folder_name
from index.folder import holds
from index.generation import read_manifest
from index.store import Store
from ingest.offices import office_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from index.files import Run
    from index.rows import LetterSummary

_MOST_SENDERS = 20


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder that letters came from (or `uploads`): its files, those of them that failed, and
    when it was last gone through, in seconds since 1970; None for uploads, and for a folder of
    which only single files were ingested, or that could not be opened."""

    folder: str
    files: int
    failed: int
    synchronised: float | None


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be read when it was last looked at; `letter_id` is the letter that an
    earlier state of it still gives, if any."""

    source: str
    folder: str
    reason: str
    remedy: str
    letter_id: str | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the letters of an index are, and what it lacks.

    Dates are ISO 8601; `last_synchronised`, the end of the latest run, upload or removal, is in
    seconds since 1970. `years`, `kinds` and `senders` count letters; `senders` are offices, whoever
    holds them: the 20 with the most letters, and `more_senders` counts the others. `pages` leaves
    out letters without pages.
    """

    letters: int
    first_date: str | None
    last_date: str | None
    years: dict[str, int]
    kinds: dict[str, int]
    senders: dict[str, int]
    more_senders: int
    without_date: int
    without_kenmerk: int
    pages: int
    pages_by_ocr: int
    copies: int
    superseded: int
    folders: tuple[FolderState, ...]
    failures: tuple[FailedFile, ...]
    last_synchronised: float | None


def read_coverage(directory: Path) -> Coverage:
    """What the active generation of an index covers.

    Raises:
        IndexUnusable: there is no index, or no complete generation.
    """
    store = Store(directory)
    try:
        generation = read_manifest(store).generation
        letters = [summary for _, summary in store.summaries(generation)]
        return coverage_of(letters, store.ledger.files(generation), store.ledger.runs())
    finally:
        store.close()


def coverage_of(
    letters: list[LetterSummary], files: list[FileRecord], runs: list[Run]
) -> Coverage:
    """What letters, the files known beside them and the runs so far (latest first) come to."""
    dates = sorted(one.metadata.date for one in letters if one.metadata.date)
    senders = _by_office(one.metadata.sender for one in letters if one.metadata.sender)
    roles = Counter(one.role for one in files)
    return Coverage(
        letters=len(letters),
        first_date=dates[0] if dates else None,
        last_date=dates[-1] if dates else None,
        years=dict(sorted(Counter(date[:4] for date in dates).items())),
        kinds=dict(Counter(one.metadata.kind.value for one in letters).most_common()),
        senders=dict(senders.most_common(_MOST_SENDERS)),
        more_senders=max(0, len(senders) - _MOST_SENDERS),
        without_date=len(letters) - len(dates),
        without_kenmerk=sum(one.metadata.kenmerk is None for one in letters),
        pages=sum(one.pages or 0 for one in letters),
        pages_by_ocr=sum(one.pages_by_ocr for one in letters),
        copies=roles[Role.COPY],
        superseded=roles[Role.SUPERSEDED],
        folders=_folders(files, runs),
        failures=tuple(
            FailedFile(one.source, folder_name(one.folder), one.failure.reason,
                       one.failure.remedy, one.letter_id)
            for one in files if one.failure is not None
        ),
        last_synchronised=runs[0].finished if runs else None,
    )


def _by_office(senders: Iterable[str]) -> Counter[str]:
    """How many of some senders are of each office, under its most frequent spelling."""
    spellings: dict[str, Counter[str]] = {}
    for sender in senders:
        office = office_of(sender)
        spellings.setdefault(office.casefold(), Counter())[office] += 1
    return Counter({one.most_common(1)[0][0]: one.total() for one in spellings.values()})


def _folders(files: list[FileRecord], runs: list[Run]) -> tuple[FolderState, ...]:
    latest: dict[str, float] = {}
    for run in runs:
        for folder in run.folders:
            latest.setdefault(folder, run.finished)
    counts = Counter(folder_name(one.folder) for one in files if not one.is_folder)
    failed = Counter(folder_name(one.folder) for one in files if one.failure is not None)
    # A folder without files was emptied, or cannot be opened. One in another is gone through when
    # that one is.
    return tuple(
        FolderState(
            name, counts[name], failed[name],
            max((when for folder, when in latest.items() if holds(folder, name)), default=None),
        )
        for name in sorted({*counts, *failed, *latest})
    )
