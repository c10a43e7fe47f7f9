"""Freshdesk: an automation rule's webhook in, a private note out

After Freshdesk Support ("Using Webhooks in automation rules") and the Freshdesk API documentation
("Create a Note", "List All Conversations of a Ticket", "Currently Authenticated Agent"): tested
against what these say, never against Freshdesk itself.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AliasChoices, Field, SecretStr

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
    Number,
    PayloadPart,
    content_hash,
    people,
    read_payload,
    read_reply,
    require_key,
)

_API = ("api", "v2")
# The most that the API gives at once.
_PER_PAGE = 100
_MOST_PAGES = 50
# The placeholder for the latest comment begins with who wrote it: "Fatima : <div>…</div>".
_AUTHOR = re.compile(r"(?P<name>[^<>\n]{1,200}?) : (?=<)")
# What an agent did, as the placeholder {{triggered_event}} has it.
_AGENTS_DEEDS = ("{note_type:", "{reply_sent:")


class _Fields(PayloadPart):
    ticket_id: Number
    ticket_description: str
    ticket_subject: str | None = None
    ticket_latest_public_comment: str | None = None
    requester: str | None = Field(
        default=None,
        validation_alias=AliasChoices(
            "ticket_requester_name", "ticket_contact_name", "requester_name"
        ),
    )
    triggered_event: str | None = None


class _Payload(PayloadPart):
    freshdesk_webhook: _Fields


class _Conversation(PayloadPart):
    """A reply or a note, as the API gives it."""

    body: str | None
    private: bool


class _Contact(PayloadPart):
    name: str


class _Agent(PayloadPart):
    contact: _Contact


class FreshdeskSettings(HelpdeskSettings):
    """`api_key`: an agent's, from the profile settings in Freshdesk."""

    api_key: Annotated[SecretStr, Field(min_length=1)]


class _Freshdesk:
    name = "freshdesk"
    title = "Freshdesk"
    settings = FreshdeskSettings
    tried_against = "its documentation, never the product"
    wiring = (
        "make two automation rules (Admin, Workflows, Automations), one for ticket creation and "
        "one for ticket updates that are performed by the requester, when a reply is sent\n"
        "let each trigger a webhook: POST, {hook}, the custom header Authorization: Bearer KEY, "
        "encoding JSON, with the content that the README gives"
    )

    def check_origin(self, delivery: Delivery, settings: FreshdeskSettings) -> None:
        """By the API key: Freshdesk signs nothing."""
        require_key(delivery, self.title)

    def ticket_in(self, delivery: Delivery, settings: FreshdeskSettings) -> Ticket | None:
        """The latest public comment where there is one, else the description; None where an
        agent wrote it.

        A message has no number here: two of the same words on one ticket are one event.
        """
        fields = read_payload(_Payload, delivery.body, self.title).freshdesk_webhook
        if (fields.triggered_event or "").startswith(_AGENTS_DEEDS):
            return None
        body = fields.ticket_description
        if comment := (fields.ticket_latest_public_comment or "").strip():
            author = _AUTHOR.match(comment)
            if author and fields.requester and author["name"] != fields.requester.strip():
                return None
            body = comment[author.end() :] if author else comment
        return Ticket(
            ticket_id=str(fields.ticket_id),
            event_id=f"{fields.ticket_id}:{content_hash(body)}",
            subject=fields.ticket_subject or "",
            body=body,
            is_html=True,
            names=people([fields.requester]),
        )

    def outgoing(self, settings: FreshdeskSettings) -> Outgoing:
        """With the agent's API key."""
        # The key goes as the name; any password will do.
        login = basic(settings.api_key.get_secret_value(), SecretStr("X"))
        return Outgoing(settings.address, system=self.title, headers={"Authorization": login})

    def has_note(self, ticket_id: str, marker: str, helpdesk: Outgoing) -> bool:
        """Whether one of the ticket's conversations holds the marker."""
        for page in range(1, _MOST_PAGES + 1):
            reply = helpdesk.get(
                *_API, "tickets", ticket_id, "conversations",
                params={"per_page": _PER_PAGE, "page": page},
            )
            conversations = read_reply(list[_Conversation], reply, self.title)
            if not conversations:
                return False
            if any(marker in (one.body or "") for one in conversations):
                return True
        raise NoteNotPosted(
            f"ticket {ticket_id} has too many messages to look for the note among", final=True
        )

    def post(self, ticket_id: str, note: Note, helpdesk: Outgoing) -> None:
        """A private note."""
        reply = helpdesk.post(
            *_API, "tickets", ticket_id, "notes", json={"body": note.html, "private": True}
        )
        if not read_reply(_Conversation, reply, self.title, is_write=True).private:
            raise NoteNotPosted(
                f"Freshdesk made the note on ticket {ticket_id} visible to the customer: take it "
                "away there, and see which rights the agent of `api_key` has", final=True,
            )

    def probe(self, helpdesk: Outgoing) -> str:
        """Which agent the key is of."""
        agent = read_reply(_Agent, helpdesk.get(*_API, "agents", "me"), self.title)
        return f"agent {agent.contact.name}"


ADAPTER: Adapter = _Freshdesk()
