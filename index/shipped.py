"""The text files that ship with Briefwijzer, and what to say when one of them is damaged."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from index.errors import IndexUnusable


def read_shipped(path: Path) -> str:
    """The text of a file that ships with Briefwijzer, unpacked where its name ends in `.gz`.

    Raises:
        IndexUnusable: it is missing or damaged.
    """
    try:
        content = path.read_bytes()
        unpacked = gzip.decompress(content) if path.suffix == ".gz" else content
        return unpacked.decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise IndexUnusable(
            f"{path}, which belongs to Briefwijzer, cannot be read ({error}): install Briefwijzer "
            "again"
        ) from error
