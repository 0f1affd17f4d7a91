"""The clock of this device: made once at the entry and passed in, so that tests can pass one of their own."""

from __future__ import annotations

import time


class Clock:
    """The system's clock. All values are seconds."""

    counts_suspend = hasattr(time, "CLOCK_BOOTTIME")

    def monotonic(self) -> float:
        """Return a time that never jumps; it may stand still while the device is suspended."""
        return time.monotonic()

    def boot(self) -> float:
        """Return a time that never jumps; with `counts_suspend` it goes on while the device is suspended."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) if self.counts_suspend else time.monotonic()

    def wall(self) -> float:
        """Return seconds since 1970, as far as the device knows; it jumps when the device's clock is set."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait. Nothing else in `lib/` sleeps: whoever waits is given a clock, and tests give a fake one."""
        time.sleep(seconds)
