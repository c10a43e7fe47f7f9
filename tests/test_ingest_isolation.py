"""Reading in processes: one letter cannot stall the run, fill the memory or take it down."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from ingest import isolation
from ingest.deadline import paused
from ingest.errors import UnreadableFile
from ingest.isolation import Limits, ToRead, read_letters
from ingest.letter import Letter
from ingest.reading import read_letter
from tests.conftest import CORPUS, must_end, write_letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.isolation import Outcome
    from ingest.supplied import Supplied

ROOT = Path(__file__).parents[1]
LIMITS = Limits(seconds=60, processes=2)


class Deadly:
    """Stands for a library that a damaged file crashes: looking at it ends the process."""

    def __bool__(self) -> bool:
        os.kill(os.getpid(), signal.SIGSEGV)
        return True


class Unpacked:
    """Ends the process that receives it, before that has begun on a file."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (1,)


class Forgotten:
    """Ends the process that receives it as a `MemoryError` does: no file is said to have begun."""

    def __reduce__(self) -> tuple[object, tuple[()]]:
        return _raise_memory_error, ()


def _raise_memory_error() -> None:
    raise MemoryError


class Exiting:
    """Stands for a library that ends the program where it should raise."""

    def __bool__(self) -> bool:
        sys.exit(3)


class Noisy:
    """Stands for a library that complains of a file to the terminal, past Python."""

    def __bool__(self) -> bool:
        os.write(1, b"noise")
        os.write(2, b"noise")
        raise MemoryError


class Stuck:
    """Stands for a library that neither comes back nor lets Python run: looking at it stalls."""

    def __bool__(self) -> bool:
        ctypes.PyDLL(None).sleep(100)
        return True


class Recognised:
    """Stands for a scan: pages are recognised for `seconds`, which may take at most `longest`."""

    def __init__(self, seconds: float, longest: float) -> None:
        self.seconds = seconds
        self.longest = longest

    def __bool__(self) -> bool:
        with paused(self.longest):
            time.sleep(self.seconds)
        return False


@pytest.fixture(autouse=True)
def _always_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small texts too are read in processes."""
    monkeypatch.setattr(isolation, "_QUICK_IN_ALL", -1)


@pytest.fixture
def letters(tmp_path: Path) -> list[ToRead]:
    """Three small letters."""
    paths = [write_letter(tmp_path, f"{n}.txt", f"Brief {n} gaat over water.") for n in range(3)]
    return [ToRead(path, path.name) for path in paths]


def read_all(files: Sequence[ToRead], limits: Limits = LIMITS) -> list[Outcome]:
    """What became of each file."""
    with must_end(120):
        return list(read_letters(files, limits, lambda done, total: None))


def names(outcomes: Sequence[Outcome]) -> list[str]:
    """The names of the letters read, and the reasons why others were not."""
    return [one.source if isinstance(one, Letter) else one.reason for one in outcomes]


@pytest.mark.parametrize("ahead", [1, 500])
def test_letters_come_out_as_they_are_read_one_by_one(
    ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading side by side changes nothing: the same letters, in the order they were given in."""
    monkeypatch.setattr(isolation, "_MOST_AHEAD", ahead)
    files = [ToRead(path, path.name) for path in sorted(CORPUS.glob("*.txt"))]
    done: list[tuple[int, int]] = []
    with must_end(120):
        outcomes = list(read_letters(files, LIMITS, lambda *now: done.append(now)))
    assert outcomes == [read_letter(file.path) for file in files]
    assert done == sorted(done)
    assert done[-1][0] == done[-1][1] > sum(file.path.stat().st_size for file in files)


