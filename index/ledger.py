"""The rows of files and runs in the database of an index: what came in, from where, and when"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from index.files import UPLOADS, FileRecord, Run, record_adapter, run_adapter

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_RUNS_KEPT = 1000


def read_files(
    connection: sqlite3.Connection, generation: int, letter_ids: Iterable[str] | None = None
) -> list[FileRecord]:
    """Every file known to a generation, or those of certain letters, by folder and name."""
    wanted = None if letter_ids is None else json.dumps(sorted(letter_ids))
    rows = connection.execute(
        "SELECT record FROM files WHERE generation = ? AND (? IS NULL OR record ->> 'letter_id'"
        " IN (SELECT value FROM json_each(?))) ORDER BY folder, source",
        (generation, wanted, wanted),
    )
    return [record_adapter().validate_json(text) for (text,) in rows]


def write_files(
    connection: sqlite3.Connection, generation: int, files: Iterable[FileRecord]
) -> None:
    """Replace what a generation knows of files; the caller opens the transaction."""
    connection.execute("DELETE FROM files WHERE generation = ?", (generation,))
    connection.executemany(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
        [
            (generation, one.folder, one.source, one.version,
             record_adapter().dump_json(one).decode())
            for one in files
        ],
    )


def add_run(connection: sqlite3.Connection, run: Run) -> None:
    """Record a run, and forget all but the last thousand; the caller opens the transaction."""
    text = run_adapter().dump_json(run).decode()
    connection.execute("INSERT INTO runs (run) VALUES (?)", (text,))
    connection.execute(
        "DELETE FROM runs WHERE id <= (SELECT max(id) FROM runs) - ?", (_RUNS_KEPT,)
    )


def read_runs(connection: sqlite3.Connection) -> list[Run]:
    """The runs that ended, the latest first."""
    rows = connection.execute("SELECT run FROM runs ORDER BY id DESC")
    return [run_adapter().validate_json(text) for (text,) in rows]


def upload_hashes(connection: sqlite3.Connection) -> set[str]:
    """The SHA-256 of every upload that some generation knows."""
    rows = connection.execute(
        "SELECT DISTINCT record ->> 'sha256' FROM files WHERE folder = ?", (UPLOADS,)
    )
    return {str(row[0]) for row in rows}
