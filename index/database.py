"""The database file of an index: its tables, opening it, and what to say when that fails."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.errors import IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Counts up whenever a reader of this code could not read an index written by older code.
FORMAT_VERSION = 4
DATABASE = "index.sqlite"

_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS letters (
    version INTEGER PRIMARY KEY, letter_id TEXT NOT NULL, folder TEXT NOT NULL,
    source TEXT NOT NULL, fingerprint TEXT NOT NULL, summary TEXT NOT NULL,
    document BLOB NOT NULL, wording TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS letters_by_content ON letters (fingerprint);
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY, version INTEGER NOT NULL REFERENCES letters ON DELETE CASCADE,
    passage_id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL,
    page_first INTEGER, page_last INTEGER, section TEXT NOT NULL, footnotes TEXT NOT NULL,
    sentences TEXT NOT NULL, text_hash BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS passages_by_version ON passages (version);
CREATE TABLE IF NOT EXISTS vectors (
    text_hash BLOB NOT NULL, model TEXT NOT NULL, rows INTEGER NOT NULL, vectors BLOB NOT NULL,
    PRIMARY KEY (text_hash, model)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS generations (
    number INTEGER PRIMARY KEY, created REAL NOT NULL, manifest TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_active ON generations (active) WHERE active = 1;
CREATE TABLE IF NOT EXISTS members (
    generation INTEGER NOT NULL REFERENCES generations ON DELETE CASCADE,
    version INTEGER NOT NULL REFERENCES letters, PRIMARY KEY (generation, version))
    STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    generation INTEGER NOT NULL REFERENCES generations ON DELETE CASCADE,
    folder TEXT NOT NULL, source TEXT NOT NULL, version INTEGER REFERENCES letters,
    record TEXT NOT NULL, PRIMARY KEY (generation, folder, source)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_by_version ON files (version);
CREATE INDEX IF NOT EXISTS members_by_version ON members (version);
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, run TEXT NOT NULL) STRICT;
INSERT OR IGNORE INTO settings VALUES ('format_version', '{FORMAT_VERSION}');
COMMIT;
"""


def unusable(directory: Path, error: sqlite3.Error | OSError) -> IndexUnusable:
    """What to tell the person whose index directory gives this error."""
    if isinstance(error, OSError):
        return IndexUnusable(
            f"the index directory {directory} cannot be used ({error.strerror or error}): make it "
            "a directory that can be written, or name another with --index"
        )
    if isinstance(error, sqlite3.OperationalError):
        return IndexUnusable(
            f"the index in {directory} cannot be used ({error}): check its rights and the free "
            "space on the disk, or name another with --index"
        )
    return IndexUnusable(
        f"the index in {directory} is damaged ({error}): move the directory away and ingest the "
        "letters again"
    )


def connect(path: Path, patience: float = 30, *, any_thread: bool = False) -> sqlite3.Connection:
    """Open a database; one in a place that cannot be written is opened as it lies there.

    While another writes to it, each statement waits at most `patience` seconds. With `any_thread`
    threads may use it that see to it that only one does at a time.
    """
    writable = os.access(path.parent, os.W_OK)
    # Write-ahead mode needs a file beside the database even to read it. Where none can be made
    # and none lies there, nobody is writing, and SQLite may be told so.
    immutable = not writable and not path.with_name(f"{path.name}-wal").exists()
    target = f"{path.absolute().as_uri()}?immutable=1" if immutable else path
    return sqlite3.connect(
        target, timeout=patience, isolation_level=None, uri=immutable,
        check_same_thread=not any_thread,
    )


def open_database(directory: Path, create: bool) -> sqlite3.Connection:
    """Open the database of an index directory, and make one where `create` and there is none.

    Raises:
        IndexUnusable: there is none (and `create` is false), it is damaged, or it was written
            by another version of Briefwijzer.
    """
    path = directory / DATABASE
    if not create and not path.is_file():
        raise IndexUnusable(
            f"there is no index in {directory}: make one with `briefwijzer ingest FOLDER`, "
            "or name another with --index"
        )
    try:
        if create:
            directory.mkdir(parents=True, exist_ok=True)
        connection = connect(path)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            if create and not _has_tables(connection):
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(_SCHEMA)
            connection.execute("PRAGMA synchronous = NORMAL")
            _check_version(connection, directory)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, OSError) as error:
        raise unusable(directory, error) from error
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside takes effect at its end, or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk rolls back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is not None


def _check_version(connection: sqlite3.Connection, directory: Path) -> None:
    if not _has_tables(connection):
        raise IndexUnusable(
            f"the index in {directory} is not finished: run `briefwijzer ingest FOLDER`"
        )
    row = connection.execute(
        "SELECT value FROM settings WHERE key = 'format_version'"
    ).fetchone()
    if row is None or row[0] != str(FORMAT_VERSION):
        found = row[0] if row else "none"
        raise IndexUnusable(
            f"the index in {directory} has format version {found}, and this Briefwijzer "
            f"reads {FORMAT_VERSION}: ingest the letters again into a new directory (--index)"
        )
