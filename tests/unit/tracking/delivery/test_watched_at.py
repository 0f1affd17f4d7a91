"""What was watched before the clock was set gets its true time, what is from an earlier run none that is invented."""

from __future__ import annotations

import pytest

from lib.tracking.delivery.watched_at import ClockStepCorrector
from lib.tracking.play import Play
from lib.tracking.store.database import QueueError
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import DAY, HARBOUR, HOUR, KITES, OWNER

NEVER_SET = -NOON


def put(queue, time, item=HARBOUR):
    queue.add(OWNER, [Play("watched", item, time.wall())])


def times(queue):
    return [round(play.at) for play in queue.listing(OWNER, "waiting")]


def test_a_play_gets_its_true_time_once_the_clock_is_set(queue, time):
    time.skew = NEVER_SET
    clock = ClockStepCorrector(queue, time)
    clock.correct()
    put(queue, time)
    time.now += HOUR
    clock.correct()
    assert times(queue) == [0]
    time.skew = 0.0
    clock.correct()
    clock.correct()
    assert times(queue) == [NOON]


def test_a_mark_by_hand_as_the_first_thing_in_1970_gets_its_true_time_too(queue, time):
    time.skew = NEVER_SET
    clock = ClockStepCorrector(queue, time)
    put(queue, time)
    clock.correct()
    time.skew = 0.0
    clock.correct()
    assert times(queue) == [NOON]


def test_a_queue_that_cannot_be_read_at_the_start_is_asked_again_at_the_first_look(queue, time, monkeypatch):
    def locked():
        raise QueueError("it is locked")

    time.skew = NEVER_SET
    put(queue, time)
    monkeypatch.setattr(queue, "newest", locked)
    clock = ClockStepCorrector(queue, time)
    monkeypatch.undo()
    clock.correct()
    put(queue, time, KITES)
    time.skew = 0.0
    clock.correct()
    assert times(queue) == [0, NOON]


def test_what_is_left_from_an_earlier_run_is_not_given_a_time_of_this_one(queue, time):
    time.skew = NEVER_SET
    put(queue, time)
    time.now += 5
    clock = ClockStepCorrector(queue, time)
    clock.correct()
    put(queue, time, KITES)
    time.skew = 0.0
    clock.correct()
    assert times(queue) == [0, NOON + 5]


@pytest.mark.parametrize("counts_sleep", [True, False])
@pytest.mark.parametrize(
    ("before", "after"),
    [(0, 30), (0, -30), (0, -400 * DAY), (NEVER_SET, NEVER_SET + 30)],
    ids=["seconds", "seconds back", "a year back", "seconds of 1970"],
)
def test_a_clock_that_was_right_or_is_wrong_as_before_moves_nothing(queue, time, before, after, counts_sleep):
    time.skew, time.counts_suspend = before, counts_sleep
    clock = ClockStepCorrector(queue, time)
    clock.correct()
    put(queue, time)
    found = times(queue)
    time.skew = after
    clock.correct()
    assert times(queue) == found


def test_the_clock_is_set_in_two_steps(queue, time):
    time.skew = NEVER_SET
    clock = ClockStepCorrector(queue, time)
    clock.correct()
    put(queue, time)
    time.skew = NEVER_SET + DAY
    clock.correct()
    time.skew = 0.0
    clock.correct()
    assert times(queue) == [NOON]


@pytest.mark.parametrize("behind", [HOUR, 40 * DAY], ids=["an hour", "since it was switched off"])
def test_a_clock_that_is_behind_is_set(queue, time, behind):
    put(queue, time, KITES)
    time.skew = -behind
    clock = ClockStepCorrector(queue, time)
    clock.correct()
    put(queue, time)
    time.now += HOUR
    time.skew = 0.0
    put(queue, time, KITES)
    clock.correct()
    clock.correct()
    assert times(queue) == [NOON, NOON, NOON + HOUR]


def test_a_night_that_the_device_slept_is_no_step_where_the_clock_does_not_count_it(queue, time):
    time.counts_suspend = False
    clock = ClockStepCorrector(queue, time)
    put(queue, time)
    time.suspend(8 * HOUR)
    clock.correct()
    assert times(queue) == [NOON]


def test_a_night_that_the_device_slept_is_no_step_where_the_clock_counts_it(queue, time):
    clock = ClockStepCorrector(queue, time)
    put(queue, time)
    time.suspend(8 * HOUR)
    clock.correct()
    assert times(queue) == [NOON]
