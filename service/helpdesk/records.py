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
# drafts.answers: a JSON list of `contract.AskResponse`, one for each question, or null. Their
#   `passages` are left out: what was cited stands in `citations`.
# drafts.state: waiting (for its turn, at `due`), posting (whether the helpdesk has the note is
#   unknown until it is looked for, at `due`), posted, failed (for good).
# drafts.posting_since: when a note was last sent off; where it is set, the note is looked for
#   before it is sent again. drafts.begun: since when it is tried; a retry begins anew.
# drafts.claim: of the worker that has it, until `due`. drafts.lost: how many of them never said
#   what became of it. A draft that is pruned takes its reviews with it.
# reviews.number: which question of the draft, from 1; by: "link", or the id of an API key.
# approved.asked: what `same_question.asked` makes of the question; of those that are the same one
#   is offered at most. approved.text: a colleague's words, null where it was used as it was.
# approved.state: offered, stale (its letters changed: `reason`), withdrawn (found wrong later, or
#   another took its place: `reason`).
# shown: which approved answer the note of a draft offers; newer: beside one of today.
# Of several processes that make the file at once each may come to this.
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS drafts (
    draft_id TEXT PRIMARY KEY, system TEXT NOT NULL, event_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL, received REAL NOT NULL, key_id TEXT, questions TEXT NOT NULL,
    answers TEXT, state TEXT NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    begun REAL NOT NULL, claim TEXT, lost INTEGER NOT NULL DEFAULT 0,
    posting_since REAL, error TEXT, finished REAL, UNIQUE (system, event_id)) STRICT""",
    "CREATE INDEX IF NOT EXISTS drafts_by_state ON drafts (state, due)",
    """CREATE TABLE IF NOT EXISTS reviews (
    id INTEGER PRIMARY KEY, draft_id TEXT NOT NULL, number INTEGER NOT NULL, verdict TEXT NOT NULL,
    text TEXT, reason TEXT, by TEXT NOT NULL, reviewed REAL NOT NULL) STRICT""",
    "CREATE INDEX IF NOT EXISTS reviews_by_draft ON reviews (draft_id, number)",
    """CREATE TABLE IF NOT EXISTS approved (
    approved_id TEXT PRIMARY KEY, asked TEXT NOT NULL, question TEXT NOT NULL,
    response TEXT NOT NULL, text TEXT, draft_id TEXT NOT NULL, number INTEGER NOT NULL,
    approved REAL NOT NULL, state TEXT NOT NULL, reason TEXT, changed REAL NOT NULL) STRICT""",
    "CREATE INDEX IF NOT EXISTS approved_by_question ON approved (asked, state)",
    """CREATE TABLE IF NOT EXISTS shown (
    draft_id TEXT NOT NULL REFERENCES drafts ON DELETE CASCADE, number INTEGER NOT NULL,
    approved_id TEXT NOT NULL, newer INTEGER NOT NULL, PRIMARY KEY (draft_id, number)) STRICT""",
    "CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT",
)
_FORMAT = RecordFormat(
    "drafts for the helpdesk", VARIABLE, b"BrHd", 1, _SCHEMA, HelpdeskUnusable
)


def helpdesk_records(index: Path, named: Path | str | None) -> RecordFile:
    """The file that is `named`, or else the one in the directory of the index."""
    return RecordFile(Path(named) if named else index / RECORDS, _FORMAT)
