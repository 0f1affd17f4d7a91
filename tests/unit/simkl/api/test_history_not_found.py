"""Which of a batch Simkl did not know: `not_found` in every shape it may have, and answers that are none.

Sources: Simkl's pages `api-reference/simkl/add-to-history`, `guides/mark-as-watched` and `conventions/null-values`.
"""

from __future__ import annotations

import json

import pytest

from lib.simkl import errors
from lib.simkl.api.history import BatchResult, add_ratings, add_to_history, remove_from_history
from lib.simkl.api.media import ANIME, MOVIE, SHOW, Item
from tests.unit.simkl.raw_server import says
from tests.unit.simkl.watching import (
    FILM,
    KITES,
    NOBODY_KNOWS,
    NONSENSE,
    ember,
    entries,
    every_refusal,
    raw,
    said,
    street,
)

COUNTS = {"movies": 0, "shows": 0, "episodes": 0, "statuses": []}
S1E1, S1E2, S2E1, S2E4 = street(1, 1), street(1, 2), street(2, 1), street(2, 4)
NAMELESS = Item(SHOW, ids=(("tvdb", "111"),), season=1, episode=1)
TITLED = Item(MOVIE, "Only A Title", 2001)
BATCH = entries(FILM, KITES, S1E1, S1E2, S2E1, S2E4, ember(1), ember(7), NAMELESS, TITLED)
STREET_LOST = [S1E1, S1E2, S2E1, S2E4]
TVDB = {"ids": {"tvdb": "980001"}}


def seasons(*places):
    return {"seasons": [{"number": number, "episodes": rows(numbers)} for number, numbers in places]}


def rows(numbers):
    return [{"number": number} for number in numbers]


