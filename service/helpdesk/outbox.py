"""The drafts on their way to a helpdesk, on the disk: from its event until its note is there

A draft belongs to one worker at a time: it claims a draft until a moment, `due`, which it may move
on; a worker that dies lets that moment pass, and the next one takes the draft up. What comes of a
claim that is no longer held is refused, so that a worker that was asleep changes nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import fields
from uuid import uuid4

from pydantic import TypeAdapter

from service.contract import AskResponse
from service.helpdesk.drafts import STATES, Counts, Draft, Event, State
from service.helpdesk.records import HelpdeskUnusable
from service.personal_data import masked
from service.record_file import RecordFile

# A helpdesk that is down for days must not fill the disk.
MAX_WAITING = 10_000
MAX_BYTES = 2_000_000_000
# More deaths of the process while it answered one ticket are that ticket's fault.
MAX_LOST = 5
_SHOWN_OF_ERROR = 500

_ANSWERS = TypeAdapter(list[AskResponse])
_QUESTIONS = TypeAdapter(list[str])


class HelpdeskFull(HelpdeskUnusable):
    """As many drafts wait as may; nothing is thrown away to make room."""


class ClaimLost(Exception):
    """The draft is another worker's by now, or an administrator changed it."""


class Outbox:
    """The drafts in the helpdesk's file; safe to use from many threads and processes.

    Every call raises `HelpdeskUnusable` where the file cannot be used. What a call that writes has
    done is on the disk when it returns. Moments (`now`, `due`) are seconds since 1970.
    """

    def __init__(
        self, file: RecordFile, *, max_waiting: int = MAX_WAITING, max_bytes: int = MAX_BYTES
    ) -> None:
        self.file = file
        self._max_waiting = max_waiting
        self._max_bytes = max_bytes

    def add(self, event: Event, now: float) -> tuple[str, bool]:
        """Store an event as a draft that is due at once; return its id, and whether it is new.

        Raises:
            HelpdeskFull: no more may wait.
        """
        with self.file.writing() as connection:
            known = connection.execute(
                "SELECT draft_id FROM drafts WHERE system = ? AND event_id = ?",
                (event.system, event.event_id),
            ).fetchone()
            if known is not None:
                return str(known["draft_id"]), False
            self._see_that_it_fits(connection)
            draft_id = uuid4().hex
            connection.execute(
                "INSERT INTO drafts (draft_id, system, event_id, ticket_id, received, key_id,"
                " questions, state, due, begun) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?)",
                (draft_id, event.system, event.event_id, event.ticket_id, now, event.key_id,
                 json.dumps(list(event.questions)), now, now),
            )
        return draft_id, True

    def claim(
        self, now: float, until: float, *, systems: Collection[str],
        unposted: Collection[str] = (),
    ) -> Draft | None:
        """The draft of `systems` that is due for longest, for the caller alone until `until`; None
        where none is due. Of those in `unposted` only drafts that have no answers yet."""
        found = {
            "now": now, "until": until, "claim": uuid4().hex,
            "systems": json.dumps(sorted(systems)), "unposted": json.dumps(sorted(unposted)),
        }
        # Most of the time nothing is due: that is seen without keeping writers from their work.
        with self.file.reading() as connection:
            if connection is None or connection.execute(_DUE, found).fetchone() is None:
                return None
        with self.file.writing() as connection:
            due = connection.execute(_DUE, found).fetchone()
            if due is None:
                return None
            connection.execute(
                "UPDATE drafts SET claim = :claim, due = :until,"
                " lost = lost + (claim IS NOT NULL AND state = 'waiting')"
                " WHERE draft_id = :draft_id",
                {**found, "draft_id": due["draft_id"]},
            )
            row = _row(connection, due["draft_id"])
            if row["lost"] >= MAX_LOST:
                _finish(
                    connection, row["draft_id"], "failed", now,
                    f"the service ended {MAX_LOST} times while it answered this ticket",
                )
                return None
        return self._draft(row)

    def keep(self, claims: Collection[str], until: float, posting_until: float) -> None:
        """Move on the end of these claims, as far as they are held; of notes that are being sent
        off to `posting_until`, since what is sent last may still arrive for a while."""
        with self.file.writing() as connection:
            connection.execute(
                "UPDATE drafts SET due = max(due, CASE state WHEN 'posting' THEN ? ELSE ? END)"
                " WHERE claim IN (SELECT value FROM json_each(?))",
                (posting_until, until, json.dumps(list(claims))),
            )

    def answered(self, draft: Draft, answers: Sequence[AskResponse]) -> Draft:
        """Store the answers, without their passages; return the draft with them.

        Raises:
            ClaimLost: the draft is no longer the caller's.
        """
        kept = [answer.model_copy(update={"passages": []}) for answer in answers]
        return self._changed(draft, answers=_ANSWERS.dump_json(kept).decode())

    def posting(self, draft: Draft, now: float, until: float) -> Draft:
        """Note that the note is sent off from now on. Until it is known what became of it, the
        draft is looked at again at `until`.

        Raises:
            ClaimLost: the draft is no longer the caller's; the note must not be sent.
        """
        return self._changed(draft, state="posting", posting_since=now, due=until)

    def posted(self, draft: Draft, now: float) -> None:
        """Note that the helpdesk has the note; that is true whoever has the draft now."""
        with self.file.writing() as connection:
            _finish(connection, draft.draft_id, "posted", now, None)

    def later(self, draft: Draft, due: float, error: str | None, *, uncertain: bool) -> None:
        """Give the draft back until `due`, for the reason given. `uncertain`: the helpdesk may
        have the note. Without `error` nothing was tried, and what was said of it before stands.

        Raises:
            ClaimLost: the draft is no longer the caller's.
        """
        said = {}
        if error is not None:
            said = {"error": _told(error), "attempts": draft.attempts + 1}
        self._changed(
            draft, state="posting" if uncertain else "waiting", claim=None, due=due, lost=0, **said
        )

    def failed(self, draft: Draft, error: str, now: float) -> None:
        """Give the draft up: an administrator sees it, and may have it retried.

        Raises:
            ClaimLost: the draft is no longer the caller's.
        """
        with self.file.writing() as connection:
            _held(connection, draft)
            _finish(connection, draft.draft_id, "failed", now, error)

    def hasten(self, system: str, now: float) -> None:
        """Make due what waits for its next try at this system."""
        with self.file.writing() as connection:
            connection.execute(
                "UPDATE drafts SET due = ? WHERE system = ? AND state = 'waiting'"
                " AND claim IS NULL AND due > ?",
                (now, system, now),
            )

    def retry(self, draft_id: str, now: float) -> State | None:
        """Make a draft due, and a failed one wait again with new patience; return the state it had,
        None where there is no such draft. One that is posted stays so."""
        with self.file.writing() as connection:
            row = connection.execute(
                "SELECT state, claim FROM drafts WHERE draft_id = ?", (draft_id,)
            ).fetchone()
            if row is None:
                return None
            if row["state"] == "failed":
                connection.execute(_AGAIN, {"now": now, "draft_id": draft_id})
            elif row["state"] == "waiting" and row["claim"] is None:
                connection.execute(
                    "UPDATE drafts SET due = ? WHERE draft_id = ?", (now, draft_id)
                )
        state: State = row["state"]
        return state

    def retry_failed(self, now: float) -> int:
        """Make every failed draft wait again; return how many."""
        with self.file.writing() as connection:
            return connection.execute(_AGAIN, {"now": now, "draft_id": None}).rowcount

    def draft(self, draft_id: str) -> Draft | None:
        """One draft; None where there is none with this id."""
        with self.file.reading() as connection:
            row = None if connection is None else _row(connection, draft_id)
        return None if row is None else self._draft(row)

    def drafts(
        self, *, state: State | None = None, system: str | None = None, offset: int = 0,
        limit: int = -1,
    ) -> tuple[list[Draft], int]:
        """At most `limit` drafts from `offset`, newest first, and how many there are in all."""
        with self.file.reading() as connection:
            if connection is None:
                return [], 0
            (total,) = connection.execute(
                "SELECT count(*) FROM drafts"
                " WHERE state = ifnull(?, state) AND system = ifnull(?, system)",
                (state, system),
            ).fetchone()
            rows = connection.execute(
                "SELECT * FROM drafts WHERE state = ifnull(?, state)"
                " AND system = ifnull(?, system)"
                " ORDER BY received DESC, rowid DESC LIMIT ? OFFSET ?",
                (state, system, limit, offset),
            ).fetchall()
        return [self._draft(row) for row in rows], int(total)

    def counts(self, now: float) -> Counts:
        """How many drafts there are of each state, and how old the oldest is that waits."""
        with self.file.reading() as connection:
            if connection is None:
                return Counts(dict.fromkeys(STATES, 0), 0.0)
            rows = connection.execute("SELECT state, count(*) FROM drafts GROUP BY state")
            drafts = {**dict.fromkeys(STATES, 0), **dict(map(tuple, rows))}
            (oldest,) = connection.execute(
                "SELECT min(begun) FROM drafts WHERE state IN ('waiting', 'posting')"
            ).fetchone()
        return Counts(drafts, max(0.0, now - oldest) if oldest is not None else 0.0)

    def prune(self, before: float) -> int:
        """Delete the drafts that were posted or given up before this moment, with their reviews;
        return how many."""
        with self.file.writing() as connection:
            connection.execute(
                "DELETE FROM reviews WHERE draft_id IN (SELECT draft_id FROM drafts"
                " WHERE state IN ('posted', 'failed') AND finished < ?)", (before,),
            )
            return connection.execute(
                "DELETE FROM drafts WHERE state IN ('posted', 'failed') AND finished < ?", (before,)
            ).rowcount

    def _see_that_it_fits(self, connection: sqlite3.Connection) -> None:
        (waiting,) = connection.execute(
            "SELECT count(*) FROM drafts WHERE state IN ('waiting', 'posting')"
        ).fetchone()
        if waiting >= self._max_waiting or self.file.size(connection) >= self._max_bytes:
            raise HelpdeskFull(
                f"{self.file.path} holds {waiting} drafts on their way and takes no more: look "
                "with `briefwijzer helpdesk list` why the helpdesk does not take them"
            )

    def _changed(self, draft: Draft, **columns: object) -> Draft:
        """The draft after setting these columns of a draft that the caller has."""
        names = ", ".join(f"{name} = :{name}" for name in columns)
        with self.file.writing() as connection:
            _held(connection, draft)
            connection.execute(
                f"UPDATE drafts SET {names} WHERE draft_id = :draft_id",  # nosec B608: own names
                {**columns, "draft_id": draft.draft_id},
            )
            return self._draft(_row(connection, draft.draft_id))

    def _draft(self, row: sqlite3.Row) -> Draft:
        columns = {name: row[name] for name in _COLUMNS}
        try:
            columns["questions"] = tuple(_QUESTIONS.validate_json(row["questions"]))
            if row["answers"] is not None:
                columns["answers"] = tuple(_ANSWERS.validate_json(row["answers"]))
        except ValueError as error:
            raise self.file.unusable(error) from error
        return Draft(**columns)


