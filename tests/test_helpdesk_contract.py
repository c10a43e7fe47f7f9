from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.helpdesk.adapter import Adapter, NotAuthentic, Note, NoteNotPosted, PayloadUnfit
from service.helpdesk.note import render
from service.helpdesk.outgoing import Outgoing
from service.helpdesk.registry import adapters
from tests.helpdesk_kits import (
    KITS,
    OTHER_QUESTION,
    QUESTION,
    SUBJECT,
    Kit,
    changed,
    encoded,
)
from tests.helpdesk_server import READS, WRITES, HelpdeskServer, Trouble, served
from tests.helpdesk_site import Site, site

ADAPTERS = adapters()
NOWHERE = "https://helpdesk.example"
# How long a silent helpdesk is silent, and how long it is waited for, in seconds.
LONG, SHORT = 60.0, 3.0
MARKER = "briefwijzer:0a1b2c3d"
NOTE = Note(
    html="<p><b>Concept</b>: de Kamer wordt in 2026 ge\u00efnformeerd &amp; later weer.</p>"
    f"<p>{MARKER}</p>",
    text=f"Concept: de Kamer wordt in 2026 ge\u00efnformeerd & later weer.\n\n{MARKER}",
    marker=MARKER,
)
# What a ticket id must never be: it becomes a part of an address.
NO_TICKET_IDS = [
    "../../users/1", "..", "81/../82", "https://elders.example/81", "//elders.example", "81?x=1",
    "%2e%2e", "81\n", "", " ", "-1", 0, -1, 1.5, None, True, [], {}, ["81"],
    "\u0661\u0662", "81 82", "9" * 5_000,
]


class Desk(NamedTuple):
    """An adapter, its connection, and the helpdesk that this leads to."""

    adapter: Adapter
    kit: Kit
    server: HelpdeskServer
    connection: Outgoing

    def post(self) -> None:
        """Put the note on the ticket."""
        self.adapter.post(self.server.ticket_id, NOTE, self.connection)

    def has_note(self) -> bool:
        """Whether it is there."""
        return self.adapter.has_note(self.server.ticket_id, MARKER, self.connection)


def _kit(name: str) -> Kit:
    if name not in KITS:
        pytest.fail(
            f"there is an adapter {name!r} that no test knows: put its documented events in "
            "tests/data/helpdesk, a server that speaks its API in tests/helpdesk_servers.py, and "
            "a Kit in KITS of tests/helpdesk_kits.py"
        )
    return KITS[name]


@pytest.fixture(params=sorted(ADAPTERS))
def adapter(request: pytest.FixtureRequest) -> Adapter:
    """Every adapter in turn."""
    return ADAPTERS[request.param]


@pytest.fixture
def kit(adapter: Adapter) -> Kit:
    """What is known of its system."""
    return _kit(adapter.name)


@pytest.fixture(scope="module")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Site]]:
    """What gives a real django-helpdesk: one, from when it is first asked for."""
    with contextlib.ExitStack() as stack:
        yield cache(lambda: stack.enter_context(site(tmp_path_factory.mktemp("helpdesk"))))


@pytest.fixture
def desk(adapter: Adapter, kit: Kit, real_site: Callable[[], Site]) -> Iterator[Desk]:
    """The adapter, with a helpdesk that speaks its API, or is the product itself."""
    server = kit.server(real_site)
    with served(server) as address, contextlib.closing(
        adapter.outgoing(kit.settings(address))
    ) as connection:
        yield Desk(adapter, kit, server, connection)


def _ticket(adapter: Adapter, kit: Kit, payload: Any) -> Any:
    return adapter.ticket_in(kit.signed(encoded(payload)), kit.settings(NOWHERE))


def _failure(desk: Desk, trouble: Trouble) -> NoteNotPosted:
    """What is the matter when the note is posted in this trouble."""
    desk.server.trouble = trouble
    with pytest.raises(NoteNotPosted) as failed:
        desk.post()
    return failed.value


# Events


def test_a_customers_message_becomes_a_ticket(adapter: Adapter, kit: Kit) -> None:
    """The documented event gives the id, the subject, the words and the name of the customer."""
    ticket = _ticket(adapter, kit, kit.customer)
    assert (ticket.ticket_id, ticket.subject) == (kit.ticket_id, SUBJECT)
    assert QUESTION in ticket.body
    assert set(kit.names) <= set(ticket.names)


