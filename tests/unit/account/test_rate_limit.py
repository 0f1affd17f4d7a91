"""The request lock: one request at a time, writes 1.1 s apart, and nobody waits without a reason.

Source: Simkl's page `resources/rate-limits`.
"""

from dataclasses import replace
from unittest.mock import Mock

import pytest

from lib.account import rate_limit
from lib.account.rate_limit import LOCK_POLL_SECONDS, READ_LOCK_SECONDS, WRITE_INTERVAL, WRITE_LOCK_SECONDS, RateLimiter
from lib.simkl import errors
from lib.simkl.api import scrobble
from lib.simkl.api.media import MOVIE, Item
from lib.simkl.api.users import fetch_user
from lib.simkl.http.transport import CONNECT_SECONDS, WRITE_SECONDS
from lib.system import files, locks
from lib.system.clock import Clock
from tests.fakes.clock import NOON
from tests.unit.account.linked_tv import TOKENS, WEEK, WHO, LinkedTv, asked
from tests.unit.account.world import lock_waits_in_real_time

APART = pytest.approx(1.1, abs=1e-5)
YEAR = 365 * 86_400.0
START = "/scrobble/start"
FILM = Item(MOVIE, "The Glass Harbour", 2018, (("imdb", "tt9900002"),))
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
    with pytest.raises(errors.NotSent), limiter.acquire(writes=True):
        pytest.fail("somebody wanted it to end")
    assert files.mtime(turn) == before
    write(limiter)


def test_waiting_for_a_lock_that_others_hold_can_be_ended_and_a_write_gives_it_up(limiter, clock):
    clock.stop_at_pause = 2
    with limiter.acquire(writes=False):
        with pytest.raises(errors.NotSent), limiter.acquire(writes=False):
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
        writers.append(process_starter.Process(target=write_often, args=(number, tmp_path, together), daemon=True))
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


# with the requests of an account, of which a refresh is a write


def start(transport, token):
    """Tell Simkl that a film is on."""
    return scrobble.send_scrobble(transport, token, "start", FILM, 1, 80)


def test_writes_of_one_account_are_apart_and_reads_between_them_are_not(tv, box):
    access, another = tv.access(), tv.access()
    access.call(start, writes=True)
    another.call(fetch_user)
    assert tv.clock.pauses == []
    another.call(start, writes=True)
    assert tv.clock.pauses == [APART]
    assert asked(box) == [(START, 201), (WHO, 200), (START, 201)]


@pytest.mark.parametrize("error", [errors.NotFound, PermissionError, TimeoutError])
@pytest.mark.parametrize("writes", [False, True], ids=["a read", "a write"])
def test_a_request_has_the_lock_for_as_long_as_it_takes_and_what_it_raises_goes_through(tv, error, writes):
    def request(transport, token):
        assert locks.try_lock(tv.turn_lock) is None, "somebody else got it"
        raise error

    with pytest.raises(error) as caught:
        tv.access().call(request, writes)
    assert type(caught.value) is error
    locks.try_lock(tv.turn_lock).release()


REFRESHES = {
    "before a write": (LinkedTv.nearly_over, start, [(TOKENS, 200), (START, 201)], 1),
    "before a read": (LinkedTv.nearly_over, fetch_user, [(TOKENS, 200), (WHO, 200)], 0),
    "after a refused write": (lambda tv: tv.box.advance(WEEK), start, [(START, 401), (TOKENS, 200), (START, 201)], 2),
}


@pytest.mark.parametrize(("over", "call", "requests", "pauses"), REFRESHES.values(), ids=REFRESHES.keys())
def test_a_refresh_is_a_write_with_a_turn_of_its_own(tv, box, over, call, requests, pauses):
    over(tv)
    tv.access().call(call, writes=call is start)
    assert asked(box) == requests
    assert tv.clock.pauses == [APART] * pauses


def test_a_refresh_that_is_interrupted_before_it_is_sent_changes_nothing(tv, box):
    access = tv.access()
    access.call(start, writes=True)
    tv.accounts.update("default", tv.account, token=replace(tv.account.token, expires_at=tv.clock.wall() - 1))
    before = tv.content
    tv.clock.stop_at_pause = 1
    with pytest.raises(errors.NotSent):
        access.call(start, writes=True)
    assert asked(box) == [(START, 201)] and tv.content == before


NO_LOCK = {
    "others keep it from a write": (0, None),
    "others keep it from a refresh": (WEEK, None),
    "nobody can tell whose turn it is": (0, (files, "mtime")),
    "nobody can have one": (0, (locks, "try_lock")),
}


@pytest.mark.parametrize(("over", "lacking"), NO_LOCK.values(), ids=NO_LOCK.keys())
def test_a_write_that_does_not_get_the_lock_is_not_sent_and_a_read_goes_ahead(
    tv, box, monkeypatch, caplog, over, lacking
):
    held = locks.try_lock(tv.turn_lock)
    monkeypatch.setattr(rate_limit, "WRITE_LOCK_SECONDS", 0.0)
    if lacking:
        held.release()
        monkeypatch.setattr(*lacking, Mock(side_effect=PermissionError(13, "Permission denied")))
    assert tv.access().call(fetch_user).name == "sample_viewer"
    tv.passes(over)
    before = tv.content
    with pytest.raises(errors.NotSent) as caught:
        tv.access().call(start, writes=True)
    held.release()
    assert lacking or isinstance(caught.value.__cause__, TimeoutError)
    assert "another process holds the Simkl request lock: " in caplog.text
    assert asked(box) == [(WHO, 200)] and tv.content == before