_COLUMNS = [field.name for field in fields(Draft)]
_DUE = """
SELECT draft_id FROM drafts WHERE state IN ('waiting', 'posting') AND due <= :now
    AND system IN (SELECT value FROM json_each(:systems))
    AND (answers IS NULL OR system NOT IN (SELECT value FROM json_each(:unposted)))
ORDER BY due LIMIT 1"""
_AGAIN = """
UPDATE drafts SET state = 'waiting', due = :now, begun = :now, attempts = 0, lost = 0,
    finished = NULL
WHERE state = 'failed' AND draft_id = ifnull(:draft_id, draft_id)"""


def _row(connection: sqlite3.Connection, draft_id: str) -> sqlite3.Row:
    row: sqlite3.Row = connection.execute(
        "SELECT * FROM drafts WHERE draft_id = ?", (draft_id,)
    ).fetchone()
    return row


def _held(connection: sqlite3.Connection, draft: Draft) -> None:
    held = connection.execute(
        "SELECT 1 FROM drafts WHERE draft_id = ? AND claim = ?", (draft.draft_id, draft.claim)
    ).fetchone()
    if held is None:
        raise ClaimLost(draft.draft_id)


def _finish(
    connection: sqlite3.Connection, draft_id: str, state: State, now: float, error: str | None
) -> None:
    connection.execute(
        "UPDATE drafts SET state = ?, finished = ?, claim = NULL, error = ? WHERE draft_id = ?",
        (state, now, None if error is None else _told(error), draft_id),
    )


def _told(error: str) -> str:
    """What a helpdesk says may repeat what is on the ticket."""
    return masked(error)[:_SHOWN_OF_ERROR]
