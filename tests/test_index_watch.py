"""`--watch` and `--dry-run`: staying up to date, and seeing beforehand what would happen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from index.files import Role
from index.store import Store
from index.synchronise import Status, preview, synchronise
from index.watch import changes
from tests.conftest import HashEmbedder, must_end, write_letter

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
TEXT = "Het drinkwater wordt in 2026 onderzocht op bestrijdingsmiddelen door de waterbedrijven."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six letters."""
    for number in range(6):
        text = f"{TEXT} Brief {number}."
        write_letter(tmp_path / "letters", f"{number}.txt", text, kenmerk=f"A/2025/{number}")
    return tmp_path / "letters"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the index comes."""
    return tmp_path / "index"


def stored(directory: Path) -> dict[str, int]:
    """How much each table of the index holds."""
    import sqlite3

    with sqlite3.connect(directory / "index.sqlite") as connection:
        tables = ("letters", "passages", "vectors", "generations", "files", "runs")
        found = {
            name: int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
            for name in tables
        }
    connection.close()
    return found


def test_a_dry_run_says_what_an_ingest_then_does(folder: Path, directory: Path) -> None:
    """The same statuses and details, file by file, and not a row is written before."""
    synchronise(directory, [folder], HashEmbedder())
    before = stored(directory)
    write_letter(folder, "0.txt", f"{TEXT} Gewijzigd.", kenmerk="A/2025/0")
    write_letter(folder, "nieuw.txt", "De bodem wordt gesaneerd.", kenmerk="B/2025/1")
    (folder / "kopie.txt").write_bytes((folder / "2.txt").read_bytes())
    (folder / "leeg.txt").write_bytes(b"")
    (folder / "5.txt").unlink()
    (folder / "4.txt").rename(folder / "hernoemd.txt")
    foreseen = preview(directory, [folder])
    assert stored(directory) == before
    done = synchronise(directory, [folder], HashEmbedder())
    assert [(file.source, file.status, file.detail, file.letter_id) for file in foreseen.files] == [
        (file.source, file.status, file.detail, file.letter_id) for file in done.files
    ]
    assert foreseen.letters == done.letters == 6
    assert {file.status for file in done.files} == set(Status) - {
        Status.SKIPPED, Status.REPLACED
    }


def test_a_dry_run_makes_no_index(folder: Path, directory: Path) -> None:
    """Where there is no index there is none after it."""
    report = preview(directory, [folder])
    assert [file.status for file in report.files] == [Status.ADDED] * 6
    assert not directory.exists()


def test_a_dry_run_shows_what_an_ingest_refuses(folder: Path, directory: Path) -> None:
    """The plan as it would be if it were allowed, and that it is not."""
    synchronise(directory, [folder], HashEmbedder())
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    foreseen = preview(directory, [folder])
    assert [file.status for file in foreseen.files] == [Status.REMOVED] * 6
    assert foreseen.refused == f"{folder} lacks 6 of the 6 letters indexed from it"
    allowed = preview(directory, [folder], allow_removals=True)
    assert (allowed.files, allowed.letters, allowed.refused) == (foreseen.files, 0, "")
    assert stored(directory)["files"] == 6


def test_every_file_is_known_with_its_state(folder: Path, directory: Path) -> None:
    """Letters, copies and failures, each with its content, size, role and when it was seen."""
    started = time.time()
    (folder / "kopie.txt").write_bytes((folder / "2.txt").read_bytes())
    (folder / "leeg.txt").write_bytes(b"")
    synchronise(directory, [folder], HashEmbedder())
    store = Store(directory)
    files = {record.source: record for record in store.ledger.files(1)}
    [run] = store.ledger.runs()
    store.close()
    assert {name: record.role for name, record in files.items()} == {
        **{f"{number}.txt": Role.LETTER for number in range(6)},
        "kopie.txt": Role.COPY, "leeg.txt": Role.FAILED,
    }
    assert files["kopie.txt"].letter_id == files["2.txt"].letter_id
    assert files["2.txt"].size == (folder / "2.txt").stat().st_size
    assert files["leeg.txt"].failure is not None
    assert all(started <= record.last_seen <= time.time() for record in files.values())
    assert run.folders == (str(folder),)
    assert run.counts == {"added": 6, "duplicate": 1, "failed": 1}


class Over(Exception):
    """There is nothing more to happen."""


def reported(paths: list[Path], *happens: Callable[[], object]) -> list[int]:
    """After which looks a change is reported, where before each look one thing happens."""
    left = iter(happens)
    looks = 0

    def wait(_: float) -> None:
        nonlocal looks
        happen = next(left, None)
        if happen is None:
            raise Over
        happen()
        looks += 1

    seen = []
    with suppress(Over):
        for _ in changes(paths, wait):
            seen.append(looks)
    return seen


def nothing() -> None:
    """What happens mostly."""


def test_a_change_is_reported_once_it_is_quiet(folder: Path) -> None:
    """A file that is still being written is left until it is whole: one report, at the end."""
    with (folder / "groot.txt").open("w") as file:
        def write() -> None:
            file.write(TEXT)
            file.flush()

        assert reported([folder], nothing, write, write, write, nothing, nothing, nothing) == [5]


def test_changes_that_go_on_are_taken_over_at_last(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is never quiet is not left for ever."""
    monkeypatch.setattr("index.watch._AT_LAST_SECONDS", 0.0)
    more = [partial((folder / f"{number}.txt").write_text, TEXT * 2) for number in range(3)]
    assert reported([folder], *more) == [1, 2, 3]


