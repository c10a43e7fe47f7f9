"""A helpdesk for tests of the drafts on their way: a real server that keeps every note it got

It can be down, refuse, be slow, or take a note and answer nothing; and be asked for a note, or drop
what comes again by its id, as `DeskAdapter.can_ask` says.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from service.helpdesk.adapter import (
    Delivery,
    HelpdeskSettings,
    NotAuthentic,
    Note,
    NoteNotPosted,
    PayloadUnfit,
    Ticket,
)
from service.helpdesk.outgoing import Outgoing
from tests.serving import running


@dataclass
class Receiver:
    """The notes by ticket, and what is the matter: `status` answers in place of the usual, after
    `seconds`; `is_taken`: the note is kept all the same."""

    notes: list[tuple[str, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    status: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    is_taken: bool = False
    drops_again: bool = False
    under_way: int = 0
    most_under_way: int = 0

    @property
    def markers(self) -> Counter[str]:
        """How often each note stands here, by its marker."""
        return Counter(marker for _, marker in self.notes)

    def trouble(self, status: int | None, **headers: str) -> None:
        """Answer every post with `status` from now on; None: as usual."""
        self.status = {} if status is None else {"*": status}
        self.headers = headers

    async def post(self, request: Request) -> Response:
        """A note comes."""
        sent = await request.json()
        ticket, marker = str(request.path_params["ticket"]), sent["marker"]
        self.calls.append(f"POST {ticket}")
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return await self._answer(ticket, marker)
        finally:
            self.under_way -= 1

    async def _answer(self, ticket: str, marker: str) -> Response:
        status = self.status.get(ticket, self.status.get("*", 201))
        is_dropped = self.drops_again and marker in self.markers
        if (status < 300 or self.is_taken) and not is_dropped:
            self.notes.append((ticket, marker))
        # What was taken is kept, whoever hangs up while it is answered.
        await asyncio.sleep(self.seconds)
        return JSONResponse({}, status, self.headers)

    async def read(self, request: Request) -> Response:
        """The notes on a ticket are asked for."""
        ticket = str(request.path_params["ticket"])
        self.calls.append(f"GET {ticket}")
        return JSONResponse([marker for of, marker in self.notes if of == ticket])


@contextmanager
def receiving(receiver: Receiver) -> Iterator[str]:
    """The address of a server that keeps notes in `receiver`."""
    path = "/tickets/{ticket}/notes"
    app = Starlette(routes=[
        Route(path, receiver.post, methods=["POST"]), Route(path, receiver.read, methods=["GET"])
    ])
    with running(app, log_level="critical", by_force=True) as address:
        yield address


class DeskSettings(HelpdeskSettings):
    """`deadline` in seconds, of each call."""

    deadline: float = 5


@dataclass(frozen=True)
class DeskAdapter:
    """Speaks to a `Receiver`. An event is `{"ticket", "event", "body"}`; `"from": "agent"` asks
    for nothing."""

    can_ask: bool = True
    name: str = "desk"
    title: str = "Desk"
    tried_against: str = "this one"
    wiring: str = ""
    settings: type[HelpdeskSettings] = DeskSettings

    def check_origin(self, delivery: Delivery, settings: Any) -> None:
        """The word is "desk"."""
        if delivery.headers.get("x-secret") != "desk":
            raise NotAuthentic("the header x-secret is missing")

    def ticket_in(self, delivery: Delivery, settings: Any) -> Ticket | None:
        """The ticket of an event."""
        sent = json.loads(delivery.body)
        if sent.get("from") == "agent":
            return None
        if "body" not in sent:
            raise PayloadUnfit("body: Field required")
        return Ticket(str(sent["ticket"]), str(sent["event"]), "", sent["body"])

    def outgoing(self, settings: Any) -> Outgoing:
        """The connection."""
        return Outgoing(settings.address, system=self.title, deadline=settings.deadline)

    def has_note(self, ticket_id: str, marker: str, helpdesk: Outgoing) -> bool:
        """Asks, where that can be."""
        return self.can_ask and marker in helpdesk.get("tickets", ticket_id, "notes")

    def post(self, ticket_id: str, note: Note, helpdesk: Outgoing) -> None:
        """Posts the marker alone."""
        helpdesk.post("tickets", ticket_id, "notes", json={"marker": note.marker})

    def probe(self, helpdesk: Outgoing) -> str:
        """Not asked here."""
        raise NoteNotPosted("no")
