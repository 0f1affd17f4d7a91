"""Refusals that are no reason to put a play aside as stuck, and by which title things are told of."""

from __future__ import annotations

import logging

import pytest

from lib.simkl.api.media import MOVIE, Item, clean_ids
from lib.tracking.play import NOT_FOUND, REJECTED
from lib.tracking.store.match_cache import MatchCache
from tests.unit.tracking.sending import DAY, HARBOUR, HARBOUR_KEY, HOUR, KITES, KITES_KEY, NOBODY, OWNER, lantern

RENAMED = Item(MOVIE, "Das Glashafenhaus", 2018, clean_ids({"imdb": "tt0000001"}))
FILE, NONSENSE = "The.Glass.Harbour.2018.1080p.mkv", "home video 7.mkv"
MARKS = {"watched": "/sync/history", "unwatched": "/sync/history/remove", "rating": "/sync/ratings"}
WATCHED_AT = {"watched_at": "2026-11-24T06:00:00-05:00", "expires_at": "2026-11-24T07:00:00-05:00"}


@pytest.mark.parametrize("action", MARKS)
def test_a_mark_that_is_refused_as_not_found_is_not_recognised(line, box, action):
    box.order("status", status=404, error="id_err", path=MARKS[action])
    line.put(action, HARBOUR, rating=7)
    assert line.run() is None
    assert line.aside(NOT_FOUND) == [(action, "The Glass Harbour", "not_found")]
    assert (line.aside(REJECTED), line.news.refusals) == ([], [])
    assert line.news.unknown == ["The Glass Harbour"]


@pytest.mark.parametrize(("action", "path"), [("stop", "/scrobble/stop"), *MARKS.items()])
def test_what_simkl_has_already_is_done_though_no_error_is_named(line, box, action, path):
    box.order("answer", status=409, body=WATCHED_AT, path=path)
    line.put(action, HARBOUR, rating=7)
    assert line.run() is None
    assert line.news.sent == [f"{action} The Glass Harbour"]
    assert (line.waiting, line.aside(REJECTED)) == (0, [])


def test_of_a_batch_that_is_refused_as_not_found_only_the_one_is_put_aside(line, box):
    box.order("status", status=404, error="id_err", path="/sync/history", times=2)
    for item in (HARBOUR, KITES):
        line.put("watched", item)
    assert line.run() is None
    assert line.aside(NOT_FOUND) == [("watched", "The Glass Harbour", "not_found")]
    assert list(line.watched) == [KITES_KEY]
    assert box.too_many_posts == []


def test_a_late_play_that_is_not_found_is_told_by_its_file(line, box):
    box.order("status", status=404, error="id_err", path="/sync/history")
    line.put("stop", RENAMED, file=FILE, ago=HOUR)
    assert line.run() is None
    assert line.posts == ["/sync/history", "/search/file", "/sync/history"]
    assert list(line.watched) == [HARBOUR_KEY]


def test_a_search_that_is_refused_as_not_found_is_a_miss_that_is_remembered(line, box, time):
    box.order("status", status=404, error="id_err", path="/search/file")
    for _ in range(2):
        line.put("stop", None, file=NONSENSE)
        assert line.run() is None
        time.now += 90 * DAY
    assert line.posts == ["/search/file"]
    assert line.aside(NOT_FOUND) == [("stop", NONSENSE, "not_found")] * 2
    assert (line.aside(REJECTED), line.news.unknown) == ([], [NONSENSE])


@pytest.mark.parametrize("ago", [0.0, HOUR], ids=["a stop", "a line of the history"])
@pytest.mark.parametrize("by", ["its file", "memory"])
def test_what_simkl_took_it_for_is_told_by_its_title(line, time, ago, by):
    item = None if by == "its file" else NOBODY
    if item is not None:
        MatchCache(line.queue.database).remember(item.key, HARBOUR, time.wall())
    line.put("stop", item, ago=ago, file=FILE)
    assert line.run() is None
    assert line.news.sent == ["stop The Glass Harbour"]
    assert line.standings.get(OWNER).last_label == "The Glass Harbour"


@pytest.mark.parametrize(("ago", "path"), [(0.0, "/scrobble/stop"), (HOUR, "/sync/history")])
def test_what_simkl_took_it_for_is_told_where_it_is_refused_too(line, box, ago, path):
    box.order("status", status=403, error="forbidden", path=path)
    line.put("stop", None, ago=ago, file=FILE)
    assert line.run() is None
    assert [label for label, _ in line.news.refusals] == ["The Glass Harbour"]


def test_a_mark_of_what_was_recognised_is_remembered_under_what_it_was_queued_as(line, time):
    line.put("stop", None, file=FILE)
    assert line.run() is None
    assert line.queue.was_marked(OWNER, f"file:{FILE}", now=time.wall())


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