def test_what_is_delivered_again_is_the_same_event(adapter: Adapter, kit: Kit) -> None:
    """A helpdesk that tries again asks nothing new, whatever order its fields come in."""
    again = dict(reversed(kit.customer.items()))
    assert _ticket(adapter, kit, again) == _ticket(adapter, kit, kit.customer)


def test_another_message_of_the_same_ticket_is_another_event(adapter: Adapter, kit: Kit) -> None:
    """A customer who asks on is answered too."""
    first, second = (_ticket(adapter, kit, payload) for payload in (kit.customer, kit.another))
    assert OTHER_QUESTION in second.body
    assert (first.ticket_id, first.event_id) != (second.ticket_id, second.event_id)
    assert first.ticket_id == second.ticket_id


def test_the_same_words_on_another_ticket_are_another_event(adapter: Adapter, kit: Kit) -> None:
    """A question that two customers ask in the same words is answered on both tickets."""
    payloads = (kit.customer, kit.other_ticket)
    first, second = (_ticket(adapter, kit, payload) for payload in payloads)
    assert first.ticket_id != second.ticket_id
    assert first.event_id != second.event_id


def test_notes_and_employees_are_not_answered(adapter: Adapter, kit: Kit) -> None:
    """Nothing but a customer's own message is answered: least of all our own note."""
    assert bool(kit.unanswered) != kit.answers_all
    for what, payload in kit.unanswered.items():
        assert _ticket(adapter, kit, payload) is None, what


def test_settings_keep_their_secrets(kit: Kit) -> None:
    """What an installation sets can be shown or logged without its secrets."""
    shown = repr(kit.settings(NOWHERE)) + str(kit.settings(NOWHERE))
    assert kit.secrets
    assert not any(secret in shown for secret in kit.secrets)


# Origin


def test_the_helpdesk_that_is_configured_is_believed(adapter: Adapter, kit: Kit) -> None:
    """A genuine delivery passes."""
    adapter.check_origin(kit.signed(encoded(kit.customer)), kit.settings(NOWHERE))


def test_who_cannot_prove_to_be_the_helpdesk_is_not_believed(adapter: Adapter, kit: Kit) -> None:
    """Without its signature or a key, anybody could have asked; the message tells no secret."""
    assert kit.forged
    for what, forge in kit.forged.items():
        with pytest.raises(NotAuthentic) as refused:
            adapter.check_origin(forge(encoded(kit.customer)), kit.settings(NOWHERE))
        assert not any(secret in str(refused.value) for secret in kit.secrets), what


# Payloads that are none


def test_a_payload_that_lacks_what_a_ticket_needs_is_refused(adapter: Adapter, kit: Kit) -> None:
    """Each thing needed is missed by itself, in one line that repeats no word of the customer."""
    assert kit.required
    for what, leave_out in kit.required.items():
        with pytest.raises(PayloadUnfit) as refused:
            _ticket(adapter, kit, changed(kit.customer, leave_out))
        message = str(refused.value)
        assert "\n" not in message, what
        assert QUESTION not in message, what


@pytest.mark.parametrize("ticket_id", NO_TICKET_IDS, ids=lambda value: repr(value)[:20])
def test_a_ticket_id_that_is_none_is_refused(adapter: Adapter, kit: Kit, ticket_id: Any) -> None:
    """What would lead a call elsewhere (a path, an address) never becomes a ticket."""
    payload = changed(kit.customer, lambda copy: kit.put_ticket_id(copy, ticket_id))
    with pytest.raises(PayloadUnfit):
        _ticket(adapter, kit, payload)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"geen JSON", b"\xff\xfe{}", b'{"a": "\\ud800"}', b"[" * 100_000, b'{"a":' * 50_000,
        b"{}", b"[]", b"null", b"1e999", b"9" * 10_000, b'"' + b"a" * 1_000_000 + b'"', b"NaN",
    ],
    ids=lambda body: repr(body)[:20],
)
def test_a_body_that_is_no_payload_is_refused(adapter: Adapter, kit: Kit, body: bytes) -> None:
    """Whatever is sent, one kind of refusal comes of it."""
    with pytest.raises(PayloadUnfit):
        adapter.ticket_in(kit.signed(body), kit.settings(NOWHERE))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@pytest.mark.parametrize("name", sorted(ADAPTERS))
