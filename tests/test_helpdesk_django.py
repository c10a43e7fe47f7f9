from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.helpdesk.adapter import Delivery, NotAuthentic, Note, NoteNotPosted, PayloadUnfit
from service.helpdesk.systems.django_helpdesk import ADAPTER, DjangoHelpdeskSettings
from tests.helpdesk_site import Site, site
from tests.serving import running

SETTINGS = DjangoHelpdeskSettings.model_validate({"address": "http://127.0.0.1:9", "token": "a"})
KEY = "bwk_abc_geheim"
MARKER = "briefwijzer:0123456789abcdef"
OUTSIDER = "buitenstaander@example.com"
TEXT = (
    "Concept — alleen intern\n\n“De Kamer wordt eind 2026 geïnformeerd.” [1]\n\n"
    "{{ ticket.submitter_email }} {% if %} %} {# weg #} X-HELPDESK-COMMENT-VERBATIM\n\n"
    f"http://127.0.0.1:8000/brieven/x#p2\n\n{MARKER}"
)
# As its page, which reads Markdown, makes a link of it.
SHOWN = TEXT.replace("http://127.0.0.1:8000/brieven/x#p2", "<http://127.0.0.1:8000/brieven/x#p2>")
NOTE = Note("<p>niet gebruikt</p>", TEXT, MARKER)


@dataclass
class Hooks:
    """What the helpdesk's webhooks post, with the headers they bring."""

    came: list[Delivery] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] == "http":
            request = Request(scope, receive)
            self.came.append(Delivery(dict(request.headers), await request.body(), "k1"))
            await Response(status_code=202)(scope, receive, send)

    def payloads(self) -> list[dict[str, Any]]:
        """The bodies, read."""
        return [json.loads(one.body) for one in self.came]


@contextmanager
def _hooked(folder: Path) -> Iterator[tuple[Site, Hooks]]:
    """A helpdesk whose two webhooks come here."""
    hooks = Hooks()
    with running(hooks) as address:  # type: ignore[arg-type]
        hook = address.replace("://", f"://briefwijzer:{KEY}@") + "/v1/helpdesk/django-helpdesk"
        environment = {
            "HELPDESK_NEW_TICKET_WEBHOOK_URLS": hook, "HELPDESK_FOLLOWUP_WEBHOOK_URLS": hook,
        }
        with site(folder, **environment) as helpdesk:
            yield helpdesk, hooks


def _settings(helpdesk: Site, token: str | None = None) -> DjangoHelpdeskSettings:
    return DjangoHelpdeskSettings.model_validate(
        {"address": helpdesk.address, "token": token or helpdesk.token}
    )


def test_what_it_sends(tmp_path: Path) -> None:
    """Its webhooks bring the key as the password of a Basic header; a new ticket and what a
    customer adds are read, each by a name of its own; an employee's words and this service's own
    notes are not answered."""
    with _hooked(tmp_path) as (helpdesk, hooks):
        number = helpdesk.create_ticket("Pilots", "Wanneer hoort de Kamer het?")
        hook = {"HELPDESK_FOLLOWUP_WEBHOOK_URLS": hooks_of(hooks)}
        helpdesk.receive_mail("burger@example.nl", "Re: [vragen-1] Pilots", "Wie betaalt?", **hook)
        helpdesk.create_followup(number, "Wij zoeken het uit.", public=True)
        helpdesk.create_followup(number, "Wie weet dit?", public=False)
        ADAPTER.post(str(number), NOTE, ADAPTER.outgoing(_settings(helpdesk)))
    read = [ADAPTER.ticket_in(one, SETTINGS) for one in hooks.came]
    assert len(read) == 5
    new, added = read[0], read[1]
    assert read[2:] == [None, None, None]
    assert new is not None
    assert added is not None
    assert (new.ticket_id, new.subject, new.body) == ("1", "Pilots", "Wanneer hoort de Kamer het?")
    assert (added.ticket_id, added.body.strip()) == ("1", "Wie betaalt?")
    assert new.event_id != added.event_id
    assert ADAPTER.ticket_in(hooks.came[1], SETTINGS) == added
    assert _basic_password(hooks.came[0]) == KEY


