"""Adding answers to the audit log, reading them back, and deleting what is past its time"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ValidationError

from service.audit.entry import Entry, entry_of, names_of
from service.audit.records import NO_SEAL, AuditUnusable, audit_records, seal_of
from service.observers import Given
from service.request_context import RequestContext, current_request

# So many are deleted at a time: whoever asks meanwhile waits for no more.
_PRUNED_AT_ONCE = 5_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A record as it is stored (JSON), and the seals before and behind it, in hex."""

    number: int
    before: str
    record: str
    seal: str

    @property
    def line(self) -> str:
        """The record with its seals as one line of JSON, its own text unchanged."""
        return f'{{"before":"{self.before}","seal":"{self.seal}","record":{self.record}}}'


def _now() -> datetime:
    return datetime.now(UTC)


class AuditLog:
    """The audit log in one file; safe to use from many threads and processes.

    It is an `observers.AnswerObserver`: an answer whose record is not on the disk does not leave.
    SQLite waits for the disk with each record (`synchronous = FULL`), so that not even a power cut
    takes the record of an answer that somebody has. On two cores shared with many other programs a
    record took 4 to 26 ms (median of 200, twice), and an answer 1.6 to 1.9 times what it took:
    less than a millisecond of that is masking, the rest the file. It is opened anew each time, so
    that it can be moved away while a service runs, with no log of its own left behind.
    Threads take turns before they reach SQLite, whose own waiting is unfair.
    """

    def __init__(
        self, path: Path, *, questions: bool = True, clock: Callable[[], datetime] = _now
    ) -> None:
        self.path = path
        self._file = audit_records(path)
        self._questions = questions
        self._clock = clock
        self._turn = threading.Lock()

    def check(self) -> None:
        """Make the file where there is none, and see that it can be added to.

        Raises:
            AuditUnusable: it cannot.
        """
        self._file.check()

    def answered(self, given: Given) -> None:
        """Record an answer, on the disk when this returns; see `observers.AnswerObserver`.

        Raises:
            AuditUnusable: it could not be recorded (logged too).
        """
        try:
            self.add(given, current_request())
        except AuditUnusable as error:
            logger.error(
                "an answer was not given, for it could not be recorded in the audit log: %s", error
            )
            raise

    def add(self, given: Given, context: RequestContext) -> int:
        """Record an answer, on the disk when this returns; return its number.

        Raises:
            AuditUnusable: it could not be recorded.
        """
        # Before anybody waits for it: masking a long conversation takes a while.
        entry = entry_of(given, context, questions=self._questions)
        with self._turn, self._file.writing() as connection:
            number, before = _last(connection)
            entry = entry.model_copy(
                update={"number": number + 1, "recorded": _moment(self._clock())}
            )
            _insert(connection, entry.number, before, _as_json(entry))
            connection.executemany(
                "INSERT INTO cited VALUES (?, ?)",
                [(name, entry.number) for name in sorted(set(entry.cited_names))],
            )
        return entry.number

    def of_request(self, request_id: str) -> list[Entry]:
        """The answers to the request with this id, newest first: whoever asks may have chosen the
        id, and another the same.

        Raises:
            AuditUnusable: the file cannot be read.
        """
        return list(self._entries("WHERE request_id = ? ORDER BY number DESC", request_id))

    def citing(self, letter: str) -> Iterator[Entry]:
        """The answers that cited a letter, named by its id, its kenmerk, its number in
        Kamerstukken, or the dossier of that, newest first.

        Raises:
            AuditUnusable: the file cannot be read.
        """
        names = names_of(letter)
        return self._entries(
            "WHERE number IN (SELECT number FROM cited WHERE name IN "  # nosec B608 # marks alone
            f"({', '.join('?' * len(names))})) ORDER BY number DESC", *names,
        )

    def sealed(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Sealed]:
        """The records, oldest first, from the moment `since` on and before `until`.

        Raises:
            AuditUnusable: the file cannot be read.
        """
        # A record that is damaged has no time, and is left out by no check.
        period = " WHERE recorded >= ? AND recorded < ?" if since or until else ""
        bounds = (_moment(since), _moment(until, "~")) if period else ()
        with self._file.reading() as connection:
            for row in () if connection is None else connection.execute(
                # The period is one of the two texts above.
                f"SELECT number, before, record, seal FROM records{period}"  # nosec B608
                " ORDER BY number",
                bounds,
            ):
                yield Sealed(*row)

    def citings(self) -> set[tuple[str, int]]:
        """What is looked up by `citing`: a name of a letter, and the number of a record.

        Raises:
            AuditUnusable: the file cannot be read.
        """
        with self._file.reading() as connection:
            if connection is None:
                return set()
            return {tuple(row) for row in connection.execute("SELECT name, number FROM cited")}

    def prune(self, days: int) -> int:
        """Delete the records of more than `days` days ago; return how many.

        Raises:
            AuditUnusable: the file cannot be written.
        """
        until, deleted = self._clock() - timedelta(days=days), 0
        while now_deleted := self._prune_some(_moment(until)):
            deleted += now_deleted
        return deleted

    def _prune_some(self, until: str) -> int:
        with self._turn, self._file.writing() as connection:
            # What is deleted is overwritten too: nothing of it is left in the file.
            connection.execute("PRAGMA secure_delete = ON")
            through = _last_past(connection, until)
            if through is None:
                return 0
            (pruned_seal,) = connection.execute(
                "SELECT seal FROM records WHERE number = ?", (through,)
            ).fetchone()
            number, before = _last(connection)
            said = {
                "kind": "pruned", "number": number + 1, "recorded": _moment(self._clock()),
                "until": until, "through": through, "seal": pruned_seal,
            }
            record = json.dumps(said, separators=(",", ":"))
            _insert(connection, number + 1, before, record)
            deleted = connection.execute("DELETE FROM records WHERE number <= ?", (through,))
            connection.execute("DELETE FROM cited WHERE number <= ?", (through,))
            return deleted.rowcount

    def _entries(self, which: str, *values: str) -> Iterator[Entry]:
        with self._file.reading() as connection:
            if connection is None:
                return
            # `which` is one of the texts above; what is looked for comes as values.
            rows = connection.execute(f"SELECT record FROM records {which}", values)  # nosec B608
            try:
                for row in rows:
                    yield Entry.model_validate_json(row["record"])
            except ValidationError as error:
                raise AuditUnusable(
                    f"{self.path} holds a record that is none: see `briefwijzer audit check`"
                ) from error


