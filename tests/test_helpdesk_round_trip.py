"""From an event that a helpdesk signs to the note on its ticket, through a service that runs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx

from tests.helpdesk_kits import ZAMMAD_SIGNATURE_TOKEN, changed, encoded, event, zammad_signed
from tests.helpdesk_server import Trouble, served
from tests.helpdesk_servers import ZammadServer
from tests.serving import problem, serving

PATIENCE_SECONDS = 60
QUESTION = "Wanneer wordt de Kamer geïnformeerd over de voortgang van de pilots?"


def _configured(folder: Path, address: str) -> str:
    """The file that sets a Zammad at this address."""
    file = folder / "helpdesk.toml"
    file.write_text(
        f'[zammad]\naddress = "{address}"\ntoken = "{ZammadServer.TOKEN}"\n'
        f'signature_token = "{ZAMMAD_SIGNATURE_TOKEN}"\n'
    )
    file.chmod(0o600)
    return str(file)


def _event(**article: Any) -> bytes:
    return encoded(
        changed(event("zammad_customer"), lambda payload: payload["article"].update(article))
    )


def _deliver(service: str, body: bytes) -> httpx.Response:
    headers = dict(zammad_signed(body).headers)
    return httpx.post(f"{service}/v1/helpdesk/zammad", content=body, headers=headers, timeout=30)


def _await_notes(zammad: ZammadServer, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(zammad.notes) < count:
        assert time.monotonic() < deadline, f"{len(zammad.notes)} of {count} notes came"
        time.sleep(0.1)


def test_an_event_of_zammad_becomes_an_internal_note(corpus_index: Path, tmp_path: Path) -> None:
    """Signed, it is acknowledged, answered from the letters and posted, once; Zammad is busy at
    first. Unsigned it is refused, and an agent's own article asks for nothing."""
    zammad = ZammadServer()
    zammad.trouble = Trouble(429, {"Retry-After": "1"})
    with (
        served(zammad) as address,
        serving(corpus_index, BRIEFWIJZER_HELPDESK_FILE=_configured(tmp_path, address),
                BRIEFWIJZER_HELPDESK_RECORDS=str(tmp_path / "helpdesk.sqlite")) as service,
    ):
        body = _event(body=f"Goedemiddag,<br><br>{QUESTION}<br><br>Groet,<br>Fatima")
        first = _deliver(service, body)
        assert (first.status_code, first.json()["status"]) == (202, "accepted")
        again = _deliver(service, body)
        assert (again.status_code, again.json()) == (
            200, {"status": "known", "draft_id": first.json()["draft_id"]}
        )
        agents = _deliver(service, _event(id=106, sender="Agent"))
        assert (agents.status_code, agents.json()["status"]) == (200, "ignored")
        unsigned = httpx.post(f"{service}/v1/helpdesk/zammad", content=body, timeout=30)
        problem(unsigned, 401, "event-not-authentic")
        misshapen = _deliver(service, b'{"ticket": {"id": "../81"}}')
        problem(misshapen, 422, "unfit-event")
        zammad.trouble = None
        _await_notes(zammad, 1)
    ((ticket_id, note, is_internal),) = zammad.notes
    assert (ticket_id, is_internal) == ("81", True)
    assert f"briefwijzer:{first.json()['draft_id']}" in note
    assert "De Kamer wordt eind 2026" in note
    assert "Fatima" not in note
