"""A folder in which nearly everything is wrong: one line per bad file, and the rest is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from index.store import Store
from index.synchronise import known_files
from tests.bad_file import READ, BadFile
from tests.bad_files import ODD_NAMES, SHOWN_AS, bad_files, write_folder, write_no_files
from tests.measured import ROOT, Run, run_measured

if TYPE_CHECKING:
    from pathlib import Path

MEMORY_MB, SECONDS = 1024, 30
# What the reading processes share besides, and the main process with its model.
BASE_MB = 400
LONGEST_RUN = 300
BAD = bad_files()


@dataclass(frozen=True)
class Ingested:
    """What came of one `ingest` over the folder."""

    run: Run
    folder: Path
    index: Path
    expected: dict[str, str]
    before: dict[str, int]

    def lines(self, name: str) -> list[str]:
        """The lines on what has this name, below the table."""
        return [line for line in self.run.output.splitlines() if line.startswith(f"{name}: ")]

    def outcome(self, name: str) -> str:
        """What became of a file, in words."""
        store = Store(self.index)
        try:
            read = {one.source for one in known_files(store) if one.failure is None}
        finally:
            store.close()
        return "; ".join([READ] * (name in read) + self.lines(name))


def listing(folder: Path) -> dict[str, int]:
    """All that lies below a folder, with its time of change."""
    return {
        str(path.relative_to(folder)): path.lstat().st_mtime_ns for path in folder.rglob("*")
    }


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """Everything that takes little time, ingested once by the console script."""
    base = tmp_path_factory.mktemp("bad")
    folder, index = base / "letters", base / "index"
    expected = write_folder(folder)
    before = listing(base)
    run = run_measured(
        "--index", str(index), "ingest", f"--file-memory={MEMORY_MB}",
        f"--file-timeout={SECONDS}", str(folder), limit=LONGEST_RUN,
    )
    return Ingested(run, folder, index, expected, before)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: ascii(bad.name))
def test_each(ingested: Ingested, bad: BadFile) -> None:
    """Each file is read, or refused for what is the matter with it; no reader fails on it."""
    found = ingested.outcome(bad.name)
    assert re.search(bad.gives, found), found
    assert "reader failed" not in found


def test_one_line_each(ingested: Ingested) -> None:
    """What cannot be read has one line, which ends in what to do; there is no other failure."""
    failed = {name for name in ingested.expected if READ not in ingested.outcome(name)}
    for name in failed:
        assert len(ingested.lines(name)) == 1, name
        assert re.fullmatch(r".+: failed: [^:]+.*: [^:]+", ingested.lines(name)[0])
        assert len(ingested.lines(name)[0]) < 400
    shown = {
        line.partition(": failed: ")[0] for line in ingested.run.output.splitlines()
        if ": failed: " in line
    }
    assert shown == failed


def test_what_is_no_file_is_reported(ingested: Ingested, tmp_path: Path) -> None:
    """A pipe, a socket, a device, a link to nothing: none is opened, and each has its line."""
    for name, reason in write_no_files(tmp_path).items():
        assert re.search(reason, ingested.outcome(name)), name


def test_status_and_streams(ingested: Ingested) -> None:
    """The exit status says that some failed; nothing reaches the terminal that could steer it."""
    assert ingested.run.status == 1
    assert ingested.run.errors == ""
    assert "Traceback" not in ingested.run.output
    assert all(one == "\n" or one.isprintable() for one in ingested.run.output)


def test_names(ingested: Ingested) -> None:
    """Good letters are read whatever their names; one that is no text has its bytes escaped."""
    for name in ODD_NAMES:
        assert ingested.outcome(f"namen/{name}").startswith(READ), ascii(name)
    assert ingested.outcome(SHOWN_AS).startswith(READ)


def test_good_letters_are_answered_from(ingested: Ingested) -> None:
    """The letters amid all this are indexed and cited."""
    for question, kenmerk in (
        ("Wat wordt er in het drinkwater onderzocht?", "IENW/BSK-2025/200001"),
        ("Wie telt de wolven op de Veluwe?", "IENW/BSK-2025/200002"),
        ("Wat gebeurt er met de bodem onder speelplaatsen?", "IENW/BSK-2025/200003"),
    ):
        done = run_measured("--index", str(ingested.index), "ask", question, limit=60)
        assert kenmerk in done.output, done.output + done.errors


def test_limits(ingested: Ingested) -> None:
    """No process holds more memory than the limit allows, and no file holds up the run."""
    assert ingested.run.peaks[-1] < MEMORY_MB + BASE_MB
    assert ingested.run.seconds < LONGEST_RUN


def test_nothing_is_left(ingested: Ingested) -> None:
    """Nothing is written but the index, nothing unpacked, and no temporary file stays."""
    assert ingested.run.left == ()
    base = ingested.folder.parent
    own = {name for name in listing(base) if name.split("/")[0] == ingested.index.name}
    after = {name: at for name, at in listing(base).items() if name not in own}
    assert after == ingested.before
    assert {path.name for path in ROOT.glob("*.core")} == set()
