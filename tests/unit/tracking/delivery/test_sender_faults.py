"""What one play leads to is its own fault: it is put aside and told, and no other play and no title suffers for it."""

from __future__ import annotations

import pytest

from lib.tracking.play import NOT_FOUND, REJECTED
from lib.tracking.store.match_cache import MatchCache
from tests.unit.tracking.sending import (
    HARBOUR,
    HARBOUR_KEY,
    HOUR,
    KITES,
    KITES_KEY,
    LANTERN,
    OWNER,
    film,
    lantern,
)

PATHS = {"stop": "/scrobble/stop", "watched": "/sync/history", "rating": "/sync/ratings", "unwatched": "/sync/history"}
BROKEN = film(3)


@pytest.fixture
def fails(line, monkeypatch):
    """Have everything fail that is about one film, with an exception that is no error of Simkl's."""

    def fail_with(error):
        from lib.simkl.api.media import Item

        of_title = Item.title_object

        def title_object(item):
            if item.ids == BROKEN.ids:
                raise error
            return of_title(item)

        monkeypatch.setattr(Item, "title_object", title_object)

    return fail_with


@pytest.mark.parametrize(
    ("error", "action", "ago"),
    [(ValueError("x"), "stop", 0.0), (RecursionError(), "stop", HOUR), (KeyError("x"), "watched", 0.0),
     (OverflowError(), "rating", 0.0)],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)  # fmt: skip
def test_an_internal_error_costs_the_one_play_and_the_line_goes_on(line, fails, caplog, error, action, ago):
    fails(error)
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


@pytest.mark.parametrize("action", PATHS)
def test_a_404_that_is_about_an_address_says_nothing_of_the_title(line, box, time, action):
    box.order("status", status=404, error="url_failed", path=PATHS[action])
    play = line.put(action, HARBOUR, rating=7)
    assert line.run() is None
    assert line.aside(REJECTED) == [(action, HARBOUR.title, "not_found")]
    assert MatchCache(line.queue.database).lookup(play.key, time.wall()) is None
    line.put("stop", HARBOUR)
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].times == 1


@pytest.mark.parametrize("action", ["rating", "unwatched", "removed"])
def test_a_rating_or_a_removal_that_simkl_does_not_know_says_nothing_of_the_title(line, box, time, action):
    box.order("status", status=404, error="id_err", path="/sync")
    play = line.put(action, HARBOUR, rating=7)
    assert line.run() is None
    assert line.aside(NOT_FOUND) == [(action, HARBOUR.title, "not_found")]
    assert MatchCache(line.queue.database).lookup(play.key, time.wall()) is None
    line.put("stop", HARBOUR)
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].times == 1


def test_a_search_that_fails_on_its_address_is_no_miss(line, box, time):
    box.order("status", status=404, error="url_failed", path="/search/file")
    line.put("stop", None, file="The.Glass.Harbour.2018.mkv")
    assert line.run() is None
    assert MatchCache(line.queue.database).lookup("file:The.Glass.Harbour.2018.mkv", time.wall()) is None


@pytest.mark.parametrize("away", ["unwatched", "removed"])
@pytest.mark.parametrize("item", [HARBOUR, LANTERN], ids=["film", "episode"])
def test_what_is_watched_again_within_the_hour_after_it_was_taken_away_counts_again(line, box, time, item, away):
    line.put("stop", item)
    assert line.run() is None
    time.now += 600
    line.put(away, item)
    assert line.run() is None
    assert line.watched == {}
    time.now += 600
    line.put("stop", item)
    assert line.run() is None
    assert [each.answered for each in box.scrobbles][-1] == "already_watched"
    assert len(line.watched) == 1
    assert line.posts[-2:] == ["/scrobble/stop", "/sync/history"]


def test_what_was_taken_away_and_marked_again_is_simkls_already(line, box, time):
    for action in ("stop", "unwatched", "watched", "stop"):
        line.put(action, HARBOUR)
        assert line.run() is None
        time.now += 60
    assert line.posts[-1] == "/scrobble/stop"


def test_the_removal_of_a_title_takes_it_away_with_its_rating_and_nothing_else(line, box):
    for item in (HARBOUR, KITES, lantern(1), lantern(2)):
        line.put("watched", item)
    line.put("rating", HARBOUR, rating=8)
    assert line.run() is None
    line.put("removed", HARBOUR)
    line.put("removed", lantern(1))
    assert line.run() is None
    assert set(line.watched) == {KITES_KEY}
    [call] = [each.body for each in box.requests if each.path == "/sync/history/remove"]
    assert "seasons" not in call["shows"][0]


def test_what_was_sent_is_listed_with_what_simkl_said(line, box, time):
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
