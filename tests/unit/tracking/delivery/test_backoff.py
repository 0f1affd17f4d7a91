"""How long is waited after a failure: 5 s, doubled each time, 15 min at most."""

from __future__ import annotations

import pytest

from lib.tracking.delivery.backoff import Backoff


@pytest.fixture
def backoff(time):
    return Backoff(time)


def test_nobody_waits_at_first(backoff):
    assert (backoff.left, backoff.is_trying) == (0, False)


def test_each_failure_waits_twice_as_long_up_to_a_quarter_of_an_hour(backoff, time):
    found = []
    for _ in range(10):
        backoff.failed()
        found.append(backoff.left)
        time.now += backoff.left
    assert found == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert backoff.is_trying


def test_the_wait_goes_by(backoff, time):
    backoff.failed()
    time.now += 4
    assert backoff.left == 1
    time.now += 2
    assert backoff.left == 0


@pytest.mark.parametrize(("asked", "left"), [(0, 5), (3, 5), (60, 60), (5000, 5000)])
def test_what_simkl_asked_for_is_waited_at_least(backoff, asked, left):
    backoff.failed(asked)
    assert backoff.left == left


def test_a_single_wait_makes_the_next_failure_no_longer(backoff):
    backoff.wait(20)
    assert (backoff.left, backoff.is_trying) == (20, False)
    backoff.failed()
    assert backoff.left == 5


def test_success_starts_anew(backoff):
    for _ in range(4):
        backoff.failed(600)
    backoff.succeeded()
    assert (backoff.left, backoff.is_trying) == (0, False)
    backoff.failed()
    assert backoff.left == 5


@pytest.mark.parametrize(
    ("failures", "asked", "waits", "left"),
    [(0, 0, 0, 0), (5, 0, 0, 0), (1, 120, 0, 120), (0, 0, 20, 20), (5, 0, 20, 20)],
    ids=["nothing failed", "failures", "Retry-After", "a lock", "failures and a lock"],
)
def test_somebody_in_a_hurry_waits_only_for_what_simkl_asked_for(backoff, failures, asked, waits, left):
    for _ in range(failures):
        backoff.failed(asked)
    if waits:
        backoff.wait(waits)
    backoff.retry_now()
    assert backoff.left == left


def test_a_hurry_does_not_make_the_next_failure_wait_less(time):
    backoff = Backoff(time)
    for _ in range(3):
        backoff.failed()
        backoff.retry_now()
    backoff.failed()
    assert backoff.left == 40
