"""Judgements of a running service: given, kept over restarts and ingests, and read by command."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import CORPUS, write_letter
from tests.e2e.test_service import served, until
from tests.serving import problem

BRIEFWIJZER = str(Path(sys.executable).with_name("briefwijzer"))
QUESTION = "Welke aanbevelingen doet de Gezondheidsraad over exposoomonderzoek?"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of a copy of the corpus."""
    place = tmp_path_factory.mktemp("feedback")
    shutil.copytree(CORPUS, place / "brieven")
    briefwijzer(place / "index", "ingest", str(place / "brieven"))
    return place


@pytest.fixture
def place(built: Path) -> Iterator[Path]:
    """That folder without a judgement."""
    yield built
    for path in (built / "index").glob("feedback*"):
        path.unlink()


def briefwijzer(index: Path, *arguments: str) -> str:
    """What a command prints that does its work."""
    done = subprocess.run(
        [BRIEFWIJZER, "--index", str(index), *arguments], check=True, timeout=120,
        capture_output=True, text=True,
    )
    return done.stdout


def told(index: Path) -> list[dict[str, Any]]:
    """The judgements as the command tells them to a program."""
    return [json.loads(line) for line in briefwijzer(index, "feedback", "--json").splitlines()]


def judge(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    """A judgement as the page sends it: of an answer that was just given."""
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    places = ("letter_id", "page", "quote_start", "quote_end")
    return {
        "request_id": answer["request_id"],
        "verdict": "helpful",
        "question": QUESTION,
        "outcome": answer["outcome"],
        "citations": [{name: one[name] for name in places} for one in answer["citations"]],
        **fields,
    }


def test_from_answer_to_administrator(place: Path) -> None:
    """What a reader finds is read by whoever runs the service, also while that goes on."""
    index = place / "index"
    with served(index) as (client, process):
        ready = until(client, "/health/ready", 200).json()
        sent = judge(client, verdict="not_helpful", reason="unclear", comment="Te veel in één.")
        response = client.post("/v1/feedback", json=sent)
        assert response.status_code == 201
        (kept,) = told(index)
        assert {name: kept[name] for name in sent} == sent
        assert kept["feedback_id"] == response.json()["feedback_id"]
        assert kept["generation"] == ready["index"]["generation"]
        shown = " ".join(briefwijzer(index, "feedback").split())
        assert f"Question {QUESTION}" in shown
        assert "Comment Te veel in één." in shown
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
    with served(index) as (client, _):
        until(client, "/health/ready", 200)
        assert client.post("/v1/feedback", json=judge(client)).status_code == 201
    assert [one["verdict"] for one in told(index)] == ["helpful", "not_helpful"]


def test_ingests_leave_it_alone(place: Path) -> None:
    """New letters, removed letters and a generation made anew from the database change nothing."""
    index, letters = place / "index", place / "brieven"
    with served(index) as (client, _):
        first = until(client, "/health/ready", 200).json()["index"]["generation"]
        client.post("/v1/feedback", json=judge(client))
    kept = (index / "feedback.sqlite").read_bytes()
    write_letter(letters, "extra.txt", "Er komen 20 lantaarns.", kenmerk="L-1")
    briefwijzer(index, "ingest", str(letters))
    (letters / "extra.txt").unlink()
    briefwijzer(index, "ingest", str(letters))
    newest = max((index / "generations").iterdir(), key=lambda one: int(one.name))
    for damaged in newest.iterdir():
        if damaged.is_file() and damaged.name != "manifest.json":
            damaged.write_bytes(b"stuk")
    briefwijzer(index, "ingest", str(letters))
    assert (index / "feedback.sqlite").read_bytes() == kept
    with served(index) as (client, _):
        later = until(client, "/health/ready", 200).json()["index"]["generation"]
        client.post("/v1/feedback", json=judge(client))
    generations = [one["generation"] for one in told(index)]
    assert generations == [later, first]
    assert later > first


def test_a_place_that_cannot_be_written(place: Path) -> None:
    """Answers go on, the reader is told, the log says which file, and the setting names another."""
    missing = place / "nergens" / "oordelen.sqlite"
    with served(
        place / "index", keeps_log=True, BRIEFWIJZER_FEEDBACK_FILE=str(missing)
    ) as (client, process):
        until(client, "/health/ready", 200)
        detail = problem(
            client.post("/v1/feedback", json=judge(client)), 503, "feedback-unusable"
        )["detail"]
        assert "BRIEFWIJZER_FEEDBACK_FILE" in detail
        assert client.post("/v1/ask", json={"question": QUESTION}).json()["outcome"] == "answered"
        missing.parent.mkdir()
        assert client.post("/v1/feedback", json=judge(client)).status_code == 201
        process.terminate()
        _, log = process.communicate(timeout=30)
    assert str(missing) in log
    assert "Traceback" not in log
    assert missing.is_file()
    assert not (place / "index" / "feedback.sqlite").exists()