def hooks_of(hooks: Hooks) -> str:
    """The address that the events came to, for a command of the site that runs by itself."""
    return f"http://briefwijzer:{KEY}@{hooks.came[0].headers['host']}/"


def _basic_password(delivery: Delivery) -> str:
    from base64 import b64decode

    scheme, _, value = delivery.headers["authorization"].partition(" ")
    assert scheme == "Basic"
    return b64decode(value).decode().partition(":")[2]


def test_a_note_is_internal(tmp_path: Path) -> None:
    """A note stands on the ticket whole, internal and once, under the ticket's own title, and
    nobody outside is shown or mailed a word of it, not even who is on the Cc."""
    with site(tmp_path) as helpdesk:
        number = helpdesk.create_ticket("Pilots", "Wanneer?")
        helpdesk.manage("copy_to", str(number), OUTSIDER)
        outgoing = ADAPTER.outgoing(_settings(helpdesk))
        assert not ADAPTER.has_note(str(number), MARKER, outgoing)
        ADAPTER.post(str(number), NOTE, outgoing)
        assert ADAPTER.has_note(str(number), MARKER, outgoing)
        (note,) = helpdesk.notes(number)
        assert (note["public"], note["comment"]) == (False, SHOWN)
        assert helpdesk.ticket(number)["title"] == "Pilots"
        mails = [mail.read_text() for mail in helpdesk.mails.iterdir()]
        customers_page = httpx.get(helpdesk.address + _customers_link(mails)).text
    assert "Wanneer?" in customers_page
    assert MARKER not in customers_page
    # That the Cc is mailed at all shows that there was something to keep from them.
    assert any(OUTSIDER in mail for mail in mails)
    assert not any("Concept" in mail or "geïnformeerd" in mail for mail in mails)


def _customers_link(mails: list[str]) -> str:
    """The path at which a customer sees the ticket, as it was mailed to them."""
    found = re.search(r"http://example\.com(/view/\S+key=[0-9a-f-]+)", "\n".join(mails))
    assert found
    return found[1]


def test_its_page_shows_the_note(tmp_path: Path) -> None:
    """On the page of an employee addresses are links, and what was escaped is shown as it was,
    without the backslash, and never as markup."""
    text = f"\\*geen\\* \\<b> \\&amp; \\$5 \\~x\\~\n\nhttp://127.0.0.1:8000/a_b_c#p2\n\n{MARKER}"
    with site(tmp_path) as helpdesk:
        number = helpdesk.create_ticket("Pilots", "Wanneer?")
        ADAPTER.post(
            str(number), Note("", text, MARKER), ADAPTER.outgoing(_settings(helpdesk))
        )
        session = {"sessionid": helpdesk.manage("session").strip()}
        page = httpx.get(f"{helpdesk.address}/tickets/{number}/", cookies=session).text
    assert '<a href="http://127.0.0.1:8000/a_b_c#p2"' in page
    assert "*geen* &lt;b&gt; &amp;amp; $5 ~x~<" in page


def test_no_mail_where_that_is_set(tmp_path: Path) -> None:
    """With the setting that the wiring asks for, nobody is mailed of the note at all."""
    with site(tmp_path, SITE_NO_MAIL="1") as helpdesk:
        number = helpdesk.create_ticket("Pilots", "Wanneer?")
        helpdesk.manage("copy_to", str(number), OUTSIDER)
        ADAPTER.post(str(number), NOTE, ADAPTER.outgoing(_settings(helpdesk)))
        assert len(helpdesk.notes(number)) == 1
        assert not any(OUTSIDER in mail.read_text() for mail in helpdesk.mails.iterdir())
    assert "NO_EMAILS = True" in ADAPTER.wiring


