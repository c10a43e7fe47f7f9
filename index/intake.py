"""Taking files in: which ones have to be read, and what reading them gave"""

from __future__ import annotations

import hashlib
import stat
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from index.embedded import EMBEDDED_TEXT_VERSION, embedded
from index.files import UPLOADS, EarlierVersion, Failure, FileRecord
from index.originals import original_path
from index.plan import PlannedFile
from index.rows import LetterSummary, summarise
from index.wording import Wording, wording_of
from ingest.errors import UnreadableFile
from ingest.isolation import Limits, Outcome, ToRead, read_letters
from ingest.passages import ChunkSettings, split_letter
from ingest.readers import check_size
from ingest.reading import READING_VERSION, file_sha256
from ingest.references import kenmerk_key
from ingest.wanting import could_be_read_better

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from index.store import Store
    from ingest.letter import Letter, Passage

# One content must never be known by what was read of another.
_CHANGED = Failure("it changed while it was read", "ingest it again when it is whole")


@dataclass(frozen=True, slots=True)
class Settings:
    """How letters are read and cut. Without `retry`, a file that failed or could be read better,
    and has not changed since, is not read again."""

    chunks: ChunkSettings = field(default_factory=ChunkSettings)
    limits: Limits = field(default_factory=Limits)
    retry: bool = True

    def fingerprint(self, file: PlannedFile, sha256: str) -> str:
        """Changes whenever reading and cutting a file could give something else."""
        versions = f"{READING_VERSION}|{EMBEDDED_TEXT_VERSION}"
        extension = file.path.suffix.lower()
        recipe = f"{sha256}|{extension}|{file.supplied}|{versions}|{self.chunks.passage_length}"
        return hashlib.sha256(recipe.encode()).hexdigest()


class Shelf(Protocol):
    """Where readings are kept: the `Store`, each as soon as it is there, so that an ingest that is
    interrupted need not read those files again; or for a dry run the memory."""

    def find_reading(self, fingerprint: str) -> int | None:
        """The version that holds the reading of a content, or None."""

    def add_letter(
        self, letter: Letter, folder: str, fingerprint: str,
        passages: Sequence[tuple[Passage, bytes]],
    ) -> int:
        """Keep a letter as it was read; return its version."""

    def summary(self, version: int) -> LetterSummary:
        """A version without its text."""

    def wording(self, version: int) -> Wording:
        """What a version is compared by."""


class PassingShelf:
    """For a dry run: what is in the database is found, what is new is forgotten but for what
    letters are compared by. Versions that are not in the database are negative."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._new: dict[int, tuple[LetterSummary, Wording]] = {}

    def find_reading(self, fingerprint: str) -> int | None:
        """The version that holds the reading of a content, or None."""
        return self._store.find_reading(fingerprint) if self._store else None

    def add_letter(
        self, letter: Letter, folder: str, fingerprint: str,
        passages: Sequence[tuple[Passage, bytes]],
    ) -> int:
        """Keep what a letter is compared by; return its version."""
        version = -1 - len(self._new)
        self._new[version] = (summarise(letter, len(passages)), wording_of(letter))
        return version

    def summary(self, version: int) -> LetterSummary:
        """A version without its text."""
        if self._store is None or version < 0:
            return self._new[version][0]
        return self._store.summary(version)

    def wording(self, version: int) -> Wording:
        """What a version is compared by."""
        if self._store is None or version < 0:
            return self._new[version][1]
        return self._store.wording(version)


def cut(letter: Letter, chunks: ChunkSettings) -> list[tuple[Passage, bytes]]:
    """The passages of a letter, each with the key of what is embedded for it."""
    subject = letter.metadata.subject or ""
    return [
        (passage, embedded(passage, subject).key) for passage in split_letter(letter, chunks)
    ]


def outdated_uploads(
    directory: Path, known: Sequence[FileRecord], shelf: Shelf, settings: Settings
) -> list[PlannedFile]:
    """The uploads of which reading may give something else than when they came in: their readers
    are newer, or a program is there now to recognise their pages with."""
    found = []
    for old in known:
        if old.is_upload and old.version is not None:
            file = PlannedFile(original_path(directory, old), UPLOADS, old.source, None, old)
            is_outdated = settings.fingerprint(file, old.sha256) != old.fingerprint
            if is_outdated or _is_worth_repeating(old.version, shelf, settings):
                found.append(file)
    return found


def take_in(
    files: Sequence[PlannedFile], shelf: Shelf, settings: Settings,
    progress: Callable[[int, int], None],
) -> list[FileRecord]:
    """The records of files as they are now, in the order given; only what is new is read.

    A record keeps its version of before where reading fails. What it is to a letter is left as it
    was: `index.arrange` decides on that.
    """
    records = [_seen(file, settings) for file in files]
    due: dict[str, tuple[PlannedFile, FileRecord]] = {}
    for file, record in zip(files, records, strict=True):
        if _needs_reading(file, record, shelf, settings):
            due.setdefault(record.fingerprint, (file, record))
    readings = dict(_read(due, shelf, settings, progress))
    return [
        _with_reading(file, record, readings.get(record.fingerprint), shelf)
        for file, record in zip(files, records, strict=True)
    ]


def _seen(file: PlannedFile, settings: Settings) -> FileRecord:
    """The record of a file that has been looked at but not read."""
    old = file.old or FileRecord(file.folder, file.source, "", 0, 0.0, "")
    now = replace(old, folder=file.folder, source=file.source, last_seen=time.time(), failure=None)
    try:
        status = file.path.stat()
        if not stat.S_ISREG(status.st_mode):
            return replace(now, failure=Failure("it is no file", "supply the letter as a file"))
        # A file that is too large is not even gone through for its hash.
        check_size(file.path)
        sha256 = file_sha256(file.path)
    except UnreadableFile as error:
        return replace(now, failure=Failure(error.reason, error.remedy))
    except OSError as error:
        return replace(now, failure=_unopened(file.path, error))
    return replace(
        now, sha256=sha256, size=status.st_size, modified=status.st_mtime,
        fingerprint=settings.fingerprint(file, sha256),
    )


def _unopened(path: Path, error: OSError) -> Failure:
    if path.is_symlink() and not isinstance(error, PermissionError):
        return Failure(
            "it is a link to a file that is not there", "supply the letter itself, or remove it"
        )
    return Failure(f"it cannot be opened ({error.strerror})", "check its rights")


def _needs_reading(
    file: PlannedFile, record: FileRecord, shelf: Shelf, settings: Settings
) -> bool:
    if record.failure is not None:
        return False
    version = _known_version(file, record, shelf)
    if version is not None:
        return _is_worth_repeating(version, shelf, settings)
    failed_before = file.old is not None and file.old.failure is not None
    unchanged = file.old is not None and file.old.fingerprint == record.fingerprint
    return settings.retry or not (failed_before and unchanged)


def _is_worth_repeating(version: int, shelf: Shelf, settings: Settings) -> bool:
    return settings.retry and could_be_read_better(shelf.summary(version).warnings)


def _known_version(file: PlannedFile, record: FileRecord, shelf: Shelf) -> int | None:
    """The version that holds this content already: the file's own, or that of a copy."""
    old = file.old
    if old is not None and old.failure is None and old.fingerprint == record.fingerprint:
        return old.version
    return shelf.find_reading(record.fingerprint)


