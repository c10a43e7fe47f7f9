"""django-helpdesk 2.6: its webhooks for tickets and follow-ups in, an internal follow-up out

Its two webhooks post `{"ticket": {…, "followup_set": […]}, "queue_slug"}`, and for a follow-up its
`followup_id` too: unsigned, within the request of who wrote, and for at most 3 seconds. A follow-up
without a user is a customer's (by e-mail, or without logging in); one with a user is an employee's,
as is this service's own.

Two of its habits shape how a note is posted. An internal follow-up is mailed whole to everybody on
the ticket's Cc, customers as well, where the queue notifies its contacts of e-mail events, unless
HELPDESK_PRIVATE_FOLLOWUP_MEANS_NO_EMAILS is set; and a comment that is posted is read as a Django
template: `{{ticket.submitter_email}}` in a question would be filled in. Neither holds for a
follow-up that is changed. So one is made that says no more than its marker, and then given its
text. Its page shows that as Markdown, and HTML as text: so the note goes there as plain text.
"""

from __future__ import annotations

import logging
import re
from typing import Annotated, cast

from pydantic import AfterValidator, SecretStr
from pydantic_core import PydanticCustomError

from service.helpdesk.adapter import (
    Adapter,
    Delivery,
    HelpdeskSettings,
    Note,
    NoteNotPosted,
    Ticket,
)
from service.helpdesk.outgoing import Outgoing
from service.helpdesk.payload import (
    Number,
    PayloadPart,
    read_payload,
    read_reply,
    require_key,
    unfit,
)

_TITLE = "django-helpdesk"
_RESOLVED, _CLOSED = 3, 4
# What Python-Markdown, which makes its page, takes a backslash before; and an address by itself.
_ESCAPABLE = frozenset("\\`*_{}[]()>#+-.!")
_ENTITIES = {"<": "&lt;", "&": "&amp;"}
_ESCAPED = re.compile(r"\\(.)")
_ADDRESS = re.compile(r"^https?://[^\s<>\\]+$", re.MULTILINE)
_LOG = logging.getLogger(__name__)


