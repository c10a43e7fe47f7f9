"""The file of the helpdesk: drafts on their way, what became of them, and answers approved"""

from __future__ import annotations

from pathlib import Path

from service.record_file import RecordFile, RecordFormat, RecordsUnusable

RECORDS = "helpdesk.sqlite"
VARIABLE = "BRIEFWIJZER_HELPDESK_RECORDS"


class HelpdeskUnusable(RecordsUnusable):
    """The file of the helpdesk cannot be read, or be added to; the message says what to do."""


# Times are seconds since 1970 (UTC). Everything in text is masked before it comes here.
# drafts.questions: a JSON list of strings, empty where the ticket asks nothing.
# drafts.answers: a JSON list of `contract.AskResponse`, one for each question, or null.
# drafts.state: waiting (for its turn, at `due`), posting (since `posting_since`: whether the
#   helpdesk has the note is unknown until it is looked for), posted, failed (for good).
# reviews.number: which question of the draft, from 1; by: "link", or the id of an API key.
# approved.state: offered, stale (its letters changed: `reason`), withdrawn (found wrong later).
_SCHEMA = (
    """CREATE TABLE drafts (
    draft_id TEXT PRIMARY KEY, system TEXT NOT NULL, event_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL, received REAL NOT NULL, key_id TEXT, questions TEXT NOT NULL,
    answers TEXT, state TEXT NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    posting_since REAL, error TEXT, finished REAL, UNIQUE (system, event_id)) STRICT""",
    "CREATE INDEX drafts_by_state ON drafts (state, due)",
    """CREATE TABLE reviews (
    id INTEGER PRIMARY KEY, draft_id TEXT NOT NULL, number INTEGER NOT NULL, verdict TEXT NOT NULL,
    text TEXT, reason TEXT, by TEXT NOT NULL, reviewed REAL NOT NULL) STRICT""",
    "CREATE INDEX reviews_by_draft ON reviews (draft_id, number)",
    """CREATE TABLE approved (
    approved_id TEXT PRIMARY KEY, asked TEXT NOT NULL, question TEXT NOT NULL,
    response TEXT NOT NULL, text TEXT, draft_id TEXT NOT NULL, number INTEGER NOT NULL,
    approved REAL NOT NULL, state TEXT NOT NULL, reason TEXT, changed REAL NOT NULL) STRICT""",
    "CREATE INDEX approved_by_question ON approved (asked, state)",
    "CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT",
)
_FORMAT = RecordFormat(
    "drafts for the helpdesk", VARIABLE, b"BrHd", 1, _SCHEMA, HelpdeskUnusable
)


def helpdesk_records(index: Path, named: Path | str | None) -> RecordFile:
    """The file that is `named`, or else the one in the directory of the index."""
    return RecordFile(Path(named) if named else index / RECORDS, _FORMAT)
