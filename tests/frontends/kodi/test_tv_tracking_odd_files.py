"""Files that are not what they seem: names in old bytes, channels that are streams, discs, two files of one name."""

import pytest

from tests.frontends.kodi.couch import FILM, FOUR_MINUTES, OTHER_FILM, SHOW
from tests.frontends.kodi.rating_room import plays
from tests.frontends.kodi.test_tv_waiting import WHAT_IS_IT

LATIN_1 = "/films/Am\udce9lie (2001).mkv"  # as Python writes a byte of a name that is not UTF-8
STREAM = "http://tv.example/user/pass/12345.ts"
PLUGIN = "plugin://plugin.video.sample/play?id=7"
ALPHA, BETA = "/tv/Alpha/Season 1/S01E01.mkv", "/tv/Beta/Season 1/S01E01.mkv"
NOT_RECOGNISED = [("stop", "Alpha S01E01.mkv", "unknown"), ("stop", "Beta S01E01.mkv", "unknown")]


def one_after_the_other(couch, *begins, minutes=3):
    """Plan films that are each played for a while; return when the last one is over."""
    for place, begin in enumerate(begins):
        couch.at(1 + 400 * place, begin)
        couch.at(1 + 400 * place + 60 * minutes + 20, couch.kodi.playback.stop)
    return 400 * len(begins)


def play(couch, *args, **facts):
    return lambda: couch.kodi.playback.start(*args, **facts)


def test_a_film_of_the_library_whose_name_is_not_utf_8_is_tracked_and_so_is_the_next_one(couch):
    couch.kodi.library.entry("movie", couch.film)["file"] = LATIN_1
    couch.service(
        one_after_the_other(couch, couch.play_film, couch.play_other_film)
    )  # and it comes to no internal error
    assert couch.marks() == {FILM.title: 1, OTHER_FILM.title: 1}


def test_simkl_is_asked_for_a_name_that_is_not_utf_8_by_its_letters(couch):
    until = one_after_the_other(couch, play(couch, LATIN_1, FOUR_MINUTES), couch.play_film, couch.play_other_film)
    couch.service(until)
    assert [body["file"] for body in couch.sent("/search/file")] == ["Amélie (2001).mkv"]
    assert couch.marks() == {FILM.title: 1, OTHER_FILM.title: 1}
    assert couch.queued() == [("stop", "Amélie (2001).mkv", "unknown")]


def test_a_folder_whose_name_is_not_utf_8_can_be_excluded(couch):
    couch.kodi.settings.values["exclude_folder_1"] = "/films/Am\udce9/"
    couch.service(one_after_the_other(couch, play(couch, "/films/Am\udce9/Salt.Letters.2020.mkv", FOUR_MINUTES)))
    assert couch.paths() == []


LIVE_TV = {
    "a channel": {"address": "pvr://channels/tv/All channels/pvr.iptvsimple_7.pvr", "title": "News at Six"},
    "a recording": {
        "address": "pvr://recordings/tv/active/Lantern Street.pvr", "title": "Low Tide", "tvshowtitle": SHOW.title,
        "season": 2, "episode": 4,
    },
    "a recorded film": {"address": "PVR://recordings/tv/active/x.pvr", "title": FILM.title, "year": 2018,
                        "mediatype": "movie"},
    "what Kodi calls a channel": {"mediatype": "channel", "title": "News at Six"},
}  # fmt: skip


@pytest.mark.parametrize("facts", LIVE_TV.values(), ids=LIVE_TV.keys())
def test_live_tv_and_recordings_are_left_alone_although_their_file_is_a_stream(couch, facts):
    couch.service(one_after_the_other(couch, play(couch, STREAM, FOUR_MINUTES, **facts)))
    assert (couch.paths(), couch.queued(), couch.toasts()) == ([], [], [])
    assert "not tracked: live TV" in couch.kodi.log_text()


def test_what_only_the_player_calls_a_channel_is_live_tv_too(couch):
    couch.kodi.jsonrpc["Player.GetItem"] = lambda params: {"item": {"label": "News at Six", "type": "channel"}}
    couch.service(one_after_the_other(couch, play(couch, STREAM, FOUR_MINUTES, title="News at Six")))
    assert (couch.paths(), couch.queued()) == ([], [])


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
def test_how_an_add_on_has_a_title_drawn_does_not_go_to_simkl(couch, drawn, title):
    begin = play(couch, "http://cdn.example/x", FOUR_MINUTES, {}, PLUGIN, mediatype="movie", title=drawn, year=2018)
    couch.service(one_after_the_other(couch, begin))
    assert [body["movie"]["title"] for body in couch.sent("/scrobble/start")] == [title]


