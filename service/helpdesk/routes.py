"""Events of helpdesks in, and the drafts that came of them, over HTTP

An event is acknowledged when it is on the disk: its questions are answered later, since helpdesks
wait for seconds at most, and some give their user an error for what they wait for in vain.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Path, Query, Request, Response
from starlette.requests import ClientDisconnect

from service import problem_kinds, problems
from service.helpdesk.adapter import Delivery, NotAuthentic, PayloadUnfit
from service.helpdesk.drafts import Event, State
from service.helpdesk.drafts_contract import (
    DraftDetail,
    DraftItem,
    DraftRetried,
    DraftsPage,
    DraftsRetried,
    EventTaken,
)
from service.helpdesk.outbox import Outbox
from service.helpdesk.ticket import questions_of
from service.helpdesk.worker import Helpdesk
from service.listener import HungUp
from service.paging import LARGEST_NUMBER
from service.problems import Refusal
from service.request_context import current_request

PATH = "/v1/helpdesk"
DRAFTS_PATH = "/v1/drafts"
MAX_EVENT_BYTES = 1_000_000
# At once, beside the questions that are answered.
MAX_EVENTS = 64
MAX_DRAFTS = 200
# Of its own: questions that are being answered keep the usual ones busy.
_THREADS = 4
_MAX_ID = 200

_TAKING = problems.documented(
    problem_kinds.EVENT_NOT_AUTHENTIC,
    problem_kinds.HOST_NOT_ALLOWED,
    problem_kinds.ORIGIN_NOT_ALLOWED,
    problem_kinds.UNKNOWN_HELPDESK,
    problem_kinds.BODY_TOO_LARGE,
    problem_kinds.UNFIT_EVENT,
    problem_kinds.INTERNAL_ERROR,
    problem_kinds.HELPDESK_UNUSABLE,
    problem_kinds.HELPDESK_FULL,
    problem_kinds.OVER_CAPACITY,
)
_READING = (
    problem_kinds.KEY_REQUIRED,
    problem_kinds.ADMINISTRATION_OFF,
    problem_kinds.HOST_NOT_ALLOWED,
    problem_kinds.ORIGIN_NOT_ALLOWED,
    problem_kinds.INVALID_REQUEST,
    problem_kinds.INTERNAL_ERROR,
    problem_kinds.HELPDESK_UNUSABLE,
    problem_kinds.OVER_CAPACITY,
)
_EVENT = {
    "requestBody": {
        "required": True,
        "description": "As the helpdesk sends it; the README says which fields are read",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}

DraftId = Annotated[str, Path(description="As `GET /v1/drafts` gives it")]


def _nothing() -> None:
    """What is woken where no worker runs in this process."""


@dataclass(frozen=True, slots=True)
class HelpdeskService:
    """What the routes need: where drafts are stored, the helpdesks by name, and how to have a
    worker look at once."""

    outbox: Outbox
    helpdesks: Mapping[str, Helpdesk]
    wake: Callable[[], None] = _nothing


def helpdesk_routes(service: HelpdeskService) -> APIRouter:
    """The routes that take events and tell of drafts; who may is for `service.access.guard` to
    say."""
    router = APIRouter(tags=["helpdesk"])
    router.include_router(_event_routes(service))
    router.include_router(_draft_routes(service))
    return router


def _event_routes(service: HelpdeskService) -> APIRouter:
    router = APIRouter(prefix=PATH)
    threads = CapacityLimiter(_THREADS)
    under_way = 0

    @router.post(
        "/{system}", status_code=202, openapi_extra=_EVENT, summary="Take an event of a helpdesk",
        responses={
            200: {"model": EventTaken, "description": "It is known, or asks for no note"}, **_TAKING
        },
    )
    async def take(system: str, request: Request, response: Response) -> EventTaken:
        """Stores what a ticket asks, without personal data, and answers it later in an internal
        note on the ticket. The same event makes one note, however often it is delivered.
        """
        helpdesk = service.helpdesks.get(system)
        if helpdesk is None:
            raise Refusal(problem_kinds.UNKNOWN_HELPDESK, _known(service.helpdesks))
        nonlocal under_way
        if under_way >= MAX_EVENTS:
            raise Refusal(problem_kinds.OVER_CAPACITY)
        # Counted without a lock: the event loop runs this between two awaits.
        under_way += 1
        try:
            delivery = Delivery(
                dict(request.headers), await request.body(), current_request().key_id
            )
            taken = await to_thread.run_sync(
                partial(_take, service.outbox, system, helpdesk, delivery), limiter=threads
            )
        except ClientDisconnect:
            raise HungUp from None
        finally:
            under_way -= 1
        if taken.status == "accepted":
            service.wake()
        else:
            response.status_code = 200
        return taken

    return router


def _take(outbox: Outbox, system: str, helpdesk: Helpdesk, delivery: Delivery) -> EventTaken:
    """Store the event of a delivery, if it is one that asks for a note."""
    try:
        helpdesk.adapter.check_origin(delivery, helpdesk.settings)
        ticket = helpdesk.adapter.ticket_in(delivery, helpdesk.settings)
    except NotAuthentic as error:
        raise Refusal(problem_kinds.EVENT_NOT_AUTHENTIC, problems.sentence(str(error))) from None
    except PayloadUnfit as error:
        raise Refusal(problem_kinds.UNFIT_EVENT, problems.sentence(str(error))) from None
    if ticket is None:
        return EventTaken(status="ignored", draft_id=None)
    for name, value in (("ticket", ticket.ticket_id), ("event", ticket.event_id)):
        if not 0 < len(value) <= _MAX_ID or not value.isprintable():
            raise Refusal(
                problem_kinds.UNFIT_EVENT,
                f"The id of the {name} must be 1 to {_MAX_ID} characters that can be printed.",
            )
    event = Event(
        system, ticket.event_id, ticket.ticket_id, questions_of(ticket), delivery.key_id
    )
    draft_id, is_new = outbox.add(event, time.time())
    return EventTaken(status="accepted" if is_new else "known", draft_id=draft_id)


def _draft_routes(service: HelpdeskService) -> APIRouter:
    router = APIRouter(prefix=DRAFTS_PATH)
    outbox = service.outbox
    unknown = problems.documented(*_READING, problem_kinds.UNKNOWN_DRAFT)

    @router.get("", responses=problems.documented(*_READING), summary="List the drafts")
    def drafts(
        state: State | None = None,
        system: Annotated[str | None, Query(max_length=_MAX_ID)] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_DRAFTS)] = 50,
        offset: Annotated[int, Query(ge=0, le=LARGEST_NUMBER)] = 0,
    ) -> DraftsPage:
        """Some of the drafts, newest first; follow `next` until it is null. Failed ones wait for
        an administrator."""
        found, total = outbox.drafts(state=state, system=system, offset=offset, limit=limit)
        reached = offset + len(found)
        chosen = {name: value for name, value in (("state", state), ("system", system)) if value}
        return DraftsPage(
            items=[DraftItem.of(draft) for draft in found], total=total,
            next=_following(limit, reached, chosen) if found and reached < total else None,
        )

    @router.get("/{draft_id}", responses=unknown, summary="One draft")
    def draft(draft_id: DraftId) -> DraftDetail:
        """What was asked, without personal data, what was answered, and what became of the note."""
        found = outbox.draft(draft_id)
        if found is None:
            raise Refusal(problem_kinds.UNKNOWN_DRAFT)
        return DraftDetail.of(found)

    @router.post(
        "/retry", responses=problems.documented(*_READING), summary="Retry every failed draft"
    )
    def retry_failed() -> DraftsRetried:
        """Makes every draft that was given up wait for its turn again."""
        retried = outbox.retry_failed(time.time())
        service.wake()
        return DraftsRetried(retried=retried)

    @router.post(
        "/{draft_id}/retry", summary="Retry a draft",
        responses=problems.documented(
            *_READING, problem_kinds.UNKNOWN_DRAFT, problem_kinds.DRAFT_POSTED
        ),
    )
    def retry(draft_id: DraftId) -> DraftRetried:
        """Tries a draft again now, also one that was given up."""
        was = outbox.retry(draft_id, time.time())
        if was is None:
            raise Refusal(problem_kinds.UNKNOWN_DRAFT)
        if was == "posted":
            raise Refusal(problem_kinds.DRAFT_POSTED)
        service.wake()
        return DraftRetried(draft_id=draft_id, was=was)

    return router


def _known(helpdesks: Mapping[str, Helpdesk]) -> str | None:
    """What to do where the name is none of these; None where there are none at all."""
    if not helpdesks:
        return None
    names = ", ".join(sorted(helpdesks))
    return f"Send events to one of the helpdesks that are configured here: {names}."


def _following(limit: int, reached: int, chosen: dict[str, Any]) -> str:
    return f"{DRAFTS_PATH}?{urlencode({**chosen, 'limit': limit, 'offset': reached})}"
