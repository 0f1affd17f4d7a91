"""Scrobbles, history and ratings, as Simkl's pages `scrobble`, `add-to-history`, `add-ratings` and neighbours say."""

import threading

import pytest

from tests.fakes.program import (
    EPISODE,
    EPISODE_ID,
    FILM,
    FILM_ID,
    HARBOUR,
    MOSS,
    OTHER,
    STREET,
    USER,
    linked,
    marked,
    said,
    season,
    table,
)  # fmt: skip

FILM_LASTS = 104 * 60
WHEN = "2026-10-01T19:30:00Z"
UNKNOWN = {"title": "Nobody's Film", "ids": {"imdb": "tt0"}}
WHOLE_STREET = {(9000001, s, n) for s, last in ((1, 8), (2, 10)) for n in range(1, last + 1)}
NEXT_EPISODE = {**EPISODE, "episode": {"season": 2, "number": 5}}


def street(*seasons, **more):
    return {"shows": [{**STREET, "seasons": list(seasons), **more}]}


def moss(**more):
    return {"shows": [{**MOSS, **more}]}


# scrobbles


@table(("action", "progress", "query", "answered", "watched"), {
    "a start marks nothing at any progress": ("start", 99, {}, "start", False),
    "a pause marks nothing at any progress": ("pause", 99, {}, "pause", False),
    "a stop below 80 is a pause": ("stop", 79.99, {}, "pause", False),
    "a stop at 80 is watched": ("stop", 80, {}, "scrobble", True),
    "without a progress it is 0": ("stop", None, {}, "pause", False),
    "the mark can be lower": ("stop", 50, {"min_progress": "50"}, "scrobble", True),
    "the mark can be higher": ("stop", 94, {"min_progress": "95"}, "pause", False),
    "a mark under 50 counts for nothing": ("stop", 80, {"min_progress": "49"}, "scrobble", True),
})  # fmt: skip
def test_the_80_percent_rule(box, program, action, progress, query, answered, watched):
    assert said(program.scrobble(action, FILM, progress, **query)) == (201, answered)
    assert [(mark.times, mark.routes) for mark in box.watched[USER].values()] == [(1, ("/scrobble/stop",))] * watched
    assert [each.answered for each in box.scrobbles] == [answered]


def test_a_repeated_stop_is_409_for_an_hour_that_does_not_last_longer_for_it(box, program):
    program.scrobble("stop", FILM, 90)
    box.advance(1800)
    answer = program.scrobble("stop", FILM, 95)
    times = {"watched_at": "2026-10-05T15:00:00-05:00", "expires_at": "2026-10-05T16:00:00-05:00"}
    assert answer.json == {"error": "already_watched", "code": 409, **times}
    for later, status in ((1799, 409), (1, 201)):
        box.advance(later)
        assert program.scrobble("stop", FILM, 95).status_code == status
    assert box.watched[USER][FILM_ID].times == 1


def test_the_hour_is_one_of_one_item_of_watched_stops_and_of_one_user(box, program):
    box.add_user("second_viewer", 900002)
    program.scrobble("stop", FILM, 90)
    for item, progress in ((OTHER, 90), (EPISODE, 90), (FILM, 30)):
        assert program.scrobble("stop", item, progress).status_code == 201
    assert said(linked(box, "second_viewer").scrobble("stop", FILM, 90)) == (201, "scrobble")
    assert marked(box, "second_viewer") == {FILM_ID}


