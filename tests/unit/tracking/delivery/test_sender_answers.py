"""What comes of every answer that Simkl can give, and of what one play leads to: no other play suffers for it."""

import logging

import pytest

from lib.simkl.api.media import Item
from lib.tracking.play import NOT_FOUND, REJECTED
from lib.tracking.store import delivery_state
from lib.tracking.store.match_cache import MatchCache
from tests.unit.tracking.cases import HARBOUR, HARBOUR_KEY, KITES, KITES_KEY, LANTERN, NOBODY, cases, lantern
from tests.unit.tracking.sending import DAY, HOUR, OWNER

FILE, NONSENSE = "The.Glass.Harbour.2018.1080p.mkv", "home video 7.mkv"
STOP, HISTORY = "/scrobble/stop", "/sync/history"


def test_a_playback_is_told_as_it_goes_on_and_in_this_order(line, box, time):
    assert (line.run(longest=DAY), box.requests) == (None, [])
    for action, progress in (("start", 1.5), ("pause", 40.25), ("start", 40.25), ("stop", 96.0)):
        line.send(action, HARBOUR, progress=progress)
        time.now += 600
    line.send("stop", LANTERN, progress=41.5)
    assert [(each.action, each.answered, each.progress) for each in box.scrobbles] == [
        ("start", "start", 1.5), ("pause", "pause", 40.25), ("start", "start", 40.25), ("stop", "scrobble", 96.0),
        ("stop", "pause", 41.5),
    ]  # fmt: skip
    assert (list(line.watched), line.watched_once()) == ([HARBOUR_KEY], 1)
    assert [(each.season, each.episode, each.progress) for each in box.playbacks] == [(2, 4, 41.5)]
    assert box.history_calls == box.malformed == box.too_many_posts == []
    assert line.news.sent[-2:] == ["stop The Glass Harbour", "stop Lantern Street 2x04"]


PAUSED = {"status": 201, "body": {"id": 1, "action": "pause", "progress": 60}}
KNOWN = {"status": 409, "body": {"watched_at": "2026-11-24T06:00:00-05:00", "expires_at": "2026-11-24T07:00:00-05:00"}}
HALF = {"progress": 60.0, "threshold": 50}


# how the first answers differ, the play, how long it is waited for, and what is asked
@cases("faults, action, more, later, asked", {
    "Simkl has the stop, and names no error": ([("answer", KNOWN)], "stop", {}, 0, [STOP]),
    "Simkl has the mark, and names no error": ([("answer", KNOWN)], "watched", {}, 0, [HISTORY]),
    "a place to resume from": ([("answer", PAUSED)], "stop", {"progress": 79.9}, 0, [STOP]),
    "a pause": ([("answer", PAUSED)], "pause", {"progress": 95.0}, 0, ["/scrobble/pause"]),
    "it counts for the person and not for Simkl": ([("answer", PAUSED)], "stop", HALF, 0, [STOP, HISTORY]),
    "the same, and the answer gets lost": (
        [("answer", PAUSED), ("lost_answer", {"path": HISTORY}), ("answer", PAUSED)], "stop", HALF, 5,
        [STOP, HISTORY] * 2,
    ),
    "an answer that got lost": ([("lost_answer", {})], "stop", {}, 5, [STOP, STOP]),
    "an answer that got lost, hours ago": ([("lost_answer", {})], "stop", {}, 2 * HOUR, [STOP, HISTORY]),
})  # fmt: skip
def test_it_is_done_once_whatever_simkl_answers(line, box, time, faults, action, more, later, asked):
    for fault, options in faults:
        box.order(fault, **{"path": "/scrobble" if action != "watched" else HISTORY, **options})
    play = line.put(action, HARBOUR, ref="movie/7", **more)
    if later:
        assert line.run() == 5
        time.now += later
    assert (line.run(), line.posts, line.news.sent) == (None, asked, [f"{action} The Glass Harbour"])
    assert (line.watched_once(), line.aside(REJECTED)) == (HISTORY in asked[1:] or asked[1:] == [STOP], [])
    assert line.queue.was_marked(OWNER, play.key, time.wall()) is play.counts


