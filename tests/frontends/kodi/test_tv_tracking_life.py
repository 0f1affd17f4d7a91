"""No play is lost: whatever happens to Kodi, the link or the network, it waits on the disk."""

import shutil
import threading
import time

import pytest

from tests.frontends.kodi.couch import FILM, VIEWER
from tests.frontends.kodi.tv import BOUND

TITLE = FILM.title
STOPPED_AT_25 = [("start", TITLE, 1), ("stop", TITLE, 25)]
UNLINKED = "accounts: {}\n"


def test_quitting_while_it_plays_leaves_the_stop_in_the_queue_for_the_next_start(couch):
    couch.at(1, couch.play_film)
    couch.at(61, couch.kodi.playback.quit)
    couch.run("")
    assert couch.calls() == [("start", TITLE, 1)]
    assert couch.queued() == [("stop", TITLE, "waiting")]
    couch.restart()
    couch.service(10)
    assert couch.calls() == STOPPED_AT_25
    assert couch.queued() == []


def test_quitting_beyond_the_mark_is_a_mark_with_its_true_time_however_late_it_comes(couch):
    couch.at(1, couch.play_film)
    couch.at(221, couch.kodi.playback.quit)
    couch.run("")
    couch.kodi.clock.move_to(5 * 86400)
    couch.restart()
    couch.service(10)
    [mark] = couch.box.watched[VIEWER].values()
    assert (mark.title, mark.routes, mark.watched_at) == (TITLE, ("/sync/history",), "2026-03-05T18:03:41Z")


def test_the_service_ended_by_an_update_of_the_add_on_loses_nothing_either(couch):
    couch.at(1, couch.play_film)
    couch.service(61)
    assert couch.queued() == [("stop", TITLE, "waiting")]


def test_a_kodi_that_is_killed_has_lost_ten_seconds_at_most(couch, tmp_path):
    couch.at(1, couch.play_film)
    couch.at(225, shutil.copytree, couch.profile, tmp_path / "after the power cut")
    couch.service(300)
    couch.box.reset()
    couch.restart(profile=tmp_path / "after the power cut")
    couch.be_linked()
    couch.service(30)
    [stop] = couch.sent("/scrobble/stop") + couch.sent("/sync/history")
    assert couch.marks() == {TITLE: 1} and couch.queued() == []
    assert "Kodi ended while something played" in couch.kodi.log_text()
    couch.restart()
    couch.service(30)
    assert couch.marks() == {TITLE: 1}


def test_nothing_is_tracked_while_nobody_is_linked(make_couch):
    couch = make_couch(linked=False)
    couch.watch(couch.play_film, (60, "stop"), until=60)
    assert couch.paths() == []
    assert not (couch.data / "queue.db").exists()


def link(couch, kept):
    couch.write_settings(kept)
    couch.remember(owner="900001", linked=True)
    couch.kodi.notify("plugin.video.simkl", "Other.linked")


def test_a_link_made_while_something_plays_tracks_it_from_there_on(make_couch):
    couch = make_couch(linked=False)
    couch.be_linked()
    kept = couch.settings_file.read_text(encoding="utf-8")
    couch.write_settings(UNLINKED)
    couch.at(1, couch.play_film)
    couch.at(61, link, couch, kept)
    couch.at(221, couch.kodi.playback.stop)
    couch.service(230)
    assert couch.calls() == [("start", TITLE, 26), ("stop", TITLE, 92)]
    assert couch.marks() == {TITLE: 1}


def test_linked_anew_in_the_middle_of_a_film_it_is_one_mark(couch):
    kept = couch.settings_file.read_text(encoding="utf-8")
    couch.at(1, couch.play_film)
    couch.at(61, link, couch, kept)
    couch.at(221, couch.kodi.playback.stop)
    couch.service(230)
    assert couch.calls() == [("start", TITLE, 1), ("stop", TITLE, 92)]
    assert couch.marks() == {TITLE: 1}


