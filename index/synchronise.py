"""Bringing an index up to date with a folder of letters, or with single files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from filelock import Timeout

from index.embedding import Embedder
from index.errors import IndexUnusable
from index.generation import Manifest, build, embedded_text, read_manifest, sweep, text_hash
from index.analyser import ANALYSER_VERSION
from index.snapshot import writer_lock
from index.store import Store, StoredLetter
from ingest.errors import UnreadableFile
from ingest.letter import Letter, Passage
from ingest.passages import ChunkSettings, split_letter
from ingest.reading import READING_VERSION, file_sha256, read_letter, slug
from ingest.readers import is_letter_file
from ingest.supplied import Supplied, read_supplied

# A folder that lost more than this share of its letters is more likely unmounted than emptied.
MAX_REMOVED_SHARE = 0.2
_EMBED_AT_ONCE = 512
_LOCK_WAIT_SECONDS = 10

Progress = Callable[[str, int, int], None]


class Status(StrEnum):
    """What became of a file."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One line of the report; `detail` says why and what to do, where there is something to do."""

    source: str
    status: Status
    letter_id: str | None = None
    detail: str = ""


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


class RefusedRemoval(Exception):
    """The folder lost so many letters that a mistake is likelier; nothing was changed."""


class IndexBusy(Exception):
    """Another process is writing this index."""


def _nothing(stage: str, done: int, total: int) -> None:
    """No progress to show."""


@dataclass
class _Run:
    """One synchronisation under way."""

    store: Store
    embedder: Embedder
    settings: ChunkSettings
    progress: Progress
    before: list[StoredLetter]
    files: list[FileReport] = field(default_factory=list)
    versions: dict[int, StoredLetter] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)

    def report(self, source: str, status: Status, letter_id: str | None = None,
               detail: str = "") -> None:
        self.files.append(FileReport(source, status, letter_id, detail))

    def fingerprint(self, sha256: str, supplied: Supplied | None) -> str:
        """Changes whenever reading and cutting this file could give something else."""
        recipe = f"{sha256}|{supplied}|{READING_VERSION}|{self.settings.passage_length}"
        return hashlib.sha256(recipe.encode()).hexdigest()

    def earlier(self, folder: str, source: str) -> StoredLetter | None:
        """The active version of a file."""
        return next(
            (old for old in self.before if (old.folder, old.source) == (folder, source)), None
        )

    def keep(self, letter: StoredLetter) -> None:
        self.versions[letter.version] = letter

    def take(self, path: Path, folder: str, source: str, supplied: Supplied | None) -> None:
        """Bring one file in; a failure is reported and what was indexed of it stays."""
        old = self.earlier(folder, source)
        try:
            sha256 = file_sha256(path)
            twin = self.hashes.get(sha256)
            if twin is not None and twin != source:
                self.report(source, Status.DUPLICATE, detail=f"the same content as {twin}")
                return
            self.hashes[sha256] = source
            fingerprint = self.fingerprint(sha256, supplied)
            if old is not None and old.fingerprint == fingerprint:
                self.keep(old)
                self.report(source, Status.UNCHANGED, old.letter_id)
                return
            letter = read_letter(path, source, supplied)
        except UnreadableFile as error:
            self._fail(source, old, str(error))
            return
        except OSError as error:
            self._fail(source, old, f"it cannot be opened ({error.strerror}): check its rights")
            return
        self._add(letter, folder, fingerprint, old)

    def _fail(self, source: str, old: StoredLetter | None, detail: str) -> None:
        if old is not None:
            self.keep(old)
            detail += "; the version indexed before stays"
        self.report(source, Status.FAILED, old.letter_id if old else None, detail)

    def _add(self, letter: Letter, folder: str, fingerprint: str, old: StoredLetter | None) -> None:
        letter = self._with_free_id(letter, folder)
        version = self.store.find_version(folder, letter.source, fingerprint)
        if version is None:
            subject = letter.metadata.subject
            passages: list[tuple[Passage, bytes]] = [
                (passage, text_hash(embedded_text(subject, passage.section, passage.text)))
                for passage in split_letter(letter, self.settings)
            ]
            version = self.store.add_letter(letter, folder, fingerprint, passages)
        self.keep(StoredLetter(version, letter.letter_id, folder, letter.source, fingerprint))
        status = Status.ADDED if old is None else Status.CHANGED
        self.report(letter.source, status, letter.letter_id)

    def _with_free_id(self, letter: Letter, folder: str) -> Letter:
        """A letter whose kenmerk another file carries too gets its file name added to the id."""
        from dataclasses import replace

        others = (*self.versions.values(), *self.before)
        taken = any(
            other.letter_id == letter.letter_id and (other.folder, other.source) != (folder, letter.source)
            for other in others
        )
        if not taken:
            return letter
        return replace(letter, letter_id=f"{letter.letter_id}-{slug(Path(letter.source).stem)}")

    def embed(self) -> int:
        """Embed every passage text that has no vector yet; return how many."""
        model = self.embedder.fingerprint
        known = self.store.known_hashes(model)
        missing: dict[bytes, str] = {}
        subjects = {version: self.store.letter(version).metadata.subject for version in
                    self._unembedded(known)}
        for stored in self.store.passages(subjects):
            if stored.text_hash not in known:
                passage = stored.passage
                missing[stored.text_hash] = embedded_text(
                    subjects[stored.version], passage.section, passage.text
                )
        items = list(missing.items())
        for first in range(0, len(items), _EMBED_AT_ONCE):
            part = items[first : first + _EMBED_AT_ONCE]

            def show(done: int, total: int, first: int = first) -> None:
                self.progress("embedding", first + done, len(items))

            vectors = self.embedder.embed_documents([text for _, text in part], show)
            # Kept at once: an ingest that is interrupted goes on where it stopped.
            self.store.add_vectors(model, [key for key, _ in part], vectors)
        return len(items)

    def _unembedded(self, known: set[bytes]) -> list[int]:
        return [
            version for version in sorted(self.versions)
            if any(stored.text_hash not in known for stored in self.store.passages([version]))
        ]


