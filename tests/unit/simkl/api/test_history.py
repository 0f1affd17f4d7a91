"""What was watched, in batches: the exact request of marks, removals and ratings, and what a fake server makes of them.

Sources: Simkl's pages `api-reference/simkl/{add-to-history,remove-from-history,add-ratings}`, `guides/anime` and
`conventions/dates`.
"""

import pytest

from lib.simkl.api import history
from lib.simkl.api.history import BatchResult, HistoryEntry, add_ratings, add_to_history, remove_from_history
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
    answering,
    ember,
    ember_by_tvdb,
    entries,
    ferry,
    street,
)

KITES_OBJECT = {"title": "A Winter of Kites", "year": 2022, "ids": {"imdb": "tt9900004"}}
FERRY_OBJECT = {"title": "Night Ferry", "year": 2025, "ids": {"tvdb": 980005}}
UNKNOWN = "1970-01-01T00:00:01Z"
TVDB = {"use_tvdb_anime_seasons": True}


def at(number, when=EVENING):
    return {"number": number, "watched_at": when}


def show(title, *seasons):
    return {**title, **TVDB, "seasons": [{"number": number, "episodes": list(rows)} for number, *rows in seasons]}


M = {"title": "M", "ids": {"tvdb": 980003}}
M_IDS = (("tvdb", "980003"),)
MARKS = {
    "no time is known": (entries(FILM, at=history.DATE_UNKNOWN), {"movies": [{**FILM_OBJECT, "watched_at": UNKNOWN}]}),
    "episodes of one show are one show, their own ids are not sent": (
        [
            HistoryEntry(street(2, 4, (("tvdb", "970204"),)), EVENING),
            HistoryEntry(street(1, 1), NOON),
            HistoryEntry(street(2, 5), EVENING),
            HistoryEntry(street(0, 2)),
        ],
        {"shows": [show(STREET_OBJECT, (2, at(4), at(5)), (1, at(1, NOON)), (0, {"number": 2}))]},
    ),
    "two shows between two films": (
        entries(FILM, street(1, 1), KITES, ferry(1), street(1, 2), at=EVENING),
        {
            "movies": [{**FILM_OBJECT, "watched_at": EVENING}, {**KITES_OBJECT, "watched_at": EVENING}],
            "shows": [show(STREET_OBJECT, (1, at(1), at(2))), show(FERRY_OBJECT, (1, at(1)))],
        },
    ),
    "an anime by its own numbers, among the shows": (
        entries(ember(7), ember(15), at=EVENING),
        {"shows": [{**EMBER_OBJECT, "episodes": [at(7), at(15)]}]},
    ),
    "an anime with a season": (
        entries(ember(7, season=1), at=EVENING),
        {"shows": [{**EMBER_OBJECT, "seasons": [{"number": 1, "episodes": [at(7)]}]}]},
    ),
    "one title numbered in both ways stays two": (
        entries(Item(ANIME, "M", ids=M_IDS, episode=15), Item(SHOW, "M", 0, M_IDS, 2, 3)),
        {"shows": [{**M, "episodes": [{"number": 15}]}, show(M, (2, {"number": 3}))]},
    ),
    "one episode watched twice": (
        [HistoryEntry(street(1, 1), NOON), HistoryEntry(street(1, 1), EVENING)],
        {"shows": [show(STREET_OBJECT, (1, at(1, NOON), at(1)))]},
    ),
    "nothing": ([], {}),
}
RATINGS = {
    "a film": (entries(FILM, at=NOON, rating=1), {"movies": [{**FILM_OBJECT, "rating": 1, "rated_at": NOON}]}),
    "an episode rates its show, an anime is among the shows": (
        [HistoryEntry(street(2, 4), rating=10), HistoryEntry(FILM, rating=4), HistoryEntry(ember(7), rating=9)],
        {
            "movies": [{**FILM_OBJECT, "rating": 4}],
            "shows": [{**STREET_OBJECT, "rating": 10}, {**EMBER_OBJECT, "rating": 9}],
        },
    ),
}
TITLES = {"movies": [FILM_OBJECT], "shows": [STREET_OBJECT, EMBER_OBJECT]}


def timeless(rows):
    """Return the same without any `watched_at`."""
    if isinstance(rows, list):
        return [timeless(row) for row in rows]
    if isinstance(rows, dict):
        return {name: timeless(row) for name, row in rows.items() if name != "watched_at"}
    return rows


BATCHES = {
    **{f"mark {name}": (add_to_history, "", *batch) for name, batch in MARKS.items()},
    **{f"remove {name}": (remove_from_history, "/remove", batch, timeless(b)) for name, (batch, b) in MARKS.items()},
    "remove whole titles": (history.remove_titles, "/remove", entries(FILM, street(2, 4), ember(7), at=NOON), TITLES),
}


@pytest.mark.parametrize(("call", "path", "lines", "body"), BATCHES.values(), ids=BATCHES.keys())
def test_marks_are_one_call_with_the_time_of_each_and_a_removal_names_none(call, path, lines, body):
    somebody = answering({"added": {}}, remaining=3)
    assert call(*somebody, lines) == BatchResult((), 3)
    assert somebody.transport.asked == [("POST", f"/sync/history{path}", "a-token", {}, body)]


@pytest.mark.parametrize(("lines", "body"), RATINGS.values(), ids=RATINGS.keys())
def test_ratings_are_of_films_and_shows(lines, body):
    somebody = answering({"added": {}})
    assert add_ratings(*somebody, lines) == BatchResult(())
    assert somebody.transport.asked == [("POST", "/sync/ratings", "a-token", {}, body)]


def test_a_fake_server_keeps_each_mark_with_its_own_time_and_takes_away_no_more_than_was_asked(box, viewer):
    def watched():
        return {place: mark.watched_at for place, mark in box.watched[VIEWER].items()}

    lines = [(FILM, NOON), (street(1, 1), NOON), (street(2, 4), EVENING), (ember(15), NOON), (ember_by_tvdb(2, 4), "")]
    assert len(lines) < history.BATCH_SIZE == 50
    assert add_to_history(*viewer, [HistoryEntry(*line) for line in lines]) == BatchResult(())
    add_ratings(*viewer, entries(street(1, 1), rating=7))
    kept = watched()
    now = kept.pop((9000003, 1, 16))
    assert kept == {(9000002, None, None): NOON, **dict.fromkeys([(9000001, 1, 1), (9000003, 1, 15)], NOON),
                    (9000001, 2, 4): EVENING}  # fmt: skip
    assert now, "without a time it is now"
    assert remove_from_history(*viewer, entries(street(1, 1), ember(15), FILM)) == BatchResult(())
    assert list(watched()) == [(9000001, 2, 4), (9000003, 1, 16)]
    assert box.ratings[VIEWER][9000001].rating == 7
    assert box.malformed == []
