"""Marks that a person sets or removes in Kodi's library reach Simkl, and those that playing sets are sent once."""

import time

import pytest

from tests.frontends.kodi.couch import FILM, VIEWER

EPISODE = "Lantern Street 2x04"


def test_a_film_marked_by_hand_is_marked_at_simkl_with_its_time(couch):
    couch.at(10, couch.kodi.library.mark, "movie", couch.film)
    couch.service(20)
    [mark] = couch.box.watched[VIEWER].values()
    assert (mark.title, mark.routes, mark.watched_at) == (FILM.title, ("/sync/history",), "2026-03-05T18:00:10Z")
    assert couch.toasts() == ["Watched on Simkl: The Glass Harbour"]


def test_one_episode_whose_mark_is_taken_away_is_taken_away_at_simkl_after_a_minute(couch):
    couch.at(10, couch.kodi.library.mark, "episode", couch.first)
    couch.at(12, couch.kodi.library.mark, "episode", couch.second)
    couch.at(20, couch.kodi.library.mark, "episode", couch.first, 0)
    couch.service(100)
    assert couch.marks() == {"Lantern Street 2x05": 1}
    [call] = couch.sent("/sync/history/remove")
    [show] = call["shows"]
    assert [each["number"] for season in show["seasons"] for each in season["episodes"]] == [4]
    assert couch.toasts()[-1] == "Unwatched on Simkl: Lantern Street 2x04"


def test_a_film_whose_mark_is_taken_away_stays_at_simkl_with_its_rating(couch):
    couch.at(10, couch.kodi.library.mark, "movie", couch.film)
    couch.at(700, couch.kodi.library.mark, "movie", couch.film, 0)
    couch.service(900)
    assert couch.marks() == {FILM.title: 1}
    assert couch.sent("/sync/history/remove") == []


@pytest.mark.parametrize("what", ["season", "show"])
def test_a_season_or_a_show_that_is_taken_away_to_see_it_again_stays_at_simkl_and_that_is_told_once(couch, what):
    library = couch.kodi.library
    couch.at(10, library.mark_show, couch.show_id)
    for again in (100, 300):
        if what == "season":
            couch.at(again, library.mark_season, couch.show_id, 2, 0)
        else:
            couch.at(again, library.mark_show, couch.show_id, 0)
        couch.at(again + 90, library.mark_show, couch.show_id)
    couch.service(500)
    assert couch.sent("/sync/history/remove") == []
    assert len(couch.marks()) == 5
    assert [each for each in couch.toasts() if "Remove from Simkl" in each] == [
        "Marks of a show removed in Kodi: Simkl stays as it is. To remove them there: context menu, Remove from Simkl"
    ]


def test_an_add_on_that_sets_the_play_count_to_0_while_it_plays_takes_nothing_away(couch):
    couch.kodi.library.entry("episode", couch.first)["playcount"] = 1
    couch.at(1, couch.play_episode, couch.first)
    couch.at(30, couch.kodi.library.mark, "episode", couch.first, 0)
    couch.at(230, couch.kodi.playback.stop)
    couch.at(240, couch.kodi.library.mark, "episode", couch.first, 0)
    couch.service(400)
    assert couch.sent("/sync/history/remove") == []
    assert couch.marks() == {"Lantern Street 2x04": 1}


def test_many_marks_at_once_are_one_batch(couch):
    couch.at(10, couch.kodi.library.mark_season, couch.show_id, 2)
    couch.service(20)
    assert len(couch.sent("/sync/history")) == 1
    assert len(couch.marks()) == 2
    assert couch.toasts() == ["2 marked as watched: Lantern Street"]


def test_marks_that_keep_coming_are_collected_until_they_cease(couch):
    for place, number in enumerate([couch.first, couch.second, *couch.double]):
        couch.at(10 + 0.5 * place, couch.kodi.library.mark, "episode", number)
    couch.service(20)
    assert len(couch.sent("/sync/history")) == 1 and len(couch.marks()) == 4


