"""How long is waited after a failure: 5 s, doubled each time, 15 min at most."""

from __future__ import annotations

import pytest

from lib.tracking.delivery.backoff import Backoff


@pytest.fixture
def patience(time):
    return Backoff(time)


def test_nobody_waits_at_first(patience):
    assert (patience.left, patience.is_trying) == (0, False)


def test_each_failure_waits_twice_as_long_up_to_a_quarter_of_an_hour(patience, time):
    found = []
    for _ in range(10):
        patience.failed()
        found.append(patience.left)
        time.now += patience.left
    assert found == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert patience.is_trying


def test_the_wait_goes_by(patience, time):
    patience.failed()
    time.now += 4
    assert patience.left == 1
    time.now += 2
    assert patience.left == 0


@pytest.mark.parametrize(("asked", "left"), [(0, 5), (3, 5), (60, 60), (5000, 5000)])
def test_what_simkl_asked_for_is_waited_at_least(patience, asked, left):
    patience.failed(asked)
    assert patience.left == left


def test_a_single_wait_makes_the_next_failure_no_longer(patience):
    patience.wait(20)
    assert (patience.left, patience.is_trying) == (20, False)
    patience.failed()
    assert patience.left == 5


def test_success_starts_anew(patience):
    for _ in range(4):
        patience.failed(600)
    patience.succeeded()
    assert (patience.left, patience.is_trying) == (0, False)
    patience.failed()
    assert patience.left == 5


@pytest.mark.parametrize(
    ("failures", "asked", "waits", "left"),
    [(0, 0, 0, 0), (5, 0, 0, 0), (1, 120, 0, 120), (0, 0, 20, 20), (5, 0, 20, 20)],
    ids=["nothing failed", "failures", "Retry-After", "a lock", "failures and a lock"],
)
def test_somebody_in_a_hurry_waits_only_for_what_simkl_asked_for(patience, failures, asked, waits, left):
    for _ in range(failures):
        patience.failed(asked)
    if waits:
        patience.wait(waits)
    patience.retry_now()
    assert patience.left == left


def test_a_hurry_does_not_make_the_next_failure_wait_less(time):
    patience = Backoff(time)
    for _ in range(3):
        patience.failed()
        patience.retry_now()
    patience.failed()
    assert patience.left == 40
