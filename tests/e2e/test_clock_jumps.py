"""A wall clock that jumps a day during a link, as on a box without a clock battery that finds the network.

libfaketime (Debian package `faketime`) shows the program another time of day, while it runs, and leaves the monotonic
clock alone. Polls go on at the interval, neither stop nor speed up, and the deadline holds.
"""

import datetime
import os
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.conftest import EARLY
from tests.fork_server import ENTRY_POINT

pytestmark = pytest.mark.debian

LAUNCHER = str(Path(__file__).with_name("under_faketime.py"))
LIBRARY = "faketime/libfaketimeMT.so.1"


class WallClock:
    """The time of day that a program sees."""

    def __init__(self, folder: Path) -> None:
        found = [*Path("/usr/lib").glob(f"*/{LIBRARY}"), *Path("/usr/lib").glob(LIBRARY)]
        assert found, f"{LIBRARY} is missing: install the Debian package `faketime`"
        self._file = folder / "wall-clock"
        self.is_off_by("+0")
        self.environ = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def is_off_by(self, offset: str) -> None:
        """Jump: from now on programs see the true time with this offset, such as +1d."""
        new = self._file.with_suffix(".new")
        new.write_text(offset)
        os.replace(new, self._file)

    def jumps_while_waiting(self, program, offset: str) -> None:
        """Jump in the middle of the wait that follows a poll."""
        assert program.running_after(0.5)
        self.is_off_by(offset)


def start(machine):
    """Start a link whose wall clock can jump; return that clock and the program."""
    clock = WallClock(machine.home)
    machine.environ.update(clock.environ)
    return clock, machine.start_cold(LAUNCHER, str(ENTRY_POINT), "link", "--json")


def a_day(ahead, new_machine):
    """Jump in the middle of a link and approve two polls later."""
    machine = new_machine()
    clock, program = start(machine)
    user_code = program.code()
    machine.box.wait_for(lambda: len(machine.polls) == 2)
    clock.jumps_while_waiting(program, f"{ahead:+}d")
    machine.box.wait_for(lambda: len(machine.polls) == 4)
    machine.box.approve(user_code)
    assert program.next_event("linked")
    assert program.ended() == 0
    linked_at = datetime.datetime.fromisoformat(machine.account["linked_at"].replace("Z", "+00:00"))
    off = linked_at - datetime.datetime.now(datetime.timezone.utc)
    assert abs(off - datetime.timedelta(days=ahead)) < datetime.timedelta(hours=1)
    assert min(machine.gaps) >= 1 - EARLY


def there_and_back_until_the_deadline(new_machine):
    machine = new_machine(expires_in=6)
    clock, program = start(machine)
    shown = program.next_event("code")
    for polls, offset in ((1, "+1d"), (2, "-1d"), (3, "+365d"), (4, "+0")):
        machine.box.wait_for(lambda polls=polls: len(machine.polls) >= polls)
        clock.jumps_while_waiting(program, offset)
    over = program.next_event("expired")
    assert program.ended() == 75
    assert over.at - shown.at >= 6 - EARLY
    assert len(machine.polls) in (4, 5)  # the last one comes just before the deadline, on a machine with time for it
    assert min(machine.gaps) >= 1 - EARLY


SCENARIOS = {
    "a day ahead": partial(a_day, 1),
    "a day back": partial(a_day, -1),
    "there and back": there_and_back_until_the_deadline,
}


def test_a_wall_clock_that_jumps_changes_no_pace(outcome):
    outcome.result()
