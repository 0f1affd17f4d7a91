"""A clock that was wrong while something was watched: a box without a battery starts in the past until it has network.

That is 1970, or the time when it was switched off. What was queued before the clock was set is moved along with it, as
long as the program still runs: only it knows by how much. What is left from an earlier run keeps an impossible date,
and goes to Simkl as "date unknown". A clock that is set back moves nothing: what then seems to be watched in the future
was watched by now.
"""

from __future__ import annotations

import contextlib
import logging
import time
from typing import Callable

from lib.tracking.database import QueueError
from lib.tracking.queue import Queue
from lib.tracking.walls import PLAUSIBLE

STEP_SECONDS = 60.0

COUNTS_SLEEP = hasattr(time, "CLOCK_BOOTTIME")

log = logging.getLogger(__name__)


def since_boot() -> float:
    """Return monotonic seconds; where there is such a clock, those that the device slept are among them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if COUNTS_SLEEP else time.monotonic()


class MovedClock:
    """Notices that the wall clock was set, by comparing it with a monotonic one. Made at the start.

    Unless that one `counts_sleep`, a step may be a night's sleep; then only a clock that was before 2020 was wrong.
    """

    def __init__(
        self,
        queue: Queue,
        clock: Callable[[], float] = since_boot,
        wall: Callable[[], float] = time.time,
        counts_sleep: bool = COUNTS_SLEEP,
    ) -> None:
        self._queue = queue
        self._counts_sleep = counts_sleep
        self._clock = clock
        self._wall = wall
        self._offset = wall() - clock()
        self._from_before: int | None = None
        with contextlib.suppress(QueueError):  # then it is asked for at the first look
            self._from_before = queue.newest()

    def look(self) -> None:
        """Move what was queued since this was made, if the clock was wrong until now. Raises QueueError."""
        if self._from_before is None:
            self._from_before = self._queue.newest()
        offset = self._wall() - self._clock()
        step, before = offset - self._offset, self._offset + self._clock()
        if abs(step) <= STEP_SECONDS:
            return
        self._offset = offset
        if before < PLAUSIBLE or (self._counts_sleep and step > 0):  # a clock can be set in several steps
            log.info("the clock was set; what was watched before is moved along")
            self._queue.shift(max(before + STEP_SECONDS, PLAUSIBLE), step, self._from_before)
