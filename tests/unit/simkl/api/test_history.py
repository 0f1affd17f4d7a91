"""What was watched, in batches: the exact request of marks, removals and ratings, and what a fake server makes of them.

Sources: Simkl's pages `api-reference/simkl/{add-to-history,remove-from-history,add-ratings}`, `guides/anime` and
`conventions/dates`.
"""

from __future__ import annotations

import pytest

from lib.simkl import errors
from lib.simkl.api.history import (
    BATCH_SIZE,
    DATE_UNKNOWN,
    BatchResult,
    HistoryEntry,
    add_ratings,
    add_to_history,
    remove_from_history,
)
from lib.simkl.api.media import ANIME, SHOW, Item
from tests.unit.simkl.watching import (
    EMBER_OBJECT,
    EVENING,
    FILM,
    FILM_OBJECT,
    KITES,
    NOON,
    STREET_OBJECT,
    VIEWER,
    a_post,
    ember,
    ember_by_tvdb,
    entries,
    ferry,
    sent,
    street,
)

KITES_OBJECT = {"title": "A Winter of Kites", "year": 2022, "ids": {"imdb": "tt9900004"}}
FERRY_OBJECT = {"title": "Night Ferry", "year": 2025, "ids": {"tvdb": 980005}}
TVDB = {"use_tvdb_anime_seasons": True}


def at(number, when=EVENING):
    return {"number": number, "watched_at": when}


def season(number, *episodes):
    return {"number": number, "episodes": list(episodes)}


MARKS = {
    "a film": (entries(FILM, at=EVENING), {"movies": [{**FILM_OBJECT, "watched_at": EVENING}]}),
    "a film at an unknown time": (
        entries(FILM, at=DATE_UNKNOWN),
        {"movies": [{**FILM_OBJECT, "watched_at": "1970-01-01T00:00:01Z"}]},
    ),
    "a film without a time": (entries(FILM), {"movies": [FILM_OBJECT]}),
    "an episode": (
        entries(street(2, 4), at=EVENING),
        {"shows": [{**STREET_OBJECT, **TVDB, "seasons": [season(2, at(4))]}]},
    ),
    "episodes of one show are one show": (
        [
            HistoryEntry(street(2, 4), EVENING),
            HistoryEntry(street(1, 1), NOON),
            HistoryEntry(street(2, 5), EVENING),
            HistoryEntry(street(0, 2)),
        ],
        {
            "shows": [
                {
                    **STREET_OBJECT,
                    **TVDB,
                    "seasons": [season(2, at(4), at(5)), season(1, at(1, NOON)), season(0, {"number": 2})],
                }
            ]
        },
    ),
    "two shows between two films": (
        entries(FILM, street(1, 1), KITES, ferry(1), street(1, 2), at=EVENING),
        {
            "movies": [{**FILM_OBJECT, "watched_at": EVENING}, {**KITES_OBJECT, "watched_at": EVENING}],
            "shows": [
                {**STREET_OBJECT, **TVDB, "seasons": [season(1, at(1), at(2))]},
                {**FERRY_OBJECT, **TVDB, "seasons": [season(1, at(1))]},
            ],
        },
    ),
    "an anime by its own numbers, among the shows": (
        entries(ember(7), ember(15), at=EVENING),
        {"shows": [{**EMBER_OBJECT, "episodes": [at(7), at(15)]}]},
    ),
    "an anime with a season": (
        entries(ember(7, season=1), at=EVENING),
        {"shows": [{**EMBER_OBJECT, "seasons": [season(1, at(7))]}]},
    ),
    "an anime by TVDB's numbers": (
        entries(ember_by_tvdb(2, 3), at=EVENING),
        {
            "shows": [
                {
                    "title": "Moss and Ember",
                    "year": 2019,
                    "ids": {"tvdb": 980003},
                    **TVDB,
                    "seasons": [season(2, at(3))],
                }
            ]
        },
    ),
    "one title numbered in both ways stays two": (
        entries(
            Item(ANIME, "M", ids=(("tvdb", "980003"),), episode=15), Item(SHOW, "M", 0, (("tvdb", "980003"),), 2, 3)
        ),
        {
            "shows": [
                {"title": "M", "ids": {"tvdb": 980003}, "episodes": [{"number": 15}]},
                {"title": "M", "ids": {"tvdb": 980003}, **TVDB, "seasons": [season(2, {"number": 3})]},
            ]
        },
    ),
    "one episode watched twice": (
        [HistoryEntry(street(1, 1), NOON), HistoryEntry(street(1, 1), EVENING)],
        {"shows": [{**STREET_OBJECT, **TVDB, "seasons": [season(1, at(1, NOON), at(1))]}]},
    ),
    "an episode's own ids stay at home": (
        entries(street(2, 4, (("tvdb", "970204"),)), at=EVENING),
        {"shows": [{**STREET_OBJECT, **TVDB, "seasons": [season(2, at(4))]}]},
    ),
    "nothing": ([], {}),
}


@pytest.mark.parametrize(("lines", "body"), MARKS.values(), ids=MARKS.keys())
def test_marks_are_one_call_with_the_time_of_each(box, viewer, lines, body):
    assert add_to_history(*viewer, lines) == BatchResult(())
    (request,) = box.requests
    assert sent(request) == a_post("/sync/history", body, viewer)
    assert box.malformed == []


