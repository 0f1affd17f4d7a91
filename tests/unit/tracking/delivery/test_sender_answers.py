"""What comes of every answer that Simkl can give: the table of `lib.tracking.delivery.sender`, row by row."""

from __future__ import annotations

import pytest

from lib.tracking.play import NOT_FOUND, REJECTED
from lib.tracking.store import delivery_state
from tests.unit.tracking.sending import (
    DAY,
    HARBOUR,
    HARBOUR_KEY,
    HOUR,
    KITES,
    KITES_KEY,
    LANTERN,
    LANTERN_KEY,
    NOBODY,
    OWNER,
    film,
    lantern,
)


def test_a_playback_is_told_as_it_goes_on_and_in_this_order(line, box, time):
    for action, progress in (("start", 1.5), ("pause", 40.25), ("start", 40.25), ("stop", 96.0)):
        line.put(action, HARBOUR, progress=progress)
        assert line.run() is None
        time.now += 600
    assert [(each.action, each.answered, each.progress) for each in box.scrobbles] == [
        ("start", "start", 1.5), ("pause", "pause", 40.25), ("start", "start", 40.25), ("stop", "scrobble", 96.0),
    ]  # fmt: skip
    assert line.watched[HARBOUR_KEY].times == 1
    assert box.history_calls == box.malformed == box.too_many_posts == []
    assert line.news.sent[-1] == "stop The Glass Harbour"


def test_a_stop_below_the_mark_is_a_place_to_resume_from(line, box):
    line.put("stop", LANTERN, progress=41.5)
    assert line.run() is None
    assert line.watched == {}
    assert [(each.season, each.episode, each.progress) for each in box.playbacks] == [(2, 4, 41.5)]


@pytest.mark.parametrize(("threshold", "sent", "is_watched"), [(50, 50, True), (80, 80, False), (100, 100, False)])
def test_the_threshold_of_the_person_counts_at_simkl(line, box, threshold, sent, is_watched):
    line.put("start", HARBOUR, threshold=threshold)
    line.run()
    line.put("stop", HARBOUR, progress=60.0, threshold=threshold)
    line.run()
    assert [each.min_progress for each in box.scrobbles] == [sent, sent]
    assert (HARBOUR_KEY in line.watched) is is_watched


def test_writes_are_one_after_the_other_and_a_little_apart(line, box):
    for number in range(6):
        line.put("stop", film(number))
    assert line.run() is None
    times = [each.at for each in box.requests]
    assert box.too_many_posts == []
    assert min(after - before for before, after in zip(times, times[1:])) == pytest.approx(1.1)
    assert len(line.watched) == 6


def test_nothing_is_asked_while_nothing_waits(line, box):
    assert line.run(longest=DAY) is None
    assert box.requests == []


def test_a_stop_that_simkl_has_already_is_done(line, box, time):
    for _ in range(2):
        line.put("stop", HARBOUR)
        assert line.run() is None
        time.now += HOUR / 2
    assert [each.answered for each in box.scrobbles] == ["scrobble", "already_watched"]
    assert line.news.sent == ["stop The Glass Harbour"] * 2
    assert line.waiting == 0


PAUSED = {"id": 1, "action": "pause", "progress": 60}


@pytest.mark.parametrize("lost", [False, True], ids=["", "and that answer gets lost"])
def test_a_stop_that_counts_for_the_person_and_not_for_simkl_is_told_as_a_line_of_the_history(line, box, lost):
    box.order("answer", status=201, body=PAUSED, path="/scrobble/stop", times=2)
    if lost:
        box.order("lost_answer", path="/sync/history")
    play = line.put("stop", HARBOUR, progress=60.0, threshold=50, ref="movie/7")
    assert line.run(longest=5) is None
    assert line.posts == ["/scrobble/stop", "/sync/history"] * (1 + lost)
    assert line.watched[HARBOUR_KEY].times == 1
    assert line.news.sent == ["stop The Glass Harbour"]
    assert line.queue.was_marked(OWNER, play.key, line.time.wall())


@pytest.mark.parametrize(("action", "progress"), [("stop", 60.0), ("stop", 79.9), ("pause", 95.0)])
def test_a_place_to_resume_from_is_done_with_the_same_answer(line, box, action, progress):
    box.order("answer", status=201, body=PAUSED, path=f"/scrobble/{action}")
    line.put(action, HARBOUR, progress=progress)
    assert line.run() is None
    assert line.posts == [f"/scrobble/{action}"]
    assert line.news.sent == [f"{action} The Glass Harbour"]


