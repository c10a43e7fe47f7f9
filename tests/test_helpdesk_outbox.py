from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.helpdesk.drafts import Draft, Event
from service.helpdesk.outbox import MAX_LOST, ClaimLost, HelpdeskFull, Outbox
from service.helpdesk.records import HelpdeskUnusable, helpdesk_records
from tests.fake_library import FakeLibrary

SYSTEMS = ("desk",)


def event(number: int, *questions: str, system: str = "desk") -> Event:
    """The event of a ticket of its own."""
    return Event(system, f"e{number}", str(number), questions or ("Wat is er?",), None)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    """An empty outbox."""
    return Outbox(helpdesk_records(tmp_path, None))


def claimed(outbox: Outbox, now: float = 10, until: float = 20) -> Draft:
    """The next draft, which must be there."""
    draft = outbox.claim(now, until, systems=SYSTEMS)
    assert draft is not None
    return draft


def answers(draft: Draft) -> list[object]:
    """An answer of the fake library to each question."""
    from service.contract import AskRequest

    return [FakeLibrary().ask(AskRequest(question=one), "r") for one in draft.questions]


def test_an_event_makes_one_draft(outbox: Outbox) -> None:
    """The same event is known again, whatever it says now; another helpdesk's is not."""
    first, is_new = outbox.add(event(1), 5)
    assert is_new
    assert outbox.add(event(1, "Iets anders?"), 6) == (first, False)
    other, is_new = outbox.add(event(1, system="other"), 7)
    assert is_new
    assert other != first
    kept, total = outbox.drafts()
    assert total == 2
    assert [draft.questions for draft in kept] == [("Wat is er?",), ("Wat is er?",)]


def test_an_event_of_many_at_once(outbox: Outbox) -> None:
    """Of one event that comes in twenty times at the same moment one is new."""
    with ThreadPoolExecutor(20) as pool:
        taken = list(pool.map(lambda _: outbox.add(event(1), 5), range(20)))
    assert sum(is_new for _, is_new in taken) == 1
    assert len({draft_id for draft_id, _ in taken}) == 1


def test_a_draft_is_one_workers(outbox: Outbox) -> None:
    """Of workers that claim at once each gets drafts of its own, and none is left over."""
    for number in range(30):
        outbox.add(event(number), 5)
    found: list[str] = []
    lock = threading.Lock()

    def work() -> None:
        while (draft := outbox.claim(10, 1000, systems=SYSTEMS)) is not None:
            with lock:
                found.append(draft.draft_id)

    with ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(work) for _ in range(6)]:
            future.result()
    assert len(found) == len(set(found)) == 30


def test_a_claim_ends(outbox: Outbox) -> None:
    """What a worker held that died is taken up when its claim ends, and it can change nothing."""
    outbox.add(event(1), 5)
    dead = claimed(outbox, 10, 20)
    assert outbox.claim(19, 30, systems=SYSTEMS) is None
    alive = claimed(outbox, 20, 30)
    assert alive.draft_id == dead.draft_id
    for late in (
        lambda: outbox.posting(dead, 21, 50), lambda: outbox.failed(dead, "no", 21),
        lambda: outbox.later(dead, 22, "no", uncertain=False),
        lambda: outbox.answered(dead, []),
    ):
        with pytest.raises(ClaimLost):
            late()
    assert outbox.posting(alive, 21, 50).state == "posting"


def test_a_claim_is_kept(outbox: Outbox) -> None:
    """A worker that says it is alive keeps its drafts for longer, and shortens no wait."""
    outbox.add(event(1), 5)
    draft = claimed(outbox, 10, 20)
    outbox.keep([draft.claim or ""], 40, 50)
    assert outbox.claim(39, 60, systems=SYSTEMS) is None
    outbox.posting(draft, 30, 90)
    outbox.keep([draft.claim or ""], 50, 70)
    assert outbox.claim(89, 99, systems=SYSTEMS) is None
    outbox.keep([draft.claim or ""], 60, 100)
    assert outbox.claim(99, 110, systems=SYSTEMS) is None
    assert claimed(outbox, 100, 110).posting_since == 30


