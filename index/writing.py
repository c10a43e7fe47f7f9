"""Writing an index: one writer at a time, and from letter versions to what is searched"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from filelock import Timeout

from index.database import unusable
from index.embedded import embedded
from index.errors import IndexUnusable
from index.generation import Manifest, build, is_intact, read_manifest, sweep
from index.originals import sweep_originals
from index.snapshot import writer_lock
from index.store import Store
from ingest.reading import READING_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from index.embedding import Embedder
    from index.files import FileRecord, Run
    from index.progress import Progress
    from ingest.passages import ChunkSettings

_EMBED_AT_ONCE = 256
_LOCK_WAIT_SECONDS = 10


class IndexBusy(Exception):
    """Another process is writing this index."""


@contextmanager
def writing(directory: Path) -> Iterator[Store]:
    """The database of an index, made where there is none, for the only writer there is.

    Raises:
        IndexBusy: another process is writing this index.
        IndexUnusable: the index cannot be written or is of another format version.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with writer_lock(directory).acquire(timeout=_LOCK_WAIT_SECONDS):
            store = Store(directory, create=True)
            try:
                yield store
            finally:
                # Also what an upload left behind that was interrupted.
                sweep_originals(directory, store.ledger.upload_hashes())
                store.close()
    except Timeout as error:
        raise IndexBusy(
            f"another process is writing the index in {directory}: try again when it is done"
        ) from error
    except (sqlite3.Error, OSError) as error:
        raise unusable(directory, error) from error


def renew(
    store: Store, embedder: Embedder, chunks: ChunkSettings, versions: Sequence[int],
    files: Sequence[FileRecord], run: Run, progress: Progress,
) -> tuple[Manifest, int]:
    """Embed what has no vectors yet, build the next generation and switch to it.

    Returns its manifest and how many passages were embedded. Where a generation built now would
    come out the same, only what is known of files is renewed.
    """
    active = store.ledger.active()
    if active is not None and _is_current(store, embedder, chunks, versions):
        store.ledger.update_files(active[0], files, run)
        return read_manifest(store), 0
    count = _embed(store, embedder, set(versions), progress)
    progress("indexing", 0, 1)
    number = store.ledger.next_generation()
    built = build(
        store, number, store.summaries_of(versions), embedding_model=embedder.name,
        embedding_fingerprint=embedder.fingerprint, passage_length=chunks.passage_length,
    )
    store.ledger.activate(number, built.model_dump_json(), versions, files, run)
    sweep(store)
    progress("indexing", 1, 1)
    return built, count


def _is_current(
    store: Store, embedder: Embedder, chunks: ChunkSettings, versions: Sequence[int]
) -> bool:
    """Whether the active generation is what would be built now, and its files are whole."""
    try:
        manifest = read_manifest(store)
    except IndexUnusable:
        return False
    return (
        store.ledger.members(manifest.generation) == set(versions)
        and manifest.embedding_model == embedder.name
        and manifest.embedding_fingerprint == embedder.fingerprint
        and manifest.passage_length == chunks.passage_length
        and manifest.reading_version == READING_VERSION
        and is_intact(store.directory, manifest)
    )


def _embed(store: Store, embedder: Embedder, versions: set[int], progress: Progress) -> int:
    """Embed every passage, with its sentences, that has no vectors yet; return how many."""
    lacking = store.passages_without_vector(embedder.fingerprint, versions)
    lacked = sorted({stored.version for stored in lacking})
    subjects = {at: one.metadata.subject or "" for at, one in store.summaries_of(lacked)}
    missing = {
        stored.text_hash: embedded(stored.passage, subjects[stored.version]) for stored in lacking
    }
    items = list(missing.items())
    # Shown before the model is loaded, which takes seconds.
    progress("embedding", 0, len(items))
    for first in range(0, len(items), _EMBED_AT_ONCE):
        part = items[first : first + _EMBED_AT_ONCE]
        show = partial(_show_embedded, progress, first, len(items))
        vectors = embedder.embed_passages(
            [one.text for _, one in part], [one.spans for _, one in part], show
        )
        # Kept at once: an ingest that is interrupted goes on where it stopped.
        store.add_vectors(embedder.fingerprint, [key for key, _ in part], vectors)
    return len(items)


def _show_embedded(progress: Progress, first: int, total: int, done: int, _: int) -> None:
    progress("embedding", first + done, total)


def index_model(directory: Path) -> tuple[str, str] | None:
    """The name and fingerprint of the model that the index was built with; None without index."""
    try:
        store = Store(directory)
    except IndexUnusable:
        return None
    try:
        manifest = read_manifest(store)
        return manifest.embedding_model, manifest.embedding_fingerprint
    except IndexUnusable:
        return None
    finally:
        store.close()
