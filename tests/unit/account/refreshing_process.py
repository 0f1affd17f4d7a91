"""A program that uses an account's token over and over in short-lived processes, some of which it kills.

    python -m tests.unit.account.refreshing_process NAME FOLDER API_URL SEED

Each line on stdin makes one run, a process of its own that asks Simkl a few times, with random pauses, while the days
go by so fast that nearly every request finds its token ending. Each answers with a line: `done` or `killed`.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from pathlib import Path

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.simkl import errors
from lib.simkl.api.users import fetch_user
from tests.fakes.clock import NOON, FakeClock
from tests.unit.account.refreshing import DAY, TV

ASKS = 4
LONGEST_PAUSE, LATEST_KILL = 0.004, 0.08
KILLED = 0.3


def use(platform: str, folder: Path, api_url: str, first_day: float, chance: random.Random) -> None:
    """Ask Simkl a few times. A network that is lost and a link that is refused may be; anything else ends the run."""
    clock = FakeClock(wall=NOON + first_day * DAY)
    settings = Settings(folder / "settings.yaml", TV, None, api_url, api_url)
    access = AccountClient(settings, platform, clock, pause=clock.pause)
    for _ in range(ASKS):
        threading.Event().wait(chance.uniform(0, LONGEST_PAUSE))
        try:
            access.call(fetch_user)
        except (errors.Unreachable, errors.TokenRefused):
            continue
        finally:
            clock.skew += 6.5 * DAY


def main(name: str, folder: str, api_url: str, seed: str) -> int:
    """Make a run for each line until there are no more; return 1 if one of them broke."""
    chance = random.Random(f"{name} {seed}")
    for run, _ in enumerate(sys.stdin):
        kill_after = chance.uniform(0, LATEST_KILL) if chance.random() < KILLED else None
        first_day, own_chance = 6.5 * ASKS * run, random.Random(chance.random())
        child = os.fork()
        if child == 0:
            try:
                use(f"{name}-{run}", Path(folder), api_url, first_day, own_chance)
                os._exit(0)
            finally:
                sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
                os._exit(1)
        if kill_after is not None:
            threading.Event().wait(kill_after)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == 1:
            return 1
        print("killed" if code else "done", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
