"""What readers find of answers: what is accepted, that it is kept, and how it is told again."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from service import record_file
from service.app import create_app
from service.feedback import FeedbackFull, FeedbackStore, FeedbackUnusable
from service.feedback_contract import MAX_COMMENT_LENGTH, Feedback, Judgement
from service.settings import Settings
from tests.fake_library import INDEX, FakeLibrary
from tests.serving import problem, running
from tests.test_service_commands import run

WHOLE: dict[str, Any] = {
    "request_id": "abc-1",
    "verdict": "not_helpful",
    "reason": "incomplete",
    "comment": "De tweede aanbeveling ontbreekt.",
    "question": "Welke aanbevelingen doet de raad?",
    "outcome": "answered",
    "citations": [
        {"letter_id": "brief", "page": 3, "quote_start": 10, "quote_end": 90},
        {"letter_id": "nota", "page": None, "quote_start": None, "quote_end": None},
    ],
    "generation": 4,
}
JSON = {"Content-Type": "application/json"}


def judged(**fields: Any) -> Feedback:
    """A judgement of answer `abc-1`, helpful unless `fields` say otherwise."""
    return Feedback.model_validate({"request_id": "abc-1", "verdict": "helpful", **fields})


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    """A store whose file is not there yet."""
    return FeedbackStore(tmp_path / "feedback.sqlite")


@pytest.fixture
def library() -> FakeLibrary:
    """The library behind the client."""
    return FakeLibrary()


@pytest.fixture
def client(library: FakeLibrary, store: FeedbackStore) -> TestClient:
    """A client of the application in this process."""
    return TestClient(create_app(library, feedback=store), base_url="http://127.0.0.1:8000")


# --- what is accepted


@pytest.mark.parametrize(
    "fields",
    [
        {"request_id": ""},
        {"request_id": "x" * 65},
        {"request_id": "a b"},
        {"request_id": "abc\n"},
        {"request_id": "\ud800"},
        {"request_id": 5},
        {"verdict": None},
        {"verdict": "good"},
        {"verdict": True},
        {"reason": "saai"},
        {"reason": ""},
        {"comment": 5},
        {"comment": "Half \ud800 teken"},
        {"comment": "x" * (MAX_COMMENT_LENGTH + 1)},
        {"question": " "},
        {"question": "Wat \udfff?"},
        {"question": "x" * 17_000},
        {"outcome": "ok"},
        {"citations": None},
        {"citations": [{}]},
        {"citations": [{"letter_id": ""}]},
        {"citations": [{"letter_id": "\ud800"}]},
        {"citations": [{"letter_id": "x" * 501}]},
        {"citations": [{"letter_id": "brief", "page": 0}]},
        {"citations": [{"letter_id": "brief", "page": 10**10}]},
        {"citations": [{"letter_id": "brief", "quote_start": -1}]},
        {"citations": [{"letter_id": "brief", "quote_end": 1.5}]},
        {"citations": [{"letter_id": "brief", "quote": "x"}]},
        {"citations": [{"letter_id": "brief"}] * 101},
        {"generation": -1},
        {"generation": 2**70},
        {"generation": "4"},
        {"sterren": 5},
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any]) -> None:
    """Wrong types, unknown fields and values, and halves of characters are never guessed at."""
    with pytest.raises(ValidationError):
        judged(**fields)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("", None),
        (" \r\n\t", None),
        ("\u200b\u00a0", None),
        ("  Klopt niet. ", "Klopt niet."),
        ("Een\r\ntwee\rdrie", "Een\ntwee\ndrie"),
        ("x" * MAX_COMMENT_LENGTH + "\n", "x" * MAX_COMMENT_LENGTH),
        ("\r\n".join("x" * (MAX_COMMENT_LENGTH // 2)), "\n".join("x" * (MAX_COMMENT_LENGTH // 2))),
    ],
)
def test_comments_as_forms_send_them(sent: str, kept: str | None) -> None:
    """An empty field says nothing, and the line ends of a form do not count double."""
    assert judged(comment=sent).comment == kept


def test_every_request_id_can_be_judged(client: TestClient) -> None:
    """Whatever id an answer carries, its own or the caller's, a judgement can name it."""
    for header in ({}, {"X-Request-ID": "A._-9" + "z" * 59}):
        answer = client.post("/v1/ask", json={"question": "Wanneer?"}, headers=header).json()
        sent = {"request_id": answer["request_id"], "verdict": "helpful"}
        assert client.post("/v1/feedback", json=sent).status_code == 201


