from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from service.contract import AskRequest, AskResponse, IndexInfo
from service.helpdesk.adapter import Note
from service.helpdesk.circuit import Circuit
from service.helpdesk.drafting import LibraryDrafting
from service.helpdesk.drafts import Draft, Event, marker_of
from service.helpdesk.note import render
from service.helpdesk.outbox import Outbox
from service.helpdesk.records import helpdesk_records
from service.helpdesk.waits import Waits
from service.helpdesk.worker import Helpdesk, Worker
from service.listener import Listener
from service.request_context import current_request
from tests.fake_library import FakeLibrary
from tests.helpdesk_receiver import DeskAdapter, DeskSettings, Receiver, receiving

# As the usual ones, a hundred times as fast.
WAITS = Waits(first=0.05, longest=6, probe=0.4, claim=1, settle=0.3, idle=0.02, index=0.1)
PATIENCE_SECONDS = 30


def note(draft: Draft) -> Note:
    """The note of a draft, without links."""
    return render(draft.draft_id, draft.questions, draft.answers or (), base_url=None)


class Letters(FakeLibrary):
    """Of an index whose generation can change; knows as which requests it was asked."""

    generation = 7

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[tuple[str, str]] = []

    def ask(
        self, request: AskRequest, request_id: str, listener: Listener | None = None
    ) -> AskResponse:
        """As usual, of this generation."""
        self.requests.append((current_request().request_id, current_request().channel))
        response = super().ask(request, request_id, listener)
        return response.model_copy(update={"index": self.readiness()})

    def readiness(self) -> IndexInfo:
        """The index, with its generation."""
        return super().readiness().model_copy(update={"generation": self.generation})


@dataclass
class Desk:
    """An outbox with a helpdesk, and the letters that it is answered from."""

    outbox: Outbox
    receiver: Receiver
    library: Letters
    address: str
    adapter: DeskAdapter
    deadline: float = 5

    def worker(self, **changes: object) -> Worker:
        """A worker, not begun yet."""
        settings = DeskSettings(address=self.address, deadline=self.deadline)
        given = {"waits": WAITS, **changes}
        helpdesks = {"desk": Helpdesk(self.adapter, settings)}
        drafting = LibraryDrafting(self.library, note)
        return Worker(self.outbox, helpdesks, drafting, **given)  # type: ignore[arg-type]

    @contextmanager
    def working(self, **changes: object) -> Iterator[Worker]:
        """A worker at work."""
        worker = self.worker(**changes)
        worker.start()
        try:
            yield worker
        finally:
            worker.stop()

    def add(self, number: int, *questions: str) -> str:
        """A ticket comes; the id of its draft."""
        event = Event("desk", f"e{number}", f"t{number}", questions or ("Wat is er?",), None)
        return self.outbox.add(event, time.time())[0]

    def state(self, draft_id: str) -> str:
        """The state of a draft."""
        return self.draft(draft_id).state

    def draft(self, draft_id: str) -> Draft:
        """A draft that is there."""
        found = self.outbox.draft(draft_id)
        assert found is not None
        return found

    def all_posted(self) -> bool:
        """Whether every draft is."""
        counts = self.outbox.counts(time.time()).drafts
        return counts["posted"] == sum(counts.values())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A helpdesk that can be asked for its notes."""
    receiver = Receiver()
    with receiving(receiver) as address:
        outbox = Outbox(helpdesk_records(tmp_path, None))
        yield Desk(outbox, receiver, Letters(), address, DeskAdapter())


def until(condition: Callable[[], object]) -> None:
    """Wait for it; it must come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


def test_each_ticket_gets_its_note(desk: Desk) -> None:
    """Every draft is answered and posted once, its requests named after it and its helpdesk."""
    ids = [desk.add(number, "Wat is er?", "En dat?") for number in range(20)]
    with desk.working():
        until(desk.all_posted)
    assert desk.receiver.markers == {marker_of(one): 1 for one in ids}
    assert {(f"t{at}", marker_of(one)) for at, one in enumerate(ids)} == set(desk.receiver.notes)
    asked = {(f"{one}-{number}", "helpdesk/desk") for one in ids for number in (1, 2)}
    assert set(desk.library.requests) == asked


