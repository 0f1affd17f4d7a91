"""Ids, numbers and names: what can be an id of its site is sent, whatever name it came under, and all can be written.

The bytes of a file's name that is not UTF-8 stand in Python's texts as lone surrogates (PEP 383), which neither SQLite
nor JSON in UTF-8 can take.
"""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.simkl.api.media import (
    EPISODE_ID_NAMES,
    MOVIE,
    Item,
    clean_ids,
    clean_number,
    clean_year,
    ids_by_simkl_name,
    item_from_json,
    replace_surrogates,
)

HUGE = 10**5000  # the first number that Python refuses to write as a text, where it has that limit
KEPT = [
    ("imdb", "tt9900002", "tt9900002"),
    ("imdb", "TT9900002", "tt9900002"),
    ("imdb", " tt99000021\n", "tt99000021"),
    ("tmdb", 990002, "990002"),
    ("mal", "0099001", "99001"),
    ("mal", 99001.0, "99001"),
    ("simkl", "123456789012", "123456789012"),
    ("letterboxd", "the-glass-harbour", "the-glass-harbour"),
    ("zap2it", "EP01234567", "EP01234567"),
    # names that others have for the same
    ("IMDbNumber", "tt9900002", {"imdb": "tt9900002"}),
    ("TheMovieDb.org", "990002", {"tmdb": "990002"}),
    ("TheTVDB", "980002", {"tvdb": "980002"}),
    ("MyAnimeList", "99001", {"mal": "99001"}),
    ("AniDB", "98001", {"anidb": "98001"}),
    ("simkl_id", 9000002, {"simkl": "9000002"}),
    ("trakt_slug", "lantern-street", {"traktslug": "lantern-street"}),
    ("unknown", "tt9900002", {"imdb": "tt9900002"}),
]
LEFT_OUT = {
    "imdb": [9900002, "nm0000001", "https://www.imdb.com/title/tt9900002/", "tt0000000", "tt", "tt9900002' OR 1=1",
             "tt" + "9" * 5000, ["tt1"], "", "NULL"],
    "tmdb": ["9" * 5000, HUGE, -HUGE, float("inf"), "tt9900002", "９９０００２", "N/A", "false", {"id": 5}, 0],
    "tvdb": ["lantern-street", "undefined", "-1"],
    "mal": [1.5, float("nan"), "None", "null", "  "],
    "simkl": ["1234567890123", 10**12, -5],
    "kitsu": [True],
    "anidb": [None],
    "letterboxd": ["The Glass Harbour", "True"],
    "traktslug": ["a" * 5000],
    "netflix": ["n/a"],
    "trakt": [5],
    "unknown": ["990002", "upnp://uuid/64$1"],
}  # fmt: skip
BOTH = [
    ({"imdb_id": "tt9911111", "imdb": "tt9900002"}, "tt9900002"),
    ({"imdb": "None", "unknown": "tt9900002"}, "tt9900002"),
    ({"IMDB": "", "imdb": "tt9900002"}, "tt9900002"),
]


@pytest.mark.parametrize(("name", "value", "kept"), KEPT)
def test_an_id_is_kept_in_its_shape_and_known_under_other_names_too(name, value, kept):
    by_name = kept if isinstance(kept, dict) else {name: kept}
    assert dict(clean_ids(ids_by_simkl_name({name: value}))) == by_name
    assert dict(clean_ids({name: value})) == ({name: kept} if isinstance(kept, str) else {})


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_cannot_be_an_id_is_left_out(name):
    for value in LEFT_OUT[name]:
        assert clean_ids({name: value}) == clean_ids(ids_by_simkl_name({name: value})) == ()


@pytest.mark.parametrize(("ids", "imdb"), BOTH)
def test_an_id_under_its_own_name_goes_before_another_unless_it_says_nothing(ids, imdb):
    assert dict(clean_ids(ids_by_simkl_name(ids))) == {"imdb": imdb}


