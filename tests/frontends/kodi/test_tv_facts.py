"""What Kodi's library and its player say of an item, in the words of the tracking."""

import pytest

from tests.frontends.kodi.tv import on_old_and_new_kodi


@pytest.fixture
def facts(couch):
    with couch.inside():
        from lib.kodi.library import items

        yield items


def test_a_film_of_the_library(couch, facts):
    entry = couch.kodi.library.entry("movie", couch.film)
    entry.update(genre=["Drama"], art={"poster": "image://p/", "thumb": "image://t/"})
    film = facts.library_item("movie", couch.film)
    assert (film.media, film.title, film.year, film.ref) == ("movie", "The Glass Harbour", 2018, f"movie/{couch.film}")
    assert (film.file, film.genres, film.art) == ("/films/The Glass Harbour (2018).mkv", ("Drama",), "image://p/")
    assert film.ids == {"imdb": "tt9900001", "tmdb": "990001"}


@on_old_and_new_kodi
def test_an_episode_has_the_year_the_genre_and_the_poster_of_its_show(couch, facts):
    couch.kodi.library.entry("tvshow", couch.show_id)["art"] = {"poster": "image://show/"}
    couch.kodi.library.entry("episode", couch.first)["art"] = {"thumb": "image://still/"}
    episode = facts.library_item("episode", couch.first)
    assert (episode.show_title, episode.show_year, episode.season, episode.episode) == ("Lantern Street", 2021, 2, 4)
    assert (episode.genres, episode.art, episode.year) == (("Drama",), "image://show/", 0)
    assert episode.show_ids["tvdb"] == "992001" and episode.ids["tvdb"] == "8002004"
    assert episode.episodes == ()
    couch.kodi.library.remove("tvshow", couch.show_id)
    episode = facts.library_item("episode", couch.first)
    assert (episode.show_title, episode.show_year, episode.show_ids) == ("Lantern Street", 0, {})


@pytest.mark.parametrize("premiered, year", [("1970-01-01", 0), ("1970-03-01", 1970)])
def test_a_show_whose_date_nobody_knows_is_not_of_1970(couch, facts, premiered, year):
    couch.kodi.library.entry("tvshow", couch.show_id).update(premiered=premiered, year=1970)
    assert facts.library_item("episode", couch.first).show_year == year


def test_a_double_file_names_both_of_its_episodes_in_order(couch, facts):
    for number in couch.double:
        found = facts.library_item("episode", number)
        assert [(each.season, each.episode) for each in found.episodes] == [(1, 1), (1, 2)]


@pytest.mark.parametrize("media, number", [("movie", -1), ("movie", 99), ("episode", 99), ("season", 1)])
def test_what_is_in_no_library(facts, media, number):
    assert facts.library_item(media, number) is None


@pytest.mark.parametrize(
    "art, picture",
    [
        ({}, ""), ({"thumb": "t", "icon": "i"}, "t"), ({"tvshow.poster": "s", "thumb": "t"}, "s"),
        ({"icon": "DefaultVideo.png"}, ""), ({"icon": "image://DefaultVideo.png/", "thumb": "t"}, "t"),
    ],
)  # fmt: skip
def test_the_picture_is_a_poster_if_there_is_one_and_never_one_of_the_skins(couch, facts, art, picture):
    couch.kodi.library.entry("movie", couch.film)["art"] = art
    assert facts.library_item("movie", couch.film).art == picture


@pytest.mark.parametrize("season, count", [(None, 5), (0, 1), (7, 0)])
def test_the_episodes_of_a_show_or_a_season_are_asked_for_in_two_calls(couch, facts, season, count):
    couch.kodi.asked.clear()
    found = facts.library_episodes(couch.show_id, season)
    assert len(found) == count and len(couch.kodi.asked) == 2
    assert {each.show_year for each in found} <= {2021}


def test_a_kodi_that_does_not_know_all_properties_still_tells_the_picture(couch):
    asked = []

    def refuses(params):
        asked.append(params["properties"])
        return {"item": {"art": {"poster": "image://p/"}}} if params["properties"] == ["art"] else None

    couch.kodi.jsonrpc["Player.GetItem"] = refuses
    with couch.inside():
        from lib.kodi.playback.player import Snapshot
        from lib.kodi.playback.playing_item import WindowProperties, playing_item

        found = playing_item(Snapshot(0.0, "/a.mkv", media="movie", title="A"), WindowProperties())
    assert (found.title, found.art) == ("A", "image://p/")
    assert asked == [["customproperties", "mediapath", "art", "trailer", "uniqueid", "originaltitle"], ["art"]]


def test_the_settings_are_read_as_the_person_has_set_them(couch):
    couch.kodi.settings.values.update(
        track_shows=False, mark=95, minimum_minutes=10, exclude_folder_1="/a/", exclude_folder_4="/d/",
        exclude_addons=["plugin.video.a,plugin.video.b|plugin.video.c"], exclude_streams=True, notify=1, quiet=False,
        ask_rating=True,
    )  # fmt: skip
    with couch.inside():
        from lib.kodi.addon import Addon

        told = Addon(couch.clock).settings
    found = told.tracking
    assert (found.movies, found.shows, found.anime, found.threshold) == (True, False, True, 95)
    assert (found.minimum_minutes, found.folders, found.streams) == (10, ("/a/", "/d/"), False)
    assert found.addons == ("plugin.video.a", "plugin.video.b", "plugin.video.c")
    assert (told.notify, told.quiet, told.ask_rating) == (1, False, True)


@pytest.mark.parametrize("set_to, threshold", [(20, 50), (170, 100)])
def test_a_threshold_that_simkl_does_not_take_is_the_nearest(couch, set_to, threshold):
    couch.kodi.settings.values["mark"] = set_to
    with couch.inside():
        from lib.kodi.addon import Addon

        assert Addon(couch.clock).settings.tracking.threshold == threshold
