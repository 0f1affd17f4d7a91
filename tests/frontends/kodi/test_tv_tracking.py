"""What a person does with the remote reaches Simkl: one call for each thing, and a mark."""

import json

import pytest

from tests.frontends.kodi.couch import EVENING, FILM, OTHER_FILM

TITLE, OTHER_TITLE = FILM.title, OTHER_FILM.title
PLUGIN = "plugin://plugin.video.sample/play?id=7"
RESOLVED = "http://cdn.example.org/stream/7f3a"


def test_a_film_played_through_is_two_calls_and_a_mark_with_the_time_of_the_stop(couch):
    couch.kodi.settings.values.update(mark=90, minimum_minutes=4)
    couch.watch(couch.play_film, (240, "end"))
    assert couch.calls() == [("start", TITLE, 1), ("stop", TITLE, 100)]
    assert {one.min_progress for one in couch.box.scrobbles} == {90}
    assert couch.paths() == ["/scrobble/start", "/scrobble/stop"]
    assert couch.marks() == {TITLE: 1}
    assert couch.queued() == [] and couch.box.malformed == []
    start, stop = couch.box.scrobbles
    assert 4 <= start.at < 4.5 and 241 <= stop.at < 241.5  # a start once three seconds were played, a stop at once
    [mark] = couch.box.watched["sample_viewer"].values()
    assert mark.watched_at == EVENING.replace(minute=4, second=1).strftime("%Y-%m-%dT%H:%M:%SZ")


DONE = {
    "stopped at the mark": ([(193, "stop")], [("start", 1), ("stop", 80)], True),
    "paused and resumed": (
        [(60, "pause"), (300, "resume"), (360, "stop")], [("start", 1), ("pause", 25), ("start", 25), ("stop", 50)],
        False,
    ),
    "jumped and stopped at once": ([(24.5, "seek", 216.0), (24.6, "stop")], [("start", 1), ("stop", 90)], True),
    "wound on, with a resume that no pause came before": (
        [(24, "fast_forward", 96.0), (60, "stop")], [("start", 1), ("stop", 65)], False,
    ),
    "broken off with an error": ([(60, "break_off")], [("start", 1), ("stop", 25)], False),
    "given up within three seconds": ([(2.5, "stop")], [], False),
}  # fmt: skip


@pytest.mark.parametrize("steps, calls, marked", DONE.values(), ids=DONE)
def test_what_is_done_is_told(couch, steps, calls, marked):
    couch.watch(couch.play_film, *steps, until=max(seconds for seconds, *_ in steps))
    assert couch.calls() == [(action, TITLE, progress) for action, progress in calls]
    assert couch.marks() == ({TITLE: 1} if marked else {})


def test_what_cannot_be_opened_and_what_is_over_at_once_is_nothing(couch):
    couch.at(1, couch.kodi.playback.fail, "/films/gone.mkv")
    couch.plan(11, 11.05)
    couch.at(11.05, couch.kodi.playback._tell, "onAVStarted")  # Kodi gets round to its callbacks afterwards
    couch.service(20)
    assert couch.calls() == [] and couch.queued() == []


def test_the_same_film_opened_anew_is_a_new_play_however_late_kodi_tells_of_it(couch):
    couch.plan(1, 282.4)
    couch.at(221.5, setattr, couch.kodi.playback, "_opening", True)
    couch.at(222.4, couch.play_film)
    couch.service(290)
    assert couch.calls() == [("start", TITLE, 1), ("stop", TITLE, 92), ("start", TITLE, 1), ("stop", TITLE, 25)]
    assert couch.marks() == {TITLE: 1}


