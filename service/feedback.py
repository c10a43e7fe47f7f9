"""What readers find of answers, in a SQLite file of its own: judgements are added, never changed"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from index.database import connect, transaction
from service.feedback_contract import CitedPlace, Feedback, Judgement, Verdict

FEEDBACK = "feedback.sqlite"
VARIABLE = "BRIEFWIJZER_FEEDBACK_FILE"
MAX_JUDGEMENTS = 100_000
# Whoever can reach the service can give feedback: it must not fill the disk.
MAX_BYTES = 500_000_000
# While another program writes the file; a reader of answers waits for no longer.
_PATIENCE_SECONDS = 5
_BETWEEN_TRIES_SECONDS = 0.01
# In the head of the file, so that no other program's database is taken for ours.
_APPLICATION_ID = int.from_bytes(b"BrFb")
_FORMAT_VERSION = 1

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS judgements (
    id INTEGER PRIMARY KEY, feedback_id TEXT NOT NULL, received TEXT NOT NULL,
    request_id TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT, comment TEXT, question TEXT,
    outcome TEXT, citations TEXT NOT NULL, generation INTEGER) STRICT""",
    "CREATE INDEX IF NOT EXISTS judgements_by_request ON judgements (request_id)",
    f"PRAGMA application_id = {_APPLICATION_ID}",
    f"PRAGMA user_version = {_FORMAT_VERSION}",
)
_INSERT = """
INSERT INTO judgements (feedback_id, received, request_id, verdict, reason, comment, question,
    outcome, citations, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
# Which one counts is told from all of them, also from those that were not asked for.
_SELECT = """
SELECT feedback_id, received,
    id = (SELECT max(id) FROM judgements later WHERE later.request_id = one.request_id) AS counts,
    request_id, verdict, reason, comment, question, outcome, citations, generation
