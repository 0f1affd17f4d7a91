"""What is told of each kind of item, and what is never told of."""

import json

import pytest

from tests.frontends.kodi.couch import FILM, SHOW

PLUGIN = "plugin://plugin.video.sample/play?id=7"
RESOLVED = "http://cdn.example.org/stream/7f3a"


def played(couch, *args, **kwargs):
    """Play for a minute of four, and return what the stop said."""
    couch.at(1, couch.kodi.playback.start, *args, **kwargs)
    couch.at(61, couch.kodi.playback.stop)
    couch.service(70)
    return [body for body in couch.sent("/scrobble/stop")]


def from_library(couch, media, number, until=240):
    couch.at(1, couch.kodi.playback.start_from_library, media, number)
    couch.at(1 + until, couch.kodi.playback.stop)
    couch.service(until + 10)
    return couch.sent("/scrobble/stop")


def test_a_film_of_the_library_is_told_with_title_year_and_all_ids(couch):
    [body] = from_library(couch, "movie", couch.film, until=60)
    assert body["movie"] == {"title": FILM.title, "year": 2018, "ids": {"imdb": "tt9900001", "tmdb": 990001}}


def test_an_episode_is_told_with_the_ids_and_the_year_of_its_show_and_its_own_apart(couch):
    [body] = from_library(couch, "episode", couch.first, until=60)
    ids = {"imdb": "tt9910001", "tmdb": 991001, "tvdb": 992001}
    assert body["show"] == {"title": SHOW.title, "year": 2021, "ids": ids}
    assert body["episode"] == {"season": 2, "number": 4, "ids": {"tvdb": 8002004}}


@pytest.mark.parametrize(
    "name, mark",
    [("first", "Lantern Street 2x04"), ("special", "Lantern Street 0x01"), ("anime", "Moon Kitchen 1x03")],
)
def test_an_episode_is_marked(couch, name, mark):
    from_library(couch, "episode", getattr(couch, name))
    assert couch.marks() == {mark: 1} and couch.box.malformed == []


@pytest.mark.parametrize("which", [0, 1], ids=["opened by the first", "opened by the second"])
def test_each_episode_of_a_double_file_is_marked_at_its_share(couch, which):
    couch.at(1, couch.play_episode, couch.double[which])
    couch.at(481, couch.kodi.playback.end)
    couch.service(490)
    assert couch.calls() == [
        ("start", "Lantern Street 1x01", 1), ("stop", "Lantern Street 1x01", 100),
        ("start", "Lantern Street 1x02", 1), ("stop", "Lantern Street 1x02", 100),
    ]  # fmt: skip
    assert couch.marks() == {"Lantern Street 1x01": 1, "Lantern Street 1x02": 1}


def test_a_double_file_stopped_in_its_second_half_has_one_episode_watched(couch):
    from_library(couch, "episode", couch.double[1], until=300)
    assert couch.marks() == {"Lantern Street 1x01": 1}
    assert couch.calls()[-1] == ("stop", "Lantern Street 1x02", 25)


def test_a_file_outside_the_library_is_recognised_by_its_name(couch):
    [body] = played(couch, "/elsewhere/Lantern.Street.S02E04.1080p.mkv", 240.0)
    assert body["show"]["ids"]["simkl"] == SHOW.simkl
    assert couch.calls()[-1] == ("stop", "Lantern Street 2x04", 25)
    assert len(couch.sent("/search/file")) == 1


@pytest.mark.parametrize("prop", ["script.simkl.ids", "script.trakt.ids"])
def test_the_ids_that_a_playing_add_on_sets_on_the_home_window_count_most(couch, prop):
    couch.kodi.properties[10000][prop] = json.dumps({"tmdb": 990001})
    [body] = played(couch, RESOLVED, 240.0, {"tmdb": "990002"}, PLUGIN, mediatype="movie", title="Something")
    assert body["movie"]["ids"] == {"tmdb": 990001}
    assert couch.calls()[-1][1] == FILM.title


def test_ids_that_are_meant_for_us_go_before_those_for_trakt(couch):
    told = {"script.simkl.ids": {"tmdb": 990001}, "script.trakt.ids": {"tmdb": 990002}}
    couch.kodi.properties[10000].update({prop: json.dumps(ids) for prop, ids in told.items()})
    [body] = played(couch, RESOLVED, 240.0, {}, PLUGIN, mediatype="movie", title="Something")
    assert body["movie"]["ids"] == {"tmdb": 990001}