def test_what_changes_while_others_are_read_is_reported(folder: Path) -> None:
    """Between the first ingest and the first look, and during a later ingest, nothing is missed."""
    looks = changes([folder], lambda _: None)
    write_letter(folder, "een.txt", TEXT)
    next(looks)
    (folder / "een.txt").unlink()
    next(looks)


def test_a_folder_that_goes_and_comes_back_is_followed(folder: Path) -> None:
    """A folder that is moved away, as with a disk, is a change, and watched again when back."""
    elsewhere = folder.with_name("elders")
    write = partial(write_letter, folder, "nieuw.txt", TEXT)
    go, come = partial(folder.rename, elsewhere), partial(elsewhere.rename, folder)
    assert reported([folder], go, nothing, come, nothing, write, nothing, nothing) == [2, 4, 6]


def test_only_what_an_ingest_takes_note_of_is_watched(folder: Path) -> None:
    """Letters, also one that was named by itself, and `letters.toml`; no journals and hidden files,
    which change all the time."""
    named = write_letter(folder.with_name("elders"), "los.txt", TEXT)
    changed = [
        partial(path.write_text, TEXT) for path in (
            folder / "journaal.log", folder / ".0.txt.part", named.with_name("ander.txt"), named,
            folder / "letters.toml",
        )
    ]
    happens = [one for change in changed for one in (change, nothing)]
    assert reported([folder, named], *happens) == [8, 10]


_PROGRAM = (
    "import sys; from pathlib import Path; import index.embedding as e;"
    "from tests.conftest import HashEmbedder; from index.commands import ingest\n"
    "e.ModelEmbedder = HashEmbedder\n"
    "ingest.main(sys.argv[2:], obj={'index': Path(sys.argv[1])})\n"
)


def _report(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    body: dict[str, Any] = json.loads(process.stdout.readline())
    return {file["source"]: file["status"] for file in body["files"]}


def test_watching_goes_on_after_failures_until_ctrl_c(folder: Path, directory: Path) -> None:
    """Each change is taken over; a file that fails and a refused removal are said, the latter once,
    and end nothing; Ctrl-C ends it, with status 0."""
    with must_end(120), subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(directory), str(folder), "--watch", "--json"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert set(_report(process).values()) == {"added"}
        assert process.stderr is not None
        assert "Ctrl-C" in process.stderr.readline()
        time.sleep(1)
        (folder / "leeg.txt").write_bytes(b"")
        assert _report(process)["leeg.txt"] == "failed"
        for number in range(3):
            (folder / f"{number}.txt").unlink()
        assert "removed" not in _report(process).values()
        assert "lacks 3 of the 6 letters" in process.stderr.readline()
        write_letter(folder, "nieuw.txt", TEXT, kenmerk="B/2025/1")
        assert _report(process)["nieuw.txt"] == "added"
        write_letter(folder, "0.txt", TEXT, kenmerk="A/2025/0")
        write_letter(folder, "1.txt", TEXT, kenmerk="A/2025/1")
        found = _report(process)
        assert (found["0.txt"], found["1.txt"], found["2.txt"]) == ("changed", "changed", "removed")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    # What was read is reported before the last is tidied up: interrupted at that, it ends with 130.
    assert process.returncode in (0, 130)
    assert "Traceback" not in errors
    assert "lacks" not in errors
