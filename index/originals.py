"""The files that letters were read from: found again, and kept where they were uploaded"""

from __future__ import annotations

import os
import re
import shutil
import uuid
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from index.files import UPLOADS
from index.generation import sync_to_disk
from ingest.readers import formats
from ingest.reading import file_sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.files import FileRecord, LetterFiles

ORIGINALS = "originals"
# Before the name of a file that is still being received; the next writer removes what is left.
_INCOMING = "incoming-"
# How the name of a file stands in the index where it is no UTF-8 (`index.plan.shown`).
_BYTE = re.compile(rb"\\x([89a-f][0-9a-f])")


class OriginalGone(Exception):
    """No file that a letter was read from is there, or can be opened."""

    def __init__(self, source: str) -> None:
        super().__init__(f"{source} is gone, or cannot be opened: ingest the letters again")


class OriginalChanged(Exception):
    """The file that a letter was read from holds something else by now."""

    def __init__(self, source: str) -> None:
        super().__init__(f"{source} has changed since it was read: ingest the letters again")


@dataclass(frozen=True, slots=True)
class Original:
    """A file that holds what a letter was read from, byte for byte.

    `name` is what people call it, without folders. `size` is in bytes.
    """

    path: Path
    name: str
    sha256: str
    size: int
    media_type: str


def find_original(directory: Path, files: LetterFiles, sha256: str) -> Original:
    """The file with the content (by SHA-256) that a letter was read from: the one that is cited,
    or else a copy of it.

    Raises:
        OriginalGone: none of them is there, or can be opened.
        OriginalChanged: one is there, with another content.
    """
    is_changed = files.letter.sha256 != sha256
    for record in (files.letter, *files.copies):
        if record.sha256 != sha256:
            continue
        try:
            if found := _with_its_content(directory, record):
                return found
            is_changed = True
        except OSError:
            continue
    raise (OriginalChanged if is_changed else OriginalGone)(files.letter.source)


def _with_its_content(directory: Path, record: FileRecord) -> Original | None:
    """The file of a record; None where it holds something else. Raises `OSError` where it cannot
    be opened."""
    path = next((one for one in _paths(directory, record) if one.exists()), None)
    if path is None:
        raise FileNotFoundError(record.place)
    state = path.stat()
    # A pipe, which may never come to its end, has none of a letter's length either.
    if state.st_size != record.size:
        return None
    if _sha256(path, state.st_ino, state.st_mtime_ns, state.st_ctime_ns) != record.sha256:
        return None
    return Original(
        path, PurePosixPath(record.source).name, record.sha256, record.size,
        media_type_of(record.source) or "application/octet-stream",
    )


def _paths(directory: Path, record: FileRecord) -> Iterator[Path]:
    """Where the file of a record may lie."""
    if record.folder == UPLOADS:
        yield original_path(directory, record)
        return
    yield Path(record.place)
    name = _BYTE.sub(lambda found: bytes.fromhex(found[1].decode()), record.place.encode())
    yield Path(os.fsdecode(name))


@lru_cache(maxsize=1024)
def _sha256(path: Path, *state: int) -> str:
    """The hash of a file's content; `state` is another once it was written to."""
    return file_sha256(path)


def media_type_of(source: str) -> str | None:
    """The media type of a letter's file, by its name."""
    extension = PurePosixPath(source).suffix.lower()
    return next((one.media_type for one in formats() if extension in one.extensions), None)


def original_path(directory: Path, upload: FileRecord) -> Path:
    """Where the file of an upload lies."""
    return directory / ORIGINALS / f"{upload.sha256}{Path(upload.source).suffix}"


def receive(directory: Path, path: Path, extension: str) -> Path:
    """Copy a file into the index directory, under a passing name with this extension."""
    folder = directory / ORIGINALS
    folder.mkdir(parents=True, exist_ok=True)
    incoming = folder / f"{_INCOMING}{uuid.uuid4().hex}{extension}"
    try:
        shutil.copyfile(path, incoming)
        sync_to_disk(incoming)
    except BaseException:
        incoming.unlink(missing_ok=True)
        raise
    return incoming


def keep(directory: Path, incoming: Path, upload: FileRecord) -> None:
    """Give a file that was received its lasting name, before the database names it."""
    incoming.replace(original_path(directory, upload))
    sync_to_disk(incoming.parent)


def sweep_originals(directory: Path, known: set[str]) -> None:
    """Remove files of no known content (by SHA-256), and what was not received to its end.

    Only a writer, who holds the lock, may call this.
    """
    with suppress(FileNotFoundError):
        for path in (directory / ORIGINALS).iterdir():
            if path.stem not in known:
                path.unlink(missing_ok=True)
