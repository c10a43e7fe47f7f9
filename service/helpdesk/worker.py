"""Answers the drafts that wait and posts their notes, each until it is on its ticket

A note is there once, whenever the process may be killed. That it is sent off is on the disk
before; who finds that afterwards waits until it can no longer be under way, and looks for its
marker on the ticket before sending it again. A helpdesk that cannot be asked for a note drops the
second one by its id instead.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from index.errors import IndexUnusable
from service.contract import AskResponse
from service.errors import ServiceStopping
from service.helpdesk.adapter import Adapter, Note, NoteNotPosted
from service.helpdesk.circuit import Circuit
from service.helpdesk.drafts import Draft, marker_of
from service.helpdesk.outbox import ClaimLost, Outbox
from service.helpdesk.records import HelpdeskUnusable
from service.helpdesk.waits import Waits
from service.listener import HungUp, Listener
from service.record_file import RecordsUnusable

THREADS = 2
_DAY_SECONDS = 86_400
# A fault of the service seldom mends itself; one of the moment does.
_FAULTS = 3
# A service that was off for days must not give up what it has hardly tried.
_LEAST_ATTEMPTS = 5
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """A helpdesk system and what this installation sets for it."""

    adapter: Adapter
    settings: Any


class Drafting(Protocol):
    """What a worker needs to make of a ticket's questions a note."""

    def answers(self, draft: Draft, listener: Listener) -> list[AskResponse]:
        """An answer to each question of the draft.

        Raises:
            IndexUnusable: there is no index that can answer.
            ServiceStopping, HungUp: the service is being stopped.
        """

    def stand(self, draft: Draft) -> bool:
        """Whether the draft's answers are those of the index that answers now."""

    def note(self, draft: Draft) -> Note:
        """The note of a draft that has its answers."""


