"""Internal errors and broken files on the way: told in the log, and the next play is tracked as if nothing had been."""

import sqlite3
import time

import pytest

from tests.frontends.kodi.couch import FILM, OTHER_FILM
from tests.frontends.kodi.tv import Tv

DEFECT = "internal error"


def change_queue(couch, statement):
    """Change the file of the queue behind the service's back."""
    connection = sqlite3.connect(str(couch.data / "queue.db"))
    with connection:
        connection.execute(statement)
    connection.close()


def two_films(couch):
    couch.at(1, couch.play_film)
    couch.at(201, couch.kodi.playback.stop)
    couch.at(400, couch.play_other_film)
    couch.at(600, couch.kodi.playback.stop)


def test_a_queue_that_cannot_be_used_for_a_while_loses_nothing(couch):
    couch.at(1, couch.play_film)
    couch.at(60, change_queue, couch, "ALTER TABLE plays RENAME TO hidden")
    couch.at(61, couch.kodi.playback.pause)
    couch.at(90, change_queue, couch, "ALTER TABLE hidden RENAME TO plays")
    couch.at(91, couch.kodi.playback.resume)
    couch.at(251, couch.kodi.playback.stop)
    couch.service(400)
    assert "queue.db cannot be used" in couch.kodi.log_text()
    assert couch.marks() == {FILM.title: 1}


def test_a_queue_that_cannot_be_read_when_it_shall_be_sent_is_looked_into_again_after_a_minute(couch):
    couch.at(1, couch.play_film)
    couch.at(100, change_queue, couch, "ALTER TABLE standing RENAME TO hidden")
    couch.at(221, couch.kodi.playback.stop)
    couch.at(250, change_queue, couch, "ALTER TABLE hidden RENAME TO standing")
    couch.service(400)
    assert "queue.db cannot be used" in couch.kodi.log_text()
    assert couch.marks() == {FILM.title: 1}


def test_the_question_about_a_rating_comes_as_soon_as_a_late_stop_is_saved(couch):
    couch.kodi.settings.values["ask_rating"] = True
    couch.at(1, couch.play_film)
    couch.at(225, change_queue, couch, "ALTER TABLE plays RENAME TO hidden")
    couch.at(231, couch.kodi.playback.stop)
    couch.at(250, change_queue, couch, "ALTER TABLE hidden RENAME TO plays")
    couch.service(300)
    assert [call.args[1] for call in couch.kodi.builtins if call.name == "RunScript"] == ["rate"]


def test_a_queue_that_breaks_in_the_end_ends_it_all_the_same(couch):
    couch.at(1, couch.play_film)
    couch.at(60, change_queue, couch, "ALTER TABLE plays RENAME TO hidden")
    couch.service(60.5)
    assert "queue.db cannot be used" in couch.kodi.log_text()


def test_settings_that_cannot_be_read_before_anything_was_sent_are_read_again_after_a_minute(couch):
    kept = couch.settings_file.read_text(encoding="utf-8")
    couch.at(0.5, couch.write_settings, "accounts: [")
    couch.at(1, couch.play_film)
    couch.at(200, couch.write_settings, kept)
    couch.at(221, couch.kodi.playback.stop)
    couch.service(400)
    assert f"{couch.settings_file}, line 1" in couch.kodi.log_text()
    assert couch.marks() == {FILM.title: 1} and couch.queued() == []


def test_an_account_that_was_removed_elsewhere_sends_nothing(couch):
    couch.at(0.5, couch.write_settings, "accounts: {}\n")
    couch.at(1, couch.play_film)
    couch.at(221, couch.kodi.playback.stop)
    couch.service(400)
    assert couch.paths() == []
    assert couch.queued() == [("stop", FILM.title, "waiting")]