@table(("before", "after", "next_item", "query", "watched"), {
    "a session past the mark is finished by the next start": ([("start", 85)], 0, OTHER, {}, True),
    "one before the mark is not": ([("start", 50)], 0, OTHER, {}, False),
    "it goes on by the clock": ([("start", 50)], FILM_LASTS * 0.35, OTHER, {}, True),
    "it is gone after its runtime": ([("start", 50)], FILM_LASTS * 0.51, OTHER, {}, False),
    "the mark of the next start counts": ([("start", 60)], 0, OTHER, {"min_progress": "60"}, True),
    "also if it is higher": ([("start", 85)], 0, OTHER, {"min_progress": "90"}, False),
    "a paused one is not finished": ([("start", 85), ("pause", 90)], 0, OTHER, {}, False),
    "a stopped one is not finished": ([("start", 85), ("stop", 10)], 0, OTHER, {}, False),
    "the same item goes on": ([("start", 85)], 0, FILM, {}, False),
    "a start replaces the session of its item": ([("start", 85), ("start", 20)], 0, OTHER, {}, False),
})  # fmt: skip
def test_the_next_start_finishes_the_session_before(box, program, before, after, next_item, query, watched):
    box.add_user("second_viewer", 900002)
    for told, progress in before:
        program.scrobble(told, FILM, progress)
    linked(box, "second_viewer").scrobble("start", OTHER, 0)  # somebody else's finishes nothing
    box.advance(after)
    program.scrobble("start", next_item, 0, **query)
    assert [(key, mark.routes) for key, mark in box.watched[USER].items()] == [(FILM_ID, ("auto-finish",))] * watched
    program.scrobble("start", EPISODE, 90)
    program.scrobble("start", NEXT_EPISODE, 0)
    assert EPISODE_ID in marked(box)


# history


@table(("sent", "watched"), {
    "a film": ({"movies": [HARBOUR]}, {FILM_ID}),
    "an episode": (street(season(2, 4)), {EPISODE_ID}),
    "a season whole": (street(season(0)), {(9000001, 0, 1), (9000001, 0, 2)}),
    "a show whole, without specials": ({"shows": [STREET]}, WHOLE_STREET),
    "episodes are season 1's": ({"shows": [{**STREET, "episodes": [{"number": 3}]}]}, {(9000001, 1, 3)}),
    "anime by plain number": (moss(episodes=[{"number": 15}]), {(9000003, 1, 15)}),
    "in anime[]": ({"anime": [{**MOSS, "seasons": [season(1, 15)]}]}, {(9000003, 1, 15)}),
    "anime by TVDB's numbers": (moss(seasons=[season(2, 3)], use_tvdb_anime_seasons=True), {(9000003, 1, 15)}),
    "a season of TVDB's": (moss(seasons=[season(2)], use_tvdb_anime_seasons=True),
                           {(9000003, 1, n) for n in range(13, 25)}),
})  # fmt: skip
def test_how_much_is_marked(box, program, sent, watched):
    answer = program.history(**sent)
    assert marked(box) == watched and not any(answer["not_found"].values())
    assert answer["added"]["episodes"] == len([key for key in watched if key[2] is not None])


@table(("sent", "missing", "watched"), {
    "nothing at all": ({}, {}, set()),
    "a film, as it was sent": ({"movies": [HARBOUR, UNKNOWN]}, {"movies": [UNKNOWN]}, {FILM_ID}),
    "an anime, among the shows": ({"anime": [UNKNOWN]}, {"shows": [UNKNOWN]}, set()),
    "an episode, with its show": (street(season(2, 4, 77)), {"episodes": [{**STREET, "seasons": [season(2, 77)]}]},
                                  {EPISODE_ID}),
    "TVDB's numbers of an anime without the word": (
        moss(seasons=[season(2, 3)]), {"episodes": [{**MOSS, "seasons": [season(2, 3)]}]}, set()),
})  # fmt: skip
def test_what_is_not_found_comes_back_and_the_rest_is_done(box, program, sent, missing, watched):
    answer = program.post("/sync/history", sent)
    assert answer.status_code == 201 and marked(box) == watched
    assert {name: rows for name, rows in answer.json["not_found"].items() if rows} == missing


def test_a_duplicate_changes_nothing_and_is_remembered_as_a_repeat(box, program):
    program.scrobble("stop", FILM, 90)
    again = program.history(movies=[{**HARBOUR, "watched_at": WHEN}])
    mark = box.watched[USER][FILM_ID]
    assert again["added"]["movies"] == 0 and not again["not_found"]["movies"]
    assert (mark.times, mark.watched_at, mark.routes) == (1, "2026-10-05T20:00:00Z", ("/scrobble/stop",))
    assert mark.repeats == (("/sync/history", WHEN),)


