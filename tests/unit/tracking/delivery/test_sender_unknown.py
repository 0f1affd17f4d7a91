"""What Simkl does not know: what is tried before that is said, that it is remembered, and how often it is told."""

from __future__ import annotations

import pytest

from lib.simkl.api.media import Item
from lib.tracking.play import NOT_FOUND, REJECTED
from lib.tracking.store.match_cache import MatchCache
from tests.unit.tracking.sending import (
    DAY,
    HARBOUR,
    HARBOUR_KEY,
    HOUR,
    KITES,
    LANTERN_KEY,
    NOBODY,
    NOON,
    OWNER,
    each_answer,
    film,
    lantern,
)

STALE = lantern(4, season=2, episode_ids=(("tvdb", "123"),))
RENAMED = Item("movie", "Das Glashafenhaus", 2018, (("imdb", "tt0000001"),))
FILE, EPISODE_FILE = "The.Glass.Harbour.2018.1080p.mkv", "Lantern.Street.S02E04.mkv"
NONSENSE = "home video 7.mkv"


def searches(box):
    """Return the names of files that Simkl was asked for."""
    return [each.body["file"] for each in box.requests if each.path == "/search/file"]


def test_a_miss_is_remembered_and_not_asked_again(line, box, time):
    for action in ("start", "pause", "start", "stop"):
        line.put(action, NOBODY)
        assert line.run(longest=DAY) is None
        time.now += 600
    assert len(box.requests) == 1
    assert line.news.unknown == ["Nobody Knows It"]


def test_of_a_playback_that_is_unknown_one_line_is_kept_the_one_that_says_most(line):
    for action, progress in (("start", 0.0), ("pause", 30.0), ("stop", 30.0), ("start", 30.0), ("stop", 90.0)):
        line.put(action, NOBODY, progress=progress)
        line.run()
    assert [(each.action, each.progress) for each in line.queue.listing(OWNER, NOT_FOUND)] == [("stop", 90.0)]
    line.put("start", NOBODY)
    line.run()
    assert [(each.action, each.progress) for each in line.queue.listing(OWNER, NOT_FOUND)] == [("stop", 90.0)]
    line.put("rating", NOBODY, rating=3)
    line.run()
    assert [each.action for each in line.queue.listing(OWNER, NOT_FOUND)] == ["stop", "rating"]


def test_after_a_week_simkl_may_have_learned_of_it(line, box, time):
    line.put("stop", NOBODY)
    line.run()
    time.now += 7 * DAY - 60
    line.put("stop", NOBODY)
    line.run()
    assert len(box.requests) == 1
    time.now += 120
    line.put("stop", NOBODY)
    line.run()
    assert len(box.requests) == 2


def test_a_person_can_have_it_asked_again(line, box):
    line.put("stop", NOBODY)
    line.run()
    line.queue.retry(OWNER, [each.id for each in line.queue.listing(OWNER, NOT_FOUND)])
    line.run()
    assert len(box.requests) == 2
    assert line.aside(NOT_FOUND) == [("stop", "Nobody Knows It", "not_found")]


def test_what_a_person_says_it_is_counts_for_it_from_then_on(line, box, time):
    line.put("stop", NOBODY, ago=HOUR)
    line.run()
    MatchCache(line.queue.database).remember(NOBODY.key, HARBOUR, time.wall())
    line.queue.retry(OWNER, [each.id for each in line.queue.listing(OWNER, NOT_FOUND)])
    assert line.run() is None
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T11:00:00Z"
    time.now += 400 * DAY
    line.put("start", NOBODY)
    line.run()
    assert box.scrobbles[-1].title == "The Glass Harbour"


def test_an_episode_whose_own_id_is_out_of_date_is_told_by_its_number(line, box):
    for action in ("start", "stop"):
        line.put(action, STALE)
        assert line.run() is None
    assert [(each.action, each.status) for each in box.scrobbles] == [("start", 404), ("start", 201), ("stop", 201)]
    assert line.watched[LANTERN_KEY].times == 1
    assert line.news.unknown == []


def test_the_name_of_the_file_is_the_last_resort(line, box):
    line.put("start", RENAMED, file=FILE)
    assert line.run() is None
    line.put("stop", RENAMED, file=FILE)
    assert line.run() is None
    assert line.posts == ["/scrobble/start", "/search/file", "/scrobble/start", "/scrobble/stop"]
    assert line.watched[HARBOUR_KEY].times == 1
    assert box.too_many_posts == []


def test_a_late_mark_finds_its_film_by_the_file_too(line):
    line.put("stop", RENAMED, file=FILE, ago=HOUR)
    line.put("stop", KITES, ago=HOUR)
    assert line.run() is None
    assert line.posts == ["/sync/history", "/search/file", "/sync/history"]
    assert line.watched[HARBOUR_KEY].watched_at == "2026-11-24T11:00:00Z"


def test_number_and_file_are_tried_in_this_order_before_it_is_unknown(line, box):
    line.put("stop", lantern(77, episode_ids=(("tvdb", "123"),)), file=NONSENSE)
    assert line.run() is None
    assert line.posts == ["/scrobble/stop", "/scrobble/stop", "/search/file"]
    assert line.news.unknown == ["Lantern Street 1x77"]


@pytest.mark.parametrize(("file", "key"), [(FILE, HARBOUR_KEY), (EPISODE_FILE, LANTERN_KEY)], ids=["film", "episode"])
def test_what_is_known_by_its_file_only_is_asked_for_once_for_ever(line, box, time, file, key):
    for _ in range(3):
        for action in ("start", "stop"):
            line.put(action, None, file=file)
            assert line.run() is None
            time.now += 90 * DAY
    assert searches(box) == [file]
    assert line.watched[key].times == 1


