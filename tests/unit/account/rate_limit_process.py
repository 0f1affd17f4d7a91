"""Processes that write under the request lock; they share a wall clock, which is a file.

    python -m tests.unit.account.rate_limit_process FOLDER PROCESSES WRITES

Each makes WRITES writes once all are there. A write is a line `NUMBER in AT` and one `NUMBER out AT` in FOLDER/log.
Only who has the request lock looks at the clock or moves it on.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lib.account.rate_limit import RateLimiter
from lib.system.clock import Clock
from tests.unit.account.doubles import lock_waits_in_real_time

LASTS = 0.25


class SharedClock(Clock):
    """A wall clock that stands still unless somebody sleeps by it, for all processes at once."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def wall(self) -> float:
        return float(self._file.read_text())

    def sleep(self, seconds: float) -> None:
        self._file.write_text(repr(self.wall() + seconds))

    def pause(self, seconds: float) -> bool:
        self.sleep(seconds)
        return False


def write(number: int, folder: Path, writes: int) -> None:
    """Write, and write down when."""
    clock = SharedClock(folder / "clock")
    limiter = RateLimiter(folder / "settings.yaml", clock, lock_waits_in_real_time(clock.pause))
    with (folder / "log").open("a", buffering=1) as log:
        for _ in range(writes):
            with limiter.acquire(writes=True):
                log.write(f"{number} in {clock.wall()!r}\n")
                clock.pause(LASTS)
                log.write(f"{number} out {clock.wall()!r}\n")


def main(folder: str, processes: str, writes: str) -> int:
    """Start the processes, and return 1 if one of them broke."""
    all_there, not_yet = os.pipe()
    children = []
    for number in range(int(processes)):
        child = os.fork()
        if child == 0:
            try:
                os.close(not_yet)
                os.read(all_there, 1)  # ends when nobody holds the other end any more
                write(number, Path(folder), int(writes))
                os._exit(0)
            finally:
                sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
                os._exit(1)
        children.append(child)
    os.close(not_yet)
    return int(any([os.waitpid(child, 0)[1] for child in children]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
