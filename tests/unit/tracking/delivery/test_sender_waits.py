"""How long is waited after what, what a new play or a clock that jumps changes about it, and when it is given up."""

import pytest

from lib.tracking.play import REJECTED
from tests.unit.tracking.cases import HARBOUR, HARBOUR_KEY, KITES, cases, film, films, id_text
from tests.unit.tracking.sending import DAY, HOUR, NOON, SINCE, fail_on

MIDNIGHT_IN_NEW_YORK = NOON + 17 * HOUR  # 05:00 UTC in winter
NEVER_SET = -NOON  # the clock then shows 1970
YEAR = 365 * DAY
EMPTY = {"status": 400, "error": "empty_field"}


@pytest.mark.parametrize(
    ("error", "since", "wait"),
    [("RATE_LIMIT", None, 20), ("rate_limit", 5, 15), ("RATE_LIMIT", 19.5, 5), ("rate_limit", 20, 20)],
)
def test_the_write_lock_is_waited_for_until_it_must_be_over_and_asked_again_once(line, box, time, error, since, wait):
    if since is not None:
        line.send("rating", KITES, rating=7)
        time.now += since
    box.order("write_lock", error=error)
    line.put("stop", HARBOUR)
    asked = len(line.posts)
    assert line.delivery.step() == pytest.approx(wait)
    time.now += wait - 0.1
    assert line.delivery.step() == pytest.approx(0.1)
    assert len(line.posts) == asked + 1
    time.now += 0.11
    assert (line.run(), line.watched_once()) == (None, 1)


@cases("fault, options, waited", {
    "a lock that does not end": ("write_lock", {}, [20, 5, 10, 20, 40]),
    "a limit of a second": ("status", {"status": 429, "error": "rate_limit", "retry_after": 3600}, [1.5, 5, 10]),
    "reset": ("reset", {}, [5, 10, 20]),
    "a hotel's page": ("html", {}, [5, 10, 20]),
    "nonsense": ("wrong_types", {}, [5]),
    "503 with Retry-After": ("status", {"status": 503, "retry_after": 120}, [120, 120]),
    "503 for longer than a day": ("status", {"status": 503, "retry_after": 86_401}, [DAY]),
    "a day's requests": ("status", {"status": 429, "error": "user_limit_exceeded", "retry_after": 9e6}, [0, 25 * HOUR]),
})  # fmt: skip
def test_a_fault_is_asked_again_after_longer_and_longer_and_after_a_success_from_the_start(
    line, box, fault, options, waited
):
    for number in range(2):
        box.order(fault, times=None, **options)
        line.put("stop", film(number))
        assert line.waits(len(waited)) == waited
        box.clear_faults()
        assert line.run() is None
        line.time.now += HOUR
    assert line.watched_once() == 2


def test_a_spent_day_waits_as_long_as_simkl_says_over_a_restart_and_is_told_once(line, box, time):
    box.order("status", status=429, error="app_limit_exceeded", retry_after=7200)
    line.put_all("stop", [HARBOUR, KITES], ago=HOUR)
    assert line.run() == 7200
    time.now += 7100
    line.delivery.retry_now()
    assert line.run() == pytest.approx(100)
    line.delivery = line.sender()
    assert line.run() == pytest.approx(100)
    assert line.posts == ["/sync/history"]
    assert line.run(longest=100) is None
    assert (line.news.troubles, line.watched_once()) == (["quota_spent"], 2)


@pytest.mark.parametrize("action", ["stop", "watched"], ids=["a stop", "a batch"])
def test_the_last_request_of_the_day_is_noticed_before_the_first_that_would_fail(line, box, time, action):
    box.user_quota = 2
    line.link(auth="v2", since=SINCE)
    for number in range(3):
        line.put(action, film(number))
        wait = line.run()
    assert (line.watched_once(), line.waiting) == (2, 1)
    assert {each.status for each in box.requests} == {201}
    assert wait == pytest.approx(MIDNIGHT_IN_NEW_YORK - time.wall())
    assert line.news.troubles == ["quota_spent"]
    assert (line.run(longest=DAY), line.watched_once()) == (None, 3)