def test_a_ticket_that_ends_the_service(outbox: Outbox) -> None:
    """What ends the process each time it is answered is given up, not tried for ever."""
    outbox.add(event(1), 5)
    tries = 0
    for now in range(10, 100, 10):
        tries += outbox.claim(now, now + 10, systems=SYSTEMS) is not None
    assert tries == MAX_LOST
    (draft,), _ = outbox.drafts(state="failed")
    assert "ended" in (draft.error or "")


def test_answers_are_kept_without_their_passages(outbox: Outbox) -> None:
    """A draft has its answers with every citation; what was merely found is not stored."""
    outbox.add(event(1, "antwoord eerst"), 5)
    draft = claimed(outbox)
    given = answers(draft)
    kept = outbox.answered(draft, given)  # type: ignore[arg-type]
    assert kept.answers is not None
    assert kept.answers[0].passages == []
    assert kept.answers[0].citations == given[0].citations  # type: ignore[attr-defined]
    assert outbox.draft(draft.draft_id) == kept


def test_what_may_not_be_posted_is_answered(outbox: Outbox) -> None:
    """For a helpdesk that is down only drafts without answers are given out."""
    outbox.add(event(1), 5)
    draft = outbox.claim(10, 20, systems=SYSTEMS, unposted=SYSTEMS)
    assert draft is not None
    outbox.later(outbox.answered(draft, []), 11, None, uncertain=False)
    assert outbox.claim(12, 20, systems=SYSTEMS, unposted=SYSTEMS) is None
    assert outbox.claim(12, 20, systems=SYSTEMS) is not None


def test_a_helpdesk_no_longer_configured(outbox: Outbox) -> None:
    """Its drafts wait, untouched, until it is configured again."""
    outbox.add(event(1, system="old"), 5)
    assert outbox.claim(10, 20, systems=SYSTEMS) is None
    assert outbox.counts(15).drafts["waiting"] == 1


def test_given_up_and_tried_again(outbox: Outbox) -> None:
    """A failed draft waits anew when it is retried, with its patience and tries at their beginning;
    one that is posted stays posted."""
    outbox.add(event(1), 5)
    draft = claimed(outbox)
    outbox.later(draft, 12, "eerst", uncertain=False)
    draft = claimed(outbox, 12, 20)
    assert draft.attempts == 1
    outbox.failed(draft, "weg", 15)
    assert outbox.claim(1e9, 1e9, systems=SYSTEMS) is None
    assert outbox.retry(draft.draft_id, 100) == "failed"
    again = claimed(outbox, 100, 110)
    assert (again.attempts, again.begun, again.error) == (0, 100, "weg")
    outbox.posted(again, 101)
    assert outbox.retry(draft.draft_id, 102) == "posted"
    assert outbox.retry("geen", 102) is None
    (posted,), _ = outbox.drafts(state="posted")
    assert (posted.error, posted.finished) == (None, 101)


def test_every_failed_draft_at_once(outbox: Outbox) -> None:
    """All that were given up wait again, and nothing else changes."""
    for number in range(3):
        outbox.add(event(number), 5)
    for _ in range(2):
        outbox.failed(claimed(outbox), "weg", 15)
    assert outbox.retry_failed(50) == 2
    assert outbox.counts(50).drafts == {"waiting": 3, "posting": 0, "posted": 0, "failed": 0}


def test_counts(outbox: Outbox) -> None:
    """Each state has its number, also before there is a file, and the oldest that waits its age."""
    nothing = outbox.counts(0)
    assert (set(nothing.drafts.values()), nothing.oldest_seconds) == ({0}, 0)
    outbox.add(event(1), 5)
    outbox.add(event(2), 9)
    outbox.posted(claimed(outbox), 12)
    counts = outbox.counts(30)
    assert (counts.drafts["waiting"], counts.drafts["posted"]) == (1, 1)
    assert counts.oldest_seconds == 21


