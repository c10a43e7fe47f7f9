"""Drawing pages in a process of its own, which is kept for the next page and ended when it hangs"""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import CancelledError, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from ingest import deadline
from ingest.errors import UnreadableFile
from ingest.isolation import Limits, limit_this_process, process_context
from ingest.page_image import page_png

if TYPE_CHECKING:
    from pathlib import Path

    from pebble import ProcessFuture, ProcessPool

LIMITS = Limits(seconds=20.0)
# A process that is to hold itself to its time, and does not, is ended after so much more.
_GRACE_SECONDS = 5.0
_LOOK_EVERY_SECONDS = 0.1
# Answering questions goes first.
_NICENESS = 10
_ADVICE = "open the letter's file itself, or read its text"
# What passes between processes: the image, or the reason and remedy of an `UnreadableFile`.
_Sent = bytes | tuple[str, str]


class DrawingEnded(Exception):
    """The drawer was closed, and draws no more."""


class Drawer:
    """Draws one page at a time, for many threads; `close` ends its process.

    The process starts with the first page (half a second), and anew after a page that it could not
    survive. It has the limits of `ingest.isolation` on its time and memory: a PDF may be made to
    harm who draws it.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._turn = threading.Lock()
        self._closed = threading.Event()
        self._pool: ProcessPool | None = None

    def draw(self, path: Path, number: int, width: int) -> bytes:
        """A page as `ingest.page_image.page_png` gives it.

        Raises:
            UnreadableFile: it cannot be drawn, or not within the limits.
            DrawingEnded: the drawer was closed.
            OSError: there is no such file, or no process can be started.
        """
        with self._turn:
            sent = self._drawn(path, number, width)
        if isinstance(sent, tuple):
            raise UnreadableFile(*sent)
        return sent

    def close(self) -> None:
        """End the process; what is being drawn is given up. May be called again."""
        self._closed.set()
        with self._turn:
            self._end_process()

    def _drawn(self, path: Path, number: int, width: int) -> _Sent:
        for _ in range(2):
            try:
                return self._result(self._scheduled(path, number, width))
            except (BrokenProcessPool, CancelledError):
                # It was ended from outside while it waited for a page.
                self._end_process()
        raise OSError("the process that draws pages ends at once")

    def _scheduled(self, path: Path, number: int, width: int) -> ProcessFuture[_Sent]:
        if self._closed.is_set():
            raise DrawingEnded
        if self._pool is not None and not self._pool.active:
            self._end_process()
        if self._pool is None:
            self._pool = _new_pool(self._limits)
        longest = self._limits.seconds + (_GRACE_SECONDS if deadline.CAN_LIMIT else 0)
        arguments = (path, number, width, self._limits)
        try:
            return self._pool.schedule(_draw_within, arguments, timeout=longest)
        except RuntimeError as error:
            # Which is what a pool that broke down a moment ago says.
            raise BrokenProcessPool from error

    def _result(self, future: ProcessFuture[_Sent]) -> _Sent:
        from pebble import ProcessExpired

        while wait([future], timeout=_LOOK_EVERY_SECONDS).not_done:
            if self._closed.is_set():
                raise DrawingEnded
            if self._pool is None or not self._pool.active:
                raise BrokenProcessPool
        try:
            return future.result()
        except TimeoutError:
            return _too_long(self._limits)
        except MemoryError:
            return _too_large(self._limits)
        except ProcessExpired as error:
            if deadline.was_reached(error.exitcode):
                return _too_long(self._limits)
            return "what draws it crashed, or needed too much memory", _ADVICE

    def _end_process(self) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


def _new_pool(limits: Limits) -> ProcessPool:
    from pebble import ProcessPool

    return ProcessPool(
        1, initializer=_prepare, initargs=(limits.memory_mb,), context=process_context()
    )


def _prepare(memory_mb: int) -> None:
    """Run in the new process before it draws its first page."""
    limit_this_process(memory_mb)
    # It starts no programs that would have to be ended with it, and in a library that never comes
    # back to Python the system alone can end it at once.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


def _draw_within(path: Path, number: int, width: int, limits: Limits) -> _Sent:
    """Draw a page in the process, within its time."""
    try:
        with deadline.limited(limits.seconds):
            return page_png(path, number, width)
    except UnreadableFile as error:
        return error.reason, error.remedy
    except MemoryError:
        return _too_large(limits)
    except OSError:
        raise
    # One page must not end the drawing of others, whatever a library makes of it.
    except Exception as error:
        return f"what draws it failed ({type(error).__name__})", _ADVICE


def _too_long(limits: Limits) -> tuple[str, str]:
    return f"drawing it took longer than {limits.seconds:g} s", _ADVICE


def _too_large(limits: Limits) -> tuple[str, str]:
    return f"drawing it took more than {limits.memory_mb} MB of memory", _ADVICE
