"""What Kodi tells of what plays, and what add-ons tell of it: what the tracking takes it for."""

import json

import pytest

from lib.tracking.identify import identify
from tests.fakes.clock import FakeClock
from tests.frontends.kodi.couch import FILM, SHOW

HOME = 10000
PLUGIN = "plugin://plugin.video.sample/play?id=7"
RESOLVED = "http://cdn.example.org/stream/7f3a"
STREAM = "http://tv.example/user/pass/12345.ts"
A_FILM = {"mediatype": "movie", "title": FILM.title, "year": 2018}
AN_EPISODE = {"mediatype": "episode", "tvshowtitle": SHOW.title, "season": 2, "episode": 4}


class Look:
    """Looks at what a Kodi plays, as the service's thread does."""

    def __init__(self, couch):
        from lib.kodi.playback.player import PlayerMonitor
        from lib.kodi.playback.playing_item import WindowProperties

        self._couch, self._heard, self._properties = couch, [], WindowProperties()
        self._player = PlayerMonitor(self._heard.append, FakeClock())

    def __call__(self, *args, **facts):
        """Play a video; return what it is, or why it is not tracked."""
        self._couch.kodi.playback.start(*args, **facts)
        return self.now()

    def now(self):
        import xbmc

        from lib.kodi.addon import Addon
        from lib.kodi.playback.playing_item import playing_item

        xbmc.Monitor().waitForAbort(1.5)
        facts = playing_item(self._heard[-1], self._properties)
        return identify(facts, Addon(self._couch.clock).settings.tracking)


@pytest.fixture
def look(couch):
    with couch.inside():
        yield Look(couch)


def sent(identity):
    """Return what Simkl gets of the one film or episode."""
    [item] = identity.items
    return item.scrobbled()


def set_ids(couch, ids, prop="script.trakt.ids"):
    couch.kodi.properties[HOME][prop] = json.dumps(ids)


def test_a_film_of_the_library_is_known_by_title_year_and_all_its_ids_and_nobody_elses(couch, look):
    set_ids(couch, {"imdb": "tt9900002"})
    couch.play_film()
    ids = {"imdb": "tt9900001", "tmdb": 990001}
    assert sent(look.now()) == {"movie": {"title": FILM.title, "year": 2018, "ids": ids}}


def test_an_episode_is_known_by_the_ids_and_the_year_of_its_show_and_its_own_apart(couch, look):
    couch.play_episode(couch.first)
    ids = {"imdb": "tt9910001", "tmdb": 991001, "tvdb": 992001}
    assert sent(look.now()) == {
        "show": {"title": SHOW.title, "year": 2021, "ids": ids},
        "episode": {"season": 2, "number": 4, "ids": {"tvdb": 8002004}},
    }


def test_a_file_outside_the_library_is_asked_for_by_its_name(look):
    assert look("/elsewhere/Lantern.Street.S02E04.1080p.mkv", 240.0).file == "Lantern.Street.S02E04.1080p.mkv"


@pytest.mark.parametrize("prop", ["script.simkl.ids", "script.trakt.ids"])
def test_the_ids_that_a_playing_add_on_sets_on_the_home_window_count_most(couch, look, prop):
    set_ids(couch, {"tmdb": 990001}, prop)
    found = look(RESOLVED, 240.0, {"tmdb": "990002"}, PLUGIN, mediatype="movie", title="Something")
    assert sent(found)["movie"]["ids"] == {"tmdb": 990001}


def test_ids_that_are_meant_for_us_go_before_those_for_trakt(couch, look):
    set_ids(couch, {"tmdb": 990002})
    set_ids(couch, {"tmdb": 990001}, "script.simkl.ids")
    assert sent(look(RESOLVED, 240.0, {}, PLUGIN, **A_FILM))["movie"]["ids"] == {"tmdb": 990001}


def test_the_ids_may_stand_in_the_properties_of_the_item_as_well(look):
    own = {"script.simkl.ids": json.dumps({"imdb": "tt9900001"})}
    assert sent(look(RESOLVED, 240.0, {}, PLUGIN, own, title="x"))["movie"]["ids"] == {"imdb": "tt9900001"}


def test_the_ids_of_a_show_that_an_add_on_sets_go_with_season_and_episode(couch, look):
    set_ids(couch, {"tvdb": "992001"})
    assert sent(look(RESOLVED, 240.0, {"imdb": "tt9802004"}, PLUGIN, **AN_EPISODE)) == {
        "show": {"title": SHOW.title, "ids": {"tvdb": 992001}}, "episode": {"season": 2, "number": 4},
    }  # fmt: skip


@pytest.mark.parametrize(("season", "episode"), [(0, 1), (1, 0)], ids=["a special", "episode zero"])
def test_numbers_of_zero_that_an_add_on_tells_are_kept(look, season, episode):
    about = {**AN_EPISODE, "season": season, "episode": episode}
    found = look(RESOLVED, 240.0, {"tvshow.tmdb": "991001"}, PLUGIN, **about)
    assert sent(found)["episode"] == {"season": season, "number": episode}