@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_no_payload_whatever_breaks_an_adapter(name: str, data: st.DataObject) -> None:
    """With any part of the documented event replaced by any JSON, there is a ticket that can be
    stored, none, or a refusal."""
    adapter, kit = ADAPTERS[name], _kit(name)
    payload = changed(kit.customer, lambda copy: _replace_a_part(copy, data))
    try:
        ticket = _ticket(adapter, kit, payload)
    except PayloadUnfit:
        return
    if ticket is not None:
        for text in (ticket.ticket_id, ticket.event_id, ticket.subject, ticket.body, *ticket.names):
            text.encode()
        assert kit.ticket_id_form.fullmatch(ticket.ticket_id)


def _replace_a_part(payload: dict[str, Any], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(payload)))
    if isinstance(payload[key], dict) and payload[key] and data.draw(st.booleans()):
        _replace_a_part(payload[key], data)
    else:
        payload[key] = data.draw(_JSON)


@pytest.mark.parametrize("text", [" " * 900_000, "a : " * 200_000, "<" * 900_000, "\u0000" * 9])
def test_a_message_as_long_as_a_body_may_be_is_read(
    adapter: Adapter, kit: Kit, text: str
) -> None:
    """Texts made to be slow to read hold nothing up: each comes to a ticket, or is refused."""
    with contextlib.suppress(PayloadUnfit):
        assert _ticket(adapter, kit, _with_texts(kit.customer, text)) is not None


def _with_texts(payload: Any, text: str) -> Any:
    """The payload, with this before each text in it that has a space in it, as no key has."""
    if isinstance(payload, dict):
        return {key: _with_texts(value, text) for key, value in payload.items()}
    return text + payload if isinstance(payload, str) and " " in payload else payload


# Notes


def test_a_note_is_internal_and_whole(desk: Desk) -> None:
    """What is posted, no customer sees; its words and its marker come through unharmed."""
    desk.post()
    ((ticket_id, body, is_internal),) = desk.server.notes
    assert (ticket_id, is_internal) == (desk.server.ticket_id, True)
    assert MARKER in body
    assert desk.kit.body_says in body
    assert not desk.server.seen(by_employee=False)


def test_the_services_own_note_is_taken(desk: Desk) -> None:
    """A note as the service renders it is one that the helpdesk takes, whole."""
    note = render("0a1b2c3d", [], [], base_url=None)
    desk.adapter.post(desk.server.ticket_id, note, desk.connection)
    (written,) = desk.server.notes
    assert "alleen intern" in written.body
    assert note.marker in written.body


def test_a_note_is_found_again_by_its_marker(desk: Desk) -> None:
    """Before it is posted it is not there, after it is, and another's marker is not its own."""
    assert not desk.has_note()
    desk.post()
    assert desk.has_note() or not desk.kit.replies
    other = MARKER.replace("0a1b", "ffff")
    assert not desk.adapter.has_note(desk.server.ticket_id, other, desk.connection)


@pytest.mark.parametrize("is_last", [True, False], ids=["last", "first"])
def test_a_note_is_found_on_a_ticket_with_many_messages(desk: Desk, is_last: bool) -> None:
    """A note among more others than a page holds is found, whether it is the first or the last."""
    if not desk.kit.replies:
        pytest.skip("cannot be asked for its notes")
    desk.server.write(desk.kit.many if is_last else 0)
    assert not desk.has_note()
    desk.post()
    desk.server.write(0 if is_last else desk.kit.many)
    assert desk.has_note()


def test_a_probe_changes_nothing_and_says_who_it_is(desk: Desk) -> None:
    """An administrator can see that the rights are right, and no customer notices."""
    assert desk.adapter.probe(desk.connection).strip()
    assert not desk.server.writes


def test_calls_go_nowhere_but_to_the_ticket(desk: Desk) -> None:
    """Each call for a note is to the host configured and for that ticket, or for no ticket."""
    desk.post()
    desk.has_note()
    assert desk.server.calls
    assert not any(".." in call or "//" in call for call in desk.server.calls)