def test_the_next_episode_of_the_same_add_on_may_have_the_same_ids(couch):
    def play(number):
        about = {"mediatype": "episode", "tvshowtitle": "Lanterns", "season": 2, "episode": number}
        couch.kodi.properties[10000]["script.trakt.ids"] = json.dumps({"tvdb": "992001"})
        couch.kodi.playback.start(f"{RESOLVED}{number}", 240.0, {}, f"{PLUGIN}{number}", **about)

    couch.at(1, play, 4)
    couch.at(61, play, 5)
    couch.at(123, couch.kodi.playback.stop)
    couch.service(130)
    assert [call[:2] for call in couch.calls()] == [
        ("start", "Lantern Street 2x04"), ("stop", "Lantern Street 2x04"),
        ("start", "Lantern Street 2x05"), ("stop", "Lantern Street 2x05"),
    ]  # fmt: skip


def test_the_ids_of_a_show_that_an_add_on_sets_go_with_season_and_episode(couch):
    couch.kodi.properties[10000]["script.trakt.ids"] = json.dumps({"tvdb": "992001"})
    about = {"mediatype": "episode", "tvshowtitle": "Lanterns", "season": 2, "episode": 4}
    [body] = played(couch, RESOLVED, 240.0, {"imdb": "tt9802004"}, PLUGIN, **about)
    assert body["show"] == {"title": "Lanterns", "ids": {"tvdb": 992001}}
    assert couch.calls()[-1][1] == "Lantern Street 2x04"


def test_the_ids_may_stand_in_the_properties_of_the_item_as_well(couch):
    own = {"script.simkl.ids": json.dumps({"imdb": "tt9900001"})}
    [body] = played(couch, RESOLVED, 240.0, {}, PLUGIN, own, title="Something")
    assert body["movie"]["ids"] == {"imdb": "tt9900001"}


@pytest.mark.parametrize("version", [19, 20, 21])
def test_each_kodi_that_is_supported_tracks_films_and_what_add_ons_say(make_couch, version):
    couch = make_couch(version=version)
    own = {"script.trakt.ids": json.dumps({"imdb": "tt9900002"})}
    couch.at(1, couch.play_film)
    couch.at(61, couch.kodi.playback.stop)
    couch.at(100, couch.kodi.playback.start, RESOLVED, 240.0, {}, PLUGIN, own, title="Something")
    couch.at(200, couch.kodi.playback.stop)
    couch.service(210)
    assert [title for _, title, _ in couch.calls()] == [FILM.title, FILM.title, "Salt Letters", "Salt Letters"]


@pytest.mark.parametrize(("season", "episode"), [(0, 1), (1, 0)], ids=["a special", "episode zero"])
def test_numbers_of_zero_that_an_add_on_tells_are_kept(couch, season, episode):
    about = {"mediatype": "episode", "tvshowtitle": SHOW.title, "season": season, "episode": episode}
    played(couch, RESOLVED, 240.0, {"tvshow.tmdb": "991001"}, PLUGIN, **about)
    [body] = couch.sent("/scrobble/start")
    assert body["episode"] == {"season": season, "number": episode}


def test_a_show_that_an_add_on_names_in_the_way_of_tmdb_is_known_by_it(couch):
    about = {"mediatype": "episode", "tvshowtitle": SHOW.title, "season": 2, "episode": 5, "year": 1970}
    [body] = played(couch, RESOLVED, 240.0, {"tvshow.tmdb": "991001", "tmdb": "7"}, PLUGIN, **about)
    assert body["show"] == {"title": SHOW.title, "ids": {"tmdb": 991001}}


@pytest.mark.parametrize("name", ["simkl", "imdb", "tmdb", "tvdb", "mal", "anidb", "anilist", "kitsu"])
@pytest.mark.parametrize("media", ["movie", "episode"])
def test_every_id_of_a_list_item_is_sent(couch, media, name):
    about = {"mediatype": "movie"} if media == "movie" else {"mediatype": "episode", "season": 2, "episode": 4}
    told = "tt77" if name == "imdb" else "77"
    played(couch, RESOLVED, 240.0, {name if media == "movie" else f"tvshow.{name}": told}, PLUGIN, **about)
    [body] = couch.sent("/scrobble/start")
    assert body["movie" if media == "movie" else "show"]["ids"] == {name: "tt77" if name == "imdb" else 77}


def test_ids_that_nobody_took_away_are_not_those_of_the_next_item(couch):
    def leave_and_play():
        couch.kodi.properties[10000]["script.trakt.ids"] = json.dumps({"imdb": "tt9900001"})
        couch.kodi.playback.start(RESOLVED, 240.0, {}, PLUGIN, mediatype="movie", title=FILM.title)

    couch.at(1, leave_and_play)
    couch.at(61, couch.kodi.playback.start, "/elsewhere/Salt.Letters.2020.mkv", 240.0)
    couch.at(123, couch.kodi.playback.stop)
    couch.service(130)
    assert [call[:2] for call in couch.calls()] == [
        ("start", FILM.title), ("stop", FILM.title), ("start", "Salt Letters"), ("stop", "Salt Letters")
    ]  # fmt: skip
    assert "script.trakt.ids" not in couch.kodi.properties[10000]


