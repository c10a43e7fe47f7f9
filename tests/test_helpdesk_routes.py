from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from service.app import MAX_IN_FLIGHT, create_app
from service.contract import AskRequest
from service.helpdesk.outbox import Outbox
from service.helpdesk.records import helpdesk_records
from service.helpdesk.routes import MAX_EVENT_BYTES, HelpdeskService
from service.helpdesk.worker import Helpdesk
from service.main import cli
from tests.fake_library import FakeLibrary
from tests.helpdesk_receiver import DeskAdapter, DeskSettings
from tests.serving import problem, running

ADMIN_KEY = "sleutel-van-de-beheerder"
QUESTION = "Wanneer wordt de Kamer geïnformeerd over de pilots?"
SECRET = {"x-secret": "desk"}


class Site:
    """A service with one helpdesk and no worker, its outbox, and how often it was woken."""

    def __init__(self, folder: Path, **limits: int) -> None:
        self.folder = folder
        self.outbox = Outbox(helpdesk_records(folder, None), **limits)
        self.woken = 0
        self.library = FakeLibrary()

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """A client of it, with the administrator's key."""
        desk = Helpdesk(DeskAdapter(), DeskSettings(address="http://127.0.0.1:9"))
        service = HelpdeskService(self.outbox, {"desk": desk}, self._wake)
        app = create_app(self.library, helpdesk=service, admin_key=ADMIN_KEY)
        headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
        with (
            running(app) as address,
            httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=30) as client,
        ):
            yield client

    def _wake(self) -> None:
        self.woken += 1

    def command(self, *arguments: str) -> tuple[int, str]:
        """What `briefwijzer helpdesk` ends in and prints."""
        done = CliRunner().invoke(
            cli, ["--index", str(self.folder), "helpdesk", *arguments], catch_exceptions=False
        )
        return done.exit_code, done.output


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A service without a draft."""
    return Site(tmp_path)


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    """A client of `site`."""
    with site.client() as client:
        yield client


def send(client: httpx.Client, number: int = 1, **fields: Any) -> httpx.Response:
    """An event of the helpdesk."""
    event = {"ticket": f"t{number}", "event": f"e{number}", "body": QUESTION, **fields}
    return deliver(client, event, SECRET)


def deliver(
    client: httpx.Client, event: dict[str, Any], headers: dict[str, str], system: str = "desk"
) -> httpx.Response:
    """Whatever is sent as an event, without the administrator's key."""
    address = client.base_url.join(f"/v1/helpdesk/{system}")
    return httpx.post(address, json=event, headers=headers, trust_env=False, timeout=30)


def fail(site: Site, draft_id: str, error: str = "weg") -> None:
    """Have a draft given up."""
    now = time.time()
    draft = site.outbox.claim(now, now + 100, systems=["desk"])
    assert draft is not None
    assert draft.draft_id == draft_id
    site.outbox.failed(draft, error, now)


def test_an_event_is_stored_and_acknowledged(client: httpx.Client, site: Site) -> None:
    """It makes a draft of what was asked, without personal data, and wakes the worker."""
    body = f"Beste collega, mail mij op jan@example.nl. {QUESTION}"
    response = send(client, body=body)
    assert response.status_code == 202
    taken = response.json()
    draft = client.get(f"/v1/drafts/{taken['draft_id']}").json()
    assert taken["status"] == "accepted"
    assert draft["questions"] == [QUESTION]
    assert (draft["state"], draft["ticket_id"], draft["answers"]) == ("waiting", "t1", [])
    assert draft["marker"] == f"briefwijzer:{taken['draft_id']}"
    assert site.woken == 1
    raw = b"".join(path.read_bytes() for path in site.folder.glob("helpdesk.sqlite*"))
    assert b"jan@example.nl" not in raw


def test_the_same_event_again(client: httpx.Client, site: Site) -> None:
    """It is known, with its draft, and no second one is made; also where both come at once."""
    first = send(client).json()
    again = send(client)
    assert again.status_code == 200
    assert again.json() == {"status": "known", "draft_id": first["draft_id"]}
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: send(client, 2).json(), range(16)))
    assert sorted(one["status"] for one in taken) == ["accepted"] + ["known"] * 15
    assert client.get("/v1/drafts").json()["total"] == 2
    assert site.woken == 2


def test_an_event_without_a_question_to_answer(client: httpx.Client, site: Site) -> None:
    """An agent's own message is ignored: no draft, and nobody is woken."""
    response = send(client, **{"from": "agent"})
    assert response.status_code == 200
    assert response.json() == {"status": "ignored", "draft_id": None}
    assert (client.get("/v1/drafts").json()["total"], site.woken) == (0, 0)