def _plain(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not (text and text.isascii() and text.isprintable() and " " not in text):
        raise PydanticCustomError("token_unfit", "A token is letters, digits and marks, no spaces")
    return value


class DjangoHelpdeskSettings(HelpdeskSettings):
    """`address` is where the helpdesk's own pages begin, `/helpdesk` and the like included.
    `token` is of a user that is staff (`manage.py drf_create_token NAME`)."""

    token: Annotated[SecretStr, AfterValidator(_plain)]


class _FollowUp(PayloadPart):
    id: Number
    user: Number | None = None
    comment: str | None = None
    public: bool
    new_status: int | None = None
    email_recipients: tuple[str, ...] | None = None


class _TicketPart(PayloadPart):
    id: Number
    title: str = ""
    description: str | None = None
    followup_set: tuple[_FollowUp, ...] = ()


class _Event(PayloadPart):
    ticket: _TicketPart
    followup_id: Number | None = None


class _Page(PayloadPart):
    count: int


class _Api(Outgoing):
    """Its API, and which notes were found there begun, without their text, by their marker."""

    def __init__(self, settings: DjangoHelpdeskSettings) -> None:
        token = settings.token.get_secret_value()
        super().__init__(
            settings.address, system=_TITLE, headers={"Authorization": f"Token {token}"}
        )
        self.begun: dict[str, int] = {}


class _DjangoHelpdesk:
    name = "django-helpdesk"
    title = _TITLE
    settings = DjangoHelpdeskSettings
    tried_against = "django-helpdesk 2.6.1 itself"
    wiring = (
        "set in its environment HELPDESK_NEW_TICKET_WEBHOOK_URLS={basic_hook}\n"
        "and, to have what customers add answered too, HELPDESK_FOLLOWUP_WEBHOOK_URLS={basic_hook}"
        "\nset in its settings.py HELPDESK_PRIVATE_FOLLOWUP_MEANS_NO_EMAILS = True"
    )

    def check_origin(self, delivery: Delivery, settings: DjangoHelpdeskSettings) -> None:
        require_key(delivery, _TITLE)

    def ticket_in(self, delivery: Delivery, settings: DjangoHelpdeskSettings) -> Ticket | None:
        event = read_payload(_Event, delivery.body, _TITLE)
        ticket = event.ticket
        if event.followup_id is None:
            return _message(ticket, f"ticket-{ticket.id}", ticket.description)
        written = next((one for one in ticket.followup_set if one.id == event.followup_id), None)
        if written is None:
            raise unfit(_TITLE, "ticket.followup_set holds no follow-up with the followup_id")
        is_customers = written.public and written.user is None
        # A customer who closes a ticket asks nothing; the comment is the helpdesk's.
        if not is_customers or written.new_status in (_RESOLVED, _CLOSED):
            return None
        return _message(ticket, f"followup-{written.id}", written.comment)

    def outgoing(self, settings: DjangoHelpdeskSettings) -> Outgoing:
        return _Api(settings)

    def has_note(self, ticket_id: str, marker: str, helpdesk: Outgoing) -> bool:
        # The API knows no filter: this reads the whole ticket, and is asked for no new note.
        found = read_reply(_TicketPart, helpdesk.get("api", "tickets", ticket_id, ""), _TITLE)
        noted = [
            one for one in found.followup_set if not one.public and marker in (one.comment or "")
        ]
        if any(one.comment != _reserved(marker) for one in noted):
            return True
        if noted:
            cast(_Api, helpdesk).begun[marker] = noted[0].id
        return False

    def post(self, ticket_id: str, note: Note, helpdesk: Outgoing) -> None:
        number = cast(_Api, helpdesk).begun.get(note.marker)
        if number is None:
            number = _begin(ticket_id, note.marker, helpdesk)
        sent = {"comment": _markdown(note.text), "public": False}
        try:
            changed = helpdesk.patch("api", "followups", number, "", json=sent)
        except NoteNotPosted as error:
            # There is a note by now, which is to be looked for, whatever became of its text.
            error.uncertain = True
            raise
        _see_that_it_is_internal(read_reply(_FollowUp, changed, _TITLE, is_write=True))

    def probe(self, helpdesk: Outgoing) -> str:
        # Follow-ups, unlike tickets, it counts without reading them all.
        found = helpdesk.get("api", "followups", "", params={"page_size": 1})
        count = read_reply(_Page, found, _TITLE).count
        return f"its API answers; the user of the token sees {count} follow-ups"


def _message(ticket: _TicketPart, event_id: str, body: str | None) -> Ticket:
    return Ticket(
        ticket_id=str(ticket.id), event_id=event_id, subject=ticket.title, body=body or ""
    )


def _markdown(text: str) -> str:
    """`text` as its page shows it rightly: with addresses that can be followed, and no backslash
    before what is no markup there."""
    plain = _ESCAPED.sub(
        lambda found: found[0] if found[1] in _ESCAPABLE else _ENTITIES.get(found[1], found[1]),
        text,
    )
    return _ADDRESS.sub(r"<\g<0>>", plain)


def _reserved(marker: str) -> str:
    """What the note says until it has its text: whoever is mailed it learns nothing."""
    return f"Interne notitie ({marker})"


def _begin(ticket_id: str, marker: str, helpdesk: Outgoing) -> int:
    """Make a follow-up that says its marker alone; return its number."""
    # Without a title: that would become the ticket's.
    sent = {"ticket": ticket_id, "comment": _reserved(marker), "public": False}
    noted = read_reply(
        _FollowUp, helpdesk.post("api", "followups", "", json=sent), _TITLE, is_write=True
    )
    _see_that_it_is_internal(noted)
    if noted.email_recipients:
        _LOG.warning(
            "%s mailed the Cc of a ticket (%d addresses) that there is an internal note, not what "
            "it says: set HELPDESK_PRIVATE_FOLLOWUP_MEANS_NO_EMAILS = True in its settings.py",
            _TITLE, len(noted.email_recipients),
        )
    return noted.id


def _see_that_it_is_internal(noted: _FollowUp) -> None:
    """Raises:
    NoteNotPosted: customers can read it.
    """
    if noted.public:
        raise NoteNotPosted(
            f"{_TITLE} made the note public: see what changes follow-ups there, and remove it by "
            "hand", final=True,
        )


ADAPTER: Adapter = _DjangoHelpdesk()
