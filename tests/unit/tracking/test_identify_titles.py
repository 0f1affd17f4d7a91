"""What is it? Who is believed about it, what Simkl gets, and its title, year, ids and key."""

import json
from dataclasses import replace

import pytest

from lib.simkl.api.media import ANIME, SHOW, Item, item_from_json
from lib.tracking.media_info import EpisodeInfo, MediaInfo
from tests.unit.tracking.cases import cases
from tests.unit.tracking.watching import episode, film, found, item, reason

PLUGIN = "plugin://plugin.video.x/play/5"


@cases("facts, wanted", {
    "a year at the end": (film(title="The Glass Harbour (2018)", year=0), ("The Glass Harbour", 2018)),
    "another year: it is of the title": (film(title="Station (1912)", year=2018), ("Station (1912)", 2018)),
    "a year of the title": (film(title="Wonder Woman 1984", year=2020), ("Wonder Woman 1984", 2020)),
    "a title that is a year": (film(title="1917", year=2019), ("1917", 2019)),
    "a show's year": (episode(show_title="Lantern Street (2021)", show_year=0), ("Lantern Street", 2021)),
    "a year before there were films": (film(year=1601), ("The Glass Harbour", 0)),
    "a media server's date of the file": (film(address="upnp://uuid/12", year=2024), ("The Glass Harbour", 0)),
    "a media server's date, with the year in the title":
        (film(file="upnp://uuid/12", title="The Glass Harbour (2018)", year=2024), ("The Glass Harbour", 2018)),
    "a release name with ids": (film(title="The.Glass.Harbour.2018.1080p"), ("The Glass Harbour", 2018)),
})  # fmt: skip
def test_title_and_year_are_told_apart(facts, wanted):
    assert (item(facts).title, item(facts).year) == wanted


NUMBERS = {"season": 0, "episode": 0}
IMDB = {"imdb": "tt9900002"}


@cases("told", {
    "season 0, episode 0 of a film": {"media": "movie", "ids": IMDB, **NUMBERS},
    "nobody says that it is a film": {"ids": IMDB, **NUMBERS},
    "season -1, episode -1": {"media": "movie", "ids": IMDB, "season": -1, "episode": -1},
    "the ids are set by the add-on": {"given": ('{"imdb": "tt9900002"}',), **NUMBERS},
})  # fmt: skip
def test_a_film_with_season_0_and_episode_0_keeps_its_ids_and_its_year_and_a_show_is_no_film(told):
    facts = MediaInfo(PLUGIN, title="The Glass Harbour", year=2018, **told)
    assert item(facts).scrobbled() == {"movie": {"title": "The Glass Harbour", "year": 2018, "ids": IMDB}}
    assert reason(MediaInfo(PLUGIN, show_title="Lantern Street", show_ids={"tmdb": "1"}, **NUMBERS))


def test_an_episode_does_not_bear_the_id_of_its_show():
    for ids, kept in (({"tvdb": "980001"}, ()), ({"tvdb_id": "980001"}, ()), ({"tvdb": "9"}, (("tvdb", "9"),))):
        assert item(episode(ids=ids)).episode_ids == kept


@pytest.mark.parametrize("text", ["None", "N/A", "", "0", "unknown"])
def test_an_id_that_says_nothing_makes_no_anime_of_a_show(text):
    assert item(episode(given=(f'{{"mal": "{text}"}}',))).kind == "show"
    assert item(episode(show_ids={"mal": text, "anidb": text}, season=1)).kind == "show"


@cases("facts, title", {
    "a film without ids": (film(title="Der Glashafen", ids={}, original_title="X"), "X"),
    "a film with ids": (film(title="Der Glashafen", original_title="X"), ""),
    "an episode without ids": (episode(show_ids={}, original_title="Laternengasse"), "Laternengasse"),
    "an episode with ids": (episode(original_title="Laternengasse"), ""),
    "with its year": (film(ids={}, original_title="Glashafen (2018)"), "Glashafen"),
})  # fmt: skip
def test_the_original_title_is_kept_for_where_there_is_no_id(facts, title):
    assert item(facts).original_title == title


