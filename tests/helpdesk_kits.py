"""What the contract tests must know of each helpdesk system: its events, its API, its forgeries"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import SecretStr
from standardwebhooks import Webhook

from service.helpdesk.adapter import Delivery, HelpdeskSettings
from service.helpdesk.systems import django_helpdesk, freshdesk, topdesk, webhook, zammad
from tests.helpdesk_server import HelpdeskServer
from tests.helpdesk_servers import (
    DjangoServer,
    FreshdeskServer,
    TopdeskServer,
    WebhookServer,
    ZammadServer,
)
from tests.helpdesk_site import Site

EVENTS = Path(__file__).parent / "data" / "helpdesk"
KEY_ID = "k1"
QUESTION = "Wanneer wordt de Kamer geïnformeerd over de pilots?"
OTHER_QUESTION = "En wie betaalt de pilots?"
NAME = "Fatima El Amrani"
SUBJECT = "Vraag over de pilots"

_NUMBER = re.compile("[1-9][0-9]*", re.ASCII)
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

Change = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Kit:
    """One system. `customer` is a customer's message with `QUESTION`, `another` one of the same
    ticket, `other_ticket` the same words on another ticket, `unanswered` the events that nothing
    is to be done for, `forged` deliveries that do not come from the helpdesk. `put_ticket_id`
    changes the id in a payload; `required` leave out what a ticket cannot do without.

    `server` makes a helpdesk; it is given what starts a real django-helpdesk. `body_says`: the
    words of the note as they are posted there. `replies`: whether it can be asked for its notes;
    where it cannot, it takes the same note no second time. `many`: more messages than it gives at
    once."""

    settings: Callable[[str], HelpdeskSettings]
    signed: Callable[[bytes], Delivery]
    server: Callable[[Callable[[], Site]], HelpdeskServer]
    ticket_id: str
    customer: dict[str, Any]
    another: dict[str, Any]
    other_ticket: dict[str, Any]
    forged: Mapping[str, Callable[[bytes], Delivery]]
    put_ticket_id: Callable[[dict[str, Any], Any], None]
    ticket_id_form: re.Pattern[str]
    required: Mapping[str, Change]
    secrets: tuple[str, ...]
    unanswered: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    names: tuple[str, ...] = (NAME,)
    body_says: str = "ge\u00efnformeerd &amp; later"
    replies: bool = True
    many: int = 120
    answers_all: bool = False


def event(name: str) -> dict[str, Any]:
    """A documented event of `tests/data/helpdesk`."""
    read: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return read


def changed(payload: dict[str, Any], change: Change) -> dict[str, Any]:
    """A copy of `payload` that `change` has been at."""
    copy: dict[str, Any] = json.loads(json.dumps(payload))
    change(copy)
    return copy


def encoded(payload: Any) -> bytes:
    """The body of a request with this payload."""
    return json.dumps(payload, ensure_ascii=False).encode()


def with_key(body: bytes) -> Delivery:
    """A delivery that brought an API key with the scope `helpdesk`."""
    return Delivery({"content-type": "application/json"}, body, KEY_ID)


def without_key(body: bytes) -> Delivery:
    """A delivery that anybody could have made."""
    return Delivery({"content-type": "application/json"}, body, None)


# Zammad

ZAMMAD_SIGNATURE_TOKEN = "handtekening-0123456789"


def zammad_signed(body: bytes, token: str = ZAMMAD_SIGNATURE_TOKEN) -> Delivery:
    """A delivery as Zammad signs it: HMAC-SHA1 over the raw body."""
    signature = hmac.new(token.encode(), body, hashlib.sha1).hexdigest()
    headers = {
        "content-type": "application/json; charset=utf-8", "user-agent": "Zammad User Agent",
        "x-zammad-trigger": "Briefwijzer", "x-hub-signature": f"sha1={signature}",
        "x-zammad-delivery": "0b1f5a8e-5c1d-4f3a-9a57-2d2f1f0c7a11",
    }
    return Delivery(headers, body, None)


def _zammad_with(**article: Any) -> dict[str, Any]:
    return changed(event("zammad_customer"), lambda payload: payload["article"].update(article))


def _without(*path: str) -> Change:
    """Leave out what stands at `path`."""

    def change(payload: dict[str, Any]) -> None:
        for key in path[:-1]:
            payload = payload[key]
        del payload[path[-1]]

    return change


def _put(*path: str) -> Callable[[dict[str, Any], Any], None]:
    """Put a value at `path`."""

    def change(payload: dict[str, Any], value: Any) -> None:
        for key in path[:-1]:
            payload = payload[key]
        payload[path[-1]] = value

    return change


def _move_to_another_zammad_ticket(payload: dict[str, Any]) -> None:
    payload["ticket"]["id"] = payload["article"]["ticket_id"] = 82
    payload["article"]["id"] = 204


_ZAMMAD = Kit(
    settings=lambda address: zammad.ZammadSettings(
        address=address, token=ZammadServer.TOKEN, signature_token=ZAMMAD_SIGNATURE_TOKEN
    ),
    signed=zammad_signed,
    server=lambda _: ZammadServer(),
    ticket_id="81",
    customer=event("zammad_customer"),
    another=_zammad_with(id=105, body=OTHER_QUESTION),
    unanswered={
        "an agent's answer": _zammad_with(id=106, sender="Agent", type="email"),
        "an internal note": _zammad_with(id=107, internal=True),
        "our own note": _zammad_with(id=108, sender="Agent", internal=True, type="note"),
        "a message of the system": _zammad_with(id=109, sender="System"),
        "a trigger with no article": changed(
            event("zammad_customer"), lambda payload: payload.update(article={})
        ),
    },
    forged={
        "no signature": without_key,
        "a key in place of the signature": with_key,
        "another's signature": lambda body: zammad_signed(body, "een-ander-geheim"),
        "the signature of an older body": lambda body: Delivery(
            zammad_signed(b"{}").headers, body, None
        ),
        "a signature that is no ASCII": lambda body: Delivery(
            {"x-hub-signature": "sha1=é"}, body, None
        ),
    },
    put_ticket_id=_put("ticket", "id"),
    other_ticket=changed(event("zammad_customer"), _move_to_another_zammad_ticket),
    ticket_id_form=_NUMBER,
    required={
        "the ticket": _without("ticket"), "the ticket's number": _without("ticket", "id"),
        "the article": _without("article"), "the article's number": _without("article", "id"),
        "the message": _without("article", "body"), "its sender": _without("article", "sender"),
        "whether it is internal": _without("article", "internal"),
    },
    secrets=(ZammadServer.TOKEN, ZAMMAD_SIGNATURE_TOKEN),
)

# TOPdesk

_OTHER_ENTRY = {"/entryType": "E-mail"}


def _topdesk_with(**fields: Any) -> dict[str, Any]:
    return changed(event("topdesk_incident"), lambda payload: payload.update(fields))


_TOPDESK = Kit(
    settings=lambda address: topdesk.TopdeskSettings(
        address=address, login=TopdeskServer.LOGIN, only_if=_OTHER_ENTRY,
        application_password=TopdeskServer.PASSWORD,
    ),
    signed=with_key,
    server=lambda _: TopdeskServer(),
    ticket_id=TopdeskServer.INCIDENT,
    customer=event("topdesk_incident"),
    another=_topdesk_with(request=OTHER_QUESTION),
    unanswered={
        "an incident that an employee made": _topdesk_with(entryType="Intern"),
        "an incident that does not say how it came": changed(
            event("topdesk_incident"), _without("entryType")
        ),
    },
    forged={"no key": without_key},
    put_ticket_id=_put("id"),
    other_ticket=_topdesk_with(id="0c1d2e3f-8822-45e9-82ce-02983504020b"),
    ticket_id_form=_UUID,
    required={"the incident": _without("id"), "the message": _without("request")},
    secrets=(TopdeskServer.PASSWORD,),
)

# Freshdesk


def _freshdesk_with(name: str, **fields: Any) -> dict[str, Any]:
    return changed(event(name), lambda payload: payload["freshdesk_webhook"].update(fields))


_FRESHDESK = Kit(
    settings=lambda address: freshdesk.FreshdeskSettings(
        address=address, api_key=FreshdeskServer.KEY
    ),
    signed=with_key,
    server=lambda _: FreshdeskServer(),
    ticket_id="11",
    customer=event("freshdesk_created"),
    another=event("freshdesk_replied"),
    unanswered={
        "an agent's private note": _freshdesk_with(
            "freshdesk_replied", triggered_event="{note_type:private}"
        ),
        "an agent's public note": _freshdesk_with(
            "freshdesk_replied", triggered_event="{note_type:public}"
        ),
        "an agent's reply": _freshdesk_with(
            "freshdesk_replied",
            ticket_latest_public_comment="Joris de Wit : <div>Wij zoeken het uit.</div>",
        ),
    },
    forged={"no key": without_key},
    put_ticket_id=_put("freshdesk_webhook", "ticket_id"),
    other_ticket=_freshdesk_with("freshdesk_created", ticket_id=12),
    ticket_id_form=_NUMBER,
    required={
        "everything": _without("freshdesk_webhook"),
        "the ticket": _without("freshdesk_webhook", "ticket_id"),
        "the message": _without("freshdesk_webhook", "ticket_description"),
    },
    secrets=(FreshdeskServer.KEY,),
)

# Standard Webhooks

_OLD = datetime.now(UTC) - timedelta(hours=1)


def webhook_signed(
    body: bytes, secret: str = WebhookServer.SECRET, at: datetime | None = None
) -> Delivery:
    """A delivery as Standard Webhooks has it, each with an id of its own."""
    message_id, at = f"msg_{uuid4().hex}", at or datetime.now(UTC)
    headers = {
        "webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body.decode("utf-8", "replace")),
    }
    return Delivery(headers, body, None)


def _webhook_with(**fields: Any) -> dict[str, Any]:
    return {**event("webhook"), **fields}


_WEBHOOK = Kit(
    settings=lambda address: webhook.WebhookSettings(
        address=address, secrets=(SecretStr(WebhookServer.SECRET),)
    ),
    signed=webhook_signed,
    server=lambda _: WebhookServer(),
    ticket_id="T-81",
    customer=event("webhook"),
    another=_webhook_with(event_id="bericht-105", body=OTHER_QUESTION),
    other_ticket=_webhook_with(event_id="bericht-204", ticket_id="T-82"),
    forged={
        "no signature": without_key,
        "a key in place of the signature": with_key,
        "another's signature": lambda body: webhook_signed(body, "whsec_" + "c" * 40),
        "an old signature": lambda body: webhook_signed(body, at=_OLD),
        "the signature of an older body": lambda body: Delivery(
            webhook_signed(b"{}").headers, body, None
        ),
        "a time that is none": lambda body: Delivery(
            {**webhook_signed(body).headers, "webhook-timestamp": "nu"}, body, None
        ),
    },
    put_ticket_id=_put("ticket_id"),
    ticket_id_form=re.compile("[A-Za-z0-9][A-Za-z0-9._:#-]*", re.ASCII),
    required={"the ticket": _without("ticket_id"), "the message": _without("body")},
    secrets=(WebhookServer.SECRET,),
    replies=False,
    answers_all=True,
)

# django-helpdesk


def _django_followup(**fields: Any) -> dict[str, Any]:
    followup = {
        "id": 7, "user": None, "comment": OTHER_QUESTION, "public": True, "new_status": None,
        **fields,
    }
    payload = changed(
        event("django_helpdesk_ticket"),
        lambda copy: copy["ticket"].update(followup_set=[followup]),
    )
    return {**payload, "followup_id": 7}


_DJANGO = Kit(
    settings=lambda address: django_helpdesk.DjangoHelpdeskSettings(
        address=address, token=SecretStr(DjangoServer.TOKEN)
    ),
    signed=with_key,
    server=lambda start: DjangoServer(start()),
    ticket_id="1",
    customer=event("django_helpdesk_ticket"),
    another=_django_followup(),
    other_ticket=changed(
        event("django_helpdesk_ticket"), lambda payload: payload["ticket"].update(id=2)
    ),
    unanswered={
        "an employee's answer": _django_followup(user=3),
        "an internal note": _django_followup(public=False),
        "our own note": _django_followup(user=2, public=False),
        "a customer who closes the ticket": _django_followup(new_status=4),
    },
    forged={"no key": without_key},
    put_ticket_id=_put("ticket", "id"),
    ticket_id_form=_NUMBER,
    required={"the ticket": _without("ticket"), "the ticket's number": _without("ticket", "id")},
    secrets=(DjangoServer.TOKEN,),
    names=(),
    body_says="ge\u00efnformeerd & later",
    # It gives all at once, and is slow to write them.
    many=10,
)

KITS: dict[str, Kit] = {
    "django-helpdesk": _DJANGO, "freshdesk": _FRESHDESK, "topdesk": _TOPDESK,
    "webhook": _WEBHOOK, "zammad": _ZAMMAD,
}
