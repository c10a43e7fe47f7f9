"""An index that cannot answer is told apart by what has to be done about it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from index.condition import Condition, condition_of
from index.database import DATABASE
from index.snapshot import writer_lock
from index.store import Store


def _broken_off(index: Path, directory: Path) -> Path:
    """What an ingest leaves that is killed after it has read the letters of `index`."""
    directory.mkdir()
    shutil.copy(index / DATABASE, directory)
    with sqlite3.connect(directory / DATABASE) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM generations")
    connection.close()
    return directory


def test_first_ingest_that_broke_off(corpus_hash_index: Path, tmp_path: Path) -> None:
    """Letters that were read and never became searchable are no riddle for the log: the ingest has
    to be done again, and while that goes on, it is being made."""
    directory = _broken_off(corpus_hash_index, tmp_path / "index")
    assert condition_of(directory) == Condition("unfinished")
    with writer_lock(directory):
        assert condition_of(directory) == Condition("building", 5)
    assert condition_of(directory) == Condition("unfinished")


def test_first_ingest_that_broke_off_at_once(tmp_path: Path) -> None:
    """Before a letter was read, with or without tables, there is nothing yet."""
    Store(tmp_path, create=True).close()
    assert condition_of(tmp_path) == Condition("empty")
    for file in tmp_path.glob(f"{DATABASE}*"):
        file.unlink()
    (tmp_path / DATABASE).touch()
    assert condition_of(tmp_path) == Condition("empty")


def test_directory_out_of_reach(tmp_path: Path) -> None:
    """Where not even the file system says what is there, the condition is told and nothing is
    raised."""
    assert condition_of(tmp_path / ("x" * 300)) == Condition("unusable")
