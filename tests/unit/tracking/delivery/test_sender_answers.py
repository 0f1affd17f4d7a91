"""What comes of every answer that Simkl can give, and of what one play leads to: no other play suffers for it."""

from __future__ import annotations

import logging

import pytest

from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from lib.tracking.identify import is_wanted, kind_for_person
from lib.tracking.play import NOT_FOUND, REJECTED
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.store import delivery_state
from lib.tracking.store.match_cache import MatchCache
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

FILE, NONSENSE = "The.Glass.Harbour.2018.1080p.mkv", "home video 7.mkv"
MARKS = {"watched": "/sync/history", "unwatched": "/sync/history/remove", "rating": "/sync/ratings"}
PATHS = {"stop": "/scrobble/stop", **MARKS}
BROKEN = film(3)


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


@pytest.mark.parametrize(("threshold", "is_watched"), [(50, True), (80, False), (100, False)])
def test_the_threshold_of_the_person_counts_at_simkl(line, box, threshold, is_watched):
    for action in ("start", "stop"):
        line.put(action, HARBOUR, progress=60.0, threshold=threshold)
        line.run()
    assert [each.min_progress for each in box.scrobbles] == [threshold] * 2
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
    assert (line.news.sent, line.waiting) == (["stop The Glass Harbour"] * 2, 0)


@pytest.mark.parametrize(("action", "path"), PATHS.items())
def test_what_simkl_has_already_is_done_though_no_error_is_named(line, box, action, path):
    said = {"watched_at": "2026-11-24T06:00:00-05:00", "expires_at": "2026-11-24T07:00:00-05:00"}
    box.order("answer", status=409, body=said, path=path)
    line.put(action, HARBOUR, rating=7)
    assert line.run() is None
    assert line.news.sent == [f"{action} The Glass Harbour"]
    assert (line.waiting, line.aside(REJECTED)) == (0, [])


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


@pytest.mark.parametrize(("action", "progress"), [("stop", 79.9), ("pause", 95.0)])
def test_a_place_to_resume_from_is_done_with_the_same_answer(line, box, action, progress):
    box.order("answer", status=201, body=PAUSED, path=f"/scrobble/{action}")
    line.put(action, HARBOUR, progress=progress)
    assert line.run() is None
    assert (line.posts, line.news.sent) == ([f"/scrobble/{action}"], [f"{action} The Glass Harbour"])


@pytest.mark.parametrize(("later", "path"), [(5, "/scrobble/stop"), (2 * HOUR, "/sync/history")])
def test_an_answer_that_got_lost_counts_once_whenever_it_is_asked_for_again(line, box, time, later, path):
    box.order("lost_answer", path="/scrobble/stop")
    line.put("stop", HARBOUR)
    assert line.run() == 5
    time.now += later
    assert line.run() is None
    assert line.posts == ["/scrobble/stop", path]
    assert line.watched[HARBOUR_KEY].times == 1


@pytest.mark.parametrize("fault", ["html", "truncated", "wrong_types"])
def test_what_is_no_answer_of_simkls_is_asked_again(line, box, fault):
    box.order(fault, path="/scrobble/stop")
    line.put("stop", HARBOUR)
    assert (line.run(), line.waiting) == (5, 1)
    assert line.run(longest=10) is None
    assert line.watched[HARBOUR_KEY].times == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, "wrong_parameter"), (403, "forbidden"), (418, "teapot")],
    ids=["wrong parameter", "forbidden", "an error nobody knows"],
)
def test_a_play_that_simkl_does_not_take_is_put_aside_with_the_reason_until_a_person_wants_it(
    line, box, time, status, error
):
    box.order("status", status=status, error=error, path="/scrobble/stop")
    line.put("stop", HARBOUR)
    line.put("stop", KITES)
    assert line.run() is None
    assert list(line.watched) == [KITES_KEY]
    [(action, label, why)] = line.aside(REJECTED)
    assert (action, label) == ("stop", "The Glass Harbour")
    assert (line.news.refusals, line.news.troubles) == ([("The Glass Harbour", why)], [])
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


