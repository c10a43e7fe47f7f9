"""Answering while a client waits: in a thread, and no longer than it waits"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.types import Receive

from service.contract import AskRequest, AskResponse
from service.interface import Library
from service.listener import Listener

_Result = TypeVar("_Result")


@asynccontextmanager
async def in_thread(
    call: Callable[[], _Result], listener: Listener, receive: Receive,
    threads: CapacityLimiter | None = None,
) -> AsyncIterator[asyncio.Task[_Result]]:
    """The task of a blocking `call` that `listener` listens to, in one of `threads`; without
    them, in one of Starlette's.

    `listener` hangs up as soon as the client goes away, and at the end of the block, which comes
    only when the thread is done. The request's body must have been read: what `receive` gives then
    is that the client has gone.
    """

    async def hang_up_when_gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        listener.hang_up()

    answering = asyncio.create_task(to_thread.run_sync(call, limiter=threads))
    watching = asyncio.create_task(hang_up_when_gone())
    try:
        yield answering
    finally:
        listener.hang_up()
        watching.cancel()
        await asyncio.wait([answering, watching])
        if not answering.cancelled():
            # Looked at, so that nobody is told of an error that no one waited for.
            answering.exception()


async def answered(
    library: Library, question: AskRequest, request_id: str, receive: Receive,
    listener: Listener | None = None,
) -> AskResponse:
    """What the library answers, given up when the client goes away.

    Raises:
        HungUp: the client went away.
    """
    listener = listener or Listener()
    call = partial(library.ask, question, request_id, listener)
    async with in_thread(call, listener, receive) as answering:
        return await answering
