from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from service.helpdesk.adapter import Delivery, NotAuthentic, Note, NoteNotPosted, Ticket
from service.helpdesk.outgoing import Outgoing
from service.helpdesk.systems.zammad import ADAPTER, ZammadSettings
from tests.helpdesk_kits import (
    NAME,
    changed,
    encoded,
    event,
    with_key,
    without_key,
    zammad_signed,
)
from tests.helpdesk_server import Trouble, served
from tests.helpdesk_servers import ZammadServer

SETTINGS = ZammadSettings(
    address="https://zammad.example", token=ZammadServer.TOKEN,
    signature_token="een-lang-geheim-0123",
)
NOTE = Note("<p>Concept</p><p>briefwijzer:1</p>", "Concept\n\nbriefwijzer:1", "briefwijzer:1")


@pytest.fixture
def zammad() -> Iterator[tuple[ZammadServer, Outgoing]]:
    """A Zammad, and a connection to it."""
    server = ZammadServer()
    with served(server) as address:
        settings = SETTINGS.model_copy(update={"address": address})
        with contextlib.closing(ADAPTER.outgoing(settings)) as connection:
            yield server, connection


def _ticket(payload: dict[str, Any]) -> Ticket | None:
    return ADAPTER.ticket_in(without_key(encoded(payload)), SETTINGS)


def _article(**fields: Any) -> dict[str, Any]:
    return changed(event("zammad_customer"), lambda payload: payload["article"].update(fields))


def test_a_custom_payload_whose_values_are_all_strings_makes_a_ticket() -> None:
    """Zammad writes every variable of a custom payload as a string: numbers, true and false."""
    ticket = _ticket(event("zammad_custom"))
    assert ticket is not None
    assert (ticket.ticket_id, ticket.event_id, ticket.is_html) == ("81", "104", False)
    assert ticket.names == (NAME,)


def test_an_internal_article_of_a_custom_payload_is_left_alone() -> None:
    """The string "true" is as internal as the value true."""
    internal = changed(
        event("zammad_custom"), lambda payload: payload["article"].update(internal="true")
    )
    assert _ticket(internal) is None


def test_everybody_whom_the_payload_names_is_named() -> None:
    """Who sent it and who owns the ticket are known by name; Zammad's own user "-" is nobody."""
    ticket = _ticket(event("zammad_customer"))
    assert ticket is not None
    assert ticket.names == (NAME, "Joris de Wit")


def test_what_a_customer_said_by_telephone_is_answered() -> None:
    """An agent who writes down a customer's call says in Zammad that the customer is its sender."""
    assert _ticket(_article(type="phone", content_type="text/plain")) is not None


def test_the_signature_is_of_the_raw_body() -> None:
    """The same JSON in other bytes is not what was signed."""
    body = encoded(event("zammad_customer"))
    delivery = zammad_signed(body, "een-lang-geheim-0123")
    ADAPTER.check_origin(delivery, SETTINGS)
    with pytest.raises(NotAuthentic, match="signature_token"):
        ADAPTER.check_origin(Delivery(delivery.headers, body + b" ", None), SETTINGS)


def test_a_webhook_with_no_signature_token_brings_an_api_key() -> None:
    """Zammad can send a bearer token in place of a signature; one of the two there must be."""
    unsigned = SETTINGS.model_copy(update={"signature_token": None})
    ADAPTER.check_origin(with_key(b"{}"), unsigned)
    with pytest.raises(NotAuthentic, match="API key"):
        ADAPTER.check_origin(without_key(b"{}"), unsigned)


@pytest.mark.parametrize(
    "secrets", [{"signature_token": ""}, {"signature_token": "kort"}, {"token": ""},
    {"token": "een token"}, {"token": "g\u00e9heim"}, {"signature": "geheim-0123456789"}],
)
def test_a_secret_that_protects_nothing_is_refused(secrets: dict[str, str]) -> None:
    """An empty or short signature token, or a misspelt name of it, lets anybody in: none is taken,
    and the refusal repeats no secret."""
    given = {"address": "https://zammad.example", "token": ZammadServer.TOKEN}
    with pytest.raises(ValidationError) as refused:
        ZammadSettings(**{**given, **secrets})
    assert not any(secret and secret in str(refused.value) for secret in secrets.values())


def test_a_token_that_is_no_agents_posts_nothing(zammad: tuple[ZammadServer, Outgoing]) -> None:
    """Zammad shows the customer what is written without `ticket.agent`: so nothing is written."""
    server, connection = zammad
    server.is_agent = False
    with pytest.raises(NoteNotPosted) as failed:
        ADAPTER.post("81", NOTE, connection)
    assert failed.value.final
    assert not server.notes
    with pytest.raises(NoteNotPosted):
        ADAPTER.probe(connection)


def test_a_note_that_a_customer_can_see_all_the_same_is_told(
    zammad: tuple[ZammadServer, Outgoing],
) -> None:
    """Should Zammad not keep a note internal, an administrator reads which to hide, at once."""
    server, connection = zammad
    server.keeps_internal = False
    with pytest.raises(NoteNotPosted, match="81 visible to the customer") as failed:
        ADAPTER.post("81", NOTE, connection)
    assert failed.value.final


def test_a_reply_of_another_form_leaves_it_uncertain(zammad: tuple[ZammadServer, Outgoing]) -> None:
    """An article that does not say whether it is internal may be there: it is looked for first."""
    server, connection = zammad
    server.trouble = Trouble(201, body=b'{"id": 1, "body": "Concept"}', is_taken=True)
    with pytest.raises(NoteNotPosted) as failed:
        ADAPTER.post("81", NOTE, connection)
    assert (failed.value.final, failed.value.uncertain) == (False, True)