def test_a_ticket_that_asks_nothing(desk: Desk) -> None:
    """It gets its note too, and the letters are not asked."""
    event = Event("desk", "e", "t", (), None)
    draft_id, _ = desk.outbox.add(event, time.time())
    with desk.working():
        until(desk.all_posted)
    assert desk.receiver.markers == {marker_of(draft_id): 1}
    assert not desk.library.asked


def test_what_comes_while_it_works(desk: Desk) -> None:
    """A worker that is woken takes up what came, without waiting for its next look."""
    with desk.working(waits=replace(WAITS, idle=PATIENCE_SECONDS * 2)) as worker:
        for number in range(5):
            desk.add(number)
            worker.wake()
            until(desk.all_posted)
    assert len(desk.receiver.notes) == 5


@pytest.mark.parametrize("can_ask", [True, False])
def test_a_note_that_was_taken_without_an_answer(desk: Desk, can_ask: bool) -> None:
    """What the helpdesk took and then failed is found, or dropped by its id: one note."""
    desk.adapter = DeskAdapter(can_ask)
    desk.receiver.drops_again = not can_ask
    desk.receiver.is_taken = True
    desk.receiver.trouble(500)
    ids = [desk.add(number) for number in range(3)]
    with desk.working():
        until(lambda: len(desk.receiver.notes) == 3)
        desk.receiver.trouble(None)
        until(desk.all_posted)
    assert desk.receiver.markers == {marker_of(one): 1 for one in ids}


def test_a_note_that_takes_too_long(desk: Desk) -> None:
    """One that arrives after nobody waited for it any more is not sent a second time."""
    desk.deadline, desk.receiver.seconds = 0.2, 1
    draft_id = desk.add(1)
    with desk.working():
        until(lambda: desk.draft(draft_id).attempts)
        assert desk.state(draft_id) == "posting"
        desk.receiver.seconds = 0
        until(desk.all_posted)
    assert desk.receiver.markers == {marker_of(draft_id): 1}


@pytest.mark.parametrize("arrived", [True, False])
def test_killed_while_it_posted(desk: Desk, arrived: bool) -> None:
    """What a process sent off that died is looked for when it can no longer be under way, and
    sent only where it did not arrive."""
    draft_id = desk.add(1)
    now = time.time()
    dead = desk.outbox.claim(now, now + 1, systems=["desk"])
    assert dead is not None
    drafting = LibraryDrafting(desk.library, note)
    answered = desk.outbox.answered(dead, drafting.answers(dead, Listener()))
    desk.outbox.posting(answered, now, now + 0.5)
    with desk.working():
        time.sleep(0.2)
        assert not desk.receiver.calls
        if arrived:
            desk.receiver.notes.append(("t1", marker_of(draft_id)))
        until(desk.all_posted)
    assert desk.receiver.markers == {marker_of(draft_id): 1}
    assert ("POST t1" in desk.receiver.calls) is not arrived


def test_down_for_an_hour(desk: Desk) -> None:
    """A helpdesk that is down is tried by one note at a time, about once a `probe`; when it is
    back everything arrives, once."""
    hour, factor = 3600, 1200
    begun = time.monotonic()

    def clock() -> float:
        return 1e9 + (time.monotonic() - begun) * factor

    desk.receiver.trouble(503)
    ids = []
    for number in range(40):
        event = Event("desk", f"e{number}", f"t{number}", ("Wat is er?",), None)
        ids.append(desk.outbox.add(event, clock())[0])
    waits = replace(Waits(), claim=1e6, idle=0.01)
    with desk.working(waits=waits, clock=clock):
        until(lambda: clock() > 1e9 + hour)
        tried = desk.receiver.calls[:]
        assert all(desk.draft(one).answers for one in ids)
        desk.receiver.trouble(None)
        until(desk.all_posted)
    assert desk.receiver.markers == {marker_of(one): 1 for one in ids}
    # A look and a post for each probe, and what was under way before it was known to be down.
    assert len(tried) < 2 * hour / (0.75 * waits.probe) + 20
    # It goes on trying: two from when it was not known yet, and at least a few probes.
    assert len(tried) > 5


def test_one_probe_at_a_time(desk: Desk) -> None:
    """While it is down, and slow at it, no two notes are under way to it."""
    desk.receiver.trouble(503)
    for number in range(10):
        desk.add(number)
    with desk.working(threads=4):
        until(lambda: len(desk.receiver.calls) > 8)
        desk.receiver.most_under_way, desk.receiver.seconds = 0, 0.05
        already = len(desk.receiver.calls)
        until(lambda: len(desk.receiver.calls) > already + 6)
        assert desk.receiver.most_under_way == 1
        desk.receiver.seconds = 0
        desk.receiver.trouble(None)
        until(desk.all_posted)
    assert set(desk.receiver.markers.values()) == {1}


