"""Reading letters in processes of their own, on all cores, each file within its limits"""

from __future__ import annotations

import errno
import os
import signal
import time
from collections import deque
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from ingest import deadline
from ingest.errors import UnreadableFile
from ingest.file_format import MEGABYTE
from ingest.letter import Letter
from ingest.readers import formats
from ingest.reading import read_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.context import BaseContext

    from pebble import ProcessFuture, ProcessPool

    from ingest.supplied import Supplied

# Starting processes takes about half a second. Plain texts up to these sizes, one and all together,
# are read in less: 0.02 s for 13 kB of a letter, and seconds at the very worst.
_QUICK_FILE, _QUICK_IN_ALL = 16 * 1024, 64 * 1024
_SHOW_EVERY_SECONDS = 0.2
# What any file costs, whatever its size, as a number of bytes.
_LEAST_SIZE = 10_000
# Letters that are ready wait in memory for a slow one before them: no more of them than this.
_MOST_AHEAD = 500
# The first file in line is taken up at once, or in seconds by a process that has yet to start.
_LOST_AFTER_SECONDS = 60.0
# A file may be what ends each process that gets it; so many in a row are not to blame.
_MOST_FAILED_STARTS = 3
# Recognising the pages of one file does not count for its time limit, and ends after this.
_RECOGNITION_SECONDS = 3600.0

