"""TOPdesk: an administrator's HTTP request in, an action that the caller cannot see out

After the TOPdesk API documentation ("Incident", "Supporting Files"): tested against what it says,
never against TOPdesk itself. TOPdesk has no webhook of a fixed form: an administrator makes up
what an "HTTP request" sends, so where its fields stand is set by JSON Pointers (RFC 6901).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Annotated, Any

from jsonpointer import JsonPointer, JsonPointerException
from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from service.helpdesk.adapter import (
    Adapter,
    Delivery,
    HelpdeskSettings,
    Note,
    NoteNotPosted,
    Ticket,
)
from service.helpdesk.outgoing import Outgoing, basic
from service.helpdesk.payload import (
    PayloadPart,
    content_hash,
    people,
    read_json,
    read_reply,
    require_key,
    unfit,
)

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_API = ("tas", "api")
# The most that the API gives at once; the newest actions come first.
_PER_PAGE = 100
_MOST_PAGES = 50


def _pointer(value: str) -> str:
    try:
        JsonPointer(value)
    except JsonPointerException:
        raise PydanticCustomError(
            "no_pointer", "write where the field stands as a JSON Pointer, such as /request"
        ) from None
    return value


Pointer = Annotated[str, AfterValidator(_pointer)]


class _Action(PayloadPart):
    """An action, as the API gives it."""

    memo: str | None = Field(alias="memoText")


class _Operator(PayloadPart):
    name: str = Field(alias="dynamicName")


class TopdeskSettings(HelpdeskSettings):
    """`login` and `application_password` are an operator's.

    Where the payload has what a ticket needs: `ticket` (the incident's `id`), `subject`, `body`,
    `names` of people, and `event` (what names this message; where it is not set, the incident and
    the words of the message do). `only_if`: what must stand where for the event to be answered.
    """

    login: Annotated[str, Field(min_length=1)]
    application_password: Annotated[SecretStr, Field(min_length=1)]
    ticket: Pointer = "/id"
    subject: Pointer = "/briefDescription"
    body: Pointer = "/request"
    body_is_html: bool = False
    event: Pointer | None = None
    names: tuple[Pointer, ...] = ("/caller/dynamicName",)
    only_if: dict[Pointer, str] = Field(default_factory=dict)


class _Topdesk:
    name = "topdesk"
    title = "TOPdesk"
    settings = TopdeskSettings
    tried_against = "its documentation, never the product"
    wiring = (
        "make an HTTP request (Action Management, Automated Actions) that posts to {hook}, with "
        "the headers Content-Type: application/json and Authorization: Bearer KEY\n"
        "let it send JSON with the incident's id, briefDescription, request and caller, at the "
        "places that the configuration names, when a caller makes or adds to an incident"
    )

    def check_origin(self, delivery: Delivery, settings: TopdeskSettings) -> None:
        """By the API key: TOPdesk signs nothing."""
        require_key(delivery, self.title)

    def ticket_in(self, delivery: Delivery, settings: TopdeskSettings) -> Ticket | None:
        """The message of the caller; None where `only_if` does not hold.

        Two messages of the same words on one incident are one event, unless `event` is set.
        """
        payload = read_json(delivery.body, self.title)
        ticket_id = self._required(payload, settings.ticket).lower()
        if not _UUID.fullmatch(ticket_id):
            raise unfit(self.title, f"{settings.ticket} is no UUID of an incident")
        body = self._required(payload, settings.body)
        event = self._required(payload, settings.event) if settings.event else content_hash(body)
        if any(_text(payload, place) != value for place, value in settings.only_if.items()):
            return None
        return Ticket(
            ticket_id=ticket_id,
            event_id=f"{ticket_id}:{event}",
            subject=_text(payload, settings.subject) or "",
            body=body,
            is_html=settings.body_is_html,
            names=people(
                order for place in settings.names
                for order in _both_orders(_text(payload, place) or "")
            ),
        )

    def outgoing(self, settings: TopdeskSettings) -> Outgoing:
        """With the operator's application password."""
        login = basic(settings.login, settings.application_password)
        return Outgoing(settings.address, system=self.title, headers={"Authorization": login})

    def has_note(self, ticket_id: str, marker: str, helpdesk: Outgoing) -> bool:
        """Whether one of the incident's actions, all of which an operator sees, has the marker."""
        self._operator(helpdesk)
        start = 0
        for _ in range(_MOST_PAGES):
            reply = helpdesk.get(
                *_API, "incidents", "id", ticket_id, "actions",
                params={"start": start, "page_size": _PER_PAGE},
            )
            # No content stands for no actions.
            actions = read_reply(list[_Action], [] if reply is None else reply, self.title)
            if not actions:
                return False
            if any(marker in (action.memo or "") for action in actions):
                return True
            # Not by as many as were asked for: a version may give fewer at once.
            start += len(actions)
        raise NoteNotPosted(
            f"incident {ticket_id} has too many actions to look for the note among", final=True
        )

    def post(self, ticket_id: str, note: Note, helpdesk: Outgoing) -> None:
        """An action that is invisible for the caller.

        Only an operator can make it so: that the login is one is seen first.
        """
        self._operator(helpdesk)
        helpdesk.patch(
            *_API, "incidents", "id", ticket_id,
            json={"action": _in_lines(note.html), "actionInvisibleForCaller": True},
        )

    def probe(self, helpdesk: Outgoing) -> str:
        """Which operator the login is."""
        return f"operator {self._operator(helpdesk).name}"

    def _operator(self, helpdesk: Outgoing) -> _Operator:
        """Who the login is; TOPdesk answers this for an operator alone."""
        try:
            reply = helpdesk.get(*_API, "operators", "current")
        except NoteNotPosted as failure:
            if not failure.final:
                raise
            raise NoteNotPosted(
                f"{failure}; `login` must be an operator's, who may use the API and see operators",
                final=True,
            ) from failure
        return read_reply(_Operator, reply, self.title)

    def _required(self, payload: Any, place: str) -> str:
        text = _text(payload, place)
        if text is None or not text.strip():
            raise unfit(self.title, f"there is no text at {place}")
        return text


def _text(payload: Any, place: str) -> str | None:
    """The text or the whole number that stands there."""
    value = JsonPointer(place).resolve(payload, None)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def _in_lines(note: str) -> str:
    """The note as lines with `<br>` between them: of HTML, TOPdesk knows few elements, which differ
    by version. The plain text of a note will not do, since it is Markdown. The address of a link
    comes after its words."""
    from inscriptis.html_engine import Inscriptis
    from lxml.html import fragment_fromstring

    tree = fragment_fromstring(note, create_parent="div")
    for link in tree.iter("a"):
        link.text = f"{link.text_content()}: {link.get('href')}"
    text = Inscriptis(tree).get_text().strip()
    return html.escape(text, quote=False).replace("\n", "<br>")


def _both_orders(name: str) -> Iterator[str]:
    """The name as TOPdesk has it ("El Amrani, Fatima"), and as people write it."""
    yield name
    last, comma, first = name.partition(",")
    if comma:
        yield f"{first} {last}"


ADAPTER: Adapter = _Topdesk()