FROM judgements one
WHERE received >= :since AND verdict = ifnull(:verdict, verdict) ORDER BY id DESC"""

_CITATIONS = TypeAdapter(list[CitedPlace])

logger = logging.getLogger(__name__)


class FeedbackUnusable(Exception):
    """The file cannot be read, or be added to; the message says what to do."""


class FeedbackFull(FeedbackUnusable):
    """The file holds as many judgements as it may; nothing is deleted to make room."""


def feedback_file(index: Path, named: Path | str | None) -> Path:
    """The file that is `named`, or else the one in the directory of the index."""
    return Path(named) if named else index / FEEDBACK


class FeedbackStore:
    """The judgements in one file, which the first of them makes; safe to use from many threads.

    The file is opened anew each time, so that it can be moved away while a service runs.
    """

    def __init__(
        self, path: Path, *, maximum: int = MAX_JUDGEMENTS, max_bytes: int = MAX_BYTES
    ) -> None:
        self.path = path
        self._maximum = maximum
        self._max_bytes = max_bytes

    def add(self, feedback: Feedback) -> str:
        """Store a judgement, on the disk when this returns; return its id.

        Raises:
            FeedbackUnusable: it could not be stored (logged too), since the file cannot be
                written, or, as `FeedbackFull`, holds as many as it may.
        """
        feedback_id = uuid4().hex
        try:
            with closing(self._open()) as connection, transaction(connection):
                (count,) = connection.execute("SELECT count(*) FROM judgements").fetchone()
                if count >= self._maximum or _size(connection) >= self._max_bytes:
                    raise FeedbackFull(
                        f"{self.path} holds {count} judgements and takes no more: move it away "
                        "and keep it, and a new one is begun"
                    )
                connection.execute(_INSERT, _row(feedback_id, feedback))
        except FeedbackUnusable as error:
            logger.error("feedback was not stored: %s", error)
            raise
        except (sqlite3.Error, OSError) as error:
            reason = self._unusable(error)
            logger.error("feedback was not stored: %s", reason)
            raise reason from error
        return feedback_id

    def judgements(
        self, since: datetime | None = None, verdict: Verdict | None = None
    ) -> Iterator[Judgement]:
        """The judgements from a moment on, or with one verdict, newest first.

        Raises:
            FeedbackUnusable: there is no such folder, or the file cannot be read.
        """
        if not self.path.exists():
            if not self.path.parent.is_dir():
                raise FeedbackUnusable(
                    f"there is no folder {self.path.parent}: name the directory of the index with "
                    f"--index, or the file in {VARIABLE}"
                )
            return
        begin = since.astimezone(UTC).isoformat(timespec="seconds") if since else ""
        try:
            with closing(connect(self.path, _PATIENCE_SECONDS)) as connection:
                if not self._holds_judgements(connection):
                    return
                connection.row_factory = sqlite3.Row
                for row in connection.execute(_SELECT, {"since": begin, "verdict": verdict}):
                    yield _judgement(row)
        except (sqlite3.Error, OSError, ValidationError) as error:
            raise self._unusable(error) from error

    def _open(self) -> sqlite3.Connection:
        """The file, ready to be added to."""
        connection = connect(self.path, _PATIENCE_SECONDS)
        try:
            # Each judgement is on the disk before it is acknowledged.
            connection.execute("PRAGMA synchronous = FULL")
            if not self._holds_judgements(connection):
                _keep_log_ahead(connection)
                with transaction(connection):
                    for statement in _SCHEMA:
                        connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        return connection

    def _holds_judgements(self, connection: sqlite3.Connection) -> bool:
        """Whether the file has its tables; one that is empty has none.

        Raises:
            FeedbackUnusable: it is another program's, or another version's.
        """
        # Of one moment: another process may be making the file.
        connection.execute("BEGIN")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        is_empty = connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is None
        connection.execute("COMMIT")
        if is_empty:
            return False
        if (application, version) == (_APPLICATION_ID, _FORMAT_VERSION):
            return True
        if application == _APPLICATION_ID:
            raise FeedbackUnusable(
                f"{self.path} holds feedback of format {version}, and this Briefwijzer keeps "
                f"{_FORMAT_VERSION}: name another file in {VARIABLE}"
            )
        raise FeedbackUnusable(
            f"{self.path} is a database for something else: name another file in {VARIABLE}"
        )

    def _unusable(self, error: Exception) -> FeedbackUnusable:
        """What to tell the person whose file gives this error."""
        if isinstance(error, sqlite3.OperationalError | OSError):
            return FeedbackUnusable(
                f"{self.path} cannot be used for feedback ({error}): look to the rights on it and "
                "on its folder, the space on its disk and who else has it open, or name another "
                f"file in {VARIABLE}"
            )
        return FeedbackUnusable(
            f"{self.path} is no file of feedback, or a damaged one: move it away, and a new one "
            f"is begun, or name another file in {VARIABLE}"
        )


def _keep_log_ahead(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead mode: SQLite does not wait for others that do so at the same time."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
        time.sleep(_BETWEEN_TRIES_SECONDS)


def _size(connection: sqlite3.Connection) -> int:
    """The size of the file in bytes, with what stands in its log yet."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (page_size,) = connection.execute("PRAGMA page_size").fetchone()
    return int(pages * page_size)


def _row(feedback_id: str, feedback: Feedback) -> tuple[object, ...]:
    return (
        feedback_id, datetime.now(UTC).isoformat(timespec="seconds"), feedback.request_id,
        feedback.verdict, feedback.reason, feedback.comment, feedback.question, feedback.outcome,
        _CITATIONS.dump_json(feedback.citations).decode(), feedback.generation,
    )


def _judgement(row: sqlite3.Row) -> Judgement:
    citations = _CITATIONS.validate_json(row["citations"])
    return Judgement.model_validate(
        {**dict(row), "counts": bool(row["counts"]), "citations": citations}
    )
