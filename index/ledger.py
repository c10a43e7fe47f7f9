"""The rows of generations, files and runs: what is searched, what came in, from where, and when

A generation is the set of letter versions that are searched together, and one row names the active
one.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from index.database import transaction
from index.files import UPLOADS, FileRecord, Run, record_adapter, run_adapter

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_RUNS_KEPT = 1000


class Ledger:
    """The rows of generations, files and runs in the database of an index."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def active(self) -> tuple[int, str] | None:
        """The active generation's number and manifest (JSON), or None before the first."""
        row = self._connection.execute(
            "SELECT number, manifest FROM generations WHERE active = 1"
        ).fetchone()
        return None if row is None else (int(row[0]), str(row[1]))

    def next_generation(self) -> int:
        """The number that the next generation gets."""
        row = self._connection.execute("SELECT coalesce(max(number), 0) + 1 FROM generations")
        return int(row.fetchone()[0])

    def activate(
        self, number: int, manifest: str, versions: Iterable[int],
        files: Iterable[FileRecord] = (), run: Run | None = None,
    ) -> None:
        """Record a generation and make it the active one, in one transaction: the letter versions
        that are searched, the files that are known, and the run that made it."""
        with transaction(self._connection):
            self._connection.execute("UPDATE generations SET active = 0 WHERE active = 1")
            self._connection.execute(
                "INSERT INTO generations VALUES (?, ?, ?, 1)", (number, time.time(), manifest)
            )
            self._connection.executemany(
                "INSERT INTO members VALUES (?, ?)", [(number, version) for version in versions]
            )
            self._write_files(number, files)
            if run is not None:
                self._add_run(run)

    def update_files(self, number: int, files: Iterable[FileRecord], run: Run) -> None:
        """Replace what a generation knows of files, where its letters stay as they are."""
        with transaction(self._connection):
            self._write_files(number, files)
            self._add_run(run)

    def members(self, generation: int) -> set[int]:
        """The letter versions that are searched in a generation."""
        rows = self._connection.execute(
            "SELECT version FROM members WHERE generation = ?", (generation,)
        )
        return {int(row[0]) for row in rows}

    def set_manifest(self, number: int, manifest: str) -> None:
        """Replace a generation's manifest, after its derived files were made anew."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE generations SET manifest = ? WHERE number = ?", (manifest, number)
            )

    def sweep(self, keep: int, older_than: float) -> None:
        """Forget generations but the newest `keep` and those that `older_than` seconds ago were
        still the active one.

        Letter versions and vectors that no generation uses any more go with them.
        """
        with transaction(self._connection):
            # A generation was active until the next was created.
            rows = self._connection.execute(
                "SELECT number FROM generations g WHERE active = 0 AND number NOT IN"
                " (SELECT number FROM generations ORDER BY number DESC LIMIT ?) AND"
                " (SELECT min(n.created) FROM generations n WHERE n.number > g.number) < ?",
                (keep, time.time() - older_than),
            ).fetchall()
            self._connection.executemany("DELETE FROM generations WHERE number = ?", rows)
            if rows:
                self._connection.execute(
                    "DELETE FROM letters WHERE version NOT IN (SELECT version FROM members)"
                    " AND version NOT IN (SELECT version FROM files WHERE version IS NOT NULL)"
                )
                self._connection.execute(
                    "DELETE FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM passages)"
                    " OR model NOT IN"
                    " (SELECT manifest ->> 'embedding_fingerprint' FROM generations)"
                )

    def generations(self) -> set[int]:
        """The numbers of all generations that are kept."""
        return {int(row[0]) for row in self._connection.execute("SELECT number FROM generations")}

    def files(
        self, generation: int, letter_ids: Iterable[str] | None = None
    ) -> list[FileRecord]:
        """Every file known to a generation, or those of certain letters, by folder and name."""
        wanted = None if letter_ids is None else json.dumps(sorted(letter_ids))
        rows = self._connection.execute(
            "SELECT record FROM files WHERE generation = ? AND (? IS NULL OR record ->> 'letter_id'"
            " IN (SELECT value FROM json_each(?))) ORDER BY folder, source",
            (generation, wanted, wanted),
        )
        return [record_adapter().validate_json(text) for (text,) in rows]

    def _write_files(self, generation: int, files: Iterable[FileRecord]) -> None:
        self._connection.execute("DELETE FROM files WHERE generation = ?", (generation,))
        self._connection.executemany(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
            [
                (generation, one.folder, one.source, one.version,
                 record_adapter().dump_json(one).decode())
                for one in files
            ],
        )

    def upload_hashes(self) -> set[str]:
        """The SHA-256 of every upload that the active generation knows."""
        rows = self._connection.execute(
            "SELECT record ->> 'sha256' FROM files WHERE folder = ?"
            " AND generation = (SELECT number FROM generations WHERE active = 1)", (UPLOADS,)
        )
        return {str(row[0]) for row in rows}

    def runs(self) -> list[Run]:
        """The synchronisations, uploads and removals that ended, the latest first; the last
        thousand of them are kept."""
        rows = self._connection.execute("SELECT run FROM runs ORDER BY id DESC")
        return [run_adapter().validate_json(text) for (text,) in rows]

    def _add_run(self, run: Run) -> None:
        text = run_adapter().dump_json(run).decode()
        self._connection.execute("INSERT INTO runs (run) VALUES (?)", (text,))
        self._connection.execute(
            "DELETE FROM runs WHERE id <= (SELECT max(id) FROM runs) - ?", (_RUNS_KEPT,)
        )
