"""A clock that was wrong while something was watched: a box without a battery starts in the past until it has network.

What was queued before the clock was set is moved along with it, as long as the program still runs: only it knows by how
much. What is left from an earlier run keeps its impossible date, and goes to Simkl as "date unknown".
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

log = logging.getLogger(__name__)


class MovedClock:
    """Notices that the wall clock was set, by comparing it with the monotonic one. Made at the start."""

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
        if before < PLAUSIBLE:  # a clock can be set in several steps
            log.info("the clock was set; what was watched before is moved along")
            self._queue.shift(PLAUSIBLE, step, self._from_before)
