"""What readers find of answers, in a SQLite file of its own: judgements are added, never changed"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from service.feedback_contract import CitedPlace, Feedback, Judgement, Verdict
from service.record_file import RecordFile, RecordFormat, RecordsUnusable

FEEDBACK = "feedback.sqlite"
VARIABLE = "BRIEFWIJZER_FEEDBACK_FILE"
MAX_JUDGEMENTS = 100_000
# Whoever can reach the service can give feedback: it must not fill the disk.
MAX_BYTES = 500_000_000


class FeedbackUnusable(RecordsUnusable):
    """The file cannot be read, or be added to; the message says what to do."""


class FeedbackFull(FeedbackUnusable):
    """The file holds as many judgements as it may; nothing is deleted to make room."""


_FORMAT = RecordFormat(
    "feedback", VARIABLE, b"BrFb", 1,
    (
        """CREATE TABLE IF NOT EXISTS judgements (
    id INTEGER PRIMARY KEY, feedback_id TEXT NOT NULL, received TEXT NOT NULL,
    request_id TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT, comment TEXT, question TEXT,
    outcome TEXT, citations TEXT NOT NULL, generation INTEGER) STRICT""",
        "CREATE INDEX IF NOT EXISTS judgements_by_request ON judgements (request_id)",
    ),
    FeedbackUnusable,
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


def feedback_file(index: Path, named: Path | str | None) -> Path:
    """The file that is `named`, or else the one in the directory of the index."""
    return Path(named) if named else index / FEEDBACK


class FeedbackStore:
    """The judgements in one file; safe to use from many threads."""

    def __init__(
        self, path: Path, *, maximum: int = MAX_JUDGEMENTS, max_bytes: int = MAX_BYTES
    ) -> None:
        self.path = path
        self._file = RecordFile(path, _FORMAT)
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
            with self._file.writing() as connection:
                (count,) = connection.execute("SELECT count(*) FROM judgements").fetchone()
                if count >= self._maximum or self._file.size(connection) >= self._max_bytes:
                    raise FeedbackFull(
                        f"{self.path} holds {count} judgements and takes no more: move it away "
                        "and keep it, and a new one is begun"
                    )
                connection.execute(_INSERT, _row(feedback_id, feedback))
        except FeedbackUnusable as error:
            logger.error("feedback was not stored: %s", error)
            raise
        return feedback_id

    def judgements(
        self, since: datetime | None = None, verdict: Verdict | None = None
    ) -> Iterator[Judgement]:
        """The judgements from a moment on, or with one verdict, newest first.

        Raises:
            FeedbackUnusable: there is no such folder, or the file cannot be read.
        """
        begin = since.astimezone(UTC).isoformat(timespec="seconds") if since else ""
        with self._file.reading() as connection:
            if connection is None:
                return
            try:
                for row in connection.execute(_SELECT, {"since": begin, "verdict": verdict}):
                    yield _judgement(row)
            except ValidationError as error:
                raise self._file.unusable(error) from error


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
