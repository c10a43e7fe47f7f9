"""A real django-helpdesk, over HTTP, for tests: its database is made once, and copied for each."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx

_SITE = Path(__file__).parent / "data" / "helpdesk_site"
_START_SECONDS = 30


@dataclass(frozen=True)
class Site:
    """A django-helpdesk that runs. `token` is of the user `briefwijzer`, who is staff; `agent` of
    another employee; `mails` is the folder of what it has mailed."""

    address: str
    token: str
    agent: str
    mails: Path
    database: Path

    def create_ticket(self, title: str, description: str, **fields: Any) -> int:
        """Create a ticket by the API, as an employee, and return its number."""
        ticket = {
            "queue": 1, "title": title, "description": description,
            "submitter_email": "burger@example.nl", "priority": 3, **fields,
        }
        return int(self._call("POST", "tickets/", ticket)["id"])

    def create_followup(self, ticket_id: int, comment: str, *, public: bool) -> int:
        """Add what an employee writes to a ticket, by the API, and return its number."""
        sent = {"ticket": ticket_id, "comment": comment, "public": public}
        return int(self._call("POST", "followups/", sent)["id"])

    def ticket(self, ticket_id: int) -> dict[str, Any]:
        """The ticket as the API has it."""
        return self._call("GET", f"tickets/{ticket_id}/")

    def followups(self, ticket_id: int) -> list[dict[str, Any]]:
        """What was added to a ticket, but for what it began with."""
        found: list[dict[str, Any]] = self.ticket(ticket_id)["followup_set"]
        return [one for one in found if one["user"] is None or one["title"] != "Ticket Opened"]

    def notes(self, ticket_id: int) -> list[dict[str, Any]]:
        """The internal notes on a ticket."""
        return [one for one in self.followups(ticket_id) if not one["public"]]

    def manage(self, *arguments: str, **environment: str) -> str:
        """Run a command of the site's `manage.py`; return what it prints."""
        return _manage(self.database, self.mails, *arguments, **environment)

    def receive_mail(self, sender: str, subject: str, text: str, **environment: str) -> None:
        """Let an e-mail come in, as from the mailbox of the queue."""
        mail = f"From: {sender}\nTo: helpdesk@example.nl\nSubject: {subject}\n"
        self.manage("receive", f"{mail}Message-ID: <{time.time_ns()}@example.nl>\n\n{text}\n",
                    **environment)

    def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        reply = httpx.request(
            method, f"{self.address}/api/{path}", json=body, timeout=30,
            headers={"Authorization": f"Token {self.agent}"},
        )
        assert reply.is_success, f"{reply.status_code}: {reply.text[:2000]}"
        result: dict[str, Any] = reply.json()
        return result


def token() -> str:
    """The token of the user `briefwijzer`: the same at every site."""
    return _template()[1]["briefwijzer"]


@contextmanager
def site(folder: Path, *, port: int = 0, new: bool = True, **environment: str) -> Iterator[Site]:
    """A django-helpdesk at a free port (or at `port`) with its database in `folder`: a new one, or
    with `new=False` the one that is there. `environment` holds its webhooks and its settings."""
    folder.mkdir(parents=True, exist_ok=True)
    database, mails = folder / "helpdesk.sqlite", folder / "mails"
    template, tokens = _template()
    if new:
        shutil.copy(template, database)
    process = subprocess.Popen(
        [sys.executable, str(_SITE / "manage.py"), "listen", str(port)],
        stdout=subprocess.PIPE, text=True, env=_environment(database, mails, environment),
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "the helpdesk printed no address"
        yield Site(found[0], token(), tokens["agent"], mails, database)
    finally:
        process.terminate()
        process.wait(timeout=20)


@cache
def _template() -> tuple[Path, dict[str, str]]:
    """A database with its tables, a queue and two employees, and the tokens of those."""
    # Kept for as long as the process lives, and the folder goes with it.
    global _kept
    _kept = tempfile.TemporaryDirectory(prefix="helpdesk-site-")
    folder = Path(_kept.name)
    database = folder / "template.sqlite"
    _manage(database, folder, "migrate", "--verbosity", "0")
    tokens: dict[str, str] = json.loads(_manage(database, folder, "furnish"))
    return database, tokens


_kept: tempfile.TemporaryDirectory[str] | None = None


def _manage(database: Path, mails: Path, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, str(_SITE / "manage.py"), *arguments], capture_output=True, text=True,
        env=_environment(database, mails, environment), check=False, timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def _environment(database: Path, mails: Path, given: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    return {**kept, "SITE_DATABASE": str(database), "SITE_MAILS": str(mails), **given}
