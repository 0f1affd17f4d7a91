"""What was watched before the clock was set gets its true time, what is from an earlier run none that is invented."""

from __future__ import annotations

import pytest

from lib.simkl.api.history import DATE_UNKNOWN
from lib.tracking.delivery.watched_at import ClockStepCorrector, format_watched_at, seconds_until_quota_reset
from lib.tracking.play import Play
from lib.tracking.store.database import QueueError
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import DAY, HOUR, OWNER
from tests.unit.tracking.titles import HARBOUR, KITES

NEVER_SET = -NOON


def put(queue, time, item=HARBOUR):
    queue.add(OWNER, [Play("watched", item, time.wall())])


def times(queue):
    return [round(play.at) for play in queue.listing(OWNER, "waiting")]


def started(queue, time, skew=NEVER_SET):
    """Return what corrects the steps of a clock that is wrong by so much when the program starts."""
    time.skew = skew
    return ClockStepCorrector(queue, time)


def corrected(queue, time, clock, *skews):
    """Set the clock, in one step or in several; return the times that the plays then have."""
    for skew in skews:
        time.skew = skew
        clock.correct()
    clock.correct()
    return times(queue)


@pytest.mark.parametrize("steps", [(0.0,), (NEVER_SET + DAY, 0.0)], ids=["at once", "in two steps"])
def test_a_play_gets_its_true_time_once_the_clock_is_set_and_so_does_what_plays(queue, time, steps):
    clock = started(queue, time)
    put(queue, time)
    queue.save_now_playing(OWNER, Play("stop", KITES, time.wall()))
    clock.correct()
    assert times(queue) == [0]
    time.now += HOUR
    assert corrected(queue, time, clock, *steps) == [NOON]
    assert queue.now_playing(OWNER).at == pytest.approx(NOON)


@pytest.mark.parametrize("is_locked", [True, False], ids=["a queue that could not be read then", "a queue"])
def test_what_is_left_from_an_earlier_run_is_not_given_a_time_of_this_one(queue, time, monkeypatch, is_locked):
    def locked():
        raise QueueError("it is locked")

    time.skew = NEVER_SET
    put(queue, time)
    time.now += 5
    if is_locked:
        monkeypatch.setattr(queue, "newest", locked)
    clock = started(queue, time)
    monkeypatch.undo()
    clock.correct()
    put(queue, time, KITES)
    assert corrected(queue, time, clock, 0.0) == [0, NOON + 5]


@pytest.mark.parametrize("counts_sleep", [True, False])
@pytest.mark.parametrize(
    ("before", "after"),
    [(0, 30), (0, -30), (0, -400 * DAY), (NEVER_SET, NEVER_SET + 30)],
    ids=["seconds", "seconds back", "a year back", "seconds of 1970"],
)
def test_a_clock_that_was_right_or_is_wrong_as_before_moves_nothing(queue, time, before, after, counts_sleep):
    time.counts_suspend = counts_sleep
    clock = started(queue, time, before)
    put(queue, time)
    assert times(queue) == corrected(queue, time, clock, after)


@pytest.mark.parametrize("behind", [HOUR, 40 * DAY], ids=["an hour", "since it was switched off"])
def test_a_clock_that_is_behind_is_set(queue, time, behind):
    put(queue, time, KITES)
    clock = started(queue, time, -behind)
    put(queue, time)
    time.now += HOUR
    time.skew = 0.0
    put(queue, time, KITES)
    assert corrected(queue, time, clock, 0.0) == [NOON, NOON, NOON + HOUR]


@pytest.mark.parametrize("counts_sleep", [True, False])
def test_a_night_that_the_device_slept_is_no_step(queue, time, counts_sleep):
    time.counts_suspend = counts_sleep
    clock = started(queue, time, 0.0)
    put(queue, time)
    time.suspend(8 * HOUR)
    assert corrected(queue, time, clock, 0.0) == [NOON]


YEAR = 365 * DAY
# when it was watched, the date of the library, by which clock it is sent now, and what Simkl is told
DATES = {
    "an hour ago": (NOON - HOUR, None, NOON, "2026-11-24T11:00:00Z"),
    "by a clock that was never set": (60.0, None, NOON, DATE_UNKNOWN),
    "by a clock of 2018": (NOON - 8 * YEAR, None, NOON, DATE_UNKNOWN),
    "by a clock of 2021": (NOON - 5 * YEAR, None, NOON, "2021-11-25T12:00:00Z"),
    "in the future": (NOON + YEAR, None, NOON, "2026-11-24T12:00:00Z"),
    "a right time, while the clock is not set": (NOON, None, 60.0, "2026-11-24T12:00:00Z"),
    "a date of the library": (NOON, NOON - 20 * YEAR, NOON, "2006-11-29T12:00:00Z"),
    "an unknown date of the library": (NOON, 0.0, NOON, DATE_UNKNOWN),
}


@pytest.mark.parametrize(("at", "library_date", "now", "told"), DATES.values(), ids=DATES.keys())
def test_no_date_is_of_the_future_or_of_a_clock_that_was_never_set(at, library_date, now, told):
    assert format_watched_at(Play("watched", HARBOUR, at, library_date=library_date), now) == told


@pytest.mark.parametrize(("now", "hours"), [(NOON, 17), (NOON - 8 * HOUR, 1), (NOON - 7 * HOUR, 24)])
def test_the_quota_of_a_day_is_renewed_once_midnight_has_passed_in_new_york(now, hours):
    assert seconds_until_quota_reset(now) == hours * HOUR