def test_what_cannot_be_an_id_is_logged_without_what_it_says(caplog):
    with caplog.at_level(logging.WARNING):
        clean_ids({"imdb": "secret-words", "tmdb": "", "tvdb": "N/A"})
    assert [record.getMessage() for record in caplog.records] == [
        "what was given as the imdb id cannot be one and is left out"
    ]


def test_only_the_ids_that_were_asked_for_are_returned():
    assert clean_ids({"tvdb": 5, "imdb": "tt1", "anidb": 7}, EPISODE_ID_NAMES) == (("tvdb", "5"), ("anidb", "7"))


def test_a_stored_item_with_an_impossible_id_is_read_without_it():
    stored = {"kind": MOVIE, "title": "The Glass Harbour", "year": HUGE, "ids": {"tmdb": "9" * 5000, "imdb": "tt1"}}
    assert item_from_json({**stored, "season": -4, "episode": True}) == Item(
        MOVIE, "The Glass Harbour", ids=(("imdb", "tt1"),)
    )


def test_a_year_is_a_year_and_a_number_of_an_episode_no_more_than_that():
    years = {2018: 2018, 1870: 1870, 1869: 0, 2200: 2200, 2201: 0, 0: 0, None: 0, "2018": 0, 2018.5: 0, HUGE: 0}
    assert [clean_year(value) for value in years] == list(years.values())
    numbers = {0: 0, 4: 4, 99_999: 99_999, 100_000: None, -1: None, None: None, "4": None, HUGE: None}
    assert [clean_number(value) for value in numbers] == list(numbers.values())
    assert (clean_year(True), clean_year(2018.0), clean_number(True)) == (0, 0, None)


def test_a_label_is_a_title_and_where_there_is_one_a_place():
    episode = Item("show", "Lantern Street", season=2, episode=4)
    assert [episode.label, episode.whole_title().label] == ["Lantern Street 2x04", "Lantern Street"]
    assert [Item("anime", "Moss", episode=7).label, Item("anime", episode=12).label] == ["Moss 07", "12"]


def test_the_key_of_a_title_does_not_depend_on_its_original_title():
    plain, other = (Item(MOVIE, "Der Glashafen", 2018, original_title=title) for title in ("", "Glass Harbour"))
    assert plain.key == other.key and item_from_json(other.stored()) == other


TEXTS = [
    ("", ""),
    ("Amélie – 天気の子 🎬", "Amélie – 天気の子 🎬"),
    ("/Frühling/Am\udce9lie.avi", "/Frühling/Amélie.avi"),  # Latin 1 in a folder of UTF-8
    ("\udc80\udcff", "\x80ÿ"),  # the first byte and the last
    ("K7\ud83d", "K7?"),  # half of a pair
    ("K7\udfac", "K7?"),
    ("a\udc41", "a?"),  # a byte of ASCII cannot be one
    ("\ud83dAm\udce9lie", "?Amélie"),
]


def test_what_is_not_utf_8_becomes_letters_and_all_else_stays():
    assert [replace_surrogates(text) for text, _ in TEXTS] == [seen for _, seen in TEXTS]


@given(st.text(st.characters()))
def test_whatever_it_is_it_can_be_written_and_what_can_be_written_stays(text):
    found = replace_surrogates(text)
    assert found.encode("utf-8").decode("utf-8") == found
    assert len(found) == len(text)
    assert replace_surrogates(found) == found


def test_titles_and_ids_of_an_item_can_be_written_even_if_they_were_kept_otherwise():
    item = Item("movie", "Am\udce9lie", 2001, clean_ids({"imdb": "tt\ud83d1", "traktslug": "am\udce9lie"}))
    assert (item.title, dict(item.ids)) == ("Amélie", {"traktslug": "amélie"})
    kept = {"kind": "movie", "title": "Am\udce9lie", "ids": {"imdb": "tt\ud83d1", "tmdb": 1}}
    assert item_from_json(kept) == Item("movie", "Amélie", ids=(("tmdb", "1"),))
