from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.helpdesk.adapter import Delivery, NotAuthentic, Note, NoteNotPosted, PayloadUnfit
from service.helpdesk.systems.webhook import ADAPTER, WebhookSettings
from tests.serving import running

OLD, NEW = "whsec_" + "b3Vk" * 11, "whsec_" + "bmll" * 11
NOTE = Note("<p>Concept</p>", "Concept “é”\n\nbriefwijzer:abc", "briefwijzer:abc")
EVENT = {"ticket_id": "T-12", "subject": "Pilots", "body": "Wanneer?", "names": ["J. Jansen"]}


class Receiver:
    """A system that keeps the notes it is sent, each once by its id, as the standard has it."""

    def __init__(self, secret: str, status: int = 200) -> None:
        self.secret, self.status = secret, status
        self.notes: dict[str, Any] = {}
        self.deliveries = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        if request.method == "HEAD":
            await Response(status_code=405)(scope, receive, send)
            return
        body = await request.body()
        message = Webhook(self.secret).verify(body, dict(request.headers))
        self.deliveries += 1
        self.notes.setdefault(request.headers["webhook-id"], message)
        await Response("dank", self.status)(scope, receive, send)


def _settings(*secrets: str, address: str = "http://127.0.0.1:9") -> WebhookSettings:
    return WebhookSettings.model_validate({"address": address, "secrets": secrets or (NEW,)})


def _signed(
    body: bytes, secret: str = NEW, *, message_id: str = "msg_1", age: timedelta = timedelta(0)
) -> Delivery:
    at = datetime.now(UTC) - age
    return Delivery({
        "webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body.decode()),
    }, body, None)


def _with(delivery: Delivery, **headers: str) -> Delivery:
    """The delivery with these headers (`_` for `-`), or without those that are empty."""
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {**delivery.headers, **changed}
    return Delivery({name: value for name, value in kept.items() if value}, delivery.body, None)


def _event(**fields: object) -> bytes:
    return json.dumps({**EVENT, **fields}, ensure_ascii=False).encode()


def test_either_secret_signs() -> None:
    """While a secret is replaced, events signed with the old and with the new are taken, and one
    may bring both signatures."""
    for secret in (OLD, NEW):
        ADAPTER.check_origin(_signed(_event(), secret), _settings(NEW, OLD))
    old, new = (_signed(_event(), secret).headers["webhook-signature"] for secret in (OLD, NEW))
    both = _with(_signed(_event()), webhook_signature=f"{old} {new}")
    ADAPTER.check_origin(both, _settings(NEW))
    with pytest.raises(NotAuthentic):
        ADAPTER.check_origin(_signed(_event(), OLD), _settings(NEW))


def _changed(**headers: str) -> Callable[[], Delivery]:
    return lambda: _with(_signed(_event()), **headers)


def _earlier() -> str:
    return str(int(datetime.now(UTC).timestamp()) - 60)


# Made when they are sent: what was signed when the tests began may be too old by then.
@pytest.mark.parametrize(
    "deliver",
    [
        lambda: Delivery(_signed(_event()).headers, _event(body="Anders"), None),
        _changed(webhook_id="msg_2"),
        lambda: _with(_signed(_event()), webhook_timestamp=_earlier()),
        lambda: _signed(_event(), age=timedelta(minutes=6)),
        lambda: _signed(_event(), age=-timedelta(minutes=6)),
        *(_changed(**{name: ""}) for name in (
            "webhook_id", "webhook_timestamp", "webhook_signature"
        )),
        *(_changed(webhook_signature=value) for value in (
            "v1", "v1,", "v1,é", "v1,=", "v2,AAAA", ",,,", "x y z", "v1a,AAAA", "v1,AAAA"
        )),
        *(_changed(webhook_timestamp=value) for value in ("nu", "nan", "inf", "1e400", "-1")),
        lambda: Delivery(_signed(_event()).headers, b"\xff\xfe", None),
        lambda: Delivery({}, _event(), "a-key"),
    ],
)
def test_what_is_not_authentic(deliver: Callable[[], Delivery]) -> None:
    """An event that was changed, is old or signed by nobody is refused, with a key as well; the
    reason helps nobody to forge one."""
    with pytest.raises(NotAuthentic) as raised:
        ADAPTER.check_origin(deliver(), _settings(NEW, OLD))
    assert not any(secret in str(raised.value) for secret in (NEW, OLD, "sha"))


