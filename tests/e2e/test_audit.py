"""Every way of asking a real service leaves a record that an auditor can trace to the page."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from mcp import Client

from eval.scripted_model import scripted_model
from tests.conftest import must_end, write_letter
from tests.e2e.test_chat import PROVEN, half_a_liar, written_by
from tests.e2e.test_mcp import BRIEFWIJZER, environment, over_stdio, speaking
from tests.e2e.test_service import RECOMMENDATIONS, served, until
from tests.serving import problem

SECRET = "jan.jansen@voorbeeld.nl"


@pytest.fixture
def index(corpus_index: Path, tmp_path: Path) -> Path:
    """An index of the corpus without an audit log."""
    copy = tmp_path / "index"
    shutil.copytree(corpus_index, copy, ignore=shutil.ignore_patterns("audit.sqlite*"))
    return copy


def briefwijzer(
    index: Path, *arguments: str, status: int = 0, **settings: str
) -> subprocess.CompletedProcess[str]:
    """A command that ends with this exit status."""
    done = subprocess.run(
        [BRIEFWIJZER, "--index", str(index), *arguments], timeout=120, capture_output=True,
        text=True, env=environment(**settings), check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def exported(index: Path, **settings: str) -> list[dict[str, Any]]:
    """The records, oldest first."""
    lines = briefwijzer(index, "audit", "export", **settings).stdout.splitlines()
    return [json.loads(line)["record"] for line in lines]


def record_of(index: Path, request_id: str) -> dict[str, Any]:
    """The only record with this id."""
    (found,) = [one for one in exported(index) if one["request_id"] == request_id]
    return found


@pytest.fixture
def client(index: Path) -> Iterator[httpx.Client]:
    """A client of a service over that index."""
    with served(index) as (client, _):
        until(client, "/health/ready", 200)
        yield client


def test_every_way_of_asking_leaves_a_record(index: Path, client: httpx.Client) -> None:
    """The API, the chat, MCP over both transports, the page and its stream, and the command line:
    each with the citations that the body has."""
    body = client.post("/v1/ask", json={"question": RECOMMENDATIONS}).json()
    assert record_of(index, body["request_id"])["citations"] == body["citations"]
    records = 1
    with openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="x") as chat, must_end():
        asked: Any = [{"role": "user", "content": RECOMMENDATIONS}]
        whole = chat.chat.completions.create(model="briefwijzer", messages=asked)
        assert whole.model_extra is not None
        told = whole.model_extra["briefwijzer"]
        assert record_of(index, told["request_id"])["citations"] == told["citations"]
        for _ in chat.chat.completions.create(model="briefwijzer", messages=asked, stream=True):
            pass
    records += 2

    async def ask(mcp: Client) -> Any:
        result = await mcp.call_tool("ask", {"question": RECOMMENDATIONS})
        return result.structured_content

    for server in (f"{client.base_url}/mcp", over_stdio(index)):
        told = speaking(server, "auto", ask)
        assert record_of(index, told["request_id"])["citations"] == told["citations"]
        records += 1
    page = client.get("/", params={"vraag": RECOMMENDATIONS})
    assert record_of(index, page.headers["x-request-id"])["citations"] == body["citations"]
    stream = client.post(
        "/", data={"vraag": RECOMMENDATIONS}, headers={"Accept": "text/event-stream"}
    )
    assert record_of(index, stream.headers["x-request-id"])["citations"] == body["citations"]
    told = json.loads(briefwijzer(index, "ask", RECOMMENDATIONS, "--json").stdout)
    record = record_of(index, told["request_id"])
    assert (record["channel"], record["citations"]) == ("command-line", told["citations"])
    assert len(exported(index)) == records + 3
    assert {one["channel"] for one in exported(index)} >= {"command-line", "mcp"}


def test_from_a_request_id_to_the_page(index: Path, client: httpx.Client) -> None:
    """An auditor sees the answer, each citation's page and words, and that it stands; the letter's
    kenmerk leads back to the answer, and an id that nobody was given to nothing."""
    body = client.post("/v1/ask", json={"question": RECOMMENDATIONS}).json()
    shown = " ".join(briefwijzer(index, "audit", "show", body["request_id"]).stdout.split())
    for citation in body["citations"]:
        assert f"{citation['kenmerk']}, page {citation['page']}" in shown
        assert " ".join(citation["quote"].split()) in shown
        assert client.get(citation["url"]).status_code == 200
    assert "asked again: the same answer" in shown
    cited = briefwijzer(index, "audit", "cites", body["citations"][0]["kenmerk"].lower(), "--json")
    assert [json.loads(line)["request_id"] for line in cited.stdout.splitlines()] == [
        body["request_id"]
    ]
    assert "No answer" in briefwijzer(index, "audit", "cites", "XYZ-1").stdout
    unknown = briefwijzer(index, "audit", "show", "nooit", status=2).stderr
    assert "no answer in" in unknown


def test_a_letter_that_changed_since(tmp_path: Path) -> None:
    """After an ingest, an auditor is told which letter changed and how today's answer differs;
    without an index the answer is shown all the same."""
    letters, index = tmp_path / "brieven", tmp_path / "index"
    write_letter(letters, "assen.txt", "In Assen komen volgend jaar 20 lantaarns.", kenmerk="AS-1")
    write_letter(letters, "borne.txt", "In Borne wordt de haven verdiept.", kenmerk="BO-1")
    briefwijzer(index, "ingest", str(letters))
    told = briefwijzer(index, "ask", "Hoeveel lantaarns komen er in Assen?", "--json").stdout
    request_id = json.loads(told)["request_id"]
    write_letter(letters, "assen.txt", "In Assen komen volgend jaar 30 lantaarns.", kenmerk="AS-1")
    briefwijzer(index, "ingest", str(letters))
    shown = " ".join(briefwijzer(index, "audit", "show", request_id, status=1).stdout.split())
    assert "read from another file" in shown
    assert "its words are no longer in the letter" in shown
    assert "30 lantaarns" in shown
    as_json = json.loads(
        briefwijzer(index, "audit", "show", request_id, "--json", status=1).stdout
    )
    assert as_json["same"] is False
    log = {"BRIEFWIJZER_AUDIT_FILE": str(index / "audit.sqlite")}
    alone = briefwijzer(
        tmp_path / "geen", "audit", "show", request_id, status=3, **log
    )
    assert "20 lantaarns" in alone.stdout
    assert "ingest" in alone.stderr


def test_personal_data_is_nowhere_in_the_file(index: Path, client: httpx.Client) -> None:
    """Neither in the file nor in its log, while the service runs and after it."""
    question = f"Mijn adres is {SECRET}. {RECOMMENDATIONS}"
    history = [{"role": "user", "content": f"Ik ben {SECRET}."}]
    body = client.post("/v1/ask", json={"question": question, "history": history})
    assert body.status_code == 200
    for path in index.glob("audit.sqlite*"):
        assert SECRET.encode() not in path.read_bytes()
    assert record_of(index, body.json()["request_id"])["masked"] is True


def test_questions_need_not_be_kept(index: Path) -> None:
    """With the setting, the record has the citations, and no word of question or answer."""
    with served(index, BRIEFWIJZER_AUDIT_QUESTIONS="false") as (client, _):
        until(client, "/health/ready", 200)
        body = client.post("/v1/ask", json={"question": RECOMMENDATIONS}).json()
    record = record_of(index, body["request_id"])
    assert record["citations"] == body["citations"]
    assert [record[name] for name in ("question", "history", "answer", "message")] == [None] * 4
    written = b"".join(path.read_bytes() for path in index.glob("audit.sqlite*"))
    assert RECOMMENDATIONS.encode() not in written
    shown = briefwijzer(index, "audit", "show", body["request_id"]).stdout
    assert "its question was not kept" in shown


def test_fifty_at_once(index: Path, client: httpx.Client) -> None:
    """Fifty who ask at the same moment each have their record, and no seal is broken."""

    def ask(number: int) -> int:
        name = {"X-Request-ID": f"v-{number}"}
        return client.post(
            "/v1/ask", json={"question": RECOMMENDATIONS}, headers=name
        ).status_code

    with ThreadPoolExecutor(50) as threads:
        assert set(threads.map(ask, range(50))) == {200}
    assert {one["request_id"] for one in exported(index)} == {f"v-{n}" for n in range(50)}
    assert json.loads(briefwijzer(index, "audit", "check", "--json").stdout)["intact"]


def test_a_service_that_is_killed(index: Path) -> None:
    """Whoever had an answer when the service was killed finds it in the log."""
    answered: list[str] = []
    with served(index) as (client, process):
        until(client, "/health/ready", 200)

        def ask(who: int) -> None:
            for number in range(1000):
                name = f"k-{who}-{number}"
                try:
                    client.post(
                        "/v1/ask", json={"question": RECOMMENDATIONS},
                        headers={"X-Request-ID": name},
                    ).raise_for_status()
                except httpx.HTTPError:
                    return
                answered.append(name)

        threads = [threading.Thread(target=ask, args=(who,)) for who in range(8)]
        for thread in threads:
            thread.start()
        while len(answered) < 40:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join()
    assert set(answered) <= {one["request_id"] for one in exported(index)}
    assert json.loads(briefwijzer(index, "audit", "check", "--json").stdout)["intact"]


def test_a_stream_that_was_hung_up(index: Path) -> None:
    """Who closes a stream after a first piece has had that piece: it is recorded."""
    with (
        scripted_model(half_a_liar, tokens_per_s=20) as model,
        written_by(model, index) as (_, client),
        client.chat.completions.create(
            model="briefwijzer", stream=True,
            messages=[{"role": "user", "content": RECOMMENDATIONS}],
        ) as stream,
    ):
        content = ""
        while PROVEN not in content:
            content += next(stream).choices[0].delta.content or ""
        stream.close()
        while not (records := exported(index)):
            time.sleep(0.05)
    (record,) = records
    assert record["outcome"] == "given_up"
    assert PROVEN in record["heard"]
    assert PROVEN in record["citations"][0]["quote"]


def test_an_answer_that_cannot_be_recorded(index: Path, client: httpx.Client) -> None:
    """It is not given, by whichever way; the command line's own user is answered and warned; and
    once the file can be written, answers are given again."""
    file = index / "audit.sqlite"
    kept = index / "kept.sqlite"
    file.rename(kept)
    for beside in index.glob("audit.sqlite-*"):
        beside.unlink()
    file.write_bytes(b"geen database " * 1000)
    response = client.post("/v1/ask", json={"question": RECOMMENDATIONS})
    assert "BRIEFWIJZER_AUDIT_FILE" in problem(response, 503, "audit-unusable")["detail"]
    assert str(index) not in response.text
    assert response.headers["retry-after"]
    assert client.get("/", params={"vraag": RECOMMENDATIONS}).status_code == 503
    streamed = client.post(
        "/", data={"vraag": RECOMMENDATIONS}, headers={"Accept": "text/event-stream"}
    )
    assert "audit-unusable" in streamed.text

    async def ask(mcp: Client) -> Any:
        return await mcp.call_tool("ask", {"question": RECOMMENDATIONS})

    result = speaking(f"{client.base_url}/mcp", "auto", ask)
    assert result.is_error
    assert "BRIEFWIJZER_AUDIT_FILE" in result.content[0].text
    done = briefwijzer(index, "ask", RECOMMENDATIONS)
    assert "3332219-1024718-PG" in done.stdout
    assert "not in the audit log" in done.stderr
    file.unlink()
    kept.rename(file)
    assert client.post("/v1/ask", json={"question": RECOMMENDATIONS}).status_code == 200


@pytest.mark.parametrize("command", ["serve", "mcp"])
def test_no_beginning_without_an_audit_log(index: Path, command: str) -> None:
    """A service that could account for nothing does not begin, and says in one line why."""
    nowhere = str(index / "nergens" / "audit.sqlite")
    options = ["--port", "0"] if command == "serve" else []
    done = briefwijzer(index, command, *options, status=3, BRIEFWIJZER_AUDIT_FILE=nowhere)
    (line,) = done.stderr.splitlines()
    assert nowhere in line
    assert "BRIEFWIJZER_AUDIT_FILE" in line


def test_switched_off(index: Path) -> None:
    """Without an audit log answers are given, no file is made, and the service says so."""
    with served(index, BRIEFWIJZER_AUDIT="false") as (client, process):
        until(client, "/health/ready", 200)
        assert client.post("/v1/ask", json={"question": RECOMMENDATIONS}).status_code == 200
        assert process.stdout is not None
        output = [process.stdout.readline() for _ in range(2)]
    assert "no answer can be accounted for" in output[1]
    assert not (index / "audit.sqlite").exists()


def test_what_is_past_its_time(index: Path) -> None:
    """A service deletes what it has kept for long enough when it starts, and the check knows."""
    briefwijzer(index, "ask", RECOMMENDATIONS)
    aged(index / "audit.sqlite")
    with served(index, BRIEFWIJZER_AUDIT_DAYS="30") as (client, _):
        until(client, "/health/ready", 200)
        with must_end():
            while any(one["kind"] == "answer" for one in exported(index)):
                time.sleep(0.1)
    checked = json.loads(briefwijzer(index, "audit", "check", "--json").stdout)
    assert (checked["intact"], checked["pruned_through"]) == (True, 1)


def aged(path: Path) -> None:
    """Make the only record one of years ago, with the seal it would have had."""
    from service.audit.records import NO_SEAL, seal_of

    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TRIGGER records_stay")
    (record,) = connection.execute("SELECT record FROM records").fetchone()
    old = json.dumps({**json.loads(record), "recorded": "2020-01-01T00:00:00.000+00:00"})
    connection.execute("UPDATE records SET record = ?, seal = ?", (old, seal_of(NO_SEAL, old)))
    connection.close()


def test_a_change_by_hand_is_found(index: Path) -> None:
    """The check ends with 1 and names the record."""
    briefwijzer(index, "ask", RECOMMENDATIONS)
    assert "is as it was written" in briefwijzer(index, "audit", "check").stdout
    connection = sqlite3.connect(index / "audit.sqlite", isolation_level=None)
    connection.execute("DROP TRIGGER records_stay")
    connection.execute("UPDATE records SET record = replace(record, 'Zet expo', 'Zet geen expo')")
    connection.close()
    assert "record 1 was changed" in briefwijzer(index, "audit", "check", status=1).stdout


def test_without_a_file(tmp_path: Path) -> None:
    """Whoever looks before the first answer is told so."""
    assert "No answer was recorded yet" in briefwijzer(tmp_path, "audit", "check").stdout
    assert briefwijzer(tmp_path, "audit", "export").stdout == ""
    assert "No answer" in briefwijzer(tmp_path, "audit", "cites", "X-1").stdout
    assert "yet" in briefwijzer(tmp_path, "audit", "show", "x", status=2).stderr
    assert os.listdir(tmp_path) == []
