"""What Simkl does not know: what is tried before that is said, that it is remembered, and how often it is told."""

from dataclasses import replace

import pytest

from lib.simkl.api.media import MOVIE, SHOW, Item
from lib.tracking.play import NOT_FOUND, REJECTED
from lib.tracking.store.match_cache import MatchCache
from tests.unit.tracking.cases import HARBOUR, HARBOUR_KEY, KITES, KITES_KEY, NOBODY, cases, film, films, lantern
from tests.unit.tracking.sending import DAY, HOUR, NOON, OWNER, each_answer

STALE = lantern(4, season=2, episode_ids=(("tvdb", "123"),))
LOST = lantern(77, episode_ids=(("tvdb", "123"),))
RENAMED = Item("movie", "Das Glashafenhaus", 2018, (("imdb", "tt0000001"),))
TRANSLATED = Item("movie", "Der Glashafen", 2018, original_title=HARBOUR.title)
FILE, EPISODE_FILE, NONSENSE = "The.Glass.Harbour.2018.1080p.mkv", "Lantern.Street.S02E04.mkv", "home video 7.mkv"
START, STOP, SEARCH, HISTORY = "/scrobble/start", "/scrobble/stop", "/search/file", "/sync/history"


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
    line.send("start", NOBODY)
    line.send("rating", NOBODY, rating=3)
    kept = [(each.action, each.progress) for each in line.queue.listing(OWNER, NOT_FOUND)]
    assert kept == [("stop", 90.0), ("rating", 0.0)]


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
@cases("item, file, ago, asked, key", {
    "an episode by its number": (STALE, "", 0, [STOP, STOP], (9000001, 2, 4)),
    "the file's name": (RENAMED, FILE, 0, [STOP, SEARCH, STOP], HARBOUR_KEY),
    "the file's name, late": (RENAMED, FILE, HOUR, [HISTORY, SEARCH, HISTORY], HARBOUR_KEY),
    "the original title": (TRANSLATED, "", 0, [STOP, STOP], HARBOUR_KEY),
    "number and file, in this order": (LOST, NONSENSE, 0, [STOP, STOP, SEARCH], None),
})  # fmt: skip
def test_what_else_it_may_be_is_tried_before_it_is_unknown_and_remembered(line, box, item, file, ago, asked, key):
    line.send("stop", item, file=file, ago=ago)
    assert (line.posts, list(line.watched)) == (asked, [key] if key else [])
    assert line.news.unknown == ([] if key else [item.label])
    line.send("start", item, file=file)
    assert line.posts[len(asked) :] == ([START] if key else [])
    assert box.too_many_posts == []


def test_a_file_is_asked_for_once_for_ever_whether_it_is_recognised_or_not_and_once_more_as_another_title(line, time):
    for item, file in [*[(None, FILE), (RENAMED, FILE)] * 2, *[(None, NONSENSE)] * 2]:
        line.send("stop", item, file=file)
        time.now += 90 * DAY
    assert (line.searches, list(line.watched)) == ([FILE, FILE, NONSENSE], [HARBOUR_KEY])
    assert (line.news.unknown, len(line.aside(NOT_FOUND))) == ([NONSENSE], 2)


def test_a_file_whose_film_simkl_does_not_take_either_ends_as_unknown(line, box):
    box.order("status", status=404, error="id_err", path="/scrobble", times=2)
    line.send("stop", RENAMED, file=FILE)
    assert line.posts == [STOP, SEARCH, STOP]
    assert line.news.unknown == ["Das Glashafenhaus"]


def test_a_search_that_fails_loses_nothing(line, box):
    box.order("reset", path=SEARCH)
    line.put("stop", RENAMED, file=FILE)
    assert line.run() == 5
    assert (line.run(longest=10), line.watched_once()) == (None, 1)


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


def test_what_simkl_takes_a_name_for_is_not_believed_against_the_title(line):
    line.send("stop", None, progress=96.0, file="The.Glass.Harbour.2018.mkv", title="Birthday at the lake")
    assert (line.watched, len(line.aside(NOT_FOUND))) == ({}, 1)


def nameless(**words):
    return lambda lost: {"movies": [], "shows": [], "episodes": [], **words}


A_FILM, MANY = {"type": "movie", "ids": {"simkl": 0}}, films(20)


# how Simkl tells what it does not know, what is sent, and the labels of what is not known
@cases("words, items, unknown", {
    "the first, as a film": (nameless(movies=[A_FILM]), [NOBODY, *MANY[1:]], ["Nobody Knows It"]),
    "the second, as a show": (nameless(shows=[{"ids": {}}]), [MANY[0], NOBODY, *MANY[2:]], ["Nobody Knows It"]),
    "the last, as a film": (nameless(movies=[A_FILM]), [*MANY[:19], NOBODY], ["Nobody Knows It"]),
    "several, as one episode": (
        nameless(episodes=[{"season": 1, "number": 99}]),
        [lantern(1), lantern(99), film(1), NOBODY, lantern(2), film(2)], ["Lantern Street 1x99", "Nobody Knows It"],
    ),
    "one beside one that is named": (
        lambda lost: {**lost, "movies": [*lost["movies"], A_FILM][-2:]},
        [film(1), NOBODY, film(2)], ["Nobody Knows It"],
    ),
})  # fmt: skip
def test_the_unknown_ones_that_simkl_does_not_name_are_found_and_all_others_arrive_once(
    line, box, words, items, unknown
):
    def change(path, payload):
        lost = payload.get("not_found") or {}
        return {**payload, "not_found": words(lost)} if path.startswith("/sync") and any(lost.values()) else payload

    each_answer(box, change)
    line.put_all("stop", items, ago=HOUR)
    assert (line.run(), line.watched_once()) == (None, len(items) - len(unknown))
    assert line.aside(NOT_FOUND) == [("stop", label, "not_found") for label in unknown]
    assert (line.news.unknown, line.aside(REJECTED)) == (unknown, [])
    assert len(set(line.news.sent)) == len(line.news.sent) == len(line.watched)
    assert len(line.posts) < 14


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
