"""What the person is told of the tracking, and when: as much as they want, never in a film, and of trouble once."""

from __future__ import annotations

import re

import pytest

from tests.frontends.kodi.couch import FILM

WATCHED = "Watched on Simkl: The Glass Harbour"
OFF, PROBLEMS, ALL = 0, 1, 2
UNKNOWN = "Simkl does not know this: A Film Nobody Knows"
UNKNOWN_FILM = {"mediatype": "movie", "title": "A Film Nobody Knows", "year": 1999}


def play_unknown(couch):
    couch.kodi.playback.start("plugin://x/1", 240.0, {"imdb": "tt0000009"}, "plugin://plugin.x/1", **UNKNOWN_FILM)


def test_what_is_watched_is_told_with_its_poster_for_four_seconds_and_without_a_sound(couch):
    couch.kodi.library.entry("movie", couch.film)["art"] = {"poster": "image://poster.jpg/"}
    couch.watch(couch.play_film, (240, "end"))
    [toast] = couch.kodi.notifications
    assert (toast.heading, toast.message, toast.icon, toast.time, toast.sound) == (
        "Watched on Simkl", "The Glass Harbour", "image://poster.jpg/", 4000, False
    )  # fmt: skip


@pytest.mark.parametrize(
    "level, told_of_marks, told_of_problems", [(OFF, False, False), (PROBLEMS, False, True), (ALL, True, True)]
)
def test_as_much_is_told_as_is_wanted(couch, level, told_of_marks, told_of_problems):
    couch.kodi.settings.values["notify"] = level
    couch.at(1, couch.play_film)
    couch.at(221, couch.kodi.playback.stop)
    couch.at(300, play_unknown, couch)
    couch.at(400, couch.kodi.playback.stop)
    couch.service(450)
    assert (WATCHED in couch.toasts()) is told_of_marks
    assert (UNKNOWN in couch.toasts()) is told_of_problems


def test_a_place_to_resume_from_is_no_news(couch):
    couch.watch(couch.play_film, (60, "stop"), until=60)
    assert couch.toasts() == []


def test_what_simkl_does_not_know_is_told_once_and_kept(couch):
    for second in (1, 300):
        couch.at(second, play_unknown, couch)
        couch.at(second + 230, couch.kodi.playback.stop)
    couch.service(600)
    assert couch.toasts() == [UNKNOWN]
    assert {state for _, _, state in couch.queued()} == {"unknown"}
    assert ("stop", "A Film Nobody Knows", "unknown") in couch.queued()


def test_while_something_plays_news_wait_for_its_end(couch):
    couch.at(1, play_unknown, couch)
    couch.at(200, lambda: couch.toasts() == [] or pytest.fail("a toast over a film"))
    couch.at(201, couch.kodi.playback.stop)
    couch.service(230)
    assert couch.toasts() == [UNKNOWN]
    assert couch.kodi.notifications[0].time == 5000


def test_what_waited_for_the_end_is_told_with_its_poster_too(couch):
    couch.kodi.library.entry("movie", couch.film)["art"] = {"poster": "image://poster.jpg/"}
    couch.at(1, couch.play_film)
    couch.at(239, couch.play_other_film)
    couch.at(270, couch.kodi.playback.stop)
    couch.service(300)
    assert couch.toasts() == [WATCHED]
    assert [toast.icon for toast in couch.kodi.notifications] == ["image://poster.jpg/"]


def test_who_does_not_mind_hears_it_at_once(couch):
    couch.kodi.settings.values["quiet"] = False
    couch.at(1, play_unknown, couch)
    couch.at(10, lambda: couch.toasts() == [UNKNOWN] or pytest.fail("no toast"))
    couch.at(20, couch.kodi.playback.stop)
    couch.service(30)
    assert couch.toasts() == [UNKNOWN]


