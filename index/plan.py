"""What an ingest has to do: which files to take in, which letters are gone, which stay."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from index.files import BY_NAME, Failure, FileRecord, Role, place_in
from index.folder import Contents, holds, look_into
from index.renames import follow, holders_of, likely_name
from index.report import NO_LETTER_FORMAT, FileReport, Status
from ingest.readers import is_letter_file
from ingest.supplied import FILE_NAME, Supplied, read_supplied

if TYPE_CHECKING:
    from collections.abc import Sequence

# A folder that lost more than this share of its letters is more likely unmounted than emptied.
MAX_REMOVED_SHARE = 0.2
_NO_LETTERS = frozenset({"README.md", FILE_NAME})


class RefusedRemoval(Exception):
    """A folder lost so many letters that a mistake is likelier; nothing was changed."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to take in, which is or will be known by (`folder`, `source`).

    `old` is what is known of it, or of the file that was renamed to it.
    """

    path: Path
    folder: str
    source: str
    supplied: Supplied | None
    old: FileRecord | None


@dataclass
class Plan:
    """What there is to do, known before anything is read or written.

    Files are by their place. `renamed` are files that are gone, by the place where they are found;
    `unopened` are folders that cannot be looked into, whose letters stay; `refused` says of a
    folder that it lost so many letters that they are not removed unasked, and `lost` are those.
    """

    before: list[FileRecord]
    files: dict[str, PlannedFile] = field(default_factory=dict)
    gone: dict[str, FileRecord] = field(default_factory=dict)
    renamed: dict[str, FileRecord] = field(default_factory=dict)
    unopened: list[FileRecord] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    skipped: list[FileReport] = field(default_factory=list)
    _supplied: dict[str, dict[str, Supplied]] = field(default_factory=dict)
    _folders: dict[str, tuple[Path, Contents]] = field(default_factory=dict)

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

    @property
    def gone_through(self) -> tuple[str, ...]:
        """The folders of which all is known now; one that cannot be opened is none of them."""
        return tuple(sorted(
            name for name, (folder, found) in self._folders.items() if folder not in found.unopened
        ))

    @property
    def refusal(self) -> str:
        """Which folders lost too many letters, in one line; empty where none did."""
        return "; ".join(self.refused.values())

    def leave_removals(self) -> None:
        """What is gone from a folder that lost too much stays in the index after all."""
        renamed = {old.place for old in self.renamed.values()}
        self.gone = {
            place: old for place, old in self.gone.items()
            if place in renamed or old.is_folder
            or not any(_covers(folder, old) for folder in self.refused)
        }

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

    def add_folder(self, folder: Path) -> None:
        """All letters in a folder, and what is gone from it, whether it came from this folder, or
        from one in it or around it that was ingested by itself."""
        name = shown(folder.resolve())
        if name in self._folders:
            return
        found = look_into(folder)
        unopened = [_unopened(name, folder, path, found.unopened[path]) for path in found.unopened]
        self.unopened += unopened
        self._folders[name] = folder, found
        letters = [path for path in found.files if is_letter_file(path)]
        places = {f"{name}/{shown(path.relative_to(folder))}" for path in letters}
        self.gone |= {
            old.place: old for old in self.before
            # That a folder could not be opened is known anew every time.
            if _covers(name, old) and old.place not in places
            and (old.is_folder or not _within(old.place, unopened))
        }
        if folder not in found.unopened:
            self._supplied.setdefault(name, read_supplied(folder))
        for path in letters:
            self.add_file(path, name, shown(path.relative_to(folder)))

    def conclude(self) -> None:
        """Once all is added: what was renamed, what is lost, and what was passed over."""
        gone = list(self.gone.values())
        holders = holders_of(gone, self.files)
        self.renamed = follow(gone, self.files, holders)
        kept = {old.letter_id for old in self.others() if old.role is Role.COPY}
        kept |= {file.old.letter_id for file in self.files.values() if file.old is not None
                 and file.old.role is Role.COPY}
        for name, (folder, found) in self._folders.items():
            known = [old for old in self.before if _covers(name, old) and old.role is Role.LETTER]
            # Neither a letter whose content is there under another name, nor one with a copy.
            lost = [
                old for old in known
                if old.place in self.gone and old.sha256 not in holders
                and old.letter_id not in kept
            ]
            is_empty = not any(is_letter_file(path) for path in found.files)
            if lost and (is_empty or len(lost) > MAX_REMOVED_SHARE * len(known)):
                self.refused[name] = (
                    f"{folder} lacks {len(lost)} of the {len(known)} letters indexed from it"
                )
                self.lost += [old.place for old in lost]
            self._skip(name, folder, found)

    def _skip(self, name: str, folder: Path, found: Contents) -> None:
        for path in found.files:
            if not is_letter_file(path) and path.name not in _NO_LETTERS:
                self._say(name, shown(path.relative_to(folder)), NO_LETTER_FORMAT)
        if folder in found.unopened:
            return
        supplied = self._supplied_in(name)
        for source in supplied:
            # `os.path`, since one in a folder that cannot be opened is no error here.
            is_there = os.path.isfile(folder / source)
            if not is_there and not _within(place_in(name, source), self.unopened):
                named = f"named in {FILE_NAME}, but there is no such file"
                self._say(name, source, f"{named}{self._now_called(name, source)}")

    def _say(self, folder: str, source: str, detail: str) -> None:
        self.skipped.append(FileReport(source, Status.SKIPPED, detail=detail, folder=folder))

    def _now_called(self, folder: str, source: str) -> str:
        """What a file that `letters.toml` names may be called now, as the end of a sentence."""
        here = {place: file for place, file in self.files.items() if file.folder == folder}
        for place, file in here.items():
            old = self.renamed.get(place)
            if old is not None and (old.folder, old.source) == (folder, source):
                return f": it is {file.source} now; write that name there"
        unnamed = {file.source for file in here.values()} - self._supplied_in(folder).keys()
        likely = likely_name(source, unnamed)
        return f": if it is {likely} now, write that name there" if likely else ""


def _unopened(name: str, folder: Path, path: Path, error: OSError) -> FileRecord:
    """The record of a folder that cannot be opened: `path`, in or as the folder `name`."""
    source = f"{shown(path.relative_to(folder))}/"
    # By its last part: readers see what fails, and have no business with the server's paths.
    which = "its rights" if path != folder else f"the rights of {PurePath(name).name or name}"
    reason = f"it cannot be opened ({error.strerror or error})"
    return FileRecord(
        name, source, "", 0, 0.0, "", failure=Failure(reason, f"check {which}"),
        last_seen=time.time(),
    )


def _within(place: str, unopened: Sequence[FileRecord]) -> bool:
    """Whether a file stands in one of some folders that cannot be opened."""
    return any(PurePath(place).is_relative_to(one.place) for one in unopened)


def _covers(folder: str, old: FileRecord) -> bool:
    """Whether a file, where it is not found any more, is gone from a folder. One that was ingested
    by name is of no folder, and stays."""
    return not old.folder.startswith(BY_NAME) and holds(folder, old.place)


def shown(path: Path) -> str:
    """A path as text that can be stored and printed: bytes that are no UTF-8, as old file servers
    have in names, stand there as `\\xe9`."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def make_plan(paths: Sequence[Path], before: list[FileRecord]) -> Plan:
    """What it takes to bring `before`, the known files, up to date with files and folders.

    Raises:
        UnreadableFile: a folder's `letters.toml` is wrong.
    """
    plan = Plan(before)
    for path in paths:
        # A folder that is known and not there any more is one that lost all its letters. Where
        # even that cannot be told, as of a lost network share, `os.path` says that it is none.
        if os.path.isdir(path) or any(old.folder == shown(path.resolve()) for old in before):
            plan.add_folder(path)
        else:
            plan.add_file(path, f"{BY_NAME}{shown(path.parent.resolve())}", shown(Path(path.name)))
    plan.conclude()
    return plan
