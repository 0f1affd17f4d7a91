"""The clock that tests pass in: it moves only while somebody sleeps, or when a test moves it."""

from __future__ import annotations

from typing import Callable

from lib.system.clock import Clock

NOON = 1_795_521_600.0  # 2026-11-24T12:00:00Z


class FakeClock(Clock):
    """`now` are its monotonic seconds, `at` those since the start; `skew` is by how much the wall clock was set wrong.

    It is noon on 24 November 2026 at the start. `pause` is `sleep` for whoever may be told to stop: in the pause with
    the number `stop_at_pause` somebody wants it all to stop. `during_pause` is called in every sleep and pause with its
    number, for what the rest of the world does meanwhile.
    """

    def __init__(self, now: float = 1000.0, wall: float = NOON, counts_suspend: bool = True) -> None:
        self.now = self.start = now
        self.skew = 0.0
        self.suspended = 0.0
        self.counts_suspend = counts_suspend
        self.pauses: list[float] = []
        self.stop_at_pause: int | None = None
        self.during_pause: Callable[[int], object] = lambda number: None
        self._wall_at_start = wall

    @property
    def at(self) -> float:
        return self.now - self.start

    def monotonic(self) -> float:
        return self.now

    def boot(self) -> float:
        return self.now + (self.suspended if self.counts_suspend else 0.0)

    def wall(self) -> float:
        return self._wall_at_start + self.at + self.suspended + self.skew

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0, "nobody can sleep for less than nothing"
        self.pauses.append(seconds)
        assert len(self.pauses) < 5000, "this goes on for ever"
        self.now += seconds
        self.during_pause(len(self.pauses))

    def pause(self, seconds: float) -> bool:
        self.sleep(seconds)
        return len(self.pauses) == self.stop_at_pause

    def advance(self, seconds: float) -> None:
        self.now += seconds

    def suspend(self, seconds: float) -> None:
        """Let the device sleep: its monotonic clock stands still, its wall clock goes on."""
        self.suspended += seconds
