"""What is on disk may be damaged, missing, foreign or half written; readers never notice."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

import index.generation as generation_module
from index import lexical
from index.database import DATABASE
from index.dense import EDGES_FILE, PASSAGES_FILE, SENTENCES_FILE
from index.errors import IndexUnusable
from index.filters import Filters
from index.generation import GENERATIONS, MANIFEST_FILE, generation_folder
from index.query import make_query
from index.search import search
from index.snapshot import Snapshot, load_active
from index.store import Store
from index.synchronise import index_model, synchronise
from tests.conftest import HashEmbedder, NoEmbedder, write_letter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXTS = [
    "Het drinkwater wordt in 2026 onderzocht op bestrijdingsmiddelen.",
    "De luchtkwaliteit bij de haven wordt elk jaar gemeten.",
    "De bodem onder speelplaatsen wordt door gemeenten gesaneerd.",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three letters."""
    for number, text in enumerate(TEXTS):
        write_letter(tmp_path / "letters", f"{number}.txt", text)
    return tmp_path / "letters"


@pytest.fixture
def directory(tmp_path: Path, folder: Path) -> Path:
    """An index of them."""
    synchronise(tmp_path / "index", [folder], HashEmbedder())
    return tmp_path / "index"


def best(snapshot: Snapshot, question: str) -> str:
    """The text of the first passage found."""
    found = search(snapshot, HashEmbedder(), make_query(question), filters=Filters(), top_k=1)
    return found.hits[0].passage.text


def _cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "vectors cut": lambda folder: _cut_in_half(folder / PASSAGES_FILE),
    "vectors changed": lambda folder: _flip_a_bit(folder / PASSAGES_FILE),
    "vectors gone": lambda folder: (folder / PASSAGES_FILE).unlink(),
    "sentences changed": lambda folder: _flip_a_bit(folder / SENTENCES_FILE),
    "sentences gone": lambda folder: (folder / SENTENCES_FILE).unlink(),
    "sentence owners cut": lambda folder: _cut_in_half(folder / EDGES_FILE),
    "lexical gone": lambda folder: shutil.rmtree(folder / "lexical"),
    "lexical emptied": lambda folder: next((folder / "lexical").rglob("*.npy")).write_bytes(b""),
    "passages gone": lambda folder: (folder / "passages.npy").unlink(),
    "all gone": lambda folder: shutil.rmtree(folder.parent),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_files_are_made_anew_without_embedding(directory: Path, damage: str) -> None:
    """Loading repairs the derived files from the database and answers as before."""
    DAMAGE[damage](generation_folder(directory, 1))
    snapshot = load_active(directory)
    assert snapshot.manifest.generation == 1
    assert best(snapshot, "Waarop wordt drinkwater onderzocht?") == TEXTS[0]
    assert best(load_active(directory), "luchtkwaliteit haven") == TEXTS[1]


@pytest.mark.parametrize("damage", DAMAGE)
def test_an_ingest_mends_damaged_files_without_embedding(
    directory: Path, folder: Path, damage: str
) -> None:
    """An ingest that finds nothing changed still leaves a whole index behind."""
    DAMAGE[damage](generation_folder(directory, 1))
    report = synchronise(directory, [folder], NoEmbedder())
    assert (report.generation, report.embedded) == (2, 0)


def test_lost_vectors_are_embedded_again_by_an_ingest(directory: Path, folder: Path) -> None:
    """Without its vectors an index says what to do, and doing it helps."""
    with sqlite3.connect(directory / DATABASE) as connection:
        connection.execute("DELETE FROM vectors")
    connection.close()
    shutil.rmtree(directory / GENERATIONS)
    with pytest.raises(IndexUnusable, match="briefwijzer ingest"):
        load_active(directory)
    assert synchronise(directory, [folder], HashEmbedder()).embedded == 3


