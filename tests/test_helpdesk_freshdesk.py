from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from service.helpdesk.adapter import Note, NoteNotPosted, Ticket
from service.helpdesk.outgoing import Outgoing
from service.helpdesk.systems.freshdesk import ADAPTER, FreshdeskSettings
from tests.helpdesk_kits import NAME, QUESTION, changed, encoded, event, with_key
from tests.helpdesk_server import Trouble, served
from tests.helpdesk_servers import FreshdeskServer

SETTINGS = FreshdeskSettings(address="https://voorbeeld.example", api_key=FreshdeskServer.KEY)
NOTE = Note("<p>Concept</p><p>briefwijzer:1</p>", "Concept\n\nbriefwijzer:1", "briefwijzer:1")


def _ticket(**fields: Any) -> Ticket | None:
    """The ticket of a reply whose fields are these."""
    payload = changed(
        event("freshdesk_replied"), lambda copy: copy["freshdesk_webhook"].update(fields)
    )
    return ADAPTER.ticket_in(with_key(encoded(payload)), SETTINGS)


def test_the_latest_comment_is_the_message_without_the_name_that_freshdesk_puts_before_it() -> None:
    """On a ticket with a reply, the reply is answered, and its author's name is no part of it."""
    ticket = _ticket()
    assert ticket is not None
    assert ticket.body == '<div dir="ltr">En wie betaalt de pilots?</div>'


@pytest.mark.parametrize("comment", [None, "", " \n"])
def test_where_nobody_replied_yet_the_description_is_the_message(comment: str | None) -> None:
    """A new ticket has no comment, whether the placeholder is empty or left out."""
    ticket = _ticket(ticket_latest_public_comment=comment)
    assert ticket is not None
    assert QUESTION in ticket.body


def test_a_comment_that_bears_no_name_is_a_message() -> None:
    """Words with a colon in them are not taken for a name."""
    comment = "<div>Vraag : wie betaalt de pilots?</div>"
    ticket = _ticket(ticket_latest_public_comment=comment)
    assert ticket is not None
    assert ticket.body == comment


@pytest.mark.parametrize("place", ["ticket_contact_name", "requester_name"])
def test_the_customers_name_stands_under_any_of_its_placeholders(place: str) -> None:
    """Freshdesk's own fields and its placeholders call the requester by other names."""
    def rename(payload: dict[str, Any]) -> None:
        fields = payload["freshdesk_webhook"]
        fields[place] = fields.pop("ticket_requester_name")

    payload = encoded(changed(event("freshdesk_replied"), rename))
    ticket = ADAPTER.ticket_in(with_key(payload), SETTINGS)
    assert ticket is not None
    assert ticket.names == (NAME,)


@pytest.fixture
def freshdesk() -> Iterator[tuple[FreshdeskServer, Outgoing]]:
    """A Freshdesk, and a connection to it."""
    server = FreshdeskServer()
    with served(server) as address:
        settings = SETTINGS.model_copy(update={"address": address})
        with contextlib.closing(ADAPTER.outgoing(settings)) as connection:
            yield server, connection


def test_a_note_that_a_customer_can_see_all_the_same_is_told(
    freshdesk: tuple[FreshdeskServer, Outgoing],
) -> None:
    """Should Freshdesk not keep a note private, an administrator reads which one, at once."""
    server, connection = freshdesk
    server.keeps_internal = False
    with pytest.raises(NoteNotPosted, match="11 visible to the customer") as failed:
        ADAPTER.post("11", NOTE, connection)
    assert failed.value.final


def test_a_reply_of_another_form_leaves_it_uncertain(
    freshdesk: tuple[FreshdeskServer, Outgoing],
) -> None:
    """A note that does not say whether it is private may be there: it is looked for first."""
    server, connection = freshdesk
    server.trouble = Trouble(201, body=b'{"id": 1, "body": "Concept"}', is_taken=True)
    with pytest.raises(NoteNotPosted) as failed:
        ADAPTER.post("11", NOTE, connection)
    assert (failed.value.final, failed.value.uncertain) == (False, True)


def test_a_note_is_found_where_fewer_are_given_at_once_than_asked(
    freshdesk: tuple[FreshdeskServer, Outgoing],
) -> None:
    """A page that is not full is not taken for the last: a note beyond it is found."""
    server, connection = freshdesk
    server.gives = 10
    server.write(25)
    ADAPTER.post("11", NOTE, connection)
    assert ADAPTER.has_note("11", NOTE.marker, connection)
    assert not ADAPTER.has_note("11", "briefwijzer:2", connection)
