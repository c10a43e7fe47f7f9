"""The time limit of a process that reads a letter; it stands still while a page is recognised"""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Windows has no such timer: there, whoever started the process has to hold it to the limit.
CAN_LIMIT = hasattr(signal, "setitimer")


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End this process by SIGALRM where what is done here takes longer than `seconds`.

    The signal keeps its default action, which the system carries out: a library that never comes
    back to Python ends too. Nothing happens where the system has no such timer.
    """
    if not CAN_LIMIT:
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def paused(longest: float) -> Iterator[None]:
    """Let the limit of this process, if it has one, stand still, for at most `longest` seconds.

    What is done here, such as recognising a page, has a limit of its own, and a document may hold
    hundreds of pages.
    """
    left = signal.getitimer(signal.ITIMER_REAL)[0] if CAN_LIMIT else 0.0
    if not left:
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, left + longest)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)


def was_reached(exit_status: int | None) -> bool:
    """Whether a process with this exit status (minus the signal that ended it) was ended by it."""
    return CAN_LIMIT and exit_status == -signal.SIGALRM