def test_a_ticket_that_is_gone(desk: Desk) -> None:
    """It is given up at once, with the reason; the others go on; retried, it arrives."""
    desk.receiver.status = {"t1": 404}
    ids = [desk.add(number) for number in range(4)]
    with desk.working() as worker:
        until(lambda: desk.state(ids[1]) == "failed")
        until(lambda: desk.outbox.counts(0).drafts["posted"] == 3)
        assert "no such ticket" in (desk.draft(ids[1]).error or "")
        desk.receiver.status = {}
        desk.outbox.retry(ids[1], time.time())
        worker.wake()
        until(desk.all_posted)
    assert set(desk.receiver.markers.values()) == {1}


def test_a_ticket_that_always_fails(desk: Desk) -> None:
    """One that the helpdesk fails at holds up no other."""
    desk.receiver.status = {"t0": 500}
    ids = [desk.add(number) for number in range(12)]
    with desk.working():
        until(lambda: desk.outbox.counts(0).drafts["posted"] == 11)
        assert desk.state(ids[0]) in ("waiting", "posting")


@pytest.mark.parametrize(("asked", "least", "most"), [("100", 98, 101), ("999999", 590, 601)])
def test_asked_to_wait(desk: Desk, asked: str, least: float, most: float) -> None:
    """What the helpdesk asks for is waited, within bounds, and by the other drafts too."""
    desk.receiver.trouble(429, **{"Retry-After": asked})
    first = desk.add(1)
    with desk.working(waits=replace(WAITS, longest=600)) as worker:
        until(lambda: desk.draft(first).attempts)
        wait = desk.draft(first).due - time.time()
        assert least < wait < most
        calls = len(desk.receiver.calls)
        second = desk.add(2)
        worker.wake()
        until(lambda: desk.draft(second).answers is not None)
        assert len(desk.receiver.calls) == calls


def test_given_up_in_the_end(desk: Desk) -> None:
    """After its patience a draft fails for good, and says why; not before it was tried enough."""
    desk.receiver.trouble(503)
    draft_id = desk.add(1)
    with desk.working(waits=replace(WAITS, give_up=0)):
        until(lambda: desk.state(draft_id) == "failed")
    assert desk.draft(draft_id).attempts >= 4
    assert "503" in (desk.draft(draft_id).error or "")


def test_wrong_credentials_are_mended(desk: Desk) -> None:
    """A secret that the helpdesk does not take is no reason to give up."""
    desk.receiver.trouble(401)
    draft_id = desk.add(1)
    with desk.working():
        until(lambda: desk.draft(draft_id).attempts > 2)
        desk.receiver.trouble(None)
        until(desk.all_posted)
    assert desk.receiver.markers == {marker_of(draft_id): 1}


def test_an_index_that_cannot_answer(desk: Desk) -> None:
    """Drafts wait for one that can, and none is given up, however long it takes."""
    desk.library.ready = False
    draft_id = desk.add(1)
    with desk.working(waits=replace(WAITS, give_up=0)):
        until(lambda: desk.draft(draft_id).attempts > 6)
        assert desk.state(draft_id) == "waiting"
        desk.library.ready = True
        until(desk.all_posted)


