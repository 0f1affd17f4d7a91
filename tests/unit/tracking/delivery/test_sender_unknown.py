"""What Simkl does not know: what is tried before that is said, that it is remembered, and how often it is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.simkl.api.media import MOVIE, SHOW, Item
from lib.tracking.identify import is_wanted, kind_for_person
from lib.tracking.play import NOT_FOUND, REJECTED
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.store.match_cache import MatchCache
from tests.unit.tracking.sending import DAY, HOUR, NOON, OWNER, each_answer
from tests.unit.tracking.titles import HARBOUR, HARBOUR_KEY, KITES, KITES_KEY, LANTERN_KEY, NOBODY, film, films, lantern

STALE = lantern(4, season=2, episode_ids=(("tvdb", "123"),))
LOST = lantern(77, episode_ids=(("tvdb", "123"),))
RENAMED = Item("movie", "Das Glashafenhaus", 2018, (("imdb", "tt0000001"),))
TRANSLATED = Item("movie", "Der Glashafen", 2018, original_title=HARBOUR.title)
FILE, EPISODE_FILE, NONSENSE = "The.Glass.Harbour.2018.1080p.mkv", "Lantern.Street.S02E04.mkv", "home video 7.mkv"
START, STOP, SEARCH, HISTORY = "/scrobble/start", "/scrobble/stop", "/search/file", "/sync/history"


def unknown(line):
    return [(each.action, each.progress) for each in line.queue.listing(OWNER, NOT_FOUND)]


def test_a_miss_is_remembered_for_a_week_and_told_once(line, box, time):
    for action, later, asked in (("start", 600, 1), ("stop", 7 * DAY - 660, 1), ("stop", 120, 1), ("stop", 0, 2)):
        line.put(action, NOBODY)
        assert line.run(longest=DAY) is None
        assert (len(box.requests), line.news.unknown[:1]) == (asked, ["Nobody Knows It"])
        time.now += later
    assert (len(line.news.unknown), line.aside(NOT_FOUND)[0]) == (2, ("stop", "Nobody Knows It", "not_found"))
    line.put("start", NOBODY)
    line.send("watched", KITES)
    assert list(line.watched) == [KITES_KEY], "the line goes on"


def test_of_a_playback_that_is_unknown_one_line_is_kept_the_one_that_says_most(line):
    for action, progress in (("start", 0.0), ("pause", 30.0), ("stop", 30.0), ("start", 30.0), ("stop", 90.0)):
        line.send(action, NOBODY, progress=progress)
    assert unknown(line) == [("stop", 90.0)]
    line.send("start", NOBODY)
    assert unknown(line) == [("stop", 90.0)]
    line.send("rating", NOBODY, rating=3)
    assert unknown(line) == [("stop", 90.0), ("rating", 0.0)]


def test_a_person_can_have_it_asked_again_and_what_a_person_says_it_is_counts_from_then_on(line, box, time):
    line.send("stop", NOBODY, ago=HOUR)
    line.try_again(NOT_FOUND)
    assert (line.run(), len(box.requests)) == (None, 2)
    assert line.aside(NOT_FOUND) == [("stop", "Nobody Knows It", "not_found")]
    MatchCache(line.queue.database).remember(NOBODY.key, HARBOUR, time.wall())
    line.try_again(NOT_FOUND)
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T11:00:00Z"
    time.now += 400 * DAY
    line.send("start", NOBODY)
    assert box.scrobbles[-1].title == "The Glass Harbour"


# the play, its file, how long ago it was, what is asked, and what is watched in the end
LAST_RESORTS = {
    "an episode by its number": (STALE, "", 0, [STOP, STOP], LANTERN_KEY),
    "the file's name": (RENAMED, FILE, 0, [STOP, SEARCH, STOP], HARBOUR_KEY),
    "the file's name, late": (RENAMED, FILE, HOUR, [HISTORY, SEARCH, HISTORY], HARBOUR_KEY),
    "the original title": (TRANSLATED, "", 0, [STOP, STOP], HARBOUR_KEY),
    "number and file, in this order": (LOST, NONSENSE, 0, [STOP, STOP, SEARCH], None),
}


@pytest.mark.parametrize(("item", "file", "ago", "asked", "key"), LAST_RESORTS.values(), ids=LAST_RESORTS.keys())
def test_what_else_it_may_be_is_tried_before_it_is_unknown_and_remembered(line, box, item, file, ago, asked, key):
    line.send("stop", item, file=file, ago=ago)
    assert (line.posts, list(line.watched)) == (asked, [key] if key else [])
    assert line.news.unknown == ([] if key else [item.label])
    line.send("start", item, file=file)
    assert line.posts[len(asked) :] == ([START] if key else [])
    assert box.too_many_posts == []


@pytest.mark.parametrize(
    ("file", "watched"), [(EPISODE_FILE, [LANTERN_KEY]), (NONSENSE, [])], ids=["recognised", "not recognised"]
)
def test_what_is_known_by_its_file_only_is_asked_for_once_for_ever(line, time, file, watched):
    for _ in range(3):
        line.send("stop", None, file=file)
        time.now += 90 * DAY
    assert (line.searches, list(line.watched)) == ([file], watched)
    assert (line.news.unknown, len(line.aside(NOT_FOUND))) == (([], 0) if watched else ([NONSENSE], 3))


def test_a_file_that_was_recognised_before_is_not_asked_for_again(line, box):
    for title in (None, RENAMED, None, RENAMED):
        line.send("stop", title, file=FILE)
    assert line.searches == [FILE, FILE], "once as a mere file, once as another title"
    assert [each.status for each in box.scrobbles] == [201, 404, 409, 409, 409]


def test_a_file_whose_film_simkl_does_not_take_either_ends_as_unknown(line, box):
    box.order("status", status=404, error="id_err", path="/scrobble", times=2)
    line.send("stop", RENAMED, file=FILE)
    assert line.posts == [STOP, SEARCH, STOP]
    assert line.news.unknown == ["Das Glashafenhaus"]


def test_a_library_marked_by_hand_is_neither_searched_file_by_file_nor_sent_again_by_number(line):
    """Simkl blocks who searches a library, and a batch names episodes by their numbers in the first place."""
    for number in range(95, 105):
        item = replace(NOBODY, title=f"Home video {number}", ids=(("imdb", f"tt555{number}"),))
        line.put("watched", item, file=f"home.video.{number}.mkv")
        line.put("watched", lantern(number, episode_ids=(("tvdb", f"{number}"),)))
    assert line.run() is None
    assert (line.posts, len(line.news.unknown)) == ([HISTORY], 20)


def test_two_marks_of_one_unknown_film_in_a_batch_are_told_once(line):
    line.put("stop", NOBODY, ago=2 * HOUR)
    line.send("stop", NOBODY, ago=HOUR)
    assert line.news.unknown == ["Nobody Knows It"]
    assert [each.at for each in line.queue.listing(OWNER, NOT_FOUND)] == [NOON - 2 * HOUR, NOON - HOUR]


def test_a_search_that_fails_loses_nothing(line, box):
    box.order("reset", path=SEARCH)
    line.put("stop", RENAMED, file=FILE)
    assert line.run() == 5
    assert (line.run(longest=10), line.watched_once()) == (None, 1)


def test_what_simkl_takes_a_name_for_is_not_believed_against_the_title(line):
    line.send("stop", None, progress=96.0, file="The.Glass.Harbour.2018.mkv", title="Birthday at the lake")
    assert (line.watched, len(line.aside(NOT_FOUND))) == ({}, 1)


NAMELESS = {
    "movies": {"movies": [{"type": "movie", "ids": {"simkl": 0}}]},
    "shows": {"shows": [{"type": "show", "ids": {}}]},
    "episodes": {"episodes": [{"season": 1, "number": 99}]},
}


def unnamed(box, words):
    """Have the fake server tell of what it does not know in these words."""

    def change(path, payload):
        lost = payload.get("not_found") or {}
        if path.startswith("/sync") and any(lost.values()):
            return {**payload, "not_found": {"movies": [], "shows": [], "episodes": [], **words}}
        return payload

    each_answer(box, change)


@pytest.mark.parametrize(("words", "place"), [("movies", 0), ("shows", 1), ("movies", 19)])
def test_the_unknown_one_is_found_and_all_others_arrive_once(line, box, words, place):
    unnamed(box, NAMELESS[words])
    line.put_all("stop", [*films(place), NOBODY, *films(20)[place + 1 :]], ago=HOUR)
    assert (line.run(), line.watched_once()) == (None, 19)
    assert line.aside(NOT_FOUND) == [("stop", "Nobody Knows It", "not_found")]
    assert (line.news.unknown, line.aside(REJECTED)) == (["Nobody Knows It"], [])
    assert len(set(line.news.sent)) == len(line.news.sent) == 19
    assert len(line.posts) < 14


def test_several_of_them_and_an_episode_are_found_too(line, box):
    unnamed(box, NAMELESS["episodes"])
    line.put_all("watched", [lantern(1), lantern(99), film(1), NOBODY, lantern(2), film(2)])
    assert (line.run(), line.watched_once()) == (None, 4)
    assert sorted(label for _, label, _ in line.aside(NOT_FOUND)) == ["Lantern Street 1x99", "Nobody Knows It"]


def test_an_unknown_one_beside_one_that_is_named_takes_nobody_with_it(line, box):
    def change(path, payload):
        lost = payload.get("not_found") or {}
        if not any(lost.values()):
            return payload
        return {**payload, "not_found": {**lost, "movies": [*lost["movies"], {"type": "movie"}][-2:]}}

    each_answer(box, change)
    line.put_all("watched", [film(1), NOBODY, film(2)])
    assert (line.run(), line.watched_once()) == (None, 2)
    assert line.news.unknown == ["Nobody Knows It"]


@pytest.mark.parametrize("is_tracked", [True, False])
def test_only_what_simkl_recognised_by_a_file_is_asked_about_and_left_out_if_of_a_kind_that_is_not_tracked(
    line, box, is_tracked
):
    line.send("start", None, file=FILE)
    line.delivery._is_wanted = lambda play, item: item.kind == (SHOW if is_tracked else MOVIE)
    line.send("start", None, file=EPISODE_FILE)
    assert [each.kind for each in box.scrobbles] == [MOVIE, SHOW][: 1 + is_tracked]
    line.delivery._is_wanted = lambda play, item: False
    line.send("stop", KITES)
    assert (list(line.watched), line.aside(NOT_FOUND)) == ([KITES_KEY], [])


@pytest.mark.parametrize(("preferences", "is_sent"), [((False, False, True), 1), ((True, True, False), 0)])
def test_a_show_with_an_id_of_an_anime_site_is_anime(line, box, preferences, is_sent):
    line.delivery._is_wanted = lambda _, item: is_wanted(kind_for_person(item), TrackingPreferences(*preferences))
    moss = {"title": "Moss and Ember", "year": 2019, "ids": {"simkl": 9000003, "mal": "99001"}}
    answer = {"type": "episode", "show": moss, "episode": {"season": 1, "episode": 7}}
    box.order("answer", body=answer, path=SEARCH)
    line.send("stop", None, file="[Group] Moss and Ember - 07.mkv")
    assert line.posts == [SEARCH] + [STOP] * is_sent
    assert [mark.title for mark in line.watched.values()] == ["Moss and Ember"] * is_sent
    assert line.aside(NOT_FOUND) == []
