"""The thread around the wait, its restarts, a sleep that can be interrupted, and messages between threads."""

import threading

import pytest

from lib.system.mailbox import Mailbox
from lib.system.threads import Restarts, Worker, interruptible_sleep
from tests.fakes.clock import FakeClock

BOUND = 60.0
STEADY = Restarts.STEADY_SECONDS


@pytest.fixture
def clock():
    return FakeClock()


def never():
    return False


def run(work):
    """Run it to its end."""
    work.start()
    work.join(BOUND)
    assert not work.alive()
    return work


def test_work_runs_in_a_thread_of_its_own_until_it_ends_and_can_be_asked_to_stop():
    asked = threading.Event()
    work = Worker(lambda: asked.wait(BOUND) and (threading.current_thread(), work.stopping()), pytest.fail)
    assert not work.alive() and not work.stopping()
    work.start()
    work.join(0.01)  # ends by itself
    assert work.alive()
    work.stop()
    asked.set()
    work.join(BOUND)
    thread, stopping = work.result()
    assert not work.alive() and stopping
    assert thread is not threading.current_thread()
    assert thread.daemon, "it must not keep a program from ending"


def test_an_internal_error_is_told_and_raised_by_the_result():
    crashes = []
    work = run(Worker(lambda: 1 / 0, crashes.append))
    assert [type(error) for error in crashes] == [ZeroDivisionError]
    with pytest.raises(ZeroDivisionError):
        work.result()


# starting again


class Evening(FakeClock):
    """Work that crashes after so many seconds each time, for so many times; then it goes well."""

    def __init__(self, *lasts):
        super().__init__()
        self.lasts = list(lasts)
        self.runs = []
        self.crashes = []
        self.given_up = []
        restarts = Restarts(self, lambda: self.given_up.append(self.now))
        self.worker = Worker(self.run, self.crashes.append, restarts=restarts)

    def run(self):
        self.runs.append(self.now)
        if self.lasts:
            self.now += self.lasts.pop(0)
            raise ZeroDivisionError
        return "well"


GOES_ON = {
    "after pauses that grow": ([0] * 5, [1, 4, 16, 64, 256]),
    "with the first pause again after a long time": ([0, 0, STEADY, 0], [1, 4, STEADY + 1, 4]),
    "for ever if it crashes now and then": ([STEADY] * 20, [STEADY + 1] * 20),
}


@pytest.mark.parametrize(("lasts", "between"), GOES_ON.values(), ids=GOES_ON.keys())
def test_work_that_crashes_is_started_again(lasts, between):
    evening = Evening(*lasts)
    assert run(evening.worker).result() == "well"
    assert [round(later - earlier) for earlier, later in zip(evening.runs, evening.runs[1:])] == between
    assert (len(evening.crashes), evening.given_up) == (len(lasts), [])


def test_work_that_crashes_each_time_is_given_up_with_one_line(caplog):
    evening = Evening(*[0] * 100)
    run(evening.worker)
    assert (len(evening.runs), len(evening.crashes), len(evening.given_up)) == (6, 6, 1)
    assert [record.getMessage() for record in caplog.records] == [
        "simkl-link crashed 6 times in a row; it is not started again"
    ]


def test_work_that_is_to_stop_during_a_pause_runs_once_more_and_no_longer_waits():
    evening = Evening(0, 0, 0, 0)
    evening.during_pause = lambda number: len(evening.runs) == 2 and evening.worker.stop()
    run(evening.worker)
    assert (len(evening.runs), len(evening.crashes), evening.given_up) == (3, 3, [])
    assert evening.now - evening.runs[1] < 1


# sleeping


@pytest.mark.parametrize("seconds", [0, 0.05, 4.25, 60])
def test_a_sleep_lasts_as_long_as_asked_and_looks_up_ten_times_a_second(clock, seconds):
    assert interruptible_sleep(never, clock)(seconds) is False
    assert clock.at == pytest.approx(seconds)
    assert max(clock.pauses, default=0) <= 0.1


@pytest.mark.parametrize("stop_at", [0, 1, 7])
def test_a_sleep_ends_when_it_shall_stop_or_the_sleep_below_says_so(clock, stop_at):
    assert interruptible_sleep(lambda: len(clock.pauses) == stop_at, clock)(5) is True
    assert len(clock.pauses) == stop_at
    clock.stop_at_pause = stop_at + 3
    assert interruptible_sleep(never, clock, clock.pause)(5) is True
    assert len(clock.pauses) == stop_at + 3


def test_a_nap_that_takes_longer_does_not_make_the_sleep_longer(clock):
    interruptible_sleep(never, clock, lambda seconds: clock.advance(seconds + 0.4))(2)
    assert clock.at == pytest.approx(2, abs=0.5)


# messages


def test_messages_come_in_the_order_in_which_they_were_put_there_and_wake_whoever_waits_without_end():
    mailbox = Mailbox()
    for message in (1, None, 3):
        mailbox.put(message)
    assert [mailbox.take() for _ in range(3) if mailbox.wait(0.0)] == [1, None, 3]
    assert not mailbox.wait(0.0)
    with pytest.raises(IndexError):
        mailbox.take()
    reader = Worker(lambda: mailbox.wait(None) and mailbox.take())
    reader.start()
    mailbox.put("x")
    reader.join(BOUND)
    assert reader.result() == "x"