def test_what_was_sent_last_is_remembered_for_the_account_page_and_not_what_goes_on_just_now(line, time):
    for item in (HARBOUR, LANTERN):
        line.put("stop", item)
    line.run()
    at = time.wall()
    line.put("start", KITES)
    line.run()
    kept = line.standings.get(OWNER)
    assert (kept.state, kept.last_label, kept.last_at) == (delivery_state.READY, "Lantern Street 2x04", at)


def test_what_was_sent_is_listed_with_what_simkl_said(line, time):
    line.put("stop", HARBOUR)
    line.put("watched", KITES)
    line.put("start", LANTERN)
    assert line.run() is None
    time.now += HOUR / 2
    line.put("stop", HARBOUR)
    line.put("rating", KITES, rating=7)
    line.put("unwatched", lantern(1))
    assert line.run() is None
    assert [(each.play.action, each.play.label, each.answer) for each in line.queue.sent.latest(OWNER)][::-1] == [
        ("stop", HARBOUR.title, "scrobble"),
        ("watched", KITES.title, "added"),
        ("stop", HARBOUR.title, "already_watched"),
        ("rating", KITES.title, "rated"),
        ("unwatched", "Lantern Street 1x01", "deleted"),
    ]


@pytest.mark.parametrize("item", [HARBOUR, lantern(4)], ids=["film", "episode"])
def test_titles_are_in_the_log_for_debugging_only(line, box, caplog, item):
    caplog.set_level(logging.DEBUG)
    box.order("status", status=403, error="forbidden", path="/scrobble/stop")
    line.put("stop", item)
    line.put("stop", NOBODY)
    line.put("stop", None, file=NONSENSE)
    assert line.run() is None
    ours = [each for each in caplog.records if each.name.startswith("lib.tracking")]
    shown = " ".join(each.getMessage() for each in ours if each.levelno > logging.DEBUG)
    assert "Simkl does not take number 1, a stop" in shown
    assert not [word for word in (item.title, NOBODY.title, NONSENSE) if word in shown]
    assert item.title in " ".join(each.getMessage() for each in ours if each.levelno == logging.DEBUG)


# what says nothing of the title, and by which title things are told of


@pytest.mark.parametrize("action", MARKS)
def test_a_mark_that_is_refused_as_not_found_is_not_recognised(line, box, action):
    box.order("status", status=404, error="id_err", path=MARKS[action])
    line.put(action, HARBOUR, rating=7)
    assert line.run() is None
    assert line.aside(NOT_FOUND) == [(action, "The Glass Harbour", "not_found")]
    assert (line.aside(REJECTED), line.news.refusals) == ([], [])
    assert line.news.unknown == ["The Glass Harbour"]


def test_of_a_batch_that_is_refused_as_not_found_only_the_one_is_put_aside(line, box):
    box.order("status", status=404, error="id_err", path="/sync/history", times=2)
    for item in (HARBOUR, KITES):
        line.put("watched", item)
    assert line.run() is None
    assert line.aside(NOT_FOUND) == [("watched", "The Glass Harbour", "not_found")]
    assert list(line.watched) == [KITES_KEY]
    assert box.too_many_posts == []


NOT_ABOUT_IT = {
    **{f"{action}, about an address": (action, "url_failed", REJECTED) for action in PATHS},
    **{f"{action}, not in the library": (action, "id_err", NOT_FOUND) for action in ("rating", "unwatched", "removed")},
}


@pytest.mark.parametrize(("action", "error", "state"), NOT_ABOUT_IT.values(), ids=NOT_ABOUT_IT.keys())
def test_a_404_that_is_not_about_the_title_is_no_miss_of_it(line, box, time, action, error, state):
    box.order("status", status=404, error=error)
    play = line.put(action, HARBOUR, rating=7)
    assert line.run() is None
    assert line.aside(state) == [(action, HARBOUR.title, "not_found")]
    assert MatchCache(line.queue.database).lookup(play.key, time.wall()) is None
    line.put("stop", HARBOUR)
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].times == 1