def test_an_update_of_the_add_on_in_the_middle_of_a_film_does_not_lose_its_mark(couch):
    couch.at(1, couch.play_film)
    couch.service(61)
    playback = couch.kodi.playback
    couch.restart()
    couch.kodi.playback.start_from_library("movie", couch.film, lead=60.0)
    couch.at(160, couch.kodi.playback.stop)
    couch.service(170)
    assert playback.file is not None
    assert couch.calls()[-1] == ("stop", TITLE, 92)
    assert couch.marks() == {TITLE: 1}


def unlink(couch):
    couch.write_settings(UNLINKED)
    couch.remember(owner="", linked=False)
    couch.kodi.notify("plugin.video.simkl", "Other.unlinked")


def test_unlinked_while_plays_wait_they_stay_and_go_out_when_the_same_person_links_again(couch):
    couch.at(1, couch.play_film)
    couch.at(200, couch.box.stop_listening)
    couch.at(221, couch.kodi.playback.stop)
    couch.at(230, unlink, couch)
    couch.service(300)
    assert couch.queued() == [("stop", TITLE, "waiting")]
    couch.box.listen_again()
    couch.restart()
    couch.service(100)
    assert couch.marks() == {}
    couch.be_linked()
    couch.restart()
    couch.service(100)
    assert couch.marks() == {TITLE: 1}


def test_what_waits_is_never_sent_to_somebody_else(couch):
    couch.box.add_user("other_viewer", 900002)
    couch.at(1, couch.play_film)
    couch.at(221, couch.kodi.playback.quit)
    couch.run("")
    couch.be_linked("other_viewer", 900002, "other_viewer")
    couch.restart()
    couch.service(100)
    assert not any(couch.box.watched.values())
    assert couch.queued() == [("stop", TITLE, "waiting")]


def test_unlinked_in_the_middle_of_a_film_nothing_more_is_told(couch):
    couch.at(1, couch.play_film)
    couch.at(60, unlink, couch)
    couch.at(120, couch.kodi.playback.stop)
    couch.service(300)
    assert couch.calls() == [("start", TITLE, 1)]
    assert couch.queued() == [("stop", TITLE, "waiting")]


def test_the_network_gone_and_back_brings_the_mark_and_the_resume_point_late(couch):
    couch.at(1, couch.play_film)
    couch.at(100, couch.box.stop_listening)
    couch.at(221, couch.kodi.playback.stop)
    couch.at(230, couch.play_other_film)
    couch.at(300, couch.kodi.playback.stop)
    couch.at(3000, couch.box.listen_again)
    couch.service(5000)
    assert couch.marks() == {TITLE: 1}
    [mark] = couch.box.watched[VIEWER].values()
    assert mark.watched_at == "2026-03-05T18:03:41Z"
    assert [one.title for one in couch.box.playbacks] == ["Salt Letters"]
    assert couch.queued() == [] and couch.toasts()[1:] == []


def test_a_write_lock_and_a_failing_simkl_are_waited_for(couch):
    couch.box.order("write_lock", path="/scrobble/stop")
    couch.box.order("status", status=503, times=3, path="/scrobble/stop")
    couch.watch(couch.play_film, (240, "end"), until=400)
    assert couch.marks() == {TITLE: 1} and couch.queued() == []


def test_an_answer_that_got_lost_counts_once(couch):
    couch.box.order("lost_answer", path="/scrobble/stop")
    couch.watch(couch.play_film, (240, "end"), until=400)
    assert couch.marks() == {TITLE: 1} and couch.queued() == []


@pytest.mark.parametrize("path", ["/scrobble/start", "/scrobble/stop"])
def test_kodi_shuts_down_within_a_second_while_a_request_hangs(couch, path):
    order = couch.box.order("hang", path=path)
    began = []

    def shut_down():
        couch.box.wait_for(lambda: order.served)
        began.append(time.perf_counter())
        couch.kodi.abort()

    def let_it_hang():
        couch.kodi.waiting.sleepers.lets_be = lambda: order.served > 0

    couch.at(0.5, let_it_hang)
    couch.at(1, couch.play_film)
    couch.at(61, couch.kodi.playback.stop)
    couch.at(62, shut_down)
    couch.run("")
    assert time.perf_counter() - began[0] < 1
    assert couch.queued() == [("stop", TITLE, "waiting")]


