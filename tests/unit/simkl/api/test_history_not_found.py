"""Which of a batch Simkl did not know: `not_found` in every shape it may have.

Sources: Simkl's pages `api-reference/simkl/add-to-history`, `guides/mark-as-watched` and `conventions/null-values`.
"""

import pytest

from lib.simkl import errors
from lib.simkl.api.history import BatchResult, add_ratings, add_to_history, remove_from_history
from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from tests.unit.simkl.watching import FILM, KITES, NOBODY_KNOWS, answering, ember, entries, street

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