@pytest.mark.parametrize(
    ("name", "value"), [("ANALYSER_VERSION", "nl-99"), ("lexical_engine", lambda: "other 1.0")]
)
def test_an_index_of_another_analyser_or_engine_is_made_anew(
    directory: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    """What is asked and what was built never drift apart, and no letter is embedded again."""
    monkeypatch.setattr(generation_module, name, value)
    manifest = load_active(directory).manifest
    assert "nl-99" in manifest.analyser or manifest.lexical_engine == "other 1.0"


def test_the_manifest_beside_the_files_is_the_one_in_the_database(directory: Path) -> None:
    """A person can read how the active generation was built, and its measured recall."""
    manifest = load_active(directory).manifest
    text = (generation_folder(directory, 1) / MANIFEST_FILE).read_text()
    assert type(manifest).model_validate_json(text) == manifest
    assert manifest.backend_recall_at_10 == 1.0
    assert manifest.sentence_recall_at_10 == 1.0
    assert (manifest.letters, manifest.passages, manifest.sentences) == (3, 3, 3)
    assert manifest.dimensions == 64


def _no_directory(directory: Path) -> None:
    shutil.rmtree(directory)


def _a_file(directory: Path) -> None:
    shutil.rmtree(directory)
    directory.write_text("geen index")


def _no_generation(directory: Path) -> None:
    with sqlite3.connect(directory / DATABASE) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM generations")
    connection.close()


def _other_format(directory: Path) -> None:
    with sqlite3.connect(directory / DATABASE) as connection:
        connection.execute("UPDATE settings SET value = '99'")
    connection.close()


def _truncated(directory: Path) -> None:
    _cut_in_half(directory / DATABASE)


def _garbage(directory: Path) -> None:
    (directory / DATABASE).write_bytes(b"dit is geen database " * 1000)


def _empty_database(directory: Path) -> None:
    (directory / DATABASE).write_bytes(b"")


def _foreign_manifest(directory: Path) -> None:
    with sqlite3.connect(directory / DATABASE) as connection:
        connection.execute("UPDATE generations SET manifest = '{}'")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "advice"),
    [
        (_no_directory, "briefwijzer ingest"),
        (_a_file, "briefwijzer ingest"),
        (_no_generation, "briefwijzer ingest"),
        (_empty_database, "briefwijzer ingest"),
        (_foreign_manifest, "briefwijzer ingest"),
        (_other_format, "format version 99"),
        (_truncated, "move the directory away"),
        (_garbage, "move the directory away"),
    ],
)
def test_an_unusable_index_says_what_to_do(
    directory: Path, spoil: Callable[[Path], None], advice: str
) -> None:
    """Every state in which there is nothing to answer from gives one kind of error, with advice."""
    spoil(directory)
    with pytest.raises(IndexUnusable, match=advice):
        load_active(directory)
    assert index_model(directory) is None


@pytest.mark.parametrize(
    "spoil", [_no_directory, _no_generation, _empty_database, _foreign_manifest]
)
def test_an_unfinished_index_is_finished_by_an_ingest(
    directory: Path, folder: Path, spoil: Callable[[Path], None]
) -> None:
    """Nothing half written stands in the way of the next ingest."""
    spoil(directory)
    assert synchronise(directory, [folder], HashEmbedder()).letters == 3
    assert len(load_active(directory).letters) == 3


@pytest.mark.parametrize("spoil", [_a_file, _other_format, _truncated, _garbage])
def test_an_ingest_leaves_alone_what_it_does_not_understand(
    directory: Path, folder: Path, spoil: Callable[[Path], None]
) -> None:
    """A foreign or damaged index is never overwritten."""
    spoil(directory)
    file = directory if directory.is_file() else directory / DATABASE
    before = file.read_bytes()
    with pytest.raises(IndexUnusable):
        synchronise(directory, [folder], HashEmbedder())
    assert file.read_bytes() == before


def test_a_directory_that_cannot_be_made_is_named(folder: Path) -> None:
    """An index that cannot be written is an error about the directory, not a traceback."""
    from pathlib import Path

    with pytest.raises(IndexUnusable, match="cannot be used"):
        synchronise(Path(os.devnull) / "index", [folder], HashEmbedder())


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_an_index_that_may_only_be_read_answers(directory: Path, folder: Path) -> None:
    """Reading asks for no right to write; writing there is refused with advice."""
    directory.chmod(0o555)
    try:
        assert best(load_active(directory), "drinkwater") == TEXTS[0]
        with pytest.raises(IndexUnusable, match="--index"):
            synchronise(directory, [folder], HashEmbedder())
    finally:
        directory.chmod(0o755)


