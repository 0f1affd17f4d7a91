"""A few threads send for many owners: one step of an owner at a time, several owners at once, and no owner is lost."""

from __future__ import annotations

import queue
import threading

import pytest

from lib.tracking.store.database import QueueError
from lib.web.delivery.pool import AFTER_TROUBLE_SECONDS, DeliveryPool
from tests.fakes.clock import FakeClock

SOON = 60.0  # seconds that a test waits for something that should be there at once


class Steps:
    """What the pool calls: notes the owner, and answers as the test says."""

    def __init__(self) -> None:
        self.called: queue.Queue[str] = queue.Queue()
        self.answers: dict[str, object] = {}
        self.clock = FakeClock(0.0)

    def __call__(self, owner: str) -> float | None:
        self.called.put(owner)
        answer = self.answers.pop(owner, None)
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer  # type: ignore[return-value]

    def next(self) -> str:
        return self.called.get(timeout=SOON)


@pytest.fixture
def steps():
    return Steps()


@pytest.fixture(params=[2])
def pool(steps, request):
    made = DeliveryPool(steps, threads=request.param, clock=steps.clock)
    made.start()
    yield made
    made.stop()
    assert made.join(SOON)


one_thread = pytest.mark.parametrize("pool", [1], indirect=True)  # whoever is called next, the one before has come back


def test_two_owners_at_once_and_never_one_twice(pool, steps):
    inside, leave = threading.Semaphore(0), threading.Event()

    def hold() -> None:
        inside.release()
        assert leave.wait(SOON)

    steps.answers.update(ana=hold, ben=hold)
    pool.wake("ana")
    pool.wake("ben")
    assert inside.acquire(timeout=SOON) and inside.acquire(timeout=SOON)
    pool.wake("ana")
    assert sorted([steps.next(), steps.next()]) == ["ana", "ben"]
    assert steps.called.empty()
    leave.set()
    assert steps.next() == "ana"


def test_who_has_more_to_do_has_another_turn_and_a_later_turn_gives_way_to_an_earlier_one(pool, steps):
    steps.answers["ana"] = 0.0
    pool.wake("ana")
    assert [steps.next(), steps.next()] == ["ana", "ana"]
    steps.clock.now = 100.0
    pool.wake("ben", 1000)
    pool.wake("ben")
    assert steps.next() == "ben"
    pool.wake("carl")
    assert steps.next() == "carl"
    assert steps.called.empty()


def test_a_paused_pool_calls_nobody_until_it_goes_on(pool, steps):
    pool.pause(True)
    pool.wake("ana")
    assert pool.is_paused and pool._first() == (None, 1.0)
    pool.pause(False)
    assert steps.next() == "ana"


ERRORS = {
    "a store that cannot be read": QueueError("the disk is gone"),
    "an internal error": ZeroDivisionError("broken"),
}


@one_thread
@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS.keys())
def test_a_step_that_fails_is_tried_again_later_and_takes_nobody_else_along(pool, steps, caplog, error):
    for owner in ("ana", "ben", "carl"):
        steps.answers[owner] = error
        pool.wake(owner)
        assert steps.next() == owner
    pool.wake("dora")
    assert steps.next() == "dora"
    assert pool.is_alive()
    assert ("please report it" in caplog.text) is isinstance(error, ZeroDivisionError)
    steps.clock.now = AFTER_TROUBLE_SECONDS
    pool.wake("eve")
    assert {steps.next() for _ in range(4)} == {"ana", "ben", "carl", "eve"}


@one_thread
def test_an_internal_error_at_the_end_starts_nothing_again(pool, steps):
    def stop_and_fail() -> None:
        pool.stop()
        raise ZeroDivisionError("an internal error")

    steps.answers["ana"] = stop_and_fail
    pool.wake("ana")
    assert pool.join(SOON) and pool.stopping
    assert not pool.is_alive()