def test_each_kind_of_mark_has_a_call_of_its_own_and_a_removal_takes_away_what_it_names_and_nothing_else(line, box):
    line.put("rating", HARBOUR, rating=8)
    line.put_all("watched", [HARBOUR, KITES, lantern(1), lantern(2)])
    assert (line.run(), line.posts) == (None, ["/sync/ratings", HISTORY])
    assert [each.rating for each in box.ratings["sample_viewer"].values()] == [8]
    line.send("unwatched", lantern(2))
    assert (9000001, 1, 1) in line.watched and (9000001, 1, 2) not in line.watched
    [show] = box.history_calls[-1].body["shows"]
    assert show["seasons"] == [{"number": 1, "episodes": [{"number": 2}]}]
    line.put("removed", HARBOUR)
    line.send("removed", lantern(1))
    assert set(line.watched) == {KITES_KEY}
    assert "seasons" not in box.history_calls[-1].body["shows"][0]
    assert (set(line.posts[2:]), box.malformed) == ({f"{HISTORY}/remove"}, [])


def test_what_was_sent_is_listed_with_what_simkl_said_and_not_what_goes_on_just_now(line, time):
    line.put("stop", HARBOUR)
    line.send("watched", KITES)
    at = time.wall()
    line.send("start", LANTERN)
    kept = line.standings.get(OWNER)
    assert (kept.state, kept.last_label, kept.last_at) == (delivery_state.READY, KITES.title, at)
    time.now += HOUR / 2
    line.put("stop", HARBOUR)
    line.put("rating", KITES, rating=7)
    line.send("unwatched", lantern(1))
    assert [(each.play.action, each.play.label, each.answer) for each in line.queue.sent.latest(OWNER)][::-1] == [
        ("stop", HARBOUR.title, "scrobble"), ("watched", KITES.title, "added"),
        ("stop", HARBOUR.title, "already_watched"), ("rating", KITES.title, "rated"),
        ("unwatched", "Lantern Street 1x01", "deleted"),
    ]  # fmt: skip


def test_titles_are_in_the_log_for_debugging_only(line, box, caplog):
    caplog.set_level(logging.DEBUG)
    box.order("status", status=403, error="forbidden", path="/scrobble/stop")
    line.put("stop", lantern(4))
    line.put("stop", NOBODY)
    line.send("stop", None, file=NONSENSE)
    ours = [each for each in caplog.records if each.name.startswith("lib.tracking")]
    shown = " ".join(each.getMessage() for each in ours if each.levelno > logging.DEBUG)
    assert "Simkl does not take number 1, a stop" in shown
    assert not [word for word in (LANTERN.title, NOBODY.title, NONSENSE) if word in shown]
    assert LANTERN.title in " ".join(each.getMessage() for each in ours if each.levelno == logging.DEBUG)


# action, error of the 404, where it is put aside, and whether that says something of the title
@cases("action, error, state, is_miss", {
    "a stop, about an address": ("stop", "url_failed", REJECTED, False),
    "a mark, about an address": ("watched", "url_failed", REJECTED, False),
    "a mark, about the title": ("watched", "id_err", NOT_FOUND, True),
    "a rating of what is not in the library": ("rating", "id_err", NOT_FOUND, False),
    "a removal of what is not in the library": ("removed", "id_err", NOT_FOUND, False),
})  # fmt: skip
def test_only_a_404_about_the_title_is_remembered_as_a_miss_of_it(line, box, time, action, error, state, is_miss):
    box.order("status", status=404, error=error)
    play = line.send(action, HARBOUR, rating=7)
    assert line.aside(state) == [(action, HARBOUR.title, "not_found")]
    assert line.news.unknown == [HARBOUR.title] * (state == NOT_FOUND)
    assert len(line.news.refusals) == (state == REJECTED)
    assert (MatchCache(line.queue.database).lookup(play.key, time.wall()) is not None) is is_miss
    line.send("stop", HARBOUR)
    assert line.watched_once() == (0 if is_miss else 1)