@cases("path, chosen", {
    "an image": ("/shows/Lantern Street.iso", 1),
    "a DVD": ("smb://nas/Lantern Street/VIDEO_TS/VIDEO_TS.IFO", 1),
    "a Blu-ray's image": ("bluray://udf%3a%2f%2f%252fshows%252fL.iso%2f/BDMV/PLAYLIST/00800.mpls", 1),
    "a file": ("/shows/Lantern Street S02E03E04.mkv", None),
})  # fmt: skip
def test_of_a_disc_it_is_known_which_episode_was_selected(path, chosen):
    both = (EpisodeInfo(2, 3, runtime=2700.0), EpisodeInfo(2, 4, runtime=2700.0))
    assert found(episode(file=path, episodes=both)).chosen == chosen


def test_an_id_of_5000_digits_that_an_add_on_sets_is_left_out():
    digits = "9" * 5000
    for text in (f'{{"tmdb": {digits}}}', f'{{"tmdb": "{digits}"}}', f'{{"imdb": "tt{digits}"}}'):
        assert found(film(ids={}, given=(text,))).items[0].ids == ()


EPISODE = Item(SHOW, "Lantern Street", 2021, (("tvdb", "980001"),), 2, 4, (("tvdb", "970004"),))
OTHERS = (
    {"kind": ANIME}, {"title": 'L "\\/{}:#\x00漢😀'}, {"year": 2022}, {"ids": (("tvdb", "980002"),)}, {"season": 0},
    {"season": None}, {"episode": 0}, {"episode": None}, {"episode_ids": ()},
)  # fmt: skip


def test_the_same_item_found_twice_has_the_same_key_another_one_another_and_it_comes_back_as_it_was_kept():
    assert item(film()).key == item(film(file="/elsewhere/a.mkv", library_id=0)).key
    assert item(film(ids={"tmdb": "990002", "imdb": "tt9900002"})).key == item(film()).key, "in whatever order"
    different = [EPISODE, *(replace(EPISODE, **change) for change in OTHERS)]
    assert len({each.key for each in different}) == len(different)
    for known in different:
        again = item_from_json(json.loads(json.dumps(known.stored())))
        assert (again, again.key) == (known, known.key)


LIBRARY = {"imdb": "tt9900002", "tmdb": 990002}
SHOW_IDS = {"imdb": "tt9900001", "tmdb": 990001, "tvdb": 980001}


def given(*texts, **changes):
    """Return a film of which an add-on has set ids in these texts."""
    return film(**{"ids": {}, "given": texts, **changes})


@cases("facts, ids", {
    "an episode whose show has none: not its own": (episode(show_ids={}), None),
    "the add-on's before the library's": (film(given=('{"imdb": "tt1"}',)), {"imdb": "tt1", "tmdb": 990002}),
    "the add-on's before the library's show": (episode(given=('{"tmdb": 1}',)), {**SHOW_IDS, "tmdb": 1}),
    "script.simkl.ids before script.trakt.ids": (given('{"tmdb": 1}', '{"tmdb": 2}'), {"tmdb": 1}),
    "script.trakt.ids add what script.simkl.ids lack":
        (given('{"simkl": 9000002}', '{"tmdb": 2, "slug": "the-glass-harbour-2018"}'), {"simkl": 9000002, "tmdb": 2}),
    "an empty id of the first does not hide that of the second":
        (given('{"imdb": "", "tmdb": 0, "tvdb": null}', '{"imdb": "tt2", "tmdb": 2}'), {"imdb": "tt2", "tmdb": 2}),
    "an empty id of the add-on does not hide the library's": (film(given=('{"imdb": "", "tmdb": -1}',)), LIBRARY),
    "names that players give to ids": (
        film(ids={"imdbnumber": "tt1", "TheMovieDB": "4", "thetvdb": "5", "MyAnimeList": "6"}),
        {"imdb": "tt1", "tmdb": 4, "tvdb": 5, "mal": 6},
    ),
    "ids that Simkl does not take, zero and minus one":
        (film(ids={"unknown": "1", "slug": "x", "tmdbset": "2", "imdb": "-1", "tmdb": "0", "tvdb": " "}), None),
    "odd types": (given('{"imdb": ["tt1"], "tmdb": {"id": 5}, "tvdb": true, "mal": 1.5, "simkl": null}'), None),
    "JSON that is broken": (film(given=('{"imdb": "tt99', "", "None", "[" * 200_000)), LIBRARY),
})  # fmt: skip
def test_who_is_believed_about_ids(facts, ids):
    assert item(facts).title_object().get("ids") == ids


