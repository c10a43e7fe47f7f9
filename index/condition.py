"""What is the matter with an index that cannot answer: empty, being made, or unusable"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from filelock import Timeout

from index.database import DATABASE, connect
from index.snapshot import LOCK_FILE, writer_lock

if TYPE_CHECKING:
    from pathlib import Path

Stage = Literal["empty", "building", "unfinished", "unusable"]
# Who asks is waiting for a page.
_PATIENCE_SECONDS = 1
_COUNT = """SELECT (SELECT count(*) FROM letters),
    EXISTS (SELECT 1 FROM generations WHERE active = 1)"""


@dataclass(frozen=True, slots=True)
class Condition:
    """`empty` where nothing was ever ingested, `building` while an ingest is at it, of which
    `letters` letters have been read so far, and `unfinished` where the first one broke off;
    `unusable` is for whoever administers it."""

    stage: Stage
    letters: int = 0


def condition_of(directory: Path) -> Condition:
    """The condition of the index in `directory`, which cannot answer; never raises."""
    kept = _kept(directory)
    if _is_being_written(directory):
        return Condition("building", kept.letters if kept else 0)
    if kept is None or kept.is_finished:
        return Condition("unusable")
    return Condition("unfinished" if kept.letters else "empty")


def _is_being_written(directory: Path) -> bool:
    try:
        # Looked for first: to try a lock makes its file.
        if not (directory / LOCK_FILE).is_file():
            return False
        with writer_lock(directory).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


class _Kept(NamedTuple):
    """How many letters a database holds, and whether it was ever brought to where they can be
    searched."""

    letters: int
    is_finished: bool


_NOTHING = _Kept(0, False)


def _kept(directory: Path) -> _Kept | None:
    """What the database holds; None for one that is damaged or out of reach."""
    try:
        if not (directory / DATABASE).is_file():
            return _NOTHING
        connection = connect(directory / DATABASE, _PATIENCE_SECONDS)
        try:
            if connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is None:
                return _NOTHING
            return _Kept(*connection.execute(_COUNT).fetchone())
        finally:
            connection.close()
    except (sqlite3.Error, OSError):
        return None