def test_an_event_becomes_a_ticket() -> None:
    """Fields are read as they are documented; the message is named by its own id, or else by the
    delivery's, which is the same at every try."""
    read = ADAPTER.ticket_in(_signed(_event(content_type="text/html")), _settings())
    assert read is not None
    assert (read.ticket_id, read.event_id, read.is_html) == ("T-12", "msg_1", True)
    assert (read.subject, read.body, read.names) == ("Pilots", "Wanneer?", ("J. Jansen",))
    named = ADAPTER.ticket_in(_signed(_event(event_id=7, ticket_id=12)), _settings())
    assert named is not None
    assert (named.ticket_id, named.event_id, named.is_html) == ("12", "7", False)


@pytest.mark.parametrize(
    "fields",
    [
        {"ticket_id": None}, {"ticket_id": ""}, {"ticket_id": "../1"}, {"ticket_id": "a/b"},
        {"ticket_id": "https://elders.nl"}, {"ticket_id": True}, {"ticket_id": "x" * 201},
        {"ticket_id": "1\n"}, {"body": None}, {"body": ["x"]}, {"subject": 1},
        {"content_type": "text/rtf"}, {"names": "Jan"},
    ],
)
def test_what_is_no_event(fields: Mapping[str, object]) -> None:
    """A payload with a field that does not fit is refused by the field's name, not its value."""
    with pytest.raises(PayloadUnfit) as raised:
        ADAPTER.ticket_in(_signed(_event(**fields)), _settings())
    assert next(iter(fields)) in str(raised.value)
    assert "elders" not in str(raised.value)


def test_a_note_arrives_signed() -> None:
    """A note arrives unchanged, signed with the first secret, said to be internal; sent again it
    has the same id, so that the receiver keeps one."""
    receiver = Receiver(NEW)
    with running(receiver) as address:  # type: ignore[arg-type]
        settings = _settings(NEW, OLD, address=f"{address}/hook")
        with closing(ADAPTER.outgoing(settings)) as outgoing:
            ADAPTER.post("T-12", NOTE, outgoing)
            assert not ADAPTER.has_note("T-12", NOTE.marker, outgoing)
            ADAPTER.post("T-12", NOTE, outgoing)
            assert ADAPTER.probe(outgoing)
    assert receiver.deliveries == 2
    assert receiver.notes == {"briefwijzer:abc": {
        "type": "note", "ticket_id": "T-12", "internal": True, "html": NOTE.html,
        "text": NOTE.text, "marker": NOTE.marker,
    }}


def test_a_receiver_that_refuses() -> None:
    """A status that refuses is told, and after a fault the note is said to be uncertain."""
    receiver = Receiver(NEW, 500)
    with running(receiver) as address:  # type: ignore[arg-type]
        outgoing = ADAPTER.outgoing(_settings(NEW, address=f"{address}/geheim-pad"))
        with pytest.raises(NoteNotPosted) as raised:
            ADAPTER.post("T-12", NOTE, outgoing)
    assert raised.value.uncertain
    assert "geheim-pad" not in str(raised.value)
    with pytest.raises(NoteNotPosted):
        ADAPTER.probe(ADAPTER.outgoing(_settings(NEW, address=address)))


@pytest.mark.parametrize("secrets", [(), (NEW, OLD, NEW), ("whsec_AAAA",), ("é" * 40,)])
def test_secrets_that_do_not_fit(secrets: tuple[str, ...]) -> None:
    """One secret or two, each of the form and length that the standard asks for."""
    with pytest.raises(ValidationError):
        WebhookSettings.model_validate({"address": "http://127.0.0.1:9", "secrets": secrets})