def test_ids_that_come_for_the_next_item_before_kodi_told_of_the_end_are_not_taken_away(couch):
    def stop_and_say_what_comes_next():
        couch.kodi.playback.stop()
        couch.kodi.properties[10000]["script.trakt.ids"] = json.dumps({"imdb": "tt9900001"})

    couch.kodi.properties[10000]["script.trakt.ids"] = json.dumps({"imdb": "tt9900002"})
    couch.at(1, couch.kodi.playback.start, RESOLVED, 240.0, {}, PLUGIN, mediatype="movie", title="Odd")
    couch.at(61, stop_and_say_what_comes_next)
    couch.at(62, couch.kodi.playback.start, RESOLVED, 240.0, {}, PLUGIN + "8", mediatype="movie", title="Odd")
    couch.at(122, couch.kodi.playback.stop)
    couch.service(130)
    assert [title for _, title, _ in couch.calls()] == ["Salt Letters", "Salt Letters", FILM.title, FILM.title]


def test_what_is_played_from_the_library_needs_no_ids_of_an_add_on(couch):
    couch.kodi.properties[10000].update({"script.trakt.ids": json.dumps({"imdb": "tt9900002"})})
    [body] = from_library(couch, "movie", couch.film, until=60)
    assert body["movie"]["ids"]["imdb"] == "tt9900001"


@pytest.mark.parametrize("prop", ["script.simkl.exclude", "script.trakt.exclude"])
@pytest.mark.parametrize("where", ["the item", "the home window"])
def test_what_an_add_on_wants_left_out_is_left_out(couch, prop, where):
    own = {prop: "true"} if where == "the item" else {}
    if where == "the home window":
        couch.kodi.properties[10000][prop] = "true"
    assert played(couch, RESOLVED, 240.0, {"imdb": "tt9900001"}, PLUGIN, own, mediatype="movie", title="x") == []
    assert couch.paths() == [] and couch.queued() == []


@pytest.mark.parametrize(
    "wish, file, more",
    [
        ({}, "/films/The Glass Harbour-trailer.mkv", {}),
        ({}, "pvr://channels/tv/All/1.pvr", {"mediatype": "channel"}),
        ({}, "/clips/Song.mkv", {"mediatype": "musicvideo"}),
        ({"exclude_folder_3": "/private/"}, "/private/The Glass Harbour (2018).mkv", {}),
        ({"exclude_addons": ["plugin.video.other", "plugin.video.sample"]}, RESOLVED, {"address": PLUGIN}),
        ({"exclude_streams": True}, RESOLVED + ".mkv", {}),
        ({"track_movies": False}, "/x/film.mkv", {"mediatype": "movie", "title": FILM.title, "year": 2018}),
        ({"track_shows": False}, "/x/a.mkv",
         {"mediatype": "episode", "tvshowtitle": SHOW.title, "season": 2, "episode": 4}),
        ({"track_movies": False, "track_shows": False, "track_anime": False}, "/x/Lantern.Street.S02E04.mkv", {}),
        ({}, RESOLVED, {"address": PLUGIN}),
    ],
    ids=[
        "a trailer", "live TV", "a music video", "an excluded folder", "an excluded add-on", "unwanted streams",
        "a film where films are off", "an episode where shows are off", "a file where all are off",
        "an address that says nothing",
    ],
)  # fmt: skip
def test_never(couch, wish, file, more):
    couch.kodi.settings.values.update(wish)
    assert played(couch, file, 240.0, **more) == []
    assert couch.paths() == [] and couch.queued() == []
    assert "not tracked: " in couch.kodi.log_text()


def test_a_file_that_may_be_anime_is_asked_for_where_only_anime_is_tracked(couch):
    couch.kodi.settings.values.update(track_movies=False, track_shows=False)
    assert played(couch, "/x/Lantern.Street.S02E04.mkv", 240.0) == []
    assert (couch.paths(), couch.queued()) == (["/search/file"], [])


def test_an_excluded_add_on_is_known_by_the_media_path_where_kodi_names_only_the_stream(couch):
    couch.kodi.settings.values["exclude_addons"] = ["plugin.video.sample"]
    couch.kodi.jsonrpc["Player.GetItem"] = lambda params: {"item": {"mediapath": PLUGIN}}
    assert played(couch, RESOLVED, 240.0, {"imdb": "tt9900001"}, mediatype="movie", title=FILM.title) == []
    assert couch.paths() == []


