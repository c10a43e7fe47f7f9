"""A generation loaded for searching. A request keeps the snapshot that it began with."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock, Timeout

from index.database import DATABASE, unusable
from index.dense import DenseIndex, Similarities
from index.errors import IndexUnusable
from index.files import LetterFiles, files_by_letter
from index.generation import (
    LEXICAL_FOLDER,
    VOCABULARY_FILE,
    Manifest,
    generation_folder,
    is_intact,
    load_ids,
    read_manifest,
    rebuild,
)
from index.lexical import LexicalIndex
from index.originals import find_original
from index.rows import LetterSummary, StoredPassage
from index.store import Store
from index.vocabulary import read_vocabulary
from ingest.references import kenmerk_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.filters import Filters
    from index.originals import Original
    from index.vectors import VectorIndex, Vectors
    from ingest.letter import Letter, Passage

LOCK_FILE = "writer.lock"
_LETTERS_IN_MEMORY = 64
_REBUILD_WAIT_SECONDS = 60


class Snapshot:
    """One generation, read-only and safe to share between threads."""

    def __init__(self, directory: Path, manifest: Manifest, store: Store) -> None:
        folder = generation_folder(directory, manifest.generation)
        self.directory = directory
        self.manifest = manifest
        self._database = _identity(directory)
        members = store.summaries(manifest.generation)
        self.letters: list[LetterSummary] = [summary for _, summary in members]
        ids = load_ids(directory, manifest.generation)
        self._ids = ids[:, 0]
        at = {version: index for index, (version, _) in enumerate(members)}
        self._versions = [version for version, _ in members]
        self.letter_of: NDArray[np.int64] = np.array(
            [at[int(version)] for version in ids[:, 1]], dtype=np.int64
        )
        self.lexical = LexicalIndex(folder / LEXICAL_FOLDER)
        self.vocabulary = read_vocabulary(folder / VOCABULARY_FILE)
        self._dense = DenseIndex(folder, manifest.backend)
        self.vectors: VectorIndex = self._dense.passages
        self.sentences: VectorIndex = self._dense.sentences
        self._local = threading.local()
        self._letter = lru_cache(maxsize=_LETTERS_IN_MEMORY)(self._read_letter)

    @property
    def size(self) -> int:
        """The number of passages."""
        return len(self._ids)

    @cached_property
    def by_letter_id(self) -> dict[str, int]:
        """The position of each letter in `letters`, by its id."""
        return {letter.letter_id: index for index, letter in enumerate(self.letters)}

    @cached_property
    def by_kenmerk(self) -> dict[str, list[int]]:
        """The positions of the letters with a kenmerk, by `kenmerk_key`."""
        found: dict[str, list[int]] = {}
        for index, letter in enumerate(self.letters):
            if letter.metadata.kenmerk:
                found.setdefault(kenmerk_key(letter.metadata.kenmerk), []).append(index)
        return found

    def _store(self) -> Store:
        """A connection of this thread's own."""
        store: Store | None = getattr(self._local, "store", None)
        if store is None:
            store = Store(self.directory)
            if _identity(self.directory) != self._database:
                store.close()
                raise IndexUnusable(f"the index in {self.directory} was made anew: ask again")
            self._local.store = store
        return store

    def passages(self, positions: Sequence[int]) -> list[StoredPassage]:
        """The passages at `positions`, in that order.

        Raises:
            IndexUnusable: the database is damaged.
        """
        with self._readable():
            ids = [int(self._ids[position]) for position in positions]
            return self._store().passages_by_id(ids)

    def letter(self, letter_id: str) -> Letter:
        """A letter, whole.

        Raises:
            KeyError: the index has no letter with this id.
            IndexUnusable: the database is damaged.
        """
        return self._letter(self._versions[self.by_letter_id[letter_id]])

    def files_of(self, letter_ids: Iterable[str]) -> dict[str, LetterFiles]:
        """The files of letters as they are known now, by id.

        Raises:
            IndexUnusable: the generation was swept, or the database is damaged.
        """
        wanted = set(letter_ids)
        with self._readable():
            records = self._store().ledger.files(self.manifest.generation, wanted)
        found = files_by_letter(records)
        if wanted - found.keys():
            raise IndexUnusable(f"the index in {self.directory} has been renewed: ask again")
        return found

    def original(self, letter_id: str) -> Original:
        """The file that a letter was read from, as it was then.

        Raises:
            KeyError: the index has no letter with this id.
            OriginalGone, OriginalChanged: the file is not there any more, or is another.
            IndexUnusable: as `files_of`.
        """
        summary = self.letters[self.by_letter_id[letter_id]]
        return find_original(self.directory, self.files_of([letter_id])[letter_id], summary.sha256)

    def passage_at(self, letter_id: str, position: int) -> Passage:
        """The passage that holds a canonical offset of a letter."""
        version = self._versions[self.by_letter_id[letter_id]]
        with self._readable():
            return self._store().passage_at(version, position).passage

    def _read_letter(self, version: int) -> Letter:
        with self._readable():
            return self._store().letter(version)

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Say what to do where a page of the database turns out to be damaged."""
        try:
            yield
        except sqlite3.Error as error:
            raise unusable(self.directory, error) from error
        except ValueError as error:
            damaged = sqlite3.DatabaseError("a letter in it cannot be read")
            raise unusable(self.directory, damaged) from error

    def letters_admitted(self, filters: Filters) -> list[int]:
        """The positions in `letters` of those that `filters` lets through."""
        if filters.lets_all_through:
            return list(range(len(self.letters)))
        return [index for index, letter in enumerate(self.letters) if filters.admits(letter)]

    def dense_candidates(
        self, query: Vectors, k: int, mask: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """The positions of passages that are among the best `k`, of those that `mask` lets
        through, as a whole or by their best sentence; ascending, shape (at most 2 k,)."""
        return self._dense.candidates(query, k, mask)

    def similarities(self, query: Vectors, positions: NDArray[np.int64]) -> Similarities:
        """The cosines of the query with the passages at `positions` and with their sentences, in
        the order of `Passage.sentences`."""
        return self._dense.similarities(query, positions)

    def mask_of(self, letters: Sequence[int]) -> NDArray[np.bool_]:
        """Which passages belong to the given letters, shape (passages,)."""
        chosen = np.zeros(len(self.letters), dtype=bool)
        chosen[list(letters)] = True
        mask: NDArray[np.bool_] = chosen[self.letter_of]
        return mask


def _identity(directory: Path) -> tuple[int, int] | None:
    """Tells a database from another one at the same path; None where there is none."""
    try:
        found = (directory / DATABASE).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def writer_lock(directory: Path) -> FileLock:
    """The lock that every writer of an index holds."""
    return FileLock(directory / LOCK_FILE)


def load_active(directory: Path) -> Snapshot:
    """Load the active generation, making its files anew first where they are damaged.

    Raises:
        IndexUnusable: there is no index, no complete generation, or it cannot be repaired.
    """
    store = Store(directory)
    try:
        manifest = read_manifest(store)
        if not is_intact(directory, manifest):
            manifest = _repair(directory, store)
        return Snapshot(directory, manifest, store)
    except (sqlite3.Error, OSError) as error:
        raise unusable(directory, error) from error
    finally:
        store.close()


def _repair(directory: Path, store: Store) -> Manifest:
    try:
        with writer_lock(directory).acquire(timeout=_REBUILD_WAIT_SECONDS):
            # Another process may have repaired, or replaced, the generation meanwhile.
            manifest = read_manifest(store)
            return manifest if is_intact(directory, manifest) else rebuild(store, manifest)
    except (Timeout, OSError, sqlite3.OperationalError) as error:
        raise IndexUnusable(
            f"files of the index in {directory} are damaged and cannot be written anew: make the "
            "directory writable and try again, or ingest the letters into another (--index)"
        ) from error