# Helpdesks in trouble


@pytest.mark.parametrize(("status", "is_final"), [(401, False), (403, True)])
def test_lacking_rights_are_told_without_the_secret(
    desk: Desk, status: int, is_final: bool
) -> None:
    """A secret that ran out is mended within hours, and the notes of those hours still come; what
    an account may not do at all is not tried over and over."""
    failure = _failure(desk, Trouble(status))
    assert (failure.final, failure.uncertain) == (is_final, False)
    assert not any(secret in str(failure) for secret in desk.kit.secrets)


def test_a_ticket_that_is_gone_is_told_for_good(desk: Desk) -> None:
    """A note for a ticket that was deleted has nowhere to go."""
    with pytest.raises(NoteNotPosted) as failed:
        desk.adapter.post(desk.server.unknown_id, NOTE, desk.connection)
    assert failed.value.final
    assert not desk.server.notes


def test_a_helpdesk_that_is_asked_too_much_is_given_the_time_it_asks(desk: Desk) -> None:
    """A rate limit is kept to, for as long as the helpdesk says."""
    failure = _failure(desk, Trouble(429, {"Retry-After": "37"}))
    assert (failure.final, failure.uncertain, failure.retry_after) == (False, False, 37.0)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_helpdesk_that_is_broken_is_tried_again(desk: Desk, status: int) -> None:
    """An hour's trouble of the helpdesk costs no note."""
    assert not _failure(desk, Trouble(status)).final


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(is_cut_off=True, is_taken=True), Trouble(seconds=LONG, is_taken=True),
        Trouble(500, is_taken=True), Trouble(200, body=b"<html>Log in</html>", is_taken=True),
    ],
    ids=["cut off", "silent", "failing", "no JSON"],
)
def test_a_note_that_was_perhaps_taken_is_posted_once(
    desk: Desk, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A helpdesk that takes the note and does not say so is asked for it before another is posted:
    in the end it has one."""
    if not desk.kit.replies and (trouble.is_cut_off or trouble.status == 200):
        pytest.skip("says nothing but its status")
    with monkeypatch.context() as hasty:
        if trouble.seconds:
            # How long a helpdesk is waited for is for `Outgoing` to say; not so long, here.
            hasty.setattr(desk.connection, "_deadline", SHORT)
        failure = _failure(desk, trouble)
    assert (failure.final, failure.uncertain) == (False, True)
    desk.server.trouble = None
    if not desk.has_note():
        desk.post()
    (written,) = desk.server.notes
    assert desk.kit.body_says in written.body


def test_a_helpdesk_that_cannot_be_reached_has_no_note(adapter: Adapter, kit: Kit) -> None:
    """Where nobody listens, nothing was taken: there is no doubt, and it is tried again."""
    with served(HelpdeskServer("1", "2")) as address:
        pass
    with (
        contextlib.closing(adapter.outgoing(kit.settings(address))) as connection,
        pytest.raises(NoteNotPosted) as failed,
    ):
        adapter.post(kit.ticket_id, NOTE, connection)
    assert (failed.value.final, failed.value.uncertain) == (False, False)


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"<html>Log in</html>", b"{}", b"null", b"1", b'[1, null, "x"]']
)
def test_a_reply_that_is_no_reply_is_told(desk: Desk, body: bytes) -> None:
    """A page to log in, or anything else in place of a reply, never passes for a note taken."""
    if not desk.kit.replies:
        pytest.skip("says nothing but its status")
    desk.server.trouble = Trouble(200, body=body, methods=READS | WRITES)
    for ask in (desk.post, desk.has_note, lambda: desk.adapter.probe(desk.connection)):
        with pytest.raises(NoteNotPosted):
            ask()


def test_no_secret_and_no_word_of_a_customer_is_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes right or wrong, a log tells neither a secret nor what a customer wrote."""
    caplog.set_level(logging.DEBUG)
    delivery = desk.kit.signed(encoded(desk.kit.customer))
    desk.adapter.ticket_in(delivery, desk.kit.settings(NOWHERE))
    desk.post()
    _failure(desk, Trouble(401))
    told = json.dumps([record.getMessage() for record in caplog.records])
    assert not any(said in told for said in (*desk.kit.secrets, *desk.kit.names, QUESTION))
