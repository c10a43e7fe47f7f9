"""Zammad: a trigger's signed webhook in, an internal article out

After the Zammad Admin Documentation ("Webhook"), the Zammad REST API documentation ("Articles",
"User") and, for who may do what, Zammad's source code (the policy of its tickets controller):
tested against what these say, never against Zammad itself.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
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
from service.helpdesk.payload import (
    Number,
    PayloadPart,
    people,
    read_payload,
    read_reply,
    require_key,
)

# What signs with less, anybody could guess.
_SHORTEST = 16
_LONGEST_SENDER = 1_000
_SUBJECT = "Concept van Briefwijzer"
# Who wrote an article, in Zammad's words; its other senders are Agent and System.
_CUSTOMER = "Customer"
_HTML = "text/html"
# What only the permission `ticket.agent` opens. Of the calls that the documentation says need it,
# most are open to others too in the source code.
_AGENTS_ONLY = "ticket_recent"
_API = ("api", "v1")


class _Ticket(PayloadPart):
    id: Number
    title: str | None = None
    customer: Any = None
    owner: Any = None
    created_by: Any = None
    updated_by: Any = None


class _Article(PayloadPart):
    id: Number
    body: str
    sender: str
    internal: bool
    content_type: str | None = None
    from_: Any = Field(default=None, alias="from")
    created_by: Any = None


def _none_where_empty(article: Any) -> Any:
    # What Zammad sends where no article set the trigger off.
    return None if article == {} else article


class _Payload(PayloadPart):
    ticket: _Ticket
    article: Annotated[_Article | None, BeforeValidator(_none_where_empty)]


class _Written(PayloadPart):
    """An article, as the API gives it."""

    body: str | None
    internal: bool


class _Account(PayloadPart):
    login: str


class _Recent(PayloadPart):
    ticket_ids_recent_viewed: list[Any]


def _plain(value: SecretStr) -> SecretStr:
    # A header can hold no others.
    if not re.fullmatch("[!-~]+", value.get_secret_value()):
        raise PydanticCustomError("token_unfit", "a token is letters, digits and marks, no spaces")
    return value


class ZammadSettings(HelpdeskSettings):
    """`token`: the access token of an agent, with the permission `ticket.agent`.

    `signature_token`: the "HMAC SHA1 Signature Token" of the webhook. Without one, the webhook
    must bring an API key of this service with the scope `helpdesk`, as its bearer token.
    """

    token: Annotated[SecretStr, AfterValidator(_plain)]
    signature_token: Annotated[SecretStr, Field(min_length=_SHORTEST)] | None = None


class _Zammad:
    name = "zammad"
    title = "Zammad"
    settings = ZammadSettings
    tried_against = "its documentation, never the product"
    wiring = (
        "make a webhook (Admin, Manage, Webhook) with the endpoint {hook} and, as its HMAC SHA1 "
        "Signature Token, `signature_token`; leave Custom Payload off\n"
        "make a trigger (Admin, Manage, Trigger), activated by Action, with the conditions Article "
        "Sender is Customer and Article Visibility is public, that notifies by this webhook"
    )

    def check_origin(self, delivery: Delivery, settings: ZammadSettings) -> None:
        """By the signature over the raw body, or else by the API key.

        Zammad signs no time: a delivery that is played again names the same article, so that no
        second note comes of it.
        """
        if settings.signature_token is None:
            require_key(delivery, self.title)
            return
        token = settings.signature_token.get_secret_value().encode()
        expected = "sha1=" + hmac.new(token, delivery.body, "sha1").hexdigest()
        sent = delivery.headers.get("x-hub-signature", "")
        if not hmac.compare_digest(expected.encode(), sent.encode("utf-8", "replace")):
            raise NotAuthentic(
                "the signature (X-Hub-Signature) is lacking, or is not of this body: give the "
                "webhook in Zammad the HMAC SHA1 Signature Token that is `signature_token` here"
            )

    def ticket_in(self, delivery: Delivery, settings: ZammadSettings) -> Ticket | None:
        """The customer's article; None for an agent's, an internal one, or where there is none."""
        payload = read_payload(_Payload, delivery.body, self.title)
        ticket, article = payload.ticket, payload.article
        if article is None or article.internal or article.sender != _CUSTOMER:
            return None
        return Ticket(
            ticket_id=str(ticket.id),
            event_id=str(article.id),
            subject=ticket.title or "",
            body=article.body,
            is_html=(article.content_type or "").startswith(_HTML),
            names=people(_names(ticket, article)),
        )

    def outgoing(self, settings: ZammadSettings) -> Outgoing:
        """With the agent's access token."""
        token = settings.token.get_secret_value()
        return Outgoing(
            settings.address, system=self.title, headers={"Authorization": f"Token token={token}"}
        )

    def has_note(self, ticket_id: str, marker: str, helpdesk: Outgoing) -> bool:
        """Whether one of the ticket's articles, all of which an agent sees, holds the marker."""
        reply = helpdesk.get(*_API, "ticket_articles", "by_ticket", ticket_id)
        articles = read_reply(list[_Written], reply, self.title)
        return any(marker in (article.body or "") for article in articles)

    def post(self, ticket_id: str, note: Note, helpdesk: Outgoing) -> None:
        """An internal article of the type `note`.

        What is written without the permission `ticket.agent` Zammad shows to the customer,
        whatever is asked for. So what needs that permission is asked first.
        """
        self._see_that_it_is_an_agent(helpdesk)
        reply = helpdesk.post(
            *_API, "ticket_articles",
            json={
                "ticket_id": int(ticket_id), "subject": _SUBJECT, "body": note.html,
                "content_type": _HTML, "type": "note", "internal": True,
            },
        )
        if not read_reply(_Written, reply, self.title, is_write=True).internal:
            raise NoteNotPosted(
                f"Zammad made the note on ticket {ticket_id} visible to the customer: hide it "
                "there, and give `token` the permission ticket.agent", final=True,
            )

    def probe(self, helpdesk: Outgoing) -> str:
        """Whose token it is, after what only an agent may ask."""
        self._see_that_it_is_an_agent(helpdesk)
        account = read_reply(_Account, helpdesk.get(*_API, "users", "me"), self.title)
        return f"agent {account.login}"

    def _see_that_it_is_an_agent(self, helpdesk: Outgoing) -> None:
        try:
            reply = helpdesk.get(*_API, _AGENTS_ONLY)
        except NoteNotPosted as failure:
            if not failure.final:
                raise
            raise NoteNotPosted(
                f"{failure}; `token` must be an agent's, with the permission ticket.agent",
                final=True,
            ) from failure
        read_reply(_Recent, reply, self.title)


def _names(ticket: _Ticket, article: _Article) -> Iterator[str | None]:
    if isinstance(article.from_, str):
        yield parseaddr(article.from_[:_LONGEST_SENDER])[0]
    for person in (
        ticket.customer, ticket.owner, ticket.created_by, ticket.updated_by, article.created_by
    ):
        if isinstance(person, dict):
            yield " ".join(str(person.get(part) or "") for part in ("firstname", "lastname"))


ADAPTER: Adapter = _Zammad()