def test_kodi_that_ends_just_before_the_first_request_sends_nothing(couch, monkeypatch):
    stopped = threading.Event()

    def have_kodi_end_when_the_way_to_simkl_is_made():
        from lib.kodi.profile import account_view
        from lib.kodi.tracking import delivery_thread

        make, stop = account_view.profile_client, delivery_thread.DeliveryThread.stop

        def make_late(*args, **more):
            couch.kodi.abort()
            assert stopped.wait(BOUND)
            return make(*args, **more)

        monkeypatch.setattr(account_view, "profile_client", make_late)
        monkeypatch.setattr(delivery_thread.DeliveryThread, "stop", lambda self: (stop(self), stopped.set()))

    couch.at(0.5, have_kodi_end_when_the_way_to_simkl_is_made)
    couch.at(1, couch.play_film)
    couch.run("")
    assert stopped.is_set() and couch.paths() == []


def test_a_file_of_the_queue_that_is_damaged_is_kept_aside_and_told(couch):
    couch.watch(couch.play_film, (60, "stop"), until=60)
    for path in couch.data.glob("queue.db-*"):
        path.unlink()
    (couch.data / "queue.db").write_bytes(b"this is no database" * 100)
    couch.restart()
    couch.watch(couch.play_other_film, (60, "stop"), until=60)
    assert couch.toasts() == ["A new queue was started"]
    assert list(couch.data.glob("queue.db.damaged-*"))
    assert couch.calls()[-1] == ("stop", "Salt Letters", 25)


def test_a_queue_that_cannot_be_kept_is_told_and_kodi_goes_on(couch):
    (couch.data / "queue.db").mkdir()
    couch.watch(couch.play_film, (60, "stop"), until=60)
    assert couch.toasts() == ["The queue cannot be used"]
    assert "queue.db" in couch.kodi.log_text()
    assert couch.calls() == []


def test_plays_from_before_simkl_told_the_name_are_the_same_persons(couch):
    couch.be_linked(name="")
    couch.box.order("status", status=503, path="/users/settings", times=1)
    for path in ("/scrobble", "/sync"):
        couch.box.order("status", status=503, path=path, times=None)
    couch.at(5, couch.play_film)
    couch.at(240, couch.kodi.playback.end)
    couch.at(700, couch.box.clear_faults)
    couch.service(2000)
    assert couch.state().owner == "900001"
    assert couch.marks() == {TITLE: 1}
    assert couch.queued() == []


def test_what_a_person_does_after_a_long_time_without_network_is_tried_at_once(couch):
    couch.at(1, couch.play_film)
    couch.at(100, couch.box.stop_listening)
    couch.at(221, couch.kodi.playback.stop)
    couch.at(2000, couch.box.listen_again)
    couch.at(2001, couch.play_other_film)
    couch.service(2015)  # by itself it would try at 2396
    assert couch.marks() == {TITLE: 1}
    assert couch.calls()[-1][:2] == ("start", "Salt Letters")


def test_a_film_watched_before_the_clock_was_set_gets_its_true_time(couch, monkeypatch):
    right = couch.wall
    couch.wall = lambda: couch.now() if couch.now() < 300 else right()  # 1970 until then
    couch.at(0.5, couch.box.stop_listening)
    couch.at(1, couch.play_film)
    couch.at(221, couch.kodi.playback.stop)
    couch.at(310, couch.box.listen_again)
    couch.service(2000)
    [mark] = couch.box.watched[VIEWER].values()
    assert mark.watched_at == "2026-03-05T18:03:41Z"
