"""What a reader of one file format says of itself; each module of `ingest.formats` holds one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.document import RawDocument

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A file format and its reader.

    `name` stands in messages, after an article ("a PDF"). `recognises` judges by content alone,
    given the path and the first 4,096 bytes. `read` raises `UnreadableFile`, and imports what it
    needs when it is called. `begins` is what each file of the format begins with, where that holds.
    """

    name: str
    extensions: tuple[str, ...]
    media_type: str
    recognises: Callable[[Path, bytes], bool]
    read: Callable[[Path], RawDocument]
    max_bytes: int = 100 * MEGABYTE
    begins: bytes = b""
