"""What Kodi tells of its library and of what plays, and what add-ons tell of it: what the tracking takes it for."""

import json

import pytest

from lib.kodi.library.items import library_episodes, library_item
from lib.kodi.playback.player import PlayerMonitor, Snapshot
from lib.kodi.playback.playing_item import WindowProperties, playing_item
from lib.tracking.identify import identify
from tests.fakes.clock import FakeClock
from tests.frontends.kodi.couch import FILM, SHOW
from tests.frontends.kodi.tv import on_old_and_new_kodi

PLUGIN = "plugin://plugin.video.sample/play?id=7"
RESOLVED = "http://cdn.example.org/stream/7f3a"
STREAM = "http://tv.example/user/pass/12345.ts"
A_FILM = {"mediatype": "movie", "title": FILM.title, "year": 2018}
AN_EPISODE = {"mediatype": "episode", "tvshowtitle": SHOW.title, "season": 2, "episode": 4}


@pytest.fixture
def couch(couch):
    with couch.inside():
        yield couch


def test_a_film_of_the_library(couch):
    entry = couch.kodi.library.entry("movie", couch.film)
    entry.update(genre=["Drama"], art={"poster": "image://p/", "thumb": "image://t/"})
    film = library_item("movie", couch.film)
    assert (film.media, film.title, film.year, film.ref) == ("movie", FILM.title, 2018, f"movie/{couch.film}")
    assert (film.file, film.genres, film.art) == ("/films/The Glass Harbour (2018).mkv", ("Drama",), "image://p/")
    assert film.ids == {"imdb": "tt9900001", "tmdb": "990001"}


@on_old_and_new_kodi
def test_an_episode_has_the_year_the_genre_and_the_poster_of_its_show(couch):
    show = couch.kodi.library.entry("tvshow", couch.show_id)
    show["art"] = {"poster": "image://show/"}
    couch.kodi.library.entry("episode", couch.first)["art"] = {"thumb": "image://still/"}
    episode = library_item("episode", couch.first)
    assert (episode.show_title, episode.show_year, episode.season, episode.episode) == ("Lantern Street", 2021, 2, 4)
    assert (episode.genres, episode.art, episode.year, episode.episodes) == (("Drama",), "image://show/", 0, ())
    assert episode.show_ids["tvdb"] == "992001" and episode.ids["tvdb"] == "8002004"
    for premiered, year in (("1970-01-01", 0), ("1970-03-01", 1970)):  # a show whose date nobody knows is not of 1970
        show.update(premiered=premiered, year=1970)
        assert library_item("episode", couch.first).show_year == year
    couch.kodi.library.remove("tvshow", couch.show_id)
    episode = library_item("episode", couch.first)
    assert (episode.show_title, episode.show_year, episode.show_ids) == ("Lantern Street", 0, {})


def test_a_double_file_names_both_of_its_episodes_in_order_and_what_the_library_does_not_know_is_nothing(couch):
    for number in couch.double:
        found = library_item("episode", number)
        assert [(each.season, each.episode) for each in found.episodes] == [(1, 1), (1, 2)]
    for media, number in (("movie", -1), ("movie", 99), ("episode", 99), ("season", 1)):
        assert library_item(media, number) is None


@pytest.mark.parametrize(("art", "picture"), [
    ({}, ""), ({"thumb": "t", "icon": "i"}, "t"), ({"tvshow.poster": "s", "thumb": "t"}, "s"),
    ({"icon": "DefaultVideo.png"}, ""), ({"icon": "image://DefaultVideo.png/", "thumb": "t"}, "t"),
])  # fmt: skip
def test_the_picture_is_a_poster_if_there_is_one_and_never_one_of_the_skins(couch, art, picture):
    couch.kodi.library.entry("movie", couch.film)["art"] = art
    assert library_item("movie", couch.film).art == picture


@pytest.mark.parametrize("season, count", [(None, 5), (0, 1), (7, 0)])
def test_the_episodes_of_a_show_or_a_season_are_asked_for_in_two_calls(couch, season, count):
    couch.kodi.asked.clear()
    found = library_episodes(couch.show_id, season)
    assert len(found) == count and len(couch.kodi.asked) == 2
    assert {each.show_year for each in found} <= {2021}


def test_a_kodi_that_does_not_know_all_properties_still_tells_the_picture(couch):
    asked = []

    def refuses(params):
        asked.append(params["properties"])
        return {"item": {"art": {"poster": "image://p/"}}} if params["properties"] == ["art"] else None

    couch.kodi.jsonrpc["Player.GetItem"] = refuses
    found = playing_item(Snapshot(0.0, "/a.mkv", media="movie", title="A"), WindowProperties())
    assert (found.title, found.art) == ("A", "image://p/")
    assert asked == [["customproperties", "mediapath", "art", "trailer", "uniqueid", "originaltitle"], ["art"]]


