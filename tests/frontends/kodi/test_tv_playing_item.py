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


def film(**ids):
    return {"movie": {"title": FILM.title, "year": 2018, "ids": ids}}


def episode(season=2, number=4, **ids):
    return {"show": {"title": SHOW.title, "ids": ids}, "episode": {"season": season, "number": number}}


SIMKL, TRAKT = "script.simkl.ids", "script.trakt.ids"
EACH_ID = {name: "77" for name in ("simkl", "tmdb", "tvdb", "mal", "anidb", "anilist", "kitsu")}
EACH_SENT = {"imdb": "tt77", **{name: 77 for name in EACH_ID}}

# name: (ids on the home window, those of the item, what the item is, what Simkl gets)
BY_ADD_ONS = {
    "ids on the home window count most": (
        {TRAKT: {"tmdb": 990001}}, {"tmdb": "990002"}, A_FILM, film(tmdb=990001),
    ),
    "those for us go before those for Trakt": (
        {TRAKT: {"tmdb": 990002}, SIMKL: {"tmdb": 990001}}, {}, A_FILM, film(tmdb=990001),
    ),
    "a property of the item itself": (
        {}, {}, {**A_FILM, "properties": {SIMKL: json.dumps({"imdb": "tt9900001"})}}, film(imdb="tt9900001"),
    ),
    "the ids of a show": ({TRAKT: {"tvdb": "992001"}}, {"imdb": "tt9802004"}, AN_EPISODE, episode(tvdb=992001)),
    "a show named in the way of TMDb": (
        {}, {"tvshow.tmdb": "991001", "tmdb": "7"}, {**AN_EPISODE, "year": 1970}, episode(tmdb=991001),
    ),
    "a special": ({}, {"tvshow.tmdb": "1"}, {**AN_EPISODE, "season": 0, "episode": 1}, episode(0, 1, tmdb=1)),
    "episode zero": ({}, {"tvshow.tmdb": "1"}, {**AN_EPISODE, "season": 1, "episode": 0}, episode(1, 0, tmdb=1)),
    "every id of a film": ({}, {"imdb": "tt77", **EACH_ID}, A_FILM, film(**EACH_SENT)),
    "every id of a show": (
        {}, {f"tvshow.{name}": number for name, number in {"imdb": "tt77", **EACH_ID}.items()}, AN_EPISODE,
        episode(**EACH_SENT),
    ),
    "an IMDb id by another name": ({}, {"imdbnumber": "tt9900001"}, A_FILM, film(imdb="tt9900001")),
    "an id without a name": ({}, {"unknown": "tt9900001"}, A_FILM, film(imdb="tt9900001")),
    "a show whose name is drawn bold": (
        {}, {"tvshow.tmdb": "1"}, {**AN_EPISODE, "tvshowtitle": f"[B]{SHOW.title}[/B]"}, episode(tmdb=1),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("window", "ids", "about", "body"), BY_ADD_ONS.values(), ids=BY_ADD_ONS.keys())
def test_what_an_add_on_tells_is_sent(couch, look, window, ids, about, body):
    for prop, value in window.items():
        set_ids(couch, value, prop)
    assert sent(look(RESOLVED, 240.0, ids, PLUGIN, **about)) == body


def test_what_the_library_no_longer_has_is_known_by_its_tag(couch, look):
    couch.kodi.library.first_with_file = lambda media, file: {"id": 99, "uniqueid": {}}
    assert sent(look("/x/film.mkv", 240.0, {"imdb": "tt9900001"}, dbid=99, **A_FILM)) == film(imdb="tt9900001")


# ids that were left on the home window


def play_of_addon(look, number, **about):
    return sent(look(f"{RESOLVED}{number}", 240.0, {}, f"{PLUGIN}{number}", **about))


def test_the_next_episode_of_the_same_add_on_may_have_the_same_ids(couch, look):
    set_ids(couch, {"tvdb": "992001"})
    for number in (4, 5):
        assert play_of_addon(look, number, **{**AN_EPISODE, "episode": number}) == episode(2, number, tvdb=992001)


@pytest.mark.parametrize(
    "second", [{"mediatype": "movie", "title": "Salt Letters", "year": 2020}, AN_EPISODE], ids=["a film", "an episode"]
)
def test_ids_that_are_left_are_not_those_of_the_next_film_of_the_same_add_on(couch, look, second):
    set_ids(couch, {"imdb": "tt9900001"})
    assert "ids" in play_of_addon(look, 1, **A_FILM)["movie"]
    body = play_of_addon(look, 2, **second)
    assert "ids" not in body.get("movie", body.get("show"))


# what is left alone


KIND = "of a kind that is not tracked"
BY_ADD_ON = "excluded by the add-on that plays it"
NEVER = {
    "a trailer by its item": ({}, RESOLVED, {"properties": {"istrailer": "true"}, **A_FILM}, "a trailer"),
    "a music video": ({}, "/clips/Song.mkv", {"mediatype": "musicvideo"}, "a music video"),
    "excluded by its item": ({}, RESOLVED, {"properties": {"script.simkl.exclude": "true"}, **A_FILM}, BY_ADD_ON),
    "excluded by Trakt's word": ({}, RESOLVED, {"properties": {"script.trakt.exclude": "true"}, **A_FILM}, BY_ADD_ON),
    "a folder in old bytes": (
        {"exclude_folder_1": "/films/Am\udce9/"}, "/films/Am\udce9/Salt.Letters.2020.mkv", {}, "in an excluded folder",
    ),
    "an excluded add-on": (
        {"exclude_addons": ["plugin.video.other", "plugin.video.sample"]}, RESOLVED, {"address": PLUGIN},
        "from an excluded add-on",
    ),
    "unwanted streams": ({"exclude_streams": True}, f"{RESOLVED}.mkv", {}, "a stream"),
    "a film where films are off": ({"track_movies": False}, "/x/film.mkv", A_FILM, f"{KIND}: movie"),
    "an address that says nothing": (
        {}, RESOLVED, {"address": PLUGIN}, "neither ids nor a title nor the name of a file",
    ),
    "a recording": ({}, STREAM, {"address": "pvr://recordings/tv/active/Lantern Street.pvr", **AN_EPISODE}, "live TV"),
    "what Kodi calls a channel": ({}, STREAM, {"mediatype": "channel", "title": "News at Six"}, "live TV"),
}  # fmt: skip


@pytest.mark.parametrize("wish, file, more, reason", NEVER.values(), ids=NEVER.keys())
def test_never(couch, look, wish, file, more, reason):
    couch.kodi.settings.values.update(wish)
    assert look(file, 240.0, **more).reason == reason


@pytest.mark.parametrize("prop", ["script.simkl.exclude", "script.trakt.exclude"])
def test_what_an_add_on_excludes_on_the_home_window_is_left_out(couch, look, prop):
    couch.kodi.properties[HOME][prop] = "true"
    assert look(RESOLVED, 240.0, {"imdb": "tt9900001"}, PLUGIN, **A_FILM).reason == BY_ADD_ON


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


TITLES = {
    "a colour": ("[COLOR gold]The Glass Harbour[/COLOR]", FILM.title),
    "several": ("[I][UPPERCASE]The Glass[CR]Harbour[/UPPERCASE][/I]", FILM.title),
    "nothing between": ("[LIGHT]The [LOWERCASE]Glass[/LOWERCASE] Harbour[/LIGHT]", FILM.title),
    "a name in brackets, bold": ("[B][REC] 2[/B]", "[REC] 2"),
}


@pytest.mark.parametrize(("drawn", "title"), TITLES.values(), ids=TITLES.keys())
def test_how_an_add_on_has_a_title_drawn_does_not_go_to_simkl(look, drawn, title):
    assert sent(look(RESOLVED, 240.0, {}, PLUGIN, **{**A_FILM, "title": drawn}))["movie"]["title"] == title