def test_a_file_that_simkl_does_not_recognise_is_asked_for_once_for_ever(line, box, time):
    for _ in range(3):
        line.put("stop", None, file=NONSENSE)
        assert line.run() is None
        time.now += 90 * DAY
    assert searches(box) == [NONSENSE]
    assert line.news.unknown == [NONSENSE]
    assert len(line.aside(NOT_FOUND)) == 3


def test_a_file_that_was_recognised_before_is_not_asked_for_again(line, box):
    for title in (None, RENAMED, None, RENAMED):
        line.put("stop", title, file=FILE)
        assert line.run() is None
    assert searches(box) == [FILE, FILE], "once as a mere file, once as another title"
    assert [each.status for each in box.scrobbles] == [201, 404, 409, 409, 409]


def test_a_file_whose_film_simkl_does_not_take_either_ends_as_unknown(line, box):
    box.order("status", status=404, error="id_err", path="/scrobble", times=2)
    line.put("stop", RENAMED, file=FILE)
    assert line.run() is None
    assert line.posts == ["/scrobble/stop", "/search/file", "/scrobble/stop"]
    assert line.news.unknown == ["Das Glashafenhaus"]


def test_a_library_marked_by_hand_is_not_searched_file_by_file(line, box):
    """Simkl blocks who does that."""
    for number in range(20):
        item = Item("movie", f"Home video {number}", 0, (("imdb", f"tt555{number}"),))
        line.put("watched", item, file=f"home.video.{number}.mkv")
    assert line.run() is None
    assert line.posts == ["/sync/history"]
    assert len(line.news.unknown) == 20


def test_episodes_that_are_unknown_in_a_batch_are_not_sent_again_without_their_ids(line):
    """A batch names them by their numbers in the first place."""
    for number in (97, 98, 99):
        line.put("watched", lantern(number, episode_ids=(("tvdb", f"{number}"),)))
    assert line.run() is None
    assert line.posts == ["/sync/history"]
    assert len(line.news.unknown) == 3


def test_two_marks_of_one_unknown_film_in_a_batch_are_told_once(line):
    for ago in (2 * HOUR, HOUR):
        line.put("stop", NOBODY, ago=ago)
    assert line.run() is None
    assert line.news.unknown == ["Nobody Knows It"]
    assert [each.at for each in line.queue.listing(OWNER, NOT_FOUND)] == [NOON - 2 * HOUR, NOON - HOUR]


def test_a_search_that_fails_loses_nothing(line, box):
    box.order("reset", path="/search/file")
    line.put("stop", RENAMED, file=FILE)
    assert line.run() == 5
    assert line.run(longest=10) is None
    assert line.watched[HARBOUR_KEY].times == 1


def test_where_there_is_no_id_the_original_title_is_tried_next(line, box):
    translated = Item("movie", "Der Glashafen", 2018, original_title=HARBOUR.title)
    line.put("stop", translated, progress=96.0)
    assert line.run() is None
    assert [key for key in line.watched] == [HARBOUR_KEY] and line.queue.waiting(OWNER) == 0


def test_what_simkl_takes_a_name_for_is_not_believed_against_the_title(line, box):
    line.put("stop", None, progress=96.0, file="The.Glass.Harbour.2018.mkv", title="Birthday at the lake")
    assert line.run() is None
    assert line.watched == {} and len(line.queue.listing(OWNER, "unknown")) == 1


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


@pytest.mark.parametrize(
    ("words", "place"), [("movies", 0), ("shows", 1), ("episodes", 7), ("movies", 19)], ids=lambda value: str(value)
)
def test_the_unknown_one_is_found_and_all_others_arrive_once(line, box, words, place):
    unnamed(box, NAMELESS[words])
    for number in range(20):
        line.put("stop", NOBODY if number == place else film(number), ago=HOUR)
    assert line.run() is None
    assert line.aside(NOT_FOUND) == [("stop", "Nobody Knows It", "not_found")]
    assert (line.news.unknown, line.aside(REJECTED)) == (["Nobody Knows It"], [])
    assert {mark.times for mark in line.watched.values()} == {1}
    assert len(line.watched) == 19
    assert len(set(line.news.sent)) == len(line.news.sent) == 19
    assert len(line.posts) < 14


def test_several_of_them_and_an_episode_are_found_too(line, box):
    unnamed(box, NAMELESS["episodes"])
    for item in (lantern(1), lantern(99), film(1), NOBODY, lantern(2), film(2)):
        line.put("watched", item)
    assert line.run() is None
    assert sorted(label for _, label, _ in line.aside(NOT_FOUND)) == ["Lantern Street 1x99", "Nobody Knows It"]
    assert len(line.watched) == 4
    assert line.waiting == 0


def test_an_unknown_one_beside_one_that_is_named_takes_nobody_with_it(line, box):
    """Only the nameless row is a riddle."""

    def change(path, payload):
        lost = payload.get("not_found") or {}
        if not any(lost.values()):
            return payload
        return {**payload, "not_found": {**lost, "movies": [*lost["movies"], {"type": "movie"}][-2:]}}

    each_answer(box, change)
    for item in (film(1), NOBODY, film(2)):
        line.put("watched", item)
    assert line.run() is None
    assert line.news.unknown == ["Nobody Knows It"]
    assert len(line.watched) == 2
