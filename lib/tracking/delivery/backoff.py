"""How long to wait after a failure: 5 s, doubled each time, 15 min at most. Times are of a monotonic clock."""

from __future__ import annotations

from lib.system.clock import Clock

FIRST_DELAY, MAX_DELAY = 5.0, 900.0


class Backoff:
    """Tells when the next attempt is due."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._step = 0.0
        self._until = 0.0
        self._ordered = 0.0

    @property
    def left(self) -> float:
        """Seconds until the next attempt."""
        return max(0.0, self._until - self._clock.monotonic())

    @property
    def is_trying(self) -> bool:
        """Whether the last attempt failed."""
        return self._step > 0

    def failed(self, at_least: float = 0.0) -> None:
        """Wait longer than the last time, and as long as Simkl asked for."""
        self._step = min(MAX_DELAY, max(FIRST_DELAY, 2 * self._step))
        self._ordered = self._clock.monotonic() + at_least
        self._until = self._clock.monotonic() + max(self._step, at_least)

    def wait(self, seconds: float) -> None:
        """Wait once as long as Simkl asked for, without growing more patient."""
        self._until = self._ordered = self._clock.monotonic() + seconds

    def retry_now(self) -> None:
        """Somebody did something: try at once, however long it took so far, unless Simkl itself asked to wait."""
        self._until = self._ordered

    def succeeded(self) -> None:
        """Start anew."""
        self._step = self._until = self._ordered = 0.0
