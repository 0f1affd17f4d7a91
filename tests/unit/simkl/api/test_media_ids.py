"""The shape of ids: what can be an id of its site goes to Simkl, whatever name it came under; the rest is left out."""

from __future__ import annotations

import logging
import sys

import pytest

from lib.simkl.api.media import (
    EPISODE_ID_NAMES,
    MOVIE,
    Item,
    clean_ids,
    clean_number,
    clean_year,
    ids_by_simkl_name,
    item_from_json,
)

# the first number that Python refuses to write as a text, where it has that limit
HUGE = 10**5000

SHAPES = {
    "an IMDb id": ({"imdb": "tt9900002"}, {"imdb": "tt9900002"}),
    "an IMDb id in capitals": ({"imdb": "TT9900002"}, {"imdb": "tt9900002"}),
    "an IMDb id of eight digits": ({"imdb": "tt99000021"}, {"imdb": "tt99000021"}),
    "an IMDb id with blanks": ({"imdb": " tt9900002\n"}, {"imdb": "tt9900002"}),
    "a number for IMDb": ({"imdb": 9900002}, {}),
    "a person of IMDb": ({"imdb": "nm0000001"}, {}),
    "an address of IMDb": ({"imdb": "https://www.imdb.com/title/tt9900002/"}, {}),
    "an IMDb id of nothing but zeros": ({"imdb": "tt0000000"}, {}),
    "an IMDb id without a number": ({"imdb": "tt"}, {}),
    "an IMDb id that goes on": ({"imdb": "tt9900002' OR 1=1"}, {}),
    "5,000 digits behind tt": ({"imdb": "tt" + "9" * 5000}, {}),
    "5,000 digits": ({"tmdb": "9" * 5000}, {}),
    "a number of 5,000 digits": ({"tmdb": HUGE}, {}),
    "a negative number of 5,000 digits": ({"tmdb": -HUGE}, {}),
    "a number": ({"tmdb": 990002}, {"tmdb": "990002"}),
    "a number as a text": ({"tvdb": "980002"}, {"tvdb": "980002"}),
    "leading zeros": ({"mal": "0099001"}, {"mal": "99001"}),
    "a number with a point that is whole": ({"mal": 99001.0}, {"mal": "99001"}),
    "a number with a point": ({"mal": 1.5}, {}),
    "no number": ({"mal": float("nan"), "tmdb": float("inf")}, {}),
    "letters where a number belongs": ({"tvdb": "lantern-street"}, {}),
    "an IMDb id where a number belongs": ({"tmdb": "tt9900002"}, {}),
    "digits of another script": ({"tmdb": "９９０００２"}, {}),
    "thirteen digits": ({"simkl": "1234567890123"}, {}),
    "minus five": ({"simkl": -5}, {}),
    "None": ({"mal": "None", "anidb": None}, {}),
    "null": ({"mal": "null", "imdb": "NULL"}, {}),
    "N/A": ({"tmdb": "N/A", "netflix": "n/a"}, {}),
    "undefined": ({"tvdb": "undefined", "hulu": "undefined"}, {}),
    "nan": ({"anilist": "nan"}, {}),
    "true and false": ({"kitsu": True, "tmdb": "false", "letterboxd": "True"}, {}),
    "nothing": ({"imdb": "", "tmdb": 0, "tvdb": "-1", "mal": "  "}, {}),
    "lists and objects": ({"imdb": ["tt1"], "tmdb": {"id": 5}}, {}),
    "a slug": ({"letterboxd": "the-glass-harbour"}, {"letterboxd": "the-glass-harbour"}),
    "a code": ({"zap2it": "EP01234567"}, {"zap2it": "EP01234567"}),
    "a sentence for a slug": ({"letterboxd": "The Glass Harbour"}, {}),
    "a slug without an end": ({"traktslug": "a" * 5000}, {}),
    "a name that is no site of Simkl's": ({"slug": "x", "trakt": 5, "tmdbset": 7}, {}),
}


@pytest.mark.parametrize(("given", "kept"), SHAPES.values(), ids=SHAPES.keys())
def test_an_id_has_a_shape(given, kept):
    assert dict(clean_ids(given)) == kept
    assert dict(clean_ids(ids_by_simkl_name(given))) == kept


