"""How long is waited after what: locks, limits, a lost network, a day's quota, and what a new play changes about it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.tracking.store import delivery_state
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import DAY, HARBOUR, HARBOUR_KEY, HOUR, KITES, KITES_KEY, SINCE, film

MIDNIGHT_IN_NEW_YORK = NOON + 17 * HOUR  # 05:00 UTC in winter


def waits(line, times):
    """Return how long is waited after each of so many attempts."""
    found = []
    for _ in range(times):
        found.append(round(line.delivery.step(), 3))
        line.time.now += found[-1]
    return found


@pytest.mark.parametrize(
    ("error", "since", "wait"),
    [("RATE_LIMIT", None, 20), ("rate_limit", 5, 15), ("RATE_LIMIT", 19.5, 5), ("rate_limit", 20, 20)],
)
def test_the_write_lock_is_waited_for_until_it_must_be_over_and_asked_again_once(line, box, time, error, since, wait):
    if since is not None:
        line.put("stop", KITES)
        line.run()
        time.now += since
    box.order("write_lock", error=error)
    line.put("stop", HARBOUR)
    asked = len(line.posts)
    assert line.delivery.step() == pytest.approx(wait)
    time.now += wait - 0.1
    assert line.delivery.step() == pytest.approx(0.1)
    assert len(line.posts) == asked + 1
    time.now += 0.11
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].times == 1


def test_a_lock_that_does_not_end_is_treated_like_a_lost_network(line, box):
    box.order("write_lock", times=5)
    line.put("stop", HARBOUR)
    assert waits(line, 5) == [20, 5, 10, 20, 40]
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].times == 1


def test_a_lock_after_a_success_is_waited_for_in_full_again(line, box, time):
    for number in range(2):
        box.order("write_lock")
        line.put("stop", film(number))
        assert waits(line, 1) == [20]
        assert line.run() is None
        time.now += HOUR
    assert len(line.watched) == 2


def test_a_real_lock_of_another_program_loses_no_stop(line, box, time):
    line.put("stop", HARBOUR)
    with box.writing(), ThreadPoolExecutor(1) as pool:
        waited = pool.submit(line.delivery.step)
        box.wait_for(lambda: box.write_locks.waiting)
        time.now += 19.9
        assert not waited.done()
        time.now += 0.1
        assert waited.result(10) == 20
    time.now += 20
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].times == 1


def test_a_limit_of_a_second_is_over_in_a_second_and_a_half(line, box):
    box.order("status", status=429, error="rate_limit", times=3, retry_after=3600)
    line.put("stop", HARBOUR)
    assert waits(line, 3) == [1.5, 5, 10]
    assert line.run() is None


@pytest.mark.parametrize(
    ("fault", "options"),
    [("reset", {}), ("lost_answer", {}), ("status", {"status": 500}), ("html", {})],
    ids=["reset", "lost answer", "500", "a hotel's page"],
)
def test_a_lost_network_and_a_fault_are_asked_again_after_5_s_to_15_min(line, box, fault, options):
    box.order(fault, times=None, **options)
    line.put("stop", HARBOUR)
    assert waits(line, 4) == [5, 10, 20, 40]
    box.clear_faults()
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].times == 1


def test_after_a_success_patience_starts_anew(line, box):
    for _ in range(2):
        box.order("status", status=500, times=2)
        line.put("stop", HARBOUR)
        assert waits(line, 2) == [5, 10]
        assert line.run() is None


def test_no_network_at_all_loses_nothing(line, box, time):
    box.stop_listening()
    for number in range(4):
        line.put("stop", film(number), ago=HOUR)
    assert waits(line, 3) == [5, 10, 20]
    assert (line.waiting, line.news.troubles) == (4, [])
    box.listen_again()
    assert line.run() is None
    assert len(line.watched) == 4


@pytest.mark.parametrize(
    ("retry_after", "wait"), [(120, 120), (3, 5), (7200, 7200), (86_400, DAY), (86_401, DAY), (9_999_999, DAY)]
)
def test_the_retry_after_of_a_503_is_obeyed_for_a_day_at_most(line, box, retry_after, wait):
    box.order("status", status=503, retry_after=retry_after)
    line.put("stop", HARBOUR)
    assert line.delivery.step() == wait


def test_a_new_play_is_tried_at_once_after_a_lost_network(line, box):
    box.order("reset", times=6)
    line.put("stop", HARBOUR)
    waits(line, 6)
    line.time.now -= 100
    line.put("stop", KITES)
    line.delivery.retry_now()
    assert line.run() is None
    assert len(line.watched) == 2


@pytest.mark.parametrize(
    ("fault", "options", "wait"),
    [("status", {"status": 503, "retry_after": 120}, 120), ("write_lock", {}, 20)],
    ids=["Retry-After", "write lock"],
)
def test_a_new_play_does_not_cut_short_what_simkl_asked_for(line, box, fault, options, wait):
    box.order(fault, **options)
    line.put("stop", HARBOUR)
    line.delivery.step()
    line.put("stop", KITES)
    line.delivery.retry_now()
    assert line.delivery.step() == wait
    assert len(line.posts) == 1


def test_thirty_days_begin_with_the_first_attempt_and_not_with_the_play(line, box):
    box.order("status", status=500)
    line.put("stop", HARBOUR, ago=400 * DAY)
    assert line.run() == 5
    assert line.run(longest=5) is None
    assert line.watched[HARBOUR_KEY].times == 1


@pytest.mark.parametrize("error", ["app_limit_exceeded", "user_limit_exceeded"])
def test_a_spent_day_waits_as_long_as_simkl_says_and_is_told_once(line, box, time, error):
    box.order("status", status=429, error=error, retry_after=7200)
    line.put("stop", HARBOUR, ago=HOUR)
    line.put("stop", KITES, ago=HOUR)
    assert line.run() == 7200
    time.now += 7100
    line.delivery.retry_now()
    assert line.run() == pytest.approx(100)
    assert line.posts == ["/sync/history"]
    assert line.run(longest=100) is None
    assert line.news.troubles == ["quota_spent"]
    assert len(line.watched) == 2


def test_a_spent_day_without_a_time_waits_until_it_is_over_in_new_york(line, box, time):
    box.order("status", status=429, error="user_limit_exceeded")
    line.put("stop", HARBOUR)
    assert line.run() == MIDNIGHT_IN_NEW_YORK - time.wall()


@pytest.mark.parametrize("retry_after", [90_000, 9_999_999])
def test_no_quota_makes_anybody_wait_for_more_than_a_day_and_an_hour_or_ask_without_a_pause(line, box, retry_after):
    box.order("status", status=429, error="user_limit_exceeded", retry_after=retry_after)
    line.put("stop", HARBOUR)
    assert line.run() == delivery_state.MAX_QUOTA_WAIT
    assert len(line.posts) == 1


def test_a_spent_day_is_remembered_over_a_restart(line, box, time):
    box.order("status", status=429, error="app_limit_exceeded", retry_after=7200)
    line.put("stop", HARBOUR)
    line.run()
    line.delivery = line.sender()
    time.now += 1000
    assert line.run() == 6200
    assert len(line.posts) == 1


@pytest.mark.parametrize("skew", [-365 * DAY, 365 * DAY], ids=["back", "ahead"])
def test_a_clock_that_was_set_meanwhile_ends_the_wait_for_a_spent_day(line, box, time, skew):
    box.order("status", status=429, error="app_limit_exceeded", retry_after=7200)
    line.put("watched", HARBOUR)
    line.run()
    time.skew = skew
    assert line.run() is None
    assert HARBOUR_KEY in line.watched


def test_the_last_request_of_the_day_is_noticed_before_the_first_that_would_fail(line, box, time):
    box.user_quota = 4
    line.link(auth="v2", since=SINCE)
    for number in range(6):
        line.put("stop", film(number))
        wait = line.run()
    assert len(line.watched) == 4
    assert {each.status for each in box.requests} == {201}
    assert wait == pytest.approx(MIDNIGHT_IN_NEW_YORK - time.wall())
    assert line.news.troubles == ["quota_spent"]
    assert line.run(longest=DAY) is None
    assert len(line.watched) == 6


def test_the_last_request_of_the_day_is_noticed_in_a_batch_too(line, box):
    box.user_quota = 2
    line.link(auth="v2", since=SINCE)
    for number in range(3):
        line.put("watched", film(number))
        wait = line.run()
    assert {each.status for each in box.requests} == {201}
    assert (len(line.watched), line.waiting, line.news.troubles) == (2, 1, ["quota_spent"])
    assert wait > HOUR


def test_settings_that_break_again_are_told_again(line):
    good = line.accounts.path.read_bytes()
    for number in range(2):
        line.accounts.path.write_bytes(b"simkl: [")
        line.put("stop", film(number))
        assert waits(line, 2) == [5, 10]
        line.accounts.path.write_bytes(good)
        assert line.run() is None
    assert line.news.troubles == ["settings", "settings"]


def test_settings_that_cannot_be_used_are_told_once_and_lose_nothing(line, box, time):
    good = line.accounts.path.read_bytes()
    line.put("stop", HARBOUR)
    line.put("watched", KITES)
    box.order("reset")
    assert line.run() == 5
    line.accounts.path.write_bytes(b"simkl: [")
    time.now += 5
    assert waits(line, 2) == [10, 20]
    assert line.news.troubles == ["settings"]
    line.accounts.path.write_bytes(good)
    assert line.run() is None
    assert set(line.watched) == {HARBOUR_KEY, KITES_KEY}
