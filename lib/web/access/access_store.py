"""The small database behind the pages. Tokens and session ids are in it as hashes, so a copy of it opens no page."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import threading
from pathlib import Path
from typing import Any, Iterator

from lib.system import files

ACCESS_SCHEMA_VERSION = 1
_BUSY_SECONDS = 5.0
_SCHEMA = """
CREATE TABLE people (
    server TEXT NOT NULL, user_key TEXT NOT NULL, user_name TEXT NOT NULL, account TEXT NOT NULL,
    added_at REAL NOT NULL, PRIMARY KEY (server, user_key));
CREATE TABLE invitations (
    token_hash TEXT PRIMARY KEY, server TEXT NOT NULL, user_key TEXT NOT NULL, user_name TEXT NOT NULL,
    account TEXT NOT NULL, created_at REAL NOT NULL, expires_at REAL NOT NULL, used_at REAL);
CREATE UNIQUE INDEX invitation_of_user ON invitations (server, user_key) WHERE used_at IS NULL;
CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY, role TEXT NOT NULL, account TEXT NOT NULL, invitation_hash TEXT NOT NULL,
    csrf_token TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE hook_secrets (
    secret TEXT PRIMARY KEY, server TEXT NOT NULL, valid_until REAL);
CREATE TABLE flags (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class AccessStoreError(Exception):
    """The database cannot be used; the text names the file and what to do."""

    name = "access_store"
    exit_code = 73


class AccessStore:
    """One open database file, safe for several threads. Every method may raise AccessStoreError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        try:
            files.make_private(path)
            self._connection = self._open()
        except (OSError, sqlite3.Error) as error:
            raise self._problem(error) from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Change several rows at once: all of it is on the disk when the block ends, or none."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                except BaseException:  # re-raised: an open transaction would lock out everybody else
                    with contextlib.suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise self._problem(error) from error

    def write(self, statement: str, *values: Any) -> int:
        """Run one statement in a transaction of its own; return how many rows it changed."""
        with self.transaction() as connection:
            return connection.execute(statement, values).rowcount

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Return the rows of a query."""
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise self._problem(error) from error

    def flag(self, name: str, default: str = "") -> str:
        """Return a single kept value."""
        found = self.rows("SELECT value FROM flags WHERE name = ?", name)
        return str(found[0]["value"]) if found else default

    def set_flag(self, name: str, value: str) -> None:
        """Keep a single value."""
        self.write("INSERT OR REPLACE INTO flags (name, value) VALUES (?, ?)", name, value)

    def copy_to(self, path: Path) -> None:
        """Write a copy that opens no page: without sessions and invitations."""
        files.make_private(path)
        with self._lock:
            try:
                with contextlib.closing(sqlite3.connect(str(path))) as copy:
                    self._connection.backup(copy)
                    copy.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
                    copy.executescript("DELETE FROM sessions; DELETE FROM invitations; VACUUM;")
            except sqlite3.Error as error:
                raise self._problem(error) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            str(self.path), timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("BEGIN IMMEDIATE")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > ACCESS_SCHEMA_VERSION:
                raise sqlite3.DatabaseError(f"it is of version {version}, from a newer Simkl Link")
            if version == 0:
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={ACCESS_SCHEMA_VERSION}")
            connection.execute("COMMIT")
        except BaseException:  # re-raised: an open connection would keep its locks
            connection.close()
            raise
        return connection

    def _problem(self, error: Exception) -> AccessStoreError:
        return AccessStoreError(f"{self.path} cannot be used: {error}. Check its folder's owner, permissions, space.")


def token_hash(token: str) -> str:
    """Return what the store keeps of a random token: SHA-256 suffices, since a token of 32 bytes cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()
