"""Bringing an index up to date with a folder of letters, or with single files."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import Timeout

from index.database import unusable
from index.embedded import EMBEDDED_TEXT_VERSION, embedded
from index.errors import IndexUnusable
from index.generation import (
    Manifest,
    build,
    is_intact,
    read_manifest,
    sweep,
)
from index.plan import (
    FileReport,
    Plan,
    PlannedFile,
    RefusedRemoval,
    Status,
    make_plan,
    place_in,
    place_of,
)
from index.rows import StoredLetter
from index.snapshot import writer_lock
from index.store import Store
from ingest.errors import UnreadableFile
from ingest.passages import ChunkSettings, split_letter
from ingest.reading import READING_VERSION, file_sha256, read_letter, slug

if TYPE_CHECKING:
    from index.embedding import Embedder
    from ingest.letter import Letter, Passage
    from ingest.supplied import Supplied

__all__ = [
    "FileReport", "IndexBusy", "IngestReport", "RefusedRemoval", "Status", "index_model",
    "synchronise",
]

_EMBED_AT_ONCE = 256
_LOCK_WAIT_SECONDS = 10

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did. `generation` is the one that is active afterwards."""

    generation: int
    letters: int
    passages: int
    embedded: int
    files: list[FileReport] = field(default_factory=list)

    @property
    def failed(self) -> list[FileReport]:
        """The files that could not be read."""
        return [file for file in self.files if file.status is Status.FAILED]


class IndexBusy(Exception):
    """Another process is writing this index."""


def _nothing(stage: str, done: int, total: int) -> None:
    """No progress to show."""


class _Run:
    """One synchronisation under way: reads files and collects the letter versions to activate."""

    def __init__(self, store: Store, plan: Plan, settings: ChunkSettings) -> None:
        self._store = store
        self._settings = settings
        self.versions: set[int] = set()
        self.files: list[FileReport] = list(plan.skipped)
        self._ids = {old.letter_id: place_of(old) for old in plan.before
                     if place_of(old) not in plan.gone}
        others = plan.others()
        self.versions |= {old.version for old in others}
        summaries = store.summaries_of([old.version for old in others])
        self._hashes = {summary.sha256: summary.source for _, summary in summaries}
        for old in plan.gone.values():
            self._report(old.source, Status.REMOVED, old.letter_id)

    def _report(
        self, source: str, status: Status, letter_id: str | None = None, detail: str = ""
    ) -> None:
        self.files.append(FileReport(source, status, letter_id, detail))

    def _fingerprint(self, sha256: str, supplied: Supplied | None) -> str:
        """Changes whenever reading and cutting this file could give something else."""
        versions = f"{READING_VERSION}|{EMBEDDED_TEXT_VERSION}"
        recipe = f"{sha256}|{supplied}|{versions}|{self._settings.passage_length}"
        return hashlib.sha256(recipe.encode()).hexdigest()

    def take(self, file: PlannedFile) -> None:
        """Bring one file in; a failure is reported and what was indexed of it stays."""
        old = file.old
        try:
            sha256 = file_sha256(file.path)
            if twin := self._hashes.get(sha256):
                detail = f"the same content as {twin}"
                self._report(file.source, Status.DUPLICATE, detail=detail)
                return
            fingerprint = self._fingerprint(sha256, file.supplied)
            if old is not None and (old.folder, old.fingerprint) == (file.folder, fingerprint):
                self.versions.add(old.version)
                self._report(file.source, Status.UNCHANGED, old.letter_id)
            else:
                self._add(file, fingerprint)
            self._hashes[sha256] = file.source
        except UnreadableFile as error:
            self._fail(file, str(error))
        except OSError as error:
            self._fail(file, f"it cannot be opened ({error.strerror}): check its rights")

    def _fail(self, file: PlannedFile, detail: str) -> None:
        if file.old is not None:
            self.versions.add(file.old.version)
            detail += "; the version indexed before stays"
        letter_id = file.old.letter_id if file.old else None
        self._report(file.source, Status.FAILED, letter_id, detail)

    def _add(self, file: PlannedFile, fingerprint: str) -> None:
        letter = read_letter(file.path, file.source, file.supplied)
        letter = self._with_free_id(letter, file)
        version = self._store.find_version(
            file.folder, file.source, fingerprint, letter.letter_id
        )
        if version is None:
            passages = self._cut(letter)
            version = self._store.add_letter(letter, file.folder, fingerprint, passages)
        self.versions.add(version)
        self._report(file.source, _change(file.old, fingerprint), letter.letter_id)

    def _cut(self, letter: Letter) -> list[tuple[Passage, bytes]]:
        subject = letter.metadata.subject or ""
        return [
            (passage, embedded(passage, subject).key)
            for passage in split_letter(letter, self._settings)
        ]

    def _with_free_id(self, letter: Letter, file: PlannedFile) -> Letter:
        """A letter whose kenmerk another file carries too gets its file name added to the id;
        the id that it has already is kept."""
        place = place_in(file.folder, file.source)
        named = f"{letter.letter_id}-{slug(Path(file.source).stem)}"
        candidates = [letter.letter_id, named]
        if file.old is not None and file.old.letter_id in candidates:
            candidates.insert(0, file.old.letter_id)
        numbered = (f"{named}-{number}" for number in count(2))
        free = next(
            letter_id for letter_id in chain(candidates, numbered)
            if self._ids.get(letter_id, place) == place
        )
        self._ids[free] = place
        return replace(letter, letter_id=free)