@pytest.mark.parametrize("media, name, wish", [
    ("movie", "film", "track_movies"), ("episode", "first", "track_shows"), ("episode", "anime", "track_anime")
])  # fmt: skip
def test_a_kind_of_the_library_that_is_switched_off(couch, media, name, wish):
    couch.kodi.settings.values[wish] = False
    assert from_library(couch, media, getattr(couch, name), until=60) == []
    assert couch.paths() == []


@pytest.mark.parametrize("minutes, seconds, tracked", [(3, 179, False), (3, 180, True), (0, 30, True), (5, 240, False)])
def test_the_minimum_length_is_in_minutes(couch, minutes, seconds, tracked):
    couch.kodi.settings.values["minimum_minutes"] = minutes
    couch.at(1, couch.kodi.playback.start_from_library, "movie", couch.film)
    couch.kodi.library.entry("movie", couch.film)["runtime"] = float(seconds)
    couch.at(21, couch.kodi.playback.stop)
    couch.service(30)
    assert bool(couch.calls()) is tracked


def test_what_the_library_no_longer_has_is_known_by_its_tag(couch):
    about = {"mediatype": "movie", "dbid": 99, "title": FILM.title, "year": 2018}
    couch.kodi.library.first_with_file = lambda media, file: {"id": 99, "uniqueid": {}}
    [body] = played(couch, "/x/film.mkv", 240.0, {"imdb": "tt9900001"}, **about)
    assert body["movie"] == {"title": FILM.title, "year": 2018, "ids": {"imdb": "tt9900001"}}


def two_films_of_one_add_on(couch, second):
    """Play a film whose ids an add-on sets, and then another one while they are left as they were."""
    couch.kodi.properties[10000]["script.trakt.ids"] = json.dumps({"imdb": "tt9900001"})
    couch.at(1, couch.kodi.playback.start, f"{RESOLVED}1", 240.0, {}, f"{PLUGIN}1", mediatype="movie", title=FILM.title)
    couch.at(61, couch.kodi.playback.start, f"{RESOLVED}2", 240.0, {}, f"{PLUGIN}2", **second)
    couch.at(301, couch.kodi.playback.stop)
    couch.service(320)
    return couch.sent("/scrobble/start")[-1]


@pytest.mark.parametrize(
    "second",
    [
        {"mediatype": "movie", "title": "Salt Letters", "year": 2020},
        {"mediatype": "episode", "tvshowtitle": SHOW.title, "season": 2, "episode": 4},
    ],
    ids=["a film", "an episode"],
)
def test_ids_that_are_left_are_not_those_of_the_next_film_of_the_same_add_on(couch, second):
    body = two_films_of_one_add_on(couch, second)
    assert "ids" not in body.get("movie", body.get("show"))


def test_ids_of_what_never_began_do_not_live_on(couch):
    def fail():
        couch.kodi.properties[10000]["script.trakt.ids"] = json.dumps({"imdb": "tt9900001"})
        couch.kodi.playback.fail("/elsewhere/gone.mkv")

    about = {"mediatype": "movie", "title": "Salt Letters"}
    couch.at(1, fail)
    couch.at(20, couch.kodi.playback.start, RESOLVED, 240.0, {}, PLUGIN, **about)
    couch.at(80, couch.kodi.playback.stop)
    couch.service(90)
    [body] = couch.sent("/scrobble/stop")
    assert body["movie"] == {"title": "Salt Letters"}


def test_a_trailer_that_the_item_itself_calls_one_is_not_tracked(couch):
    own = {"istrailer": "true"}
    couch.at(1, couch.kodi.playback.start, RESOLVED, 240.0, {}, PLUGIN, own, mediatype="movie", title=FILM.title)
    couch.at(200, couch.kodi.playback.stop)
    couch.service(220)
    assert couch.paths() == []


def test_a_tag_that_is_filled_in_some_seconds_after_the_start_is_believed(couch):
    def fill():
        couch.kodi.playback.tag = type(couch.kodi.playback.tag)._filled(
            {"imdb": "tt9900001"}, file=RESOLVED, mediatype="movie", title=FILM.title
        )

    couch.at(1, couch.kodi.playback.start, RESOLVED, 240.0, {}, PLUGIN)
    couch.at(9, fill)
    couch.at(239, couch.kodi.playback.stop)
    couch.service(250)
    assert couch.marks() == {FILM.title: 1}


@pytest.mark.parametrize("name", ["unknown", "imdb_id", "imdbnumber"])
def test_an_imdb_id_under_another_name_is_one(couch, name):
    [body] = played(couch, RESOLVED, 240.0, {name: "tt9900001"}, PLUGIN, mediatype="movie", title="Something")
    assert body["movie"]["ids"] == {"imdb": "tt9900001"}
