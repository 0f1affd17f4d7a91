"""What a person does with the remote reaches Simkl: one call for each thing, and a mark."""

import pytest

from tests.frontends.kodi.couch import EVENING, FILM

TITLE = FILM.title


def test_a_film_played_through_is_two_calls_and_a_mark(couch):
    couch.watch(couch.play_film, (240, "end"))
    assert couch.calls() == [("start", TITLE, 1), ("stop", TITLE, 100)]
    assert couch.marks() == {TITLE: 1}
    assert couch.queued() == [] and couch.box.malformed == []


@pytest.mark.parametrize(
    "steps, calls, marked",
    [
        ([(60, "stop")], [("start", 1), ("stop", 25)], False),
        ([(191, "stop")], [("start", 1), ("stop", 80)], False),
        ([(193, "stop")], [("start", 1), ("stop", 80)], True),
        ([(60, "pause"), (90, "stop")], [("start", 1), ("pause", 25), ("stop", 25)], False),
        ([(60, "pause"), (600, "resume"), (660, "stop")],
         [("start", 1), ("pause", 25), ("start", 25), ("stop", 50)], False),
        ([(24, "seek", 216.0), (30, "stop")], [("start", 1), ("stop", 92)], True),
        ([(24, "seek", 216.0), (30, "seek", 12.0), (36, "stop")], [("start", 1), ("stop", 8)], False),
        ([(24.5, "seek", 216.0), (24.6, "stop")], [("start", 1), ("stop", 90)], True),
        ([(24, "pause"), (30, "seek", 120.0), (40, "stop")], [("start", 1), ("pause", 10), ("stop", 50)], False),
        ([(24, "fast_forward", 96.0), (60, "stop")], [("start", 1), ("stop", 65)], False),
        ([(60, "break_off")], [("start", 1), ("stop", 25)], False),
        ([(60, "end")], [("start", 1), ("stop", 25)], False),
        ([(2.5, "stop")], [], False),
        ([(1, "pause"), (100, "resume"), (101, "stop")], [], False),
    ],
    ids=[
        "stopped early", "stopped just before the mark", "stopped at the mark", "stopped while it paused",
        "paused and resumed", "jumped beyond the mark", "jumped back to the beginning", "jumped and stopped at once",
        "jumped while it paused",
        "wound on, with a resume that no pause came before", "broken off with an error",
        "a stream that ends in its middle has broken off", "given up within three seconds",
        "played for less than three seconds around a pause",
    ],
)  # fmt: skip
def test_what_is_done_is_told(couch, steps, calls, marked):
    couch.watch(couch.play_film, *steps, until=max(seconds for seconds, *_ in steps))
    assert couch.calls() == [(action, TITLE, progress) for action, progress in calls]
    assert couch.marks() == ({TITLE: 1} if marked else {})


def test_a_start_comes_after_three_seconds_of_playing_and_a_stop_at_once(couch):
    couch.watch(couch.play_film, (60, "stop"))
    start, stop = couch.box.scrobbles
    assert 4 <= start.at < 4.5
    assert 61 <= stop.at < 61.5


def test_the_time_of_the_mark_is_the_time_of_the_stop(couch):
    couch.watch(couch.play_film, (240, "end"))
    [mark] = couch.box.watched["sample_viewer"].values()
    assert mark.watched_at == EVENING.replace(minute=4, second=1).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_position_below_zero_at_the_first_picture_is_the_beginning(couch):
    couch.at(1, couch.kodi.playback.start_from_library, "movie", couch.film, lead=-0.2)
    couch.at(61, couch.kodi.playback.stop)
    couch.service(70)
    assert couch.calls() == [("start", TITLE, 1), ("stop", TITLE, 25)]


@pytest.mark.parametrize("address", ["/films/gone.mkv", "http://127.0.0.1:1/stream.mkv"])
def test_what_cannot_be_opened_is_nothing(couch, address):
    couch.at(1, couch.kodi.playback.fail, address)
    couch.service(30)
    assert couch.calls() == [] and couch.queued() == []


