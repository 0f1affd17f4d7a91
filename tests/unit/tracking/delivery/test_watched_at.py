"""What was watched before the clock was set gets its true time, what is from an earlier run none that is invented."""

from unittest.mock import Mock

import pytest

from lib.simkl.api.history import DATE_UNKNOWN
from lib.tracking.delivery.watched_at import ClockStepCorrector, format_watched_at, seconds_until_quota_reset
from lib.tracking.play import Play
from lib.tracking.store.database import QueueError
from tests.unit.tracking.cases import HARBOUR, KITES, cases
from tests.unit.tracking.sending import DAY, HOUR, NOON, OWNER

NEVER_SET = -NOON


class Clock:
    """A clock that is wrong by so much when the program starts, with what corrects its steps, and plays by it."""

    def __init__(self, queue, time):
        self.queue, self.time = queue, time

    def start(self, skew=NEVER_SET):
        self.time.skew = skew
        self.corrector = ClockStepCorrector(self.queue, self.time)

    def put(self, item=HARBOUR):
        self.queue.add(OWNER, [Play("watched", item, self.time.wall())])

    def set(self, *skews):
        """Set it, in one step or in several; return the times that the plays then have."""
        for skew in skews:
            self.time.skew = skew
            self.corrector.correct()
        self.corrector.correct()
        return [round(play.at) for play in self.queue.listing(OWNER, "waiting")]


@pytest.fixture
def clock(queue, time):
    return Clock(queue, time)


@pytest.mark.parametrize("steps", [(0.0,), (NEVER_SET + DAY, 0.0)], ids=["at once", "in two steps"])
def test_a_play_gets_its_true_time_once_the_clock_is_set_and_so_does_what_plays(clock, queue, time, steps):
    clock.start()
    clock.put()
    queue.save_now_playing(OWNER, Play("stop", KITES, time.wall()))
    assert clock.set() == [0]
    time.now += HOUR
    assert clock.set(*steps) == [NOON]
    assert queue.now_playing(OWNER).at == pytest.approx(NOON)


@pytest.mark.parametrize("is_locked", [True, False], ids=["a queue that could not be read then", "a queue"])
def test_what_is_left_from_an_earlier_run_is_not_given_a_time_of_this_one(clock, queue, time, monkeypatch, is_locked):
    time.skew = NEVER_SET
    clock.put()
    time.now += 5
    if is_locked:
        monkeypatch.setattr(queue, "newest", Mock(side_effect=QueueError("it is locked")))
    clock.start()
    monkeypatch.undo()
    clock.set()
    clock.put(KITES)
    assert clock.set(0.0) == [0, NOON + 5]


@pytest.mark.parametrize("counts_sleep", [True, False])
@cases("before, after, slept", {
    "seconds": (0, 30, 0.0),
    "seconds back": (0, -30, 0.0),
    "a year back": (0, -400 * DAY, 0.0),
    "seconds of 1970": (NEVER_SET, NEVER_SET + 30, 0.0),
    "a night that the device slept": (0, 0, 8 * HOUR),
})  # fmt: skip
def test_a_clock_that_was_right_or_is_wrong_as_before_moves_nothing(clock, time, before, after, slept, counts_sleep):
    time.counts_suspend = counts_sleep
    clock.start(before)
    clock.put()
    time.suspend(slept)
    assert clock.set(after) == [NOON + before]


@pytest.mark.parametrize("behind", [HOUR, 40 * DAY], ids=["an hour", "since it was switched off"])
def test_a_clock_that_is_behind_is_set(clock, time, behind):
    clock.put(KITES)
    clock.start(-behind)
    clock.put()
    time.now += HOUR
    time.skew = 0.0
    clock.put(KITES)
    assert clock.set(0.0) == [NOON, NOON, NOON + HOUR]


YEAR = 365 * DAY


@cases("at, library_date, now, told", {
    "an hour ago": (NOON - HOUR, None, NOON, "2026-11-24T11:00:00Z"),
    "by a clock of 2018": (NOON - 8 * YEAR, None, NOON, DATE_UNKNOWN),
    "by a clock of 2021": (NOON - 5 * YEAR, None, NOON, "2021-11-25T12:00:00Z"),
    "in the future": (NOON + YEAR, None, NOON, "2026-11-24T12:00:00Z"),
    "a right time, while the clock is not set": (NOON, None, 60.0, "2026-11-24T12:00:00Z"),
    "a date of the library": (NOON, NOON - 20 * YEAR, NOON, "2006-11-29T12:00:00Z"),
    "an unknown date of the library": (NOON, 0.0, NOON, DATE_UNKNOWN),
})  # fmt: skip
def test_no_date_is_of_the_future_or_of_a_clock_that_was_never_set(at, library_date, now, told):
    assert format_watched_at(Play("watched", HARBOUR, at, library_date=library_date), now) == told


@pytest.mark.parametrize(("now", "hours"), [(NOON, 17), (NOON - 8 * HOUR, 1), (NOON - 7 * HOUR, 24)])
def test_the_quota_of_a_day_is_renewed_once_midnight_has_passed_in_new_york(now, hours):
    assert seconds_until_quota_reset(now) == hours * HOUR
