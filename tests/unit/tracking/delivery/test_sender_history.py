"""What is told late goes to the history, in batches and with its true time; what was live is dropped; nothing twice."""

import threading
import time as device
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.tracking.play import NOT_FOUND, REJECTED, Play
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import FakeClock
from tests.unit.tracking.cases import HARBOUR, HARBOUR_KEY, KITES, LANTERN, MOSS, NOBODY, film, films, lantern
from tests.unit.tracking.sending import DAY, HOUR, OWNER, before_each_request, put_before

SCROBBLE, HISTORY = "/scrobble/stop", "/sync/history"


@pytest.mark.parametrize(
    ("ago", "progress", "route"),
    [(0, 80, SCROBBLE), (59, 80, SCROBBLE), (61, 80, HISTORY), (-30, 80, SCROBBLE), (5 * DAY, 33, SCROBBLE)],
)
def test_a_watched_stop_is_a_stop_while_it_is_fresh_and_history_afterwards(line, box, ago, progress, route):
    line.send("stop", HARBOUR, ago=ago, progress=float(progress))
    assert line.posts == [route]
    assert (list(line.watched), len(box.playbacks)) == (([HARBOUR_KEY], 0) if progress == 80 else ([], 1))


def test_a_late_mark_carries_the_time_of_the_play_in_utc_wherever_the_device_is(line, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    device.tzset()
    try:
        line.put("stop", KITES, ago=400 * DAY)
        line.send("watched", HARBOUR, ago=13 * HOUR)
    finally:
        monkeypatch.undo()
        device.tzset()
    assert [each.watched_at for each in line.watched.values()] == ["2025-10-20T12:00:00Z", "2026-11-23T23:00:00Z"]


def test_late_marks_go_in_batches_of_fifty_in_order_and_count_once_though_an_answer_gets_lost(line, box):
    box.order("lost_answer", path=HISTORY)
    for number in range(60):
        line.put("stop", film(number), ago=DAY - number)
    assert line.run(longest=5) is None
    assert [call.movies for call in box.history_calls] == [50, 50, 10]
    sent = [film["ids"]["imdb"] for call in box.history_calls[1:] for film in call.body["movies"]]
    assert sent == [f"tt{8000000 + number}" for number in range(60)]
    assert (line.watched_once(), box.too_many_posts) == (60, [])


def test_films_shows_and_anime_go_in_one_batch_that_names_episodes_by_their_numbers(line, box):
    stale = lantern(3, episode_ids=(("tvdb", "1"),))
    line.put_all("watched", [HARBOUR, LANTERN, lantern(1, season=0), lantern(2), MOSS, stale], ago=HOUR)
    assert line.run() is None
    assert len(box.history_calls) == 1
    episodes = {(9000001, 2, 4), (9000001, 0, 1), (9000001, 1, 2), (9000001, 1, 3), (9000003, 1, 7)}
    assert (set(line.watched), box.malformed) == ({HARBOUR_KEY, *episodes}, [])


def test_a_batch_ends_where_another_kind_of_call_comes(line):
    line.put_all("watched", films(2))
    line.put("unwatched", film(0))
    line.put("watched", film(2))
    line.put("stop", film(3), progress=50.0)
    line.send("watched", film(4))
    assert line.posts == [HISTORY, f"{HISTORY}/remove", HISTORY, SCROBBLE, HISTORY]
    assert len(line.watched) == 3


def test_not_found_is_read_and_the_rest_of_the_batch_counts(line, box):
    line.put_all("watched", [film(0), NOBODY, film(1), lantern(99), film(2)], ago=HOUR)
    assert (line.run(), line.watched_once(), len(box.requests)) == (None, 3, 1)
    assert line.aside(NOT_FOUND) == [
        ("watched", "Nobody Knows It", "not_found"), ("watched", "Lantern Street 1x99", "not_found"),
    ]  # fmt: skip
    assert line.news.unknown == ["Nobody Knows It", "Lantern Street 1x99"]
    assert line.news.sent == ["watched Film 0", "watched Film 1", "watched Film 2"]


def test_a_refused_mark_in_front_of_another_kind_is_refused_once(line, box):
    """How many wait behind it does not matter: only what was in the call can be at fault."""
    box.order("status", status=400, error="wrong_parameter", path=HISTORY)
    line.put("watched", HARBOUR)
    line.put_all("rating", films(5), rating=7)
    assert line.run() is None
    assert line.posts == [HISTORY, "/sync/ratings"]
    assert line.aside(REJECTED) == [("watched", "The Glass Harbour", "bad_request")]


def test_two_programs_that_deliver_at_once_write_one_after_the_other(line, box):
    app, now, at_once = box._app, [], []

    def counting(environ, start_response):
        now.append(environ)
        at_once.append(len(now))
        try:
            return app(environ, start_response)
        finally:
            now.pop()

    put_before(box, counting)
    for number in range(12):
        line.put("stop", film(number), ago=0 if number % 3 else HOUR)
    senders = [line.sender(), line.sender()]
    together = threading.Barrier(len(senders))

    def deliver(sender):
        together.wait(60)
        while sender.step() is not None:
            pass

    with ThreadPoolExecutor(len(senders)) as pool:
        list(pool.map(deliver, senders))
    assert ({*at_once}, box.too_many_posts) == ({1}, [])
    assert (line.watched_once(), line.waiting) == (12, 0)


@pytest.mark.parametrize("first", ["stop", "start"])
def test_a_play_that_is_put_in_while_another_is_on_its_way_is_sent_next(line, box, time, tmp_path, first):
    other, plays = PlayQueue(tmp_path / "queue.db", FakeClock()), [Play("stop", film(1), time.wall(), 100.0)]
    before_each_request(box, lambda _: plays and other.add(OWNER, [plays.pop()]))
    line.send(first, film(0 if first == "stop" else 1))
    other.close()
    assert [each.action for each in box.scrobbles] == [first, "stop"]
    assert line.watched_once() == (2 if first == "stop" else 1)
