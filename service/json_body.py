"""Request bodies of JSON: read as UTF-8 alone"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response


class Utf8Request(Request):
    """JSON is read as UTF-8 only: `json.loads` on bytes guesses, and lets broken UTF-8 through."""

    async def json(self) -> Any:
        """The parsed body; raises `UnicodeDecodeError` or `json.JSONDecodeError`."""
        return json.loads((await self.body()).decode("utf-8-sig"))


class Utf8Route(APIRoute):
    """A route whose body must be UTF-8."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The usual handler, given a `Utf8Request`."""
        handle = super().get_route_handler()

        async def handle_utf8(request: Request) -> Response:
            return await handle(Utf8Request(request.scope, request.receive))

        return handle_utf8