def test_refused_events(
    client: httpx.Client, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is told what to do, nothing of it is stored, logged or repeated."""
    event = {"ticket": "t", "event": "e", "body": "geheim 123"}
    with caplog.at_level(logging.DEBUG):
        unknown = problem(
            deliver(client, event, SECRET, "other"), 404, "unknown-helpdesk"
        )
        assert "desk" in unknown["detail"]
        forged = deliver(client, event, {})
        assert "x-secret" in problem(forged, 401, "event-not-authentic")["detail"]
        assert forged.headers["www-authenticate"] == "Bearer"
        lacking = deliver(client, {"ticket": "t", "event": "e"}, SECRET)
        assert "Body" in problem(lacking, 422, "unfit-event")["detail"]
        for field in ("ticket", "event"):
            for value in ("", "x" * 201, "a\nb"):
                response = send(client, **{field: value, "body": "geheim 123"})
                assert field in problem(response, 422, "unfit-event")["detail"]
                assert "geheim" not in response.text
        large = send(client, body="x" * MAX_EVENT_BYTES)
        problem(large, 413, "body-too-large")
    assert not (site.folder / "helpdesk.sqlite").exists()
    assert "geheim" not in caplog.text


def test_a_large_event(client: httpx.Client) -> None:
    """A ticket with a long thread below it is taken, though no question may be so long."""
    assert send(client, body=f"{QUESTION}\n\n" + "> ja\n" * 150_000).status_code == 202


def test_acknowledged_while_everything_is_busy(client: httpx.Client, site: Site) -> None:
    """Events are taken while as many questions are asked as may be, and these go on."""
    site.library.open.clear()
    limits = httpx.Limits(max_connections=MAX_IN_FLIGHT)
    with (
        ThreadPoolExecutor(MAX_IN_FLIGHT) as pool,
        httpx.Client(
            base_url=client.base_url, trust_env=False, timeout=30, limits=limits
        ) as asking,
    ):
        asked = [
            pool.submit(asking.post, "/v1/ask", json={"question": f"Vraag {number}?"})
            for number in range(MAX_IN_FLIGHT)
        ]
        try:
            while len(site.library.asked) < 40:
                time.sleep(0.01)
            with httpx.Client(base_url=client.base_url, trust_env=False, timeout=3) as other:
                assert [send(other, number).status_code for number in range(5)] == [202] * 5
        finally:
            site.library.open.set()
        assert {one.result().status_code for one in asked} == {200}


def test_records_that_cannot_be_used(site: Site, tmp_path: Path) -> None:
    """The helpdesk is told to come back, what is the matter stays with who runs the service."""
    (tmp_path / "helpdesk.sqlite").write_bytes(b"geen database" * 100)
    with site.client() as client:
        response = send(client)
        detail = problem(response, 503, "helpdesk-unusable")["detail"]
        assert response.headers["retry-after"] == "60"
        assert str(tmp_path) not in detail
        problem(client.get("/v1/drafts"), 503, "helpdesk-unusable")


def test_too_many_wait(tmp_path: Path) -> None:
    """Beyond the limit the helpdesk is told to come back; what it sent before is still known."""
    site = Site(tmp_path, max_waiting=1)
    with site.client() as client:
        assert send(client, 1).status_code == 202
        response = send(client, 2)
        problem(response, 503, "helpdesk-full")
        assert response.headers["retry-after"] == "60"
        assert send(client, 1).json()["status"] == "known"


def test_the_list_in_parts(client: httpx.Client, site: Site) -> None:
    """Newest first, by state and helpdesk, each part with the address of the next."""
    ids = [send(client, number).json()["draft_id"] for number in range(5)]
    fail(site, ids[0])
    found: list[str] = []
    address = "/v1/drafts?limit=2"
    while address:
        page = client.get(address).json()
        assert page["total"] == 5
        found += [item["draft_id"] for item in page["items"]]
        address = page["next"]
    assert found == ids[::-1]
    failed = client.get("/v1/drafts", params={"state": "failed", "system": "desk"}).json()
    assert [item["draft_id"] for item in failed["items"]] == [ids[0]]
    assert (failed["items"][0]["error"], failed["items"][0]["due"]) == ("weg", None)
    assert client.get("/v1/drafts", params={"system": "other"}).json()["items"] == []
    for wrong in ({"state": "lost"}, {"limit": 0}, {"limit": 201}, {"offset": -1}):
        problem(client.get("/v1/drafts", params=wrong), 422, "invalid-request")


def test_an_answer_is_shown(client: httpx.Client, site: Site) -> None:
    """A draft shows its answers with their citations."""
    draft_id = send(client).json()["draft_id"]
    draft = site.outbox.claim(time.time(), time.time() + 9, systems=["desk"])
    assert draft is not None
    answer = site.library.ask(AskRequest(question=QUESTION), f"{draft_id}-1")
    site.outbox.answered(draft, [answer])
    shown = client.get(f"/v1/drafts/{draft_id}").json()
    assert shown["outcomes"] == ["answered"]
    assert shown["answers"] == [json.loads(answer.model_dump_json())]
    code, printed = site.command("show", draft_id)
    assert code == 0
    assert "[1] 3332219-1024718-PG, page 3" in printed
    assert json.loads(site.command("show", draft_id, "--json")[1]) == shown


def test_retry(client: httpx.Client, site: Site) -> None:
    """A failed draft waits again and the worker is woken; what is posted is not posted again."""
    ids = [send(client, number).json()["draft_id"] for number in range(3)]
    for draft_id in ids:
        fail(site, draft_id)
    site.woken = 0
    response = client.post(f"/v1/drafts/{ids[0]}/retry")
    assert response.json() == {"draft_id": ids[0], "was": "failed"}
    assert client.post("/v1/drafts/retry").json() == {"retried": 2}
    assert site.woken == 2
    draft = site.outbox.claim(time.time(), time.time() + 9, systems=["desk"])
    assert draft is not None
    site.outbox.posted(draft, time.time())
    problem(client.post(f"/v1/drafts/{draft.draft_id}/retry"), 409, "draft-posted")
    problem(client.post("/v1/drafts/geen/retry"), 404, "unknown-draft")
    problem(client.get("/v1/drafts/geen"), 404, "unknown-draft")


def test_drafts_are_an_administrators(client: httpx.Client) -> None:
    """Without the administrator's key nobody sees a draft or has one retried."""
    draft_id = send(client).json()["draft_id"]
    with httpx.Client(base_url=client.base_url, trust_env=False) as anybody:
        for method, path in (
            ("GET", "/v1/drafts"), ("GET", f"/v1/drafts/{draft_id}"),
            ("POST", "/v1/drafts/retry"), ("POST", f"/v1/drafts/{draft_id}/retry"),
        ):
            assert anybody.request(method, path).status_code in (401, 403)


def test_commands(site: Site) -> None:
    """The list says what failed and why, a retry makes it wait, and mistakes are told."""
    assert "No drafts" in site.command("list")[1]
    with site.client() as client:
        ids = [send(client, number).json()["draft_id"] for number in range(3)]
    fail(site, ids[0], "the helpdesk knows no such ticket")
    code, printed = site.command("list")
    assert code == 0
    for told in (*ids, QUESTION, "no such ticket", "2 waiting, 1 failed"):
        assert told in printed
    (line,) = site.command("list", "--state", "failed", "--json")[1].splitlines()
    assert json.loads(line)["draft_id"] == ids[0]
    assert "1 of 3 shown" in site.command("list", "--limit", "1")[1]
    assert "not answered yet" in site.command("show", ids[1])[1]
    assert site.command("show", "geen")[0] == 2
    assert site.command("retry")[0] == 2
    assert site.command("retry", ids[0], "--all-failed")[0] == 2
    assert site.command("retry", ids[0], "geen")[0] == 2
    assert site.outbox.counts(0).drafts["failed"] == 0
    fail(site, ids[1])
    assert "1 failed" in site.command("retry", "--all-failed")[1]
    draft = site.outbox.claim(time.time(), time.time() + 9, systems=["desk"])
    assert draft is not None
    site.outbox.posted(draft, time.time())
    assert site.command("retry", draft.draft_id)[0] == 1


def test_a_command_without_its_file(site: Site, tmp_path: Path) -> None:
    """A folder that is not there, or a file that is something else: one line, exit status 3."""
    (tmp_path / "helpdesk.sqlite").write_bytes(b"geen database" * 100)
    code, printed = site.command("list")
    assert code == 3
    assert "BRIEFWIJZER_HELPDESK_RECORDS" in printed
    done = CliRunner().invoke(cli, ["--index", str(tmp_path / "nergens"), "helpdesk", "list"])
    assert done.exit_code == 3
    assert "no folder" in done.output
