"""What stands in the way of the tracking for a while does not end it.

A second internal error, a file, a name, an accident.
"""

import shutil

import pytest

from tests.frontends.kodi.couch import FILM, OTHER_FILM, VIEWER
from tests.frontends.kodi.tv import Tv

NAMELESS = "linked at 2026-03-05T18:00:00Z"
RECOGNISED = "/x/The Glass Harbour (2018).mkv"


def two_films(couch):
    couch.at(1, couch.play_film)
    couch.at(201, couch.kodi.playback.stop)
    couch.at(400, couch.play_other_film)
    couch.at(600, couch.kodi.playback.stop)


def test_two_internal_errors_in_what_sends_are_waited_out(couch):
    left = [1, 2]

    def broken(params):
        if left:
            left.pop()
            raise ZeroDivisionError
        return "OK"

    couch.kodi.jsonrpc["JSONRPC.NotifyAll"] = broken
    two_films(couch)
    couch.kodi.at(900, couch.kodi.abort)
    Tv.run(couch, "")
    assert left == []
    assert couch.marks() == {FILM.title: 1, OTHER_FILM.title: 1}


@pytest.mark.parametrize("where", ["Player.GetItem", "JSONRPC.NotifyAll"])
def test_an_internal_error_that_comes_again_and_again_is_given_up_with_one_line_and_one_notification(couch, where):
    def broken(params):
        raise ZeroDivisionError

    couch.kodi.jsonrpc[where] = broken
    for number in range(12):
        couch.at(30 + 120 * number, couch.play_film if number % 2 else couch.play_other_film)
    couch.kodi.at(2400, couch.kodi.abort)
    Tv.run(couch, "")
    log = couch.kodi.log_text()
    assert log.count("Traceback") == 6
    assert log.count("is not started again") == 1
    assert couch.toasts().count("Tracking stopped: restart Kodi") == 1


def test_a_queue_that_cannot_be_opened_at_the_start_is_tried_again_each_minute_and_told_once(couch):
    couch.data.mkdir(parents=True, exist_ok=True)
    folder = couch.data / "queue.db"
    folder.mkdir()
    couch.at(150, folder.rmdir)
    couch.at(200, couch.play_film)
    couch.at(420, couch.kodi.playback.stop)
    couch.service(600)
    assert len(couch.toasts()) == 2, couch.toasts()  # that it cannot be used, and what was watched in the end
    assert couch.marks() == {FILM.title: 1}


@pytest.mark.parametrize("again", [10, 100], ids=["before anybody looked", "afterwards"])
def test_plays_from_before_the_name_was_known_survive_a_new_start(couch, again):
    couch.be_linked(name="")
    couch.box.order("status", status=503, path="/users/settings", times=1)
    for path in ("/scrobble", "/sync"):
        couch.box.order("status", status=503, path=path, times=None)
    couch.at(5, couch.play_film)
    couch.at(240, couch.kodi.playback.end)
    couch.service(600 + again)
    assert couch.state().owner == "900001"
    couch.box.clear_faults()
    couch.restart()
    couch.service(2000)
    assert couch.marks() == {FILM.title: 1}
    assert (couch.queued(), couch.queued(owner=NAMELESS)) == ([], [])


def test_a_kodi_that_is_killed_just_after_it_heard_the_name_loses_nothing(couch, tmp_path):
    couch.be_linked(name="")
    couch.box.order("status", status=503, path="/users/settings", times=1)
    couch.at(400, couch.play_film)
    couch.at(625, shutil.copytree, couch.profile, tmp_path / "after the power cut")
    couch.service(630)
    assert couch.state().owner == "900001"
    couch.box.watched.clear()
    couch.restart(profile=tmp_path / "after the power cut")
    couch.service(200)
    assert couch.marks() == {FILM.title: 1}
    assert (couch.queued(), couch.queued(owner=NAMELESS)) == ([], [])


