"""Questions take turns: a few are worked on at once, in the order that they came

Answering is work for one core of Python at a time: more threads at it answer no more, keep one
another from their caches, and keep the event loop waiting that letters and health checks need.
`eval.bench.load` measures it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from service.listener import HungUp, Listener

AT_ONCE = 8


class Turns:
    """`at_once` places, each taken in a thread of its own; who waits longest is next."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = at_once
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    @contextmanager
    def taken(self, listener: Listener) -> Iterator[None]:
        """A place for the length of the block, waited for as long as `listener` does.

        Raises:
            HungUp: nobody waits any more.
        """
        self._take(listener)
        try:
            yield
        finally:
            self._give_back()

    def _take(self, listener: Listener) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            called = threading.Event()
            self._waiting.append(called)
        with listener.when_hung_up(called.set):
            called.wait()
        with self._lock:
            # Whoever is called for a place does not stand in the queue any more.
            if called in self._waiting:
                self._waiting.remove(called)
                raise HungUp

    def _give_back(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
