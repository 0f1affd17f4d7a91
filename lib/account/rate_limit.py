"""The rate limiter: one request of an account at a time, and its writes a little apart.

Simkl allows one write a second for a user and locks out those that collide, whoever sends them. So the service, a
script and a terminal send theirs under a lock file beside the settings, and the age of another file tells when the
last write ended.

Source: Simkl's page `resources/rate-limits`.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from typing import Iterator

from lib.account.neighbours import account_path
from lib.account.store import DEFAULT_ACCOUNT
from lib.simkl.errors import NotSent
from lib.system import files, locks
from lib.system.clock import Clock
from lib.system.threads import InterruptibleSleep, interruptible_sleep

WRITE_INTERVAL = 1.1
WRITE_LOCK_SECONDS = 60.0  # two writes that Simkl lets wait
READ_LOCK_SECONDS = 2.0
LOCK_POLL_SECONDS = 0.1

log = logging.getLogger(__name__)


class RateLimiter:
    """The requests of everybody who uses one account of a settings file, one after the other.

    `pause(seconds)` waits and returns true when somebody wants it to end; without one, nothing interrupts a wait.
    """

    def __init__(
        self, settings: Path, clock: Clock, pause: InterruptibleSleep | None = None, account: str = DEFAULT_ACCOUNT
    ) -> None:
        self._settings = settings
        self._lock = account_path(settings, account, "turn.lock")
        self._last = account_path(settings, account, "turn")
        self._clock = clock
        self._pause = pause or interruptible_sleep(lambda: False, clock)

    @contextlib.contextmanager
    def acquire(self, writes: bool) -> Iterator[None]:
        """Hold the lock for one request. Raises OSError if others keep it for too long, NotSent if it shall end.

        A person waits for what only reads: it goes ahead after a moment, since a write may take long.
        """
        with self._held(WRITE_LOCK_SECONDS if writes else READ_LOCK_SECONDS, needed=writes):
            left = self._left() if writes else 0.0
            if left > 0 and self._pause(left):
                raise NotSent()
            if writes:
                self._note()  # before it as well: whoever is killed in the middle of a write may have been heard
            try:
                yield
            finally:
                if writes:
                    self._note()

    @contextlib.contextmanager
    def _held(self, seconds: float, needed: bool) -> Iterator[None]:
        """Hold the lock file; while others have it, try again now and then."""
        give_up = self._clock.monotonic() + seconds
        guard = locks.try_lock(self._lock, like=self._settings)
        while guard is None and self._clock.monotonic() < give_up:
            if self._pause(LOCK_POLL_SECONDS):
                raise NotSent()
            guard = locks.try_lock(self._lock, like=self._settings)
        if guard is None and needed:
            raise TimeoutError(f"{self._lock} is held by another program")
        try:
            yield
        finally:
            if guard is not None:
                guard.release()

    def _note(self) -> None:
        """Have the file tell when this write ended; a disk that is full does not undo what Simkl was told."""
        try:
            files.set_mtime(self._last, self._clock.wall(), self._settings)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._last, error)

    def _left(self) -> float:
        """Return the seconds until the next write; a clock that was moved back makes nobody wait for years."""
        before = files.mtime(self._last)
        since = None if before is None else self._clock.wall() - before
        return WRITE_INTERVAL - since if since is not None and 0 <= since < WRITE_INTERVAL else 0.0
