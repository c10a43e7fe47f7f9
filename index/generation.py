"""Generations: the immutable files derived from the database, built, checked and loaded.

A generation's files lie in `generations/NNNNNN/`. They are written beside their place, renamed
into it, and only then named by the database, so a crash at any instant leaves the previous
generation active. Damaged files are made anew from the database, embedding nothing again.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from index import lexical
from index.analyser import ANALYSER_VERSION, analyse
from index.database import FORMAT_VERSION
from index.dense import DenseIndex
from index.errors import IndexUnusable
from index.rows import LetterSummary, StoredPassage
from index.store import Store
from index.vectors import BACKENDS, DEFAULT_BACKEND
from index.vocabulary import Vocabulary, bundled_general, learn_vocabulary
from ingest.reading import READING_VERSION, file_sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

GENERATIONS = "generations"
LEXICAL_FOLDER, VOCABULARY_FILE, IDS_FILE, MANIFEST_FILE = (
    "lexical", "vocabulary.json", "passages.npy", "manifest.json",
)
KEEP_GENERATIONS = 3
KEEP_SECONDS = 600.0
# Stands in a field that no passage has a term in, such as the notes of letters without footnotes:
# a lexical engine cannot index nothing at all. No question analyses to it.
_NO_TERM = "\0"


class Manifest(BaseModel):
    """How a generation was built: what a query must match, and what it was measured to be."""

    model_config = ConfigDict(frozen=True)

    format_version: int
    generation: int
    created: str
    briefwijzer: str
    reading_version: int
    passage_length: int
    analyser: str
    lexical_engine: str
    embedding_model: str
    embedding_fingerprint: str
    dimensions: int
    backend: str
    backend_recall_at_10: float
    sentence_recall_at_10: float
    letters: int
    passages: int
    sentences: int
    files: dict[str, str]


def lexical_engine() -> str:
    """The engine and what it bakes into its files; another means that they are made anew."""
    fields = " ".join(
        f"{name}({settings.k1:g},{settings.b:g})" for name, settings in lexical.FIELDS.items()
    )
    return f"bm25s {installed_version('bm25s')} {fields}"


def _file_hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): file_sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST_FILE
    }


def _field_terms(
    passages: Iterable[StoredPassage], subjects: dict[int, str], vocabulary: Vocabulary
) -> dict[str, list[list[str]]]:
    fields: dict[str, list[list[str]]] = {name: [] for name in lexical.FIELDS}
    for stored in passages:
        passage = stored.passage
        terms = analyse(passage.text)
        fields["words"].append(terms.words)
        fields["ngrams"].append(terms.ngrams)
        notes = " ".join(note.text for note in passage.footnotes)
        for name, text in (
            ("subject", subjects[stored.version]),
            ("section", " . ".join(passage.section)),
            ("notes", notes),
        ):
            fields[name].append(vocabulary.part_terms(analyse(text)))
        fields["parts"].append(vocabulary.part_terms(terms))
    for name, documents in fields.items():
        if not any(documents):
            fields[name] = [[_NO_TERM], *documents[1:]]
    return fields


def _vocabulary(passages: Iterable[StoredPassage], subjects: dict[int, str]) -> Vocabulary:
    texts = list(subjects.values())
    for stored in passages:
        texts.append(stored.passage.text)
        texts += [note.text for note in stored.passage.footnotes]
    return learn_vocabulary(texts, bundled_general())


def generation_folder(directory: Path, number: int) -> Path:
    """Where the files of a generation lie."""
    return directory / GENERATIONS / f"{number:06d}"


def build(
    store: Store, number: int, members: Sequence[tuple[int, LetterSummary]], *,
    embedding_model: str, embedding_fingerprint: str, passage_length: int,
) -> Manifest:
    """Write the files of generation `number` over the given letter versions."""
    folder = generation_folder(store.directory, number)
    scratch = folder.with_suffix(".tmp")
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / LEXICAL_FOLDER).mkdir(parents=True)
    passages = list(store.passages(version for version, _ in members))
    vectors = store.vectors(embedding_fingerprint, [stored.text_hash for stored in passages])
    dense = DenseIndex.build(scratch, DEFAULT_BACKEND, vectors)
    subjects = {version: summary.metadata.subject or "" for version, summary in members}
    vocabulary = _vocabulary(passages, subjects)
    vocabulary.write(scratch / VOCABULARY_FILE)
    lexical.build(scratch / LEXICAL_FOLDER, _field_terms(passages, subjects, vocabulary))
    ids = np.array([(stored.id, stored.version) for stored in passages], dtype=np.int64)
    np.save(scratch / IDS_FILE, ids.reshape(-1, 2))
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        generation=number,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        briefwijzer=installed_version("briefwijzer"),
        reading_version=READING_VERSION,
        passage_length=passage_length,
        analyser=ANALYSER_VERSION,
        lexical_engine=lexical_engine(),
        embedding_model=embedding_model,
        embedding_fingerprint=embedding_fingerprint,
        dimensions=dense.dimensions,
        backend=DEFAULT_BACKEND,
        backend_recall_at_10=dense.passage_recall,
        sentence_recall_at_10=dense.sentence_recall,
        letters=len(members),
        passages=len(passages),
        sentences=dense.sentences,
        files=_file_hashes(scratch),
    )
    (scratch / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n")
    _flush(scratch)
    shutil.rmtree(folder, ignore_errors=True)
    scratch.rename(folder)
    sync_to_disk(folder.parent)
    return manifest


def _flush(folder: Path) -> None:
    """Make sure the files are on the disk before the database names them."""
    for path in (folder, *folder.rglob("*")):
        sync_to_disk(path)


def sync_to_disk(path: Path) -> None:
    """Make sure that a file, or what a folder holds by name, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_intact(directory: Path, manifest: Manifest) -> bool:
    """Whether the generation's files are all there, with the content they were built with.

    Files of another analyser, lexical engine or backend than this code has do not count: an
    index must be asked in the terms that it was built in.
    """
    if not (
        manifest.analyser == ANALYSER_VERSION
        and manifest.lexical_engine == lexical_engine()
        and manifest.backend in BACKENDS
    ):
        return False
    folder = generation_folder(directory, manifest.generation)
    try:
        return _file_hashes(folder) == manifest.files
    except OSError:
        return False