SHAPES = {
    "none": ({"movies": [], "shows": [], "episodes": []}, []),
    "no lists": ({}, []),
    "an empty list in place of it": ([], []),
    "null in place of it": (None, []),
    "a film": ({"movies": [{"ids": {"imdb": "tt9900002"}}]}, [FILM]),
    "two films": ({"movies": [{"ids": {"imdb": "tt9900004"}}, {"ids": {"imdb": "tt9900002"}}]}, [FILM, KITES]),
    "a film as it was sent": ({"movies": [FILM.title_object()]}, [FILM]),
    "a film with its number as a text": ({"movies": [{"ids": {"tmdb": "990002"}}]}, [FILM]),
    "a film with its number as a number": ({"movies": [{"ids": {"tmdb": 990002}}]}, [FILM]),
    "a film with more ids than were sent": ({"movies": [{"ids": {"imdb": "tt9900002", "mal": 5}}]}, [FILM]),
    "a film with an id that is null": ({"movies": [{"ids": {"tmdb": None, "imdb": "tt9900002"}}]}, [FILM]),
    "a film by ids that were not sent": ({"movies": [{"ids": {"simkl": 9000002}, "title": FILM.title}]}, [FILM]),
    "a film by its title": ({"movies": [{"title": "The Glass Harbour", "year": 2018}]}, [FILM]),
    "a film by its title without the year": ({"movies": [{"title": "The Glass Harbour"}]}, [FILM]),
    "a film with ids that are null": ({"movies": [{"title": "The Glass Harbour", "ids": None}]}, [FILM]),
    "a film with an empty list of ids": ({"movies": [{"title": "The Glass Harbour", "ids": []}]}, [FILM]),
    "a film that was sent by its title": ({"movies": [{"title": "Only A Title", "year": 2001}]}, [TITLED]),
    "a film inside of its word": ({"movies": [{"movie": {"ids": {"imdb": "tt9900002"}}}]}, [FILM]),
    "a show": ({"shows": [TVDB]}, STREET_LOST),
    "a show with an empty list of seasons": ({"shows": [{**TVDB, "seasons": []}]}, STREET_LOST),
    "a show inside of its word": ({"shows": [{"show": TVDB}]}, STREET_LOST),
    "a show with episodes of two seasons": ({"shows": [{**TVDB, **seasons((1, [2]), (2, [4]))}]}, [S1E2, S2E4]),
    "a show with numbers as texts": ({"shows": [{**TVDB, **seasons(("2", ["1"]))}]}, [S2E1]),
    "a show with a whole season": ({"shows": [{**TVDB, **seasons((2, []))}]}, [S2E1, S2E4]),
    "a show with a season that has no list": ({"shows": [{**TVDB, "seasons": [{"number": 2}]}]}, [S2E1, S2E4]),
    "a show with bare episodes": ({"shows": [{**TVDB, "episodes": [{"number": 2}]}]}, [S1E2]),
    "a show around its seasons": ({"shows": [{"show": TVDB, **seasons((2, [1]))}]}, [S2E1]),
    "episodes of a show": ({"episodes": [{**TVDB, **seasons((2, [4]))}]}, [S2E4]),
    "an episode beside its show": ({"episodes": [{"show": TVDB, "episode": {"season": 2, "number": 4}}]}, [S2E4]),
    "an episode beside its show, by its other word": (
        {"episodes": [{"show": TVDB, "episode": {"season": 2, "episode": 4}}]},
        [S2E4],
    ),
    "an anime among the shows": ({"shows": [{"ids": {"mal": "99001"}}]}, [ember(1), ember(7)]),
    "an anime in a list of its own": ({"anime": [{"ids": {"mal": 99001}}]}, [ember(1), ember(7)]),
    "an anime inside of `anime`": ({"shows": [{"anime": {"ids": {"mal": 99001}}}]}, [ember(1), ember(7)]),
    "an anime inside of `show`": ({"anime": [{"show": {"ids": {"mal": 99001}}}]}, [ember(1), ember(7)]),
    "an episode of an anime": ({"shows": [{"ids": {"mal": 99001}, "episodes": [{"number": 7}]}]}, [ember(7)]),
    "an episode of an anime, in season 1": ({"episodes": [{"ids": {"mal": 99001}, **seasons((1, [7]))}]}, [ember(7)]),
    "an episode of an anime, without a season": (
        {"episodes": [{"anime": {"ids": {"mal": 99001}}, "episode": {"number": 7}}]},
        [ember(7)],
    ),
    "two shows": ({"shows": [{"ids": {"tvdb": 111}}, {"ids": {"mal": 99001}}]}, [ember(1), ember(7), NAMELESS]),
    "lists that are none": ({"movies": None, "shows": "x", "episodes": {"ids": {"tvdb": 980001}}, "anime": 5}, []),
    "rows that are none": ({"movies": [None, 5, "tt9900002", ["tt9900002"], True]}, []),
    "seasons that are none": ({"shows": [{**TVDB, "seasons": "12", "episodes": 4, "episode": "x"}]}, STREET_LOST),
    "seasons and episodes of other types": (
        {"shows": [{**TVDB, "seasons": [7, None, {"number": 2, "episodes": [4, None, *rows(["x", None, 4])]}]}]},
        [S2E4],
    ),
    "a number without end": ({"shows": [{**TVDB, **seasons((2, ["4" * 5000, 4]))}]}, [S2E4]),
}


# What was meant by these, nobody can tell in a batch of several.
RIDDLES = {
    "a film of which one id is another": {"movies": [{"ids": {"tmdb": 5, "imdb": "tt9900002"}}]},
    "a film of that title and another year": {"movies": [{"title": "The Glass Harbour", "year": 1950}]},
    "a show with an episode there is not": {"shows": [{**TVDB, **seasons((1, [9]))}]},
    "a nameless thing": {"shows": [{}], "episodes": [{"episode": {"number": 1}}]},
    "a title that nobody sent": {"shows": [{"title": "Another"}]},
}


@pytest.fixture
def answered(play, viewer_at):
    """Return what a call gives when this is answered."""
    return lambda call, lines, answer: call(*viewer_at(play(says(answer)).url), lines)


@pytest.mark.parametrize(("not_found", "lost"), SHAPES.values(), ids=SHAPES.keys())
def test_what_simkl_did_not_know_is_found_in_the_batch(answered, not_found, lost):
    taken = answered(add_to_history, BATCH, said(201, {"added": COUNTS, "not_found": not_found}))
    assert [entry.item for entry in taken.unknown] == lost