@table(("sent", "deleted", "gone"), {
    "a film": ({"movies": [HARBOUR]}, (1, 0, 0), {FILM_ID}),
    "an episode; one that is not is passed over": (street(season(2, 4, 77)), (0, 0, 1), {EPISODE_ID}),
    "as is one that was not watched": (street(season(0, 1)), (0, 0, 0), set()),
    "a season": (street(season(1)), (0, 0, 8), {key for key in WHOLE_STREET if key[1] == 1}),
    "a show whole": ({"shows": [STREET]}, (0, 1, 0), WHOLE_STREET),
    "an anime's, in shows[]": (moss(episodes=[{"number": 15}]), (0, 0, 1), {(9000003, 1, 15)}),
    "anime[] is ignored": ({"anime": [MOSS]}, (0, 0, 0), set()),
})  # fmt: skip
def test_how_much_is_removed_ratings_of_whole_titles_included(box, program, sent, deleted, gone):
    titles = {"movies": [{**HARBOUR, "rating": 9}], "shows": [{**STREET, "rating": 8}, {**MOSS, "rating": 7}]}
    program.history(**titles)
    before = marked(box)
    counts = dict(zip(("movies", "shows", "episodes"), deleted))
    assert program.remove(**sent) == {"deleted": counts, "not_found": {"movies": [], "shows": []}}
    assert before - marked(box) == gone == {(each.simkl, each.season, each.episode) for each in box.unwatched}
    assert len(box.ratings[USER]) == 3 - deleted[0] - deleted[1]


def test_what_is_not_known_cannot_be_removed_and_a_mark_that_comes_back_goes_on_counting(box, program):
    assert program.remove(movies=[UNKNOWN], shows=[STREET])["not_found"] == {"movies": [UNKNOWN], "shows": []}
    for call in (program.history, program.remove, program.history):
        call(movies=[HARBOUR])
    assert box.watched[USER][FILM_ID].times == 2


def test_ratings_are_set_and_mark_nothing(box, program):
    rows = {"movies": [{**HARBOUR, "rating": 8, "rated_at": WHEN}, {**UNKNOWN, "rating": 1}]}
    shows = {"shows": [{**STREET, "rating": 6}], "anime": [{**MOSS, "rating": 10}]}
    answer = program.post("/sync/ratings", {**rows, **shows})
    assert answer.status_code == 201 and answer.json["added"] == {"movies": 1, "shows": 2}
    assert answer.json["not_found"]["movies"] == [{**UNKNOWN, "rating": 1}]
    now = "2026-10-05T20:00:00Z"
    found = {simkl: (each.rating, each.rated_at) for simkl, each in box.ratings[USER].items()}
    assert found == {9000002: (8, WHEN), 9000001: (6, now), 9000003: (10, now)} and marked(box) == set()


@pytest.mark.parametrize("rating", [0, 11, 7.5, "8", True, None])
def test_a_rating_out_of_range_is_not_found_and_still_201(box, program, rating):
    row = {**HARBOUR, "rating": rating}
    answer = program.post("/sync/ratings", {"movies": [row]})
    assert answer.status_code == 201 and answer.json["not_found"]["movies"] == [row]
    assert box.ratings[USER] == {} and len(box.malformed) == 1


def test_many_writes_at_once_are_all_recorded_once(box):
    items = [{"shows": [{**STREET, "seasons": [season(s, n)]}]} for _, s, n in WHOLE_STREET]
    threads = [threading.Thread(target=linked(box).post, args=("/sync/history", item)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert marked(box) == WHOLE_STREET and len(box.history_calls) == len(items)
    assert {each.times for each in box.watched[USER].values()} == {1}


@pytest.mark.parametrize(("gap", "noted"), [(0.99, 1), (1.0, 0)])
def test_posts_less_than_a_second_apart_are_noted_by_user(box, program, gap, noted):
    box.add_user("second_viewer", 900002)
    program.scrobble("start", FILM, 1)
    linked(box, "second_viewer").scrobble("start", FILM, 1)
    program.settings()
    box.advance(gap)
    program.history(movies=[HARBOUR])
    assert [(each.path, each.user) for each in box.too_many_posts] == [("/sync/history", USER)] * noted
