"""The index on disk: SQLite, in write-ahead mode, is the source of truth.

Letters, passages and vectors are written once and never changed: a letter that changes gets a new
version. A generation is the set of letter versions that are searched together, and one row names
the active one. Readers of an older generation therefore go on undisturbed until it is swept.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from index.database import open_database
from index.errors import IndexUnusable
from index.ledger import add_run, read_files, read_runs, upload_hashes, write_files
from index.rows import (
    INSERT_PASSAGE,
    SELECT_PASSAGES,
    LetterSummary,
    StoredPassage,
    letter_adapter,
    passage_row,
    stored_passage,
    summarise,
    summary_adapter,
)
from index.wording import Wording, dumped, loaded, wording_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.files import FileRecord, Run
    from ingest.letter import Letter, Passage

# SQLite's default limit on the variables of one statement is far higher; small keeps plans cached.
_VARIABLES = 500


class Store:
    """The database of one index directory. A connection per thread of use: open one each."""

    def __init__(self, directory: Path, *, create: bool = False) -> None:
        """Open the database.

        Raises:
            IndexUnusable: there is none (and `create` is false), it is damaged, or it was written
                by another version of Briefwijzer.
        """
        self.directory = directory
        self._connection = open_database(directory, create)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside takes effect at its end, or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # A full disk rolls back by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def add_letter(
        self, letter: Letter, folder: str, fingerprint: str,
        passages: Sequence[tuple[Passage, bytes]],
    ) -> int:
        """Store a letter version and its passages; return the version."""
        with self.transaction():
            document = letter_adapter().dump_json(letter)
            summary = summary_adapter().dump_json(summarise(letter, len(passages))).decode()
            cursor = self._connection.execute(
                "INSERT INTO letters"
                " (letter_id, folder, source, fingerprint, summary, document, wording)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    letter.letter_id, folder, letter.source, fingerprint, summary, document,
                    dumped(wording_of(letter)),
                ),
            )
            version = cursor.lastrowid
            assert version is not None
            self._connection.executemany(
                INSERT_PASSAGE,
                [passage_row(version, passage, key) for passage, key in passages],
            )
        return version

    def letter(self, version: int) -> Letter:
        """One letter version, whole.

        Raises:
            IndexUnusable: it went with a generation that was swept.
        """
        row = self._connection.execute(
            "SELECT document FROM letters WHERE version = ?", (version,)
        ).fetchone()
        if row is None:
            raise IndexUnusable(f"the index in {self.directory} has been renewed: ask again")
        return letter_adapter().validate_json(row[0])

    def summaries(self, generation: int) -> list[tuple[int, LetterSummary]]:
        """The letters of a generation with their versions, in order of version."""
        rows = self._connection.execute(
            "SELECT l.version, l.summary FROM letters l JOIN members m ON m.version = l.version"
            " WHERE m.generation = ? ORDER BY l.version", (generation,)
        )
        return [(int(version), summary_adapter().validate_json(text)) for version, text in rows]

    def summaries_of(self, versions: Sequence[int]) -> list[tuple[int, LetterSummary]]:
        """The given letter versions, in that order."""
        found = []
        for version in versions:
            row = self._connection.execute(
                "SELECT summary FROM letters WHERE version = ?", (version,)
            ).fetchone()
            found.append((version, summary_adapter().validate_json(row[0])))
        return found

    def members(self, generation: int) -> set[int]:
        """The letter versions that are searched in a generation."""
        rows = self._connection.execute(
            "SELECT version FROM members WHERE generation = ?", (generation,)
        )
        return {int(row[0]) for row in rows}

    def wording(self, version: int) -> Wording:
        """What a letter version is compared by (`index.similarity`)."""
        row = self._connection.execute(
            "SELECT wording FROM letters WHERE version = ?", (version,)
        ).fetchone()
        return loaded(str(row[0]))

    def fingerprint(self, version: int) -> str:
        """The fingerprint of the content that a letter version was read from."""
        row = self._connection.execute(
            "SELECT fingerprint FROM letters WHERE version = ?", (version,)
        ).fetchone()
        return str(row[0])

    def find_reading(self, fingerprint: str) -> int | None:
        """The newest stored reading of a content, of whatever file and under whatever id."""
        row = self._connection.execute(
            "SELECT max(version) FROM letters WHERE fingerprint = ?", (fingerprint,)
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def find_version(
        self, folder: str, source: str, fingerprint: str, letter_id: str
    ) -> int | None:
        """The newest stored version of a file with this content and id, or None."""
        row = self._connection.execute(
            "SELECT max(version) FROM letters WHERE folder = ? AND source = ? AND fingerprint = ?"
            " AND letter_id = ?",
            (folder, source, fingerprint, letter_id),
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def files(self, generation: int) -> list[FileRecord]:
        """Every file known to a generation, by folder and name."""
        return read_files(self._connection, generation)

    def files_of(self, generation: int, letter_ids: Iterable[str]) -> list[FileRecord]:
        """Those of the files that are of these letters."""
        return read_files(self._connection, generation, letter_ids)

    def runs(self) -> list[Run]:
        """The synchronisations, uploads and removals that ended, the latest first."""
        return read_runs(self._connection)

    def upload_hashes(self) -> set[str]:
        """The SHA-256 of every upload that some generation knows."""
        return upload_hashes(self._connection)

    def passages(self, versions: Iterable[int]) -> Iterator[StoredPassage]:
        """The passages of letter versions, in order of version and then of reading."""
        for version in versions:
            rows = self._connection.execute(
                f"{SELECT_PASSAGES} WHERE p.version = ? ORDER BY p.id", (version,)
            )
            for row in rows:
                yield stored_passage(row)

    def passages_by_id(self, ids: Sequence[int]) -> list[StoredPassage]:
        """The passages with these ids, in the order given.

        Raises:
            IndexUnusable: one of them went with a generation that was swept.
        """
        found: dict[int, StoredPassage] = {}
        for first in range(0, len(ids), _VARIABLES):
            part = ids[first : first + _VARIABLES]
            marks = ",".join("?" * len(part))
            for row in self._connection.execute(
                f"{SELECT_PASSAGES} WHERE p.id IN ({marks})", tuple(part)
            ):
                found[row[0]] = stored_passage(row)
        if missing := [identity for identity in ids if identity not in found]:
            raise IndexUnusable(
                f"the index in {self.directory} has been renewed and {len(missing)} passages are "
                "gone from it: ask again"
            )
        return [found[identity] for identity in ids]

    def passage_at(self, version: int, position: int) -> StoredPassage:
        """The passage that holds a canonical offset of a letter version.

        Raises:
            IndexUnusable: it went with a generation that was swept.
        """
        row = self._connection.execute(
            f"{SELECT_PASSAGES} WHERE p.version = ? AND p.start <= ? AND p.end > ?",
            (version, position, position),
        ).fetchone()
        if row is None:
            raise IndexUnusable(f"the index in {self.directory} has been renewed: ask again")
        return stored_passage(row)

    def passages_without_vector(self, model: str, versions: Iterable[int]) -> list[StoredPassage]:
        """The passages of letter versions whose text has no vector of `model`."""
        wanted = set(versions)
        rows = self._connection.execute(
            f"{SELECT_PASSAGES} LEFT JOIN vectors v ON v.text_hash = p.text_hash AND v.model = ?"
            " WHERE v.text_hash IS NULL ORDER BY p.id", (model,)
        )
        return [stored_passage(row) for row in rows if row[1] in wanted]

    def add_vectors(
        self, model: str, hashes: Sequence[bytes], vectors: Sequence[NDArray[np.float32]]
    ) -> None:
        """Keep the vectors of passages, shape (1 + sentences, dimensions) each, as fp16."""
        with self.transaction():
            self._connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)",
                [
                    (text_hash, model, len(rows), rows.astype("<f2").tobytes())
                    for text_hash, rows in zip(hashes, vectors, strict=True)
                ],
            )

    def vectors(self, model: str, hashes: Sequence[bytes]) -> list[NDArray[np.float16]]:
        """The vectors of `hashes`, shape (1 + sentences, dimensions) each.

        Raises:
            IndexUnusable: one of them is not stored.
        """
        found: list[NDArray[np.float16]] = []
        for text_hash in hashes:
            row = self._connection.execute(
                "SELECT rows, vectors FROM vectors WHERE text_hash = ? AND model = ?",
                (text_hash, model),
            ).fetchone()
            if row is None:
                raise IndexUnusable(
                    f"the index in {self.directory} lacks vectors: run `briefwijzer ingest` again"
                )
            found.append(np.frombuffer(row[1], dtype="<f2").reshape(row[0], -1))
        return found

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
        with self.transaction():
            self._connection.execute("UPDATE generations SET active = 0 WHERE active = 1")
            self._connection.execute(
                "INSERT INTO generations VALUES (?, ?, ?, 1)", (number, time.time(), manifest)
            )
            self._connection.executemany(
                "INSERT INTO members VALUES (?, ?)", [(number, version) for version in versions]
            )
            write_files(self._connection, number, files)
            if run is not None:
                add_run(self._connection, run)

    def update_files(self, number: int, files: Iterable[FileRecord], run: Run) -> None:
        """Replace what a generation knows of files, where its letters stay as they are."""
        with self.transaction():
            write_files(self._connection, number, files)
            add_run(self._connection, run)

    def set_manifest(self, number: int, manifest: str) -> None:
        """Replace a generation's manifest, after its derived files were made anew."""
        with self.transaction():
            self._connection.execute(
                "UPDATE generations SET manifest = ? WHERE number = ?", (manifest, number)
            )

    def sweep(self, keep: int, older_than: float) -> list[int]:
        """Forget generations but the newest `keep` and those that `older_than` seconds ago were
        still the active one.

        Letter versions and vectors that no generation uses any more go with them. Returns the
        numbers forgotten.
        """
        with self.transaction():
            # A generation was active until the next was created.
            rows = self._connection.execute(
                "SELECT number FROM generations g WHERE active = 0 AND number NOT IN"
                " (SELECT number FROM generations ORDER BY number DESC LIMIT ?) AND"
                " (SELECT min(n.created) FROM generations n WHERE n.number > g.number) < ?",
                (keep, time.time() - older_than),
            ).fetchall()
            gone = [int(row[0]) for row in rows]
            for number in gone:
                self._connection.execute("DELETE FROM generations WHERE number = ?", (number,))
            if gone:
                self._connection.execute(
                    "DELETE FROM letters WHERE version NOT IN (SELECT version FROM members)"
                    " AND version NOT IN (SELECT version FROM files WHERE version IS NOT NULL)"
                )
                self._connection.execute(
                    "DELETE FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM passages)"
                    " OR model NOT IN"
                    " (SELECT manifest ->> 'embedding_fingerprint' FROM generations)"
                )
        return gone

    def generations(self) -> set[int]:
        """The numbers of all generations that are kept."""
        return {int(row[0]) for row in self._connection.execute("SELECT number FROM generations")}
