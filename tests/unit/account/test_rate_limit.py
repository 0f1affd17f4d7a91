"""The request lock: one request at a time, writes 1.1 s apart, and nobody waits without a reason.

Source: Simkl's page `resources/rate-limits`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lib.account import rate_limit
from lib.account.rate_limit import LOCK_POLL_SECONDS, READ_LOCK_SECONDS, WRITE_INTERVAL, WRITE_LOCK_SECONDS, RateLimiter
from lib.simkl.errors import NotSent
from lib.simkl.http.transport import CONNECT_SECONDS, WRITE_SECONDS
from lib.system import files, locks
from tests.fakes.clock import NOON, FakeClock
from tests.unit.account import rate_limit_process

APART = pytest.approx(1.1, abs=1e-5)
YEAR = 365 * 86_400.0
ROOT = Path(rate_limit.__file__).parents[2]
PROCESSES, WRITES = 3, 10


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def settings(tmp_path):
    return tmp_path / "settings.yaml"


@pytest.fixture
def limiter(settings, clock):
    return RateLimiter(settings, clock, clock.pause)


def write(limiter):
    with limiter.acquire(writes=True):
        pass


def read(limiter):
    with limiter.acquire(writes=False):
        pass


SINCE = {"at once": (0.0, [1.1]), "half a second": (0.5, [0.6]), "nearly": (1.0999, [0.0001]), "enough": (1.1001, [])}


@pytest.mark.parametrize(("since", "pauses"), SINCE.values(), ids=SINCE.keys())
def test_only_what_is_left_of_1_1_seconds_since_the_write_before_is_waited_for(limiter, clock, since, pauses):
    write(limiter)
    assert clock.pauses == []
    clock.now += since
    write(limiter)
    assert clock.pauses == [pytest.approx(each, abs=1e-5) for each in pauses]


def test_it_counts_from_the_end_of_a_write_and_one_that_failed_counts_as_well(limiter, clock):
    with pytest.raises(ZeroDivisionError), limiter.acquire(writes=True):
        clock.now += 7
        raise ZeroDivisionError
    write(limiter)
    assert clock.pauses == [APART]


def test_everybody_with_the_same_settings_and_account_takes_turns(settings, clock):
    for file, account in [("a", "default"), ("a", "guest"), ("b", "default")]:
        write(RateLimiter(settings.with_name(file), clock, clock.pause, account))
    assert clock.pauses == []
    for _ in range(2):
        write(RateLimiter(settings.with_name("a"), clock, clock.pause))
    assert clock.pauses == [APART] * 2


def test_reads_wait_for_no_write_and_no_write_waits_for_a_read(limiter, clock):
    write(limiter)
    read(limiter)
    clock.now += 1.2
    read(limiter)
    write(limiter)
    assert clock.pauses == []


JUMPS = {"a second back": -1.0, "to 1970": -NOON + 1, "a minute on": 60.0, "a year on": YEAR}


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())
def test_a_clock_that_jumps_makes_nobody_wait_and_the_next_write_is_apart_again(limiter, clock, jump):
    write(limiter)
    clock.skew += jump
    write(limiter)
    assert clock.pauses == []
    write(limiter)
    assert clock.pauses == [APART]


def test_a_pause_that_is_interrupted_ends_before_the_request_and_gives_the_lock_back(limiter, settings, clock):
    write(limiter)
    before = files.mtime(settings.with_name("settings.yaml.turn"))
    clock.stop_at_pause = 1
    with pytest.raises(NotSent), limiter.acquire(writes=True):
        pytest.fail("somebody wanted it to end")
    assert files.mtime(settings.with_name("settings.yaml.turn")) == before
    write(limiter)


def test_waiting_for_a_lock_that_others_hold_can_be_ended(limiter, clock):
    clock.stop_at_pause = 2
    with limiter.acquire(writes=False), pytest.raises(NotSent), limiter.acquire(writes=False):
        pytest.fail("two have it")
    assert clock.at == pytest.approx(2 * LOCK_POLL_SECONDS)
    write(limiter)


def test_a_write_gives_up_a_lock_that_others_hold(limiter, clock):
    with limiter.acquire(writes=False):
        with pytest.raises(TimeoutError, match=r"settings\.yaml\.turn\.lock"), limiter.acquire(writes=True):
            pytest.fail("two have it")
    assert clock.at == pytest.approx(WRITE_LOCK_SECONDS, abs=LOCK_POLL_SECONDS)
    assert WRITE_LOCK_SECONDS > 2 * (CONNECT_SECONDS + WRITE_SECONDS), "longer than two others can take"
    write(limiter)


def test_a_read_goes_ahead_after_a_moment_and_takes_nothing_away(limiter, settings, clock):
    with limiter.acquire(writes=True):
        read(limiter)
        assert clock.at == pytest.approx(READ_LOCK_SECONDS, abs=LOCK_POLL_SECONDS)
        assert locks.try_lock(settings.with_name("settings.yaml.turn.lock")) is None


def test_without_a_pause_of_its_own_it_sleeps_by_the_clock(settings, clock):
    limiter = RateLimiter(settings, clock)
    write(limiter)
    write(limiter)
    assert clock.at == APART


def test_a_full_disk_does_not_undo_a_write(limiter, settings, disk_without, caplog):
    disk_without("open", settings.parent)
    with limiter.acquire(writes=True):
        done = True
    assert done and "settings.yaml.turn cannot be written: " in caplog.text


def test_however_many_processes_write_they_take_turns(tmp_path):
    (tmp_path / "clock").write_text(repr(NOON))
    command = [sys.executable, "-m", rate_limit_process.__name__, str(tmp_path), str(PROCESSES), str(WRITES)]
    subprocess.run(command, cwd=ROOT, timeout=60, check=True)
    lines = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    assert len(lines) == 2 * PROCESSES * WRITES
    ins, outs = lines[::2], lines[1::2]
    assert [(name, "in") for name, *_ in outs] == [(name, what) for name, what, _ in ins], "two at once"
    assert {what for _, what, _ in outs} == {"out"}
    gaps = [float(later[2]) - float(earlier[2]) for earlier, later in zip(outs, ins[1:])]
    assert min(gaps) >= WRITE_INTERVAL - 1e-5