def test_a_note_that_was_begun(tmp_path: Path) -> None:
    """A note that was made but never given its text, as by a crash, does not count as there; when
    it is posted again it is finished, and no second one made."""
    with site(tmp_path) as helpdesk:
        number = helpdesk.create_ticket("Pilots", "Wanneer?")
        outgoing = ADAPTER.outgoing(_settings(helpdesk))
        begun = {"ticket": number, "comment": f"Interne notitie ({MARKER})", "public": False}
        outgoing.post("api", "followups", "", json=begun)
        again = ADAPTER.outgoing(_settings(helpdesk))
        assert not ADAPTER.has_note(str(number), MARKER, again)
        ADAPTER.post(str(number), NOTE, again)
        assert ADAPTER.has_note(str(number), MARKER, again)
        assert [note["comment"] for note in helpdesk.notes(number)] == [SHOWN]


def test_a_hook_that_is_down(tmp_path: Path) -> None:
    """While its own webhook cannot be delivered the helpdesk gives an error for a note that it did
    make: that is uncertain, and the note is found and finished."""
    hook = "http://127.0.0.1:9/v1/helpdesk/django-helpdesk"
    with site(tmp_path, HELPDESK_FOLLOWUP_WEBHOOK_URLS=hook) as helpdesk:
        number = helpdesk.create_ticket("Pilots", "Wanneer?")
        with pytest.raises(NoteNotPosted) as raised:
            ADAPTER.post(str(number), NOTE, ADAPTER.outgoing(_settings(helpdesk)))
        assert raised.value.uncertain
        again = ADAPTER.outgoing(_settings(helpdesk))
        assert not ADAPTER.has_note(str(number), MARKER, again)
        ADAPTER.post(str(number), NOTE, again)
        assert [note["comment"] for note in helpdesk.notes(number)] == [SHOWN]


def test_what_a_real_helpdesk_refuses(tmp_path: Path) -> None:
    """A wrong token may be mended, a ticket that is gone may not; neither message holds the token,
    and the probe says which it is."""
    with site(tmp_path) as helpdesk:
        wrong = ADAPTER.outgoing(_settings(helpdesk, "0123456789"))
        for call in (lambda: ADAPTER.post("1", NOTE, wrong), lambda: ADAPTER.probe(wrong)):
            with pytest.raises(NoteNotPosted, match="does not take the credentials") as raised:
                call()
            assert not raised.value.final
            assert "0123456789" not in str(raised.value)
        right = ADAPTER.outgoing(_settings(helpdesk))
        with pytest.raises(NoteNotPosted) as raised:
            ADAPTER.post("404", NOTE, right)
        assert raised.value.final
        with pytest.raises(NoteNotPosted) as raised:
            ADAPTER.has_note("404", MARKER, right)
        assert raised.value.final
        assert "its API answers" in ADAPTER.probe(right)


def test_a_customer_who_closes_asks_nothing() -> None:
    """A ticket that a customer closes on its public page is no question."""
    written = {"id": 4, "user": None, "public": True, "new_status": 4, "comment": "Submitter …"}
    payload = {"ticket": {"id": 1, "title": "Pilots", "followup_set": [written]}, "followup_id": 4}
    assert ADAPTER.ticket_in(Delivery({}, json.dumps(payload).encode(), "k1"), SETTINGS) is None


@pytest.mark.parametrize(
    "payload",
    [
        {}, {"ticket": None}, {"ticket": {"id": "1/../2"}}, {"ticket": {"id": True}},
        {"ticket": {"id": -1}}, {"ticket": {"id": 1}, "followup_id": 9},
        {"ticket": {"id": 1, "followup_set": [{"id": 9, "user": None}]}, "followup_id": 9},
        {"ticket": {"id": 1, "description": 7}}, [], None,
    ],
)
def test_what_it_never_sends(payload: Any) -> None:
    """A payload without what a ticket needs is refused."""
    with pytest.raises(PayloadUnfit):
        ADAPTER.ticket_in(Delivery({}, json.dumps(payload).encode(), "k1"), SETTINGS)


def test_a_key_is_needed() -> None:
    """It signs nothing: an event without an API key is refused, with how to bring one."""
    ADAPTER.check_origin(Delivery({}, b"{}", "k1"), SETTINGS)
    with pytest.raises(NotAuthentic):
        ADAPTER.check_origin(Delivery({}, b"{}", None), SETTINGS)