NAMES = {
    "imdb_id": ({"imdb_id": "tt9900002"}, {"imdb": "tt9900002"}),
    "IMDbNumber": ({"IMDbNumber": "tt9900002"}, {"imdb": "tt9900002"}),
    "imdb-id": ({"imdb-id": "tt9900002"}, {"imdb": "tt9900002"}),
    "tmdb_id": ({"tmdb_id": 990002}, {"tmdb": "990002"}),
    "TheMovieDb.org": ({"TheMovieDb.org": "990002"}, {"tmdb": "990002"}),
    "tvdb_id": ({"tvdb_id": "980002"}, {"tvdb": "980002"}),
    "TheTVDB": ({"TheTVDB": "980002"}, {"tvdb": "980002"}),
    "MyAnimeList": ({"MyAnimeList": "99001"}, {"mal": "99001"}),
    "mal_id": ({"mal_id": 99001}, {"mal": "99001"}),
    "AniDB": ({"AniDB": "98001"}, {"anidb": "98001"}),
    "simkl_id": ({"simkl_id": 9000002}, {"simkl": "9000002"}),
    "trakt_slug": ({"trakt_slug": "lantern-street"}, {"traktslug": "lantern-street"}),
    "unknown, an IMDb id": ({"unknown": "tt9900002"}, {"imdb": "tt9900002"}),
    "default, an IMDb id": ({"default": "tt9900002"}, {"imdb": "tt9900002"}),
    "unknown, a number that may be anybody's": ({"unknown": "990002"}, {}),
    "unknown, the path of a media server": ({"unknown": "upnp://uuid/64$1"}, {}),
    "its own name before another": ({"imdb_id": "tt9911111", "imdb": "tt9900002"}, {"imdb": "tt9900002"}),
    "its own name, which says nothing": ({"imdb": "None", "unknown": "tt9900002"}, {"imdb": "tt9900002"}),
    "its own name twice": ({"IMDB": "", "imdb": "tt9900002"}, {"imdb": "tt9900002"}),
}


@pytest.mark.parametrize(("given", "kept"), NAMES.values(), ids=NAMES.keys())
def test_an_id_is_known_under_other_names_too(given, kept):
    assert dict(clean_ids(ids_by_simkl_name(given))) == kept


def test_what_cannot_be_an_id_is_logged_without_what_it_says(caplog):
    with caplog.at_level(logging.WARNING):
        clean_ids({"imdb": "secret-words", "tmdb": "", "tvdb": "N/A"})
    assert [record.getMessage() for record in caplog.records] == [
        "what was given as the imdb id cannot be one and is left out"
    ]


def test_a_stored_item_with_an_impossible_id_is_read_without_it():
    stored = {"kind": MOVIE, "title": "The Glass Harbour", "year": HUGE, "ids": {"tmdb": "9" * 5000, "imdb": "tt1"}}
    assert item_from_json({**stored, "season": -4, "episode": True}) == Item(
        MOVIE, "The Glass Harbour", ids=(("imdb", "tt1"),)
    )


def test_only_the_ids_that_were_asked_for_are_returned():
    assert clean_ids({"tvdb": 5, "imdb": "tt1", "anidb": 7}, EPISODE_ID_NAMES) == (("tvdb", "5"), ("anidb", "7"))


@pytest.mark.parametrize(
    ("value", "year"),
    [(2018, 2018), (1870, 1870), (1601, 0), (0, 0), (None, 0), ("2018", 0), (True, 0), (2018.0, 0), (HUGE, 0)],
    ids=lambda value: "huge" if value == HUGE else repr(value),
)
def test_a_year_is_a_year(value, year):
    assert clean_year(value) == year


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0, 0),
        (4, 4),
        (99_999, 99_999),
        (100_000, None),
        (-1, None),
        (None, None),
        (True, None),
        ("4", None),
        (HUGE, None),
    ],
    ids=lambda value: "huge" if value == HUGE else repr(value),
)
def test_a_number_of_an_episode_is_no_more_than_that(value, number):
    assert clean_number(value) == number


def test_the_key_of_a_title_does_not_depend_on_its_original_title():
    plain, other = (
        Item(MOVIE, "Der Glashafen", 2018),
        Item(MOVIE, "Der Glashafen", 2018, original_title="Glass Harbour"),
    )
    assert plain.key == other.key and item_from_json(other.stored()) == other


def test_python_has_the_limit_that_these_tests_are_about():
    if sys.version_info >= (3, 11):
        with pytest.raises(ValueError):
            str(HUGE)
