"""Marks that a person sets or removes in Kodi's library reach Simkl, and those that playing sets are sent once."""

import pytest

from tests.frontends.kodi.couch import FILM, VIEWER

EPISODE = "Lantern Street 2x04"


def test_a_film_marked_by_hand_is_marked_at_simkl_with_its_time(couch):
    couch.at(10, couch.kodi.library.mark, "movie", couch.film)
    couch.service(20)
    [mark] = couch.box.watched[VIEWER].values()
    assert (mark.title, mark.routes, mark.watched_at) == (FILM.title, ("/sync/history",), "2026-03-05T18:00:10Z")
    assert couch.toasts() == ["Watched on Simkl: The Glass Harbour"]


def test_a_mark_taken_away_is_taken_away_at_simkl_as_one_episode(couch):
    couch.at(10, couch.kodi.library.mark, "episode", couch.first)
    couch.at(12, couch.kodi.library.mark, "episode", couch.second)
    couch.at(20, couch.kodi.library.mark, "episode", couch.first, 0)
    couch.service(30)
    assert couch.marks() == {"Lantern Street 2x05": 1}
    [call] = couch.sent("/sync/history/remove")
    [show] = call["shows"]
    assert [each["number"] for season in show["seasons"] for each in season["episodes"]] == [4]
    assert couch.toasts()[-1] == "Unwatched on Simkl: Lantern Street 2x04"


@pytest.mark.parametrize("what", ["season", "show"])
def test_many_marks_at_once_are_one_batch(couch, what):
    library = couch.kodi.library
    if what == "season":
        couch.at(10, library.mark_season, couch.show_id, 2)
    else:
        couch.at(10, library.mark_show, couch.show_id)
    couch.service(20)
    count = {"season": 2, "show": 5}[what]
    assert len(couch.sent("/sync/history")) == 1
    assert len(couch.marks()) == count
    assert couch.toasts() == [f"{count} marked as watched: Lantern Street"]


def test_marks_that_keep_coming_are_collected_until_they_cease(couch):
    for place, number in enumerate([couch.first, couch.second, *couch.double]):
        couch.at(10 + 0.5 * place, couch.kodi.library.mark, "episode", number)
    couch.service(20)
    assert len(couch.sent("/sync/history")) == 1 and len(couch.marks()) == 4


def test_a_mark_that_is_set_and_taken_away_in_one_go_is_the_last_one(couch):
    couch.at(10, couch.kodi.library.mark, "movie", couch.film, 1)
    couch.at(10.2, couch.kodi.library.mark, "movie", couch.film, 0)
    couch.service(20)
    assert couch.sent("/sync/history") == []
    assert len(couch.sent("/sync/history/remove")) == 1


@pytest.mark.parametrize(
    "data",
    [
        {"item": {"id": 1, "type": "movie"}},
        {"item": {"id": 1, "type": "movie"}, "transaction": True, "added": True},
        {"item": {"id": 1, "type": "movie"}, "playcount": 1, "added": True},
        {"item": {"id": 1, "type": "movie"}, "playcount": 3, "transaction": True},
        {"id": 1, "type": "movie"},
        {"item": {"id": 3, "type": "tvshow"}, "playcount": 1},
        {"item": {"id": 3, "type": "season"}, "playcount": 1},
        {"item": {"id": 3, "type": "musicvideo"}, "playcount": 1},
        {"item": {"id": 99, "type": "movie"}, "playcount": 1},
        {"item": {"id": 99, "type": "episode"}, "playcount": 1},
        {"item": {"id": None, "type": "movie"}, "playcount": 1},
        {"item": {"title": "x", "type": "movie"}, "playcount": 1},
        {"item": "odd", "playcount": 1},
    ],
    ids=[
        "no count", "a scan", "an import", "a transaction", "after a natural end", "a show", "a season",
        "a music video", "a film that is gone", "an episode that is gone", "no number",
        "nothing of the library", "nonsense",
    ],
)  # fmt: skip
def test_no_mark_of_a_person(couch, data):
    couch.at(10, lambda: couch.kodi.library.announce(**data))
    couch.service(20)
    assert couch.paths() == [] and couch.queued() == []


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


def test_the_mark_that_kodi_sets_below_ours_is_not_sent_either(couch):
    couch.kodi.settings.values["mark"] = 100
    couch.watch(couch.play_film, (230, "stop"))
    assert couch.kodi.library.entry("movie", couch.film)["playcount"] == 1
    assert couch.marks() == {}


def test_the_mark_that_kodi_sets_on_what_is_too_short_is_not_sent(couch):
    couch.kodi.library.entry("movie", couch.film)["runtime"] = 170.0
    couch.watch(couch.play_film, (170, "end"))
    assert couch.kodi.library.entry("movie", couch.film)["playcount"] == 1
    assert couch.paths() == []


def test_the_mark_that_kodi_sets_on_what_an_add_on_wants_left_out_is_not_sent(couch):
    left_out = {"script.simkl.exclude": "true"}
    couch.at(1, couch.kodi.playback.start_from_library, "movie", couch.film, properties=left_out)
    couch.at(241, couch.kodi.playback.end)
    couch.service(300)
    assert couch.kodi.library.entry("movie", couch.film)["playcount"] == 1
    assert couch.paths() == []


def test_a_mark_that_a_person_sets_a_while_after_what_was_left_out_is_sent(couch):
    couch.kodi.library.entry("movie", couch.film)["runtime"] = 170.0
    couch.at(1, couch.play_film)
    couch.at(100, couch.kodi.playback.stop)
    couch.at(200, couch.kodi.library.mark, "movie", couch.film)
    couch.service(300)
    assert couch.marks() == {FILM.title: 1}


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


def test_a_mark_that_a_person_takes_away_right_after_the_end_is_no_echo(couch):
    couch.at(1, couch.play_film)
    couch.at(231, couch.kodi.playback.stop)
    couch.at(240, couch.kodi.library.mark, "movie", couch.film, 0)
    couch.service(300)
    assert couch.marks() == {}
    assert len(couch.sent("/sync/history/remove")) == 1


def test_a_film_watched_and_later_marked_by_hand_is_not_sent_twice(couch):
    couch.at(1, couch.play_film)
    couch.at(220, couch.kodi.playback.stop)
    couch.at(3600, couch.kodi.library.mark, "movie", couch.film, 5)
    couch.service(4000)
    assert couch.sent("/sync/history") == []
    assert couch.marks() == {FILM.title: 1}


def test_a_mark_made_while_the_network_is_gone_waits(couch):
    couch.at(5, couch.box.stop_listening)
    couch.at(10, couch.kodi.library.mark, "movie", couch.film)
    couch.at(600, couch.box.listen_again)
    couch.service(2000)
    assert couch.marks() == {FILM.title: 1}


def test_a_mark_in_the_last_second_before_the_end_is_not_lost(couch):
    couch.at(10, couch.kodi.library.mark, "movie", couch.film)
    couch.service(10.2)
    assert couch.queued() == [("watched", FILM.title, "waiting")]


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
