"""A server in the place of a helpdesk, which can be made to fail, and keeps what is written."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from tests.serving import running

READS = frozenset({"GET"})
WRITES = frozenset({"POST", "PATCH", "PUT"})


class Written(NamedTuple):
    """A note on a ticket."""

    ticket_id: str
    body: str
    is_internal: bool


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with requests of `methods`: they are answered with `status` and `body`, only
    after `seconds`, or cut off in mid-answer. `is_taken`: what they ask is done first."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0
    is_cut_off: bool = False
    is_taken: bool = False
    methods: frozenset[str] = WRITES


class Refused(Exception):
    """The answer to a request that the product would not take."""

    def __init__(self, status: int, body: Any = None) -> None:
        super().__init__(status)
        self.response = JSONResponse(body, status) if body is not None else Response(None, status)


class HelpdeskServer:
    """One helpdesk. Set `trouble`, and what it says comes over the requests that follow."""

    routes: tuple[tuple[str, str, str], ...] = ()
    """Method, path, and the name of the method here that answers."""

    def __init__(self, ticket_id: str, unknown_id: str) -> None:
        self.ticket_id = ticket_id
        self.unknown_id = unknown_id
        self._written: list[Written] = []
        self.calls: list[str] = []
        self.trouble: Trouble | None = None
        # False: what is asked to be internal is made visible, which no product should do.
        self.keeps_internal = True
        self._app = Starlette(
            routes=[
                Route(path, self._answering(getattr(self, name)), methods=[method])
                for method, path, name in self.routes
            ]
        )

    @property
    def writes(self) -> list[str]:
        """The calls that change something."""
        return [call for call in self.calls if call.split()[0] in WRITES]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self.calls.append(f"{scope['method']} {scope['path']}")
        trouble = self.trouble
        if trouble is None or scope["method"] not in trouble.methods:
            await self._app(scope, receive, send)
            return
        if trouble.is_taken:
            await self._app(scope, receive, _into_nothing)
        await _go_wrong(trouble, self._app, scope, receive, send)

    def _answering(self, answer: Any) -> Any:
        async def respond(request: Request) -> Response:
            try:
                self._authenticate(request)
                response: Response = await answer(request)
            except Refused as refused:
                return refused.response
            return response

        return respond

    def _authenticate(self, request: Request) -> None:
        """Raises `Refused` for who does not say who they are."""
        raise NotImplementedError

    def known(self, ticket_id: str) -> str:
        """The ticket of this number; raises `Refused` where there is none."""
        if ticket_id != self.ticket_id:
            raise Refused(404, {"error": "Couldn't find Ticket"})
        return ticket_id

    @property
    def notes(self) -> list[Written]:
        """What was written on tickets, public or not, in that order."""
        return self._written

    def seen(self, *, by_employee: bool) -> list[Written]:
        """What somebody who looks at the tickets sees of the notes."""
        return [note for note in self.notes if by_employee or not note.is_internal]

    def write(self, count: int) -> None:
        """Put other notes on the ticket, as employees do."""
        self._written += [
            Written(self.ticket_id, f"Werknotitie {number}", True) for number in range(count)
        ]


@contextmanager
def served(server: HelpdeskServer) -> Iterator[str]:
    """The address of `server`; whatever it still holds up is dropped at the end."""
    with running(server, log_level="critical", by_force=True) as address:  # type: ignore[arg-type]
        yield address


async def _into_nothing(message: Message) -> None:
    """What is sent never arrives."""


async def _go_wrong(
    trouble: Trouble, app: Starlette, scope: Scope, receive: Receive, send: Send
) -> None:
    await asyncio.sleep(trouble.seconds)
    if trouble.is_cut_off:
        headers = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        raise ConnectionResetError("cut off")
    if trouble.status is not None:
        response = Response(trouble.body, trouble.status, dict(trouble.headers))
        await response(scope, receive, send)
    elif not trouble.is_taken:
        await app(scope, receive, send)


async def fields(request: Request, allowed: frozenset[str], refusal: int) -> dict[str, Any]:
    """The JSON object that was sent, with no field but those `allowed`."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Refused(415, {"error": "Content-Type must be application/json"})
    sent = await request.json()
    if not isinstance(sent, dict) or (unknown := sent.keys() - allowed):
        raise Refused(refusal, {"error": f"unexpected: {unknown}"})
    return sent


def basic(name: str, password: str) -> str:
    """What an `Authorization` header holds with this name and password."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