def rebuild(store: Store, manifest: Manifest) -> Manifest:
    """Make a damaged generation's files anew from the database; embeds nothing."""
    rebuilt = build(
        store, manifest.generation, store.summaries(manifest.generation),
        embedding_model=manifest.embedding_model,
        embedding_fingerprint=manifest.embedding_fingerprint,
        passage_length=manifest.passage_length,
    )
    store.ledger.set_manifest(manifest.generation, rebuilt.model_dump_json())
    return rebuilt


def read_manifest(store: Store) -> Manifest:
    """The manifest of the active generation.

    Raises:
        IndexUnusable: no generation was ever completed.
    """
    active = store.ledger.active()
    if active is None:
        raise IndexUnusable(
            f"the index in {store.directory} is not finished: run `briefwijzer ingest FOLDER`"
        )
    try:
        return Manifest.model_validate_json(active[1])
    except ValidationError as error:
        raise IndexUnusable(
            f"the manifest of the index in {store.directory} cannot be read: run `briefwijzer "
            "ingest FOLDER` to write it anew"
        ) from error


def sweep(store: Store) -> None:
    """Remove generations that nobody can be reading any more, files and rows.

    Only a writer, who holds the lock, may call this: files that no generation names are taken for
    the remains of an interrupted ingest.
    """
    store.ledger.sweep(KEEP_GENERATIONS, KEEP_SECONDS)
    kept = {generation_folder(store.directory, number) for number in store.ledger.generations()}
    for folder in (store.directory / GENERATIONS).iterdir():
        if folder not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def load_ids(directory: Path, number: int) -> NDArray[np.int64]:
    """Passage id and letter version by position, shape (passages, 2)."""
    ids: NDArray[np.int64] = np.load(generation_folder(directory, number) / IDS_FILE)
    return ids
