"""Kill -9 at any instant of an ingest, upload or removal: nothing is lost, and nothing half."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.generation import GENERATIONS, is_intact
from index.originals import ORIGINALS
from index.snapshot import load_active
from index.store import Store
from index.synchronise import synchronise
from index.uploads import add_upload
from tests.conftest import HashEmbedder, write_letter

LETTERS = 3
# Writes an index and dies at the n-th step: a step is an SQL statement begun, or a call that
# changes files. With n = 0 it lives, and prints what the steps are.
_SCRIPT = """
import os, pathlib, shutil, signal, sys
import index.database as database, index.dense as dense
import index.generation as generation, index.synchronise as module, index.writing as writing
import index.uploads as uploads
from tests.conftest import HashEmbedder

deadly, directory, path = int(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
steps = []

def step(what, *_):
    steps.append(str(what).split("(")[0][:40])
    if len(steps) == deadly:
        os.kill(os.getpid(), signal.SIGKILL)

def counted(function, name):
    def call(*arguments, **named):
        step(name)
        outcome = function(*arguments, **named)
        step(name + " done")
        return outcome
    return call

connect = database.connect
def watched(path):
    connection = connect(path)
    connection.set_trace_callback(step)
    return connection
database.connect = watched
shutil.rmtree = counted(shutil.rmtree, "rmtree")
pathlib.Path.rename = counted(pathlib.Path.rename, "rename")
pathlib.Path.replace = counted(pathlib.Path.replace, "replace")
pathlib.Path.unlink = counted(pathlib.Path.unlink, "unlink")
pathlib.Path.write_text = counted(pathlib.Path.write_text, "write_text")
generation.lexical.build = counted(generation.lexical.build, "lexical")
dense.measure_recall = counted(dense.measure_recall, "vectors")
generation.np.save = counted(generation.np.save, "save")
os.fsync = counted(os.fsync, "fsync")
writing._EMBED_AT_ONCE = 1
{
    "ingest": lambda: module.synchronise(directory, [path], HashEmbedder()),
    "upload": lambda: uploads.add_upload(directory, path, path.name, HashEmbedder()),
    "remove": lambda: uploads.remove_letter(directory, path.stem, HashEmbedder()),
}[sys.argv[4]]()
print("\\n".join(steps))
"""


def run(
    deadly: int, directory: Path, path: Path, what: str = "ingest"
) -> subprocess.CompletedProcess[str]:
    """Write in a process of its own, which dies at step `deadly` (0: never)."""
    command = [sys.executable, "-c", _SCRIPT, str(deadly), str(directory), str(path), what]
    root = Path(__file__).parents[1]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def fill(folder: Path, generation: int) -> None:
    """The letters as they are in a generation: one changes, one comes, one stays."""
    for number in range(LETTERS + (generation > 1)):
        version = generation if number == 0 else 1
        text = f"Brief {number} in versie {version} gaat over drinkwater en over de bodem."
        write_letter(folder, f"brief-{number}.txt", text, kenmerk=f"IENW/BSK-2025/5000{number}")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of generation 1, whose letters have changed since."""
    place = tmp_path_factory.mktemp("crash")
    fill(place / "letters", 1)
    synchronise(place / "index", [place / "letters"], HashEmbedder())
    fill(place / "letters", 2)
    return place


@pytest.fixture(scope="module")
def steps(base: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The steps of an ingest that nothing interrupts."""
    directory = tmp_path_factory.mktemp("steps") / "index"
    shutil.copytree(base / "index", directory)
    done = run(0, directory, base / "letters")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def deadly_steps(steps: list[str]) -> list[int]:
    """Twelve instants: the delicate ones around the switch, and an even sample of the rest."""
    switch = steps.index("UPDATE generations SET active = 0 WHERE ")
    rename = steps.index("rename")
    activation = steps[switch:].index("COMMIT") + switch
    delicate = [rename + 1, rename + 2, switch + 1, switch + 2, activation + 1, activation + 2]
    even = np.linspace(2, len(steps), 6).astype(int).tolist()
    return sorted({*delicate, *even})


def check_after(directory: Path, folder: Path) -> int:
    """The index answers from a whole generation, which is returned, and can be brought up to
    date by a further ingest."""
    snapshot = load_active(directory)
    generation = snapshot.manifest.generation
    assert is_intact(directory, snapshot.manifest)
    assert len(snapshot.letters) == LETTERS + (generation > 1)
    text = snapshot.letter("ienw-bsk-2025-50000").text
    assert f"in versie {generation} gaat" in text
    assert len(snapshot.passages(range(snapshot.size))) == snapshot.size

    synchronise(directory, [folder], HashEmbedder())
    after = load_active(directory)
    assert (after.manifest.generation, len(after.letters)) == (2, LETTERS + 1)
    assert "in versie 2 gaat" in after.letter("ienw-bsk-2025-50000").text
    names = {path.name for path in (directory / GENERATIONS).iterdir()}
    assert names <= {"000001", "000002"}
    return generation


def test_an_ingest_killed_at_any_instant_loses_nothing(
    base: Path, steps: list[str], tmp_path: Path
) -> None:
    """Before the switch the old generation answers, after it the new one, never a half."""
    answered = []
    for deadly in deadly_steps(steps):
        directory = tmp_path / f"index-{deadly}"
        shutil.copytree(base / "index", directory)
        killed = run(deadly, directory, base / "letters")
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        answered.append(check_after(directory, base / "letters"))
    assert len(answered) >= 8
    assert set(answered) == {1, 2}
    assert answered == sorted(answered)


@pytest.mark.parametrize("share", [0.02, 0.2, 0.9])
def test_a_first_ingest_that_is_killed_can_be_repeated(
    base: Path, steps: list[str], tmp_path: Path, share: float
) -> None:
    """A directory without a generation is no obstacle to the ingest that comes after."""
    directory = tmp_path / "index"
    killed = run(max(1, int(share * len(steps))), directory, base / "letters")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert synchronise(directory, [base / "letters"], HashEmbedder()).letters == LETTERS + 1
    assert len(load_active(directory).letters) == LETTERS + 1


@pytest.mark.parametrize("what", ["upload", "remove"])
def test_a_letter_is_added_or_removed_whole(tmp_path: Path, what: str) -> None:
    """A kill just before or after its file is moved or deleted, or the index switched: a letter
    that is there has its original, and the next upload leaves no other behind."""
    letter = write_letter(tmp_path, "brief.txt", "Brief over de bodem van de sloot en het water.")
    other = write_letter(tmp_path, "ander.txt", "Deze gaat over de lucht en niets anders dan dat.")
    base = tmp_path / "index"
    add_upload(base, other, other.name, HashEmbedder())
    if what == "remove":
        add_upload(base, letter, letter.name, HashEmbedder())
    shutil.copytree(base, tmp_path / "whole")
    done = run(0, tmp_path / "whole", letter, what)
    assert done.returncode == 0, done.stderr
    steps = done.stdout.splitlines()
    switch = steps.index("UPDATE generations SET active = 0 WHERE ")
    commit = steps[switch:].index("COMMIT") + switch
    file = steps.index({"upload": "replace", "remove": "unlink"}[what])
    states = []
    for deadly in sorted({file + 1, file + 2, switch + 1, commit + 1, commit + 2, len(steps)}):
        directory = tmp_path / f"index-{deadly}"
        shutil.copytree(base, directory)
        assert run(deadly, directory, letter, what).returncode == -signal.SIGKILL
        ids = {one.letter_id for one in load_active(directory).letters}
        kept = [path.read_bytes() for path in (directory / ORIGINALS).iterdir()]
        assert "ander" in ids
        assert "brief" not in ids or letter.read_bytes() in kept
        states.append("brief" in ids)
        add_upload(directory, letter, letter.name, HashEmbedder())
        assert {one.letter_id for one in load_active(directory).letters} == {"ander", "brief"}
        assert len(list((directory / ORIGINALS).iterdir())) == 2
    assert set(states) == {True, False}
    assert states == sorted(states, reverse=what == "remove")


def test_the_switch_is_one_transaction(base: Path, tmp_path: Path) -> None:
    """A switch that fails halfway leaves the old generation active."""
    directory = tmp_path / "index"
    shutil.copytree(base / "index", directory)
    store = Store(directory, create=True)
    with pytest.raises(sqlite3.IntegrityError):
        store.ledger.activate(2, "{}", [1, 999])
    active = store.ledger.active()
    store.close()
    assert active is not None
    assert active[0] == 1
    assert os.listdir(directory / GENERATIONS) == ["000001"]
