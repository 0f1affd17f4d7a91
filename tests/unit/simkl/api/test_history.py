"""What was watched, in batches: the exact request of marks, removals and ratings, and what a fake server makes of them.

Which of a batch Simkl did not know: `not_found` in every shape it may have.
Sources: Simkl's pages `api-reference/simkl/{add-to-history,remove-from-history,add-ratings}`, `guides/anime`,
`guides/mark-as-watched`, `conventions/dates` and `conventions/null-values`.
"""

import pytest

from lib.simkl import errors
from lib.simkl.api import history
from lib.simkl.api.history import BatchResult, HistoryEntry, add_ratings, add_to_history, remove_from_history
from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from tests.unit.simkl.watching import (
    EMBER_OBJECT,
    EVENING,
    FILM,
    FILM_OBJECT,
    KITES,
    NOBODY_KNOWS,
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
BY_TVDB = {"use_tvdb_anime_seasons": True}


def at(number, when=EVENING):
    return {"number": number, "watched_at": when}


def show(title, *seasons):
    return {**title, **BY_TVDB, "seasons": [{"number": number, "episodes": list(rows)} for number, *rows in seasons]}


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


S1E1, S1E2, S2E1, S2E4 = street(1, 1), street(1, 2), street(2, 1), street(2, 4)
NAMELESS = Item(SHOW, ids=(("tvdb", "111"),), season=1, episode=1)
TITLED = Item(MOVIE, "Only A Title", 2001)
BATCH = entries(FILM, KITES, S1E1, S1E2, S2E1, S2E4, ember(1), ember(7), NAMELESS, TITLED)
STREET_LOST, EMBER_LOST = [S1E1, S1E2, S2E1, S2E4], [ember(1), ember(7)]
IMDB, TVDB, MAL = {"ids": {"imdb": "tt9900002"}}, {"ids": {"tvdb": "980001"}}, {"ids": {"mal": 99001}}
HARBOUR = "The Glass Harbour"


def seasons(*places):
    return {"seasons": [{"number": number, "episodes": rows(numbers)} for number, numbers in places]}


def rows(numbers):
    return [{"number": number} for number in numbers]


FILMS = {
    "as it was sent": FILM.title_object(),
    "its number as a text": {"ids": {"tmdb": "990002"}},
    "its number as a number": {"ids": {"tmdb": 990002}},
    "an id that is null": {"ids": {"tmdb": None, "imdb": "tt9900002"}},
    "ids that were not sent": {"ids": {"simkl": 9000002}, "title": HARBOUR},
    "its title without the year": {"title": HARBOUR},
    "ids that are null": {"title": HARBOUR, "ids": None},
    "inside of its word": {"movie": IMDB},
}
SHOWS = {
    "a show": (TVDB, STREET_LOST),
    "a show with an empty list of seasons": ({**TVDB, "seasons": []}, STREET_LOST),
    "a show inside of its word": ({"show": TVDB}, STREET_LOST),
    "episodes of two seasons": ({**TVDB, **seasons((1, [2]), (2, [4]))}, [S1E2, S2E4]),
    "numbers as texts": ({**TVDB, **seasons(("2", ["1"]))}, [S2E1]),
    "a whole season": ({**TVDB, **seasons((2, []))}, [S2E1, S2E4]),
    "a season that has no list": ({**TVDB, "seasons": [{"number": 2}]}, [S2E1, S2E4]),
    "bare episodes": ({**TVDB, "episodes": [{"number": 2}]}, [S1E2]),
    "a show around its seasons": ({"show": TVDB, **seasons((2, [1]))}, [S2E1]),
    "an anime": ({"ids": {"mal": "99001"}}, EMBER_LOST),
    "an episode of an anime": ({**MAL, "episodes": [{"number": 7}]}, [ember(7)]),
    "an episode of an anime, in season 1": ({**MAL, **seasons((1, [7]))}, [ember(7)]),
    "an episode of an anime, without a season": ({"anime": MAL, "episode": {"number": 7}}, [ember(7)]),
    "an episode beside its show": ({"show": TVDB, "episode": {"season": 2, "number": 4}}, [S2E4]),
    "seasons that are none": ({**TVDB, "seasons": "12", "episodes": 4, "episode": "x"}, STREET_LOST),
    "seasons and episodes of other types": (
        {**TVDB, "seasons": [7, None, {"number": 2, "episodes": [4, None, *rows(["x", None, 4])]}]},
        [S2E4],
    ),
    "a number without end": ({**TVDB, **seasons((2, ["4" * 5000, 4]))}, [S2E4]),
}
SHAPES = {
    "none": ({"movies": [], "shows": [], "episodes": []}, []),
    "no lists": ({}, []),
    "an empty list in place of it": ([], []),
    "null in place of it": (None, []),
    "two films": ({"movies": [KITES.title_object(), IMDB]}, [FILM, KITES]),
    "a film that was sent by its title": ({"movies": [{"title": "Only A Title", "year": 2001}]}, [TITLED]),
    "two shows": ({"shows": [{"ids": {"tvdb": 111}}, MAL]}, [*EMBER_LOST, NAMELESS]),
    "an anime in a list of its own": ({"anime": [{"show": MAL}]}, EMBER_LOST),
    "episodes of a show in a list of their own": ({"episodes": [{**TVDB, **seasons((2, [4]))}]}, [S2E4]),
    "lists that are none": ({"movies": None, "shows": "x", "episodes": {"ids": {"tvdb": 980001}}, "anime": 5}, []),
    "rows that are none": ({"movies": [None, 5, "tt9900002", ["tt9900002"], True]}, []),
    **{f"a film, {name}": ({"movies": [film]}, [FILM]) for name, film in FILMS.items()},
    **{name: ({"shows": [show]}, lost) for name, (show, lost) in SHOWS.items()},
}
# What was meant by these, nobody can tell in a batch of several.
RIDDLES = {
    "a film of which one id is another": {"movies": [{"ids": {"tmdb": 5, "imdb": "tt9900002"}}]},
    "a film of that title and another year": {"movies": [{"title": HARBOUR, "year": 1950}]},
    "a show with an episode there is not": {"shows": [{**TVDB, **seasons((1, [9]))}]},
    "a nameless thing": {"shows": [{}], "episodes": [{"episode": {"number": 1}}]},
    "a title that nobody sent": {"shows": [{"title": "Another"}]},
}


def marked(lines, not_found):
    return add_to_history(*answering({"added": {"movies": 0}, "not_found": not_found}), lines)


@pytest.mark.parametrize(("not_found", "lost"), SHAPES.values(), ids=SHAPES.keys())
def test_what_simkl_did_not_know_is_found_in_the_batch(not_found, lost):
    assert [entry.item for entry in marked(BATCH, not_found).unknown] == lost


@pytest.mark.parametrize("not_found", RIDDLES.values(), ids=RIDDLES.keys())
@pytest.mark.parametrize("known", [[], [IMDB]], ids=["alone", "beside one"])
def test_what_fits_none_of_several_is_an_error_and_never_a_success(not_found, known):
    with pytest.raises(errors.NotFound):
        marked(BATCH, {**not_found, "movies": [*known, *not_found.get("movies", [])]})


@pytest.mark.parametrize("row", [{}, {"ids": {"simkl": 5}}, {"title": "Renamed"}])
@pytest.mark.parametrize("name", ["movies", "shows", "episodes", "anime"])
def test_of_one_entry_it_is_that_one_whatever_it_is_called(name, row):
    lines = entries(S2E4)
    assert marked(lines, {name: [row]}) == BatchResult(tuple(lines))


@pytest.mark.parametrize(
    ("call", "word"), [(add_to_history, "added"), (remove_from_history, "deleted"), (add_ratings, "added")]
)
def test_every_call_reads_it_and_what_is_left_of_the_day(call, word):
    somebody = answering({word: {}, "not_found": {"shows": [TVDB]}}, remaining=3)
    assert call(*somebody, entries(FILM, S2E4)) == BatchResult(tuple(entries(S2E4)), 3)


def test_a_fake_server_does_not_know_some_and_takes_the_rest(box, viewer):
    gone = Item(ANIME, "Gone", ids=(("mal", "5"),), episode=1)
    taken = add_to_history(*viewer, entries(NOBODY_KNOWS, FILM, street(2, 99), S2E4, ember(99), ember(7), gone))
    assert [entry.item for entry in taken.unknown] == [NOBODY_KNOWS, street(2, 99), ember(99), gone]
    assert len(box.watched["sample_viewer"]) == 3
    lines = entries(FILM, rating=11) + entries(S1E1, rating=5)
    assert add_ratings(*viewer, lines) == BatchResult(tuple(lines[:1])), "out of range is told as not found"