def test_of_a_whole_evening_in_one_go_the_last_three_are_told(couch):
    numbers = [couch.kodi.library.add_episode(couch.show_id, 1, number) for number in range(3, 9)]
    for place, number in enumerate(numbers):
        couch.at(1 + 241 * place, couch.play_episode, number)
    couch.at(1 + 241 * len(numbers), couch.kodi.playback.stop)
    couch.service(2000)
    assert couch.toasts() == [f"Watched on Simkl: Lantern Street 1x{number:02}" for number in (5, 6, 7)] + [
        "Watched on Simkl: Lantern Street 1x08"
    ]
    assert len(couch.marks()) == 6


def test_no_more_is_held_back_than_will_be_told(couch):
    couch.play_film()
    with couch.inside():
        from lib.kodi.addon import Addon
        from lib.kodi.tracking.notifier import MAX_HELD, Notifier
        from lib.simkl.api.media import Item
        from lib.tracking.play import Play

        news = Notifier(Addon(couch.clock), lambda play: None)
        for number in range(50):
            news.not_recognised(Play("stop", Item("movie", f"Film {number}"), 0.0))
            assert len(news._held) <= MAX_HELD
        couch.kodi.playback.stop()
        news.playback_over()
    assert couch.toasts() == [f"Simkl does not know this: Film {number}" for number in (47, 48, 49)]


def test_music_holds_nothing_back(couch, monkeypatch):
    monkeypatch.setattr("tests.fakes.kodi.api_player.Player.isPlayingVideo", lambda player: False)
    couch.kodi.playback.start("/music/A Song.flac", 240.0, {}, "")
    with couch.inside():
        from lib.kodi.addon import Addon
        from lib.kodi.tracking.notifier import Notifier
        from lib.tracking.play import Play

        Notifier(Addon(couch.clock), lambda play: None).not_recognised(Play("stop", None, 0.0, file="a.mkv"))
    assert couch.toasts() == ["Simkl does not know this: a.mkv"]


def test_nobody_is_asked_for_a_rating_who_does_not_want_to(couch):
    couch.watch(couch.play_film, (240, "end"))
    assert {call.name for call in couch.kodi.builtins} <= {"SetProperty", "ClearProperty"}


def asked_to_rate(couch):
    return [call.args[:2] for call in couch.kodi.builtins if call.name == "RunScript"]


def test_nobody_is_asked_about_what_was_not_watched(couch):
    couch.kodi.settings.values["ask_rating"] = True
    couch.watch(couch.play_film, (60, "stop"), until=60)
    assert asked_to_rate(couch) == []


def test_the_question_knows_what_was_watched(couch):
    couch.kodi.settings.values["ask_rating"] = True
    couch.watch(couch.play_film, (240, "end"))
    [call] = [call for call in couch.kodi.builtins if call.name == "RunScript"]
    assert call.args[:2] == ("plugin.video.simkl", "rate")
    with couch.inside():
        from lib.kodi.rating.prompt import decode_rated_item

        item, _ = decode_rated_item(call.args[2])
    assert (item.title, dict(item.ids)["imdb"]) == (FILM.title, "tt9900001")


def test_nobody_is_asked_while_the_next_one_plays_but_once_that_is_over(couch):
    couch.kodi.settings.values["ask_rating"] = True
    couch.at(1, couch.play_film)
    couch.at(239, couch.play_other_film)
    couch.at(260, lambda: asked_to_rate(couch) == [] or pytest.fail("asked over a film"))
    couch.at(261, couch.kodi.playback.stop)
    couch.service(300)
    assert couch.marks() == {FILM.title: 1}
    assert len(asked_to_rate(couch)) == 1


def test_of_two_films_in_a_row_the_last_one_is_asked_about(couch):
    couch.kodi.settings.values["ask_rating"] = True
    couch.at(1, couch.play_film)
    couch.at(239, couch.play_other_film)
    couch.at(478, couch.kodi.playback.stop)
    couch.service(500)
    [call] = [call for call in couch.kodi.builtins if call.name == "RunScript"]
    with couch.inside():
        from lib.kodi.rating.prompt import decode_rated_item

        assert decode_rated_item(call.args[2])[0].title == "Salt Letters"