def test_a_show_that_an_add_on_names_in_the_way_of_tmdb_is_known_by_it(look):
    found = look(RESOLVED, 240.0, {"tvshow.tmdb": "991001", "tmdb": "7"}, PLUGIN, year=1970, **AN_EPISODE)
    assert sent(found)["show"] == {"title": SHOW.title, "ids": {"tmdb": 991001}}


@pytest.mark.parametrize("name", ["simkl", "imdb", "tmdb", "tvdb", "mal", "anidb", "anilist", "kitsu"])
@pytest.mark.parametrize(("prefix", "about", "key"), [("", A_FILM, "movie"), ("tvshow.", AN_EPISODE, "show")])
def test_every_id_of_a_list_item_is_sent(look, prefix, about, key, name):
    told = "tt77" if name == "imdb" else "77"
    found = look(RESOLVED, 240.0, {f"{prefix}{name}": told}, PLUGIN, **about)
    assert sent(found)[key]["ids"] == {name: told if name == "imdb" else 77}


@pytest.mark.parametrize("name", ["unknown", "imdb_id", "imdbnumber"])
def test_an_imdb_id_under_another_name_is_one(look, name):
    assert sent(look(RESOLVED, 240.0, {name: "tt9900001"}, PLUGIN, **A_FILM))["movie"]["ids"] == {"imdb": "tt9900001"}


def test_what_the_library_no_longer_has_is_known_by_its_tag(couch, look):
    couch.kodi.library.first_with_file = lambda media, file: {"id": 99, "uniqueid": {}}
    found = look("/x/film.mkv", 240.0, {"imdb": "tt9900001"}, dbid=99, **A_FILM)
    assert sent(found) == {"movie": {"title": FILM.title, "year": 2018, "ids": {"imdb": "tt9900001"}}}


# ids that were left on the home window


def play_of_addon(look, number, **about):
    return sent(look(f"{RESOLVED}{number}", 240.0, {}, f"{PLUGIN}{number}", **about))


def test_the_next_episode_of_the_same_add_on_may_have_the_same_ids(couch, look):
    set_ids(couch, {"tvdb": "992001"})
    for episode in (4, 5):
        found = play_of_addon(look, episode, **{**AN_EPISODE, "episode": episode})
        assert found["show"]["ids"] == {"tvdb": 992001} and found["episode"]["number"] == episode


@pytest.mark.parametrize(
    "second", [{"mediatype": "movie", "title": "Salt Letters", "year": 2020}, AN_EPISODE], ids=["a film", "an episode"]
)
def test_ids_that_are_left_are_not_those_of_the_next_film_of_the_same_add_on(couch, look, second):
    set_ids(couch, {"imdb": "tt9900001"})
    assert "ids" in play_of_addon(look, 1, **A_FILM)["movie"]
    body = play_of_addon(look, 2, **second)
    assert "ids" not in body.get("movie", body.get("show"))


# what is left alone


@pytest.mark.parametrize("prop", ["script.simkl.exclude", "script.trakt.exclude"])
@pytest.mark.parametrize("where", ["the item", "the home window"])
def test_what_an_add_on_wants_left_out_is_left_out(couch, look, prop, where):
    own = {prop: "true"} if where == "the item" else {}
    if where == "the home window":
        couch.kodi.properties[HOME][prop] = "true"
    found = look(RESOLVED, 240.0, {"imdb": "tt9900001"}, PLUGIN, own, **A_FILM)
    assert found.reason == "excluded by the add-on that plays it"


