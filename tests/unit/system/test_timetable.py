"""Pauses last as long as the monotonic clock says, whatever the wall clock does meanwhile."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
import schedule

from lib.system import timetable
from lib.system.timetable import Timetable
from tests.fakes.clock import FakeClock

JUMPS = {
    "no jump": datetime.timedelta(0),
    "a second ahead": datetime.timedelta(seconds=1),
    "a second back": datetime.timedelta(seconds=-1),
    "an hour ahead": datetime.timedelta(hours=1),
    "an hour back": datetime.timedelta(hours=-1),
    "a day ahead": datetime.timedelta(days=1),
    "a day back": datetime.timedelta(days=-1),
    "30 years ahead": datetime.timedelta(days=10957),
    "30 years back": datetime.timedelta(days=-10957),
}
every_jump = pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())


class Box(FakeClock):
    """A device with a monotonic clock and a wall clock, both moved by sleeping; `jump` moves the wall clock alone.

    `schedule` reads the same wall clock. `during_sleep` is called before a sleep, with its number.
    """

    def __init__(self, monkeypatch):
        super().__init__()
        self.offset = datetime.datetime(2026, 11, 24, 12) - datetime.timedelta(seconds=self.now)
        self.sleeps = []
        self.stop_at_sleep = None
        self.during_sleep = lambda number: None
        box = self

        class WallClock(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return box.local_time()

        moved = SimpleNamespace(**{**vars(datetime), "datetime": WallClock})
        monkeypatch.setattr(schedule, "datetime", moved)
        monkeypatch.setattr(timetable, "datetime", moved)
        self.pacer = Timetable(self.sleep, self)

    def local_time(self):
        return self.offset + datetime.timedelta(seconds=self.now)

    def jump(self, delta):
        self.offset += delta

    def sleep(self, seconds):
        assert seconds >= 0
        self.sleeps.append(seconds)
        assert len(self.sleeps) < 200, "it sleeps in ever smaller pieces"
        self.during_sleep(len(self.sleeps))
        self.now += seconds
        return len(self.sleeps) == self.stop_at_sleep

    def lasts(self, seconds):
        """Pause, and return how long that took by the monotonic clock."""
        before = self.now
        assert self.pacer.pause(seconds) is False
        return self.now - before


@pytest.fixture
def box(monkeypatch):
    return Box(monkeypatch)


@pytest.mark.parametrize(("seconds", "lasts"), [(5, 5), (1, 1), (900, 900), (86400, 86400), (4.2, 4.2), (0.3, 0.3)])
def test_a_pause_lasts_as_long_as_asked(box, seconds, lasts):
    assert box.lasts(seconds) == pytest.approx(lasts, abs=1e-3)


@pytest.mark.parametrize("stopping", [False, True])
def test_a_pause_of_no_time_takes_none_and_tells_whether_to_stop(box, stopping):
    box.stop_at_sleep = 1 if stopping else None
    assert box.pacer.pause(0.0) is stopping
    assert box.now == box.start


@every_jump
def test_a_jump_in_the_middle_of_a_pause_changes_nothing(box, jump):
    box.during_sleep = lambda number: box.jump(jump)
    assert box.lasts(5) == pytest.approx(5, abs=1e-3)


@every_jump
def test_a_jump_between_two_pauses_changes_nothing(box, jump):
    box.lasts(5)
    box.jump(jump)
    assert box.lasts(5) == pytest.approx(5, abs=1e-3)


@every_jump
def test_a_jump_before_the_first_pause_changes_nothing(box, jump):
    box.jump(jump)
    assert box.lasts(5) == pytest.approx(5, abs=1e-3)


@every_jump
def test_ticks_come_once_a_second_through_a_jump(box, jump):
    ticks = []
    box.pacer.every_second(lambda: ticks.append(box.now - 1000))
    box.during_sleep = lambda number: box.jump(jump) if number in (3, 7) else None
    assert box.lasts(5) == pytest.approx(5, abs=1e-3)
    assert box.lasts(5) == pytest.approx(5, abs=1e-3)
    assert ticks == pytest.approx(range(1, 11), abs=1e-3)


@every_jump
def test_ticks_come_once_a_second_after_a_jump_before_they_were_ordered(box, jump):
    ticks = []
    box.jump(jump)
    box.pacer.every_second(lambda: ticks.append(box.now - 1000))
    box.lasts(3)
    assert ticks == pytest.approx([1, 2, 3], abs=1e-3)


@every_jump
def test_a_request_that_took_long_while_the_clock_jumped_costs_one_tick_at_most(box, jump):
    ticks = []
    box.pacer.every_second(lambda: ticks.append(box.now - 1000))
    box.lasts(2)
    box.now += 4
    box.jump(jump)
    box.lasts(3)
    assert ticks == pytest.approx([1, 2, 6, 7, 8, 9], abs=1e-3)


def test_somebody_who_wants_it_to_stop_is_heard_at_once(box):
    box.stop_at_sleep = 1
    assert box.pacer.pause(5) is True
    assert len(box.sleeps) == 1


def test_a_pause_that_was_stopped_leaves_no_job_behind(box):
    box.stop_at_sleep = 1
    box.pacer.pause(5)
    assert box.pacer.scheduler.jobs == []


def test_a_pause_that_lasted_leaves_no_job_behind(box):
    box.pacer.every_second(lambda: None)
    for _ in range(50):
        box.lasts(1)
    assert len(box.pacer.scheduler.jobs) == 1


def test_nothing_runs_while_somebody_sleeps_in_vain(box):
    ticks = []
    box.pacer.every_second(lambda: ticks.append(1))
    box.stop_at_sleep = 1
    box.pacer.pause(5)
    assert ticks == []


def test_what_a_tick_breaks_is_not_hidden(box):
    box.pacer.every_second(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        box.pacer.pause(5)


def test_a_pause_of_one_pacer_does_not_run_the_jobs_of_another(box):
    ticks = []
    schedule.every(1).seconds.do(ticks.append, 1)
    try:
        box.lasts(3)
    finally:
        schedule.clear()
    assert ticks == []