# --- over HTTP


def test_a_judgement_is_kept_whole(client: TestClient, store: FeedbackStore) -> None:
    """What was sent is what is read again; the answer names both the judgement and the answer."""
    response = client.post("/v1/feedback", json=WHOLE)
    (kept,) = store.judgements()
    assert response.status_code == 201
    assert response.json() == {"feedback_id": kept.feedback_id, "request_id": "abc-1"}
    told = kept.model_dump()
    assert {name: told[name] for name in WHOLE} == WHOLE
    assert set(told) - set(WHOLE) == {"feedback_id", "received", "counts"}
    assert datetime.fromisoformat(kept.received).utcoffset() == datetime.now(UTC).utcoffset()


def test_the_generation_of_the_index_comes_along(
    client: TestClient, library: FakeLibrary, store: FeedbackStore
) -> None:
    """A judgement that names no generation gets that of the index, and none where there is none."""
    sent = {"request_id": "abc-1", "verdict": "helpful"}
    client.post("/v1/feedback", json=sent)
    library.ready = False
    assert client.post("/v1/feedback", json=sent).status_code == 201
    assert [one.generation for one in store.judgements()] == [None, INDEX.generation]


@pytest.mark.parametrize(
    ("content", "headers", "status", "name"),
    [
        (b"{}", JSON, 422, "invalid-request"),
        (b"[]", JSON, 422, "invalid-request"),
        (b'{"request_id": "a", "verdict": "helpful", "comment": "\\ud800"}', JSON, 422,
         "invalid-request"),
        (b'{"request_id": "a\\ud800", "verdict": "helpful"}', JSON, 422, "invalid-request"),
        (json.dumps({**WHOLE, "question": "x" * 17_000}).encode(), JSON, 413, "question-too-long"),
        (json.dumps({**WHOLE, "comment": "x" * 300_000}).encode(), JSON, 413, "body-too-large"),
        (b'{"request_id": ', JSON, 400, "invalid-json"),
        (b'{"request_id": "\xff"}', JSON, 400, "invalid-utf8"),
        (json.dumps(WHOLE).encode(), {"Content-Type": "text/plain"}, 415, "unsupported-media-type"),
        (json.dumps(WHOLE).encode(), {**JSON, "Origin": "https://elders.example"}, 403,
         "origin-not-allowed"),
    ],
)
def test_what_is_refused_is_not_stored(
    client: TestClient, store: FeedbackStore, content: bytes, headers: dict[str, str], status: int,
    name: str,
) -> None:
    """Each wrong request has its own problem, and leaves not even a file."""
    response = client.post("/v1/feedback", content=content, headers=headers)
    problem(response, status, name)
    assert not store.path.exists()


def test_without_a_store() -> None:
    """Who builds the application without a store is told how to have one."""
    client = TestClient(create_app(FakeLibrary()), base_url="http://127.0.0.1:8000")
    response = client.post("/v1/feedback", json=WHOLE)
    assert "FeedbackStore" in problem(response, 403, "feedback-off")["detail"]


def test_described(client: TestClient) -> None:
    """The API's description has the route with its problems and every field."""
    document = client.get("/openapi.json").json()
    route = document["paths"]["/v1/feedback"]["post"]
    assert {"201", "403", "422", "503", "507"} <= set(route["responses"])
    assert set(document["components"]["schemas"]["Feedback"]["properties"]) == set(WHOLE)
    for name in ("feedback-off", "feedback-unusable", "feedback-full"):
        assert client.get(f"/problems/{name}").status_code == 200


def unwritable(folder: Path) -> Iterator[tuple[str, Path]]:
    """Places where no file can be kept, each with what is the matter with it."""
    (folder / "is-een-map").mkdir()
    yield "a folder", folder / "is-een-map"
    yield "no such folder", folder / "nergens" / "feedback.sqlite"
    (folder / "tekst").write_bytes(b"dit is geen database, maar een brief" * 99)
    yield "no database", folder / "tekst"
    with closing(sqlite3.connect(folder / "ander")) as other:
        other.execute("CREATE TABLE klanten (naam TEXT)")
    yield "another's", folder / "ander"
    later = FeedbackStore(folder / "later")
    later.add(judged())
    with closing(sqlite3.connect(folder / "later")) as other:
        other.execute("PRAGMA user_version = 99")
    yield "a newer format", folder / "later"


