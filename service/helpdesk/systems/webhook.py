"""Any other system, by signed webhooks both ways (Standard Webhooks 1.0)

What comes in is JSON: `{"ticket_id", "subject", "body", "event_id", "content_type", "names"}`, the
last three optional: `event_id` names the message where the header `webhook-id` is a new one at
every try; `content_type` is `text/plain` or `text/html`; `names` are people's, to be masked. A
message that is not to be answered is not sent here.

What goes out, to the address that is configured: `{"type": "note", "ticket_id", "internal": true,
"html", "text", "marker"}`. Its `webhook-id` is the same at every try: a receiver that has seen it
drops what comes again, and answers with a status from 200 to 299, whatever the body.

Every request carries the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`:
https://www.standardwebhooks.com.
"""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime
from typing import Annotated, Literal, cast

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from service.helpdesk.adapter import (
    Adapter,
    Delivery,
    HelpdeskSettings,
    NotAuthentic,
    Note,
    NoteNotPosted,
    Ticket,
)
from service.helpdesk.outgoing import Outgoing
from service.helpdesk.payload import Number, PayloadPart, people, read_payload

_TITLE = "Webhook"
_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")
# As the standard asks of a secret: 24 bytes or more.
_LEAST_BYTES = 24


def _secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().removeprefix("whsec_")
    try:
        length = len(b64decode(text + "=" * (-len(text) % 4), validate=True))
    except ValueError:
        length = 0
    if length < _LEAST_BYTES:
        raise PydanticCustomError(
            "secret_unfit",
            "A secret is `whsec_` and base64 of 24 bytes or more: make one with "
            "`echo whsec_$(openssl rand -base64 32)`",
        )
    return value


class WebhookSettings(HelpdeskSettings):
    """`address` is where notes are posted to. `secrets` sign the events that come; there may be
    two, while one takes the other's place. The first signs the notes that go out."""

    secrets: tuple[Annotated[SecretStr, AfterValidator(_secret)], ...] = Field(
        min_length=1, max_length=2
    )


# Nothing of a path or an address, wherever the receiver may put it.
_Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:#-]{0,199}$")]


class _Event(PayloadPart):
    ticket_id: _Id | Number
    event_id: _Id | Number | None = None
    subject: str = ""
    body: str
    content_type: Literal["text/plain", "text/html"] = "text/plain"
    names: tuple[str, ...] = ()


class _SignedOutgoing(Outgoing):
    """Posts to one address, signing each time anew: a signature is old after five minutes."""

    def __init__(self, settings: WebhookSettings) -> None:
        super().__init__(settings.address, system=_TITLE)
        self._secret = settings.secrets[0]

    def send(self, message_id: str, message: dict[str, object]) -> None:
        """Post `message`, signed.

        Raises:
            NoteNotPosted: it was not taken, or perhaps not.
        """
        from standardwebhooks import Webhook

        now = datetime.now(UTC)
        body = json.dumps(message, ensure_ascii=False)
        signature = Webhook(self._secret.get_secret_value()).sign(message_id, now, body)
        headers = {
            "webhook-id": message_id, "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature, "content-type": "application/json",
        }
        self.call("POST", (), content=body.encode(), headers=headers, reads_reply=False)


class _Webhook:
    name = "webhook"
    title = _TITLE
    settings = WebhookSettings
    tried_against = "receivers and senders made for the tests, by the library of the standard"
    wiring = (
        "post each message that is to be answered to {hook}, as JSON, signed by Standard Webhooks "
        "with the secret configured here"
    )

    def check_origin(self, delivery: Delivery, settings: WebhookSettings) -> None:
        from standardwebhooks import Webhook, WebhookVerificationError

        if missing := [name for name in _SIGNED if not delivery.headers.get(name)]:
            raise NotAuthentic(f"the header {missing[0]} is missing: sign the event")
        for secret in settings.secrets:
            try:
                Webhook(secret.get_secret_value()).verify(
                    delivery.body, dict(delivery.headers), json_parse=False
                )
            # The library's own for what does not fit; ValueError for headers it cannot read.
            except (WebhookVerificationError, ValueError):
                continue
            return
        raise NotAuthentic(
            "the signature is not of this event, or is more than five minutes old: compare the "
            "secret with the one configured, and the clocks of both machines"
        )

    def ticket_in(self, delivery: Delivery, settings: WebhookSettings) -> Ticket | None:
        event = read_payload(_Event, delivery.body, _TITLE)
        event_id = event.event_id or delivery.headers.get("webhook-id", "")
        return Ticket(
            ticket_id=str(event.ticket_id), event_id=str(event_id), subject=event.subject,
            body=event.body, is_html=event.content_type == "text/html",
            names=people(event.names),
        )

    def outgoing(self, settings: WebhookSettings) -> Outgoing:
        return _SignedOutgoing(settings)

    def has_note(self, ticket_id: str, marker: str, helpdesk: Outgoing) -> bool:
        # There is nobody to ask: who has the note already drops the next one by its id.
        return False

    def post(self, ticket_id: str, note: Note, helpdesk: Outgoing) -> None:
        message = {
            "type": "note", "ticket_id": ticket_id, "internal": True,
            "html": note.html, "text": note.text, "marker": note.marker,
        }
        cast(_SignedOutgoing, helpdesk).send(note.marker, message)

    def probe(self, helpdesk: Outgoing) -> str:
        # Whatever was posted would be taken for a note.
        try:
            helpdesk.call("HEAD", (), reads_reply=False)
        except NoteNotPosted as error:
            # A receiver may well know POST alone; that it says so shows that it is there.
            if not error.final:
                raise
        return "it can be reached; whether it takes a note, the first one shows"


ADAPTER: Adapter = _Webhook()
