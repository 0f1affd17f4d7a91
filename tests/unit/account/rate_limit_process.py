"""A program that go one at a time with others of its kind; they share a wall clock, which is a file.

    python -m tests.unit.account.rate_limit_process NAME FOLDER WRITES

Says `ready`, waits for a line, then writes WRITES times. Each write is a line `NAME in AT` and one `NAME out AT` in
FOLDER/log. Only who has the request lock looks at the clock or moves it on.
"""

from __future__ import annotations

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


def main(name: str, folder: str, writes: str) -> None:
    """Write, and write down when."""
    clock = SharedClock(Path(folder) / "clock")
    limiter = RateLimiter(Path(folder) / "settings.yaml", clock, lock_waits_in_real_time(clock.pause))
    print("ready", flush=True)
    sys.stdin.readline()
    with (Path(folder) / "log").open("a", buffering=1) as log:
        for _ in range(int(writes)):
            with limiter.acquire(writes=True):
                log.write(f"{name} in {clock.wall()!r}\n")
                clock.pause(LASTS)
                log.write(f"{name} out {clock.wall()!r}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
