"""Pauses last as long as the monotonic clock says, whatever the wall clock does meanwhile."""

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
    "30 years ahead": datetime.timedelta(days=10957),
    "30 years back": datetime.timedelta(days=-10957),
}
every_jump = pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())


class Device(FakeClock):
    """A device with a timetable, whose wall clock `schedule` reads as well; `jump` moves that alone.

    `ticks` are when the job of every second ran.
    """

    def __init__(self, monkeypatch):
        super().__init__(now=0.0)
        self.offset = datetime.datetime(2026, 11, 24, 12)
        self.ticks = []
        device = self

        class WallClock(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return device.offset + datetime.timedelta(seconds=device.now)

        moved = SimpleNamespace(**{**vars(datetime), "datetime": WallClock})
        monkeypatch.setattr(schedule, "datetime", moved)
        monkeypatch.setattr(timetable, "datetime", moved)
        self.timetable = Timetable(self.pause, self)

    def jump(self, delta):
        self.offset += delta

    def tick_every_second(self):
        self.timetable.every_second(lambda: self.ticks.append(self.now))

    def lasts(self, seconds):
        """Pause, and return how long that took by the monotonic clock."""
        before, sleeps = self.now, len(self.pauses)
        assert self.timetable.pause(seconds) is False
        assert len(self.pauses) - sleeps < 100, "it sleeps in ever smaller pieces"
        return pytest.approx(self.now - before, abs=1e-3)


@pytest.fixture
def device(monkeypatch):
    return Device(monkeypatch)


@pytest.mark.parametrize("seconds", [0.3, 1, 4.2, 86400])
def test_a_pause_lasts_as_long_as_asked(device, seconds):
    assert device.lasts(seconds) == seconds


@pytest.mark.parametrize("stopping", [False, True])
def test_a_pause_of_no_time_takes_none_and_tells_whether_to_stop(device, stopping):
    device.stop_at_pause = 1 if stopping else None
    assert device.timetable.pause(0.0) is stopping
    assert device.now == 0


@every_jump
def test_a_jump_before_between_or_in_the_middle_of_pauses_changes_nothing(device, jump):
    device.jump(jump)
    assert device.lasts(5) == 5
    device.jump(jump)
    assert device.lasts(5) == 5
    device.during_pause = lambda number: device.jump(jump)
    assert device.lasts(5) == 5


@every_jump
def test_ticks_come_once_a_second_through_jumps(device, jump):
    device.jump(jump)
    device.tick_every_second()
    device.during_pause = lambda number: device.jump(jump) if number in (3, 7) else None
    assert device.lasts(5) == 5
    assert device.lasts(5) == 5
    assert device.ticks == pytest.approx(range(1, 11), abs=1e-3)


@every_jump
def test_a_request_that_took_long_while_the_clock_jumped_costs_one_tick_at_most(device, jump):
    device.tick_every_second()
    device.lasts(2)
    device.now += 4
    device.jump(jump)
    device.lasts(3)
    assert device.ticks == pytest.approx([1, 2, 6, 7, 8, 9], abs=1e-3)


def test_somebody_who_wants_it_to_stop_is_heard_at_once_and_no_job_runs_or_is_left_behind(device):
    for number in (1, 2):
        device.stop_at_pause = number
        assert device.timetable.pause(5) is True
        assert len(device.pauses) == number
    device.lasts(1)
    assert device.timetable.scheduler.jobs == []
    device.tick_every_second()
    device.stop_at_pause = len(device.pauses) + 1
    assert device.timetable.pause(5) is True
    assert device.ticks == []


def test_what_a_tick_breaks_is_not_hidden(device):
    device.timetable.every_second(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        device.timetable.pause(5)


def test_a_pause_of_one_timetable_does_not_run_the_jobs_of_another(device):
    schedule.every(1).seconds.do(device.ticks.append, 1)
    try:
        device.lasts(3)
    finally:
        schedule.clear()
    assert device.ticks == []