def _last(connection: sqlite3.Connection) -> tuple[int, str]:
    """The number and the seal of the last record."""
    row = connection.execute(
        "SELECT number, seal FROM records ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return (0, NO_SEAL) if row is None else (row["number"], row["seal"])


def _last_past(connection: sqlite3.Connection, until: str) -> int | None:
    """The last of the records at the beginning that are all from before `until`, of those that are
    deleted at a time; None where no answer is among them."""
    first, last = connection.execute("SELECT min(number), max(number) FROM records").fetchone()
    if first is None:
        return None
    (kept,) = connection.execute(
        "SELECT min(number) FROM records WHERE recorded >= ?", (until,)
    ).fetchone()
    through = min(last if kept is None else kept - 1, first + _PRUNED_AT_ONCE - 1)
    (answers,) = connection.execute(
        "SELECT count(*) FROM records WHERE number <= ? AND kind = 'answer'", (through,)
    ).fetchone()
    return int(through) if answers else None


def _insert(connection: sqlite3.Connection, number: int, before: str, record: str) -> None:
    connection.execute(
        "INSERT INTO records (number, before, record, seal) VALUES (?, ?, ?, ?)",
        (number, before, record, seal_of(before, record)),
    )


def _as_json(entry: BaseModel) -> str:
    """As it is sealed: whoever reads the record elsewhere and writes it so has the same text."""
    return json.dumps(entry.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))


def _moment(moment: datetime | None, otherwise: str = "") -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment else otherwise