def without_times(rows):
    """Return the same without any `watched_at`."""
    if isinstance(rows, list):
        return [without_times(row) for row in rows]
    if isinstance(rows, dict):
        return {name: without_times(row) for name, row in rows.items() if name != "watched_at"}
    return rows


@pytest.mark.parametrize(("lines", "body"), MARKS.values(), ids=MARKS.keys())
def test_a_removal_names_the_same_without_times(box, viewer, lines, body):
    remove_from_history(*viewer, lines)
    (request,) = box.requests
    assert sent(request) == a_post("/sync/history/remove", without_times(body), viewer)
    assert box.malformed == []


RATINGS = {
    "a film": (entries(FILM, rating=8), {"movies": [{**FILM_OBJECT, "rating": 8}]}),
    "a film, with the time": (
        entries(FILM, at=EVENING, rating=1),
        {"movies": [{**FILM_OBJECT, "rating": 1, "rated_at": EVENING}]},
    ),
    "an episode rates its show": (entries(street(2, 4), rating=10), {"shows": [{**STREET_OBJECT, "rating": 10}]}),
    "an anime is among the shows": (entries(ember(7), rating=9), {"shows": [{**EMBER_OBJECT, "rating": 9}]}),
    "a film and a show": (
        [HistoryEntry(street(1, 1), rating=3), HistoryEntry(FILM, rating=4)],
        {"movies": [{**FILM_OBJECT, "rating": 4}], "shows": [{**STREET_OBJECT, "rating": 3}]},
    ),
}


@pytest.mark.parametrize(("lines", "body"), RATINGS.values(), ids=RATINGS.keys())
def test_ratings_are_of_films_and_shows(box, viewer, lines, body):
    assert add_ratings(*viewer, lines) == BatchResult(())
    (request,) = box.requests
    assert sent(request) == a_post("/sync/ratings", body, viewer)
    assert box.malformed == []


# and what a fake server makes of it


def watched(box):
    return {place: mark.watched_at for place, mark in box.watched[VIEWER].items()}


def test_each_mark_is_kept_with_its_own_time(box, viewer):
    add_to_history(
        *viewer,
        [
            HistoryEntry(FILM, NOON),
            HistoryEntry(street(2, 4), EVENING),
            HistoryEntry(ember(15), NOON),
            HistoryEntry(ember_by_tvdb(2, 4)),
        ],
    )
    kept = watched(box)
    now = kept.pop((9000003, 1, 16))
    assert kept == {(9000002, None, None): NOON, (9000001, 2, 4): EVENING, (9000003, 1, 15): NOON}
    assert now, "without a time it is now"


def test_an_episode_marks_that_episode_and_never_a_season_or_a_show(box, viewer):
    add_to_history(*viewer, entries(street(1, 1), at=EVENING))
    assert list(watched(box)) == [(9000001, 1, 1)]


def test_an_episode_that_is_removed_leaves_the_others_and_the_rating(box, viewer):
    add_to_history(*viewer, entries(street(1, 1), street(1, 2), ember(7), ember(8), FILM, at=EVENING))
    add_ratings(*viewer, entries(street(1, 1), rating=7))
    assert remove_from_history(*viewer, entries(street(1, 1), ember(7), FILM)) == BatchResult(())
    assert list(watched(box)) == [(9000001, 1, 2), (9000003, 1, 8)]
    assert box.ratings[VIEWER][9000001].rating == 7


def test_a_mark_that_is_there_already_is_no_error_and_keeps_its_time(box, viewer):
    add_to_history(*viewer, entries(FILM, at=NOON))
    assert add_to_history(*viewer, entries(FILM, at=EVENING)) == BatchResult(())
    assert watched(box) == {(9000002, None, None): NOON}


def test_a_full_batch_is_one_call(box, viewer):
    lines = entries(
        FILM, KITES, *(street(1, n) for n in range(1, 9)), *(street(2, n) for n in range(1, 11)),
        *(ferry(n) for n in range(1, 7)), *(ember(n) for n in range(1, 25)), at=EVENING,
    )  # fmt: skip
    assert len(lines) == BATCH_SIZE == 50
    assert add_to_history(*viewer, lines) == BatchResult(())
    assert len(watched(box)) == 50
    assert [(call.movies, call.shows, call.episodes) for call in box.history_calls] == [(2, 3, 48)]


def test_the_write_lock_of_a_batch_is_too_fast_and_nothing_of_it_is_taken(box, viewer):
    box.order("write_lock", path="/sync/history", error="rate_limit")
    with pytest.raises(errors.TooFast):
        add_to_history(*viewer, entries(FILM, street(1, 1), at=EVENING))
    assert watched(box) == {}


def test_a_batch_whose_answer_is_lost_may_be_sent_again_and_counts_once(box, viewer):
    box.order("lost_answer", path="/sync/history")
    with pytest.raises(errors.Unreachable):
        add_to_history(*viewer, entries(street(1, 1), at=EVENING))
    assert add_to_history(*viewer, entries(street(1, 1), at=EVENING)) == BatchResult(())
    assert [mark.times for mark in box.watched[VIEWER].values()] == [1]