Outcome = Letter | UnreadableFile
# What passes between processes: the parts of an `UnreadableFile` are its reason and remedy.
_Sent = Letter | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take, and how many are read at once (None: one per core).

    The memory limit is on the address space of the process, which Linux enforces and macOS does
    not: there, and on Windows, only the time is limited. The time is apart from recognising pages,
    which may take an hour more (on Windows it is all of the time).
    """

    seconds: float = 120.0
    memory_mb: int = 2048
    processes: int | None = None


@dataclass(frozen=True, slots=True)
class ToRead:
    """The arguments of `ingest.reading.read_letter`."""

    path: Path
    source: str
    supplied: Supplied | None = None


def read_letters(
    files: Sequence[ToRead], limits: Limits, progress: Callable[[int, int], None]
) -> Iterator[Outcome]:
    """Read files, and give what became of each in the order of `files`, whichever is ready first.

    A file that takes longer or more than `limits` allow, or whose reader takes its process down,
    becomes an `UnreadableFile`, and the others are read all the same. Closing the iterator, or an
    exception in the loop over it, ends all processes. `progress` gets how much is done and how much
    there is, in bytes: what files take differs a thousandfold, and by its size at least roughly.

    Raises:
        OSError: processes cannot be started, or end as soon as they have started.
    """
    sizes = [_size(file.path) + _LEAST_SIZE for file in files]
    totals = [0, *accumulate(sizes)]

    def show(done: int, later: Sequence[bool]) -> None:
        ready = (size for size, is_done in zip(sizes[done:], later, strict=False) if is_done)
        progress(totals[done] + sum(ready), totals[-1])

    if all(map(_is_quick, files)) and sum(_size(file.path) for file in files) <= _QUICK_IN_ALL:
        for number, file in enumerate(files):
            show(number, ())
            yield _received(_read(file, limits))
        show(len(files), ())
        return
    done = failed_starts = 0
    while done < len(files):
        before = done
        for outcome in _read_apart(files, done, limits, show):
            yield outcome
            done += 1
        failed_starts = failed_starts + 1 if done == before else 0
        if failed_starts == _MOST_FAILED_STARTS:
            raise OSError("each ends before it has begun on a file")
        if failed_starts:
            yield UnreadableFile(
                "the process that was to read it ended at once",
                "raise --file-memory, and see that processes can be started here",
            )
            done += 1


def _read_apart(
    files: Sequence[ToRead], first: int, limits: Limits,
    show: Callable[[int, Sequence[bool]], None],
) -> Iterator[Outcome]:
    """Read `files[first:]` in processes; stops short where the pool of processes breaks down.

    `show` gets how many of all files are done, and of each after those whether it is.
    """
    # Each process holds itself to the limit, where it can: it knows what it is busy with.
    longest = limits.seconds + (_RECOGNITION_SECONDS if deadline.CAN_LIMIT else 0)
    left = iter(files[first:])
    futures: deque[ProcessFuture[_Sent]] = deque()
    with _pool(min(limits.processes or _cores(), len(files) - first), limits) as pool:
        for number in range(first, len(files)):
            try:
                for file in islice(left, _MOST_AHEAD - len(futures)):
                    futures.append(pool.schedule(_read_within, (file, limits), timeout=longest))
            except RuntimeError:
                # Which is what a pool that has broken down says, `BrokenProcessPool` or not.
                return
            future = futures.popleft()
            since = time.monotonic()
            while wait([future], timeout=_SHOW_EVERY_SECONDS).not_done:
                show(number, [False, *(one.done() for one in futures)])
                is_lost = not future.running() and time.monotonic() - since > _LOST_AFTER_SECONDS
                if is_lost or not pool.active:
                    return
            try:
                outcome = _result(future, limits)
            except BrokenProcessPool:
                return
            show(number + 1, [one.done() for one in futures])
            yield outcome


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_quick(file: ToRead) -> bool:
    """Whether a file can neither stall its reader nor fill the memory: a small plain text."""
    plain = next(one for one in formats() if one.media_type == "text/plain")
    named = file.path.suffix.lower() in plain.extensions
    # Opening what is no regular file, such as a pipe, may wait for ever.
    return named and file.path.is_file() and _size(file.path) <= _QUICK_FILE


@contextmanager
def _pool(processes: int, limits: Limits) -> Iterator[ProcessPool]:
    from pebble import ProcessPool

    pool = ProcessPool(
        processes, initializer=limit_this_process, initargs=(limits.memory_mb,),
        context=process_context(),
    )
    try:
        yield pool
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def process_context() -> BaseContext:
    """How processes are started: never by a plain fork, since a service has threads that hold
    locks, but from a small process that has the readers loaded, where the system has that."""
    import multiprocessing

    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ingest.isolation"])
    return context


def limit_this_process(memory_mb: int) -> None:
    """Run in a new process before it reads its first file."""
    _write_nothing()
    if hasattr(os, "setsid"):
        # A group of its own, so that programs that it starts (OCR) can be ended with it.
        os.setsid()
        signal.signal(signal.SIGTERM, _end_group)
        Thread(target=_end_with_parent, daemon=True).start()
    with suppress(ImportError, ValueError, OSError):
        import resource

        # A crash is reported; its memory image would only fill the disk.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # The machine may have a limit of its own, which cannot be raised.
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = memory_mb * MEGABYTE
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _write_nothing() -> None:
    """Let nothing that this process writes reach the terminal, or the JSON on standard output.

    What a library complains of, and the pages of "MemoryError" that Python prints when the memory
    is gone while it reports just that, tell nothing that the one line on the file does not.
    """
    with open(os.devnull, "w") as nothing:
        for stream in (1, 2):
            os.dup2(nothing.fileno(), stream)


def _end_with_parent() -> None:
    """End as soon as the process that asked for reading is gone, however that ended."""
    from multiprocessing import parent_process

    if parent := parent_process():
        parent.join()
        _end_group()


def _end_group(*_: object) -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _read_within(file: ToRead, limits: Limits) -> _Sent:
    """Read a file in a worker, within its time."""
    with deadline.limited(limits.seconds):
        return _read(file, limits)


def _read(file: ToRead, limits: Limits) -> _Sent:
    try:
        return read_letter(file.path, file.source, file.supplied)
    except UnreadableFile as error:
        return error.reason, error.remedy
    # One file must not end the run, whatever a reader or a library under it makes of it.
    except (Exception, SystemExit) as error:
        if _is_out_of_memory(error):
            return _too_large(limits)
        if isinstance(error, OSError):
            return f"it cannot be opened ({error.strerror or error})", "check its rights"
        what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return (
            f"its reader failed ({what})",
            "see whether it opens elsewhere, save it anew, and report this message",
        )


def _is_out_of_memory(error: BaseException) -> bool:
    """Whether the memory is gone, which the system and its loader of libraries say otherwise."""
    no_room = getattr(error, "errno", None) == errno.ENOMEM or "failed to map" in str(error)
    return isinstance(error, MemoryError) or no_room


def _too_large(limits: Limits) -> tuple[str, str]:
    return (
        f"reading it took more than {limits.memory_mb} MB of memory",
        "split it, or raise --file-memory",
    )


def _too_long(limits: Limits, *, recognising: bool) -> UnreadableFile:
    if recognising:
        minutes = _RECOGNITION_SECONDS / 60
        return UnreadableFile(f"recognising its pages took over {minutes:.0f} minutes", "split it")
    return UnreadableFile(
        f"reading it took longer than {limits.seconds:g} s", "split it, or raise --file-timeout"
    )


def _received(sent: _Sent) -> Outcome:
    return sent if isinstance(sent, Letter) else UnreadableFile(*sent)


def _result(future: ProcessFuture[_Sent], limits: Limits) -> Outcome:
    from pebble import ProcessExpired

    try:
        return _received(future.result())
    except TimeoutError:
        return _too_long(limits, recognising=deadline.CAN_LIMIT)
    except MemoryError:
        return UnreadableFile(*_too_large(limits))
    except ProcessExpired as error:
        if deadline.was_reached(error.exitcode):
            return _too_long(limits, recognising=False)
        return UnreadableFile(
            f"its reader crashed (exit status {error.exitcode}), which is what damaged files do, "
            f"and those that need more than {limits.memory_mb} MB",
            "save it anew from the program that made it, or raise --file-memory",
        )