class Worker:
    """Threads that work at the drafts for `helpdesks`, by their name; other processes may work at
    the same outbox. Drafts that were done for `keep_days` are deleted."""

    def __init__(
        self, outbox: Outbox, helpdesks: Mapping[str, Helpdesk], drafting: Drafting, *,
        waits: Waits | None = None, threads: int = THREADS, keep_days: int = 90,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._outbox = outbox
        self._helpdesks = helpdesks
        self._drafting = drafting
        self._waits = waits or Waits()
        self._keep_seconds = keep_days * _DAY_SECONDS
        self._clock = clock
        self._circuits = {name: Circuit(self._waits) for name in helpdesks}
        # Held where a circuit is looked at or changed: a probe is one thread's.
        self._turn = threading.Lock()
        self._held: dict[str, Listener] = {}
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=target, name="helpdesk", daemon=True)
            for target in (self._keep_claims, *[self._run] * threads)
        ]

    def start(self) -> None:
        """Begin; what waits since an earlier process is taken up too. Without a helpdesk there is
        nothing to begin."""
        for thread in self._threads if self._helpdesks else ():
            thread.start()

    def wake(self) -> None:
        """Look at once for what is due; from any thread."""
        self._woken.set()

    def stop_soon(self) -> None:
        """Begin no more, and give up what is being answered; returns at once."""
        self._stopping.set()
        self._woken.set()
        for listener in list(self._held.values()):
            listener.hang_up()

    def stop(self, grace: float = 10) -> None:
        """End in good order: a note being sent may take `grace` seconds. What is not done then,
        the next process takes up."""
        self.stop_soon()
        until = time.monotonic() + grace
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))

    def _run(self) -> None:
        while not self._stopping.is_set():
            # Cleared before looking: what comes after is seen by the next look.
            self._woken.clear()
            try:
                if self._work():
                    continue
            except RecordsUnusable as error:
                _LOG.error("the drafts for the helpdesk cannot be worked at: %s", error)
            except Exception:
                _LOG.exception("the worker of the helpdesk failed")
            if not self._stopping.is_set():
                self._woken.wait(self._waits.idle)

    def _work(self) -> bool:
        """Take up one draft; return whether there was one."""
        with self._turn:
            now = self._clock()
            closed = {name for name, one in self._circuits.items() if not one.takes(now)}
            draft = self._outbox.claim(
                now, now + self._waits.claim, systems=self._helpdesks.keys(), unposted=closed
            )
            if draft is None:
                return False
            if draft.system not in closed:
                self._circuits[draft.system].begin(draft.draft_id)
        # There may be more: for another thread.
        self._woken.set()
        try:
            with self._holding(draft) as listener:
                self._take_up(draft, listener, may_post=draft.system not in closed)
        finally:
            with self._turn:
                self._circuits[draft.system].ended(draft.draft_id)
        return True

    @contextmanager
    def _holding(self, draft: Draft) -> Iterator[Listener]:
        """Within the block the draft stays this worker's, however long its answers take."""
        listener = Listener()
        claim = draft.claim or ""
        self._held[claim] = listener
        if self._stopping.is_set():
            listener.hang_up()
        try:
            yield listener
        finally:
            del self._held[claim]

    def _take_up(self, draft: Draft, listener: Listener, *, may_post: bool) -> None:
        """Work at a draft, and write down what came of it."""
        try:
            self._advance(draft, listener, may_post=may_post)
        except ClaimLost:
            _LOG.info("draft %s was taken over", draft.draft_id)
        except (HungUp, ServiceStopping):
            self._give_back(draft, 0)
        except NoteNotPosted as error:
            self._not_posted(draft, error)
        except HelpdeskUnusable:
            # The claim passes by itself, and what was sent off is looked for then.
            raise
        except (IndexUnusable, RecordsUnusable) as error:
            # Of an answer that cannot be accounted for too: whoever mends it need not retry.
            self._give_back(draft, self._waits.index, str(error))
        except Exception as error:
            _LOG.exception("draft %s could not be made", draft.draft_id)
            self._fault(draft, error)

    def _advance(self, draft: Draft, listener: Listener, *, may_post: bool) -> None:
        """Answer a draft that has no answers of this index, and post its note."""
        adapter = self._helpdesks[draft.system].adapter
        with closing(adapter.outgoing(self._helpdesks[draft.system].settings)) as helpdesk:
            marker = marker_of(draft.draft_id)
            may_be_there = may_post and draft.posting_since is not None
            # That it can be read tells nothing of whether it takes notes.
            if may_be_there and adapter.has_note(draft.ticket_id, marker, helpdesk):
                self._posted(draft)
                return
            if draft.answers is None or not self._drafting.stand(draft):
                answers = self._drafting.answers(draft, listener)
                # What was given up because the service ends is no answer to post.
                listener.check()
                draft = self._outbox.answered(draft, answers)
            if not may_post:
                self._give_back(draft, 0)
                return
            note = self._drafting.note(draft)
            listener.check()
            now = self._clock()
            draft = self._outbox.posting(draft, now, now + self._waits.settle)
            adapter.post(draft.ticket_id, note, helpdesk)
            self._posted(draft)

    def _posted(self, draft: Draft) -> None:
        self._outbox.posted(draft, self._clock())
        self._reached(draft.system)

    def _reached(self, system: str) -> None:
        """The helpdesk answers: what waited for that need wait no longer."""
        with self._turn:
            was_down = self._circuits[system].answered()
        if was_down:
            _LOG.info("the helpdesk %s can be reached again", system)
            self._outbox.hasten(system, self._clock())
            self.wake()

    def _not_posted(self, draft: Draft, error: NoteNotPosted) -> None:
        now = self._clock()
        if error.final:
            _LOG.warning("draft %s is given up: %s", draft.draft_id, error)
            self._end(draft, str(error))
            self._reached(draft.system)
            return
        circuit = self._circuits[draft.system]
        with self._turn:
            is_news = circuit.failed(now, error.retry_after)
        if is_news:
            _LOG.warning("the helpdesk %s takes no notes: %s", draft.system, error)
        failures = draft.attempts + 1
        if failures >= _LEAST_ATTEMPTS and now - draft.begun > self._waits.give_up:
            self._end(draft, str(error))
            return
        # While it is down the circuit says when; this draft may be the only one to probe with.
        longest = self._waits.probe if circuit.is_down else self._waits.longest
        wait = max(
            min(self._waits.before_try(failures), longest),
            self._waits.asked(error.retry_after) if error.retry_after is not None else 0,
            self._waits.settle if error.uncertain else 0,
        )
        self._give_back(draft, wait, str(error), uncertain=error.uncertain)

    def _fault(self, draft: Draft, error: Exception) -> None:
        # Not what the exception says: that may repeat what was asked.
        told = f"a fault of this service ({type(error).__name__}), which its log tells of"
        if draft.attempts + 1 >= _FAULTS:
            self._end(draft, told)
        else:
            self._give_back(draft, self._waits.before_try(draft.attempts + 1), told)

    def _give_back(
        self, draft: Draft, seconds: float, error: str | None = None, *, uncertain: bool = False
    ) -> None:
        with suppress(ClaimLost):
            self._outbox.later(draft, self._clock() + seconds, error, uncertain=uncertain)

    def _end(self, draft: Draft, error: str) -> None:
        with suppress(ClaimLost):
            self._outbox.failed(draft, error, self._clock())

    def _keep_claims(self) -> None:
        """Move on the ends of the claims held, and once a day delete what is old."""
        prune_at = 0.0
        while not self._stopping.wait(self._waits.claim / 3):
            try:
                if self._held:
                    now = self._clock()
                    self._outbox.keep(
                        list(self._held), now + self._waits.claim, now + self._waits.settle
                    )
                if time.monotonic() >= prune_at:
                    self._outbox.prune(self._clock() - self._keep_seconds)
                    prune_at = time.monotonic() + _DAY_SECONDS
            except RecordsUnusable as error:
                _LOG.error("the drafts for the helpdesk cannot be kept: %s", error)