KIND = "of a kind that is not tracked"
NEVER = {
    "a trailer": ({}, "/films/The Glass Harbour-trailer.mkv", {}, "a trailer"),
    "a trailer by its item": ({}, RESOLVED, {"properties": {"istrailer": "true"}, **A_FILM}, "a trailer"),
    "a music video": ({}, "/clips/Song.mkv", {"mediatype": "musicvideo"}, "a music video"),
    "an excluded folder": ({"exclude_folder_3": "/private/"}, "/private/a (2018).mkv", {}, "in an excluded folder"),
    "a folder in old bytes": (
        {"exclude_folder_1": "/films/Am\udce9/"}, "/films/Am\udce9/Salt.Letters.2020.mkv", {}, "in an excluded folder",
    ),
    "an excluded add-on": (
        {"exclude_addons": ["plugin.video.other", "plugin.video.sample"]}, RESOLVED, {"address": PLUGIN},
        "from an excluded add-on",
    ),
    "unwanted streams": ({"exclude_streams": True}, f"{RESOLVED}.mkv", {}, "a stream"),
    "a film where films are off": ({"track_movies": False}, "/x/film.mkv", A_FILM, f"{KIND}: movie"),
    "an episode where shows are off": ({"track_shows": False}, "/x/a.mkv", AN_EPISODE, f"{KIND}: show"),
    "a file where all are off": (
        {"track_movies": False, "track_shows": False, "track_anime": False}, "/x/Lantern.Street.S02E04.mkv", {}, KIND,
    ),
    "an address that says nothing": (
        {}, RESOLVED, {"address": PLUGIN}, "neither ids nor a title nor the name of a file",
    ),
    "live TV": ({}, STREAM, {"address": "pvr://channels/tv/All channels/7.pvr", "title": "News"}, "live TV"),
    "a recording": ({}, STREAM, {"address": "pvr://recordings/tv/active/Lantern Street.pvr", **AN_EPISODE}, "live TV"),
    "a recorded film": ({}, STREAM, {"address": "PVR://recordings/tv/active/x.pvr", **A_FILM}, "live TV"),
    "what Kodi calls a channel": ({}, STREAM, {"mediatype": "channel", "title": "News at Six"}, "live TV"),
}  # fmt: skip


@pytest.mark.parametrize("wish, file, more, reason", NEVER.values(), ids=NEVER.keys())
def test_never(couch, look, wish, file, more, reason):
    couch.kodi.settings.values.update(wish)
    assert look(file, 240.0, **more).reason == reason


def test_what_only_the_player_calls_a_channel_is_live_tv_too(couch, look):
    couch.kodi.jsonrpc["Player.GetItem"] = lambda params: {"item": {"label": "News at Six", "type": "channel"}}
    assert look(STREAM, 240.0, title="News at Six").reason == "live TV"


def test_an_excluded_add_on_is_known_by_the_media_path_where_kodi_names_only_the_stream(couch, look):
    couch.kodi.settings.values["exclude_addons"] = ["plugin.video.sample"]
    couch.kodi.jsonrpc["Player.GetItem"] = lambda params: {"item": {"mediapath": PLUGIN}}
    assert look(RESOLVED, 240.0, {"imdb": "tt9900001"}, **A_FILM).reason == "from an excluded add-on"


@pytest.mark.parametrize(
    ("media", "name", "wish"),
    [("movie", "film", "track_movies"), ("episode", "first", "track_shows"), ("episode", "anime", "track_anime")],
)
def test_a_kind_of_the_library_that_is_switched_off(couch, look, media, name, wish):
    couch.kodi.settings.values[wish] = False
    couch.kodi.playback.start_from_library(media, getattr(couch, name))
    assert look.now().reason.startswith(KIND)


@pytest.mark.parametrize(("folder", "reason"), [("/kids/", "in an excluded folder"), ("/others/", "")])
def test_a_strm_is_where_the_library_has_it_although_it_plays_from_the_net(couch, look, folder, reason):
    entry = couch.kodi.library.entry("movie", couch.film)
    entry["file"] = "/kids/The Glass Harbour (2018).strm"
    couch.kodi.library.first_with_file = lambda media, file: entry
    couch.kodi.settings.values["exclude_folder_1"] = folder
    found = look("http://cdn.example/v.mkv", 240.0, dict(FILM.ids), dbid=couch.film, **A_FILM)
    assert getattr(found, "reason", "") == reason


# titles


TITLES = {
    "bold": ("[B]The Glass Harbour[/B]", "The Glass Harbour"),
    "a colour": ("[COLOR gold]The Glass Harbour[/COLOR]", "The Glass Harbour"),
    "a colour by number": ("[COLOR FF00FF00]The[/COLOR] Glass Harbour", "The Glass Harbour"),
    "several": ("[I][UPPERCASE]The Glass[CR]Harbour[/UPPERCASE][/I]", "The Glass Harbour"),
    "nothing between": ("[LIGHT]The [LOWERCASE]Glass[/LOWERCASE] Harbour[/LIGHT]", "The Glass Harbour"),
    "a name in brackets": ("[REC]", "[REC]"),
    "a name in brackets, bold": ("[B][REC] 2[/B]", "[REC] 2"),
}


@pytest.mark.parametrize(("drawn", "title"), TITLES.values(), ids=TITLES.keys())
def test_how_an_add_on_has_a_title_drawn_does_not_go_to_simkl(look, drawn, title):
    assert sent(look(RESOLVED, 240.0, {}, PLUGIN, **{**A_FILM, "title": drawn}))["movie"]["title"] == title


def test_how_an_add_on_has_a_show_drawn_does_not_go_to_simkl_either(look):
    about = {**AN_EPISODE, "tvshowtitle": f"[B]{SHOW.title}[/B]", "title": "[I]Low Tide[/I]"}
    assert sent(look(RESOLVED, 240.0, {}, PLUGIN, **about))["show"] == {"title": SHOW.title}
