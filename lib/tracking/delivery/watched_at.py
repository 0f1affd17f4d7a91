"""Correct timestamps on devices without a clock battery: clamp implausible dates, and move them when the clock is set.

Such a device starts in 1970, or at the time when it was switched off, and jumps once it has found the network. What was
queued before the clock was set is moved by the same step, as long as the program still runs: only it knows the step.
What is left from an earlier run keeps an impossible date and goes to Simkl as "date unknown". When a clock is set back
nothing is moved: what then seems to be watched in the future was watched by now.

Source: Simkl's pages `conventions/dates` and `resources/rate-limits`.
"""

from __future__ import annotations

import contextlib
import logging

from lib.simkl.api.history import DATE_UNKNOWN
from lib.system import timestamps
from lib.system.clock import Clock
from lib.tracking.play import Play
from lib.tracking.store.database import QueueError
from lib.tracking.store.queue import PlayQueue

EARLIEST_VALID_TIME = 1_600_000_000.0  # 2020: a clock before that was never set
MIN_CLOCK_STEP = 60.0

log = logging.getLogger(__name__)


class ClockStepCorrector:
    """Notices that the wall clock was set, by comparing it with a monotonic one. Made at the start.

    `former` is the one that is replaced when tracking starts anew: the clock may have been set in between.
    Unless that one `counts_suspend`, a step may be a night's sleep; then only a clock that was before 2020 was wrong.
    """

    def __init__(self, queue: PlayQueue, clock: Clock, former: ClockStepCorrector | None = None) -> None:
        self._queue = queue
        self._clock = clock
        self._offset = clock.wall() - clock.boot()
        self._from_before: int | None = None
        if former is not None and former._queue.database.path == queue.database.path:
            self._offset, self._from_before = former._offset, former._from_before
            return
        with contextlib.suppress(QueueError):  # then it is asked for at the first look
            self._from_before = queue.newest()

    def correct(self) -> None:
        """Move what was queued since this was made, if the clock was wrong until now. Raises QueueError."""
        if self._from_before is None:
            self._from_before = self._queue.newest()
        offset = self._clock.wall() - self._clock.boot()
        step, before = offset - self._offset, self._offset + self._clock.boot()
        if abs(step) <= MIN_CLOCK_STEP:
            return
        self._offset = offset
        was_wrong = before < EARLIEST_VALID_TIME
        if was_wrong or (self._clock.counts_suspend and step > 0):  # a clock can be set in several steps
            log.info("the clock was set; what was watched before is moved along")
            self._queue.shift(max(before + MIN_CLOCK_STEP, EARLIEST_VALID_TIME), step, self._from_before)


def format_watched_at(play: Play, now: float) -> str:
    """Return when it was watched, as Simkl takes it: never in the future, and unknown while the clock was not set.

    A date that the player's library has is taken as it is.
    """
    if play.library_date is not None:
        return timestamps.format_utc(play.library_date) if play.library_date > 0 else DATE_UNKNOWN
    at = min(play.at, now) if now > EARLIEST_VALID_TIME else play.at
    return timestamps.format_utc(at) if at > EARLIEST_VALID_TIME else DATE_UNKNOWN


def seconds_until_quota_reset(now: float) -> float:
    """Return the seconds until the day's requests are renewed for certain: 05:00 UTC is past midnight in New York."""
    return 86400.0 - (now - 5 * 3600.0) % 86400.0