def test_other_add_ons_hear_what_simkl_has_got(couch):
    couch.watch(couch.play_film, (60, "pause"), (70, "resume"), (240, "stop"))
    assert {sender for sender, _, _ in couch.kodi.announced} == {"plugin.video.simkl"}
    told = [(message, data["title"]) for _, message, data in couch.kodi.announced]
    assert told == [(message, FILM.title) for message in ("watching", "paused", "watching", "watched")]
    _, _, data = couch.kodi.announced[-1]
    assert (data["kind"], data["ids"]["imdb"], data["library"]) == ("movie", "tt9900001", f"movie/{couch.film}")
    assert 95 < data["progress"] < 100


def test_other_add_ons_hear_what_is_not_recognised(couch):
    couch.at(1, play_unknown, couch)
    couch.at(20, couch.kodi.playback.stop)
    couch.service(30)
    assert "not_recognised" in [message for _, message, _ in couch.kodi.announced]


REFUSED = "Please link your account again"


def evening(couch, *films, until=1000):
    for place, play in enumerate(films):
        couch.at(1 + 300 * place, play)
        couch.at(231 + 300 * place, couch.kodi.playback.stop)
    couch.service(until)


def test_a_link_that_simkl_refuses_is_told_once_and_linking_again_sends_what_waited(couch):
    couch.box.revoke()
    evening(couch, couch.play_film, couch.play_other_film)
    assert couch.toasts() == [REFUSED]
    assert len(couch.queued()) == 2 and couch.marks() == {}
    couch.restart()
    couch.kodi.clock.move_to(2000)
    couch.be_linked()
    couch.service(100)
    assert couch.marks() == {FILM.title: 1, "Salt Letters": 1}


def test_a_new_link_that_simkl_refuses_as_well_is_shown_to_need_linking_at_once(couch):
    couch.box.revoke()
    relinked = re.sub("linked_at: .*", "linked_at: '2026-03-05T18:04:40Z'", couch.settings_file.read_text())
    couch.at(280, couch.write_settings, relinked)
    couch.at(281, couch.kodi.notify, "plugin.video.simkl", "Other.linked")
    evening(couch, couch.play_film, couch.play_other_film)
    assert couch.account()["needs_linking"] is True
    assert len(couch.queued()) == 2


def test_an_app_that_simkl_refuses_stops_everything_and_is_told_once(couch):
    order = couch.box.order("status", status=412, times=None, path="/scrobble")
    evening(couch, couch.play_film, couch.play_other_film)
    assert len(couch.toasts()) == 1
    assert order.served == 1
    assert len(couch.queued()) == 2


def test_a_day_whose_requests_are_used_up_is_waited_for(couch):
    couch.box.order("status", status=429, error="user_limit_exceeded", retry_after=7200, path="/scrobble/start")
    evening(couch, couch.play_film, couch.play_other_film, until=3 * 3600)
    assert couch.toasts() == [
        "Daily limit: sent tomorrow", "2 marked as watched"
    ]  # fmt: skip
    assert couch.marks() == {FILM.title: 1, "Salt Letters": 1}
    assert couch.queued() == []


def test_a_play_that_simkl_does_not_take_is_put_aside_and_told(couch):
    couch.box.order("status", status=400, error="wrong_parameter", path="/scrobble/stop")
    evening(couch, couch.play_film, couch.play_other_film)
    assert "Simkl rejected this: The Glass Harbour" in couch.toasts()
    assert couch.queued() == [("stop", FILM.title, "stuck")]
    assert couch.marks() == {"Salt Letters": 1}


RIVAL = {"script.simkl": "SIMKL Scrobbler", "script.trakt": "Trakt"}


def test_another_tracker_is_told_of_once(couch):
    couch.kodi.other_addons.update(RIVAL)
    couch.service(10)
    assert couch.toasts() == ["Counts twice: SIMKL Scrobbler"]
    couch.restart()
    couch.kodi.other_addons.update(RIVAL)
    couch.service(10)
    assert couch.toasts() == []


@pytest.mark.parametrize("others", [{}, {"script.trakt": "Trakt"}, {"plugin.video.x": "x"}])
def test_who_tracks_elsewhere_or_not_at_all_is_no_rival(couch, others):
    couch.kodi.other_addons.update(others)
    couch.service(10)
    assert couch.toasts() == []