def _read(
    due: dict[str, tuple[PlannedFile, FileRecord]], shelf: Shelf, settings: Settings,
    progress: Callable[[int, int], None],
) -> Iterator[tuple[str, int | Failure]]:
    """Read what is due and keep it; by fingerprint, the version or why there is none."""
    to_read = [ToRead(file.path, file.source, file.supplied) for file, _ in due.values()]
    outcomes = _outcomes(to_read, settings.limits, progress)
    for (fingerprint, (file, record)), outcome in zip(due.items(), outcomes, strict=True):
        if isinstance(outcome, UnreadableFile):
            yield fingerprint, Failure(outcome.reason, outcome.remedy)
        elif outcome.sha256 != record.sha256:
            yield fingerprint, _CHANGED
        else:
            passages = cut(outcome, settings.chunks)
            yield fingerprint, shelf.add_letter(outcome, file.folder, fingerprint, passages)


def _outcomes(
    files: Sequence[ToRead], limits: Limits, progress: Callable[[int, int], None]
) -> Iterator[Outcome]:
    try:
        yield from read_letters(files, limits, progress)
    except OSError as error:
        # Files that fail are outcomes: this is the machine, and not the index, as it would seem.
        raise UnreadableFile(
            f"the processes that read letters fail ({error.strerror or error})",
            "see that processes can be started and temporary files written",
        ) from error


def _with_reading(
    file: PlannedFile, record: FileRecord, reading: int | Failure | None, shelf: Shelf
) -> FileRecord:
    """A record with what reading gave: a new version, the known one, or the failure."""
    if record.failure is not None:
        return record
    if reading is None:
        reading = _known_version(file, record, shelf)
    if reading is None:
        assert file.old is not None
        return replace(record, failure=file.old.failure)
    if isinstance(reading, Failure):
        # What changed meanwhile is read the next time, whatever it then holds.
        fingerprint = "" if reading is _CHANGED else record.fingerprint
        return replace(record, failure=reading, fingerprint=fingerprint)
    summary = shelf.summary(reading)
    now = replace(record, version=reading, date=summary.metadata.date)
    before = shelf.summary(file.old.version) if file.old and file.old.version else None
    if before is None or before.sha256 == record.sha256:
        return now
    if _kenmerk(before) != _kenmerk(summary):
        # Another letter under the same name.
        return replace(now, letter_id=None, replaced=())
    earlier = EarlierVersion(record.source, before.sha256, before.metadata.date)
    kept = (one for one in (*now.replaced, earlier) if one.sha256 != record.sha256)
    return replace(now, replaced=tuple(kept))


def _kenmerk(summary: LetterSummary) -> str | None:
    return kenmerk_key(summary.metadata.kenmerk) if summary.metadata.kenmerk else None
