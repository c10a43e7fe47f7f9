"""An answer by server-sent events, each piece as soon as it is proven

The headers are sent only when an answer (or a refusal) begins: what goes wrong before that is an
error like any other. Later it is an event with a problem. While a language model is slow, comments
keep the connection open, which clients leave out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from typing import Protocol

from fastapi.sse import KEEPALIVE_COMMENT
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service import problems
from service.contract import AskResponse
from service.listener import HungUp, Listener
from service.waiting import in_thread

KEEP_ALIVE_S = 15.0
_BEGUN = ""


class Events(Protocol):
    """How an answer is told as server-sent events, each of them whole."""

    def opening(self) -> Iterable[bytes]:
        """What comes first."""

    def piece(self, text: str) -> bytes:
        """The next piece of the answer."""

    def closing(self, response: AskResponse) -> Iterable[bytes]:
        """What comes when the whole answer is there."""

    def failed(self, problem: bytes) -> bytes:
        """What comes instead, with the body of the problem that ended it."""


class AnswerStream(Response):
    """A response that asks, and sends what is heard.

    `ask` is a blocking call that is given who listens. A comment is sent after each `keep_alive_s`
    seconds without an event.
    """

    media_type = "text/event-stream"

    def __init__(
        self, ask: Callable[[Listener], AskResponse], events: Events,
        keep_alive_s: float = KEEP_ALIVE_S,
    ) -> None:
        # Not that of the class above: it would declare a length.
        self.status_code = 200
        self.background = None
        # nginx would hold the pieces back.
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._ask = ask
        self._events = events
        self._keep_alive_s = keep_alive_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the events until the answer ends or the client goes away.

        Raises:
            Exception: what the call raised before an answer began.
        """
        loop = asyncio.get_running_loop()
        heard: asyncio.Queue[str | None] = asyncio.Queue()

        def hear(text: str = _BEGUN) -> None:
            loop.call_soon_threadsafe(heard.put_nowait, text)

        listener = Listener(on_text=hear, on_begin=hear)
        async with in_thread(lambda: self._ask(listener), listener, receive) as answering:
            answering.add_done_callback(lambda _: heard.put_nowait(None))
            if await heard.get() is None and answering.exception() is not None:
                answering.result()
            await send(
                {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            )
            async with aclosing(self._told(heard, answering, Request(scope))) as events:
                async for event in events:
                    await send({"type": "http.response.body", "body": event, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _told(
        self, heard: asyncio.Queue[str | None], answering: asyncio.Task[AskResponse],
        request: Request,
    ) -> AsyncGenerator[bytes]:
        for event in self._events.opening():
            yield event
        try:
            async for text in self._pieces(heard, answering):
                yield KEEPALIVE_COMMENT if text is None else self._events.piece(text)
            for event in self._events.closing(answering.result()):
                yield event
        except HungUp:
            return
        except Exception as error:
            failed = await problems.response_to(request, error)
            yield self._events.failed(bytes(failed.body))

    async def _pieces(
        self, heard: asyncio.Queue[str | None], answering: asyncio.Task[AskResponse]
    ) -> AsyncIterator[str | None]:
        """The pieces of the answer until its end; None each time when there was none for long."""
        while not (answering.done() and heard.empty()):
            try:
                async with asyncio.timeout(self._keep_alive_s):
                    text = await heard.get()
            except TimeoutError:
                yield None
                continue
            if text:
                yield text
