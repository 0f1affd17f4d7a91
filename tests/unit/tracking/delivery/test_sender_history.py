"""What is told late goes to the history, in batches and with its true time; what was live is dropped; nothing twice."""

from __future__ import annotations

import threading
import time as device
from typing import Any

import pytest

from lib.tracking.play import NOT_FOUND, REJECTED, Play
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import FakeClock
from tests.unit.tracking.sending import (
    DAY,
    HARBOUR,
    HARBOUR_KEY,
    HOUR,
    KITES,
    LANTERN,
    LANTERN_KEY,
    MOSS,
    NOBODY,
    OWNER,
    VIEWER,
    before_each_request,
    film,
    lantern,
)


def sizes(box):
    """Return how many films and episodes each history call named."""
    return [call.movies + call.episodes for call in box.history_calls]


@pytest.mark.parametrize(("ago", "route"), [(0, "/scrobble/stop"), (59, "/scrobble/stop"), (61, "/sync/history")])
def test_a_watched_stop_is_a_stop_while_it_is_fresh_and_history_afterwards(line, ago, route):
    line.put("stop", HARBOUR, ago=ago)
    line.run()
    assert line.watched[HARBOUR_KEY].routes == (route,)


@pytest.mark.parametrize(
    ("action", "ago", "watched_at"),
    [("stop", HOUR, "2026-11-24T11:00:00Z"), ("watched", 13 * HOUR, "2026-11-23T23:00:00Z"),
     ("stop", 400 * DAY, "2025-10-20T12:00:00Z")],
)  # fmt: skip
def test_a_late_mark_carries_the_time_of_the_play_in_utc_wherever_the_device_is(
    line, monkeypatch, action, ago, watched_at
):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    device.tzset()
    try:
        line.put(action, HARBOUR, ago=ago)
        line.run()
    finally:
        monkeypatch.undo()
        device.tzset()
    assert line.watched[HARBOUR_KEY].watched_at == watched_at


def test_a_late_stop_below_the_mark_stays_a_place_to_resume_from(line, box):
    line.put("stop", LANTERN, ago=5 * DAY, progress=33.0)
    line.run()
    assert [each.progress for each in box.playbacks] == [33.0]
    assert line.posts == ["/scrobble/stop"]
    assert line.watched == {}


def test_late_marks_go_in_batches_of_fifty_in_order(line, box):
    for number in range(120):
        line.put("stop", film(number), ago=DAY - number)
    assert line.run() is None
    assert sizes(box) == [50, 50, 20]
    sent = [film["ids"]["imdb"] for call in box.history_calls for film in call.body["movies"]]
    assert sent == [f"tt{8000000 + number}" for number in range(120)]
    assert {mark.times for mark in line.watched.values()} == {1}
    assert box.too_many_posts == []


def test_films_shows_and_anime_go_in_one_batch(line, box):
    for item in (HARBOUR, LANTERN, lantern(1, season=0), lantern(2), MOSS):
        line.put("watched", item, ago=HOUR)
    assert line.run() is None
    assert len(box.history_calls) == 1
    assert set(line.watched) == {
        HARBOUR_KEY, LANTERN_KEY, (9000001, 0, 1), (9000001, 1, 2), (9000003, 1, 7),
    }  # fmt: skip
    assert box.malformed == []


def test_an_episodes_own_ids_do_not_matter_in_a_batch(line, box):
    stale = lantern(3, episode_ids=(("tvdb", "1"),))
    line.put("watched", stale, ago=HOUR)
    line.put("watched", lantern(4, episode_ids=(("tvdb", "2"),)), ago=HOUR)
    assert line.run() is None
    assert sizes(box) == [2]
    assert sorted(line.watched) == [(9000001, 1, 3), (9000001, 1, 4)]


def test_a_batch_ends_where_another_kind_of_call_comes(line):
    line.put("watched", film(0))
    line.put("watched", film(1))
    line.put("unwatched", film(0))
    line.put("watched", film(2))
    line.put("stop", film(3), progress=50.0)
    line.put("watched", film(4))
    line.run()
    history = "/sync/history"
    assert line.posts == [history, f"{history}/remove", history, "/scrobble/stop", history]
    assert len(line.watched) == 3


def test_not_found_is_read_and_the_rest_of_the_batch_counts(line, box):
    for item in (film(0), NOBODY, film(1), lantern(99), film(2)):
        line.put("watched", item, ago=HOUR)
    assert line.run() is None
    assert len(line.watched) == 3
    assert line.aside(NOT_FOUND) == [
        ("watched", "Nobody Knows It", "not_found"), ("watched", "Lantern Street 1x99", "not_found"),
    ]  # fmt: skip
    assert line.news.unknown == ["Nobody Knows It", "Lantern Street 1x99"]
    assert line.news.sent == ["watched Film 0", "watched Film 1", "watched Film 2"]
    assert len(box.requests) == 1


