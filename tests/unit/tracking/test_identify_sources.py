"""What is it? Which of the many who tell something is believed, and whose ids are whose."""

from __future__ import annotations

import pytest

from lib.tracking.media_info import MediaInfo
from tests.unit.tracking.told import episode, film, found, item

# name: (what is told, the ids of the film or the show that Simkl gets)
IDS = {
    "a film of the library": (film(), {"imdb": "tt9900002", "tmdb": 990002}),
    "an episode of the library: its show's": (
        episode(),
        {"imdb": "tt9900001", "tmdb": 990001, "tvdb": 980001},
    ),
    "an episode whose show has none: not its own": (episode(show_ids={}), None),
    "the add-on's before the library's": (
        film(given=('{"imdb": "tt9911111"}',)),
        {"imdb": "tt9911111", "tmdb": 990002},
    ),
    "the add-on's before the library's show": (
        episode(given=('{"tmdb": 991111}',)),
        {"imdb": "tt9900001", "tmdb": 991111, "tvdb": 980001},
    ),
    "script.simkl.ids before script.trakt.ids": (
        film(ids={}, given=('{"tmdb": 991111}', '{"tmdb": 992222}')),
        {"tmdb": 991111},
    ),
    "script.trakt.ids add what script.simkl.ids lack": (
        film(ids={}, given=('{"simkl": 9000002}', '{"tmdb": 992222, "slug": "the-glass-harbour-2018"}')),
        {"simkl": 9000002, "tmdb": 992222},
    ),
    "an empty id of the first does not hide that of the second": (
        film(ids={}, given=('{"imdb": "", "tmdb": 0, "tvdb": null}', '{"imdb": "tt9922222", "tmdb": 992222}')),
        {"imdb": "tt9922222", "tmdb": 992222},
    ),
    "an empty id of the add-on does not hide the library's": (
        film(given=('{"imdb": "", "tmdb": -1}',)),
        {"imdb": "tt9900002", "tmdb": 990002},
    ),
    "a list item of an add-on": (
        MediaInfo("plugin://plugin.video.x/play", "movie", title="The Glass Harbour", ids={"imdb": "tt9900002"}),
        {"imdb": "tt9900002"},
    ),
    "names that players give to ids": (
        film(ids={"imdbnumber": "tt9900002", "TheMovieDB": "990002", "thetvdb": "5", "MyAnimeList": "6"}),
        {"imdb": "tt9900002", "tmdb": 990002, "tvdb": 5, "mal": 6},
    ),
    "ids that Simkl does not take": (film(ids={"unknown": "1", "slug": "x", "tmdbset": "2"}), None),
    "zero and minus one": (film(ids={"imdb": "-1", "tmdb": "0", "tvdb": " "}), None),
    "numbers and texts": (
        film(ids={}, given=('{"tmdb": "990002", "tvdb": 980002, "imdb": " tt9900002 "}',)),
        {"imdb": "tt9900002", "tmdb": 990002, "tvdb": 980002},
    ),
    "odd types": (
        film(ids={}, given=('{"imdb": ["tt1"], "tmdb": {"id": 5}, "tvdb": true, "mal": 1.5, "simkl": null}',)),
        None,
    ),
    "a leading zero": (film(ids={"zap2it": "007"}), {"zap2it": "007"}),
    "JSON that is broken": (film(given=('{"imdb": "tt99', "", "None")), {"imdb": "tt9900002", "tmdb": 990002}),
    "JSON that is no object": (film(given=("[1]", '"tt1"', "5", "null")), {"imdb": "tt9900002", "tmdb": 990002}),
    "JSON without an end": (film(given=("[" * 200_000,)), {"imdb": "tt9900002", "tmdb": 990002}),
    "a broken first and a good second": (film(ids={}, given=("{", '{"tmdb": 992222}')), {"tmdb": 992222}),
}

PLAYED_BY_ADDON = "plugin://plugin.video.x/play/5"
EPISODE_SENT = {"season": 2, "number": 4}