def test_where_nothing_can_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is a 503 that gives no folder away; the log has it, and questions are answered on."""
    for case, path in unwritable(tmp_path):
        before = path.read_bytes() if path.is_file() else b""
        app = create_app(FakeLibrary(), feedback=FeedbackStore(path))
        client = TestClient(app, base_url="http://127.0.0.1:8000")
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            response = client.post("/v1/feedback", json=WHOLE)
        detail = problem(response, 503, "feedback-unusable")["detail"]
        assert "BRIEFWIJZER_FEEDBACK_FILE" in detail, case
        assert int(response.headers["retry-after"]) > 0
        assert str(tmp_path) not in response.text
        assert str(path) in caplog.text, case
        assert "BRIEFWIJZER_FEEDBACK_FILE" in caplog.text
        assert client.post("/v1/ask", json={"question": "Wanneer?"}).status_code == 200
        assert (path.read_bytes() if path.is_file() else b"") == before, case


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_folder(tmp_path: Path, store: FeedbackStore) -> None:
    """Nothing is stored there, and what is there already can be read."""
    store.add(judged())
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(FeedbackUnusable, match="rights"):
            store.add(judged())
        assert len(list(store.judgements())) == 1
    finally:
        tmp_path.chmod(0o755)


def test_while_another_program_writes(
    store: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that another keeps locked is given up in time, and used again once it is free."""
    monkeypatch.setattr(record_file, "_PATIENCE_SECONDS", 0.1)
    store.add(judged())
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(FeedbackUnusable, match="locked"):
            store.add(judged())
        assert len(list(store.judgements())) == 1
        other.execute("ROLLBACK")
    store.add(judged())
    assert len(list(store.judgements())) == 2


def test_a_full_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Over its number it refuses, keeps what it has, and begins anew once it was moved away."""
    store = FeedbackStore(tmp_path / "feedback.sqlite", maximum=3)
    app = create_app(FakeLibrary(), feedback=store)
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    assert [client.post("/v1/feedback", json=WHOLE).status_code for _ in range(3)] == [201] * 3
    with caplog.at_level(logging.ERROR):
        detail = problem(client.post("/v1/feedback", json=WHOLE), 507, "feedback-full")["detail"]
    assert "moved away" in detail
    assert str(store.path) in caplog.text
    with pytest.raises(FeedbackFull):
        store.add(judged())
    assert len(list(store.judgements())) == 3
    store.path.rename(tmp_path / "vol.sqlite")
    assert client.post("/v1/feedback", json=WHOLE).status_code == 201
    assert len(list(store.judgements())) == 1
    assert len(list(FeedbackStore(tmp_path / "vol.sqlite").judgements())) == 3


def test_a_large_file(tmp_path: Path) -> None:
    """Over its size it takes no more either: nobody can fill the disk, few judgements or many."""
    store = FeedbackStore(tmp_path / "feedback.sqlite", max_bytes=200_000)
    long = judged(question="w" * 2000)
    for _ in range(20):
        store.add(long)
    with pytest.raises(FeedbackFull, match="move it away"):
        [store.add(long) for _ in range(100)]
    assert 20 < len(list(store.judgements())) < 120
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert store.path.stat().st_size < 250_000


# --- keeping


HOSTILE = [
    "'); DROP TABLE judgements; --",
    "nul \x00 en \x1b[31mrood\x1b[0m",
    "\u202egekanteld\u202c",
    "<script>alert(1)</script>",
    "é\U0001f600" * 500,
    "een\ntwee\u2028drie",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_data(store: FeedbackStore, text: str) -> None:
    """Whatever stands in a text, it is stored as text and read again as it was sent."""
    store.add(judged(comment=text, question=text, citations=[{"letter_id": text[:500]}]))
    (kept,) = store.judgements()
    assert (kept.comment, kept.question, kept.citations[0].letter_id) == (text, text, text[:500])


def test_the_last_judgement_counts(store: FeedbackStore) -> None:
    """A later judgement of the same answer takes the place of the earlier, which is kept too."""
    store.add(judged(comment="eerst"))
    store.add(judged(request_id="ander"))
    store.add(judged(verdict="not_helpful", comment="toen"))
    assert [(one.request_id, one.comment, one.counts) for one in store.judgements()] == [
        ("abc-1", "toen", True), ("ander", None, True), ("abc-1", "eerst", False)
    ]
    (helpful, replaced) = store.judgements(verdict="helpful")
    assert (helpful.counts, replaced.counts) == (True, False)


def test_from_a_moment_on(store: FeedbackStore) -> None:
    """Judgements before a moment are left out; one at that very second is not."""
    store.add(judged())
    (kept,) = store.judgements()
    received = datetime.fromisoformat(kept.received)
    assert len(list(store.judgements(since=received))) == 1
    assert list(store.judgements(since=datetime(2999, 1, 1, tzinfo=UTC))) == []


def add_many(path: Path, name: str, count: int) -> list[str]:
    """Add judgements from several threads at once; their ids."""
    # How long a machine that is busy with other things takes is not what is tried.
    record_file._PATIENCE_SECONDS = 120
    store = FeedbackStore(path)
    with ThreadPoolExecutor(8) as pool:
        numbers = range(count)
        return list(pool.map(lambda at: store.add(judged(request_id=f"{name}-{at}")), numbers))


def test_many_at_once(store: FeedbackStore) -> None:
    """Threads of two processes that make and fill the same file lose nothing to one another."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        both = [pool.submit(add_many, store.path, name, 60) for name in ("een", "twee")]
        ids = [feedback_id for one in both for feedback_id in one.result(timeout=240)]
    assert sorted(ids) == sorted(one.feedback_id for one in store.judgements())
    assert len(set(ids)) == 120


