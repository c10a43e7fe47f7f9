"""A draft for a helpdesk: from the event that asked for it until its note is there"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from service.contract import AskResponse

State = Literal["waiting", "posting", "posted", "failed"]
STATES = get_args(State)


@dataclass(frozen=True, slots=True)
class Event:
    """A ticket as it is stored: `questions` are masked, none where it asks nothing; `event_id` is
    the same whenever the same event is delivered again; `key_id` as in `adapter.Delivery`."""

    system: str
    event_id: str
    ticket_id: str
    questions: Sequence[str]
    key_id: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft as it is stored; times are seconds since 1970, `attempts` are tries that failed.
    See `records` for the columns."""

    draft_id: str
    system: str
    ticket_id: str
    received: float
    key_id: str | None
    questions: tuple[str, ...]
    answers: tuple[AskResponse, ...] | None
    state: State
    due: float
    attempts: int
    begun: float
    claim: str | None
    posting_since: float | None
    error: str | None
    finished: float | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many drafts stand in each state, and for how many seconds the oldest that is neither
    posted nor failed has waited: 0 where none does."""

    drafts: dict[str, int]
    oldest_seconds: float


def marker_of(draft_id: str) -> str:
    """What a note of this draft is found again by; it stands literally in the note."""
    return f"briefwijzer:{draft_id}"