def test_a_mark_that_is_set_and_taken_away_in_one_go_is_the_last_one(couch):
    couch.at(10, couch.kodi.library.mark, "episode", couch.first, 1)
    couch.at(10.2, couch.kodi.library.mark, "episode", couch.first, 0)
    couch.service(100)
    assert couch.sent("/sync/history") == []
    assert len(couch.sent("/sync/history/remove")) == 1


def test_marks_of_the_library_can_be_switched_off(couch):
    couch.kodi.settings.values["library_marks"] = False
    couch.at(10, couch.kodi.library.mark, "movie", couch.film)
    couch.service(20)
    assert couch.paths() == [] and couch.queued() == []


def test_a_kind_that_is_not_tracked_is_not_marked_either(couch):
    couch.kodi.settings.values["track_movies"] = False
    couch.at(10, couch.kodi.library.mark, "movie", couch.film)
    couch.service(20)
    assert couch.paths() == []


@pytest.mark.parametrize("ending", ["stop", "end"])
def test_the_mark_that_kodi_sets_after_a_playback_is_not_sent_twice(couch, ending):
    couch.watch(couch.play_film, (230, ending))
    assert couch.kodi.library.entry("movie", couch.film)["playcount"] == 1
    assert couch.marks() == {FILM.title: 1}
    assert couch.sent("/sync/history") == []


def test_the_mark_that_kodi_sets_when_the_next_one_is_opened_is_not_sent_twice(couch):
    couch.at(1, couch.play_film)
    couch.at(231, couch.play_other_film)
    couch.at(240, couch.kodi.playback.stop)
    couch.service(300)
    assert couch.sent("/sync/history") == []
    assert couch.marks() == {FILM.title: 1}


def test_the_mark_that_kodi_sets_on_what_an_add_on_wants_left_out_is_not_sent(couch):
    left_out = {"script.simkl.exclude": "true"}
    couch.at(1, couch.kodi.playback.start_from_library, "movie", couch.film, properties=left_out)
    couch.at(241, couch.kodi.playback.end)
    couch.service(300)
    assert couch.kodi.library.entry("movie", couch.film)["playcount"] == 1
    assert couch.paths() == []


@pytest.mark.parametrize("kind", ["tracked", "left out"])
def test_a_mark_that_a_person_sets_soon_after_a_stop_in_the_middle_is_sent(couch, kind):
    left_out = {"script.simkl.exclude": "true"} if kind == "left out" else {}
    couch.at(1, couch.kodi.playback.start_from_library, "movie", couch.film, properties=left_out)
    couch.at(102, couch.kodi.playback.stop)
    couch.at(121, couch.kodi.library.mark, "movie", couch.film)
    couch.service(300)
    assert couch.kodi.library.entry("movie", couch.film)["playcount"] == 1
    assert couch.marks() == {FILM.title: 1}
    assert len(couch.sent("/sync/history")) == 1


@pytest.mark.parametrize(("stop", "threshold", "after"), [(12, 80, 1), (211, 95, 3)], ids=["5 %", "88 %"])
def test_a_mark_by_hand_soon_after_a_stop_arrives(couch, stop, threshold, after):
    couch.kodi.settings.values["mark"] = threshold
    couch.at(1, couch.play_film)
    couch.at(1 + stop, couch.kodi.playback.stop)
    couch.at(1 + stop + after, couch.kodi.library.mark, "movie", couch.film)
    couch.service(400)
    assert couch.marks() == {FILM.title: 1}


def test_a_mark_by_hand_while_it_plays_arrives_though_it_is_stopped_early(couch):
    couch.at(1, couch.play_film)
    couch.at(60, couch.kodi.library.mark, "movie", couch.film)
    couch.at(100, couch.kodi.playback.stop)
    couch.service(400)
    assert couch.marks() == {FILM.title: 1}


def test_a_play_whose_mark_is_taken_away_and_set_again_within_the_minute_is_not_gone(couch):
    couch.at(1, couch.play_film)
    couch.at(231, couch.kodi.playback.stop)
    couch.at(240, couch.kodi.library.mark, "movie", couch.film, 0)
    couch.at(250, couch.kodi.library.mark, "movie", couch.film, 1)
    couch.service(400)
    assert list(couch.marks()) == [FILM.title]
    assert couch.sent("/sync/history/remove") == []
    assert len(couch.sent("/sync/history")) == 1


