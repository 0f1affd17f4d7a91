"""The thread around the wait, and a sleep that can be interrupted."""

from __future__ import annotations

import threading

import pytest

from lib.system.threads import Restarts, Worker, interruptible_sleep
from tests.fakes.clock import FakeClock

BOUND = 60.0


@pytest.fixture
def clock():
    return FakeClock()


def never():
    return False


def test_work_runs_in_a_thread_of_its_own():
    threads = []
    work = Worker(lambda: threads.append(threading.current_thread()), pytest.fail)
    work.start()
    work.join(BOUND)
    assert not work.alive()
    assert threads != [threading.current_thread()] and len(threads) == 1
    assert threads[0].daemon, "it must not keep a program from ending"


def test_work_is_alive_until_it_ends():
    end = threading.Event()
    work = Worker(lambda: end.wait(BOUND), pytest.fail)
    assert not work.alive()
    work.start()
    assert work.alive()
    end.set()
    work.join(BOUND)
    assert not work.alive()


def test_work_can_be_asked_to_stop():
    asked = threading.Event()
    seen = []

    def run():
        seen.append(work.stopping())
        asked.wait(BOUND)
        seen.append(work.stopping())

    work = Worker(run, pytest.fail)
    work.start()
    work.stop()
    asked.set()
    work.join(BOUND)
    assert seen[-1] is True


def test_nobody_has_asked_before_somebody_did():
    work = Worker(never, pytest.fail)
    assert not work.stopping()
    work.stop()
    assert work.stopping()


def test_waiting_for_the_end_is_bounded():
    end = threading.Event()
    work = Worker(lambda: end.wait(BOUND), pytest.fail)
    work.start()
    work.join(0.01)
    assert work.alive()
    end.set()
    work.join(BOUND)


def test_an_internal_error_is_told_and_ends_the_thread():
    crashes = []
    work = Worker(lambda: 1 / 0, crashes.append)
    work.start()
    work.join(BOUND)
    assert [type(error) for error in crashes] == [ZeroDivisionError]


# starting again


class Evening(FakeClock):
    """Work that crashes after so many seconds each time, for so many times; then it goes well."""

    def __init__(self, *lasts, stop_at=None):
        super().__init__()
        self.stop_at_pause = stop_at
        self.lasts = list(lasts)
        self.runs = []
        self.crashes = []
        self.given_up = []

    def run(self):
        self.runs.append(self.now)
        if self.lasts:
            self.now += self.lasts.pop(0)
            raise ZeroDivisionError

    def work(self):
        restarts = Restarts(self, lambda: self.given_up.append(self.now))
        self.worker = Worker(self.run, self.crashes.append, restarts=restarts)
        self.worker.start()
        self.worker.join(BOUND)
        assert not self.worker.alive()
        return self

    def between(self):
        return [round(later - earlier) for earlier, later in zip(self.runs, self.runs[1:])]


def test_work_that_crashes_is_started_again_after_pauses_that_grow():
    evening = Evening(0, 0, 0, 0, 0).work()
    assert evening.between() == [1, 4, 16, 64, 256]
    assert (len(evening.crashes), evening.given_up) == (5, [])


def test_work_that_crashes_each_time_is_given_up_with_one_line(caplog):
    evening = Evening(*[0] * 100).work()
    assert (len(evening.runs), len(evening.crashes), len(evening.given_up)) == (6, 6, 1)
    assert [record.getMessage() for record in caplog.records] == [
        "simkl-link crashed 6 times in a row; it is not started again"
    ]


def test_work_that_went_well_for_long_begins_with_the_first_pause_again():
    evening = Evening(0, 0, Restarts.STEADY_SECONDS, 0).work()
    assert evening.between() == [1, 4, Restarts.STEADY_SECONDS + 1, 4]
    assert evening.given_up == []


def test_crashes_now_and_then_are_never_given_up():
    evening = Evening(*[Restarts.STEADY_SECONDS] * 20).work()
    assert (len(evening.runs), evening.given_up) == (21, [])


def test_work_that_is_to_stop_during_a_pause_runs_once_more_and_no_longer_waits():
    evening = Evening(0, 0, 0, 0)
    nap = evening.sleep

    def stop_in_the_second_pause(seconds):
        nap(seconds)
        if len(evening.runs) == 2:
            evening.worker.stop()

    evening.sleep = stop_in_the_second_pause
    evening.work()
    assert (len(evening.runs), len(evening.crashes), evening.given_up) == (3, 3, [])
    assert evening.now - evening.runs[1] < 1


# sleeping


@pytest.mark.parametrize("seconds", [0, 0.05, 0.1, 1, 4.25, 60])
def test_a_sleep_lasts_as_long_as_asked(clock, seconds):
    assert interruptible_sleep(never, clock)(seconds) is False
    assert clock.at == pytest.approx(seconds)


def test_a_sleep_looks_up_ten_times_a_second(clock):
    interruptible_sleep(never, clock)(1)
    assert max(clock.pauses) <= 0.1


@pytest.mark.parametrize("stop_at", [0, 1, 7])
def test_a_sleep_ends_when_it_shall_stop(clock, stop_at):
    assert interruptible_sleep(lambda: len(clock.pauses) == stop_at, clock)(5) is True
    assert len(clock.pauses) == stop_at


def test_a_sleep_ends_when_the_sleep_below_says_so(clock):
    clock.stop_at_pause = 3
    assert interruptible_sleep(never, clock, clock.pause)(5) is True
    assert len(clock.pauses) == 3


def test_nobody_sleeps_who_shall_stop_already(clock):
    assert interruptible_sleep(lambda: True, clock)(0) is True
    assert clock.pauses == []


def test_a_nap_that_takes_longer_does_not_make_the_sleep_longer(clock):
    def oversleep(seconds):
        clock.now += seconds + 0.4

    interruptible_sleep(never, clock, oversleep)(2)
    assert clock.at == pytest.approx(2, abs=0.5)


# results


def test_what_the_work_returned_is_its_result():
    work = Worker(lambda: 7)
    work.start()
    work.join(BOUND)
    assert work.result() == 7


def test_what_the_work_raised_is_raised_by_its_result():
    work = Worker(lambda: 1 / 0)
    work.start()
    work.join(BOUND)
    with pytest.raises(ZeroDivisionError):
        work.result()


def test_work_that_went_well_after_a_crash_has_a_result(clock):
    runs = []

    def run():
        runs.append(1)
        return 1 // (len(runs) - 1)

    work = Worker(run, restarts=Restarts(clock, lambda: None))
    work.start()
    work.join(BOUND)
    assert work.result() == 1