def test_a_full_disk_leaves_the_old_generation(
    directory: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ingest that cannot write its files says so, and the index answers as before."""
    write_letter(folder, "nieuw.txt", "Een nieuwe brief over geluid.")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lexical, "build", full)
    with pytest.raises(IndexUnusable, match="No space left"):
        synchronise(directory, [folder], HashEmbedder())
    monkeypatch.undo()
    assert load_active(directory).manifest.generation == 1
    assert synchronise(directory, [folder], NoEmbedder()).letters == 4


def test_readers_keep_their_generation_while_others_follow(directory: Path, folder: Path) -> None:
    """A request that began with one generation ends with it, however often the index is renewed."""
    snapshot = load_active(directory)
    stop = threading.Event()
    wrong: list[object] = []

    def ask() -> None:
        while not stop.is_set():
            try:
                text = best(snapshot, "Waarop wordt drinkwater onderzocht?")
                letter = Snapshot.letter(snapshot, "0").text
                if text != TEXTS[0] or TEXTS[0] not in letter:
                    wrong.append(text)
            except Exception as error:
                wrong.append(error)

    readers = [threading.Thread(target=ask) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(4):
        write_letter(folder, "0.txt", f"Versie {number} van iets heel anders.")
        synchronise(directory, [folder], HashEmbedder())
        assert load_active(directory).manifest.generation == number + 2
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert generation_folder(directory, 1).is_dir()


def test_a_sweep_takes_only_what_nobody_uses(
    directory: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old generations go with their files, letter versions and vectors; the newest stay whole."""
    monkeypatch.setattr(generation_module, "KEEP_SECONDS", 0.0)
    for number in range(4):
        write_letter(folder, "0.txt", f"Versie {number} gaat over iets heel anders.")
        synchronise(directory, [folder], HashEmbedder())
    (directory / GENERATIONS / "000099.tmp").mkdir()
    loose = "Dit is een losse brief hiernaast."
    synchronise(directory, [write_letter(folder, "los.txt", loose)], HashEmbedder())
    names = sorted(path.name for path in (directory / GENERATIONS).iterdir())
    assert names == ["000004", "000005", "000006"]
    store = Store(directory)
    texts = [stored.passage.text for stored in store.passages(range(1, 20))]
    assert sorted(texts) == sorted(
        [*TEXTS[1:], *(f"Versie {n} gaat over iets heel anders." for n in (2, 3)), loose]
    )
    store.close()
    with closing(sqlite3.connect(directory / DATABASE)) as database:
        assert database.execute("SELECT count(*) FROM vectors").fetchone() == (len(texts),)
    snapshot = load_active(directory)
    assert len(snapshot.passages(range(snapshot.size))) == 4


def test_a_generation_that_was_just_retired_is_not_swept(directory: Path, folder: Path) -> None:
    """What counts is how long ago a generation was replaced, not how long ago it was made."""
    with sqlite3.connect(directory / DATABASE) as connection:
        connection.execute("UPDATE generations SET created = created - 1000000")
    connection.close()
    snapshot = load_active(directory)
    for number in range(4):
        write_letter(folder, "0.txt", f"Dit is versie {number} van deze brief.")
        synchronise(directory, [folder], HashEmbedder())
    assert best(snapshot, "drinkwater") == TEXTS[0]


def test_passages_that_were_swept_are_an_error_that_says_so(
    directory: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot kept for too long fails clearly instead of giving another letter's text."""
    snapshot = load_active(directory)
    monkeypatch.setattr(generation_module, "KEEP_SECONDS", 0.0)
    for number in range(4):
        write_letter(folder, "0.txt", f"Dit is versie {number} van deze brief.")
        synchronise(directory, [folder], HashEmbedder())
    with pytest.raises(IndexUnusable, match="renewed"):
        snapshot.passages([0])


def test_vectors_come_back_as_they_were_within_half_precision(tmp_path: Path) -> None:
    """Vectors are kept in fp16: rounded to three digits, each in its shape, in the order asked."""
    store = Store(tmp_path, create=True)
    generator = np.random.default_rng(1)
    vectors = [generator.standard_normal((1 + n % 4, 16), dtype=np.float32) for n in range(20)]
    vectors = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in vectors]
    keys = [bytes([number]) * 32 for number in range(20)]
    store.add_vectors("model", keys, vectors)
    found = store.vectors("model", keys[::-1])
    for rows, kept in zip(vectors[::-1], found, strict=True):
        assert kept.dtype == np.float16
        np.testing.assert_array_equal(kept, rows.astype(np.float16))
        np.testing.assert_allclose(kept, rows, atol=5e-4)
    with pytest.raises(IndexUnusable, match="lacks vectors"):
        store.vectors("other model", keys)
    store.close()


def test_a_letter_damaged_in_the_database_is_told(directory: Path) -> None:
    """Damage that is met only when a letter is read says what to do, with no traceback."""
    snapshot = load_active(directory)
    letter_id = snapshot.letters[0].letter_id
    with closing(sqlite3.connect(directory / DATABASE)) as connection, connection:
        connection.execute("UPDATE letters SET document = x'7b'")
    with pytest.raises(IndexUnusable, match=r"damaged .* ingest the letters again"):
        snapshot.letter(letter_id)
