"""A conversation's body without the data of its images, which no one here reads

Front ends send every image of a conversation again with each question, as a data URL of megabytes.
The data are left out as they come in, so that neither memory nor parsing pays for them, and what
stays has the limit that text has.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from service.json_body import Utf8Request
from service.problem_kinds import BODY_TOO_LARGE

_MARK = b";base64,"
# PHP writes a slash in JSON as `\/`.
_DATA = re.compile(re.escape(_MARK) + rb"(?:[A-Za-z0-9+/=_-]+|\\/)+")
# The mark and half a `\/`: what is held back, so that the next piece goes on in the data.
_HELD = len(_MARK) + 1


class WithoutData:
    """Bytes of JSON in pieces, the data of its `data:` URLs left out."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, piece: bytes) -> bytes:
        """What can be told after the next piece."""
        text = _DATA.sub(_MARK, self._held + piece)
        self._held = text[-_HELD:]
        return text[:-_HELD]

    def rest(self) -> bytes:
        """What was held back, at the end."""
        return self._held


class ConversationRequest(Utf8Request):
    """A request whose body is read without the data of its images."""

    max_text_bytes: int

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body's text in pieces.

        Raises:
            HTTPException: there is more than `max_text_bytes` of it.
        """
        without = WithoutData()
        length = 0
        async for piece in super().stream():
            text = without.feed(piece)
            length += len(text)
            if length + len(without.rest()) > self.max_text_bytes:
                raise HTTPException(BODY_TOO_LARGE.status)
            yield text
        yield without.rest()


def conversation_route(max_text_bytes: int) -> type[APIRoute]:
    """The class of routes whose body is a conversation of at most so much text."""

    class ConversationRoute(APIRoute):
        """A route that reads a conversation."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """The usual handler, given a `ConversationRequest`."""
            handle = super().get_route_handler()

            async def handle_text(request: Request) -> Response:
                conversation = ConversationRequest(request.scope, request.receive)
                conversation.max_text_bytes = max_text_bytes
                return await handle(conversation)

            return handle_text

    return ConversationRoute
