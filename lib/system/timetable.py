"""What is to be done when, kept by `schedule`, in step with a clock that does not jump.

`schedule` keeps its times by the device's local time, which a device without a clock battery sets years ahead once it
finds the network, and which changes twice a year. `Timetable` moves every job along with such a jump, so that nothing
comes sooner or later for it. It uses only what `schedule` 0.6 (Kodi's repository) and 1.2 have in common.
"""

from __future__ import annotations

import datetime
from typing import Callable

import schedule

from lib.system.clock import Clock
from lib.system.threads import InterruptibleSleep


class Timetable:
    """A `schedule.Scheduler` that runs in step with a monotonic clock.

    `sleep(seconds)` waits and returns true when somebody wants it all to stop, as Kodi's `Monitor.waitForAbort` does.
    """

    def __init__(self, sleep: InterruptibleSleep, clock: Clock) -> None:
        self.scheduler = schedule.Scheduler()
        self._sleep = sleep
        self._clock = clock
        self._offset = self._read_offset()

    def every_second(self, job: Callable[[], object]) -> None:
        """Run `job` once a second while somebody pauses."""
        self._follow_jumps()  # before anything is ordered: a jump since the last pause is none for a new job
        self.scheduler.every(1).seconds.do(job)

    def pause(self, seconds: float) -> bool:
        """Wait `seconds`, running the other jobs meanwhile; true when somebody wants it to stop."""
        if seconds <= 0:
            return self._sleep(0.0)
        due: list[bool] = []
        self._follow_jumps()
        job = self.scheduler.every(1).seconds.do(due.append, True)
        job.next_run = _local_time() + datetime.timedelta(seconds=seconds)  # an interval is in whole seconds
        try:
            while not due:
                if self._sleep(max(0.0, self._idle_seconds())):
                    return True
                self.run_pending()
            return False
        finally:
            self.scheduler.cancel_job(job)

    def run_pending(self) -> None:
        """Run what is due."""
        self._follow_jumps()
        self.scheduler.run_pending()

    def _idle_seconds(self) -> float:
        self._follow_jumps()
        next_run = min(job.next_run for job in self.scheduler.jobs if job.next_run is not None)
        return (next_run - _local_time()).total_seconds()

    def _follow_jumps(self) -> None:
        offset = self._read_offset()
        jump, self._offset = offset - self._offset, offset
        for job in self.scheduler.jobs:
            if job.next_run is not None:
                job.next_run += jump

    def _read_offset(self) -> datetime.timedelta:
        return _local_time() - datetime.datetime(1970, 1, 1) - datetime.timedelta(seconds=self._clock.monotonic())


def _local_time() -> datetime.datetime:
    """Return the time that `schedule` goes by."""
    return datetime.datetime.now()