def test_somebody_elses_link_does_not_get_what_was_queued_without_a_name(couch):
    couch.be_linked(name="")
    couch.box.order("status", status=503, path="/users/settings", times=1)
    for path in ("/scrobble", "/sync"):
        couch.box.order("status", status=503, path=path, times=None)
    couch.at(5, couch.play_film)
    couch.at(240, couch.kodi.playback.end)
    couch.service(300)
    couch.restart()
    couch.box.clear_faults()
    couch.be_linked()
    couch.service(600)
    assert couch.marks() == {}
    assert [action for action, _, _ in couch.queued(owner=NAMELESS)] == ["stop"]


@pytest.mark.parametrize(("wish", "marks"), [(True, {FILM.title: 1}), (False, {})])
def test_a_file_that_simkl_recognises_as_a_kind_that_is_switched_off_is_left_out(couch, wish, marks):
    couch.kodi.settings.values["track_movies"] = wish
    couch.at(1, couch.kodi.playback.start, RECOGNISED, 240.0)
    couch.at(221, couch.kodi.playback.stop)
    couch.service(300)
    assert couch.marks() == marks
    assert couch.queued() == []


def test_one_refusal_of_the_token_that_was_an_accident_costs_nothing(couch):
    couch.box.order("status", status=401, error="user_token_failed", path="/scrobble/start")
    couch.at(1, couch.play_film)
    couch.at(221, couch.kodi.playback.stop)
    couch.service(300)
    assert couch.marks() == {FILM.title: 1}
    assert couch.state().refused is False


def test_a_token_that_is_refused_for_certain_is_what_the_menu_says_too(couch):
    couch.at(0.5, couch.box.revoke)
    couch.at(1, couch.play_film)
    couch.at(221, couch.kodi.playback.stop)
    couch.service(300)
    assert couch.state().refused is True
    assert couch.paths().count("/users/settings") == 2
    assert couch.box.watched.get(VIEWER, {}) == {}


OTHERS = {
    "a tracker": ({"script.simkl": "Simkl"}, ["Counts twice: Simkl"]),
    "two": ({"script.simkl.x": "B", "service.simkl": "A"}, ["Counts twice: A, B"]),
    "a repository": ({"repository.simkl": "Simkl's"}, []),
    "somebody else": ({"script.trakt": "Trakt"}, []),
}


@pytest.mark.parametrize(("addons", "said"), OTHERS.values(), ids=OTHERS.keys())
def test_another_tracker_is_said_once_over_all_starts(couch, addons, said):
    couch.kodi.other_addons.update(addons)
    couch.service(10)
    told = [text for text in couch.toasts() if "twice" in text]
    couch.restart()
    couch.kodi.other_addons.update(addons)
    couch.service(10)
    assert told + [text for text in couch.toasts() if "twice" in text] == said


def test_a_rating_is_asked_for_a_file_that_simkl_recognised(couch):
    couch.kodi.settings.values["ask_rating"] = True
    couch.at(1, couch.kodi.playback.start, RECOGNISED, 240.0)
    couch.at(231, couch.kodi.playback.stop)
    couch.service(300)
    asked = [call.args for call in couch.kodi.builtins if call.name == "RunScript" and "rate" in call.args]
    assert len(asked) == 1
    with couch.inside():
        from lib.kodi.rating.prompt import decode_rated_item

        assert decode_rated_item(asked[0][2])[0].title == FILM.title


def test_a_queue_that_cannot_be_read_any_more_is_opened_anew(couch, monkeypatch):
    used = []

    def spoil():
        from lib.tracking.store.database import QueueError
        from lib.tracking.store.queue import PlayQueue

        waiting = PlayQueue.waiting

        def malformed(queue, owner):
            used.append(queue)
            if queue is used[0]:
                raise QueueError("database disk image is malformed")
            return waiting(queue, owner)

        monkeypatch.setattr(PlayQueue, "waiting", malformed)

    couch.at(100, spoil)
    couch.at(110, couch.play_film)
    couch.at(340, couch.kodi.playback.stop)
    couch.service(600)
    assert couch.marks() == {FILM.title: 1}
    assert used[-1] is not used[0]