def test_the_settings_are_read_as_the_person_has_set_them(couch):
    couch.kodi.settings.values.update(
        track_shows=False, mark=95, minimum_minutes=10, exclude_folder_1="/a/", exclude_folder_4="/d/",
        exclude_addons=["plugin.video.a,plugin.video.b|plugin.video.c"], exclude_streams=True, notify=1, quiet=False,
        ask_rating=True,
    )  # fmt: skip
    told = couch.addon().settings
    found = told.tracking
    assert (found.movies, found.shows, found.anime, found.threshold) == (True, False, True, 95)
    assert (found.minimum_minutes, found.folders, found.streams) == (10, ("/a/", "/d/"), False)
    assert found.addons == ("plugin.video.a", "plugin.video.b", "plugin.video.c")
    assert (told.notify, told.quiet, told.ask_rating) == (1, False, True)
    for set_to, threshold in ((20, 50), (170, 100)):  # one that Simkl does not take is the nearest
        couch.kodi.settings.values["mark"] = set_to
        assert couch.addon().settings.tracking.threshold == threshold


# what plays


@pytest.fixture
def look(couch):
    """Plays a video, if one is given; returns what plays, as the service takes it, or why it is not tracked."""
    heard, properties = [], WindowProperties()
    PlayerMonitor(heard.append, FakeClock())

    def look(*args, **facts):
        if args:
            couch.kodi.playback.start(*args, **facts)
        couch.kodi.waiting.wait(1.5)
        return identify(playing_item(heard[-1], properties), couch.addon().settings.tracking)

    return look


def sent(identity):
    """Return what Simkl gets of the one film or episode."""
    [item] = identity.items
    return item.scrobbled()


SIMKL, TRAKT = "script.simkl.ids", "script.trakt.ids"


def set_ids(couch, ids, prop=TRAKT):
    couch.kodi.properties[10000][prop] = json.dumps(ids)


def film(**ids):
    return {"movie": {"title": FILM.title, "year": 2018, "ids": ids}}


def episode(season=2, number=4, **ids):
    return {"show": {"title": SHOW.title, "ids": ids}, "episode": {"season": season, "number": number}}


def test_what_is_in_the_library_is_known_by_all_its_ids_and_nobody_elses(couch, look):
    set_ids(couch, {"imdb": "tt9900002"})
    couch.play_film()
    assert sent(look()) == film(imdb="tt9900001", tmdb=990001)
    couch.play_episode(couch.first)
    ids = {"imdb": "tt9910001", "tmdb": 991001, "tvdb": 992001}
    assert sent(look()) == {
        "show": {"title": SHOW.title, "year": 2021, "ids": ids},
        "episode": {"season": 2, "number": 4, "ids": {"tvdb": 8002004}},
    }


EACH_ID = {name: "77" for name in ("simkl", "tmdb", "tvdb", "mal", "anidb", "anilist", "kitsu")}
EACH_SENT = {"imdb": "tt77", **{name: 77 for name in EACH_ID}}
EACH_OF_SHOW = {f"tvshow.{name}": number for name, number in {"imdb": "tt77", **EACH_ID}.items()}
OWN = {"properties": {SIMKL: json.dumps({"imdb": "tt9900001"})}}

