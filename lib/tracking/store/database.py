"""The file that the queue lives in: sqlite with a write-ahead log, synced at every commit, readable by its owner only.

A file that sqlite finds damaged is moved aside, never overwritten, and a new one takes its place.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, Iterator

from lib.system import files
from lib.system.clock import Clock
from lib.system.exceptions import ignored, is_a, translated

SCHEMA_VERSION = 1
BUSY_SECONDS = 5.0
BUSY_POLL_SECONDS = 0.02
SCHEMA = """
CREATE TABLE plays (
    id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, action TEXT NOT NULL, item TEXT, key TEXT NOT NULL,
    at REAL NOT NULL, progress REAL NOT NULL, mark INTEGER NOT NULL, rating INTEGER NOT NULL, file TEXT NOT NULL,
    title TEXT NOT NULL, ref TEXT NOT NULL, art TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL,
    first_try REAL NOT NULL DEFAULT 0);
CREATE INDEX plays_in_line ON plays (owner, state, id);
CREATE INDEX plays_by_action ON plays (owner, state, action);
CREATE INDEX plays_by_key ON plays (owner, key);
CREATE TABLE playing (owner TEXT PRIMARY KEY, play TEXT NOT NULL);
CREATE TABLE answers (key TEXT PRIMARY KEY, item TEXT, at REAL NOT NULL);
CREATE TABLE sent (owner TEXT NOT NULL, key TEXT NOT NULL, ref TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (owner, key));
CREATE TABLE standing (owner TEXT PRIMARY KEY, state TEXT NOT NULL DEFAULT '', until REAL NOT NULL DEFAULT 0,
    since TEXT NOT NULL DEFAULT '', last_label TEXT NOT NULL DEFAULT '', last_at REAL NOT NULL DEFAULT 0);
"""

log = logging.getLogger(__name__)


class QueueError(Exception):
    """The queue cannot be kept; the text names the file and what to do."""

    name = "queue"


class _Damaged(Exception):
    """Sqlite cannot read the file."""


class Database:
    """One open file. Safe for several threads, and beside other processes that have it open.

    `check` looks through the whole file for damage first; it takes a while with many plays. Raises QueueError.
    """

    def __init__(self, path: Path, clock: Clock, check: bool = False) -> None:
        self.path = path
        self._clock = clock
        self._check = check
        self.quarantined: Path | None = None
        self._lock = threading.RLock()
        self._connection = self._opened()

    @contextlib.contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Change something: all of it is on the disk when the block ends, or none. Raises QueueError.

        A block inside of another belongs to it: what both change is on the disk when the outer one ends.
        """
        with self._lock, translated(sqlite3.Error, becomes=self._problem):
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:  # whatever it was goes on; a transaction left open would lock everybody out
                with ignored(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def read(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Return rows. Raises QueueError."""
        with self._lock, translated(sqlite3.Error, becomes=self._problem):
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _opened(self) -> sqlite3.Connection:
        with translated(sqlite3.Error, OSError, becomes=self._problem):
            try:
                with translated(sqlite3.DatabaseError, becomes=_Damaged, when=_is_damage):
                    return self._open()
            except _Damaged as error:
                self.quarantined = self._quarantine()
                log.error("%s is damaged (%s); it was kept as %s", self.path, error, self.quarantined)
                return self._open()

    def _open(self) -> sqlite3.Connection:
        files.make_private(self.path)
        connection = sqlite3.connect(
            str(self.path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.row_factory = sqlite3.Row
            _use_write_ahead_log(connection, self._clock)
            connection.execute("PRAGMA synchronous=FULL")
            self._migrate(connection)
        except BaseException:  # whatever it was goes on; a connection left open would hold its locks
            connection.close()
            raise
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        connection.execute("COMMIT")
        if version > SCHEMA_VERSION:
            raise QueueError(f"{self.path} is of version {version}, from a newer Simkl Link. Update this one.")
        if self._check and connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("it fails sqlite's check")

    def _quarantine(self) -> Path:
        """Keep a damaged file under a name that no other has, with its log."""
        name = f"{self.path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S', time.localtime(self._clock.wall()))}"
        names = (self.path.with_name(f"{name}-{number}") for number in itertools.count(1))
        target = next(each for each in names if files.file_version(each) is None)
        for ending in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                files.rename_file(Path(f"{self.path}{ending}"), Path(f"{target}{ending}"))
        return target

    def _problem(self, error: BaseException) -> QueueError:
        return QueueError(f"{self.path} cannot be used: {error}. Check its folder's owner, permissions and space.")


def _use_write_ahead_log(connection: sqlite3.Connection, clock: Clock) -> None:
    """Switch a new file over. Of several that open it at once sqlite lets one, and tells the others at once to wait."""
    for left in reversed(range(round(BUSY_SECONDS / BUSY_POLL_SECONDS))):
        with ignored(sqlite3.OperationalError, when=_is_locked if left else _never):
            connection.execute("PRAGMA journal_mode=WAL")
            return
        clock.sleep(BUSY_POLL_SECONDS)  # sqlite's own time-out does not reach this statement


def _is_damage(error: BaseException) -> bool:
    return not is_a(error, sqlite3.OperationalError)


def _is_locked(error: BaseException) -> bool:
    return "locked" in str(error)


def _never(error: BaseException) -> bool:
    return False
