"""The audit log: what is kept of an answer, that it stays, and that tampering shows."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.audit.chain import Checked, checked
from service.audit.log import AuditLog
from service.audit.records import NO_SEAL, AuditUnusable
from service.audit.retention import Retention
from service.contract import AskRequest, AskResponse
from service.observers import Given
from service.request_context import RequestContext
from tests.fake_library import INDEX, citation

SECRETS = ("jan@voorbeeld.nl", "06-12345678", "NL91ABNA0417164300")
ASKED = f"Mail mij op {SECRETS[0]}, bel {SECRETS[1]}, of betaal op {SECRETS[2]}: hoe zit het?"
WHO = RequestContext("verzoek", "ask", "sleutel-1")


def response(**fields: Any) -> AskResponse:
    """An answer with one citation, with `fields` in place of its own."""
    values: dict[str, Any] = {
        "request_id": "verzoek", "outcome": "answered", "answer": "De brief zegt het. [1]",
        "message": None, "standalone_question": "Hoe zit het?", "confidence": 0.9,
        "citations": [citation(1).model_dump()], "passages": [],
        "warnings": [{"code": "not-mentioned", "message": "Dat staat er niet."}],
        "verification": {"checked": 1, "failed": 0, "failures": []}, "choices": [],
        "composer": "extractive", "model": None, "prompts": [], "index": INDEX.model_dump(),
        "timings_ms": {"total": 1.0},
    }
    return AskResponse.model_validate({**values, **fields})


def given(question: str = "Hoe zit het?", request_id: str = "verzoek", **fields: Any) -> Given:
    """An answer to a question, as the library tells its observers."""
    answer = response(**{"request_id": request_id, **fields})
    return Given(
        AskRequest(question=question), request_id, answer, "", 0.02,
        letters={one.letter_id: "a" * 64 for one in answer.citations},
        kamerstukken={one.letter_id: ["32793-703"] for one in answer.citations},
        citations=answer.citations, index=answer.index,
    )


def raw(path: Path) -> bytes:
    """Every byte of a database and what lies beside it."""
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def tampered(path: Path, *statements: str) -> None:
    """Do what the triggers forbid, as somebody who drops them first."""
    connection = sqlite3.connect(path, isolation_level=None)
    triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_an_answer_is_kept_whole(tmp_path: Path) -> None:
    """What was asked, by whom, the answer, its citations and letters and its means come back."""
    log = AuditLog(tmp_path / "audit.sqlite")
    told = given()
    log.add(told, WHO)
    (entry,) = log.of_request("verzoek")
    assert told.response is not None
    assert entry.citations == told.response.citations
    assert (entry.question, entry.answer) == (told.request.question, told.response.answer)
    assert (entry.channel, entry.key_id, entry.outcome) == ("ask", "sleutel-1", "answered")
    assert entry.letters["brief"].sha256 == "a" * 64
    assert entry.verification == told.response.verification
    assert entry.index == told.response.index
    assert entry.masked is False


@pytest.mark.parametrize("questions", [True, False])
def test_personal_data_is_nowhere_in_the_file(tmp_path: Path, questions: bool) -> None:
    """Whatever repeats the question is masked before a byte of it is written, and in the mode
    without questions nothing of it is there at all."""
    log = AuditLog(tmp_path / "audit.sqlite", questions=questions)
    told = given(
        ASKED, standalone_question=ASKED, answer=f"{ASKED} [1]",
        warnings=[{"code": "not-mentioned", "message": ASKED}],
        verification={"checked": 1, "failed": 1, "failures": [
            {"marker": 1, "quote": ASKED, "reason": ASKED, "claim": ASKED}
        ]},
    )
    turn = {"role": "user", "content": ASKED}
    request = AskRequest.model_validate({"question": ASKED, "history": [turn]})
    log.add(Given(request, "a", told.response, "", 0.1, {}, {}, told.citations, None), WHO)
    log.add(Given(request, "b", None, ASKED, 0.1, {}, {}, (), None), WHO)
    written = raw(log.path)
    assert not [secret for secret in SECRETS if secret.encode() in written]
    assert (b"hoe zit het" in written) == questions
    (entry,) = log.of_request("a")
    assert entry.masked is (True if questions else None)
    assert bool(entry.question) == bool(entry.answer) == questions
    assert entry.citations == list(told.citations)


def test_the_same_request_id_twice(tmp_path: Path) -> None:
    """A caller may choose an id that was used before: both answers are there, newest first."""
    log = AuditLog(tmp_path / "audit.sqlite")
    for question in ("Eerst?", "Daarna?"):
        log.add(given(question), WHO)
    assert [one.question for one in log.of_request("verzoek")] == ["Daarna?", "Eerst?"]


@pytest.mark.parametrize(
    "named", ["brief", "3332219-1024718-PG", "3332219 1024718 pg", "32 793, nr. 703",
              "kst-32793-703", "Kamerstuk 32793", "32 793"],
)
def test_the_answers_that_cited_a_letter(tmp_path: Path, named: str) -> None:
    """A letter is found by its id, its kenmerk and its Kamerstuk in any spelling."""
    log = AuditLog(tmp_path / "audit.sqlite")
    log.add(given(request_id="een"), WHO)
    refusal = {"outcome": "not_in_letters", "answer": None, "message": "Nee.", "citations": []}
    log.add(given(request_id="twee", **refusal), WHO)
    log.add(given(request_id="drie"), WHO)
    assert [one.request_id for one in log.citing(named)] == ["drie", "een"]
    assert not list(log.citing("32793-70"))


def test_exported_seals_can_be_recomputed(tmp_path: Path) -> None:
    """Whoever has the export alone can see that no record was changed."""
    log = AuditLog(tmp_path / "audit.sqlite")
    for number in range(3):
        log.add(given(f"Hoe zit het met “{number}” €?"), WHO)
    before = NO_SEAL
    for one in log.sealed():
        line = json.loads(one.line)
        text = json.dumps(line["record"], ensure_ascii=False, separators=(",", ":"))
        assert line["before"] == before
        before = hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()
        assert line["seal"] == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET record = replace(record, '[1]', '[2]')",
        "DELETE FROM records",
        "DELETE FROM records WHERE number = 3",
        "INSERT OR REPLACE INTO records (number, before, record, seal) VALUES (1, '', '{}', '')",
        "INSERT INTO records (number, before, record, seal) VALUES (9, '', '{}', '')",
        "UPDATE cited SET name = 'letter x'",
        "DELETE FROM cited",
        """INSERT INTO records (number, before, record, seal) VALUES (4, '',
            '{"kind":"pruned","through":3,"until":"9999"}', '')""",
    ],
)
def test_records_stay(tmp_path: Path, statement: str) -> None:
    """Nothing that is open to a mistake changes or takes away a record."""
    log = AuditLog(tmp_path / "audit.sqlite")
    for _ in range(3):
        log.add(given(), WHO)
    connection = sqlite3.connect(log.path)
    with pytest.raises(sqlite3.IntegrityError, match="record"):
        connection.execute(statement)
    connection.close()
    assert checked(log).is_intact


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE records SET record = replace(record, 'De brief', 'Hij') WHERE number = 2",
         "record 2 was changed"),
        ("UPDATE records SET record = 'stuk' WHERE number = 2", "record 2 was changed"),
        ("DELETE FROM records WHERE number = 2", "record 2 is gone"),
        ("DELETE FROM records WHERE number IN (2, 3)", "record 2 to 3 are gone"),
        ("DELETE FROM records WHERE number = 1", "begins with record 2"),
        ("DELETE FROM cited WHERE number = 3", "record 3"),
        ("INSERT INTO cited VALUES ('letter x', 2)", "record 2"),
        ("UPDATE records SET seal = before WHERE number = 4", "record 4 was changed"),
    ],
)
def test_tampering_shows(tmp_path: Path, statement: str, said: str) -> None:
    """Who changes, takes out or hides a record is found out, and by which."""
    log = AuditLog(tmp_path / "audit.sqlite")
    for _ in range(4):
        log.add(given(), WHO)
    assert checked(log).is_intact
    tampered(log.path, "DROP INDEX records_by_request", "DROP INDEX records_by_time", statement)
    found = checked(log)
    assert not found.is_intact
    assert any(said in fault for fault in found.faults), found.faults


def test_a_seal_that_was_noted(tmp_path: Path) -> None:
    """Records taken off the end leave a chain that fits: a seal noted elsewhere shows it."""
    log = AuditLog(tmp_path / "audit.sqlite")
    for _ in range(3):
        log.add(given(), WHO)
    noted = checked(log).seal
    log.add(given(), WHO)
    assert checked(log, noted).is_intact
    tampered(
        log.path, "DELETE FROM records WHERE number > 2", "DELETE FROM cited WHERE number > 2"
    )
    assert checked(log).is_intact
    assert not checked(log, noted).is_intact


def aged(path: Path, days: int) -> AuditLog:
    """A log on a clock that is so many days slow."""
    return AuditLog(path, clock=lambda: datetime.now(UTC) - timedelta(days=days))


def test_what_is_past_its_time_goes(tmp_path: Path) -> None:
    """Old records are gone from the file's bytes, newer ones stay, and the chain is still known
    from its beginning: also after a second time, and when all are old."""
    path = tmp_path / "audit.sqlite"
    aged(path, 400).add(given("Eeuwenoud?"), WHO)
    aged(path, 380).add(given("Ouder?"), WHO)
    log = aged(path, 360)
    log.add(given("Vandaag?"), WHO)
    assert log.prune(days=30) == 1
    assert log.prune(days=30) == 0
    assert b"Eeuwenoud" not in raw(path)
    assert [one.question for one in log.of_request("verzoek")] == ["Vandaag?", "Ouder?"]
    found = checked(log)
    assert found == Checked(records=3, first=2, last=4, seal=found.seal, pruned_through=1)
    assert log.prune(days=10) == 1
    assert checked(log).is_intact
    later = aged(path, 200)
    assert later.prune(days=10) == 3
    assert later.prune(days=10) == 0
    assert checked(log).is_intact
    assert log.add(given(), WHO) == 7
    assert checked(log).is_intact
    assert len(list(log.citing("brief"))) == 1


def test_the_beginning_taken_off(tmp_path: Path) -> None:
    """Behind a deletion that was in order, a record taken off the beginning is missed."""
    path = tmp_path / "audit.sqlite"
    aged(path, 40).add(given(), WHO)
    log = AuditLog(path)
    for _ in range(3):
        log.add(given(), WHO)
    log.prune(days=30)
    tampered(path, "DELETE FROM records WHERE number = 2", "DELETE FROM cited WHERE number = 2")
    assert "begins with record 3" in checked(log).faults[0]


def test_a_service_prunes(tmp_path: Path) -> None:
    """At its start and again each time, what is past its time is deleted, until it is closed."""
    today = datetime.now(UTC) - timedelta(days=100)
    log = AuditLog(tmp_path / "audit.sqlite", clock=lambda: today)
    log.add(given("Oud?"), WHO)
    today += timedelta(days=5)
    retention = Retention(log, days=2, every_seconds=0.01)
    until(lambda: not log.of_request("verzoek"))
    log.add(given("Ook oud?"), WHO)
    today += timedelta(days=5)
    until(lambda: not log.of_request("verzoek"))
    retention.close()
    log.add(given("Blijft?"), WHO)
    today += timedelta(days=5)
    assert log.of_request("verzoek")


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    from threading import Event

    for _ in range(1000):
        if holds():
            return
        Event().wait(0.01)
    raise AssertionError("it never held")


def _add_some(path: str, who: str, many: int) -> None:
    log = AuditLog(Path(path))
    for number in range(many):
        log.add(given(request_id=f"{who}-{number}"), WHO)


def test_several_processes_and_threads_write(tmp_path: Path) -> None:
    """Four processes and eight threads at once lose no record and break no seal."""
    path = tmp_path / "audit.sqlite"
    fresh = multiprocessing.get_context("spawn")
    others = [
        fresh.Process(target=_add_some, args=(str(path), f"proces{one}", 25)) for one in range(4)
    ]
    for one in others:
        one.start()
    log = AuditLog(path)
    with ThreadPoolExecutor(8) as threads:
        done = [threads.submit(log.add, given(request_id=f"hier-{one}"), WHO) for one in range(80)]
        numbers = {one.result() for one in done}
    for one in others:
        one.join()
    assert [one.exitcode for one in others] == [0] * 4
    assert len(numbers) == 80
    found = checked(log)
    assert (found.records, found.last, found.faults) == (180, 180, [])


def test_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    """What is no audit log is left alone, and one line says what to do."""
    path = tmp_path / "audit.sqlite"
    path.write_bytes(b"geen database, maar een brief. " * 100)
    for log in (AuditLog(path), AuditLog(tmp_path / "nergens" / "audit.sqlite")):
        with pytest.raises(AuditUnusable, match="BRIEFWIJZER_AUDIT_FILE"):
            log.answered(given())
        with pytest.raises(AuditUnusable, match="BRIEFWIJZER_AUDIT_FILE"):
            log.of_request("verzoek")
    assert path.read_bytes().startswith(b"geen database")


def test_a_copy_that_cannot_be_written(tmp_path: Path) -> None:
    """A copy on a read-only disk can be read and checked."""
    log = AuditLog(tmp_path / "audit.sqlite")
    log.add(given(), WHO)
    folder = tmp_path / "kopie"
    folder.mkdir()
    shutil.copy(log.path, folder)
    (folder / "audit.sqlite").chmod(0o444)
    folder.chmod(0o555)
    copy = AuditLog(folder / "audit.sqlite")
    assert copy.of_request("verzoek") == log.of_request("verzoek")
    assert checked(copy).is_intact
    folder.chmod(0o755)


def test_nothing_recorded_yet(tmp_path: Path) -> None:
    """Without a file there are no records, and none is made by looking."""
    log = AuditLog(tmp_path / "audit.sqlite")
    assert log.of_request("x") == list(log.citing("x")) == list(log.sealed()) == []
    assert checked(log).is_intact
    assert not log.path.exists()