def test_the_next_episode_of_a_playlist_stops_the_old_one_first(couch):
    entry = couch.kodi.library.entry("episode", couch.second)
    following = {
        "unique_ids": entry["uniqueid"], "mediatype": "episode", "dbid": couch.second, "title": entry["title"],
        "season": 2, "episode": 5, "tvshowtitle": entry["showtitle"],
    }  # fmt: skip
    couch.plan(1, 301, lambda: couch.play_episode(couch.first))
    couch.at(241, couch.kodi.playback.end_and_start, entry["file"], 240.0, **following)
    couch.service(310)
    first, second = "Lantern Street 2x04", "Lantern Street 2x05"
    assert couch.calls() == [("start", first, 1), ("stop", first, 100), ("start", second, 1), ("stop", second, 25)]


@pytest.mark.parametrize("switch", ["track_shows", "track_movies"])
def test_a_file_is_recognised_by_its_name_and_left_out_if_it_is_of_a_kind_that_is_switched_off(couch, switch):
    couch.kodi.settings.values[switch] = False
    couch.plan(1, 221, lambda: couch.kodi.playback.start("/x/The Glass Harbour (2018).mkv", 240.0))
    couch.service(230)
    assert couch.marks() == ({TITLE: 1} if switch == "track_shows" else {})
    assert (couch.queued(), len(couch.sent("/search/file"))) == ([], 1)


@pytest.mark.parametrize("version", [19, 20, 21])
def test_each_kodi_that_is_supported_tracks_films_and_what_add_ons_say(make_couch, version):
    couch = make_couch(version=version)
    own = {"script.trakt.ids": json.dumps({"imdb": "tt9900002"})}
    couch.plan(1, 61)
    couch.plan(100, 120, lambda: couch.kodi.playback.start(RESOLVED, 240.0, {}, PLUGIN, own, title="Something"))
    couch.service(130)
    assert [title for _, title, _ in couch.calls()] == [TITLE, TITLE, OTHER_TITLE, OTHER_TITLE]


def leave_ids(couch, imdb):
    """Say by ids on the home window what plays next, as add-ons do."""
    couch.kodi.properties[10000]["script.trakt.ids"] = json.dumps({"imdb": imdb})


def play_of_addon(couch, number, title="Odd"):
    couch.kodi.playback.start(RESOLVED, 240.0, {}, f"{PLUGIN}{number}", mediatype="movie", title=title)


def test_ids_are_those_of_one_item_and_those_of_the_next_may_come_before_kodi_told_of_the_end(couch):
    leave_ids(couch, "tt9900002")
    couch.plan(1, 21, lambda: play_of_addon(couch, 1))
    couch.at(21, leave_ids, couch, "tt9900001")
    couch.at(22, play_of_addon, couch, 2)  # and leaves its ids where they are
    couch.plan(42, 64, lambda: couch.kodi.playback.start("/elsewhere/Salt.Letters.2020.mkv", 240.0))
    couch.service(70)
    assert [title for _, title, _ in couch.calls()] == [OTHER_TITLE] * 2 + [TITLE] * 2 + [OTHER_TITLE] * 2
    assert "script.trakt.ids" not in couch.kodi.properties[10000]


def test_ids_of_what_never_began_do_not_live_on(couch):
    couch.at(1, leave_ids, couch, "tt9900001")
    couch.at(1, couch.kodi.playback.fail, "/elsewhere/gone.mkv")
    couch.plan(20, 40, lambda: play_of_addon(couch, 1, OTHER_TITLE))
    couch.service(50)
    [body] = couch.sent("/scrobble/stop")
    assert body["movie"] == {"title": OTHER_TITLE}


def test_a_tag_that_is_filled_in_some_seconds_after_the_start_is_believed(couch):
    def fill():
        about = {"file": RESOLVED, "mediatype": "movie", "title": TITLE}
        couch.kodi.playback.tag = type(couch.kodi.playback.tag)._filled({"imdb": "tt9900001"}, **about)

    couch.plan(1, 239, lambda: couch.kodi.playback.start(RESOLVED, 240.0, {}, PLUGIN))
    couch.at(9, fill)
    couch.service(245)
    assert couch.marks() == {TITLE: 1}