# name: (what is told, what Simkl gets)
SHAPES = {
    "a film": (
        film(),
        {"movie": {"title": "The Glass Harbour", "year": 2018, "ids": {"imdb": "tt9900002", "tmdb": 990002}}},
    ),
    "a film by title and year only": (film(ids={}), {"movie": {"title": "The Glass Harbour", "year": 2018}}),
    "a film by title only": (film(ids={}, year=0), {"movie": {"title": "The Glass Harbour"}}),
    "a film by ids only": (film(title="", year=0, ids={"tmdb": "990002"}), {"movie": {"ids": {"tmdb": 990002}}}),
    "an episode": (
        episode(ids={}),
        {
            "show": {
                "title": "Lantern Street",
                "year": 2021,
                "ids": {"imdb": "tt9900001", "tmdb": 990001, "tvdb": 980001},
            },
            "episode": EPISODE_SENT,
        },
    ),
    "an episode's own ids: tvdb and anidb only, in their own place": (
        episode(show_ids={}, ids={"tvdb": "970004", "anidb": "98004", "imdb": "tt9970004", "tmdb": "970994"}),
        {
            "show": {"title": "Lantern Street", "year": 2021},
            "episode": {**EPISODE_SENT, "ids": {"tvdb": 970004, "anidb": 98004}},
        },
    ),
    "the year of an episode is not its show's": (
        episode(ids={}, show_ids={}, show_year=0),
        {"show": {"title": "Lantern Street"}, "episode": EPISODE_SENT},
    ),
    "a show by ids only": (
        episode(ids={}, show_title="", show_year=0, show_ids={"tvdb": "980001"}),
        {"show": {"ids": {"tvdb": 980001}}, "episode": EPISODE_SENT},
    ),
    "a special": (
        episode(ids={}, show_ids={}, season=0, episode=1),
        {"show": {"title": "Lantern Street", "year": 2021}, "episode": {"season": 0, "number": 1}},
    ),
    "episode zero": (
        episode(ids={}, show_ids={}, season=1, episode=0),
        {"show": {"title": "Lantern Street", "year": 2021}, "episode": {"season": 1, "number": 0}},
    ),
    "a season that nobody tells is the first": (
        episode(show_ids={}, season=None),
        {"show": {"title": "Lantern Street", "year": 2021}, "episode": {"season": 1, "number": 4}},
    ),
    "a season of minus one is the first": (
        episode(show_ids={}, season=-1),
        {"show": {"title": "Lantern Street", "year": 2021}, "episode": {"season": 1, "number": 4}},
    ),
    "an anime by ids of anime sites": (
        episode(ids={}, show_title="", show_year=0, show_ids={"mal": "99001", "anidb": "98001"}, season=1, episode=7),
        {"anime": {"ids": {"mal": 99001, "anidb": 98001}}, "episode": {"number": 7}},
    ),
    "an anime that the add-on names by its MAL id": (
        MediaInfo(PLAYED_BY_ADDON, show_title="Paper Moons", episode=7, given=('{"mal": 99001}',)),
        {"anime": {"title": "Paper Moons", "ids": {"mal": 99001}}, "episode": {"number": 7}},
    ),
    "an anime with ids of a TV site: as TV numbers it": (
        episode(ids={}, show_year=0, show_ids={"mal": "99001", "tvdb": "980003"}),
        {"show": {"title": "Lantern Street", "ids": {"tvdb": 980003, "mal": 99001}}, "episode": EPISODE_SENT},
    ),
    "the first season of an anime with ids of a TV site: as TV numbers it, too": (
        episode(ids={}, show_year=0, show_ids={"mal": "99001", "tvdb": "980003"}, season=1, episode=30),
        {
            "show": {"title": "Lantern Street", "ids": {"tvdb": 980003, "mal": 99001}},
            "episode": {"season": 1, "number": 30},
        },
    ),
    "the second season of an anime: its number would be wrong elsewhere": (
        episode(ids={}, show_year=0, show_ids={"mal": "99001"}),
        {"show": {"title": "Lantern Street", "ids": {"mal": 99001}}, "episode": EPISODE_SENT},
    ),
    "a special of an anime": (
        episode(ids={}, show_year=0, show_ids={"anidb": "98001"}, season=0, episode=2),
        {"show": {"title": "Lantern Street", "ids": {"anidb": 98001}}, "episode": {"season": 0, "number": 2}},
    ),
    "the episode's anidb id of an anime": (
        episode(show_title="", show_year=0, show_ids={"anidb": "98001"}, season=1, ids={"anidb": "97777"}),
        {"anime": {"ids": {"anidb": 98001}}, "episode": {"number": 4, "ids": {"anidb": 97777}}},
    ),
    "an add-on that tells show, season and episode, and no kind": (
        MediaInfo(PLAYED_BY_ADDON, title="Low Tide", show_title="Lantern Street", season=2, episode=4),
        {"show": {"title": "Lantern Street"}, "episode": EPISODE_SENT},
    ),
    "an add-on that tells the show's ids and numbers, no kind and no name of the show": (
        MediaInfo(PLAYED_BY_ADDON, title="Low Tide", season=2, episode=4, given=('{"tmdb": 990001}',)),
        {"show": {"ids": {"tmdb": 990001}}, "episode": EPISODE_SENT},
    ),
    "an add-on that sets ids and nothing else plays a film": (
        MediaInfo(PLAYED_BY_ADDON, title="The Glass Harbour", given=('{"imdb": "tt9900002"}',)),
        {"movie": {"title": "The Glass Harbour", "ids": {"imdb": "tt9900002"}}},
    ),
    "a list item with ids and no kind is a film": (
        MediaInfo(PLAYED_BY_ADDON, title="The Glass Harbour", ids={"imdb": "tt9900002"}),
        {"movie": {"title": "The Glass Harbour", "ids": {"imdb": "tt9900002"}}},
    ),
    "a film of a franchise that carries the name of a show": (
        film(ids={}, show_title="Lantern Street"),
        {"movie": {"title": "The Glass Harbour", "year": 2018}},
    ),
}


@pytest.mark.parametrize("facts, ids", IDS.values(), ids=IDS.keys())
def test_who_is_believed_about_ids(facts, ids):
    assert item(facts).title_object().get("ids") == ids


@pytest.mark.parametrize("facts, sent", SHAPES.values(), ids=SHAPES.keys())
def test_what_simkl_gets(facts, sent):
    assert item(facts).scrobbled() == sent


def test_the_library_is_told_by_its_own_number():
    assert found(film()).ref == "movie/7"
    assert found(episode()).ref == "episode/12"
    assert found(film(library_id=0)).ref == ""
    assert found(film(library_id=-1)).ref == ""


def test_the_picture_comes_along():
    assert found(film(art="image://poster")).art == "image://poster"
