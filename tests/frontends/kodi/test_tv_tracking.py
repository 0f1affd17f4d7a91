"""What a person does with the remote reaches Simkl: one call for each thing, and a mark."""

import json

import pytest

from tests.frontends.kodi.couch import EVENING, FILM, SHOW

TITLE = FILM.title
PLUGIN = "plugin://plugin.video.sample/play?id=7"
RESOLVED = "http://cdn.example.org/stream/7f3a"


def plan(couch, *acts, until):
    """Have each thing happen at its second, and run the service."""
    for second, act, *args in acts:
        couch.at(second, act, *args)
    couch.service(until)


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


def is_over_before_kodi_gets_round_to_its_callbacks(couch):
    couch.kodi.playback._tell("onAVStarted")
    couch.kodi.playback.stop()


def test_what_cannot_be_opened_and_what_is_over_at_once_is_nothing(couch):
    plan(
        couch, (1, couch.kodi.playback.fail, "/films/gone.mkv"), (11, couch.play_film),
        (11.05, is_over_before_kodi_gets_round_to_its_callbacks, couch), until=20,
    )  # fmt: skip
    assert couch.calls() == [] and couch.queued() == []


def test_the_same_film_opened_anew_is_a_new_play_however_late_kodi_tells_of_it(couch):
    def open_it_again_and_let_kodi_tell_of_it_late():
        couch.kodi.playback._opening = True
        couch.at(0.9, couch.play_film)

    plan(
        couch, (1, couch.play_film), (221.5, open_it_again_and_let_kodi_tell_of_it_late),
        (282.4, couch.kodi.playback.stop), until=290,
    )  # fmt: skip
    assert couch.calls() == [("start", TITLE, 1), ("stop", TITLE, 92), ("start", TITLE, 1), ("stop", TITLE, 25)]
    assert couch.marks() == {TITLE: 1}


def test_the_next_episode_of_a_playlist_stops_the_old_one_first(couch):
    entry = couch.kodi.library.entry("episode", couch.second)
    following = {
        "unique_ids": entry["uniqueid"], "mediatype": "episode", "dbid": couch.second, "title": entry["title"],
        "season": 2, "episode": 5, "tvshowtitle": entry["showtitle"],
    }  # fmt: skip
    couch.at(241, lambda: couch.kodi.playback.end_and_start(entry["file"], 240.0, **following))
    plan(couch, (1, couch.play_episode, couch.first), (301, couch.kodi.playback.stop), until=310)
    assert couch.calls() == [
        ("start", "Lantern Street 2x04", 1), ("stop", "Lantern Street 2x04", 100),
        ("start", "Lantern Street 2x05", 1), ("stop", "Lantern Street 2x05", 25),
    ]  # fmt: skip


def test_a_file_outside_the_library_is_recognised_by_its_name(couch):
    file = "/elsewhere/Lantern.Street.S02E04.1080p.mkv"
    plan(couch, (1, couch.kodi.playback.start, file, 240.0), (61, couch.kodi.playback.stop), until=70)
    [body] = couch.sent("/scrobble/stop")
    assert body["show"]["ids"]["simkl"] == SHOW.simkl
    assert couch.calls()[-1] == ("stop", "Lantern Street 2x04", 25)
    assert len(couch.sent("/search/file")) == 1


def test_a_recognised_file_of_a_kind_that_is_switched_off_is_left_out(couch):
    couch.kodi.settings.values["track_movies"] = False
    couch.plan(1, 221, lambda: couch.kodi.playback.start("/x/The Glass Harbour (2018).mkv", 240.0))
    couch.service(230)
    assert (couch.marks(), couch.queued(), len(couch.sent("/search/file"))) == ({}, [], 1)


@pytest.mark.parametrize("version", [19, 20, 21])
def test_each_kodi_that_is_supported_tracks_films_and_what_add_ons_say(make_couch, version):
    couch = make_couch(version=version)
    own = {"script.trakt.ids": json.dumps({"imdb": "tt9900002"})}
    couch.at(100, couch.kodi.playback.start, RESOLVED, 240.0, {}, PLUGIN, own, title="Something")
    stop = couch.kodi.playback.stop
    plan(couch, (1, couch.play_film), (61, stop), (120, stop), until=130)
    assert [title for _, title, _ in couch.calls()] == [TITLE, TITLE, "Salt Letters", "Salt Letters"]


def leave_ids(couch, imdb):
    couch.kodi.properties[10000]["script.trakt.ids"] = json.dumps({"imdb": imdb})


def test_what_is_shorter_than_the_person_wants_is_not_tracked(couch):
    couch.kodi.settings.values["minimum_minutes"] = 5
    couch.plan(1, 21)
    couch.service(30)
    assert couch.calls() == [] and "not tracked: shorter than" in couch.kodi.log_text()


def test_ids_that_nobody_took_away_are_not_those_of_the_next_item(couch):
    def leave_and_play():
        leave_ids(couch, "tt9900001")
        couch.kodi.playback.start(RESOLVED, 240.0, {}, PLUGIN, mediatype="movie", title=TITLE)

    couch.at(21, couch.kodi.playback.start, "/elsewhere/Salt.Letters.2020.mkv", 240.0)
    plan(couch, (1, leave_and_play), (43, couch.kodi.playback.stop), until=50)
    assert [call[:2] for call in couch.calls()] == [
        ("start", TITLE), ("stop", TITLE), ("start", "Salt Letters"), ("stop", "Salt Letters")
    ]  # fmt: skip
    assert "script.trakt.ids" not in couch.kodi.properties[10000]


def test_ids_that_come_for_the_next_item_before_kodi_told_of_the_end_are_not_taken_away(couch):
    def stop_and_say_what_comes_next():
        couch.kodi.playback.stop()
        leave_ids(couch, "tt9900001")

    def play(number):
        couch.kodi.playback.start(RESOLVED, 240.0, {}, f"{PLUGIN}{number}", mediatype="movie", title="Odd")

    leave_ids(couch, "tt9900002")
    plan(
        couch, (1, play, 1), (21, stop_and_say_what_comes_next), (22, play, 2), (42, couch.kodi.playback.stop), until=50
    )
    assert [title for _, title, _ in couch.calls()] == ["Salt Letters", "Salt Letters", TITLE, TITLE]


def test_ids_of_what_never_began_do_not_live_on(couch):
    def fail():
        leave_ids(couch, "tt9900001")
        couch.kodi.playback.fail("/elsewhere/gone.mkv")

    about = {"mediatype": "movie", "title": "Salt Letters"}
    couch.at(20, lambda: couch.kodi.playback.start(RESOLVED, 240.0, {}, PLUGIN, **about))
    plan(couch, (1, fail), (40, couch.kodi.playback.stop), until=50)
    [body] = couch.sent("/scrobble/stop")
    assert body["movie"] == {"title": "Salt Letters"}


def test_a_tag_that_is_filled_in_some_seconds_after_the_start_is_believed(couch):
    def fill():
        about = {"file": RESOLVED, "mediatype": "movie", "title": TITLE}
        couch.kodi.playback.tag = type(couch.kodi.playback.tag)._filled({"imdb": "tt9900001"}, **about)

    couch.at(1, couch.kodi.playback.start, RESOLVED, 240.0, {}, PLUGIN)
    plan(couch, (9, fill), (239, couch.kodi.playback.stop), until=245)
    assert couch.marks() == {TITLE: 1}