@pytest.mark.parametrize(("error", "asked"), [("url_failed", 2), ("id_err", 1)])
def test_a_search_that_fails_on_its_address_is_no_miss_and_one_that_finds_nothing_is_remembered(
    line, box, time, error, asked
):
    box.order("status", status=404, error=error, path="/search/file")
    for _ in range(2):
        line.put("stop", None, file=NONSENSE)
        assert line.run() is None
        time.now += 90 * DAY
    assert line.posts == ["/search/file"] * asked
    assert len(line.aside(NOT_FOUND)) + len(line.aside(REJECTED)) == 2


@pytest.mark.parametrize("ago", [0.0, HOUR], ids=["a stop", "a line of the history"])
@pytest.mark.parametrize("by", ["its file", "memory"])
def test_what_simkl_took_it_for_is_told_by_its_title(line, time, ago, by):
    item = None if by == "its file" else NOBODY
    if item is not None:
        MatchCache(line.queue.database).remember(item.key, HARBOUR, time.wall())
    play = line.put("stop", item, ago=ago, file=FILE)
    assert line.run() is None
    assert line.news.sent == ["stop The Glass Harbour"]
    assert line.standings.get(OWNER).last_label == "The Glass Harbour"
    assert line.queue.was_marked(OWNER, play.key, now=time.wall()), "it is remembered under what it was queued as"


@pytest.mark.parametrize(("ago", "path"), [(0.0, "/scrobble/stop"), (HOUR, "/sync/history")])
def test_what_simkl_took_it_for_is_told_where_it_is_refused_too(line, box, ago, path):
    box.order("status", status=403, error="forbidden", path=path)
    line.put("stop", None, ago=ago, file=FILE)
    assert line.run() is None
    assert [label for label, _ in line.news.refusals] == ["The Glass Harbour"]


# internal errors


@pytest.mark.parametrize(
    ("error", "action", "ago"),
    [(ValueError("x"), "stop", 0.0), (RecursionError(), "stop", HOUR), (KeyError("x"), "watched", 0.0),
     (OverflowError(), "rating", 0.0)],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)  # fmt: skip
def test_an_internal_error_costs_the_one_play_and_the_line_goes_on(line, monkeypatch, caplog, error, action, ago):
    title_object = Item.title_object

    def failing(item):
        if item.ids == BROKEN.ids:
            raise error
        return title_object(item)

    monkeypatch.setattr(Item, "title_object", failing)
    for item in (HARBOUR, BROKEN, KITES):
        line.put(action, item, ago=ago, rating=7)
    assert line.run(longest=5) is None
    assert line.aside(REJECTED) == [(action, BROKEN.title, "internal_error")]
    assert line.news.refusals == [(BROKEN.title, "internal_error")]
    assert line.news.sent == [f"{action} {HARBOUR.title}", f"{action} {KITES.title}"]
    assert "please report it" in caplog.text


def test_an_internal_error_of_everything_puts_three_aside_and_then_waits(line, monkeypatch):
    def fail(*args, **kwargs):
        raise TypeError("broken")

    monkeypatch.setattr("lib.simkl.api.scrobble.send_scrobble", fail)
    for number in range(6):
        line.put("stop", film(number))
    assert line.run() == 5
    assert (len(line.aside(REJECTED)), line.waiting) == (3, 3)


def test_120_refused_plays_are_kept_and_arrive_once_what_was_wrong_is_mended(line, box):
    box.order("status", status=403, error="forbidden", times=None)
    for number in range(60):
        line.put("watched", film(number))
        line.put("rating", film(number), rating=7)
    line.go_on(2 * HOUR)
    refused = [play.id for play in line.queue.listing(OWNER, REJECTED)]
    assert len(refused) + line.waiting == 120
    box.clear_faults()
    line.queue.retry(OWNER, refused)
    line.go_on(HOUR)
    assert (len(line.watched), line.waiting, line.aside(REJECTED)) == (60, 0, [])
    assert {mark.times for mark in line.watched.values()} == {1}


# what was taken away


@pytest.mark.parametrize("away", ["unwatched", "removed"])
@pytest.mark.parametrize("item", [HARBOUR, LANTERN], ids=["film", "episode"])
def test_what_is_watched_again_within_the_hour_after_it_was_taken_away_counts_again(line, box, time, item, away):
    for action in ("stop", away, "stop"):
        line.put(action, item)
        assert line.run() is None
        assert line.watched == {} or action == "stop"
        time.now += 600
    assert [each.answered for each in box.scrobbles][-1] == "already_watched"
    assert len(line.watched) == 1
    assert line.posts[-2:] == ["/scrobble/stop", "/sync/history"]


