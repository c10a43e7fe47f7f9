"""The files of uploaded letters, kept inside the index directory under the hash of their content"""

from __future__ import annotations

import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from index.generation import sync_to_disk

if TYPE_CHECKING:
    from index.files import FileRecord

ORIGINALS = "originals"
# Before the name of a file that is still being received; the next writer removes what is left.
_INCOMING = "incoming-"


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