def test_no_more_may_wait(tmp_path: Path) -> None:
    """Beyond its limit the outbox refuses; what it holds stays, and is known again."""
    outbox = Outbox(helpdesk_records(tmp_path, None), max_waiting=2)
    first, _ = outbox.add(event(1), 5)
    outbox.add(event(2), 5)
    with pytest.raises(HelpdeskFull, match="helpdesk list"):
        outbox.add(event(3), 5)
    assert outbox.add(event(1), 6) == (first, False)
    outbox.posted(claimed(outbox), 7)
    assert outbox.add(event(3), 8)[1]


def test_a_full_file(tmp_path: Path) -> None:
    """So it does when its file is as large as it may be."""
    outbox = Outbox(helpdesk_records(tmp_path, None), max_bytes=4096)
    with pytest.raises(HelpdeskFull):
        outbox.add(event(1), 5)


def test_old_drafts_go_with_their_reviews(outbox: Outbox) -> None:
    """What was done long ago is deleted; what waits stays, however old."""
    for number in range(3):
        outbox.add(event(number), 5)
    done, failed = claimed(outbox), claimed(outbox)
    outbox.posted(done, 50)
    outbox.failed(failed, "weg", 70)
    with outbox.file.writing() as connection:
        for one in (done, failed):
            connection.execute(
                "INSERT INTO reviews (draft_id, number, verdict, by, reviewed)"
                " VALUES (?, 1, 'used', 'link', 60)", (one.draft_id,),
            )
    assert outbox.prune(60) == 1
    left, _ = outbox.drafts()
    assert {draft.state for draft in left} == {"waiting", "failed"}
    with outbox.file.writing() as connection:
        rows = connection.execute("SELECT draft_id FROM reviews").fetchall()
    assert [row["draft_id"] for row in rows] == [failed.draft_id]


def test_what_a_helpdesk_says_is_masked(outbox: Outbox) -> None:
    """Its error may repeat what is on the ticket: that is not stored, nor more than a few lines."""
    outbox.add(event(1), 5)
    draft = claimed(outbox)
    outbox.later(draft, 12, "no such user jan@example.nl " + "x" * 9000, uncertain=False)
    held = outbox.draft(draft.draft_id)
    assert held is not None
    assert "jan@example.nl" not in (held.error or "")
    assert len(held.error or "") < 1000


def test_stored_means_on_the_disk(tmp_path: Path) -> None:
    """A process that is killed right after it stored an event has stored it."""
    program = (
        "import os, signal, sys; from pathlib import Path;"
        "from service.helpdesk.drafts import Event; from service.helpdesk.outbox import Outbox;"
        "from service.helpdesk.records import helpdesk_records;"
        "Outbox(helpdesk_records(Path(sys.argv[1]), None))"
        ".add(Event('desk', 'e', 't', ['Wat?'], None), 1);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert killed.returncode < 0
    assert outbox_of(tmp_path).drafts()[1] == 1


def outbox_of(folder: Path) -> Outbox:
    """The outbox in a folder."""
    return Outbox(helpdesk_records(folder, None))


def test_a_file_that_is_damaged_or_anothers(tmp_path: Path) -> None:
    """One clear line says what to do, and nothing is written over."""
    path = tmp_path / "helpdesk.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE something (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(HelpdeskUnusable, match="BRIEFWIJZER_HELPDESK_RECORDS"):
        outbox_of(tmp_path).add(event(1), 5)
    assert path.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only where there is such a device")
def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """An event that does not fit on the disk is refused, and what was there before stays."""
    outbox = outbox_of(tmp_path)
    outbox.add(event(1), 5)
    program = (
        "import resource, signal, sys; from pathlib import Path;"
        "from service.helpdesk.drafts import Event; from service.helpdesk.outbox import Outbox;"
        "from service.helpdesk.records import HelpdeskUnusable, helpdesk_records;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
        "try:\n"
        " for n in range(200):\n"
        "  Outbox(helpdesk_records(Path(sys.argv[1]), None))"
        ".add(Event('desk', f'n{n}', 't', ['Wat? ' * 200], None), 1)\n"
        "except HelpdeskUnusable as error:\n"
        " print(n, error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], check=True, capture_output=True, text=True,
        env=os.environ,
    )
    stored, _, said = done.stdout.partition(" ")
    assert "space on its disk" in said
    assert outbox.drafts()[1] == int(stored) + 1