def test_a_fault_of_the_service(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """A question that breaks the service is tried a few times and given up, without repeating what
    the fault says; the log has it, and other drafts go on."""
    broken, fine = desk.add(1, "stuk"), desk.add(2)
    with caplog.at_level(logging.ERROR), desk.working():
        until(lambda: desk.state(broken) == "failed")
        until(lambda: desk.state(fine) == "posted")
    assert desk.library.asked.count(AskRequest(question="stuk")) == 3
    assert "RuntimeError" in (desk.draft(broken).error or "")
    assert "1234" not in (desk.draft(broken).error or "")
    assert broken in caplog.text


def test_answered_anew_by_a_newer_index(desk: Desk) -> None:
    """What was answered before the letters changed is answered again before it is posted."""
    desk.receiver.trouble(503)
    draft_id = desk.add(1)
    with desk.working():
        until(lambda: desk.draft(draft_id).attempts)
        desk.library.generation = 8
        desk.receiver.trouble(None)
        until(desk.all_posted)
    answers = desk.draft(draft_id).answers
    assert answers is not None
    assert answers[0].index.generation == 8
    assert desk.receiver.markers == {marker_of(draft_id): 1}


def test_a_claim_outlasts_a_slow_answer(desk: Desk) -> None:
    """A draft whose answer takes longer than a claim stays its worker's: it is asked once."""
    desk.library.open.clear()
    desk.add(1)
    with desk.working(waits=replace(WAITS, claim=0.3)):
        until(lambda: desk.library.asked)
        time.sleep(1)
        desk.library.open.set()
        until(desk.all_posted)
    assert len(desk.library.asked) == 1


def test_stopped_in_good_order(desk: Desk) -> None:
    """The note being sent is finished and written down; what was not begun stays for the next
    process, which posts it."""
    desk.receiver.seconds = 0.5
    ids = [desk.add(number) for number in range(6)]
    with desk.working():
        until(lambda: desk.receiver.under_way == 2)
    counts = desk.outbox.counts(time.time()).drafts
    assert (counts["posted"], counts["waiting"]) == (2, 4)
    desk.receiver.seconds = 0
    with desk.working():
        until(desk.all_posted)
    assert desk.receiver.markers == {marker_of(one): 1 for one in ids}


def test_stopped_while_it_answers(desk: Desk) -> None:
    """An answer in progress is given up: it is begun again by the next process, at once."""
    desk.library.open.clear()
    draft_id = desk.add(1)
    with desk.working():
        until(lambda: desk.library.asked)
    assert desk.library.hung_up.is_set()
    draft = desk.draft(draft_id)
    assert (draft.state, draft.claim, draft.error) == ("waiting", None, None)
    assert draft.due <= time.time()


def test_two_services_over_one_outbox(desk: Desk) -> None:
    """Of several processes each note is posted by one."""
    ids = [desk.add(number) for number in range(40)]
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(desk.working())
        until(desk.all_posted)
    assert desk.receiver.markers == {marker_of(one): 1 for one in ids}


def test_records_that_cannot_be_used_for_a_while(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The worker says so and waits: when the file is back, it goes on."""
    desk.receiver.trouble(503)
    draft_id = desk.add(1)
    file = tmp_path / "helpdesk.sqlite"
    with caplog.at_level(logging.ERROR), desk.working():
        until(lambda: desk.draft(draft_id).attempts)
        elsewhere = tmp_path / "elders.sqlite"
        with desk.outbox.file.writing() as connection:
            connection.execute("SELECT 1")
        kept = file.read_bytes()
        file.rename(elsewhere)
        file.write_bytes(b"geen database" * 100)
        until(lambda: "worked at" in caplog.text)
        assert kept
        for left in tmp_path.glob("helpdesk.sqlite*"):
            left.unlink()
        elsewhere.rename(file)
        desk.receiver.trouble(None)
        until(desk.all_posted)
    assert desk.receiver.markers == {marker_of(draft_id): 1}


def test_a_circuit_lets_one_probe_through() -> None:
    """After failures on end it is closed for a while, then takes one note, and all after it."""
    circuit = Circuit(Waits(first=4, probe=40))
    for _ in range(2):
        assert not circuit.failed(100)
        assert circuit.takes(100)
    assert circuit.failed(100)
    assert not circuit.takes(102.9)
    assert circuit.takes(104)
    circuit.begin("a")
    assert not circuit.takes(104)
    circuit.ended("another")
    assert not circuit.takes(104)
    circuit.ended("a")
    assert circuit.takes(104)
    assert circuit.answered()
    assert circuit.takes(0)
    assert not circuit.answered()


def test_waits_double_within_bounds() -> None:
    """Each wait is about twice the one before, never above its bound, and not always the same."""
    waits = Waits()
    for failures, about in ((1, 5), (2, 10), (4, 40), (7, 320), (9, 600), (5_000, 600)):
        found = {waits.before_try(failures) for _ in range(50)}
        assert len(found) > 1
        assert all(0.75 * about <= wait <= about for wait in found)
    assert all(waits.before_probe(failures) <= 45 for failures in range(100))
    assert [waits.asked(asked) for asked in (0, 30, 1e9)] == [1, 30, 600]
