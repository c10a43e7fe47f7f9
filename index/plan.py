"""What an ingest has to do: which files to take in, which letters are gone, which stay."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from index.files import BY_NAME, FileRecord, Role, place_in
from index.report import FileReport, Status
from ingest.readers import is_letter_file
from ingest.supplied import FILE_NAME, Supplied, read_supplied

if TYPE_CHECKING:
    from collections.abc import Sequence

# A folder that lost more than this share of its letters is more likely unmounted than emptied.
MAX_REMOVED_SHARE = 0.2
_NO_LETTERS = frozenset({"README.md", FILE_NAME})


class RefusedRemoval(Exception):
    """The folder lost so many letters that a mistake is likelier; nothing was changed."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to take in, which is or will be known by (`folder`, `source`)."""

    path: Path
    folder: str
    source: str
    supplied: Supplied | None
    old: FileRecord | None


@dataclass
class Plan:
    """What there is to do, known before anything is read or written."""

    before: list[FileRecord]
    files: dict[str, PlannedFile] = field(default_factory=dict)
    gone: dict[str, FileRecord] = field(default_factory=dict)
    skipped: list[FileReport] = field(default_factory=list)
    _supplied: dict[str, dict[str, Supplied]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_place = {old.place: old for old in self.before}

    def others(self) -> list[FileRecord]:
        """The known files that this ingest leaves alone."""
        return [
            old for place, old in self._by_place.items()
            if place not in self.files and place not in self.gone
        ]

    def in_order(self) -> list[PlannedFile]:
        """The files, known ones first: of two copies the one that was there first stays."""
        return sorted(self.files.values(), key=lambda file: file.old is None)

    def add_file(self, path: Path, folder: str, source: str) -> None:
        """A letter stays with the folder that it first came from; one that was ingested by name
        goes over to a folder that is found to hold it."""
        place = place_in(folder, source)
        old = self._by_place.get(place)
        if old is not None and (folder.startswith(BY_NAME) or not old.folder.startswith(BY_NAME)):
            folder, source = old.folder, old.source
        supplied = self._supplied_in(folder.removeprefix(BY_NAME)).get(source)
        self.files.setdefault(place, PlannedFile(path, folder, source, supplied, old))

    def _supplied_in(self, folder: str) -> dict[str, Supplied]:
        if folder not in self._supplied:
            self._supplied[folder] = read_supplied(Path(folder))
        return self._supplied[folder]

    def add_folder(self, folder: Path, allow_removals: bool) -> None:
        """All letters in a folder, and those that are gone from it."""
        name = shown(folder.resolve())
        self._supplied.setdefault(name, read_supplied(folder))
        letters = [path for path in _files_in(folder) if is_letter_file(path)]
        places = {f"{name}/{shown(path.relative_to(folder))}" for path in letters}
        known = [old for old in self.before if old.folder == name and old.role is Role.LETTER]
        gone = [old for old in known if old.place not in places]
        if gone and not allow_removals and (
            not letters or len(gone) > MAX_REMOVED_SHARE * len(known)
        ):
            raise RefusedRemoval(
                f"{folder} lacks {len(gone)} of the {len(known)} letters indexed from it: nothing "
                "was changed. If they were removed on purpose, repeat with --allow-removals"
            )
        self.gone |= {
            old.place: old for old in self.before
            if old.folder == name and old.place not in places
        }
        for path in letters:
            self.add_file(path, name, shown(path.relative_to(folder)))
        self._skip(folder, name)

    def _skip(self, folder: Path, name: str) -> None:
        for path in _files_in(folder):
            if not is_letter_file(path) and path.name not in _NO_LETTERS:
                source = shown(path.relative_to(folder))
                self.skipped.append(FileReport(source, Status.SKIPPED, detail="no letter format"))
        for source in self._supplied_in(name):
            if not (folder / source).is_file():
                detail = f"named in {FILE_NAME}, but there is no such file"
                self.skipped.append(FileReport(source, Status.SKIPPED, detail=detail))


def _files_in(folder: Path) -> list[Path]:
    """The files below a folder, in order of path, hidden ones left out; and what has the name of
    a letter and is neither file nor folder, such as a link to nothing, to be reported."""
    return sorted(
        path for path in folder.rglob("*")
        if (path.is_file() or (is_letter_file(path) and not path.is_dir()))
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def shown(path: Path) -> str:
    """A path as text that can be stored and printed: bytes that are no UTF-8, as old file servers
    have in names, stand there as `\\xe9`."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def make_plan(paths: Sequence[Path], before: list[FileRecord], allow_removals: bool) -> Plan:
    """What it takes to bring `before`, the known files, up to date with files and folders.

    Raises:
        RefusedRemoval: a folder lost too many letters, and `allow_removals` is false.
        UnreadableFile: a folder's `letters.toml` is wrong.
    """
    plan = Plan(before)
    for path in paths:
        # A folder that is known and not there any more is one that lost all its letters.
        if path.is_dir() or any(old.folder == shown(path.resolve()) for old in before):
            plan.add_folder(path, allow_removals)
        else:
            plan.add_file(path, f"{BY_NAME}{shown(path.parent.resolve())}", shown(Path(path.name)))
    return plan