# name: (ids on the home window, those of the item, what the item is, what Simkl gets)
BY_ADD_ONS = {
    "ids on the home window count most": ({TRAKT: {"tmdb": 1}}, {"tmdb": "2"}, A_FILM, film(tmdb=1)),
    "those for us before those for Trakt": ({TRAKT: {"tmdb": 2}, SIMKL: {"tmdb": 1}}, {}, A_FILM, film(tmdb=1)),
    "a property of the item itself": ({}, {}, {**A_FILM, **OWN}, film(imdb="tt9900001")),
    "the ids of a show": ({TRAKT: {"tvdb": "9"}}, {"imdb": "tt9802004"}, AN_EPISODE, episode(tvdb=9)),
    "a show named in the way of TMDb": (
        {}, {"tvshow.tmdb": "1", "tmdb": "7"}, {**AN_EPISODE, "year": 1970}, episode(tmdb=1),
    ),
    "a special": ({}, {"tvshow.tmdb": "1"}, {**AN_EPISODE, "season": 0, "episode": 1}, episode(0, 1, tmdb=1)),
    "episode zero": ({}, {"tvshow.tmdb": "1"}, {**AN_EPISODE, "season": 1, "episode": 0}, episode(1, 0, tmdb=1)),
    "every id of a film": ({}, {"imdb": "tt77", **EACH_ID}, A_FILM, film(**EACH_SENT)),
    "every id of a show": ({}, EACH_OF_SHOW, AN_EPISODE, episode(**EACH_SENT)),
    "an IMDb id by another name": ({}, {"imdbnumber": "tt9900001"}, A_FILM, film(imdb="tt9900001")),
    "a title that is drawn in colour": (
        {}, {"tmdb": "1"}, {**A_FILM, "title": f"[COLOR gold]{FILM.title}[/COLOR]"}, film(tmdb=1),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("window", "ids", "about", "body"), BY_ADD_ONS.values(), ids=BY_ADD_ONS)
def test_what_an_add_on_tells_is_sent(couch, look, window, ids, about, body):
    for prop, value in window.items():
        set_ids(couch, value, prop)
    assert sent(look(RESOLVED, 240.0, ids, PLUGIN, **about)) == body


def test_what_the_library_no_longer_has_is_known_by_its_tag(couch, look):
    couch.kodi.library.first_with_file = lambda media, file: {"id": 99, "uniqueid": {}}
    assert sent(look("/x/film.mkv", 240.0, {"imdb": "tt9900001"}, dbid=99, **A_FILM)) == film(imdb="tt9900001")


def play_of_addon(look, number, **about):
    return sent(look(f"{RESOLVED}{number}", 240.0, {}, f"{PLUGIN}{number}", **about))


def test_the_next_episode_of_the_same_add_on_may_have_the_same_ids(couch, look):
    set_ids(couch, {"tvdb": "992001"})
    for number in (4, 5):
        assert play_of_addon(look, number, **{**AN_EPISODE, "episode": number}) == episode(2, number, tvdb=992001)


@pytest.mark.parametrize("second", [{**A_FILM, "title": "Salt Letters"}, AN_EPISODE], ids=["a film", "an episode"])
def test_ids_that_are_left_are_not_those_of_the_next_film_of_the_same_add_on(couch, look, second):
    set_ids(couch, {"imdb": "tt9900001"})
    assert "ids" in play_of_addon(look, 1, **A_FILM)["movie"]
    [about] = [value for name, value in play_of_addon(look, 2, **second).items() if name in ("movie", "show")]
    assert "ids" not in about


# what is left alone


NEVER = {
    "a trailer by its item": ({}, RESOLVED, {"properties": {"istrailer": "true"}, **A_FILM}, "a trailer"),
    "a music video": ({}, "/clips/Song.mkv", {"mediatype": "musicvideo"}, "a music video"),
    "a folder in old bytes": (
        {"exclude_folder_1": "/films/Am\udce9/"}, "/films/Am\udce9/Salt.Letters.2020.mkv", {}, "in an excluded folder",
    ),
    "an excluded add-on": (
        {"exclude_addons": ["plugin.video.sample"]}, RESOLVED, {"address": PLUGIN}, "from an excluded add-on",
    ),
    "unwanted streams": ({"exclude_streams": True}, f"{RESOLVED}.mkv", {}, "a stream"),
    "a recording": ({}, STREAM, {"address": "pvr://recordings/tv/active/Lantern Street.pvr", **AN_EPISODE}, "live TV"),
    "what Kodi calls a channel": ({}, STREAM, {"mediatype": "channel", "title": "News at Six"}, "live TV"),
}  # fmt: skip


@pytest.mark.parametrize(("wish", "file", "more", "reason"), NEVER.values(), ids=NEVER)
def test_never(couch, look, wish, file, more, reason):
    couch.kodi.settings.values.update(wish)
    assert look(file, 240.0, **more).reason == reason


@pytest.mark.parametrize("prop", ["script.simkl.exclude", "script.trakt.exclude"])
def test_what_an_add_on_excludes_by_its_item_or_on_the_home_window_is_left_out(couch, look, prop):
    by_item = look(RESOLVED, 240.0, properties={prop: "true"}, **A_FILM)
    couch.kodi.properties[10000][prop] = "true"
    by_window = look(RESOLVED, 240.0, {"imdb": "tt9900001"}, PLUGIN, **A_FILM)
    assert by_item.reason == by_window.reason == "excluded by the add-on that plays it"


@pytest.mark.parametrize(
    ("told", "reason"),
    [({"label": "News at Six", "type": "channel"}, "live TV"), ({"mediapath": PLUGIN}, "from an excluded add-on")],
    ids=["a channel", "an add-on of which Kodi names only the stream"],
)
def test_what_only_the_player_knows_is_left_out_too(couch, look, told, reason):
    couch.kodi.settings.values["exclude_addons"] = ["plugin.video.sample"]
    couch.kodi.jsonrpc["Player.GetItem"] = lambda params: {"item": told}
    assert look(STREAM, 240.0, {"imdb": "tt9900001"}, title="News at Six").reason == reason


@pytest.mark.parametrize(("folder", "reason"), [("/kids/", "in an excluded folder"), ("/others/", "")])
def test_a_strm_is_where_the_library_has_it_although_it_plays_from_the_net(couch, look, folder, reason):
    entry = couch.kodi.library.entry("movie", couch.film)
    entry["file"] = "/kids/The Glass Harbour (2018).strm"
    couch.kodi.library.first_with_file = lambda media, file: entry
    couch.kodi.settings.values["exclude_folder_1"] = folder
    found = look("http://cdn.example/v.mkv", 240.0, dict(FILM.ids), dbid=couch.film, **A_FILM)
    assert getattr(found, "reason", "") == reason
