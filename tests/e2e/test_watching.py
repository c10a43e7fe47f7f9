"""The service watched as it is in use: scraped and its log read, while it is asked."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.test_service import PILOTS, served, until
from tests.test_service_metrics import samples

BSN, EMAIL, NAME = "111222333", "f.jansma@voorbeeld.nl", "Fenna Jansma"
PERSONAL = f"Ik ben {NAME} ({EMAIL}, BSN {BSN})."


@pytest.fixture
def service(
    corpus_index: Path, tmp_path: Path
) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """A client of a real service that is ready, and its process."""
    settings = {
        f"BRIEFWIJZER_{name}_FILE": str(tmp_path / f"{name}.sqlite")
        for name in ("AUDIT", "KEYS", "FEEDBACK")
    }
    with served(corpus_index, keeps_log=True, **settings) as (client, process):
        until(client, "/health/ready", 200)
        yield client, process


def scraped(client: httpx.Client) -> dict[tuple[str, ...], float]:
    """The samples that a service gives now."""
    return samples(client.get("/metrics").raise_for_status().text)


def logged(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """What a service wrote to standard error until it was stopped, each line an object."""
    process.terminate()
    _, errors = process.communicate(timeout=30)
    return [json.loads(line) for line in errors.splitlines()]


def test_what_is_asked_is_counted_and_logged_without_its_words(
    service: tuple[httpx.Client, subprocess.Popen[str]],
) -> None:
    """Each answer is counted by outcome and by the way it was asked for, each request has one line
    in the log with the id that its sender saw, and nothing of what was sent stands in either."""
    client, process = service
    asked = client.post("/v1/ask", json={"question": f"{PERSONAL} {PILOTS}"})
    client.post("/v1/ask", json={"question": "Wat kost een kilo appels in Parijs?"})
    client.post("/v1/chat/completions", json={
        "model": "briefwijzer", "messages": [{"role": "user", "content": f"{PERSONAL} {PILOTS}"}]
    })
    client.post("/v1/search", json={"question": PERSONAL, "filters": {"kenmerk": [NAME]}})
    client.post("/v1/ask", json={"question": PERSONAL, "filters": {"kind": [NAME]}})
    client.get("/", params={"vraag": f"{PERSONAL} {PILOTS}"})
    found = scraped(client)
    channels = {key[1] for key in found if key[0] == "briefwijzer_answers_total"}
    assert channels >= {"ask", "chat"}
    assert found["briefwijzer_answers_total", "ask", "extractive", "not_in_letters"] == 1
    assert found["briefwijzer_requests_total", "POST", "/v1/ask", "200"] == 2
    assert found["briefwijzer_requests_total", "POST", "/v1/ask", "422"] == 1
    assert found["briefwijzer_problems_total", "invalid-request"] == 1
    assert found["briefwijzer_verification_checked_total", "extractive"] >= 1
    assert found["briefwijzer_index_letters",] == 5
    assert found["briefwijzer_drafts_usable",] == 1
    assert found["briefwijzer_drafts", "waiting"] == 0
    lines = logged(process)
    (line,) = (one for one in lines if one["request_id"] == asked.json()["request_id"])
    assert (line["method"], line["route"], line["status"], line["channel"]) == (
        "POST", "/v1/ask", 200, "ask"
    )
    whole = json.dumps(lines, ensure_ascii=False)
    for part in ("Fenna", "Jansma", EMAIL, BSN, "pilots", "appels"):
        assert part not in whole, part
        assert part not in str(found), part


def test_a_service_without_an_index_is_seen_to_be_one(tmp_path: Path) -> None:
    """Where nothing can be answered yet that is one line in the log and a metric; the service
    answers who watches it."""
    with served(tmp_path, keeps_log=True) as (client, process):
        found = scraped(client)
        assert found["briefwijzer_index_usable",] == 0
        assert client.post("/v1/ask", json={"question": "Wat?"}).status_code == 503
        assert scraped(client)["briefwijzer_problems_total", "index-unusable"] == 1
        told = [one["message"] for one in logged(process) if one["level"] != "INFO"]
    assert told
    assert all("briefwijzer ingest" in one for one in told)