def test_many_at_once_over_http(
    store: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every judgement that a real server acknowledged is there, and no other."""
    monkeypatch.setattr(record_file, "_PATIENCE_SECONDS", 120)
    acknowledged: list[str] = []
    with running(create_app(FakeLibrary(), feedback=store)) as address:
        ready = threading.Barrier(8)

        def send(name: int) -> None:
            with httpx.Client(base_url=address, trust_env=False, timeout=240) as client:
                ready.wait()
                for number in range(10):
                    sent = {**WHOLE, "request_id": f"{name}-{number}"}
                    response = client.post("/v1/feedback", json=sent)
                    assert response.status_code == 201, response.text
                    acknowledged.append(response.json()["feedback_id"])

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(send, range(8)))
    assert sorted(acknowledged) == sorted(one.feedback_id for one in store.judgements())
    assert len(acknowledged) == 80


def test_killed_between_two(store: FeedbackStore) -> None:
    """What was acknowledged is there after the process was killed without warning."""
    program = (
        "import sys; from pathlib import Path\n"
        "from service.feedback import FeedbackStore\n"
        "from service.feedback_contract import Feedback\n"
        "store = FeedbackStore(Path(sys.argv[1]))\n"
        "while True: print(store.add(Feedback(request_id='a', verdict='helpful')), flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(store.path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = [process.stdout.readline().strip() for _ in range(20)]
    process.kill()
    said += process.stdout.read().split()
    process.wait(timeout=20)
    kept = [one.feedback_id for one in store.judgements()]
    assert len(said) >= 20
    assert set(said) <= set(kept)
    assert len(kept) <= len(said) + 1
    store.add(judged())
    assert len(list(store.judgements())) == len(kept) + 1


def test_an_empty_file_is_begun(store: FeedbackStore) -> None:
    """A file that was made and no more, by hand or by a process that was killed, is no damage."""
    store.path.touch()
    assert list(store.judgements()) == []
    store.add(judged())
    assert len(list(store.judgements())) == 1


# --- the setting


def test_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file can be named; an empty name is none."""
    monkeypatch.setenv("BRIEFWIJZER_FEEDBACK_FILE", "/srv/oordelen.sqlite")
    assert Settings().feedback_file == Path("/srv/oordelen.sqlite")
    monkeypatch.setenv("BRIEFWIJZER_FEEDBACK_FILE", "")
    assert Settings().feedback_file is None


# --- the command


@pytest.fixture
def filled(store: FeedbackStore) -> Path:
    """The folder of a file with four judgements, one of which was replaced."""
    store.add(judged(request_id="a", comment="eerst"))
    store.add(judged(request_id="b"))
    store.add(judged(request_id="a", verdict="not_helpful", reason="not_what_i_asked"))
    store.add(Feedback.model_validate(WHOLE))
    return store.path.parent


def test_shown_to_a_person(filled: Path) -> None:
    """Newest first, each with what was asked, found and cited, and the numbers at the end."""
    shown = run("feedback", index=filled, COLUMNS="120")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert [line.partition(" · ")[2] for line in shown.stdout.splitlines() if " · " in line] == [
        "not helpful · incomplete", "not helpful · not what I asked", "helpful",
        "helpful (a later one took its place)",
    ]
    words = " ".join(shown.stdout.split())
    assert "Question Welke aanbevelingen doet de raad?" in words
    assert "Comment De tweede aanbeveling ontbreekt." in words
    assert "Cited brief page 3, nota Answer abc-1 of generation 4" in words
    assert words.endswith(
        "3 answers judged: 2 not helpful, 1 helpful (incomplete 1, not what I asked 1); "
        "1 judgement replaced by a later one"
    )


def test_shown_to_a_program(filled: Path, store: FeedbackStore) -> None:
    """A line of JSON per judgement, whatever stands in it, and nothing else."""
    store.add(judged(comment="\x1b[31m“rood”\u2028\x85"))
    shown = run("feedback", "--json", index=filled, LC_ALL="POSIX", PYTHONUTF8="0")
    lines = shown.stdout.removesuffix("\n").split("\n")
    assert [Judgement.model_validate_json(line) for line in lines] == list(store.judgements())
    assert len(lines) == 5


def test_some_of_them(filled: Path) -> None:
    """The day and the verdict choose; what is not asked for still decides which one counts."""
    helpful = run("feedback", "--verdict", "helpful", "--json", index=filled).stdout.splitlines()
    assert [json.loads(line)["counts"] for line in helpful] == [True, False]
    since = run("feedback", "--since", "2026-01-01", "--json", index=filled).stdout
    assert len(since.splitlines()) == 4
    none = run("feedback", "--since", "2999-01-01", index=filled)
    assert (none.returncode, none.stdout.split(":")[0]) == (0, "No feedback of this kind")


def test_a_day_begins_on_the_clock_of_who_asks(store: FeedbackStore) -> None:
    """`--since` and the hours shown are those of the terminal, not of Greenwich."""
    store.add(judged())
    with closing(sqlite3.connect(store.path)) as database, database:
        database.execute("UPDATE judgements SET received = '2026-03-01T23:30:00+00:00'")
    index = store.path.parent
    amsterdam = run("feedback", "--since", "2026-03-02", index=index, TZ="UTC-1")
    assert "2026-03-02 00:30 · helpful" in amsterdam.stdout
    greenwich = run("feedback", "--since", "2026-03-02", index=index, TZ="UTC")
    assert greenwich.stdout.startswith("No feedback of this kind")


def test_nothing_steers_the_terminal(store: FeedbackStore) -> None:
    """Control characters are shown as what they are, and a question makes no second judgement."""
    store.add(judged(
        question="Wat?\n2026-01-01 12:00 · helpful",
        comment="\x1b[2Jweg\u202e\x9b31m\nen [bold]dit\n2026-01-01 12:00 · helpful",
        citations=[{"letter_id": "\x1b]0;titel\x07"}],
    ))
    shown = run("feedback", index=store.path.parent, COLUMNS="100").stdout
    assert not set(shown) & set("\x1b\u202e\x9b\x07")
    assert "[bold]dit" in shown
    assert sum(line.startswith("20") for line in shown.splitlines()) == 1


def test_no_feedback_yet(tmp_path: Path) -> None:
    """An index without judgements says where they come from; looking makes no file."""
    shown = run("feedback", index=tmp_path)
    assert (shown.returncode, "POST /v1/feedback" in shown.stdout) == (0, True)
    assert run("feedback", "--json", index=tmp_path).stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--since", "gisteren"], "YYYY-MM-DD"), (["--since", "2026-02-30"], "YYYY-MM-DD"),
     (["--verdict", "goed"], "not_helpful"), (["--reason", "x"], "--reason"), (["x"], "x")],
)
def test_usage_errors(tmp_path: Path, arguments: list[str], said: str) -> None:
    """A wrong command exits 2 and says what to change."""
    done = run("feedback", *arguments, index=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Exit 3 with the file and what to do, as for an index; the setting names another file."""
    for _, path in unwritable(tmp_path):
        done = run("feedback", index=tmp_path, BRIEFWIJZER_FEEDBACK_FILE=str(path))
        assert (done.returncode, done.stdout) == (3, "")
        assert str(path.parent) in done.stderr
        assert "BRIEFWIJZER_FEEDBACK_FILE" in done.stderr
    missing = run("feedback", index=tmp_path / "nergens")
    assert (missing.returncode, "--index" in missing.stderr) == (3, True)


def test_damaged_later_on(store: FeedbackStore) -> None:
    """A row that somebody changed into something else is a damaged file, and no traceback."""
    store.add(judged())
    with closing(sqlite3.connect(store.path)) as database, database:
        database.execute("UPDATE judgements SET citations = 'niets'")
    done = run("feedback", index=store.path.parent)
    assert (done.returncode, "move it away" in done.stderr) == (3, True)
