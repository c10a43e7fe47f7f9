"""What a caller sees of a call to the language model: its text as it comes, or why there is none"""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from service.listener import Listener

# A role and a content, as OpenAI's chat completions have them.
Message = Mapping[str, str]

FailureCode = Literal["slow", "down", "busy", "refused", "nonsense", "broken"]


class ModelFailed(Exception):
    """The language model gave no reply, or not the whole of one; the message says what to do.

    `code` is "slow" (no first token in time, or not complete in time), "down" (cannot be reached,
    fails, or failed too often of late), "busy" (too many calls at once), "refused" (it does not
    take the request: the settings are wrong), "nonsense" (what it sent is no reply) or "broken"
    (the reply ended in the middle). The message holds no key, and nothing that the server said but
    its short error code.
    """

    def __init__(self, code: FailureCode, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call cost, in tokens, as the server counts them."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A call that ended well; `usage` where the server said."""

    usage: Usage | None


class Reply:
    """The pieces of a reply, in order, as they come; to be read by one thread.

    `start` begins the call: it is given what takes each piece, and returns its end to come. Reading
    raises `ModelFailed` where the call fails (after the pieces that came), and `HungUp` as soon as
    the listener hangs up. Closing a reply, or letting go of it, ends the call at once.
    """

    def __init__(
        self, start: Callable[[Callable[[str], None]], Future[Answered]], listener: Listener
    ) -> None:
        # Unbounded, but the text of a reply is not.
        pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._pieces = pieces
        self._listener = listener
        self._is_closed = False
        self._call = call = start(pieces.put)
        # The end comes after all pieces, or at once when the call is cancelled. Nothing here may
        # hold this object itself: letting go of it would not end the call then.
        call.add_done_callback(lambda _: pieces.put(None))
        self._watched = ExitStack()
        self._watched.enter_context(listener.when_hung_up(lambda: _cancel(call)))

    @property
    def usage(self) -> Usage | None:
        """What the call cost, once it has ended and where the server says."""
        if not self.has_ended or self._call.cancelled() or self._call.exception():
            return None
        return self._call.result().usage

    @property
    def has_ended(self) -> bool:
        """Whether no more pieces will come than are there."""
        return self._call.done()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        piece = None if self._is_closed else self._pieces.get()
        if self._is_closed:
            raise StopIteration
        if piece is not None and not self._listener.hung_up:
            return piece
        self.close()
        self._listener.check()
        self._raise_failure()
        raise StopIteration

    def _raise_failure(self) -> None:
        if self._call.cancelled():
            raise ModelFailed("down", "the language model was closed: ask again in a moment")
        if error := self._call.exception():
            raise error

    def close(self) -> None:
        """Read no more, and end the call if it has not ended."""
        self._is_closed = True
        self._watched.close()
        _cancel(self._call)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if call := getattr(self, "_call", None):
            _cancel(call)


def _cancel(call: Future[Answered]) -> None:
    call.cancel()

