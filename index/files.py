"""What an index knows of every file that it was given, and which letter each one is of"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import TypeAdapter

# Stands before the folder of a file that was ingested by name: no folder owns such a letter.
BY_NAME = "by-name:"
# The folder of the files that were uploaded; their content lies in the index directory.
UPLOADS = "upload:"


class Role(StrEnum):
    """What a file is to the letter that it is of."""

    LETTER = "letter"  # what is searched and cited
    COPY = "copy"  # the same letter once more: the same bytes, or another format
    SUPERSEDED = "superseded"  # an older version, which another file replaces
    FAILED = "failed"  # never read, and so of no letter


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """What a letter was before: the file that held it, that file's content, and its date."""

    source: str
    sha256: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file could not be read, and what to do."""

    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason}: {self.remedy}"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file, known by (`folder`, `source`), as it was when it was last seen.

    `version` is its reading, which a byte-equal copy shares; a file that fails now may have one of
    before. `modified` and `last_seen` are seconds since 1970. `differs` says, for a person, what an
    older version has otherwise than the newer. `warnings` are about the file amid the others; those
    of reading it stand in its letter. `replaced` is what it held before.
    """

    folder: str
    source: str
    sha256: str
    size: int
    modified: float
    fingerprint: str
    version: int | None = None
    role: Role = Role.FAILED
    letter_id: str | None = None
    same_as: str | None = None
    differs: str = ""
    date: str | None = None
    failure: Failure | None = None
    warnings: tuple[str, ...] = ()
    replaced: tuple[EarlierVersion, ...] = ()
    last_seen: float = 0.0

    @property
    def place(self) -> str:
        """The path of the file; of an upload, what stands for it."""
        return place_in(self.folder, self.source)

    @property
    def is_upload(self) -> bool:
        """Whether the file was uploaded."""
        return self.folder == UPLOADS

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder that could not be opened, known like a file that failed."""
        return self.source.endswith("/")

    def as_earlier(self) -> EarlierVersion:
        """The file as a version of a letter that another one replaced."""
        return EarlierVersion(self.source, self.sha256, self.date)


@dataclass(frozen=True, slots=True)
class LetterFiles:
    """The files of one letter: the one that is cited, its copies, and what they replaced."""

    letter: FileRecord
    copies: tuple[FileRecord, ...] = ()
    replaces: tuple[EarlierVersion, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of all files that hold this letter, the one that is cited first."""
        return (self.letter.source, *(copy.source for copy in self.copies))


@dataclass(frozen=True, slots=True)
class Run:
    """One synchronisation, upload or removal that ended: when, which folders were gone through for
    it (as `FileRecord.folder` has them), and how many files became what (by status)."""

    started: float
    finished: float
    folders: tuple[str, ...]
    counts: dict[str, int]


def place_in(folder: str, source: str) -> str:
    """The path of the file that is known as `source` in `folder`."""
    return f"{folder.removeprefix(BY_NAME)}/{source}"


def folder_name(folder: str) -> str:
    """How a folder is called in reports."""
    return "uploads" if folder == UPLOADS else folder.removeprefix(BY_NAME)


def names_of(paths: Sequence[str]) -> list[str]:
    """The last part of each path, with as many before it as tell it from the others."""
    parts = [PurePath(path).parts for path in paths]
    names = []
    for own in parts:
        alike = (sum(one[-n:] == own[-n:] for one in parts) for n in range(1, len(own)))
        length = next((n for n, count in enumerate(alike, 1) if count == 1), len(own))
        names.append(PurePath(*own[-length:]).as_posix())
    return names


def files_by_letter(records: Iterable[FileRecord]) -> dict[str, LetterFiles]:
    """The files of each letter, by its id."""
    known = list(records)
    found = {
        record.letter_id: LetterFiles(record, (), record.replaced)
        for record in known if record.role is Role.LETTER and record.letter_id
    }
    for record in known:
        if record.letter_id not in found:
            continue
        files = found[record.letter_id]
        if record.role is Role.COPY:
            files = replace(files, copies=(*files.copies, record))
        elif record.role is Role.SUPERSEDED:
            earlier = (*record.replaced, record.as_earlier())
            files = replace(files, replaces=(*files.replaces, *earlier))
        found[record.letter_id] = files
    return {letter_id: _without_repeats(files) for letter_id, files in found.items()}


def _without_repeats(files: LetterFiles) -> LetterFiles:
    current = {record.sha256 for record in (files.letter, *files.copies)}
    earlier = dict.fromkeys(one for one in files.replaces if one.sha256 not in current)
    return replace(files, replaces=tuple(sorted(earlier, key=lambda one: one.date or "")))


@cache
def record_adapter() -> TypeAdapter[FileRecord]:
    """A file record as JSON."""
    from pydantic import TypeAdapter

    return TypeAdapter(FileRecord)


@cache
def run_adapter() -> TypeAdapter[Run]:
    """A run as JSON."""
    from pydantic import TypeAdapter

    return TypeAdapter(Run)
