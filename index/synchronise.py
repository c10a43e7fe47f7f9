"""Bringing an index up to date with folders of letters, or with single files"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.arrange import arrange
from index.files import FileRecord, Role, Run, place_in
from index.intake import (
    PassingShelf,
    Settings,
    Shelf,
    cut,
    outdated_uploads,
    take_in,
)
from index.judgement import Read
from index.plan import Plan, RefusedRemoval, make_plan
from index.report import FileReport, IngestReport, Status, report_on
from index.store import Store
from index.writing import IndexBusy, index_model, renew, writing

if TYPE_CHECKING:
    from index.embedding import Embedder
    from index.progress import Progress

__all__ = [
    "FileReport", "IndexBusy", "IngestReport", "RefusedRemoval", "Settings", "Status",
    "index_model", "preview", "synchronise",
]


def _nothing(stage: str, done: int, total: int) -> None:
    """No progress to show."""


def synchronise(
    directory: Path, paths: Sequence[Path], embedder: Embedder, *,
    settings: Settings | None = None, allow_removals: bool = False, leave_removals: bool = False,
    progress: Progress = _nothing,
) -> IngestReport:
    """Bring the index in `directory` up to date with folders and files.

    A folder is synchronised: what came from it and is gone is removed. A file is added or renewed.
    Where a folder lost too many letters, `allow_removals` removes them, and `leave_removals` leaves
    them in the index, does the rest and says so in the report. What cannot be read is reported, and
    the rest goes on. A letter in several files is searched once, in its newest version. The new
    state becomes visible in one step at the end; until then, and after a crash, readers see the
    old one.

    Raises:
        RefusedRemoval: a folder lost too many letters, and neither is allowed.
        IndexBusy: another process is writing this index.
        IndexUnusable: the index cannot be written or is of another format version.
        UnreadableFile: a folder's `letters.toml` is wrong.
    """
    settings = settings or Settings()
    started = time.time()
    with writing(directory) as store:
        plan = make_plan(paths, known_files(store))
        refused = "" if allow_removals else plan.refusal
        if refused and not leave_removals:
            raise RefusedRemoval(
                f"{refused}: nothing was changed. If they were removed on purpose, repeat with "
                "--allow-removals"
            )
        if refused:
            plan.leave_removals()
        files = _taken(plan, directory, store, settings, progress)
        change = Change(
            plan.before, files, started, plan.gone_through, plan.skipped, plan.renamed
        )
        report = settle(store, change, embedder, settings, progress)
        return replace(report, refused=refused, lost=tuple(plan.lost) if refused else ())


def preview(
    directory: Path, paths: Sequence[Path], *, settings: Settings | None = None,
    allow_removals: bool = False, progress: Progress = _nothing,
) -> IngestReport:
    """What `synchronise` would do now. Files are read; nothing is written.

    What `synchronise` would refuse is shown as if it were allowed, and the report says so.

    Raises:
        IndexUnusable, UnreadableFile: as `synchronise`.
    """
    settings = settings or Settings()
    store = _open_if_there(directory)
    try:
        active = store.ledger.active() if store else None
        plan = make_plan(paths, known_files(store) if store else [])
        refused = "" if allow_removals else plan.refusal
        shelf = PassingShelf(store)
        files = arranged(_taken(plan, directory, shelf, settings, progress), shelf)
        letters = sum(file.role is Role.LETTER for file in files)
        reports = reports_on(plan.before, files, shelf, plan.renamed) + plan.skipped
        return IngestReport(
            active[0] if active else 0, letters, 0, 0, _sorted(reports), dry_run=True,
            refused=refused, lost=tuple(plan.lost) if refused else (),
        )
    finally:
        if store:
            store.close()


def _open_if_there(directory: Path) -> Store | None:
    from index.database import DATABASE

    return Store(directory) if (directory / DATABASE).is_file() else None


def known_files(store: Store) -> list[FileRecord]:
    """The files that the active generation knows; none before the first."""
    active = store.ledger.active()
    return store.ledger.files(active[0]) if active else []


def _taken(
    plan: Plan, directory: Path, shelf: Shelf, settings: Settings, progress: Progress
) -> list[FileRecord]:
    """All files that the index will know: those looked at now, and those left alone."""
    for file in outdated_uploads(directory, plan.before, shelf, settings):
        plan.files[place_in(file.folder, file.source)] = file
    taken = take_in(plan.in_order(), shelf, settings, partial(progress, "reading"))
    return [*plan.others(), *plan.unopened, *taken]


def arranged(files: Sequence[FileRecord], shelf: Shelf) -> list[FileRecord]:
    """The files with their roles: letters, copies, older versions, and what was never read."""
    read = [
        Read(file, shelf.summary(file.version)) for file in files if file.version is not None
    ]
    failed = [
        replace(file, role=Role.FAILED, letter_id=None) for file in files if file.version is None
    ]
    return [*arrange(read, shelf.wording), *failed]


@dataclass(frozen=True, slots=True)
class Change:
    """The files that an index knew and those that it is to know from now on, when that began, the
    folders that were gone through for it, what was passed over, and the files that were renamed,
    each as it was, by the place where it is now."""

    before: Sequence[FileRecord]
    after: Sequence[FileRecord]
    started: float
    folders: tuple[str, ...] = ()
    skipped: Sequence[FileReport] = ()
    renamed: Mapping[str, FileRecord] = field(default_factory=dict)


def settle(
    store: Store, change: Change, embedder: Embedder, settings: Settings,
    progress: Progress = _nothing,
) -> IngestReport:
    """Arrange files into letters, make them what is searched, and report on the change."""
    now = [_adopted(store, file, settings) for file in arranged(change.after, store)]
    versions = sorted(
        file.version for file in now if file.role is Role.LETTER and file.version is not None
    )
    reports = [*reports_on(change.before, now, store, change.renamed), *change.skipped]
    counts = dict(Counter(report.status.value for report in reports))
    run = Run(change.started, time.time(), change.folders, counts)
    manifest, embedded = renew(store, embedder, settings.chunks, versions, now, run, progress)
    return IngestReport(
        manifest.generation, manifest.letters, manifest.passages, embedded, _sorted(reports)
    )


def _adopted(store: Store, file: FileRecord, settings: Settings) -> FileRecord:
    """A file whose reading is kept under its own name and its letter's id, where it is searched.

    A reading is shared by byte-equal copies, and a letter keeps its id whichever file holds it.
    """
    if file.role is not Role.LETTER or file.version is None or file.letter_id is None:
        return file
    summary = store.summary(file.version)
    if (summary.letter_id, summary.source) == (file.letter_id, file.source):
        return file
    fingerprint = store.fingerprint(file.version)
    version = store.find_version(file.folder, file.source, fingerprint, file.letter_id)
    if version is None:
        letter = replace(
            store.letter(file.version), letter_id=file.letter_id, source=file.source
        )
        version = store.add_letter(
            letter, file.folder, fingerprint, cut(letter, settings.chunks)
        )
    return replace(file, version=version)


def reports_on(
    before: Sequence[FileRecord], now: Sequence[FileRecord], shelf: Shelf,
    renamed: Mapping[str, FileRecord],
) -> list[FileReport]:
    """What became of each file that was looked at, that changed its role, or that is gone."""
    old = {file.place: file for file in before}
    reports = []
    for file in now:
        earlier = renamed.get(file.place)
        was = old.pop(file.place if earlier is None else earlier.place, None)
        is_seen = was is None or file.last_seen != was.last_seen
        status, detail = _change(was, file, is_seen)
        if earlier is not None:
            status, detail = _renamed(earlier, status, detail)
        if status is not Status.UNCHANGED or is_seen:
            summary = None if file.version is None else shelf.summary(file.version)
            reports.append(report_on(file, status, detail, summary))
    return reports + [
        FileReport(file.source, Status.REMOVED, file.letter_id, folder=file.folder)
        for file in old.values() if not file.is_folder
    ]


def _renamed(was: FileRecord, status: Status, detail: str) -> tuple[Status, str]:
    """What became of a file, with the name that it had."""
    said = f"renamed from {was.source}"
    status = Status.RENAMED if status is Status.UNCHANGED else status
    return status, f"{said}; {detail}" if detail else said


def _change(was: FileRecord | None, file: FileRecord, is_seen: bool) -> tuple[Status, str]:
    """What became of a file, and what there is to say of it; that one failed is said only of files
    that were looked at now."""
    if file.failure is not None and is_seen:
        kept = "; the version indexed before stays" if file.version is not None else ""
        return Status.FAILED, f"{file.failure}{kept}"
    if file.version is None:
        return Status.UNCHANGED, ""
    new = was is None or (was.role, was.same_as, was.version) != (
        file.role, file.same_as, file.version
    )
    if file.role is Role.COPY:
        status = Status.DUPLICATE if new else Status.UNCHANGED
        return status, f"the same letter as {file.same_as}"
    if file.role is Role.SUPERSEDED:
        status = Status.REPLACED if new else Status.UNCHANGED
        return status, f"replaced by {file.same_as}: {file.differs}"
    if was is None or was.version is None:
        return Status.ADDED, ""
    if was.role is not Role.LETTER:
        return Status.CHANGED, "searched now, in place of a file that is gone or has changed"
    # A file that another folder takes over is kept anew under the name that it has there.
    same = was.fingerprint == file.fingerprint and (
        was.version == file.version or was.source != file.source
    )
    return Status.UNCHANGED if same else Status.CHANGED, ""


def _sorted(reports: Sequence[FileReport]) -> list[FileReport]:
    return sorted(reports, key=lambda report: report.source)
