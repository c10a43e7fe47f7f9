"""A SQLite file of what the service must not lose: made at need, checked when opened"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.database import connect, transaction

# While another process writes the file; whoever asks a question waits for no longer.
_PATIENCE_SECONDS = 5
_BETWEEN_TRIES_SECONDS = 0.01


class RecordsUnusable(Exception):
    """A file of records cannot be read, or be added to; the message says what to do."""


@dataclass(frozen=True, slots=True)
class RecordFormat:
    """What a file of records holds: `holds` in a few words, and `variable`, which may name
    another file. `application` (four bytes) and `version` stand in the head of the file, so that
    no other program's database, and no other version's, is taken for one. `error` is raised where
    the file cannot be used."""

    holds: str
    variable: str
    application: bytes
    version: int
    schema: Sequence[str]
    error: type[RecordsUnusable] = RecordsUnusable

    @property
    def application_id(self) -> int:
        """`application` as SQLite has it: a signed number of 32 bits."""
        return int.from_bytes(self.application, signed=True)


class RecordFile:
    """The file at `path`, which the first record makes; safe to use from many threads and
    processes. It is opened while there is something to write or read, and closed by the last who
    does, so that it can be moved away while a service runs."""

    def __init__(self, path: Path, form: RecordFormat) -> None:
        self.path = path
        self._form = form
        # Threads that write take turns at one connection: SQLite's own waiting is not fair, and
        # each that closes a file has its log written back.
        self._turn = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._inode = 0
        self._counting = threading.Lock()
        self._writers = 0

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction of the only writer: on the disk when the block ends, or nothing of it.

        Raises:
            RecordsUnusable: the file cannot be written, or holds something else.
        """
        with self._counting:
            self._writers += 1
        try:
            with self._turn, self._told():
                writer = self._opened()
                try:
                    with transaction(writer):
                        yield writer
                except BaseException:
                    # It may be of the file that is at fault: the next one opens it anew.
                    self._close()
                    raise
        finally:
            with self._counting:
                self._writers -= 1
            self._close_unless_needed()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """The file as it is, or None where nothing was recorded yet.

        Raises:
            RecordsUnusable: there is no such folder, or the file cannot be read.
        """
        if not self.path.exists():
            if not self.path.parent.is_dir():
                raise self._form.error(
                    f"there is no folder {self.path.parent}: name the directory of the index with "
                    f"--index, or the file in {self._form.variable}"
                )
            yield None
            return
        with self._told(), closing(connect(self.path, _PATIENCE_SECONDS)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection if self._is_made(connection) else None

    def check(self) -> None:
        """Make the file where there is none, and see that it can be written.

        Raises:
            RecordsUnusable: it cannot.
        """
        with self.writing():
            pass

    def size(self, connection: sqlite3.Connection) -> int:
        """The size of the file in bytes, with what stands in its log yet."""
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        return int(pages * page_size)

    def unusable(self, error: Exception) -> RecordsUnusable:
        """What to tell the person whose file gives this error."""
        holds, variable = self._form.holds, self._form.variable
        if isinstance(error, sqlite3.OperationalError | OSError):
            return self._form.error(
                f"{self.path} cannot be used for {holds} ({error}): look to the rights on it and "
                "on its folder, the space on its disk and who else has it open, or name another "
                f"file in {variable}"
            )
        return self._form.error(
            f"{self.path} is no file of {holds}, or a damaged one: move it away, and a new one "
            f"is begun, or name another file in {variable}"
        )

    def _opened(self) -> sqlite3.Connection:
        """The connection that writes; in the caller's turn."""
        if self._writer is not None and not self._is_same():
            self._close()
        if self._writer is None:
            self._writer = self._open()
            self._inode = self.path.stat().st_ino
        return self._writer

    def _is_same(self) -> bool:
        """Whether the file is the one that is open: it was not moved away."""
        try:
            return self.path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    def _close(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()

    def _close_unless_needed(self) -> None:
        with self._turn, self._counting:
            if self._writers == 0:
                self._close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self.unusable(error) from error

    def _open(self) -> sqlite3.Connection:
        """The file, ready to be added to."""
        connection = connect(self.path, _PATIENCE_SECONDS, any_thread=True)
        try:
            connection.row_factory = sqlite3.Row
            # What is acknowledged is on the disk before.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            if not self._is_made(connection):
                _keep_log_ahead(connection)
                with transaction(connection):
                    self._make(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _make(self, connection: sqlite3.Connection) -> None:
        """Its tables; in a transaction."""
        # Another process may have made them while this one waited for its turn to write.
        if not _is_empty(connection):
            return
        for statement in self._form.schema:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {self._form.application_id}")
        connection.execute(f"PRAGMA user_version = {self._form.version}")

    def _is_made(self, connection: sqlite3.Connection) -> bool:
        """Whether the file has its tables; one that is empty has none.

        Raises:
            RecordsUnusable: it is another program's, or another version's.
        """
        # Of one moment: another process may be making the file.
        connection.execute("BEGIN")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        is_empty = _is_empty(connection)
        connection.execute("COMMIT")
        if is_empty:
            return False
        if (application, version) == (self._form.application_id, self._form.version):
            return True
        holds, variable = self._form.holds, self._form.variable
        if application == self._form.application_id:
            raise self._form.error(
                f"{self.path} holds {holds} of format {version}, and this Briefwijzer keeps "
                f"{self._form.version}: name another file in {variable}"
            )
        raise self._form.error(
            f"{self.path} is a database for something else: name another file in {variable}"
        )


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is None


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