def test_settings_that_cannot_be_used_are_told_once_each_time_and_lose_nothing(line, box, time):
    good = line.accounts.path.read_bytes()
    box.order("reset")
    line.put("stop", film(0))
    assert line.run() == 5
    time.now += 5
    for number, waited in ((1, [10, 20]), (2, [5, 10])):
        line.accounts.path.write_bytes(b"simkl: [")
        line.put("watched", film(number))
        assert line.waits(2) == waited
        line.accounts.path.write_bytes(good)
        assert line.run() is None
    assert (line.news.troubles, line.watched_once()) == (["settings", "settings"], 3)


def days_go_by(line, days):
    """Try twice a day, with a start of the program each day."""
    for _ in range(days):
        line.delivery = line.sender()
        line.delivery.step()
        line.delivery.retry_now()
        line.delivery.step()
        line.time.now += DAY


def test_thirty_days_on_which_simkl_fails_make_it_wait_for_a_person_and_days_without_a_network_do_not_count(line, box):
    box.stop_listening()
    line.put("stop", HARBOUR, ago=HOUR)
    days_go_by(line, 31)
    box.listen_again()
    box.order("status", status=503, times=None)
    days_go_by(line, 30)
    assert (line.waiting, line.aside(REJECTED), line.news.refusals) == (1, [], [])
    days_go_by(line, 3)
    assert line.aside(REJECTED) == [("stop", "The Glass Harbour", "unavailable")]
    assert line.news.refusals == [("The Glass Harbour", "unavailable")]
    box.clear_faults()
    line.try_again(REJECTED)
    line.delivery.retry_now()
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T11:00:00Z"


@cases("bad, ago", {
    "a success between them": ((0, 1, 2, 4, 5, 6), 0.0),
    "four stops in a row": (range(4), 0.0),
    "four lines of the history in a row": (range(4), HOUR),
})  # fmt: skip
def test_after_three_that_are_refused_in_a_row_the_others_go_first_and_tell_that_it_is_about_the_plays(
    line, box, bad, ago
):
    fail_on(box, [*map(id_text, bad)], **EMPTY)
    line.put_all("stop", films(8), ago=ago)
    line.go_on(DAY)
    assert [label for _, label, _ in line.aside(REJECTED)] == [f"Film {number}" for number in bad]
    good = [f"Film {number}" for number in range(8) if number not in bad]
    assert sorted(mark.title for mark in line.watched.values()) == good
    assert line.waiting == 0


def test_a_simkl_that_refuses_everything_for_hours_is_like_one_that_is_down(line, box):
    box.order("status", **EMPTY, times=None)
    line.put_all("stop", films(20), ago=HOUR)
    line.go_on(6 * HOUR)
    assert (len(line.aside(REJECTED)), len(line.news.refusals), line.waiting) == (3, 3, 17)
    every_quarter, to_find_three = 6 * HOUR / 900, 30
    assert len(line.posts) < every_quarter + to_find_three
    box.clear_faults()
    line.try_again(REJECTED)
    line.go_on(DAY)
    assert (line.waiting, line.watched_once(), box.too_many_posts) == (0, 20, [])


def test_a_jump_of_the_wall_clock_changes_no_wait_and_keeps_writes_apart(line, box, time):
    box.order("reset", times=3)
    line.put("watched", HARBOUR)
    assert line.waits(1) == [5]
    for skew in (0.0, -YEAR, YEAR):
        time.skew = skew
        assert line.delivery.step() == 10
    time.now += 9.5
    assert line.delivery.step() == pytest.approx(0.5)
    assert len(line.posts) == 2
    box.clear_faults()
    time.now += 0.6
    line.send("stop", KITES)
    assert (line.watched_once(), box.too_many_posts) == (2, [])
    assert sum(time.pauses) <= 1.2


@pytest.mark.parametrize(
    "skews", [(NEVER_SET, 0.0), (0.0, 400 * DAY, 800 * DAY, 1200 * DAY)], ids=["never set at first", "set again"]
)
def test_a_clock_that_is_set_makes_no_thirty_days_of_ten_seconds(line, box, time, skews):
    box.order("status", status=500, times=len(skews))
    line.put("stop", HARBOUR)
    for skew in skews:
        time.skew = skew
        line.delivery.step()
        line.delivery.retry_now()
        time.now += 5
    assert (line.waiting, line.aside(REJECTED)) == (1, [])
    assert (line.run(longest=10), line.watched_once()) == (None, 1)
