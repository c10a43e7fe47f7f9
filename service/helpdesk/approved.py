"""Answers that a colleague approved, offered again when the same question returns

Each time, their quotations are proven anew. One that fails is stale from then on, also when its
letters return to what they were: a colleague must see to it first.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import uuid4

from service.contract import AskResponse
from service.helpdesk.note import Reused
from service.helpdesk.same_question import asked
from service.helpdesk.standing import NoLongerStands, may_be_newer, standing
from service.interface import Library
from service.record_file import RecordFile

ApprovedState = Literal["offered", "stale", "withdrawn"]
APPROVED_STATES = get_args(ApprovedState)
# Why one was withdrawn: what a colleague found wrong is not brought back by a link of before.
FOUND_WRONG = "a colleague found it wrong"
BY_ADMINISTRATOR = "withdrawn by an administrator"


@dataclass(frozen=True, slots=True)
class Approved:
    """One approved answer as it is stored; see `records` for the columns. `approved` and `changed`
    are seconds since 1970, `number` is that of the question in its draft, from 1."""

    approved_id: str
    question: str
    response: AskResponse
    text: str | None
    draft_id: str
    number: int
    approved: float
    state: ApprovedState
    reason: str | None
    changed: float

    @property
    def reused(self) -> Reused:
        """As a note offers it."""
        return Reused(self.approved_id, self.response, self.text, self.approved)


class ApprovedAnswers:
    """The approved answers in the helpdesk's file; safe to use from many threads and processes.

    Every call raises `HelpdeskUnusable` where the file cannot be used; those that are given the
    letters raise `IndexUnusable` where there is no index, and change nothing then.
    """

    def __init__(self, file: RecordFile, clock: Callable[[], float] = time.time) -> None:
        self.file = file
        self._clock = clock

    def find(
        self, question: str, library: Library, today: AskResponse | None = None
    ) -> Reused | None:
        """The answer that was approved for the same question and still stands, if there is one;
        `newer` where that of `today` cites a letter that may be newer."""
        found = self._offered(question)
        if found is None or not (standing_now := self._verified(found, library)):
            return None
        newer = today is not None and may_be_newer(today, standing_now)
        return Reused(found.approved_id, standing_now, found.text, found.approved, newer)

    def listed(
        self, state: ApprovedState | None = None, *, offset: int = 0, limit: int = -1
    ) -> tuple[list[Approved], int]:
        """At most `limit` of them from `offset`, those that changed last first, and how many there
        are in all."""
        with self.file.reading() as connection:
            if connection is None:
                return [], 0
            (total,) = connection.execute(
                "SELECT count(*) FROM approved WHERE state = ifnull(?, state)", (state,)
            ).fetchone()
            rows = connection.execute(
                "SELECT * FROM approved WHERE state = ifnull(?, state)"
                " ORDER BY changed DESC, rowid DESC LIMIT ? OFFSET ?",
                (state, limit, offset),
            ).fetchall()
        return [self._read(row) for row in rows], int(total)

    def get(self, approved_id: str) -> Approved | None:
        """One of them; None where there is none with this id."""
        with self.file.reading() as connection:
            row = None if connection is None else approved_row(connection, approved_id)
        return None if row is None else self._read(row)

    def verify(self, library: Library) -> int:
        """Prove all that are offered anew; return how many are stale from now on."""
        offered, _ = self.listed("offered")
        return sum(self._verified(one, library) is None for one in offered)

    def offer(self, approved_id: str, library: Library) -> None:
        """Offer one again, in place of any other for the same question.

        Raises:
            KeyError: there is none with this id.
            NoLongerStands: its quotations do not stand today; it stays as it was.
        """
        found = self.get(approved_id)
        if found is None:
            raise KeyError(approved_id)
        standing(found.response, library)
        with self.file.writing() as connection:
            now = self._clock()
            if (row := approved_row(connection, approved_id)) is not None:
                retire(connection, row["asked"], f"another took its place: {approved_id}", now)
            _set(connection, approved_id, "offered", None, now)

    def withdraw(self, approved_id: str) -> bool:
        """Offer one no longer; return whether there is one with this id."""
        with self.file.writing() as connection:
            if approved_row(connection, approved_id) is None:
                return False
            _set(connection, approved_id, "withdrawn", BY_ADMINISTRATOR, self._clock())
        return True

    def note_shown(self, draft_id: str, number: int, reused: Reused | None) -> None:
        """Keep which approved answer the note of a draft offers for this question, if any, so
        that a judgement is of what was seen."""
        with self.file.writing() as connection:
            connection.execute(
                "DELETE FROM shown WHERE draft_id = ? AND number = ?", (draft_id, number)
            )
            if reused is not None:
                connection.execute(
                    "INSERT INTO shown VALUES (?, ?, ?, ?)",
                    (draft_id, number, reused.approved_id, int(reused.newer)),
                )

    def shown(self, draft_id: str, number: int) -> Reused | None:
        """Which approved answer the note of a draft offers for this question, if any."""
        with self.file.reading() as connection:
            if connection is None:
                return None
            found = shown_row(connection, draft_id, number)
        if found is None:
            return None
        one = self._read(found).reused
        return Reused(one.approved_id, one.response, one.text, one.approved, bool(found["newer"]))

    def _offered(self, question: str) -> Approved | None:
        key = asked(question)
        with self.file.reading() as connection:
            if connection is None or key is None:
                return None
            row = connection.execute(
                "SELECT * FROM approved WHERE asked = ? AND state = 'offered'", (key,)
            ).fetchone()
        return None if row is None else self._read(row)

    def _verified(self, one: Approved, library: Library) -> AskResponse | None:
        """The answer as it stands today; one that does not is stale from now on."""
        try:
            return standing(one.response, library)
        except NoLongerStands as error:
            with self.file.writing() as connection:
                connection.execute(
                    "UPDATE approved SET state = 'stale', reason = ?, changed = ?"
                    " WHERE approved_id = ? AND state = 'offered'",
                    (str(error), self._clock(), one.approved_id),
                )
            return None

    def _read(self, row: sqlite3.Row) -> Approved:
        try:
            response = AskResponse.model_validate_json(row["response"])
        except ValueError as error:
            raise self.file.unusable(error) from error
        return Approved(
            approved_id=row["approved_id"], question=row["question"], response=response,
            text=row["text"], draft_id=row["draft_id"], number=row["number"],
            approved=row["approved"], state=row["state"], reason=row["reason"],
            changed=row["changed"],
        )


def approve(
    connection: sqlite3.Connection, question: str, response: AskResponse, text: str | None,
    *, draft_id: str, number: int, now: float, stale: str | None,
) -> str | None:
    """Within a transaction, offer an answer for this question in place of those before; `stale` is
    why it does not stand today, if it does not. Return its id; None for a question that is like
    no other, which is not offered again."""
    key = asked(question)
    if key is None:
        return None
    approved_id = uuid4().hex
    retire(connection, key, f"another took its place: {approved_id}", now)
    kept = response.model_copy(update={"passages": []})
    connection.execute(
        "INSERT INTO approved VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (approved_id, key, question, kept.model_dump_json(), text, draft_id, number, now,
         "offered" if stale is None else "stale", stale, now),
    )
    return approved_id


def retire(connection: sqlite3.Connection, key: str, reason: str, now: float) -> None:
    """Within a transaction, withdraw what was approved for the question with this key."""
    connection.execute(
        "UPDATE approved SET state = 'withdrawn', reason = ?, changed = ?"
        " WHERE asked = ? AND state != 'withdrawn'",
        (reason, now, key),
    )


def found_wrong_since(connection: sqlite3.Connection, key: str, moment: float) -> bool:
    """Whether a colleague found an answer to the question with this key wrong after a moment."""
    found = connection.execute(
        "SELECT 1 FROM approved WHERE asked = ? AND state = 'withdrawn' AND reason = ?"
        " AND changed >= ?",
        (key, FOUND_WRONG, moment),
    ).fetchone()
    return found is not None


def approved_row(connection: sqlite3.Connection, approved_id: str) -> sqlite3.Row | None:
    """One approved answer as it is stored."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM approved WHERE approved_id = ?", (approved_id,)
    ).fetchone()
    return row


def shown_row(connection: sqlite3.Connection, draft_id: str, number: int) -> sqlite3.Row | None:
    """The approved answer that a note offers, with whether one of today stands beside it."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT approved.*, shown.newer FROM shown JOIN approved USING (approved_id)"
        " WHERE shown.draft_id = ? AND shown.number = ?",
        (draft_id, number),
    ).fetchone()
    return row


def _set(
    connection: sqlite3.Connection, approved_id: str, state: ApprovedState, reason: str | None,
    now: float,
) -> None:
    connection.execute(
        "UPDATE approved SET state = ?, reason = ?, changed = ? WHERE approved_id = ?",
        (state, reason, now, approved_id),
    )