def _folder_files(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _take_folder(run: _Run, folder: Path, allow_removals: bool) -> None:
    name = str(folder.resolve())
    files = _folder_files(folder)
    letters = [path for path in files if is_letter_file(path)]
    sources = {path.relative_to(folder).as_posix() for path in letters}
    gone = [old for old in run.before if old.folder == name and old.source not in sources]
    known = [old for old in run.before if old.folder == name]
    if gone and not allow_removals and (not letters or len(gone) > MAX_REMOVED_SHARE * len(known)):
        raise RefusedRemoval(
            f"{folder} lacks {len(gone)} of the {len(known)} letters indexed from it: nothing was "
            "changed. If they were removed on purpose, repeat with --allow-removals"
        )
    supplied = read_supplied(folder)
    for path in files:
        if path not in letters and path.name not in ("README.md", "letters.toml"):
            run.report(path.relative_to(folder).as_posix(), Status.SKIPPED, detail="no letter format")
    for number, path in enumerate(letters):
        source = path.relative_to(folder).as_posix()
        run.progress("reading", number, len(letters))
        run.take(path, name, source, supplied.get(source))
    run.progress("reading", len(letters), len(letters))
    for missing in sorted(supplied.keys() - sources):
        run.report(missing, Status.SKIPPED, detail="named in letters.toml, but there is no such file")
    for old in gone:
        run.report(old.source, Status.REMOVED, old.letter_id)


def _take_file(run: _Run, path: Path) -> None:
    supplied = read_supplied(path.parent)
    run.take(path, str(path.parent.resolve()), path.name, supplied.get(path.name))


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
    store = Store(directory, create=True)
    try:
        with writer_lock(directory).acquire(timeout=_LOCK_WAIT_SECONDS):
            return _synchronise(store, paths, embedder, settings or ChunkSettings(),
                                allow_removals, progress)
    except Timeout as error:
        raise IndexBusy(
            f"another process is writing the index in {directory}: try again when it is done"
        ) from error
    finally:
        store.close()


def _synchronise(
    store: Store, paths: Sequence[Path], embedder: Embedder, settings: ChunkSettings,
    allow_removals: bool, progress: Progress,
) -> IngestReport:
    active = store.active()
    manifest = Manifest.model_validate_json(active[1]) if active else None
    before = store.members(active[0]) if active else []
    run = _Run(store, embedder, settings, progress, before)
    _remember_others(run, paths)
    for path in paths:
        if path.is_dir():
            _take_folder(run, path, allow_removals)
        else:
            _take_file(run, path)
    versions = sorted(run.versions)
    unchanged = manifest is not None and versions == sorted(old.version for old in before)
    if unchanged and manifest is not None and _is_current(manifest, embedder, settings):
        return IngestReport(manifest.generation, manifest.letters, manifest.passages, 0, run.files)
    embedded = run.embed()
    progress("indexing", 0, 1)
    number = store.next_generation()
    members = store.summaries_of(versions)
    built = build(
        store, number, members, embedding_model=embedder.name,
        embedding_fingerprint=embedder.fingerprint, passage_length=settings.passage_length,
    )
    store.activate(number, built.model_dump_json(), versions)
    progress("indexing", 1, 1)
    sweep(store)
    return IngestReport(number, built.letters, built.passages, embedded, run.files)


def _remember_others(run: _Run, paths: Sequence[Path]) -> None:
    """Letters from elsewhere stay, and their content is known so that copies are seen."""
    folders = {str(path.resolve()) for path in paths if path.is_dir()}
    named = {(str(p.parent.resolve()), p.name) for p in paths if not p.is_dir()}
    for old in run.before:
        if old.folder not in folders and (old.folder, old.source) not in named:
            run.keep(old)
            run.hashes[run.store.letter(old.version).sha256] = old.source


def _is_current(manifest: Manifest, embedder: Embedder, settings: ChunkSettings) -> bool:
    return (
        manifest.embedding_fingerprint == embedder.fingerprint
        and manifest.passage_length == settings.passage_length
        and manifest.analyser == ANALYSER_VERSION
        and manifest.reading_version == READING_VERSION
    )


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
