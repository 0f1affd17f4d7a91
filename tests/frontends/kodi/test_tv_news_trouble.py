"""When Simkl takes nothing any more: told once, kept, and sent when it is over."""

import re

import pytest

from tests.frontends.kodi.couch import FILM

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
