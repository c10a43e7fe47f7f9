"""A real helpdesk and a running service: from a ticket to the note on it, whatever fails."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from tests.helpdesk_site import Site, site, token
from tests.serving import serving

BRIEFWIJZER = str(Path(sys.executable).with_name("briefwijzer"))
PUBLIC_URL = "https://brieven.example.nl"
IN_LETTERS = "Welke aanbevelingen doet de Gezondheidsraad over exposoomonderzoek?"
KENMERK = "3332219-1024718-PG"
NOT_IN_LETTERS = "Hoeveel kost een paspoort in Amsterdam?"

Found = TypeVar("Found")


@dataclass(frozen=True)
class Installation:
    """A service that is to be started over `index`, and the helpdesk that it is configured for."""

    index: Path
    folder: Path
    port: int
    key: str

    @property
    def environment(self) -> dict[str, str]:
        """What the service, and its commands, are told."""
        return {
            "BRIEFWIJZER_HELPDESK_FILE": str(self.folder / "helpdesk.toml"),
            "BRIEFWIJZER_HELPDESK_RECORDS": str(self.folder / "drafts.sqlite"),
            "BRIEFWIJZER_KEYS_FILE": str(self.folder / "keys.sqlite"),
            "BRIEFWIJZER_AUDIT_FILE": str(self.folder / "audit.sqlite"),
            "BRIEFWIJZER_PUBLIC_URL": PUBLIC_URL,
        }

    def run(self, *arguments: str) -> str:
        """What a command prints."""
        return _run(self.index, self.environment, *arguments)

    def drafts(self) -> list[dict[str, Any]]:
        """The drafts, as the command lists them."""
        return [json.loads(line) for line in self.run("helpdesk", "list", "--json").splitlines()]

    def use_token(self, token: str) -> None:
        """Configure the helpdesk with this token."""
        path = self.folder / "helpdesk.toml"
        path.write_text(
            f'[django-helpdesk]\naddress = "http://127.0.0.1:{self.port}"\ntoken = "{token}"\n'
        )
        path.chmod(0o600)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The service, running."""
        with serving(self.index, **self.environment) as address:
            yield address

    @contextmanager
    def helpdesk(self, service: str | None, *, new: bool = True) -> Iterator[Site]:
        """The helpdesk, running; its two webhooks go to `service`, if there is one."""
        hooks = {}
        if service is not None:
            hook = service.replace("://", f"://briefwijzer:{self.key}@")
            hook += "/v1/helpdesk/django-helpdesk"
            hooks = dict.fromkeys(
                ("HELPDESK_NEW_TICKET_WEBHOOK_URLS", "HELPDESK_FOLLOWUP_WEBHOOK_URLS"), hook
            )
        with site(self.folder / "site", port=self.port, new=new, **hooks) as helpdesk:
            yield helpdesk