@pytest.mark.parametrize("place", [0, 24, 49])
def test_one_poisoned_mark_does_not_hold_up_the_batch(line, box, place):
    """Simkl refuses every call that names this one."""
    poisoned = film(place).ids[0][1]
    for number in range(50):
        line.put("watched", film(number), ago=HOUR)

    def refuse(body):
        if poisoned.encode() in body:
            box.order("status", status=400, error="wrong_parameter")

    before_each_request(box, refuse)
    assert line.run() is None
    assert len(line.watched) == 49
    assert line.aside(REJECTED) == [("watched", f"Film {place}", "bad_request")]
    assert line.news.refusals == [(f"Film {place}", "bad_request")]
    assert len(box.requests) <= 14


def test_a_refused_mark_in_front_of_another_kind_is_refused_once(line, box):
    """How many wait behind it does not matter: only what was in the call can be at fault."""
    box.order("status", status=400, error="wrong_parameter", path="/sync/history")
    line.put("watched", HARBOUR)
    for number in range(20):
        line.put("rating", film(number), rating=7)
    assert line.run() is None
    assert line.posts == ["/sync/history", "/sync/ratings"]
    assert line.aside(REJECTED) == [("watched", "The Glass Harbour", "bad_request")]


def test_a_batch_whose_answer_got_lost_counts_once(line, box):
    box.order("lost_answer", path="/sync/history")
    for number in range(30):
        line.put("stop", film(number), ago=HOUR)
    assert line.run(longest=5) is None
    assert sizes(box) == [30, 30]
    assert {mark.times for mark in line.watched.values()} == {1}


def test_the_same_film_twice_in_a_row_is_one_watch(line, box):
    for ago in (2 * DAY, DAY):
        line.put("stop", HARBOUR, ago=ago)
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].times == 1
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-22T12:00:00Z"


@pytest.mark.parametrize(
    ("action", "ago", "calls"), [("start", 0, 1), ("pause", 599, 1), ("start", 601, 0), ("pause", DAY, 0)]
)
def test_what_is_going_on_now_means_nothing_after_ten_minutes(line, box, action, ago, calls):
    line.put(action, HARBOUR, ago=ago)
    assert line.run() is None
    assert len(box.scrobbles) == calls
    assert line.waiting == 0


def test_only_the_newest_state_is_told_once_the_network_is_back(line, box, time):
    for action in ("start", "pause", "start", "pause"):
        line.put(action, HARBOUR, progress=10.0)
        time.now += 30
    assert line.run() is None
    assert [each.action for each in box.scrobbles] == ["pause"]


def test_an_evening_without_network_is_made_good_in_the_order_of_the_evening(line, box, time):
    for item, progress in ((HARBOUR, 96.0), (LANTERN, 100.0), (KITES, 20.0)):
        line.put("start", item)
        time.now += 2 * HOUR
        line.put("stop", item, progress=progress)
    line.put("start", lantern(5, season=2))
    assert line.run() is None
    assert line.posts == ["/sync/history", "/scrobble/stop", "/scrobble/start"]
    assert [call.movies + call.episodes for call in box.history_calls] == [2]
    assert [(each.action, each.title) for each in box.scrobbles] == [
        ("stop", "A Winter of Kites"), ("start", "Lantern Street"),
    ]  # fmt: skip
    assert line.queue.waiting(OWNER) == 0


class InFlight:
    """Around a fake server: how many requests it was answering at once, at most."""

    def __init__(self, box: Any) -> None:
        self._app, self._lock = box._app, threading.Lock()
        self._now = self.most = 0
        box.stop_listening()
        box._app = self
        box.listen_again()

    def __call__(self, environ: dict, start_response: Any) -> Any:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            return self._app(environ, start_response)
        finally:
            with self._lock:
                self._now -= 1


def test_two_programs_that_deliver_at_once_write_one_after_the_other(line, box):
    in_flight = InFlight(box)
    for number in range(12):
        line.put("stop", film(number), ago=0 if number % 3 else HOUR)
    senders = [line.sender(), line.sender()]
    together = threading.Barrier(len(senders))

    def deliver(sender):
        together.wait(60)
        while sender.step() is not None:
            pass

    threads = [threading.Thread(target=deliver, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert in_flight.most == 1
    assert box.too_many_posts == []
    assert {mark.times for mark in box.watched[VIEWER].values()} == {1}
    assert len(line.watched) == 12
    assert line.waiting == 0


@pytest.fixture
def meanwhile(box, tmp_path):
    """Return how to have a play put in, by another connection, while the fake server is asked for the first time."""
    other = PlayQueue(tmp_path / "queue.db", FakeClock())

    def put(play):
        plays = [play]
        before_each_request(box, lambda _: plays and other.add(OWNER, [plays.pop()]))

    yield put
    other.close()


def test_a_play_that_is_put_in_while_another_is_on_its_way_is_sent_next(line, box, time, meanwhile):
    line.put("stop", film(1))
    meanwhile(Play("stop", film(2), time.wall(), 100.0))
    assert line.run() is None
    assert [each.simkl for each in box.scrobbles] == [8_000_001, 8_000_002]


def test_a_start_that_is_superseded_on_its_way_takes_nothing_with_it(line, box, time, meanwhile):
    line.put("start", film(1))
    meanwhile(Play("stop", film(1), time.wall(), 100.0))
    assert line.run() is None
    assert [each.action for each in box.scrobbles] == ["start", "stop"]
    assert len(line.watched) == 1
