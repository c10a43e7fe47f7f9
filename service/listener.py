"""Who waits for an answer: hears its pieces as they are proven, and may hang up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class HungUp(Exception):
    """Who asked is gone: nobody waits for the answer any more."""


def _nothing(*_: str) -> None:
    """What a listener does that only waits."""


class Listener:
    """The other end of one question; `hang_up` may be called from any thread.

    `on_begin` is called once, when what was found is known and an answer begins (or a refusal);
    `on_text` with each piece of the answer, in order: together they are the answer's text. Both
    are called from the thread that answers.
    """

    def __init__(
        self, on_text: Callable[[str], None] = _nothing, on_begin: Callable[[], None] = _nothing
    ) -> None:
        self._on_text = on_text
        self._on_begin = on_begin
        self._begun = False
        self._lock = threading.Lock()
        self._hung_up = False
        self._heard: list[str] = []
        self._callbacks: list[Callable[[], None]] = []

    @property
    def hung_up(self) -> bool:
        """Whether nobody waits any more."""
        return self._hung_up

    @property
    def heard(self) -> str:
        """The pieces of the answer that were passed on so far; who only waits hears none."""
        return "".join(self._heard)

    def begun(self) -> None:
        """Say that an answer begins; only the first time is heard.

        Raises:
            HungUp: nobody waits any more.
        """
        self.check()
        if not self._begun:
            self._begun = True
            self._on_begin()

    def hear(self, text: str) -> None:
        """Hear the next piece of the answer.

        Raises:
            HungUp: nobody waits any more.
        """
        self.begun()
        self._on_text(text)
        if self._on_text is not _nothing:
            self._heard.append(text)

    def check(self) -> None:
        """Go on only while somebody waits.

        Raises:
            HungUp: nobody does any more.
        """
        if self._hung_up:
            raise HungUp

    def hang_up(self) -> None:
        """Wait no more: what `when_hung_up` holds is called, once, in this thread."""
        with self._lock:
            callbacks, self._callbacks = self._callbacks, []
            self._hung_up = True
        for callback in callbacks:
            callback()

    @contextmanager
    def when_hung_up(self, callback: Callable[[], None]) -> Iterator[None]:
        """Within the block, a hang-up calls `callback`: at once, if it has been already."""
        with self._lock:
            if not self._hung_up:
                self._callbacks.append(callback)
        if self._hung_up:
            callback()
        try:
            yield
        finally:
            with self._lock:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)
