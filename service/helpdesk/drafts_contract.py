"""What the routes of the helpdesk tell: an event that was taken, and the drafts on their way"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, Self

from service.contract import AskResponse, ResponsePart
from service.helpdesk.drafts import Draft, State, marker_of


class EventTaken(ResponsePart):
    """What became of an event. `accepted`: a note will follow; `known`: it was delivered before,
    and has its draft; `ignored`: it asks for no note, and has none."""

    status: Literal["accepted", "known", "ignored"]
    draft_id: str | None


class DraftItem(ResponsePart):
    """A draft on its way; moments are UTC. `attempts` are tries that failed, the last of them for
    `error`; `due` is when it is tried next, null where it no longer is."""

    draft_id: str
    system: str
    ticket_id: str
    state: State
    received: str
    questions: list[str]
    outcomes: list[str]
    attempts: int
    error: str | None
    due: str | None
    finished: str | None

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """A draft as it is told."""
        return cls.model_validate(_told(draft))


class DraftDetail(DraftItem):
    """A draft with its answers, whose `passages` are not kept; `marker` is what its note is found
    by on the ticket. `answers` is empty until there are any."""

    marker: str
    key_id: str | None
    answers: list[AskResponse]

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """A draft as it is told."""
        return cls.model_validate({
            **_told(draft), "marker": marker_of(draft.draft_id), "key_id": draft.key_id,
            "answers": list(draft.answers or ()),
        })


class DraftsPage(ResponsePart):
    """Some of the drafts, newest first; `next` is the address of those that follow, if any."""

    items: list[DraftItem]
    total: int
    next: str | None


class DraftRetried(ResponsePart):
    """The draft is tried again at once; `was` is the state it had."""

    draft_id: str
    was: State


class DraftsRetried(ResponsePart):
    """How many failed drafts are tried again."""

    retried: int


def _told(draft: Draft) -> dict[str, object]:
    on_its_way = draft.state in ("waiting", "posting")
    return {
        "draft_id": draft.draft_id, "system": draft.system, "ticket_id": draft.ticket_id,
        "state": draft.state, "received": _moment(draft.received),
        "questions": list(draft.questions),
        "outcomes": [answer.outcome for answer in draft.answers or ()],
        "attempts": draft.attempts, "error": draft.error,
        "due": _moment(draft.due) if on_its_way else None,
        "finished": None if draft.finished is None else _moment(draft.finished),
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