def test_an_answer_that_got_lost_counts_once(line, box):
    box.order("lost_answer", path="/scrobble/stop")
    line.put("stop", HARBOUR)
    assert line.run(longest=60) is None
    assert [each.answered for each in box.scrobbles] == ["scrobble", "already_watched"]
    assert line.watched[HARBOUR_KEY].times == 1


def test_a_lost_answer_that_is_asked_for_an_hour_later_counts_once(line, box, time):
    box.order("lost_answer", path="/scrobble/stop")
    line.put("stop", HARBOUR)
    line.run()
    time.now += 2 * HOUR
    assert line.run() is None
    assert line.posts == ["/scrobble/stop", "/sync/history"]
    assert line.watched[HARBOUR_KEY].times == 1


@pytest.mark.parametrize("fault", ["html", "truncated", "wrong_types"])
def test_what_is_no_answer_of_simkls_is_asked_again(line, box, fault):
    box.order(fault, path="/scrobble/stop")
    line.put("stop", HARBOUR)
    assert line.run() == 5
    assert line.waiting == 1
    assert line.run(longest=10) is None
    assert line.watched[HARBOUR_KEY].times == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, "wrong_parameter"), (403, "forbidden"), (418, "teapot")],
    ids=["wrong parameter", "forbidden", "an error nobody knows"],
)
def test_a_play_that_simkl_does_not_take_is_put_aside_with_the_reason_and_the_line_goes_on(line, box, status, error):
    box.order("status", status=status, error=error, path="/scrobble/stop")
    line.put("stop", HARBOUR)
    line.put("stop", KITES)
    assert line.run() is None
    assert list(line.watched) == [KITES_KEY]
    [(action, label, why)] = line.aside(REJECTED)
    assert (action, label) == ("stop", "The Glass Harbour")
    assert line.news.refusals == [("The Glass Harbour", why)]
    assert line.news.troubles == []


def test_what_was_put_aside_is_sent_when_a_person_wants_it(line, box, time):
    box.order("status", status=403, error="forbidden", path="/scrobble/stop")
    line.put("stop", HARBOUR)
    line.run()
    time.now += DAY
    line.queue.retry(OWNER, [each.id for each in line.queue.listing(OWNER, REJECTED)])
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T12:00:00Z"
    assert line.aside(REJECTED) == []


@pytest.mark.parametrize("action", ["start", "pause", "stop"])
def test_a_title_that_simkl_does_not_know_is_put_aside_and_the_line_goes_on(line, action):
    line.put(action, NOBODY)
    line.put("watched", KITES)
    assert line.run() is None
    assert line.aside(NOT_FOUND) == [(action, "Nobody Knows It", "not_found")]
    assert list(line.watched) == [KITES_KEY]
    assert line.news.unknown == ["Nobody Knows It"]


def test_each_kind_of_mark_made_by_hand_has_a_call_of_its_own(line, box):
    line.put("watched", LANTERN, ago=HOUR)
    line.put("watched", HARBOUR)
    line.put("unwatched", lantern(4, season=2))
    line.put("rating", HARBOUR, rating=8)
    assert line.run() is None
    assert line.posts == ["/sync/history", "/sync/history/remove", "/sync/ratings"]
    assert list(line.watched) == [HARBOUR_KEY]
    assert [each.rating for each in box.ratings["sample_viewer"].values()] == [8]
    assert [(each.season, each.episode) for each in box.unwatched] == [LANTERN_KEY[1:]]
    assert box.malformed == []


def test_a_removal_names_episodes_and_never_the_whole_show(line, box):
    for number in (1, 2, 3):
        line.put("watched", lantern(number))
    line.put("unwatched", lantern(2))
    line.run()
    assert sorted(line.watched) == [(9000001, 1, 1), (9000001, 1, 3)]
    [show] = box.history_calls[-1].body["shows"]
    assert show["seasons"] == [{"number": 1, "episodes": [{"number": 2}]}]


def test_what_was_sent_last_is_remembered_for_the_account_page(line, time):
    line.put("stop", HARBOUR)
    line.put("stop", LANTERN)
    line.run()
    kept = line.standings.get(OWNER)
    assert (kept.state, kept.last_label, kept.last_at) == (delivery_state.READY, "Lantern Street 2x04", time.wall())