def _change(old: StoredLetter | None, fingerprint: str) -> Status:
    if old is None:
        return Status.ADDED
    return Status.UNCHANGED if old.fingerprint == fingerprint else Status.CHANGED


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


def synchronise(
    directory: Path, paths: Sequence[Path], embedder: Embedder, *,
    settings: ChunkSettings | None = None, allow_removals: bool = False,
    progress: Progress = _nothing,
) -> IngestReport:
    """Bring the index in `directory` up to date with folders and files.

    A folder is synchronised: letters that came from it and are gone are removed. A file is added
    or renewed. What cannot be read is reported, and the rest goes on. The new state becomes
    visible in one step at the end; until then, and after a crash, readers see the old one.

    Raises:
        RefusedRemoval: a folder lost too many letters, and `allow_removals` is false.
        IndexBusy: another process is writing this index.
        IndexUnusable: the index cannot be written or is of another format version.
        UnreadableFile: a folder's `letters.toml` is wrong.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with writer_lock(directory).acquire(timeout=_LOCK_WAIT_SECONDS):
            store = Store(directory, create=True)
            try:
                return _synchronise(store, paths, embedder, settings or ChunkSettings(),
                                    allow_removals, progress)
            finally:
                store.close()
    except Timeout as error:
        raise IndexBusy(
            f"another process is writing the index in {directory}: try again when it is done"
        ) from error
    except (sqlite3.Error, OSError) as error:
        raise unusable(directory, error) from error


def _synchronise(
    store: Store, paths: Sequence[Path], embedder: Embedder, settings: ChunkSettings,
    allow_removals: bool, progress: Progress,
) -> IngestReport:
    active = store.active()
    before = store.members(active[0]) if active else []
    plan = make_plan(paths, before, allow_removals)
    run = _Run(store, plan, settings)
    for number, file in enumerate(plan.in_order()):
        progress("reading", number, len(plan.files))
        run.take(file)
    progress("reading", len(plan.files), len(plan.files))
    files = sorted(run.files, key=lambda file: file.source)
    manifest = _current_manifest(store, embedder, settings)
    if manifest is not None and run.versions == {old.version for old in before}:
        return IngestReport(manifest.generation, manifest.letters, manifest.passages, 0, files)
    embedded = _embed(store, embedder, run.versions, progress)
    progress("indexing", 0, 1)
    built = _activate(store, embedder, settings, sorted(run.versions))
    progress("indexing", 1, 1)
    return IngestReport(built.generation, built.letters, built.passages, embedded, files)


def _activate(
    store: Store, embedder: Embedder, settings: ChunkSettings, versions: list[int]
) -> Manifest:
    """Build the next generation and switch to it."""
    number = store.next_generation()
    built = build(
        store, number, store.summaries_of(versions), embedding_model=embedder.name,
        embedding_fingerprint=embedder.fingerprint, passage_length=settings.passage_length,
    )
    store.activate(number, built.model_dump_json(), versions)
    sweep(store)
    return built


def _current_manifest(
    store: Store, embedder: Embedder, settings: ChunkSettings
) -> Manifest | None:
    """The active generation's manifest, if a generation built now would come out the same."""
    try:
        manifest = read_manifest(store)
    except IndexUnusable:
        return None
    same = (
        manifest.embedding_model == embedder.name
        and manifest.embedding_fingerprint == embedder.fingerprint
        and manifest.passage_length == settings.passage_length
        and manifest.reading_version == READING_VERSION
    )
    return manifest if same and is_intact(store.directory, manifest) else None


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