@pytest.mark.parametrize("length", [0.0, 1.0])
def test_what_an_external_player_plays_counts_when_kodi_marks_it(couch, length):
    film = couch.kodi.library.entry("movie", couch.film)
    film["runtime"] = length
    couch.at(1, couch.play_film)
    couch.at(300, couch.kodi.playback.end)
    couch.service(320)
    assert film["playcount"] == 1
    assert couch.marks() == {FILM.title: 1}


@pytest.mark.parametrize("ending", ["stop", "end"])
def test_a_film_that_is_sought_to_its_end_at_once_counts_when_kodi_marks_it(couch, ending):
    couch.watch(couch.play_film, (1, "seek", 238.0), (2.5, ending))
    assert couch.kodi.library.entry("movie", couch.film)["playcount"] == 1
    assert couch.marks() == {FILM.title: 1}


def test_a_mark_that_a_remote_sets_during_a_scan_arrives(couch):
    couch.at(9, couch.kodi.library.scanned, "movie", couch.other_film)
    couch.at(10, lambda: couch.kodi.library.mark("movie", couch.film, transaction=True))
    couch.at(11, couch.kodi.library.scanned, "episode", couch.first)
    couch.service(20)
    assert couch.marks() == {FILM.title: 1}


@pytest.mark.parametrize(
    ("last_played", "told"),
    [
        ("2019-07-01 12:00:00", "2019-07-01T12:00:00Z"),
        (" ", "1970-01-01T00:00:01Z"),
    ],
    ids=["2019", "without a date"],
)
def test_a_mark_arrives_with_the_date_of_the_library(couch, monkeypatch, last_played, told):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    couch.at(10, lambda: couch.kodi.library.mark("movie", couch.film, lastplayed=last_played))
    couch.service(20)
    [mark] = couch.box.watched[VIEWER].values()
    assert mark.watched_at == told


def test_a_new_film_with_the_number_of_a_deleted_one_is_marked_too(couch):
    def replaced():
        couch.kodi.library.remove("movie", couch.film)
        number = couch.kodi.library.add_film("Salt Letters", 2020, {"imdb": "tt9900002"})
        assert number == couch.film

    couch.at(1, couch.play_film)
    couch.at(231, couch.kodi.playback.stop)
    couch.at(
        232, lambda: couch.kodi.notify("xbmc", "VideoLibrary.OnRemove", f'{{"id": {couch.film}, "type": "movie"}}')
    )
    couch.at(232, replaced)
    couch.at(240, couch.kodi.library.mark, "movie", couch.film)
    couch.service(300)
    assert set(couch.marks()) == {FILM.title, "Salt Letters"}


def test_a_mark_made_while_the_network_is_gone_waits(couch):
    couch.at(5, couch.box.stop_listening)
    couch.at(10, couch.kodi.library.mark, "movie", couch.film)
    couch.at(600, couch.box.listen_again)
    couch.service(2000)
    assert couch.marks() == {FILM.title: 1}


def test_many_marks_in_the_last_second_are_not_lost_either(couch):
    couch.at(10, couch.kodi.library.mark_show, couch.show_id)
    couch.service(10)
    assert len(couch.queued()) == 5


def test_of_a_double_file_that_was_left_in_the_second_episode_this_one_is_marked_by_hand(couch):
    couch.at(1, couch.play_episode, couch.double[0])
    couch.at(301, couch.kodi.playback.stop)
    couch.at(320, couch.kodi.library.mark, "episode", couch.double[0])
    couch.service(400)
    assert couch.marks() == {"Lantern Street 1x01": 1, "Lantern Street 1x02": 1}


def test_a_mark_of_one_episode_of_a_double_file_marks_both_as_kodi_does(couch):
    couch.at(10, couch.kodi.library.mark, "episode", couch.double[1])
    couch.service(20)
    assert couch.marks() == {"Lantern Street 1x01": 1, "Lantern Street 1x02": 1}
    assert len(couch.sent("/sync/history")) == 1
