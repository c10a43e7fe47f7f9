from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from service.helpdesk.adapter import Note, NoteNotPosted, PayloadUnfit, Ticket
from service.helpdesk.outgoing import Outgoing
from service.helpdesk.systems.topdesk import ADAPTER, TopdeskSettings
from tests.helpdesk_kits import encoded, event, with_key
from tests.helpdesk_server import served
from tests.helpdesk_servers import TopdeskServer

INCIDENT = TopdeskServer.INCIDENT
NOTE = Note(
    html="<p><b>Concept</b><br>Kleiner dan 5 &lt; 6 &amp; meer</p><ul><li>[1] kst-32793-703<br>"
    "<a href='https://b.example/r?a=1&amp;b=2'>Bekijk</a></li></ul><p>briefwijzer:1</p>",
    text="Concept\n\nKleiner dan 5 \\< 6 & meer\n\nbriefwijzer:1",
    marker="briefwijzer:1",
)


def _settings(**given: Any) -> TopdeskSettings:
    fixed = {
        "address": "https://topdesk.example", "login": TopdeskServer.LOGIN,
        "application_password": TopdeskServer.PASSWORD,
    }
    return TopdeskSettings(**{**fixed, **given})


@pytest.fixture
def topdesk() -> Iterator[tuple[TopdeskServer, Outgoing]]:
    """A TOPdesk, and a connection to it."""
    server = TopdeskServer()
    with served(server) as address, contextlib.closing(
        ADAPTER.outgoing(_settings(address=address))
    ) as connection:
        yield server, connection


def _ticket(payload: Any, settings: TopdeskSettings) -> Ticket | None:
    return ADAPTER.ticket_in(with_key(encoded(payload)), settings)


def test_the_fields_stand_where_the_settings_say() -> None:
    """An administrator makes up the payload, and says where in it the ticket is."""
    payload = {
        "melding": {"sleutel": INCIDENT.upper(), "kop": "Pilots", "tekst": "<p>Wanneer?</p>"},
        "actie": [{"nummer": 7, "door": "Fatima El Amrani"}, {"door": "Joris de Wit"}],
    }
    ticket = _ticket(payload, _settings(
        ticket="/melding/sleutel", subject="/melding/kop", body="/melding/tekst",
        body_is_html=True, event="/actie/0/nummer", names=["/actie/0/door", "/actie/1/door"],
    ))
    assert ticket == Ticket(
        ticket_id=INCIDENT, event_id=f"{INCIDENT}:7", subject="Pilots", body="<p>Wanneer?</p>",
        is_html=True, names=("Fatima El Amrani", "Joris de Wit"),
    )


@pytest.mark.parametrize("pointer", ["request", "/a~2", "~"])
def test_a_pointer_that_is_none_is_refused_when_it_is_set(pointer: str) -> None:
    """A mistake in the settings shows when they are read, with an example of how to write it."""
    with pytest.raises(ValidationError, match="JSON Pointer, such as /request"):
        _settings(body=pointer)


@pytest.mark.parametrize("body", [None, "", "  \n", 1.5, True, [], {}])
def test_a_message_with_no_words_is_refused(body: Any) -> None:
    """The refusal names the pointer, which an administrator may have to set."""
    with pytest.raises(PayloadUnfit, match="/request"):
        _ticket({**event("topdesk_incident"), "request": body}, _settings())


def test_an_event_that_should_have_a_number_and_has_none_is_refused() -> None:
    """Where the settings say what names a message, its words do not stand in for it."""
    with pytest.raises(PayloadUnfit, match="/actie/id"):
        _ticket(event("topdesk_incident"), _settings(event="/actie/id"))


def test_every_condition_must_hold() -> None:
    """An event is answered only where all that `only_if` asks for is so."""
    both = {"/entryType": "E-mail", "/number": "M2611 0042"}
    assert _ticket(event("topdesk_incident"), _settings(only_if=both)) is not None
    one = {**both, "/number": "M2611 0001"}
    assert _ticket(event("topdesk_incident"), _settings(only_if=one)) is None


def test_a_note_is_lines_and_addresses(topdesk: tuple[TopdeskServer, Outgoing]) -> None:
    """TOPdesk knows few HTML elements: lines go in their place, with where each link leads."""
    server, connection = topdesk
    ADAPTER.post(INCIDENT, NOTE, connection)
    lines = [line.strip() for line in server.notes[0].body.split("<br>")]
    assert [line for line in lines if line] == [
        "Concept", "Kleiner dan 5 &lt; 6 &amp; meer", "* [1] kst-32793-703",
        "Bekijk: https://b.example/r?a=1&amp;b=2", "briefwijzer:1",
    ]


def test_a_login_that_is_no_operators_posts_nothing(
    topdesk: tuple[TopdeskServer, Outgoing],
) -> None:
    """Only an operator can hide an action from the caller: so nobody else writes one."""
    server, connection = topdesk
    server.is_operator = False
    with pytest.raises(NoteNotPosted):
        ADAPTER.post(INCIDENT, NOTE, connection)
    assert not server.notes


def test_a_login_that_cannot_see_the_notes_does_not_say_that_there_are_none(
    topdesk: tuple[TopdeskServer, Outgoing],
) -> None:
    """Who sees no invisible action would think a note lost, and post it a second time."""
    server, connection = topdesk
    ADAPTER.post(INCIDENT, NOTE, connection)
    server.is_operator = False
    with pytest.raises(NoteNotPosted):
        ADAPTER.has_note(INCIDENT, NOTE.marker, connection)


def test_a_note_is_found_where_fewer_are_given_at_once_than_asked(
    topdesk: tuple[TopdeskServer, Outgoing],
) -> None:
    """A page that is not full is not taken for the last: a note beyond it is found."""
    server, connection = topdesk
    server.gives = 10
    ADAPTER.post(INCIDENT, NOTE, connection)
    server.write(25)
    assert ADAPTER.has_note(INCIDENT, NOTE.marker, connection)
    assert not ADAPTER.has_note(INCIDENT, "briefwijzer:2", connection)
