"""What the person is told of the tracking, and when: as much as they want, never in a film, and of trouble once."""

import re

import pytest

from lib.kodi.tracking.notifier import Notifier
from lib.tracking.play import Play
from tests.frontends.kodi.couch import FILM

UNKNOWN = "Simkl does not know this: A Film Nobody Knows"


def play_unknown(couch):
    about = {"mediatype": "movie", "title": "A Film Nobody Knows", "year": 1999}
    couch.kodi.playback.start("plugin://x/1", 240.0, {"imdb": "tt0000009"}, "plugin://plugin.x/1", **about)


def two_films(couch):
    couch.plan(1, 231)
    couch.plan(301, 531, couch.play_other_film)
    couch.service(700)


def test_what_is_watched_is_told_with_its_poster_for_four_seconds_and_without_a_sound(couch):
    couch.kodi.library.entry("movie", couch.film)["art"] = {"poster": "image://poster.jpg/"}
    couch.watch(couch.play_film, (240, "end"))
    [toast] = couch.kodi.notifications
    assert (toast.heading, toast.message, toast.icon, toast.time, toast.sound) == (
        "Watched on Simkl", "The Glass Harbour", "image://poster.jpg/", 4000, False
    )  # fmt: skip
    assert {call.name for call in couch.kodi.builtins} <= {"SetProperty", "ClearProperty"}  # nor is a rating asked


@pytest.mark.parametrize(
    ("level", "told"), [(0, []), (1, [UNKNOWN]), (2, ["Watched on Simkl: The Glass Harbour", UNKNOWN])]
)
def test_as_much_is_told_as_is_wanted_and_of_what_simkl_does_not_know_once(couch, level, told):
    couch.kodi.settings.values["notify"] = level
    couch.plan(1, 221)
    for second in (240, 270):
        couch.plan(second, second + 20, lambda: play_unknown(couch))
    couch.service(300)
    assert couch.toasts() == told
    assert {state for _, _, state in couch.queued()} == {"unknown"}
    assert "not_recognised" in [message for _, message, _ in couch.kodi.announced]


@pytest.mark.parametrize("quiet", [True, False])
def test_while_something_plays_news_wait_for_its_end_but_for_who_does_not_mind(couch, quiet):
    couch.kodi.settings.values["quiet"] = quiet
    meanwhile = []
    couch.plan(1, 21, lambda: play_unknown(couch))
    couch.at(20, lambda: meanwhile.extend(couch.toasts()))
    couch.service(30)
    assert (meanwhile, couch.toasts()) == ([] if quiet else [UNKNOWN], [UNKNOWN])
    assert couch.kodi.notifications[0].time == 5000


@pytest.mark.parametrize(("music", "told"), [(False, ["e", "f", "g"]), (True, [*"abcdefg"])])
def test_of_many_at_once_the_last_three_are_told_and_music_holds_nothing_back(couch, monkeypatch, music, told):
    monkeypatch.setattr("tests.fakes.kodi.api_player.Player.isPlayingVideo", lambda player: not music)
    couch.play_film()
    with couch.inside():
        news = Notifier(couch.addon(), lambda play: None)
        for name in "abcdefg":
            news.not_recognised(Play("stop", None, 0.0, file=name))
        assert len(couch.toasts()) == (len(told) if music else 0)
        couch.kodi.playback.file = None
        news.playback_over()
    assert [toast.rpartition(": ")[2] for toast in couch.toasts()] == told


def test_other_add_ons_hear_what_simkl_has_got(couch):
    couch.watch(couch.play_film, (60, "pause"), (70, "resume"), (240, "stop"))
    assert {sender for sender, _, _ in couch.kodi.announced} == {"plugin.video.simkl"}
    told = [(message, data["title"]) for _, message, data in couch.kodi.announced]
    assert told == [(message, FILM.title) for message in ("watching", "paused", "watching", "watched")]
    _, _, data = couch.kodi.announced[-1]
    assert (data["kind"], data["ids"]["imdb"], data["library"]) == ("movie", "tt9900001", f"movie/{couch.film}")
    assert 95 < data["progress"] < 100


@pytest.mark.parametrize("relinked", [False, True])
def test_a_link_that_simkl_refuses_is_told_once_and_a_new_one_that_it_accepts_sends_what_waited(couch, relinked):
    couch.box.revoke()
    if relinked:  # and refused as well
        anew = re.sub("linked_at: .*", "linked_at: '2026-03-05T18:04:40Z'", couch.settings_file.read_text())
        couch.at(280, couch.write_settings, anew)
        couch.at(281, couch.kodi.notify, "plugin.video.simkl", "Other.linked")
    two_films(couch)
    assert couch.toasts() == ["Please link your account again"] * (2 if relinked else 1)
    assert couch.account()["needs_linking"] is True and couch.state().refused is True
    assert len(couch.queued()) == 2 and couch.marks() == {}
    couch.restart()
    couch.kodi.clock.move_to(2000)
    couch.be_linked()
    couch.service(100)
    assert couch.marks() == {FILM.title: 1, "Salt Letters": 1}


@pytest.mark.parametrize(("order", "toast", "states", "marks"), [
    ({"status": 400, "path": "/scrobble/stop"}, f"Simkl rejected this: {FILM.title}", ["stuck"], {"Salt Letters": 1}),
    ({"status": 412, "path": "/scrobble", "times": None}, "Simkl refuses the client id", ["waiting"] * 2, {}),
    ({"status": 429, "error": "user_limit_exceeded"}, "Daily limit: sent tomorrow", ["waiting"] * 2, {}),
], ids=["a play that is not taken", "an app that is refused", "a day whose requests are used up"])  # fmt: skip
def test_what_simkl_refuses_is_told_once(couch, order, toast, states, marks):
    served = couch.box.order("status", **order)
    two_films(couch)
    assert (couch.toasts()[0], couch.toasts().count(toast), served.served) == (toast, 1, 1)
    assert ([state for *_, state in couch.queued()], couch.marks()) == (states, marks)


@pytest.mark.parametrize(
    "others", [{"script.simkl": "SIMKL Scrobbler", "script.trakt": "Trakt"}, {"script.trakt": "T"}]
)
def test_another_tracker_of_simkl_is_told_of_once(couch, others):
    for toasts in (["Counts twice: SIMKL Scrobbler"] if "script.simkl" in others else [], []):
        couch.kodi.other_addons.update(others)
        couch.service(10)
        assert couch.toasts() == toasts
        couch.restart()
