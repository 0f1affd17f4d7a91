"""The request lock: one request at a time, writes 1.1 s apart, and nobody waits without a reason.

Source: Simkl's page `resources/rate-limits`.
"""

import pytest

from lib.account.rate_limit import LOCK_POLL_SECONDS, READ_LOCK_SECONDS, WRITE_INTERVAL, WRITE_LOCK_SECONDS, RateLimiter
from lib.simkl.errors import NotSent
from lib.simkl.http.transport import CONNECT_SECONDS, WRITE_SECONDS
from lib.system import files, locks
from lib.system.clock import Clock
from tests.fakes.clock import NOON
from tests.unit.account.world import lock_waits_in_real_time

APART = pytest.approx(1.1, abs=1e-5)
YEAR = 365 * 86_400.0
PROCESSES, WRITES, LASTS, BOUND = 3, 10, 0.25, 60.0


def write(limiter):
    with limiter.acquire(writes=True):
        pass


def read(limiter):
    with limiter.acquire(writes=False):
        pass


SINCE = {
    "at once": (0.0, 0.0, [1.1]),
    "half a second": (0.5, 0.0, [0.6]),
    "nearly": (1.0999, 0.0, [0.0001]),
    "enough": (1.1001, 0.0, []),
    # the wall clock jumps
    "a second back": (0.0, -1.0, []),
    "to 1970": (0.0, -NOON + 1, []),
    "a minute on": (0.0, 60.0, []),
    "a year on": (0.0, YEAR, []),
}


@pytest.mark.parametrize(("since", "jump", "pauses"), SINCE.values(), ids=SINCE.keys())
def test_only_what_is_left_of_1_1_seconds_since_the_write_before_is_waited_for(limiter, clock, since, jump, pauses):
    write(limiter)
    assert clock.pauses == []
    clock.now += since
    clock.skew += jump
    write(limiter)
    assert clock.pauses == [pytest.approx(each, abs=1e-5) for each in pauses]
    write(limiter)
    assert clock.pauses[len(pauses) :] == [APART]


def test_everybody_with_the_same_settings_and_account_takes_turns(world, clock):
    for file, account in [("a", "default"), ("a", "guest"), ("b", "default")]:
        write(RateLimiter(world.path.with_name(file), clock, clock.pause, account))
    assert clock.pauses == []
    write(RateLimiter(world.path.with_name("a"), clock))
    assert clock.at == APART, "without a pause of its own it sleeps by the clock"


def test_reads_wait_for_no_write_and_writes_only_for_the_end_of_one_even_if_it_failed(limiter, clock):
    write(limiter)
    read(limiter)
    clock.now += 1.2
    read(limiter)
    write(limiter)
    assert clock.pauses == []
    clock.now += 1.2
    with pytest.raises(ZeroDivisionError), limiter.acquire(writes=True):
        clock.now += 7
        raise ZeroDivisionError
    write(limiter)
    assert clock.pauses == [APART]


def test_a_pause_that_is_interrupted_ends_before_the_request_and_gives_the_lock_back(limiter, world, clock):
    write(limiter)
    turn = world.path.with_name("settings.yaml.turn")
    before = files.mtime(turn)
    clock.stop_at_pause = 1
    with pytest.raises(NotSent), limiter.acquire(writes=True):
        pytest.fail("somebody wanted it to end")
    assert files.mtime(turn) == before
    write(limiter)


def test_waiting_for_a_lock_that_others_hold_can_be_ended_and_a_write_gives_it_up(limiter, clock):
    clock.stop_at_pause = 2
    with limiter.acquire(writes=False):
        with pytest.raises(NotSent), limiter.acquire(writes=False):
            pytest.fail("two have it")
        assert clock.at == pytest.approx(2 * LOCK_POLL_SECONDS)
        with pytest.raises(TimeoutError, match=r"settings\.yaml\.turn\.lock"), limiter.acquire(writes=True):
            pytest.fail("two have it")
    assert clock.at == pytest.approx(WRITE_LOCK_SECONDS, abs=4 * LOCK_POLL_SECONDS)
    assert WRITE_LOCK_SECONDS > 2 * (CONNECT_SECONDS + WRITE_SECONDS), "longer than two others can take"
    write(limiter)


def test_a_read_goes_ahead_after_a_moment_and_takes_nothing_away(limiter, world, clock):
    with limiter.acquire(writes=True):
        read(limiter)
        assert clock.at == pytest.approx(READ_LOCK_SECONDS, abs=LOCK_POLL_SECONDS)
        assert locks.try_lock(world.turn_lock) is None


def test_a_full_disk_does_not_undo_a_write(limiter, world, disk_without, caplog):
    disk_without("open", world.path.parent)
    with limiter.acquire(writes=True):
        done = True
    assert done and "settings.yaml.turn cannot be written: " in caplog.text


class SharedClock(Clock):
    """A wall clock in a file, which stands still unless somebody sleeps by it, for all processes at once."""

    def __init__(self, file):
        self._file = file

    def wall(self):
        return float(self._file.read_text())

    def pause(self, seconds):
        self._file.write_text(repr(self.wall() + seconds))
        return False


def write_often(number, folder, together):
    """Write, and write down when. Only who has the request lock looks at the clock or moves it on."""
    clock = SharedClock(folder / "clock")
    limiter = RateLimiter(folder / "settings.yaml", clock, lock_waits_in_real_time(clock.pause))
    together.wait(BOUND)
    with (folder / "log").open("a", buffering=1) as log:
        for _ in range(WRITES):
            with limiter.acquire(writes=True):
                log.write(f"{number} in {clock.wall()!r}\n")
                clock.pause(LASTS)
                log.write(f"{number} out {clock.wall()!r}\n")


def test_however_many_processes_write_they_take_turns(tmp_path, process_starter):
    (tmp_path / "clock").write_text(repr(NOON))
    together = process_starter.Barrier(PROCESSES)
    writers = []
    for number in range(PROCESSES):
        writers.append(process_starter.Process(target=write_often, args=(number, tmp_path, together)))
        writers[-1].start()
    for writer in writers:
        writer.join(BOUND)
    assert [writer.exitcode for writer in writers] == [0] * PROCESSES
    lines = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    assert len(lines) == 2 * PROCESSES * WRITES
    ins, outs = lines[::2], lines[1::2]
    assert [(name, "in") for name, *_ in outs] == [(name, what) for name, what, _ in ins], "two at once"
    assert {what for _, what, _ in outs} == {"out"}
    gaps = [float(later[2]) - float(earlier[2]) for earlier, later in zip(outs, ins[1:])]
    assert min(gaps) >= WRITE_INTERVAL - 1e-5
