"""How long is waited after what, what a new play or a clock that jumps changes about it, and when it is given up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.simkl.api.history import DATE_UNKNOWN
from lib.tracking.play import REJECTED
from lib.tracking.store import delivery_state
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import (
    DAY,
    HARBOUR,
    HARBOUR_KEY,
    HOUR,
    KITES,
    KITES_KEY,
    OWNER,
    SINCE,
    before_each_request,
    film,
)

MIDNIGHT_IN_NEW_YORK = NOON + 17 * HOUR  # 05:00 UTC in winter
NEVER_SET = -NOON  # the clock then shows 1970
YEAR = 365 * DAY


def waits(line, times):
    """Return how long is waited after each of so many attempts."""
    found = []
    for _ in range(times):
        found.append(round(line.delivery.step(), 3))
        line.time.now += found[-1]
    return found


def arrived(line, *keys):
    """Return whether nothing waits any more, and what is watched is this, once each."""
    return line.run() is None and {key: mark.times for key, mark in line.watched.items()} == {key: 1 for key in keys}


@pytest.mark.parametrize(
    ("error", "since", "wait"),
    [("RATE_LIMIT", None, 20), ("rate_limit", 5, 15), ("RATE_LIMIT", 19.5, 5), ("rate_limit", 20, 20)],
)
def test_the_write_lock_is_waited_for_until_it_must_be_over_and_asked_again_once(line, box, time, error, since, wait):
    if since is not None:
        line.put("rating", KITES, rating=7)
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
    assert arrived(line, HARBOUR_KEY)


def test_a_lock_after_a_success_is_waited_for_in_full_again_and_one_that_does_not_end_like_a_lost_network(line, box):
    for times in (1, 5):
        box.order("write_lock", times=times)
        line.put("stop", film(times))
        assert waits(line, times) == [20, 5, 10, 20, 40][:times]
        assert line.run() is None
        line.time.now += HOUR
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
    assert arrived(line, HARBOUR_KEY)


FAULTS = {
    "a limit of a second": ("status", {"status": 429, "error": "rate_limit", "retry_after": 3600}, [1.5, 5, 10]),
    "reset": ("reset", {}, [5, 10, 20]),
    "lost answer": ("lost_answer", {}, [5, 10, 20]),
    "500": ("status", {"status": 500}, [5, 10, 20]),
    "a hotel's page": ("html", {}, [5, 10, 20]),
    "503 with Retry-After": ("status", {"status": 503, "retry_after": 120}, [120, 120]),
    "503 with a short Retry-After": ("status", {"status": 503, "retry_after": 3}, [5, 10]),
    "503 for a day": ("status", {"status": 503, "retry_after": 86_400}, [DAY]),
    "503 for longer": ("status", {"status": 503, "retry_after": 86_401}, [DAY]),
}


@pytest.mark.parametrize(("fault", "options", "waited"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_asked_again_after_longer_and_longer_and_after_a_success_from_the_start(
    line, box, fault, options, waited
):
    for number in range(2):
        box.order(fault, times=None, **options)
        line.put("stop", film(number))
        assert waits(line, len(waited)) == waited
        box.clear_faults()
        assert line.run() is None
    assert [mark.times for mark in line.watched.values()] == [1, 1]


def test_no_network_at_all_loses_nothing(line, box):
    box.stop_listening()
    for number in range(4):
        line.put("stop", film(number), ago=HOUR)
    assert waits(line, 3) == [5, 10, 20]
    assert (line.waiting, line.news.troubles) == (4, [])
    box.listen_again()
    assert line.run() is None
    assert len(line.watched) == 4


def test_a_new_play_is_tried_at_once_after_a_lost_network(line, box):
    box.order("reset", times=6)
    line.put("stop", HARBOUR)
    waits(line, 6)
    line.time.now -= 100
    line.put("stop", KITES)
    line.delivery.retry_now()
    assert arrived(line, HARBOUR_KEY, KITES_KEY)


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


# the quota of a day


@pytest.mark.parametrize("error", ["app_limit_exceeded", "user_limit_exceeded"])
def test_a_spent_day_waits_as_long_as_simkl_says_over_a_restart_and_is_told_once(line, box, time, error):
    box.order("status", status=429, error=error, retry_after=7200)
    line.put("stop", HARBOUR, ago=HOUR)
    line.put("stop", KITES, ago=HOUR)
    assert line.run() == 7200
    time.now += 7100
    line.delivery.retry_now()
    assert line.run() == pytest.approx(100)
    line.delivery = line.sender()
    assert line.run() == pytest.approx(100)
    assert line.posts == ["/sync/history"]
    assert line.run(longest=100) is None
    assert line.news.troubles == ["quota_spent"]
    assert len(line.watched) == 2


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [({}, MIDNIGHT_IN_NEW_YORK - NOON), ({"retry_after": 9_999_999}, delivery_state.MAX_QUOTA_WAIT)],
    ids=["no time told", "a time far away"],
)
def test_a_spent_day_is_over_at_midnight_in_new_york_and_within_a_day_and_an_hour_at_most(line, box, retry_after, wait):
    box.order("status", status=429, error="user_limit_exceeded", **retry_after)
    line.put("stop", HARBOUR)
    assert line.run() == pytest.approx(wait)
    assert len(line.posts) == 1


@pytest.mark.parametrize("skew", [-YEAR, YEAR], ids=["back", "ahead"])
def test_a_clock_that_was_set_meanwhile_ends_the_wait_for_a_spent_day(line, box, time, skew):
    box.order("status", status=429, error="app_limit_exceeded", retry_after=7200)
    line.put("watched", HARBOUR)
    line.run()
    time.skew = skew
    assert arrived(line, HARBOUR_KEY)


@pytest.mark.parametrize("action", ["stop", "watched"], ids=["a stop", "a batch"])
def test_the_last_request_of_the_day_is_noticed_before_the_first_that_would_fail(line, box, time, action):
    box.user_quota = 2
    line.link(auth="v2", since=SINCE)
    for number in range(3):
        line.put(action, film(number))
        wait = line.run()
    assert (len(line.watched), line.waiting) == (2, 1)
    assert {each.status for each in box.requests} == {201}
    assert wait == pytest.approx(MIDNIGHT_IN_NEW_YORK - time.wall())
    assert line.news.troubles == ["quota_spent"]
    assert line.run(longest=DAY) is None
    assert len(line.watched) == 3


# settings that cannot be used


def test_settings_that_cannot_be_used_are_told_once_each_time_and_lose_nothing(line, box, time):
    good = line.accounts.path.read_bytes()
    box.order("reset")
    line.put("stop", film(0))
    assert line.run() == 5
    time.now += 5
    for number, waited in ((1, [10, 20]), (2, [5, 10])):
        line.accounts.path.write_bytes(b"simkl: [")
        line.put("watched", film(number))
        assert waits(line, 2) == waited
        line.accounts.path.write_bytes(good)
        assert line.run() is None
    assert line.news.troubles == ["settings", "settings"]
    assert len(line.watched) == 3


# thirty days


def days_go_by(line, days):
    """Try now and then, with a start of the program each day."""
    for _ in range(days):
        line.delivery = line.sender()
        line.delivery.step()
        line.delivery.retry_now()
        line.delivery.step()
        line.time.now += DAY


@pytest.mark.parametrize("way", ["no network", "a network that breaks off"])
def test_without_a_network_nothing_is_ever_put_aside(line, box, way):
    if way == "no network":
        box.stop_listening()
    else:
        box.order("reset", times=None)
    line.put("stop", HARBOUR, ago=HOUR)
    days_go_by(line, 35)
    assert (line.waiting, line.aside(REJECTED), line.news.refusals) == (1, [], [])
    box.clear_faults()
    box.listen_again()
    line.go_on(HOUR)
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T11:00:00Z"


def test_thirty_days_begin_with_the_first_attempt_and_not_with_the_play(line, box):
    box.order("status", status=500)
    line.put("stop", HARBOUR, ago=400 * DAY)
    assert line.run() == 5
    assert line.run(longest=5) is None
    assert line.watched[HARBOUR_KEY].times == 1


def test_a_simkl_that_fails_for_thirty_days_makes_it_wait_for_a_person_who_hears_of_it_once(line, box):
    box.order("status", status=503, times=None)
    line.put("stop", HARBOUR, ago=HOUR)
    days_go_by(line, 30)
    assert (line.waiting, line.news.refusals) == (1, [])
    days_go_by(line, 3)
    assert line.aside(REJECTED) == [("stop", "The Glass Harbour", "unavailable")]
    assert line.news.refusals == [("The Glass Harbour", "unavailable")]
    box.clear_faults()
    line.queue.retry(OWNER, [each.id for each in line.queue.listing(OWNER, REJECTED)])
    line.delivery.retry_now()
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T11:00:00Z"


def test_the_days_without_a_network_do_not_count(line, box):
    box.stop_listening()
    line.put("stop", HARBOUR, ago=HOUR)
    days_go_by(line, 29)
    box.listen_again()
    box.order("status", status=500, times=None)
    days_go_by(line, 29)
    assert (line.waiting, line.aside(REJECTED)) == (1, [])


# one refusal after the other


EMPTY = {"status": 400, "error": "empty_field"}


def refuse(box, *numbers):
    """Have Simkl refuse every request with one of these films."""
    texts = [f'"tt{8000000 + number}"'.encode() for number in numbers]

    def act(body):
        box.clear_faults()
        if any(text in body for text in texts):
            box.order("status", **EMPTY)

    before_each_request(box, act)


def rejected(line):
    return [label for _, label, _ in line.aside(REJECTED)]


def names(*numbers):
    return [film(number).title for number in numbers]


def test_after_three_in_a_row_nothing_more_is_put_aside_and_it_is_asked_less_and_less_often(line, box):
    box.order("status", **EMPTY, times=None)
    for number in range(5):
        line.put("stop", film(number))
    assert line.run() == 5
    line.time.now += 5
    assert waits(line, 8) == pytest.approx([10, 20, 40, 80, 160, 320, 640, 900])
    assert rejected(line) == [label for label, _ in line.news.refusals] == names(0, 1, 2)
    assert line.waiting == 2


def test_a_success_between_them_tells_that_it_is_about_the_plays(line, box):
    bad, good = (0, 1, 2, 4, 5, 6), (3, 7)
    refuse(box, *bad)
    for number in range(8):
        line.put("stop", film(number))
    assert line.run() is None
    assert rejected(line) == names(*bad)
    assert sorted(mark.title for mark in line.watched.values()) == names(*good)


@pytest.mark.parametrize("ago", [0.0, HOUR], ids=["stops", "lines of the history"])
def test_a_fourth_one_lets_the_others_go_first_and_is_put_aside_after_them(line, box, ago):
    refuse(box, 0, 1, 2, 3)
    for number in range(10):
        line.put("stop", film(number), ago=ago)
    line.go_on(DAY)
    assert line.waiting == 0
    assert rejected(line) == names(0, 1, 2, 3)
    assert sorted(mark.title for mark in line.watched.values()) == names(*range(4, 10))


@pytest.mark.parametrize("ago", [0.0, HOUR], ids=["stops", "lines of the history"])
def test_a_simkl_that_refuses_everything_for_hours_is_like_one_that_is_down(line, box, ago):
    box.order("status", **EMPTY, times=None)
    for number in range(40):
        line.put("stop", film(number), ago=ago)
    line.go_on(6 * HOUR)
    assert len(rejected(line)) == len(line.news.refusals) == 3
    assert line.waiting == 37
    every_quarter, to_find_three = 6 * HOUR / 900, 30
    assert len(line.posts) < every_quarter + to_find_three
    box.clear_faults()
    line.go_on(DAY)
    assert (line.waiting, len(line.watched)) == (0, 37)
    assert {mark.times for mark in line.watched.values()} == {1}
    assert box.too_many_posts == []


# clocks that were never set, that jump, and that are put right


@pytest.mark.parametrize(
    ("skew", "told"),
    [
        (NEVER_SET, DATE_UNKNOWN), (-8 * YEAR, DATE_UNKNOWN), (-5 * YEAR, "2021-11-25T12:00:00Z"),
        (YEAR, "2026-11-24T13:00:00Z"),
    ],
    ids=["never set", "2018", "2021", "in the future"],
)  # fmt: skip
def test_a_play_from_before_2020_has_no_date_and_none_is_of_the_future(line, time, skew, told):
    time.skew = skew
    line.put("stop", HARBOUR)
    time.skew = 0.0
    time.now += HOUR
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].watched_at == told


def test_plays_are_moved_to_their_true_time_once_the_clock_is_set_and_what_plays_if_it_was_wrong(line, time):
    line.queue.save_now_playing(OWNER, line.put("start", film(1)))
    line.queue.shift(NOON - 1, 1000)
    assert line.queue.now_playing(OWNER).at == NOON
    line.put("stop", KITES, ago=HOUR)
    time.skew = NEVER_SET
    play = line.put("stop", HARBOUR)
    line.queue.save_now_playing(OWNER, play)
    time.now += 2 * HOUR
    before, time.skew = time.wall(), 0.0
    line.queue.shift(before, time.wall() - before)
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T12:00:00Z"
    assert line.watched[KITES_KEY].watched_at == "2026-11-24T11:00:00Z"
    assert line.queue.now_playing(OWNER).at == pytest.approx(NOON)


def test_a_time_that_was_right_is_kept_while_the_clock_is_wrong(line, time):
    line.put("stop", HARBOUR)
    time.skew = NEVER_SET
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T12:00:00Z"


@pytest.mark.parametrize("step", [-30, 30])
def test_a_clock_that_is_put_right_by_seconds_leaves_a_stop_a_stop(line, time, step):
    line.put("stop", HARBOUR)
    time.skew = step
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].routes == ("/scrobble/stop",)


@pytest.mark.parametrize("skew", [-YEAR, -5 * HOUR, HOUR, YEAR])
def test_a_jump_of_the_wall_clock_changes_no_wait_and_keeps_writes_apart(line, box, time, skew):
    box.order("reset", times=3)
    line.put("watched", HARBOUR)
    assert waits(line, 1) == [5]
    assert line.delivery.step() == 10
    time.skew = skew
    assert line.delivery.step() == 10
    time.now += 9.5
    assert line.delivery.step() == pytest.approx(0.5)
    assert len(line.posts) == 2
    box.clear_faults()
    time.now += 0.6
    line.put("stop", KITES)
    assert line.run() is None
    assert (len(line.watched), box.too_many_posts) == (2, [])
    assert sum(time.pauses) <= 1.2


@pytest.mark.parametrize("first", [NEVER_SET, YEAR], ids=["never set", "a year ahead"])
def test_thirty_days_are_not_over_because_the_clock_was_wrong_at_the_first_attempt(line, box, time, first):
    box.order("status", status=500, times=2)
    line.put("stop", HARBOUR)
    time.skew = first
    line.delivery.step()
    time.skew = 0.0
    time.now += 5
    line.delivery.step()
    assert (line.waiting, line.aside(REJECTED)) == (1, [])
    assert line.run(longest=10) is None
    assert HARBOUR_KEY in line.watched


@pytest.mark.parametrize("step", [400 * DAY, -40 * DAY])
def test_a_clock_that_is_set_makes_no_thirty_days_of_ten_seconds(line, box, time, step):
    box.order("status", status=500, times=None)
    line.put("stop", HARBOUR)
    for _ in range(3):
        line.delivery.step()
        line.delivery.retry_now()
        time.now += 5
        time.skew += step
    line.delivery.step()
    assert (line.waiting, line.aside(REJECTED)) == (1, [])