def test_how_an_add_on_has_a_show_drawn_does_not_go_to_simkl_either(couch):
    about = {"tvshowtitle": "[B]Lantern Street[/B]", "title": "[I]Low Tide[/I]", "season": 2, "episode": 4}
    begin = play(couch, "http://cdn.example/x", FOUR_MINUTES, {}, PLUGIN, mediatype="episode", **about)
    couch.service(one_after_the_other(couch, begin))
    assert couch.marks() == {"Lantern Street 2x04": 1}


@pytest.mark.parametrize(
    ("folder", "marks"), [("/kids/", {}), ("/others/", {FILM.title: 1})], ids=["excluded", "another one is excluded"]
)
def test_a_strm_is_where_the_library_has_it_although_it_plays_from_the_net(couch, folder, marks):
    entry = couch.kodi.library.entry("movie", couch.film)
    entry["file"] = "/kids/The Glass Harbour (2018).strm"
    couch.kodi.library.first_with_file = lambda media, file: entry
    couch.kodi.settings.values["exclude_folder_1"] = folder
    about = {"mediatype": "movie", "dbid": couch.film, "title": FILM.title, "year": 2018}
    begin = play(couch, "http://cdn.example/v.mkv", FOUR_MINUTES, dict(FILM.ids), **about)
    couch.service(one_after_the_other(couch, begin))
    assert couch.marks() == marks


@pytest.mark.parametrize("length", [240.0, 5400.0])
def test_a_disc_that_begins_with_a_clip_is_tracked_once_its_film_plays(couch, length):
    def next_title():
        couch.kodi.playback._total = length
        couch.kodi.playback._move(0.0)
        couch.kodi.playback._tell("onAVChange")

    couch.kodi.library.entry("movie", couch.film).update(file="/films/Harbour/VIDEO_TS/VIDEO_TS.IFO", runtime=12)
    couch.at(1, couch.play_film)
    couch.at(13, next_title)
    couch.at(13 + length, couch.kodi.playback.end)
    couch.service(length + 60)
    assert [action for action, *_ in couch.calls()] == ["start", "stop"]
    assert couch.marks() == {FILM.title: 1}


def test_a_disc_of_which_only_a_clip_plays_is_not_tracked(couch):
    couch.kodi.library.entry("movie", couch.film)["runtime"] = 12
    couch.at(1, couch.play_film)
    couch.at(12, couch.kodi.playback.end)
    couch.service(60)
    assert couch.paths() == []
    assert "not tracked: shorter than" in couch.kodi.log_text()


def test_two_files_of_one_name_are_two_and_simkl_is_asked_about_each(couch):
    couch.service(one_after_the_other(couch, play(couch, ALPHA, FOUR_MINUTES), play(couch, BETA, FOUR_MINUTES)))
    assert couch.queued() == NOT_RECOGNISED
    assert [body["file"] for body in couch.sent("/search/file")] == ["Alpha S01E01.mkv", "Beta S01E01.mkv"]


def test_what_a_person_says_of_one_file_does_not_count_for_its_namesake(couch):
    couch.service(one_after_the_other(couch, play(couch, ALPHA, FOUR_MINUTES), play(couch, BETA, FOUR_MINUTES)))
    couch.restart(real_wait=0.001)
    couch.kodi.answers = [WHAT_IS_IT, "Lantern Street", 1, 0, "1", "1"]
    couch.script("play", str(plays(couch, "unknown")[0].id))
    couch.restart(real_wait=0.0)
    couch.service(one_after_the_other(couch, play(couch, BETA, FOUR_MINUTES)))
    assert couch.marks() == {"Lantern Street 1x01": 1}
    assert set(couch.queued()) == {NOT_RECOGNISED[1]}
    couch.restart()
    couch.service(one_after_the_other(couch, play(couch, ALPHA, FOUR_MINUTES)))
    assert [title for _, title, _ in couch.calls()][-1] == "Lantern Street 1x01"
    assert len(couch.sent("/search/file")) == 2


def test_the_start_of_a_namesake_leaves_the_stop_that_waits_alone(couch):
    couch.at(0.5, couch.box.stop_listening)
    couch.service(one_after_the_other(couch, *[play(couch, each, FOUR_MINUTES) for each in (ALPHA, BETA)], minutes=1))
    assert couch.queued() == [("stop", "Alpha S01E01.mkv", "waiting"), ("stop", "Beta S01E01.mkv", "waiting")]