LANTERN, SENT = {"title": "Lantern Street", "year": 2021}, {"season": 2, "number": 4}
HARBOUR = {"title": "The Glass Harbour", "year": 2018}
NAMED = {"title": "Lantern Street"}
BARE = {"ids": {}, "show_title": "", "show_year": 0}
MAL, MAL_AND_TVDB = {"mal": "99001"}, {"mal": "99001", "tvdb": "980003"}
BOTH_SENT = {"title": "Lantern Street", "ids": {"tvdb": 980003, "mal": 99001}}


@cases("facts, sent", {
    "a film": (film(), {"movie": {**HARBOUR, "ids": LIBRARY}}),
    "a film by ids only": (film(title="", year=0, ids={"tmdb": "990002"}), {"movie": {"ids": {"tmdb": 990002}}}),
    "an episode": (episode(ids={}), {"show": {**LANTERN, "ids": SHOW_IDS}, "episode": SENT}),
    "an episode's own ids: tvdb and anidb only, in their own place": (
        episode(show_ids={}, ids={"tvdb": "970004", "anidb": "98004", "imdb": "tt9970004", "tmdb": "970994"}),
        {"show": LANTERN, "episode": {**SENT, "ids": {"tvdb": 970004, "anidb": 98004}}},
    ),
    "the year of an episode is not its show's":
        (episode(ids={}, show_ids={}, show_year=0), {"show": NAMED, "episode": SENT}),
    "a show by ids only":
        (episode(**BARE, show_ids={"tvdb": "980001"}), {"show": {"ids": {"tvdb": 980001}}, "episode": SENT}),
    "a special":
        (episode(ids={}, show_ids={}, season=0, episode=0), {"show": LANTERN, "episode": {"season": 0, "number": 0}}),
    "a season that nobody tells is the first":
        (episode(show_ids={}, season=None), {"show": LANTERN, "episode": {"season": 1, "number": 4}}),
    "an anime by ids of anime sites": (
        episode(**BARE, show_ids={**MAL, "anidb": "98001"}, season=1, episode=7),
        {"anime": {"ids": {"mal": 99001, "anidb": 98001}}, "episode": {"number": 7}},
    ),
    "an anime that the add-on names by its MAL id": (
        MediaInfo(PLUGIN, show_title="Paper Moons", episode=7, given=('{"mal": 99001}',)),
        {"anime": {"title": "Paper Moons", "ids": {"mal": 99001}}, "episode": {"number": 7}},
    ),
    "an anime with ids of a TV site: as TV numbers it": (
        episode(ids={}, show_year=0, show_ids=MAL_AND_TVDB, season=1, episode=30),
        {"show": BOTH_SENT, "episode": {"season": 1, "number": 30}},
    ),
    "the second season of an anime: its number would be wrong elsewhere":
        (episode(ids={}, show_year=0, show_ids=MAL), {"show": {**NAMED, "ids": {"mal": 99001}}, "episode": SENT}),
    "an add-on that tells show, season and episode, and no kind": (
        MediaInfo(PLUGIN, title="Low Tide", show_title="Lantern Street", season=2, episode=4),
        {"show": NAMED, "episode": SENT},
    ),
    "an add-on that tells the show's ids and numbers, no kind and no name of the show": (
        MediaInfo(PLUGIN, title="Low Tide", season=2, episode=4, given=('{"tmdb": 990001}',)),
        {"show": {"ids": {"tmdb": 990001}}, "episode": SENT},
    ),
    "an add-on that sets ids and nothing else plays a film": (
        MediaInfo(PLUGIN, title="The Glass Harbour", given=('{"imdb": "tt1"}',)),
        {"movie": {"title": "The Glass Harbour", "ids": {"imdb": "tt1"}}},
    ),
    "a film of a franchise that carries the name of a show":
        (film(ids={}, show_title="Lantern Street"), {"movie": HARBOUR}),
})  # fmt: skip
def test_what_simkl_gets(facts, sent):
    assert item(facts).scrobbled() == sent


def test_the_library_is_told_by_its_own_number_and_the_picture_comes_along():
    assert [found(facts).ref for facts in (film(), episode())] == ["movie/7", "episode/12"]
    assert [found(film(library_id=number)).ref for number in (0, -1)] == ["", ""]
    assert found(film(art="image://poster")).art == "image://poster"
