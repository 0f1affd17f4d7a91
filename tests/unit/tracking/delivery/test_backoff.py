"""How long is waited after a failure: 5 s, doubled each time, 15 min at most."""

from __future__ import annotations

import pytest

from lib.tracking.delivery.backoff import Backoff


@pytest.fixture
def backoff(time):
    backoff = Backoff(time)
    assert (backoff.left, backoff.is_trying) == (0, False)
    return backoff


def test_each_failure_waits_twice_as_long_up_to_a_quarter_of_an_hour_and_success_starts_anew(backoff, time):
    found = []
    for _ in range(10):
        backoff.failed()
        found.append(backoff.left)
        time.now += backoff.left
    assert found == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert backoff.is_trying
    backoff.succeeded()
    assert (backoff.left, backoff.is_trying) == (0, False)
    backoff.failed()
    time.now += 4
    assert backoff.left == 1
    time.now += 2
    assert backoff.left == 0


@pytest.mark.parametrize(("asked", "left"), [(3, 5), (60, 60), (5000, 5000)])
def test_what_simkl_asked_for_is_waited_at_least(backoff, asked, left):
    backoff.failed(asked)
    assert backoff.left == left
    backoff.succeeded()
    assert backoff.left == 0


def test_a_single_wait_makes_the_next_failure_no_longer(backoff):
    backoff.wait(20)
    assert (backoff.left, backoff.is_trying) == (20, False)
    backoff.failed()
    assert backoff.left == 5


@pytest.mark.parametrize(
    ("failures", "asked", "waits", "left", "after_the_next"),
    [(0, 0, 0, 0, 5), (3, 0, 0, 0, 40), (1, 120, 0, 120, 10), (0, 0, 20, 20, 5), (3, 0, 20, 20, 40)],
    ids=["nothing failed", "failures", "Retry-After", "a lock", "failures and a lock"],
)
def test_somebody_in_a_hurry_waits_only_for_what_simkl_asked_for(backoff, failures, asked, waits, left, after_the_next):
    for _ in range(failures):
        backoff.failed(asked)
    if waits:
        backoff.wait(waits)
    backoff.retry_now()
    assert backoff.left == left
    backoff.failed()
    assert backoff.left == after_the_next, "a hurry makes the next failure wait no less"
