"""The request lock: one request at a time, writes 1.1 s apart, and nobody waits without a reason.

Source: Simkl's page `resources/rate-limits`.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.account.rate_limit import LOCK_POLL_SECONDS, READ_LOCK_SECONDS, WRITE_INTERVAL, WRITE_LOCK_SECONDS, RateLimiter
from lib.simkl.errors import NotSent
from lib.simkl.http.transport import CONNECT_SECONDS, WRITE_SECONDS
from lib.system import files
from tests.fakes.clock import NOON, FakeClock
from tests.unit.account.doubles import lock_waits_in_real_time

BOUND = 60.0
APART = pytest.approx(1.1, abs=1e-5)
YEAR = 365 * 86_400.0


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


def test_the_first_write_does_not_wait(limiter, clock):
    write(limiter)
    assert clock.pauses == []


def test_every_further_write_waits_until_1_1_seconds_after_the_one_before(limiter, clock):
    for _ in range(4):
        write(limiter)
    assert clock.pauses == [APART] * 3


SINCE = {"at once": (0.0, [1.1]), "half a second": (0.5, [0.6]), "nearly": (1.0999, [0.0001]), "enough": (1.1001, [])}


@pytest.mark.parametrize(("since", "pauses"), SINCE.values(), ids=SINCE.keys())
def test_only_what_is_left_of_it_is_waited_for(limiter, clock, since, pauses):
    write(limiter)
    clock.now += since
    write(limiter)
    assert clock.pauses == [pytest.approx(each, abs=1e-5) for each in pauses]


def test_it_counts_from_the_end_of_a_write(limiter, clock):
    with limiter.acquire(writes=True):
        clock.now += 7
    write(limiter)
    assert clock.pauses == [APART]


def test_a_write_that_failed_counts_as_well(limiter, clock):
    with pytest.raises(ZeroDivisionError), limiter.acquire(writes=True):
        raise ZeroDivisionError
    write(limiter)
    assert clock.pauses == [APART]


def test_everybody_with_the_same_settings_shares_the_turns(settings, clock):
    for _ in range(3):
        write(RateLimiter(settings, clock, clock.pause))
    assert clock.pauses == [APART] * 2


def test_other_settings_have_turns_of_their_own(settings, clock):
    for name in ("a.yaml", "b.yaml"):
        write(RateLimiter(settings.with_name(name), clock, clock.pause))
    assert clock.pauses == []


def test_reads_wait_for_no_write_and_no_write_waits_for_a_read(limiter, clock):
    write(limiter)
    for _ in range(5):
        read(limiter)
    assert clock.pauses == []
    clock.now += 1.2
    read(limiter)
    write(limiter)
    assert clock.pauses == []


JUMPS = {"a second back": -1.0, "a year back": -YEAR, "to 1970": -NOON + 1, "a minute on": 60.0, "a year on": YEAR}


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())
def test_a_clock_that_jumps_makes_nobody_wait_and_the_next_write_is_apart_again(limiter, clock, jump):
    write(limiter)
    clock.now += jump
    write(limiter)
    assert clock.pauses == []
    write(limiter)
    assert clock.pauses == [APART]


def test_a_pause_that_is_interrupted_ends_before_the_request_and_gives_the_turn_back(limiter, settings, clock):
    write(limiter)
    before = files.mtime(settings.with_name("settings.yaml.turn"))
    clock.stop_at_pause = 1
    with pytest.raises(NotSent), limiter.acquire(writes=True):
        pytest.fail("somebody wanted it to end")
    assert files.mtime(settings.with_name("settings.yaml.turn")) == before
    write(limiter)


def test_a_turn_that_others_keep_is_an_os_error(limiter, settings, monkeypatch):
    monkeypatch.setattr("lib.account.rate_limit.WRITE_LOCK_SECONDS", 0.0)
    with limiter.acquire(writes=False), pytest.raises(
        TimeoutError, match=r"settings\.yaml\.turn\.lock"
    ), limiter.acquire(True):
        pytest.fail("two have it")
    write(limiter)


def test_a_read_goes_ahead_after_a_moment_and_takes_nothing_away(limiter, monkeypatch):
    monkeypatch.setattr("lib.account.rate_limit.READ_LOCK_SECONDS", 0.0)
    monkeypatch.setattr("lib.account.rate_limit.WRITE_LOCK_SECONDS", 0.0)
    with limiter.acquire(writes=True):
        read(limiter)
        with pytest.raises(TimeoutError), limiter.acquire(writes=True):
            pytest.fail("the read has given the turn of another one away")
    write(limiter)


def test_a_write_waits_longer_than_two_others_can_take():
    assert WRITE_LOCK_SECONDS > 2 * (CONNECT_SECONDS + WRITE_SECONDS)


def test_waiting_for_a_turn_that_others_have_can_be_ended(limiter, settings, clock):
    clock.stop_at_pause = 2
    with limiter.acquire(writes=False), pytest.raises(NotSent), limiter.acquire(writes=False):
        pytest.fail("two have it")
    assert clock.at == pytest.approx(2 * LOCK_POLL_SECONDS)
    write(limiter)


@pytest.mark.parametrize(("writes", "seconds"), [(False, READ_LOCK_SECONDS), (True, WRITE_LOCK_SECONDS)])
def test_a_lock_that_others_hold_is_waited_for_no_longer_than_promised(limiter, clock, writes, seconds):
    with limiter.acquire(writes=False), contextlib.suppress(TimeoutError), limiter.acquire(writes):
        pass
    assert clock.at == pytest.approx(seconds, abs=LOCK_POLL_SECONDS)


def test_without_a_pause_of_its_own_it_sleeps_by_the_clock(settings, clock):
    limiter = RateLimiter(settings, clock)
    write(limiter)
    write(limiter)
    assert clock.at == APART


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077], ids=oct)
def test_its_files_are_for_the_owner_alone(tmp_path, clock, umask):
    before = os.umask(umask)
    try:
        write(RateLimiter(tmp_path / "new" / "settings.yaml", clock, clock.pause))
    finally:
        os.umask(before)
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()} == {
        "settings.yaml.turn": 0o600,
        "settings.yaml.turn.lock": 0o600,
    }
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_full_disk_does_not_undo_a_write(limiter, settings, disk_without, caplog):
    disk_without("open", settings.parent)
    with limiter.acquire(writes=True):
        done = True
    assert done and "settings.yaml.turn cannot be written: " in caplog.text


def test_in_many_threads_one_is_at_it_at_a_time_and_writes_are_apart(settings, clock):
    start = threading.Barrier(6, timeout=BOUND)
    inside: list[str] = []
    written: list[tuple[float, float]] = []

    def work(name):
        limiter = RateLimiter(settings, clock, lock_waits_in_real_time(clock.pause))
        start.wait()
        for number in range(6):
            writes = number % 2 == 0
            with limiter.acquire(writes):
                inside.append(name)
                since = clock.now
                clock.now += 0.125
                if writes:
                    written.append((since, clock.now))
                assert inside == [name], "two at once"
                inside.remove(name)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, ["one", "two", "three", "four", "five", "six"]))
    assert len(written) == 18
    gaps = [later[0] - earlier[1] for earlier, later in zip(written, written[1:])]
    assert min(gaps) >= WRITE_INTERVAL - 1e-5


# the file that tells when


def test_a_file_is_touched_with_the_time_it_is_given(tmp_path):
    file = tmp_path / "new" / "turn"
    assert files.mtime(file) is None
    for when in (NOON, NOON - YEAR, NOON + YEAR, 0.0):
        files.set_mtime(file, when)
        assert files.mtime(file) == when
    assert file.read_bytes() == b""


def test_a_file_that_is_made_private_keeps_its_content(tmp_path):
    file = tmp_path / "new" / "queue.db"
    files.make_private(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and file.read_bytes() == b""
    file.write_bytes(b"content")
    files.make_private(file)
    assert file.read_bytes() == b"content"


def test_a_file_that_is_moved_replaces_the_one_that_is_there(tmp_path):
    old, new = tmp_path / "queue.db", tmp_path / "queue.broken"
    old.write_bytes(b"1")
    new.write_bytes(b"2")
    files.rename_file(old, new)
    assert (files.read_bytes(old), files.read_bytes(new)) == (None, b"1")
    with pytest.raises(OSError):
        files.rename_file(old, new)
    assert files.read_bytes(new) == b"1"
