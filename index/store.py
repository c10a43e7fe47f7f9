"""The index on disk: SQLite, in write-ahead mode, is the source of truth.

Letters, passages and vectors are written once and never changed: a letter that changes gets a new
version. Which versions are searched together is written in `index.ledger`; readers of an older
generation therefore go on undisturbed until it is swept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.database import open_database, transaction
from index.errors import IndexUnusable
from index.ledger import Ledger
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
        self.ledger = Ledger(self._connection)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def add_letter(
        self, letter: Letter, folder: str, fingerprint: str,
        passages: Sequence[tuple[Passage, bytes]],
    ) -> int:
        """Store a letter version and its passages; return the version."""
        with transaction(self._connection):
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
        return [(version, self.summary(version)) for version in versions]

    def summary(self, version: int) -> LetterSummary:
        """One letter version, without its text."""
        row = self._connection.execute(
            "SELECT summary FROM letters WHERE version = ?", (version,)
        ).fetchone()
        return summary_adapter().validate_json(row[0])

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
        with transaction(self._connection):
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
