"""A clock that was wrong while something was watched: a box without a battery starts in the past until it has network.

What was queued before the clock was set is moved along with it, as long as the program still runs: only it knows by how
much. What is left from an earlier run keeps its impossible date, and goes to Simkl as "date unknown".
"""

from __future__ import annotations

import logging
import time
from typing import Callable

from lib.tracking.queue import Queue

PLAUSIBLE = 1_600_000_000.0  # September 2020: a clock before that was never set
STEP_SECONDS = 60.0

log = logging.getLogger(__name__)


class MovedClock:
    """Notices that the wall clock was set, by comparing it with the monotonic one."""

    def __init__(
        self,
        queue: Queue,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._wall = wall
        self._offset = wall() - clock()

    def look(self) -> None:
        """Move what was queued while the clock was wrong. Raises QueueError."""
        offset = self._wall() - self._clock()
        step, before = offset - self._offset, self._offset + self._clock()
        if abs(step) <= STEP_SECONDS:
            return
        self._offset = offset
        if before < PLAUSIBLE <= self._wall():
            log.info("the clock was set; what was watched before is moved along")
            self._queue.shift(PLAUSIBLE, step)
