"""The file of the audit log: records that are added, never changed, each sealing those before it

A record is JSON. Its seal is the SHA-256 of the seal before it, a line end and the record, as hex;
before the very first record stand 64 zeros. Whoever changes a record, takes one out or puts one in
must make every later seal anew: one that was noted elsewhere then fits no more. What is past
retention is deleted from the beginning on, and a record of kind `pruned` says up to where, and with
which seal the last deleted one ended.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from service.record_file import RecordFile, RecordFormat, RecordsUnusable

AUDIT = "audit.sqlite"
VARIABLE = "BRIEFWIJZER_AUDIT_FILE"
NO_SEAL = "0" * 64


class AuditUnusable(RecordsUnusable):
    """The audit log cannot be read, or be added to; the message says what to do."""


# What is looked for is taken out of the record itself: two truths could disagree. The triggers keep
# mistakes out, the seals show what somebody did on purpose.
_SCHEMA = (
    """CREATE TABLE records (
    number INTEGER PRIMARY KEY, before TEXT NOT NULL, record TEXT NOT NULL, seal TEXT NOT NULL,
    kind TEXT GENERATED ALWAYS AS
        (CASE WHEN json_valid(record) THEN json_extract(record, '$.kind') END),
    recorded TEXT GENERATED ALWAYS AS
        (CASE WHEN json_valid(record) THEN json_extract(record, '$.recorded') END),
    request_id TEXT GENERATED ALWAYS AS
        (CASE WHEN json_valid(record) THEN json_extract(record, '$.request_id') END)) STRICT""",
    "CREATE INDEX records_by_request ON records (request_id, number)",
    "CREATE INDEX records_by_time ON records (recorded)",
    # Of each answer the letters it cites, by every name that they are known by.
    """CREATE TABLE cited (
    name TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (name, number))
    STRICT, WITHOUT ROWID""",
    "CREATE INDEX cited_by_record ON cited (number)",
    """CREATE TRIGGER records_follow BEFORE INSERT ON records
    WHEN NEW.number IS NOT (SELECT ifnull(max(number), 0) + 1 FROM records)
    BEGIN SELECT raise(ABORT, 'a record follows the last one'); END""",
    """CREATE TRIGGER records_are_pruned_late BEFORE INSERT ON records
    WHEN json_extract(NEW.record, '$.kind') = 'pruned' AND json_extract(NEW.record, '$.until')
        > strftime('%Y-%m-%dT%H:%M:%f', 'now', '-1 day')
    BEGIN SELECT raise(ABORT, 'a record is kept for a day at least'); END""",
    """CREATE TRIGGER records_stay BEFORE UPDATE ON records
    BEGIN SELECT raise(ABORT, 'a record is never changed'); END""",
    """CREATE TRIGGER records_are_kept BEFORE DELETE ON records
    WHEN NOT EXISTS (SELECT 1 FROM records pruned WHERE kind = 'pruned'
        AND json_extract(pruned.record, '$.through') >= OLD.number
        AND json_extract(pruned.record, '$.until') > OLD.recorded)
    BEGIN SELECT raise(ABORT, 'a record is kept until its time is over'); END""",
    """CREATE TRIGGER citings_stay BEFORE UPDATE ON cited
    BEGIN SELECT raise(ABORT, 'a record is never changed'); END""",
    """CREATE TRIGGER citings_are_kept BEFORE DELETE ON cited
    WHEN EXISTS (SELECT 1 FROM records WHERE records.number = OLD.number)
    BEGIN SELECT raise(ABORT, 'a record is kept until its time is over'); END""",
)
_FORMAT = RecordFormat("the audit log", VARIABLE, b"BrAu", 1, _SCHEMA, AuditUnusable)


def audit_file(index: Path, named: Path | str | None) -> Path:
    """The file that is `named`, or else the one in the directory of the index."""
    return Path(named) if named else index / AUDIT


def audit_records(path: Path) -> RecordFile:
    """The audit log in the file at `path`."""
    return RecordFile(path, _FORMAT)


def seal_of(before: str, record: str) -> str:
    """The seal of a record (its JSON as it is stored) behind one with the seal `before`."""
    return hashlib.sha256(f"{before}\n{record}".encode()).hexdigest()
