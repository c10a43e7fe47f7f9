"""What is the matter with an index that cannot answer: empty, being made, or unusable"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from filelock import Timeout

from index.database import DATABASE, connect
from index.snapshot import LOCK_FILE, writer_lock

if TYPE_CHECKING:
    from pathlib import Path

Stage = Literal["empty", "building", "unusable"]
# Who asks is waiting for a page.
_PATIENCE_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Condition:
    """`empty` where nothing was ever ingested, `building` while an ingest is at it, of which
    `letters` letters have been read so far; `unusable` is for whoever administers it."""

    stage: Stage
    letters: int = 0


def condition_of(directory: Path) -> Condition:
    """The condition of the index in `directory`, which cannot answer; never raises."""
    letters = _letters_read(directory)
    if _is_being_written(directory):
        return Condition("building", letters or 0)
    return Condition("empty" if letters == 0 else "unusable")


def _is_being_written(directory: Path) -> bool:
    # Looked for first: to try a lock makes its file.
    if not (directory / LOCK_FILE).is_file():
        return False
    try:
        with writer_lock(directory).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def _letters_read(directory: Path) -> int | None:
    """How many letters the database holds, 0 where there is none; None for one that is damaged."""
    if not (directory / DATABASE).is_file():
        return 0
    try:
        connection = connect(directory / DATABASE, _PATIENCE_SECONDS)
        try:
            (count,) = connection.execute("SELECT count(*) FROM letters").fetchone()
        finally:
            connection.close()
    except (sqlite3.Error, OSError):
        return None
    return int(count)