def test_what_ends_before_its_first_picture_is_nothing(couch):
    couch.watch(couch.play_film, (0.05, "stop"), until=10)
    assert couch.calls() == []


def test_what_is_over_before_kodi_gets_round_to_its_callbacks_is_nothing(couch):
    def both():
        couch.kodi.playback._tell("onAVStarted")
        couch.kodi.playback.stop()

    couch.at(1, couch.play_film)
    couch.at(1.05, both)
    couch.service(10)
    assert couch.calls() == []


def test_the_other_film_opened_over_this_one_ends_it_where_it_was(couch):
    couch.at(1, couch.play_film)
    couch.at(61, couch.play_other_film)
    couch.at(122, couch.kodi.playback.stop)
    couch.service(130)
    assert couch.calls() == [
        ("start", TITLE, 1), ("stop", TITLE, 25), ("start", "Salt Letters", 1), ("stop", "Salt Letters", 25)
    ]  # fmt: skip


def test_the_same_film_opened_anew_is_a_new_play(couch):
    couch.at(1, couch.play_film)
    couch.at(221, couch.play_film)
    couch.at(281, couch.kodi.playback.stop)
    couch.service(300)
    assert couch.calls() == [("start", TITLE, 1), ("stop", TITLE, 92), ("start", TITLE, 1), ("stop", TITLE, 25)]
    assert couch.marks() == {TITLE: 1}


def test_the_next_episode_of_a_playlist_stops_the_old_one_first(couch):
    entry = couch.kodi.library.entry("episode", couch.second)
    following = {
        "unique_ids": entry["uniqueid"], "mediatype": "episode", "dbid": couch.second, "title": entry["title"],
        "season": 2, "episode": 5, "tvshowtitle": entry["showtitle"],
    }  # fmt: skip
    couch.at(1, couch.play_episode, couch.first)
    couch.at(241, lambda: couch.kodi.playback.end_and_start(entry["file"], 240.0, **following))
    couch.at(301, couch.kodi.playback.stop)
    couch.service(310)
    assert couch.calls() == [
        ("start", "Lantern Street 2x04", 1), ("stop", "Lantern Street 2x04", 100),
        ("start", "Lantern Street 2x05", 1), ("stop", "Lantern Street 2x05", 25),
    ]  # fmt: skip


def test_skipping_through_a_list_sends_nothing(couch):
    for second in range(1, 13, 2):
        couch.at(second, couch.play_film if second % 4 == 1 else couch.play_other_film)
    couch.at(13.5, couch.kodi.playback.stop)
    couch.service(20)
    assert couch.calls() == []


def test_the_mark_of_the_settings_is_sent_with_every_call_and_judged_by(couch):
    couch.kodi.settings.values["mark"] = 90
    couch.watch(couch.play_film, (60, "pause"), (70, "resume"), (220, "stop"))
    assert {one.min_progress for one in couch.box.scrobbles} == {90}
    assert couch.calls()[-1] == ("stop", TITLE, 88) and couch.marks() == {}


def test_the_writes_of_an_evening_keep_a_second_apart(couch):
    presses = [(10 + n * 0.3, "pause" if n % 2 == 0 else "resume") for n in range(9)]
    couch.watch(couch.play_film, *presses, (240, "stop"))
    assert couch.box.too_many_posts == []
    assert couch.calls()[-1][0] == "stop"


def test_a_sample_between_two_plays_of_the_same_film_does_not_take_it_back_to_the_beginning(couch):
    playback = couch.kodi.playback

    def open_it_again_and_let_kodi_tell_of_it_late():
        playback._opening = True
        couch.at(0.9, couch.play_film)

    couch.at(1, couch.play_film)
    couch.at(221.5, open_it_again_and_let_kodi_tell_of_it_late)
    couch.at(240, playback.stop)
    couch.service(250)
    assert couch.marks() == {TITLE: 1}