def _run(index: Path, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [BRIEFWIJZER, "--index", str(index), *arguments], check=False, timeout=120,
        capture_output=True, text=True, env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def installation(corpus_index: Path, tmp_path: Path) -> Installation:
    """An installation with a key for the helpdesk."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Installation(corpus_index, tmp_path, port, "")
    made.use_token(token())
    key = made.run("keys", "create", "--name", "helpdesk", "--scope", "helpdesk").strip()
    return Installation(corpus_index, tmp_path, port, key)


def _until(found: Callable[[], Found], seconds: float = 60) -> Found:
    """What `found` gives once that is something."""
    last = time.monotonic() + seconds
    while not (one := found()):
        assert time.monotonic() < last, "it never came"
        time.sleep(0.1)
    return one


def _notes(helpdesk: Site, ticket: int, number: int = 1) -> list[str]:
    """The words of the notes on a ticket, once there are as many and they have their text."""

    def found() -> list[str]:
        words = [note["comment"] for note in helpdesk.notes(ticket)]
        are_whole = all("Briefwijzer" in one for one in words)
        return words if len(words) >= number and are_whole else []

    return _until(found)


def test_a_ticket_gets_its_note(installation: Installation) -> None:
    """Tickets get one internal note each: an answer with kenmerk and page, whose links open; that
    it is not in the letters; both for who asks two things; that nothing was asked. What a customer
    adds is answered too, an employee's words and the notes themselves are not, and nothing of it
    can be seen or is mailed outside."""
    with installation.serving() as service, installation.helpdesk(service) as helpdesk:
        known = helpdesk.create_ticket("Exposoom", f"Goedemiddag,\n\n{IN_LETTERS}\n\nGroet,\nJan")
        unknown = helpdesk.create_ticket("Paspoort", NOT_IN_LETTERS)
        both = helpdesk.create_ticket("Twee vragen", f"{IN_LETTERS}\n\n{NOT_IN_LETTERS}")
        nothing = helpdesk.create_ticket("Bedankt", "Bedankt voor de snelle hulp!")
        notes = {one: _notes(helpdesk, one)[0] for one in (known, unknown, both, nothing)}

        assert KENMERK in notes[known]
        assert re.search(r"\bblz\. 1\b|\bbladzijde 1\b", notes[known])
        links = re.findall(rf"{PUBLIC_URL}(/[^\s>]+)", notes[known])
        assert len(links) >= 2
        for link in links:
            shown = httpx.get(service + link)
            assert (link, shown.status_code) == (link, 200)
        assert "niet in de brieven" in notes[unknown]
        assert KENMERK not in notes[unknown]
        assert all(part in notes[both] for part in ("Vraag 1", "Vraag 2", KENMERK))
        assert "geen vraag" in notes[nothing]

        hook = service.replace("://", f"://briefwijzer:{installation.key}@")
        helpdesk.receive_mail(
            "burger@example.nl", f"Re: [vragen-{unknown}] Paspoort", IN_LETTERS,
            HELPDESK_FOLLOWUP_WEBHOOK_URLS=f"{hook}/v1/helpdesk/django-helpdesk",
        )
        assert KENMERK in _notes(helpdesk, unknown, 2)[1]
        helpdesk.create_followup(known, f"Ik zoek het uit. {NOT_IN_LETTERS}", public=False)
        # The helpdesk waits for its webhooks: what a note or a colleague set off is there by now.
        drafts = _until(lambda: _all_posted(installation))
        assert len(drafts) == 5
        assert sum(len(helpdesk.notes(one)) for one in notes) == 6
        _assert_nothing_outside(helpdesk, known)


def _all_posted(installation: Installation) -> list[dict[str, Any]]:
    drafts = installation.drafts()
    return drafts if all(one["state"] == "posted" for one in drafts) else []


def _assert_nothing_outside(helpdesk: Site, ticket: int) -> None:
    mails = "\n".join(mail.read_text() for mail in helpdesk.mails.iterdir())
    link = rf"http://example\.com(/view/\?ticket=vragen-{ticket}&\S+key=[0-9a-f-]+)"
    found = re.search(link, mails)
    assert found
    customers_page = httpx.get(helpdesk.address + found[1]).text
    assert "Exposoom" in customers_page
    for hidden in (KENMERK, "Concept", "briefwijzer:"):
        assert hidden not in customers_page
        assert hidden not in mails


def _payload(helpdesk: Site, ticket: int) -> dict[str, Any]:
    """What its webhook posts for a new ticket: the ticket as its API has it."""
    return {"ticket": helpdesk.ticket(ticket), "queue_slug": "vragen"}


def _deliver(service: str, installation: Installation, payload: dict[str, Any]) -> str:
    reply = httpx.post(
        f"{service}/v1/helpdesk/django-helpdesk", json=payload, auth=("x", installation.key)
    )
    assert reply.status_code in (200, 202), reply.text
    status: str = reply.json()["status"]
    return status


def test_a_helpdesk_that_is_down(installation: Installation) -> None:
    """While the helpdesk is down its events are kept; when it is back each note arrives, once,
    though an event was delivered twice."""
    with installation.helpdesk(None) as helpdesk:
        ticket = helpdesk.create_ticket("Exposoom", IN_LETTERS)
        payload = _payload(helpdesk, ticket)
    with installation.serving() as service:
        assert _deliver(service, installation, payload) == "accepted"
        assert _deliver(service, installation, payload) == "known"
        failing = _until(lambda: [one for one in installation.drafts() if one["attempts"]])
        assert failing[0]["state"] == "waiting"
        assert "cannot be reached" in failing[0]["error"]
        with installation.helpdesk(None, new=False) as helpdesk:
            (note,) = _notes(helpdesk, ticket)
            assert KENMERK in note
            _until(lambda: _all_posted(installation))
            assert len(helpdesk.notes(ticket)) == 1


def test_a_user_without_rights(installation: Installation) -> None:
    """A note that the helpdesk refuses stands in the list of what failed, with the reason; once
    the rights are mended and it is retried, it arrives."""
    with installation.serving() as service, installation.helpdesk(service) as helpdesk:
        helpdesk.manage("make_staff", "briefwijzer", "no")
        ticket = helpdesk.create_ticket("Exposoom", IN_LETTERS)
        failed = _until(lambda: [one for one in installation.drafts() if one["state"] == "failed"])
        assert "lacks the rights" in failed[0]["error"]
        helpdesk.manage("make_staff", "briefwijzer", "yes")
        installation.run("helpdesk", "retry", failed[0]["draft_id"])
        (note,) = _notes(helpdesk, ticket)
        assert KENMERK in note


def test_a_wrong_token(installation: Installation) -> None:
    """With a wrong token the note waits, with the reason and without the token; a service that is
    started with the right one posts it."""
    with installation.helpdesk(None) as helpdesk:
        ticket = helpdesk.create_ticket("Exposoom", IN_LETTERS)
        payload = _payload(helpdesk, ticket)
        installation.use_token("0123456789")
        with installation.serving() as service:
            _deliver(service, installation, payload)
            waiting = _until(lambda: [one for one in installation.drafts() if one["attempts"]])
        assert "does not take the credentials" in waiting[0]["error"]
        assert "0123456789" not in json.dumps(waiting)
        installation.use_token(helpdesk.token)
        with installation.serving():
            assert KENMERK in _notes(helpdesk, ticket)[0]


def test_who_may_deliver(installation: Installation) -> None:
    """Without a key, or with a wrong one, an event is refused and nothing kept of it."""
    with installation.helpdesk(None) as helpdesk:
        payload = _payload(helpdesk, helpdesk.create_ticket("Exposoom", IN_LETTERS))
    with installation.serving() as service:
        hook = f"{service}/v1/helpdesk/django-helpdesk"
        for auth in (None, ("x", "bwk_geen_sleutel"), (installation.key, "x")):
            assert httpx.post(hook, json=payload, auth=auth).status_code == 401
        assert installation.drafts() == []
