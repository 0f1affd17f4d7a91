"""A program that takes turns with others of its kind; they share a wall clock, which is a file.

    python -m tests.unit.account.rate_limit_process NAME FOLDER WRITES

Says `ready`, waits for a line, then writes WRITES times. Each write is a line `NAME in AT` and one `NAME out AT` in
FOLDER/log. Only who has the turn looks at the clock or moves it on.
"""

from __future__ import annotations

import sys
from pathlib import Path

from lib.account.rate_limit import RateLimiter

LASTS = 0.25


class SharedClock:
    """A clock that stands still unless somebody pauses, for all processes at once."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> float:
        return float(self._file.read_text())

    def pause(self, seconds: float) -> bool:
        self._file.write_text(repr(self() + seconds))
        return False


def main(name: str, folder: str, writes: str) -> None:
    """Write, and write down when."""
    clock = SharedClock(Path(folder) / "clock")
    limiter = RateLimiter(Path(folder) / "settings.yaml", clock.pause, clock)
    print("ready", flush=True)
    sys.stdin.readline()
    with (Path(folder) / "log").open("a", buffering=1) as log:
        for _ in range(int(writes)):
            with limiter.acquire(writes=True):
                log.write(f"{name} in {clock()!r}\n")
                clock.pause(LASTS)
                log.write(f"{name} out {clock()!r}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