def test_an_internal_error_in_what_follows_the_player_costs_one_play_and_no_more(couch):
    def broken(params):
        couch.kodi.jsonrpc.clear()
        raise ZeroDivisionError

    couch.kodi.jsonrpc["Player.GetItem"] = broken
    two_films(couch)
    couch.kodi.at(700, couch.kodi.abort)
    Tv.run(couch, "")
    assert DEFECT in couch.kodi.log_text()
    assert couch.marks() == {OTHER_FILM.title: 1}


def test_an_internal_error_in_what_sends_is_waited_out(couch):
    def broken(params):
        couch.kodi.jsonrpc.clear()
        raise ZeroDivisionError

    couch.kodi.jsonrpc["JSONRPC.NotifyAll"] = broken
    two_films(couch)
    couch.kodi.at(700, couch.kodi.abort)
    Tv.run(couch, "")
    assert DEFECT in couch.kodi.log_text()
    assert couch.marks() == {FILM.title: 1, OTHER_FILM.title: 1}
    assert couch.queued() == []


def test_kodi_ends_while_an_internal_error_in_what_sends_is_waited_out(couch):
    couch.kodi.jsonrpc["JSONRPC.NotifyAll"] = lambda params: 1 / 0
    couch.at(1, couch.play_film)
    couch.kodi.at(20, couch.kodi.abort)
    Tv.run(couch, "")
    assert DEFECT in couch.kodi.log_text()
    assert couch.queued() == [("stop", FILM.title, "waiting")]


def test_an_internal_error_of_the_service_itself_ends_its_threads_too(couch):
    couch.at(1, couch.play_film)
    couch.at(60, lambda: 1 / 0)
    assert Tv.run(couch, "") == 1
    assert DEFECT in couch.kodi.log_text()
    assert couch.queued() == [("stop", FILM.title, "waiting")]


def hand_over(couch, action, **more):
    """Put something into the queue as a script does, and have the service look."""
    from lib.kodi.addon import Addon
    from lib.kodi.profile.queue_access import current_owner, open_queue, wake_service
    from lib.simkl.api.media import Item
    from lib.tracking.play import Play

    addon = Addon(couch.clock)
    queue, item = open_queue(addon), Item("movie", FILM.title, 2018, (("imdb", "tt9900001"),))
    queue.add(current_owner(addon), [Play(action, item, time.time(), **more)])
    queue.close()
    wake_service(addon)


@pytest.mark.parametrize(
    "action, more, message",
    [("watched", {}, "watched"), ("unwatched", {}, "unwatched"), ("rating", {"rating": 8}, "rated")],
)
def test_what_a_script_queues_is_sent_at_once(couch, action, more, message):
    couch.at(30, hand_over, couch, action, **more)
    couch.service(40)
    assert couch.queued() == []
    [request] = couch.box.requests
    assert 30 <= request.at < 31
    assert [word for _, word, _ in couch.kodi.announced] == ["queued", message]


def test_other_add_ons_hear_which_rating_it_was(couch):
    couch.at(30, hand_over, couch, "rating", rating=8)
    couch.service(40)
    [data] = [data for _, word, data in couch.kodi.announced if word == "rated"]
    assert (data["title"], data["rating"]) == (FILM.title, 8)


def test_what_a_script_queues_during_a_film_leaves_what_plays_alone(couch):
    couch.at(1, couch.play_film)
    couch.at(60, hand_over, couch, "rating", rating=8)
    couch.at(221, couch.kodi.playback.stop)
    couch.service(230)
    assert [action for action, *_ in couch.calls()] == ["start", "stop"]
    assert couch.marks() == {FILM.title: 1} and couch.box.ratings["sample_viewer"][FILM.simkl].rating == 8


def test_quitting_beyond_the_mark_asks_and_tells_nothing_any_more(couch):
    couch.kodi.settings.values["ask_rating"] = True
    couch.at(1, couch.play_film)
    couch.at(221, couch.kodi.playback.quit)
    couch.run("")
    assert {call.name for call in couch.kodi.builtins} <= {"SetProperty", "ClearProperty"}
    assert couch.toasts() == []
