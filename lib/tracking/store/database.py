"""The file that the queue lives in: sqlite with a write-ahead log, synced at every commit, readable by its owner only.

A file that sqlite finds damaged is moved aside, never overwritten, and a new one takes its place with all that can
still be read of it. That is done under a lock, and whoever has the file open notices before the next use.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, Iterator, Sequence

from lib.system import files, locks
from lib.system.clock import Clock
from lib.system.errors import LinkError
from lib.system.exceptions import ignored, is_a, translated
from lib.tracking.store.salvage import copy_readable_rows

BUSY_SECONDS = 5.0
BUSY_POLL_SECONDS = 0.02

log = logging.getLogger(__name__)


class QueueError(LinkError):
    """The queue cannot be kept; the text names the file and what to do."""

    name = "queue"
    sentence = "The queue of plays cannot be used."


class _Damaged(Exception):
    """Sqlite cannot read the file."""


class Database:
    """One open file. Safe for several threads, and beside other processes that have it open.

    `migrations` are the statements that lead from each version of the tables to the next, the first one from nothing.
    `check` looks through the whole file for damage first; it takes a while with many plays. `quarantined` is where a
    damaged file was moved to, None if there was none. Raises QueueError.
    """

    def __init__(self, path: Path, migrations: Sequence[Sequence[str]], clock: Clock, check: bool = False) -> None:
        self.path = path
        self._migrations = migrations
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
            self._follow()
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:  # whatever it was goes on; a transaction left open would lock everybody out
                with ignored(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
            if self._is_moved():
                raise QueueError(f"{self.path} was found damaged and moved aside meanwhile. It is tried again.")

    def read(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Return rows. Raises QueueError."""
        with self._lock, translated(sqlite3.Error, becomes=self._problem):
            if not self._connection.in_transaction:
                self._follow()
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _follow(self) -> None:
        """Open the file that has this name now, if another one had it before."""
        if self._is_moved():
            log.warning("%s was moved; its successor is used from now on", self.path)
            self._connection.close()
            self._connection = self._opened()

    def _is_moved(self) -> bool:
        with translated(OSError, becomes=self._problem):
            return _identity(self.path) != self._identity

    def _opened(self) -> sqlite3.Connection:
        with translated(sqlite3.Error, OSError, becomes=self._problem):
            try:
                return self._open_undamaged()
            except _Damaged as error:
                with locks.hold_lock(self.path.with_name(f"{self.path.name}.damage.lock")):
                    return self._open_or_replace(error)

    def _open_or_replace(self, found: _Damaged) -> sqlite3.Connection:
        """Move the damaged file aside, unless somebody else has done so before we got the lock."""
        try:
            return self._open_undamaged()
        except _Damaged:
            self.quarantined = self._quarantine()
        connection = self._open()
        connection.execute("BEGIN IMMEDIATE")
        copied = copy_readable_rows(self.quarantined, connection)
        connection.execute("COMMIT")
        log.error("%s is damaged (%s); kept as %s, %d rows carried over", self.path, found, self.quarantined, copied)
        return connection

    def _open_undamaged(self) -> sqlite3.Connection:
        with translated(sqlite3.DatabaseError, becomes=_Damaged, when=_is_damage):
            return self._open()

    def _open(self) -> sqlite3.Connection:
        files.make_private(self.path)
        self._identity = _identity(self.path)
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
        """Bring the tables up to date. A file of version 0 can hold all of them: `.dump` does not keep the version."""
        newest = len(self._migrations)
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for statement in itertools.chain.from_iterable(self._migrations[version:]):
            with ignored(sqlite3.OperationalError, when=_is_there_already):
                connection.execute(statement)
        if version < newest:
            connection.execute(f"PRAGMA user_version={newest}")
        connection.execute("COMMIT")
        if version > newest:
            raise QueueError(f"{self.path} is of version {version}, from a newer Simkl Link. Update this one.")
        if self._check and connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("it fails sqlite's check")

    def _quarantine(self) -> Path:
        """Keep a damaged file under a name that no other has, with its log."""
        when = time.strftime("%Y%m%d-%H%M%S", time.localtime(self._clock.wall()))
        names = (self.path.with_name(f"{self.path.name}.damaged-{when}-{number}") for number in itertools.count(1))
        target = next(each for each in names if files.file_version(each) is None)
        for ending in ("-wal", "-shm", ""):  # the file itself last: a new one must not find an old log beside it
            with contextlib.suppress(FileNotFoundError):
                files.rename_file(Path(f"{self.path}{ending}"), Path(f"{target}{ending}"))
        return target

    def _problem(self, error: BaseException) -> QueueError:
        return QueueError(f"{self.path} cannot be used: {error}. Check its folder's owner, permissions and space.")


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from its successor of the same name, None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


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


def _is_there_already(error: BaseException) -> bool:
    return "duplicate column name" in str(error)


def _never(error: BaseException) -> bool:
    return False
