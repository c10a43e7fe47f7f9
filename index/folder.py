"""What lies in a folder: its files, and the folders in it that cannot be opened"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from ingest.readers import is_letter_file

# What file systems keep for themselves: pieces after a repair, which only root may open, and what
# was thrown away.
_SYSTEM_FOLDERS = frozenset({"lost+found", "System Volume Information", "$RECYCLE.BIN"})


@dataclass
class Contents:
    """The files below a folder, in order of path, and the folders (itself too, perhaps) and other
    things that could not be looked into, each with the error."""

    files: list[Path] = field(default_factory=list)
    unopened: dict[Path, OSError] = field(default_factory=dict)


def look_into(folder: Path) -> Contents:
    """What lies in a folder and its folders, hidden ones left out; links to folders are not
    followed, so that a circle of them ends. A folder that is not there is empty.

    Among the files is what has the name of a letter and is neither file nor folder, such as a link
    to nothing, to be reported.
    """
    found = Contents()
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            # A disk can fail in the middle of a list, which is then not taken for the whole.
            with os.scandir(current) as listed:
                entries = list(listed)
        except OSError as error:
            is_gone = isinstance(error, FileNotFoundError | NotADirectoryError)
            # One that was just listed and then is not there is a share that is not mounted.
            if current != folder or not is_gone:
                found.unopened[current] = error
            continue
        for entry in entries:
            if not entry.name.startswith("."):
                _sort_in(entry, found, waiting)
    found.files.sort()
    return found


def holds(folder: str, path: str) -> bool:
    """Whether a look into `folder` would find what is at `path`, were it there, or is `folder`."""
    place = PurePath(path)
    if not place.is_relative_to(folder):
        return False
    within = place.relative_to(folder).parts
    return not any(part.startswith(".") or part in _SYSTEM_FOLDERS for part in within)


def _sort_in(entry: os.DirEntry[str], found: Contents, waiting: list[Path]) -> None:
    path = Path(entry.path)
    try:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _SYSTEM_FOLDERS:
                waiting.append(path)
        elif entry.is_file() or (is_letter_file(path) and not entry.is_dir()):
            found.files.append(path)
    except OSError as error:
        # Not even what it is can be told. A letter by name is reported when it is to be read.
        if is_letter_file(path):
            found.files.append(path)
        else:
            found.unopened[path] = error
