"""Tickets delivered to a service that is killed again and again: which notes came of them

`python -m tests.helpdesk_crash --kills 30` tells the figures of a longer run than the test's.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click
import httpx
from standardwebhooks import Webhook
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.helpdesk.outbox import Outbox
from service.helpdesk.records import helpdesk_records
from tests.helpdesk_servers import ZammadServer
from tests.serving import running

SECRET = "whsec_" + "A" * 43 + "="
TOKEN = "handtekening-0123456789"
QUESTIONS = (
    "Welke aanbevelingen doet de Gezondheidsraad over exposoomonderzoek?",
    "Wat is farmacogenetica?",
    "Wanneer wordt de Kamer geïnformeerd over de voortgang van de pilots en de gesprekstafel?",
    "Hoeveel kost een tramkaartje in Melbourne?",
)
_MARKER = re.compile(r"briefwijzer:[0-9a-f]{32}")
_SENDERS = 4
# A helpdesk waits for three seconds, and sends again what was not acknowledged.
_PATIENCE_SECONDS = 3
_PAUSE_SECONDS = 0.3
# Within this after the last kill all must be there: what was sent off then waits for `settle`.
_LAST_SECONDS = 120


@dataclass
class Run:
    """What a run came to. `notes` by marker; `drafts` by state, at the end."""

    notes: Counter[str]
    public: int
    drafts: dict[str, int]
    accepted: set[str]
    kills: int = 0
    kills_at_start: int = 0
    known: int = 0
    refused: int = 0
    looked_for: int = 0
    dropped: int = 0
    died_on: int = 0
    seconds: float = 0


class _ManyTickets(ZammadServer):
    """Zammad, where every number is a ticket's."""

    def known(self, ticket_id: str) -> str:
        return ticket_id


