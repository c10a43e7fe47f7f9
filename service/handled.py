"""Every HTTP request once it is handled, told to the metrics and the log: route, status, seconds"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.problems import CLIENT_GONE, problem_of, request_id_of
from service.request_context import RequestContext, current_request

# What no route answers, or was refused before one was looked for: senders make up addresses and
# methods without end.
NO_ROUTE = OTHER_METHOD = "other"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Handled:
    """A request and how it ended: `route` is the template of its address (`/v1/letters/{letter_id}`
    and never the address itself), `problem` the name of the problem that it was answered with, None
    where it was not. A client that hangs up before it is answered has status 499."""

    method: str
    route: str
    status: int
    seconds: float
    problem: str | None
    request: RequestContext


class RequestWatch:
    """ASGI middleware around all other: tells each of `observers` of every request, once it has
    been answered to its end."""

    def __init__(self, app: ASGIApp, observers: Sequence[Callable[[Handled], None]]) -> None:
        self.app = app
        self._observers = observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on as it is."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        # Where every middleware within finds it, whichever scope it makes of this one.
        scope.setdefault("state", {})
        status = CLIENT_GONE
        request = RequestContext()

        async def send_and_see(message: Message) -> None:
            nonlocal status, request
            if message["type"] == "http.response.start":
                status = message["status"]
                # Whoever asks is known inside alone, and this is called from there.
                request = current_request()
            await send(message)

        try:
            await self.app(scope, receive, send_and_see)
        except Exception:
            status = 500
            raise
        finally:
            seconds = time.perf_counter() - began
            request = replace(request, request_id=request.request_id or request_id_of(scope))
            handled = Handled(
                _method(scope), route_of(scope), status, seconds, problem_of(scope), request
            )
            for observer in self._observers:
                observer(handled)


def route_of(scope: Scope) -> str:
    """The template of the address that was routed to in `scope`; `NO_ROUTE` where none was."""
    if "route" in scope:
        return str(getattr(scope["route"], "path_format", NO_ROUTE))
    # FastAPI names its own routes alone, of the others what they lead to.
    endpoint = scope.get("endpoint")
    for route in scope["app"].routes if endpoint is not None and "app" in scope else ():
        if isinstance(route, Mount) and route.app is endpoint:
            return route.path
        if isinstance(route, Route) and route.endpoint is endpoint:
            return route.path_format
    return NO_ROUTE


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else OTHER_METHOD
