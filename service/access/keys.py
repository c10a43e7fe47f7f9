"""API keys: made once and shown once, of which only a hash is kept"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import sqlite3
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from service.record_file import RecordFile, RecordFormat, RecordsUnusable

KEYS = "keys.sqlite"
VARIABLE = "BRIEFWIJZER_KEYS_FILE"

Scope = Literal["ask", "helpdesk", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

_SHAPE = re.compile(r"bwk_(?P<key_id>[0-9a-f]{12})_(?P<secret>[A-Za-z0-9_-]{43})")
_SECRET_BYTES = 32
# When a key was last used is for who tidies up: to the minute is enough.
_USED_EVERY_SECONDS = 60
# Compared with where there is no such key, so that it takes as long as where there is.
_NO_DIGEST = bytes(32)
_SIGNING = "signing"


class KeysUnusable(RecordsUnusable):
    """The file of keys cannot be read, or be added to; the message says what to do."""


class NotAccepted(Exception):
    """A key that lets nobody in. The message says why, as far as only its holder may know: that it
    is revoked or expired is said to who has the whole of it."""


# Times are seconds since 1970 (UTC); scopes are parted by spaces; digest is the SHA-256 of the
# secret, which has 256 bits of chance: no slower hash makes it harder to guess.
_FORMAT = RecordFormat(
    "API keys", VARIABLE, b"BrKy", 1,
    (
        """CREATE TABLE keys (
    key_id TEXT PRIMARY KEY, name TEXT NOT NULL, digest BLOB NOT NULL, scopes TEXT NOT NULL,
    created REAL NOT NULL, expires REAL, rate TEXT, revoked REAL, used REAL) STRICT""",
        "CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT",
    ),
    KeysUnusable,
)


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as it is kept: times in seconds since 1970, `rate` as `limits` writes them
    ("600/minute"), None for that of the installation."""

    key_id: str
    name: str
    scopes: frozenset[Scope]
    created: float
    expires: float | None = None
    rate: str | None = None
    revoked: float | None = None
    used: float | None = None

    def usable(self, now: float) -> bool:
        """Whether it lets its holder in at this moment."""
        return self.revoked is None and (self.expires is None or now < self.expires)


def keys_file(index: Path, named: Path | str | None) -> Path:
    """The file that is `named`, or else the one in the directory of the index.

    Raises:
        KeysUnusable: the folder of the named file is not there, such as a disk that is not
            mounted: no key would be asked for.
    """
    if not named:
        return index / KEYS
    if not Path(named).parent.is_dir():
        raise KeysUnusable(
            f"there is no folder {Path(named).parent} for the keys: make it, or name another file "
            f"in {VARIABLE}"
        )
    return Path(named)


class KeyStore:
    """The keys in one file; safe to use from many threads and processes.

    What another process changes, such as that a key is revoked, holds for the next request: each
    looks its key up in the file. Every call raises `KeysUnusable` where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = RecordFile(path, _FORMAT)
        self._lock = threading.Lock()
        self._marked: dict[str, float] = {}

    def create(
        self, name: str, scopes: Collection[Scope], *, expires: float | None = None,
        rate: str | None = None,
    ) -> tuple[Key, str]:
        """Make a key; return it, and the words that its holder sends, which are not kept."""
        key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(_SECRET_BYTES)
        key = Key(key_id, name, frozenset(scopes), time.time(), expires, rate)
        with self._file.writing() as connection:
            connection.execute(
                "INSERT INTO keys (key_id, name, digest, scopes, created, expires, rate)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key_id, name, _digest(secret), " ".join(sorted(key.scopes)), key.created,
                 expires, rate),
            )
        return key, f"bwk_{key_id}_{secret}"

    def revoke(self, key_id: str) -> Key | None:
        """Let nobody in by this key any more; return it as it was before, None where there is no
        such key."""
        with self._file.writing() as connection:
            row = connection.execute("SELECT * FROM keys WHERE key_id = ?", (key_id,)).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE keys SET revoked = ifnull(revoked, ?) WHERE key_id = ?",
                (time.time(), key_id),
            )
            return _key(row)

    def keys(self) -> Sequence[Key]:
        """Every key that was ever made, newest first."""
        with self._file.reading() as connection:
            if connection is None:
                return []
            rows = connection.execute("SELECT * FROM keys ORDER BY created DESC, rowid DESC")
            return [_key(row) for row in rows]

    def ever_made(self, scope: Scope) -> bool:
        """Whether there was ever a key with this scope, usable or not."""
        if not self.path.exists():
            return False
        return any(scope in key.scopes for key in self.keys())

    def find(self, sent: str) -> Key:
        """The key that somebody sent; how long it takes says nothing of its secret.

        Raises:
            NotAccepted: it is none, or no longer one.
        """
        shape = _SHAPE.fullmatch(sent)
        key_id, secret = (shape["key_id"], shape["secret"]) if shape else ("", "")
        row = self._row(key_id)
        kept = _NO_DIGEST if row is None else bytes(row["digest"])
        is_right = hmac.compare_digest(_digest(secret), kept)
        if row is None or not is_right:
            raise NotAccepted("The key is not one of this service: check that it is whole")
        return _still_usable(_key(row))

    def known(self, key_id: str) -> Key:
        """The key with this id, where it was proven before who holds it.

        Raises:
            NotAccepted: there is none, or no longer.
        """
        row = self._row(key_id)
        if row is None:
            raise NotAccepted("The key is not one of this service")
        return _still_usable(_key(row))

    def mark_used(self, key_id: str) -> None:
        """Note that a key was used, where that was not noted just now; never fails a request."""
        now = time.time()
        with self._lock:
            if now - self._marked.get(key_id, 0.0) < _USED_EVERY_SECONDS:
                return
            self._marked[key_id] = now
        try:
            with self._file.writing() as connection:
                connection.execute("UPDATE keys SET used = ? WHERE key_id = ?", (now, key_id))
        except KeysUnusable:
            return  # a file that can only be read lets its keys in all the same

    def signing_secret(self) -> bytes:
        """The secret that proves that this service let somebody in; made once."""
        with self._file.reading() as connection:
            row = None if connection is None else _signing(connection)
        if row is not None:
            return bytes(row["value"])
        with self._file.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO secrets VALUES (?, ?)",
                (_SIGNING, secrets.token_bytes(_SECRET_BYTES)),
            )
            return bytes(_signing(connection)["value"])

    def _row(self, key_id: str) -> sqlite3.Row | None:
        if not self.path.exists():
            return None
        with self._file.reading() as connection:
            if connection is None:
                return None
            found: sqlite3.Row | None = connection.execute(
                "SELECT * FROM keys WHERE key_id = ?", (key_id,)
            ).fetchone()
            return found


def _signing(connection: sqlite3.Connection) -> sqlite3.Row:
    row: sqlite3.Row = connection.execute(
        "SELECT value FROM secrets WHERE name = ?", (_SIGNING,)
    ).fetchone()
    return row


def _still_usable(key: Key) -> Key:
    if key.revoked is not None:
        raise NotAccepted("The key was revoked: ask for a new one")
    if not key.usable(time.time()):
        raise NotAccepted("The key has expired: ask for a new one")
    return key


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _key(row: sqlite3.Row) -> Key:
    named = row["scopes"].split()
    scopes = (scope for scope in SCOPES if scope in named)
    return Key(
        row["key_id"], row["name"], frozenset(scopes), row["created"], row["expires"], row["rate"],
        row["revoked"], row["used"],
    )