@dataclass
class Receivers:
    """A helpdesk of each kind: one that can be asked for its notes, and one that drops what comes
    again by its id. Both are slow before and after they store a note, also when the sender is
    gone by then (`died_on`)."""

    seed: int
    zammad: ZammadServer = field(default_factory=_ManyTickets)
    by_webhook: dict[str, str] = field(default_factory=dict)
    dropped: int = 0
    died_on: int = 0
    stored: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    @contextmanager
    def serving(self) -> Iterator[tuple[str, str]]:
        """The addresses of both."""
        with (
            running(self._slow(self.zammad), log_level="critical", by_force=True) as zammad,  # type: ignore[arg-type]
            running(self._slow(self._webhook), log_level="critical", by_force=True) as webhook,  # type: ignore[arg-type]
        ):
            yield zammad, webhook

    async def _webhook(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        Webhook(SECRET).verify(body, dict(request.headers), json_parse=False)
        note, message_id = json.loads(body), request.headers["webhook-id"]
        self.dropped += message_id in self.by_webhook
        assert note["internal"] is True
        self.by_webhook.setdefault(message_id, note["marker"])
        await Response(status_code=204)(scope, receive, send)

    def _slow(self, app: ASGIApp) -> ASGIApp:
        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            is_post = scope["method"] == "POST"

            async def send_late(message: Message) -> None:
                if message["type"] == "http.response.start" and is_post:
                    self.stored.set()
                    await asyncio.sleep(0.1 + self._random.random() * 0.3)
                    self.died_on += await Request(scope, receive).is_disconnected()
                await send(message)

            if is_post:
                await asyncio.sleep(self._random.random() * 0.1)
            await app(scope, receive, send_late)

        return slow


class Helpdesks:
    """Deliver `tickets` events, half of each kind, until each is acknowledged; some come twice."""

    def __init__(self, address: str, tickets: int, seconds: float, seed: int) -> None:
        self._address = address
        self._tickets = tickets
        self._every = seconds * _SENDERS / tickets
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self.answers: list[dict[str, str]] = []
        self.refused = 0
        # Set where the run fails, so that nobody goes on sending.
        self.ended = threading.Event()

    def deliver(self) -> None:
        """Returns when every event was acknowledged."""
        with ThreadPoolExecutor(_SENDERS) as pool:
            for done in pool.map(self._deliver_one, range(1, self._tickets + 1)):
                assert done

    def _deliver_one(self, number: int) -> bool:
        time.sleep(self._every * 2 * self._random.random())
        for _ in range(1 + (self._random.random() < 0.2)):
            while not self._acknowledged(number) and not self.ended.is_set():
                time.sleep(_PAUSE_SECONDS)
        return True

    def _acknowledged(self, number: int) -> bool:
        path, body, headers = _zammad_event(number) if number % 2 else _webhook_event(number)
        try:
            response = httpx.post(
                f"{self._address}{path}", content=body, headers=headers, trust_env=False,
                timeout=_PATIENCE_SECONDS,
            )
        except httpx.HTTPError:
            response = None
        with self._lock:
            if response is None or not response.is_success:
                self.refused += 1
                return False
            self.answers.append(response.json())
        return True


def _zammad_event(number: int) -> tuple[str, bytes, dict[str, str]]:
    body = json.dumps({
        "ticket": {"id": number, "title": "Vraag"},
        "article": {
            "id": number + 1000, "body": QUESTIONS[number % len(QUESTIONS)], "internal": False,
            "sender": "Customer", "content_type": "text/plain",
        },
    }).encode()
    signature = hmac.new(TOKEN.encode(), body, hashlib.sha1).hexdigest()
    headers = {"content-type": "application/json", "x-hub-signature": f"sha1={signature}"}
    return "/v1/helpdesk/zammad", body, headers


def _webhook_event(number: int) -> tuple[str, bytes, dict[str, str]]:
    question = QUESTIONS[number // 2 % len(QUESTIONS)]
    body = json.dumps({"ticket_id": number, "subject": "Vraag", "body": question})
    now, message_id = datetime.now(UTC), f"msg_{number}"
    headers = {
        "content-type": "application/json", "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(message_id, now, body),
    }
    return "/v1/helpdesk/webhook", body.encode(), headers


def _configuration(folder: Path, zammad: str, webhook: str) -> Path:
    path = folder / "helpdesks.toml"
    path.write_text(
        f'[zammad]\naddress = "{zammad}"\ntoken = "{ZammadServer.TOKEN}"\n'
        f'signature_token = "{TOKEN}"\n'
        f'[webhook]\naddress = "{webhook}/notes"\nsecrets = ["{SECRET}"]\n'
    )
    path.chmod(0o600)
    return path


class Service:
    """`briefwijzer serve` over an index, on a port that stays the same."""

    def __init__(self, index: Path, configuration: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        program = str(Path(sys.executable).with_name("briefwijzer"))
        self._command = [program, "--index", str(index), "serve", "--port", str(self.port)]
        kept = {name: one for name, one in os.environ.items() if not name.startswith("BRIEFWIJZER")}
        self._environment = {**kept, "BRIEFWIJZER_HELPDESK_FILE": str(configuration)}
        self._log = (configuration.parent / "serve.log").open("ab")

    def start(self) -> subprocess.Popen[bytes]:
        """A process of it, which has only just begun."""
        return subprocess.Popen(
            self._command, env=self._environment, stdout=subprocess.DEVNULL, stderr=self._log
        )

    def answers(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait until it answers."""
        for _ in range(600):
            assert process.poll() is None, "the service ended by itself: see serve.log"
            try:
                httpx.get(f"{self.address}/health/live", trust_env=False, timeout=2)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return True
        raise AssertionError("the service does not answer")


def run(
    index: Path, folder: Path, *, tickets: int, kills: int, at_start: Sequence[int], seed: int
) -> Run:
    """Deliver `tickets` while the service is killed `kills` times: those with a number in
    `at_start` at any moment while it starts, the others in turn as soon as a note is stored that
    the helpdesk has not acknowledged yet, and at any moment within seconds after it answers."""
    moments = random.Random(seed)
    receivers = Receivers(seed)
    outbox = Outbox(helpdesk_records(index, None))
    begun = time.monotonic()
    with receivers.serving() as addresses:
        service = Service(index, _configuration(folder, *addresses))
        # As long as the kills take, about.
        helpdesks = Helpdesks(service.address, tickets, kills * 4.0, seed)
        sending = threading.Thread(target=helpdesks.deliver)
        sending.start()
        process = service.start()
        try:
            for number in range(kills):
                if number in at_start:
                    time.sleep(moments.random() * 4)
                elif service.answers(process) and number % 2:
                    time.sleep(moments.random() * 2.5)
                else:
                    receivers.stored.clear()
                    receivers.stored.wait(_PATIENCE_SECONDS)
                process.kill()
                process.wait()
                process = service.start()
            service.answers(process)
            sending.join()
            deadline = time.monotonic() + _LAST_SECONDS
            while time.monotonic() < deadline:
                counts = outbox.counts(time.time()).drafts
                if not counts["waiting"] + counts["posting"]:
                    break
                time.sleep(0.5)
            # What comes now would be too much.
            time.sleep(1)
        finally:
            helpdesks.ended.set()
            process.terminate()
            process.wait(timeout=30)
    in_zammad = [
        marker for note in receivers.zammad.notes for marker in set(_MARKER.findall(note.body))
    ]
    return Run(
        notes=Counter([*in_zammad, *receivers.by_webhook.values()]),
        public=sum(not note.is_internal for note in receivers.zammad.notes),
        drafts=outbox.counts(time.time()).drafts,
        accepted={f"briefwijzer:{one['draft_id']}" for one in helpdesks.answers},
        kills=kills, kills_at_start=len(at_start),
        known=sum(one["status"] == "known" for one in helpdesks.answers),
        refused=helpdesks.refused,
        looked_for=sum("/by_ticket/" in call for call in receivers.zammad.calls),
        dropped=receivers.dropped, died_on=receivers.died_on,
        seconds=round(time.monotonic() - begun, 1),
    )


@click.command()
@click.option("--index", type=click.Path(path_type=Path), required=True, help="A copy: it is used.")
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--tickets", default=200, show_default=True)
@click.option("--kills", default=30, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(index: Path, folder: Path, tickets: int, kills: int, seed: int) -> None:
    """Tell what a long run came to; exit status 1 where a note lacks or is double."""
    found = run(
        index, folder, tickets=tickets, kills=kills, at_start=range(0, kills, 4), seed=seed
    )
    for name, value in vars(found).items():
        if name not in ("notes", "accepted"):
            click.echo(f"{name}: {value}")
    doubles = {marker: count for marker, count in found.notes.items() if count > 1}
    click.echo(f"tickets {tickets}, notes {found.notes.total()}, double {doubles or 'none'}")
    if found.notes != Counter(found.accepted) or len(found.accepted) != tickets:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