@pytest.mark.parametrize("not_found", RIDDLES.values(), ids=RIDDLES.keys())
@pytest.mark.parametrize("known", [{}, {"movies": [{"ids": {"imdb": "tt9900002"}}]}], ids=["alone", "beside one"])
def test_what_fits_none_of_several_is_an_error_and_never_a_success(answered, not_found, known):
    lost = {name: [*known.get(name, []), *not_found.get(name, [])] for name in {*known, *not_found}}
    with pytest.raises(errors.NotFound):
        answered(add_to_history, BATCH, said(201, {"added": COUNTS, "not_found": lost}))


@pytest.mark.parametrize("row", [{}, {"ids": {"simkl": 5}}, {"title": "Renamed"}, {"ids": {"imdb": "tt1"}}])
@pytest.mark.parametrize("name", ["movies", "shows", "episodes", "anime"])
def test_of_one_entry_it_is_that_one_whatever_it_is_called(answered, name, row):
    (entry,) = lines = entries(S2E4)
    assert answered(add_to_history, lines, said(201, {"added": COUNTS, "not_found": {name: [row]}})) == BatchResult(
        (entry,)
    )


@pytest.mark.parametrize(
    ("call", "word"), [(add_to_history, "added"), (remove_from_history, "deleted"), (add_ratings, "added")]
)
def test_every_call_reads_it_and_what_is_left_of_the_day(answered, call, word):
    payload = {word: {}, "not_found": {"shows": [TVDB]}}
    answer = raw(201, json.dumps(payload), "X-RateLimit-Remaining: 3")
    assert answered(call, entries(FILM, S2E4), answer) == BatchResult(tuple(entries(S2E4)), 3)


UNREADABLE = {
    **NONSENSE,
    "null": said(201, None),
    "an empty list": said(201, []),
    "an empty object": said(201, {}),
    "only what was not found": said(201, {"not_found": {"movies": []}}),
    "an error in disguise": said(200, {"error": "premium_only"}),
    "added is null": said(201, {"added": None, "not_found": {}}),
    "added is a number": said(201, {"added": 1, "not_found": {}}),
    "not_found is a number": said(201, {"added": COUNTS, "not_found": 5}),
    "not_found is a text": said(201, {"added": COUNTS, "not_found": "tt9900002"}),
    "not_found is a list of something": said(201, {"added": COUNTS, "not_found": [{"ids": {"tvdb": 980001}}]}),
}


@pytest.mark.parametrize("call", [add_to_history, remove_from_history, add_ratings])
@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_no_success(answered, call, answer):
    with pytest.raises(errors.Unreadable):
        answered(call, BATCH, answer)


@every_refusal
@pytest.mark.parametrize("call", [add_to_history, remove_from_history, add_ratings])
def test_every_refusal_has_its_name(answered, call, status, payload, kind):
    with pytest.raises(errors.SimklError) as caught:
        answered(call, BATCH, said(status, payload))
    assert type(caught.value) is kind and caught.value.status == status


# and as a fake server answers

IN_A_BOX = {
    "a film": ([NOBODY_KNOWS, FILM], [NOBODY_KNOWS]),
    "an episode of a show": ([street(2, 99), S2E4, S1E1], [street(2, 99)]),
    "an episode of an anime": ([ember(99), ember(7)], [ember(99)]),
    "a whole show": ([Item(SHOW, "Gone", 2000, (("tvdb", "5"),), 1, 1), S1E1], None),
    "an anime that nobody knows": ([Item(ANIME, "Gone", ids=(("mal", "5"),), episode=1), ember(1)], None),
}


@pytest.mark.parametrize(("items", "lost"), IN_A_BOX.values(), ids=IN_A_BOX.keys())
def test_a_box_takes_the_rest(box, viewer, items, lost):
    taken = add_to_history(*viewer, entries(*items))
    assert [entry.item for entry in taken.unknown] == (lost or items[:1])
    assert len(box.watched["sample_viewer"]) == len(items) - 1


def test_a_rating_out_of_range_is_told_as_not_found(viewer):
    lines = entries(FILM, rating=11) + entries(S1E1, rating=5)
    assert add_ratings(*viewer, lines) == BatchResult(tuple(lines[:1]))