def test_a_few_small_texts_start_no_process(
    letters: list[ToRead], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small folder does not wait for processes; a text that is not small does."""
    monkeypatch.undo()

    def no_pool(*_: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(isolation, "_pool", no_pool)
    assert names(read_all(letters)) == ["0.txt", "1.txt", "2.txt"]
    letters[0].path.write_text("Een lange brief. " * 2000)
    with pytest.raises(AssertionError, match="process was started"):
        read_all(letters)


def test_a_file_that_stalls_costs_only_its_time(letters: list[ToRead], tmp_path: Path) -> None:
    """It ends at the limit with what to do, in its place in the order, and the rest is read."""
    os.mkfifo(tmp_path / "stil.txt")
    stalled = ToRead(tmp_path / "stil.txt", "stil.txt")
    outcomes = read_all([stalled, *letters], Limits(seconds=1, processes=2))
    assert names(outcomes) == ["reading it took longer than 1 s", "0.txt", "1.txt", "2.txt"]
    assert "--file-timeout" in cast("UnreadableFile", outcomes[0]).remedy


def test_a_reader_that_never_comes_back_to_python_ends_too(letters: list[ToRead]) -> None:
    """The limit holds where no line of Python is run any more."""
    stuck = ToRead(letters[0].path, "0.txt", cast("Supplied", Stuck()))
    outcomes = read_all([stuck, letters[1]], Limits(seconds=1, processes=2))
    assert names(outcomes) == ["reading it took longer than 1 s", "1.txt"]


def test_recognising_pages_does_not_count_for_the_limit(letters: list[ToRead]) -> None:
    """A scan of many pages is read, however long that takes; a page that stalls is ended."""
    scan = ToRead(letters[0].path, "0.txt", cast("Supplied", Recognised(6, longest=60)))
    stalled = ToRead(letters[1].path, "1.txt", cast("Supplied", Recognised(60, longest=1)))
    outcomes = read_all([scan, stalled], Limits(seconds=3, processes=2))
    assert names(outcomes) == ["0.txt", "reading it took longer than 3 s"]


def test_recognition_has_an_end(
    letters: list[ToRead], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of endlessly many scanned pages ends as well, and is named for what it is."""
    monkeypatch.setattr(isolation, "_RECOGNITION_SECONDS", 0.5)
    scan = ToRead(letters[0].path, "0.txt", cast("Supplied", Recognised(60, longest=60)))
    outcomes = read_all([scan, letters[1]], Limits(seconds=1, processes=2))
    assert names(outcomes) == ["recognising its pages took over 0 minutes", "1.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_a_file_that_fills_the_memory_costs_only_itself(
    letters: list[ToRead], tmp_path: Path
) -> None:
    """A file that needs more than the limit is named with what to do; its neighbours are read."""
    (tmp_path / "groot.txt").write_bytes("één woord \n".encode() * 3_500_000)
    big = ToRead(tmp_path / "groot.txt", "groot.txt")
    outcomes = read_all([letters[0], big, letters[1]], Limits(60, 300, 2))
    assert isinstance(outcomes[1], UnreadableFile)
    assert "300 MB" in str(outcomes[1])
    assert "--file-memory" in outcomes[1].remedy
    assert [names(outcomes)[at] for at in (0, 2)] == ["0.txt", "1.txt"]


_LIMITED = """
import resource, sys
from pathlib import Path
from ingest.isolation import Limits, ToRead, read_letters
if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    file = ToRead(Path(sys.argv[1]), "groot.txt")
    print(*read_letters([file], Limits(60, 300), lambda done, total: None))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_memory_is_limited_where_the_machine_has_a_limit_too(tmp_path: Path) -> None:
    """A limit of the machine (`ulimit -v`) that cannot be raised leaves ours in force."""
    (tmp_path / "groot.txt").write_bytes("één woord \n".encode() * 3_500_000)
    assert "300 MB" in _printed(_LIMITED, tmp_path / "groot.txt")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_too_little_memory_for_any_file_is_said_to_be_that(letters: list[ToRead]) -> None:
    """Where not even a reader's libraries can be loaded, that is no fault of the reader."""
    for outcome in read_all(letters, Limits(60, 60, 2)):
        assert isinstance(outcome, UnreadableFile)
        assert "--file-memory" in outcome.remedy


@pytest.mark.parametrize("poison", [Deadly(), Unpacked()])
def test_a_crash_costs_only_the_file_that_caused_it(
    letters: list[ToRead], poison: object
) -> None:
    """A library that takes its process down leaves the others, before and after it, unharmed."""
    deadly = ToRead(letters[1].path, letters[1].source, cast("Supplied", poison))
    outcomes = read_all([deadly, letters[0], letters[2]])
    assert isinstance(outcomes[0], UnreadableFile)
    assert "--file-memory" in outcomes[0].remedy
    assert names(outcomes)[1:] == ["0.txt", "2.txt"]


_NOISY = """
import sys
from pathlib import Path
from ingest import isolation
from ingest.isolation import Limits, ToRead, read_letters
from tests.test_ingest_isolation import Noisy
if __name__ == "__main__":
    isolation._QUICK_IN_ALL = -1
    file = ToRead(Path(sys.argv[1]), "0.txt", Noisy())
    print(*read_letters([file], Limits(), lambda done, total: None))
"""


def _printed(program: str, path: Path) -> str:
    """What a program prints of a file; it must print nothing on standard error."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=True,
    )
    assert done.stderr == ""
    return done.stdout


def test_what_a_library_complains_of_stays_out_of_the_report(letters: list[ToRead]) -> None:
    """The terminal gets the one line on a file, and not what went wrong under it."""
    printed = _printed(_NOISY, letters[0].path)
    assert "--file-memory" in printed
    assert "noise" not in printed


@pytest.mark.parametrize(
    ("wrong", "what"), [("no such thing", "AttributeError"), (Exiting(), "SystemExit: 3")]
)
def test_a_fault_of_a_reader_is_one_line(
    letters: list[ToRead], wrong: object, what: str
) -> None:
    """Whatever a reader raises becomes a failure of that file, in one line."""
    faulty = ToRead(letters[0].path, letters[0].source, cast("Supplied", wrong))
    outcomes = read_all([faulty, letters[1]])
    assert names(outcomes)[1:] == ["1.txt"]
    assert isinstance(outcomes[0], UnreadableFile)
    assert outcomes[0].reason.startswith(f"its reader failed ({what}")
    assert "\n" not in str(outcomes[0])


def test_a_file_that_gets_lost_is_named(
    letters: list[ToRead], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that ends between two files cannot make the run wait for ever."""
    monkeypatch.setattr(isolation, "_LOST_AFTER_SECONDS", 5.0)
    busy = ToRead(letters[0].path, "0.txt", cast("Supplied", Recognised(3, longest=60)))
    lost = ToRead(letters[1].path, "1.txt", cast("Supplied", Forgotten()))
    outcomes = read_all([busy, lost, letters[2]])
    assert names(outcomes) == ["0.txt", "the process that was to read it ended at once", "2.txt"]


class BrokenPool:
    """Stands for processes that cannot be started."""

    def schedule(self, *_: object, **__: object) -> None:
        """Says what a pool says that has broken down."""
        raise RuntimeError("The Pool is not active")


def test_a_machine_that_starts_no_processes_is_no_fault_of_the_files(
    letters: list[ToRead], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every file of a folder is tried in vain, nor taken for one that cannot be read."""
    monkeypatch.setattr(isolation, "_pool", lambda *_: nullcontext(BrokenPool()))
    reading = read_letters(letters * 9, LIMITS, lambda done, total: None)
    assert names([next(reading), next(reading)])[0].endswith("ended at once")
    with pytest.raises(OSError, match="before it has begun"):
        next(reading)


def test_a_file_that_cannot_be_opened_is_named(letters: list[ToRead], tmp_path: Path) -> None:
    """A file that went away meanwhile is a failure like others."""
    gone = ToRead(tmp_path / "weg.txt", "weg.txt")
    assert names(read_all([gone, letters[0]]))[1] == "0.txt"
    assert "cannot be opened" in names(read_all([gone]))[0]


def test_stopping_halfway_ends_all_processes(letters: list[ToRead], tmp_path: Path) -> None:
    """No process goes on reading for an ingest that has ended."""
    os.mkfifo(tmp_path / "stil.txt")
    files = [letters[0], ToRead(tmp_path / "stil.txt", "stil.txt")]
    with must_end(60):
        reading = read_letters(files, LIMITS, lambda done, total: None)
        assert isinstance(next(reading), Letter)
        assert multiprocessing.active_children()
        reading.close()  # type: ignore[attr-defined]
        assert not multiprocessing.active_children()


_PROGRAM = """
import multiprocessing, sys
from pathlib import Path
from ingest.isolation import Limits, ToRead, read_letters
if __name__ == "__main__":
    def show(done, total):
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    list(read_letters([ToRead(Path(sys.argv[1]), "stil.txt")], Limits(), show))
"""


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_end_leaves_no_process_behind(tmp_path: Path, end: signal.Signals) -> None:
    """Ctrl-C, a service that is stopped and one that is killed while a file stalls: the run ends,
    and its processes with it."""
    os.mkfifo(tmp_path / "stil.txt")
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(tmp_path / "stil.txt")], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:
        assert process.stdout is not None
        workers = list(map(int, process.stdout.readline().split()))
        process.send_signal(end)
        process.wait(timeout=30)
    assert workers
    deadline = time.monotonic() + 20
    while any(map(_lives, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(_lives, workers))