def test_what_was_taken_away_and_marked_again_is_simkls_already(line, time):
    for action in ("stop", "unwatched", "watched", "stop"):
        line.put(action, HARBOUR)
        assert line.run() is None
        time.now += 60
    assert line.posts[-1] == "/scrobble/stop"


def test_a_removal_names_episodes_and_that_of_a_title_takes_it_away_with_its_rating_and_nothing_else(line, box):
    for item in (HARBOUR, KITES, lantern(1), lantern(2)):
        line.put("watched", item)
    line.put("rating", HARBOUR, rating=8)
    line.put("unwatched", lantern(2))
    assert line.run() is None
    assert (9000001, 1, 1) in line.watched and (9000001, 1, 2) not in line.watched
    [show] = box.history_calls[-1].body["shows"]
    assert show["seasons"] == [{"number": 1, "episodes": [{"number": 2}]}]
    line.put("removed", HARBOUR)
    line.put("removed", lantern(1))
    assert line.run() is None
    assert set(line.watched) == {KITES_KEY}
    assert "seasons" not in box.history_calls[-1].body["shows"][0]


# what is tracked of what Simkl recognises by a file's name


def test_by_default_everything_is_wanted_and_what_the_player_told_is_not_asked_about(line, box):
    line.put("start", None, file="The Glass Harbour (2018).mkv")
    line.run()
    assert [each.action for each in box.scrobbles] == ["start"]
    line.delivery._is_wanted = lambda play, item: False
    line.put("stop", HARBOUR)
    line.run()
    assert HARBOUR_KEY in line.watched


@pytest.mark.parametrize("tracked", [MOVIE, SHOW])
@pytest.mark.parametrize(
    ("file", "kind"), [("The Glass Harbour (2018).mkv", MOVIE), ("Lantern.Street.S02E04.mkv", SHOW)], ids=[MOVIE, SHOW]
)
def test_a_recognised_file_of_a_kind_that_is_not_tracked_is_left_out(line, file, kind, tracked):
    line.delivery._is_wanted = lambda play, item: item.kind == tracked
    line.put("start", None, file=file)
    line.run()
    assert [each.kind for each in line.box.scrobbles] == ([kind] if kind == tracked else [])
    assert (line.waiting, line.aside("unknown")) == (0, [])


@pytest.mark.parametrize(("untracked", "is_sent"), [({SHOW, MOVIE}, True), ({SHOW, ANIME}, False), ({ANIME}, False)])
def test_a_show_with_an_id_of_an_anime_site_is_anime(line, box, untracked, is_sent):
    preferences = TrackingPreferences(MOVIE not in untracked, SHOW not in untracked, ANIME not in untracked)
    line.delivery._is_wanted = lambda play, item: is_wanted(kind_for_person(item), preferences)
    moss = {"title": "Moss and Ember", "year": 2019, "ids": {"simkl": 9000003, "mal": "99001"}}
    answer = {"type": "episode", "show": moss, "episode": {"season": 1, "episode": 7}}
    box.order("answer", body=answer, path="/search/file")
    line.put("stop", None, file="[Group] Moss and Ember - 07.mkv")
    assert line.run() is None
    assert line.posts == ["/search/file"] + ["/scrobble/stop"] * is_sent
    assert [mark.title for mark in line.watched.values()] == ["Moss and Ember"] * is_sent
    assert (line.waiting, line.aside("unknown")) == (0, [])


def test_plays_from_before_the_name_was_known_are_sent_for_the_same_person(line):
    line.put("stop", HARBOUR, owner="0")
    line.queue.save_now_playing("0", line.put("stop", KITES, owner="someone else"))
    line.queue.adopt("0", OWNER)
    assert (line.queue.waiting("0"), line.queue.now_playing("0")) == (0, None)
    assert line.queue.now_playing(OWNER).item == KITES
    line.run()
    assert set(line.watched) == {HARBOUR_KEY}
    assert line.queue.waiting("someone else") == 1