def test_of_a_batch_that_is_refused_as_not_found_only_the_one_is_put_aside(line, box):
    box.order("status", status=404, error="id_err", path="/sync/history", times=2)
    line.put("watched", HARBOUR)
    line.send("watched", KITES)
    assert line.aside(NOT_FOUND) == [("watched", "The Glass Harbour", "not_found")]
    assert (list(line.watched), box.too_many_posts) == ([KITES_KEY], [])


def test_a_search_that_fails_on_its_address_is_no_miss(line, box):
    box.order("status", status=404, error="url_failed", path="/search/file")
    for _ in range(2):
        line.send("stop", None, file=NONSENSE)
    assert line.posts == ["/search/file"] * 2
    assert len(line.aside(NOT_FOUND)) == len(line.aside(REJECTED)) == 1


@pytest.mark.parametrize(("ago", "path"), [(0.0, STOP), (HOUR, HISTORY)])
@pytest.mark.parametrize(("item", "is_taken"), [(None, True), (NOBODY, True), (None, False)])
def test_what_simkl_took_it_for_is_told_by_its_title(line, box, time, ago, path, item, is_taken):
    if item is not None:
        MatchCache(line.queue.database).remember(item.key, HARBOUR, time.wall())
    if not is_taken:
        box.order("status", status=403, error="forbidden", path=path)
    play = line.send("stop", item, ago=ago, file=FILE)
    assert line.news.sent == ["stop The Glass Harbour"] * is_taken
    assert [label for label, _ in line.news.refusals] == ["The Glass Harbour"] * (not is_taken)
    assert line.standings.get(OWNER).last_label == "The Glass Harbour" * is_taken
    assert line.queue.was_marked(OWNER, play.key, now=time.wall()) is is_taken, "not under what it was queued as"


@pytest.mark.parametrize(("error", "action"), [(RecursionError(), "stop"), (KeyError("x"), "watched")])
def test_an_internal_error_costs_the_one_play_and_the_line_goes_on(line, monkeypatch, caplog, error, action):
    title_object = Item.title_object

    def failing(item):
        if item.ids == LANTERN.ids:
            raise error
        return title_object(item)

    monkeypatch.setattr(Item, "title_object", failing)
    line.put_all(action, [HARBOUR, LANTERN, KITES])
    assert line.run(longest=5) is None
    assert line.aside(REJECTED) == [(action, LANTERN.label, "internal_error")]
    assert line.news.refusals == [(LANTERN.label, "internal_error")]
    assert line.news.sent == [f"{action} {HARBOUR.title}", f"{action} {KITES.title}"]
    assert "please report it" in caplog.text


@cases("actions, item, calls", {
    "an episode": (("stop", "unwatched", "stop"), LANTERN, [STOP, HISTORY]),
    "a film": (("stop", "removed", "stop"), HARBOUR, [STOP, HISTORY]),
    "Simkl's already": (("stop", "unwatched", "watched", "stop"), HARBOUR, [HISTORY, STOP]),
})  # fmt: skip
def test_what_is_watched_again_within_the_hour_after_it_was_taken_away_counts_again(
    line, box, time, actions, item, calls
):
    for action in actions:
        line.send(action, item)
        assert len(line.watched) == (action in ("stop", "watched"))
        time.now += 600
    assert box.scrobbles[-1].answered == "already_watched"
    assert line.posts[-2:] == calls


def test_plays_from_before_the_name_was_known_are_sent_for_the_same_person(line):
    line.put("stop", HARBOUR, owner="0")
    line.queue.save_now_playing("0", line.put("stop", KITES, owner="someone else"))
    line.queue.adopt("0", OWNER)
    assert (line.queue.waiting("0"), line.queue.now_playing("0")) == (0, None)
    assert line.queue.now_playing(OWNER).item == KITES
    assert (line.run(), set(line.watched), line.queue.waiting("someone else")) == (None, {HARBOUR_KEY}, 1)
