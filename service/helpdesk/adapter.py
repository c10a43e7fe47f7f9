"""What a helpdesk system's adapter does: from its event to a ticket, and a note back on it"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel, ConfigDict

from service.helpdesk.address import Address

if TYPE_CHECKING:
    from service.helpdesk.outgoing import Outgoing


class NotAuthentic(Exception):
    """The event does not come from the helpdesk that is configured, or is too old; the message
    says what to look at, and nothing that helps to forge one."""


class PayloadUnfit(Exception):
    """The event lacks what a ticket needs; the message names the field and what to do."""


class NoteNotPosted(Exception):
    """The helpdesk did not take the note; the message says why. `final`: trying again is no use,
    as when the ticket is gone or the rights are lacking. `retry_after`: seconds the helpdesk asks
    to wait, where it does. `uncertain`: it may have taken it all the same (no answer came)."""

    def __init__(
        self, message: str, *, final: bool = False, retry_after: float | None = None,
        uncertain: bool = False,
    ) -> None:
        super().__init__(message)
        self.final = final
        self.retry_after = retry_after
        self.uncertain = uncertain


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event as it came over HTTP. `headers` by lower-case name; `key_id` is that of the API key
    with the scope `helpdesk` that it came with, None where it came with none."""

    headers: Mapping[str, str]
    body: bytes
    key_id: str | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """One message to the helpdesk, as it came: it holds personal data, and is never stored.

    `ticket_id` is what the system's API calls the ticket; `event_id` names the message, the same
    whenever the same event is delivered again. `names` are of the people whom the payload names,
    to be masked wherever they stand.
    """

    ticket_id: str
    event_id: str
    subject: str
    body: str
    is_html: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What is put on the ticket, as HTML and as plain text. `marker` stands literally in both: by
    it a note is found again that was posted just before a crash."""

    html: str
    text: str
    marker: str


class HelpdeskSettings(BaseModel):
    """What every helpdesk needs to be told of; an adapter adds its own. Secrets are `SecretStr`,
    or lists of them: `service.helpdesk.configuration` can fetch those from elsewhere."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    address: Address


class Adapter(Protocol):
    """One helpdesk system; each module of `service.helpdesk.systems` holds one as `ADAPTER`.

    An adapter keeps no state; what an installation sets for it is an instance of `settings`.
    """

    name: str
    """As in the address: `POST /v1/helpdesk/{name}`."""
    title: str
    """As people call it."""
    tried_against: str
    """What it was tested against: the product, or the documentation of its payloads."""
    wiring: str
    """What to set in the helpdesk so that its events come, one thing a line, for `helpdesk check`:
    `{hook}` stands for the address that they are posted to, `{basic_hook}` for the same with
    `briefwijzer:KEY@` in it, and KEY for an API key with the scope `helpdesk`."""

    @property
    def settings(self) -> type[HelpdeskSettings]:
        """What an installation must set; a plain attribute of the class will do."""

    def check_origin(self, delivery: Delivery, settings: Any) -> None:
        """See that the event comes from the helpdesk: by its signature, or where the system has
        none, by an API key.

        Raises:
            NotAuthentic: it does not, or may be a replay.
        """

    def ticket_in(self, delivery: Delivery, settings: Any) -> Ticket | None:
        """The message to answer; None where the event has none: an internal note, a message of an
        employee, this service's own note.

        Raises:
            PayloadUnfit: it is not what this system sends.
        """

    def outgoing(self, settings: Any) -> Outgoing:
        """The connection to the helpdesk's API, to be closed by who asks for it."""

    def has_note(self, ticket_id: str, marker: str, helpdesk: Outgoing) -> bool:
        """Whether the ticket has a note with this marker already.

        Raises:
            NoteNotPosted: the helpdesk does not say.
        """

    def post(self, ticket_id: str, note: Note, helpdesk: Outgoing) -> None:
        """Put an internal note on the ticket, which no customer can see. Where it may have been
        sent before, `has_note` was asked first, of the same `helpdesk`.

        Raises:
            NoteNotPosted: it was not taken, or perhaps not.
        """

    def probe(self, helpdesk: Outgoing) -> str:
        """See that the helpdesk can be reached and accepts the rights configured, changing
        nothing; return what it says of itself or of the account, in a few words.

        Raises:
            NoteNotPosted: it cannot, or does not.
        """
