"""Wall clocks that were never set, that jump, and that are put right: no play is lost, and no time invented."""

from __future__ import annotations

import pytest

from lib.simkl.api.history import DATE_UNKNOWN
from lib.tracking.play import REJECTED
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import DAY, HARBOUR, HARBOUR_KEY, HOUR, KITES, KITES_KEY, OWNER

NEVER_SET = -NOON  # the clock then shows 1970
YEAR = 365 * DAY


def watched_at(line, key=HARBOUR_KEY):
    return line.watched[key].watched_at


@pytest.mark.parametrize(
    ("skew", "told"),
    [(NEVER_SET, DATE_UNKNOWN), (-8 * YEAR, DATE_UNKNOWN), (-5 * YEAR, "2021-11-25T12:00:00Z")],
    ids=["never set", "2018", "2021"],
)
def test_a_play_from_before_2020_has_no_date(line, time, skew, told):
    time.skew = skew
    line.put("stop", HARBOUR)
    time.skew = 0.0
    assert line.run() is None
    assert watched_at(line) == told


def test_plays_are_moved_to_their_true_time_once_the_clock_is_set(line, time):
    line.put("stop", KITES, ago=HOUR)
    time.skew = NEVER_SET
    play = line.put("stop", HARBOUR)
    line.queue.save_now_playing(OWNER, play)
    time.now += 2 * HOUR
    before, time.skew = time.wall(), 0.0
    line.queue.shift(before, time.wall() - before)
    assert line.run() is None
    assert watched_at(line) == "2026-11-24T12:00:00Z"
    assert watched_at(line, KITES_KEY) == "2026-11-24T11:00:00Z"
    assert line.queue.now_playing(OWNER).at == pytest.approx(NOON)


def test_what_plays_with_a_right_time_is_not_moved(line, time):
    play = line.put("stop", HARBOUR)
    line.queue.save_now_playing(OWNER, play)
    line.queue.shift(NOON - 1, 1000)
    assert line.queue.now_playing(OWNER).at == NOON


def test_nothing_is_ever_watched_in_the_future(line, time):
    time.skew = YEAR
    line.put("stop", HARBOUR)
    time.skew = 0.0
    time.now += HOUR
    assert line.run() is None
    assert watched_at(line) == "2026-11-24T13:00:00Z"


def test_a_time_that_was_right_is_kept_while_the_clock_is_wrong(line, time):
    line.put("stop", HARBOUR)
    time.skew = NEVER_SET
    assert line.run() is None
    assert watched_at(line) == "2026-11-24T12:00:00Z"


@pytest.mark.parametrize("step", [-30, 30])
def test_a_clock_that_is_put_right_by_seconds_leaves_a_stop_a_stop(line, time, step):
    line.put("stop", HARBOUR)
    time.skew = step
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].routes == ("/scrobble/stop",)


@pytest.mark.parametrize("skew", [-YEAR, HOUR])
def test_a_jump_of_the_wall_clock_shortens_and_lengthens_no_wait(line, box, time, skew):
    box.order("reset", times=3)
    line.put("watched", HARBOUR)
    assert [line.delivery.step(), time.pause(5), line.delivery.step()] == [5, False, 10]
    time.skew = skew
    assert line.delivery.step() == 10
    time.now += 9.5
    assert line.delivery.step() == pytest.approx(0.5)
    assert len(line.posts) == 2


@pytest.mark.parametrize("first", [NEVER_SET, YEAR], ids=["never set", "a year ahead"])
def test_thirty_days_are_not_over_because_the_clock_was_wrong_at_the_first_attempt(line, box, time, first):
    box.order("reset", times=2)
    line.put("stop", HARBOUR)
    time.skew = first
    line.delivery.step()
    time.skew = 0.0
    time.now += 5
    line.delivery.step()
    assert (line.waiting, line.aside(REJECTED)) == (1, [])
    assert line.run(longest=10) is None
    assert HARBOUR_KEY in line.watched


def test_thirty_days_of_a_clock_that_stands_wrong_are_not_counted(line, box, time):
    box.order("reset", times=None)
    line.put("stop", HARBOUR)
    time.skew = NEVER_SET
    for _ in range(3):
        line.delivery.step()
        time.now += 31 * DAY
    assert (line.waiting, line.aside(REJECTED)) == (1, [])


@pytest.mark.parametrize("skew", [-5 * HOUR, YEAR])
def test_a_jump_keeps_writes_apart_and_makes_nobody_wait(line, box, time, skew):
    line.put("watched", HARBOUR)
    line.run()
    time.skew = skew
    time.now += 2
    line.put("stop", KITES)
    assert line.run() is None
    assert box.too_many_posts == []
    assert sum(time.pauses) <= 1.2
    assert len(line.watched) == 2


@pytest.mark.parametrize("step", [400 * DAY, -40 * DAY])
def test_a_clock_that_is_set_makes_no_thirty_days_of_ten_seconds(line, box, time, step):
    box.order("status", status=500, times=None)
    line.put("stop", HARBOUR)
    for _ in range(3):
        line.delivery.step()
        line.delivery.retry_now()
        time.now += 5
        time.skew += step
    line.delivery.step()
    assert (line.waiting, line.aside(REJECTED)) == (1, [])
