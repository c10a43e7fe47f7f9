"""Single letters in and out of an index: uploads, which no folder owns, and removals"""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from index.files import UPLOADS, FileRecord, Role, folder_name
from index.intake import Settings, take_in
from index.originals import keep, receive
from index.plan import PlannedFile
from index.report import FileReport, Status, report_on
from index.synchronise import Change, known_files, settle
from index.writing import writing
from ingest.errors import UnreadableFile
from ingest.readers import format_of_content, known_extensions

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.embedding import Embedder

# Longer names make trouble on some file systems and in every table.
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Removal:
    """What a removal took out of the index: the letter's files; and what there is to say of it."""

    sources: tuple[str, ...]
    warnings: tuple[str, ...]


def _unseen(done: int, total: int) -> None:
    """One file shows no progress."""


def add_upload(
    directory: Path, path: Path, name: str, embedder: Embedder, *, settings: Settings | None = None,
    progress: Callable[[int, int], None] = _unseen,
) -> FileReport:
    """Take the letter in the file at `path` into the index under the file name `name`.

    The format is that of the content, whatever the name says. The file is copied into the index
    directory; folders that are synchronised leave it alone. A newer version of a letter replaces
    the older, a copy is kept as one, and the report says so: a letter that is there is `CHANGED`
    by it. Where there is no index yet, one is made. `progress` is called again and again
    while the file is read; what it raises gives the upload up.

    Raises:
        UnreadableFile: the file cannot be read, and nothing of it is left behind.
        IndexBusy: another process is writing this index.
        IndexUnusable: the index cannot be written or is of another format version.
    """
    settings, started = settings or Settings(), time.time()
    source = upload_name(path, name)
    with writing(directory) as store:
        before = known_files(store)
        incoming = receive(directory, path, PurePosixPath(source).suffix)
        try:
            planned = PlannedFile(incoming, UPLOADS, source, None, None)
            [record] = take_in([planned], store, settings, progress)
            if record.failure is not None:
                raise UnreadableFile(record.failure.reason, record.failure.remedy)
            if twin := _same_upload(record, before):
                summary = store.summary(twin.version) if twin.version else None
                return report_on(twin, Status.DUPLICATE, "it was uploaded before", summary)
            record = replace(record, source=_free_name(source, before), modified=started)
            keep(directory, incoming, record)
            change = Change(before, [*before, record], started)
            report = settle(store, change, embedder, settings)
        finally:
            incoming.unlink(missing_ok=True)
    [file] = [one for one in report.files if (one.folder, one.source) == (UPLOADS, record.source)]
    had = any(one.letter_id == file.letter_id for one in before)
    return replace(file, status=Status.CHANGED) if had and file.status is Status.ADDED else file


def upload_name(path: Path, name: str) -> str:
    """The name that an uploaded file gets: its own without folders and control characters, with
    the extension of the format that its content is of."""
    composed = unicodedata.normalize("NFC", name)
    plain = "".join(one for one in composed.replace("\\", "/") if one.isprintable())
    base = PurePosixPath(plain).name.lstrip(".") or "letter"
    found = format_of_content(path)
    extension = PurePosixPath(base).suffix.lower()
    if found is not None and extension not in found.extensions:
        if extension in known_extensions():
            base = PurePosixPath(base).stem
        base, extension = f"{base}{found.extensions[0]}", found.extensions[0]
    stem = base[: len(base) - len(extension)] if extension else base
    return f"{stem[: _LONGEST_NAME - len(extension)]}{extension}"


def _same_upload(record: FileRecord, before: list[FileRecord]) -> FileRecord | None:
    return next(
        (one for one in before if one.is_upload and one.fingerprint == record.fingerprint), None
    )


def _free_name(source: str, before: list[FileRecord]) -> str:
    """`source`, or with a number where another upload has that name: two letters that people call
    the same are not taken for one."""
    taken = {one.source for one in before if one.is_upload}
    name = PurePosixPath(source)
    free, number = source, 2
    while free in taken:
        free, number = f"{name.stem} ({number}){name.suffix}", number + 1
    return free


def remove_letter(directory: Path, letter_id: str, embedder: Embedder) -> Removal:
    """Take a letter out of the index: all its files, copies and older versions.

    The files that were uploaded are deleted. A file in a folder stays where it is and comes back
    when that folder is synchronised; a warning says so.

    Raises:
        KeyError: the index has no letter with this id.
        IndexBusy, IndexUnusable: as `add_upload`.
    """
    started = time.time()
    with writing(directory) as store:
        before = known_files(store)
        gone = [one for one in before if one.letter_id == letter_id]
        if not any(one.role is Role.LETTER for one in gone):
            raise KeyError(letter_id)
        left = [one for one in before if one.letter_id != letter_id]
        settle(store, Change(before, left, started), embedder, Settings())
    return Removal(
        tuple(one.source for one in gone),
        tuple(_comes_back(one) for one in gone if not one.is_upload),
    )


def _comes_back(record: FileRecord) -> str:
    return (
        f"{record.source} is still in {folder_name(record.folder)}, and comes back when that is "
        "ingested again: remove the file there too"
    )
