"""Who asks, by which way, and under which request id: known wherever the request is worked on

Kept in a context variable: whatever the event loop or its threads do for a request sees its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request: its id, the way it came (`ask`, `chat`, `mcp`, `page`, `helpdesk/NAME`,
    `command-line`), and the id of the API key that it came with, None where none was needed."""

    request_id: str = ""
    channel: str = ""
    key_id: str | None = None


_NONE = RequestContext()
_CURRENT: ContextVar[RequestContext] = ContextVar("request", default=_NONE)


def current_request() -> RequestContext:
    """The request that is worked on here; an empty one outside of any."""
    return _CURRENT.get()


@contextmanager
def working_on(request: RequestContext) -> Iterator[None]:
    """Within the block, `request` is the current one, here and in the tasks begun here."""
    token = _CURRENT.set(request)
    try:
        yield
    finally:
        _CURRENT.reset(token)
