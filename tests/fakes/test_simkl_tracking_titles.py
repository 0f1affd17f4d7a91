"""How a title is found, as Simkl's pages `conventions/standard-media-objects` and `guides/anime` say."""

from __future__ import annotations

import pytest

from tests.fakes.simkl import Movie, Show
from tests.fakes.tracking_program import USER, Program, tracking_box

CATALOGUE = [
    Movie("The Pale Coast", 2001, simkl=1, ids={"imdb": "tt1", "tmdb": "7"}),
    Movie("The Pale Coast", 2020, simkl=2, ids={"imdb": "tt2"}),
    Movie("Élan & Dust", 2010, simkl=3),
    Show("Seven Lanes", 2015, simkl=10, ids={"tvdb": "70", "tmdb": "7"}, seasons={0: 1, 1: 2, 2: [1, 2, 4]},
         episode_ids={(2, 4): {"tvdb": "704"}, (1, 2): {"anidb": "602"}}),
    Show("Tin Stars", 2012, simkl=20, ids={"mal": "31", "tvdb": "80"}, seasons={0: 1, 1: 12, 2: 12}, anime=True,
         episode_ids={(2, 3): {"anidb": "6203"}}),
    Show("Tin Stars: Return", 2016, simkl=21, ids={"mal": "32", "tvdb": "80"}, seasons={3: range(1, 14)}, anime=True),
    Movie("Tin Stars: The Film", 2018, simkl=22, ids={"mal": "33", "tmdb": "9"}, anime=True),
]  # fmt: skip


@pytest.fixture(scope="module")
def running():
    with tracking_box(catalogue=CATALOGUE) as box:
        yield box


@pytest.fixture
def program(running):
    running.reset()
    return Program(running)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        pytest.param({"ids": {"simkl": 2}}, 2, id="by simkl"),
        pytest.param({"ids": {"simkl": "2", "imdb": "tt1"}}, 2, id="simkl beats other ids"),
        pytest.param({"ids": {"simkl": 99, "imdb": "tt1"}, "title": "The Pale Coast"}, None, id="a wrong simkl too"),
        pytest.param({"ids": {"simkl": 10}}, None, id="simkl of another kind"),
        pytest.param({"ids": {"imdb": "TT1"}, "title": "The Pale Coast", "year": 2020}, 1, id="ids beat the title"),
        pytest.param({"ids": {"imdb": "tt2", "tmdb": 7}}, 2, id="the first id that resolves counts"),
        pytest.param({"ids": {"tvdb": "none", "tmdb": 7}}, 1, id="ids that do not are ignored"),
        pytest.param({"ids": {"imdb": "tt99"}, "title": "The Pale Coast", "year": 2020}, 2, id="title and year"),
        pytest.param({"title": "the pale coast"}, 1, id="the title alone"),
        pytest.param({"title": "The Pale Coast", "year": 2019}, 1, id="the title with a year that fits none"),
        pytest.param({"title": "elan dust"}, 3, id="whatever accents and signs it has"),
        pytest.param({"title": "Seven Lanes"}, None, id="a show is no film"),
        pytest.param({"ids": {"mal": 33}}, 22, id="an anime film is a film"),
    ],
)
def test_a_film_is_found(program, sent, found):
    answer = program.scrobble("start", {"movie": sent}, 1)
    assert (answer.status_code, answer.json().get("movie", {}).get("ids", {}).get("simkl")) == (
        (201, found) if found else (404, None)
    )
    assert found or answer.json()["error"] == "id_err"


LANES, TVDB_80, MAL_31 = {"ids": {"tmdb": 7}}, {"ids": {"tvdb": 80}}, {"ids": {"mal": 31}}


@pytest.mark.parametrize(
    ("kind", "title", "episode", "found"),
    [
        pytest.param("show", LANES, {"season": 2, "number": 4}, (10, 2, 4), id="season and number"),
        pytest.param("show", LANES, {"season": 2, "number": 3}, None, id="a number that the season lacks"),
        pytest.param("show", LANES, {"season": 0, "number": 1}, (10, 0, 1), id="a special"),
        pytest.param("show", LANES, {"season": 0, "number": 2}, None, id="a special that there is not"),
        pytest.param("show", LANES, {"season": 1, "number": 1, "ids": {"tvdb": 704}}, (10, 2, 4), id="its id wins"),
        pytest.param("show", LANES, {"ids": {"anidb": "602"}}, (10, 1, 2), id="anidb is an id too"),
        pytest.param("show", LANES, {"season": 1, "number": 1, "ids": {"tvdb": 1}}, None, id="a stale id is 404"),
        pytest.param("anime", LANES, {"number": 1}, None, id="a show is no anime"),
        pytest.param("show", TVDB_80, {"season": 2, "number": 3}, (20, 1, 15), id="anime as a show by TVDB's numbers"),
        pytest.param("show", TVDB_80, {"season": 3, "number": 13}, (21, 1, 13), id="the entry that has the season"),
        pytest.param("show", TVDB_80, {"season": 0, "number": 1}, (20, 0, 1), id="a special of an anime"),
        pytest.param("anime", MAL_31, {"number": 15}, (20, 1, 15), id="anime by a plain number"),
        pytest.param("anime", {"ids": {"mal": "32"}}, {"number": 1}, (21, 1, 1), id="each entry starts at 1"),
        pytest.param("anime", MAL_31, {"number": 25}, None, id="a plain number past the end"),
        pytest.param("anime", MAL_31, {"season": 2, "number": 3}, None, id="no seasons in its own numbers"),
        pytest.param("anime", MAL_31, {"ids": {"anidb": 6203}}, (20, 1, 15), id="anime by the episode's id"),
    ],
)
def test_an_episode_is_found(program, kind, title, episode, found):
    answer = program.scrobble("stop", {kind: title, "episode": episode}, 90)
    assert answer.status_code == (201 if found else 404)
    assert list(program.box.watched[USER]) == ([found] if found else [])


def test_an_anime_film_may_come_as_an_anime_without_episode(program):
    assert program.scrobble("stop", {"anime": {"ids": {"mal": 33}}}, 90).json()["movie"]["anime_type"] == "movie"
    assert list(program.box.watched[USER]) == [(22, None, None)]


@pytest.mark.parametrize(
    "titles",
    [
        [Movie("One", simkl=1), Movie("Two", simkl=1)],
        lambda: [Movie("One", simkl=1, ids={"imbd": "tt1"})],
        lambda: [Movie("One", 2001)],
        lambda: [Show("One", 2001, simkl=1, episode_ids={(4, 1): {"tvdb": "1"}})],
    ],
    ids=["the same id twice", "an id nobody knows", "no simkl id", "an id of no episode"],
)
def test_a_catalogue_that_cannot_be_is_refused(titles):
    with pytest.raises(ValueError, match="simkl id|no id|no episode"):
        with tracking_box(catalogue=titles() if callable(titles) else titles):
            pass
