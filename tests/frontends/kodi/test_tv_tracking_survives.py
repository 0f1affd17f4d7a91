"""No play is lost: whatever happens to Kodi, the disk or the program, it waits on the disk."""

import contextlib
import shutil
import threading
import time

import pytest

from tests.frontends.kodi.couch import FILM, OTHER_FILM, VIEWER, change_queue
from tests.frontends.kodi.tv import AT_ONCE, BOUND, Tv

TITLE, OTHER_TITLE = FILM.title, OTHER_FILM.title
AGAIN = 5.0  # seconds after which what the disk did not take is tried again
DEFECT = "internal error"


def run_to(couch, second):
    """Run the service to a second, with the internal errors that there are to be; return its exit code."""
    couch.kodi.at(second, couch.kodi.abort)
    return Tv.run(couch, "")


def table_is_gone(couch, table, since, until=None):
    """Plan that a table of the queue cannot be used."""
    couch.at(since, change_queue, couch, f"ALTER TABLE {table} RENAME TO hidden")
    if until is not None:
        couch.at(until, change_queue, couch, f"ALTER TABLE hidden RENAME TO {table}")


def test_quitting_beyond_the_mark_is_a_mark_with_its_true_time_however_late_it_comes_and_asks_nothing(couch):
    couch.kodi.settings.values["ask_rating"] = True
    couch.at(1, couch.play_film)
    couch.at(221, couch.kodi.playback.quit)
    couch.run("")
    assert couch.calls() == [("start", TITLE, 1)]
    assert couch.queued() == [("stop", TITLE, "waiting")]
    assert {call.name for call in couch.kodi.builtins} <= {"SetProperty", "ClearProperty"}
    assert couch.toasts() == []
    couch.kodi.clock.move_to(5 * 86400)
    couch.restart()
    couch.service(10)
    [mark] = couch.box.watched[VIEWER].values()
    assert (mark.title, mark.routes, mark.watched_at) == (TITLE, ("/sync/history",), "2026-03-05T18:03:41Z")


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


def test_an_update_of_the_add_on_in_the_middle_of_a_film_does_not_lose_its_mark(couch):
    couch.at(1, couch.play_film)
    couch.service(61)
    assert couch.queued() == [("stop", TITLE, "waiting")]
    couch.restart()
    couch.kodi.playback.start_from_library("movie", couch.film, lead=60.0)
    couch.at(160, couch.kodi.playback.stop)
    couch.service(170)
    assert couch.calls()[-1] == ("stop", TITLE, 92)
    assert couch.marks() == {TITLE: 1}


def test_kodi_shuts_down_within_a_second_while_a_request_hangs(couch):
    order = couch.box.order("hang", path="/scrobble/stop")
    began = []

    def shut_down():
        couch.box.wait_for(lambda: order.served)
        began.append(time.perf_counter())
        couch.kodi.abort()

    def let_it_hang():
        couch.kodi.waiting.sleepers.lets_be = lambda: order.served > 0

    couch.at(0.5, let_it_hang)
    couch.plan(1, 61)
    couch.at(62, shut_down)
    couch.run("")
    assert time.perf_counter() - began[0] < AT_ONCE
    assert couch.queued() == [("stop", TITLE, "waiting")]


def test_kodi_that_ends_just_before_the_first_request_sends_nothing(couch, monkeypatch):
    stopped = threading.Event()

    def have_kodi_end_while_the_way_to_simkl_is_made():
        from lib.kodi.profile import account_view
        from lib.kodi.tracking.delivery_thread import DeliveryThread

        make, stop = account_view.profile_client, DeliveryThread.stop

        def make_late(*args, **more):
            couch.kodi.abort()
            assert stopped.wait(BOUND)
            return make(*args, **more)

        monkeypatch.setattr(account_view, "profile_client", make_late)
        monkeypatch.setattr(DeliveryThread, "stop", lambda self: (stop(self), stopped.set()))

    couch.at(0.5, have_kodi_end_while_the_way_to_simkl_is_made)
    couch.at(1, couch.play_film)
    couch.run("")
    assert stopped.is_set() and couch.paths() == []


# the disk


def test_a_file_of_the_queue_that_is_damaged_is_kept_aside_and_told(couch):
    couch.watch(couch.play_film, (60, "stop"), until=60)
    for path in couch.data.glob("queue.db-*"):
        path.unlink()
    (couch.data / "queue.db").write_bytes(b"this is no database" * 100)
    couch.restart()
    couch.watch(couch.play_other_film, (60, "stop"), until=60)
    assert couch.toasts() == ["A new queue was started"]
    assert list(couch.data.glob("queue.db.damaged-*"))
    assert couch.calls()[-1] == ("stop", OTHER_TITLE, 25)


def test_a_queue_that_cannot_be_opened_at_the_start_is_tried_again_each_minute_and_told_once(couch):
    folder = couch.data / "queue.db"
    folder.mkdir(parents=True)
    couch.at(150, folder.rmdir)
    couch.plan(200, 420)
    couch.service(600)
    assert len(couch.toasts()) == 2, couch.toasts()  # that it cannot be used, and what was watched in the end
    assert "queue.db" in couch.kodi.log_text()
    assert couch.marks() == {TITLE: 1}


def accounts_cannot_be_read(couch):
    kept = couch.settings_file.read_text(encoding="utf-8")
    couch.at(0.5, couch.write_settings, "accounts: [")
    couch.at(200, couch.write_settings, kept)


TROUBLE = {
    "the queue": (lambda couch: table_is_gone(couch, "standing", 100, 250), "queue.db cannot be used"),
    "the accounts": (accounts_cannot_be_read, "settings.yaml, line 1"),
}


@pytest.mark.parametrize(("happens", "told"), TROUBLE.values(), ids=TROUBLE)
def test_what_cannot_be_read_when_a_play_shall_be_sent_is_read_again_after_a_minute(couch, happens, told):
    happens(couch)
    couch.plan(1, 221)
    couch.service(400)
    assert told in couch.kodi.log_text()
    assert (couch.marks(), couch.queued()) == ({TITLE: 1}, [])


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
    couch.watch(couch.play_film, (220, "stop"), until=600)
    assert (couch.marks(), used[-1] is used[0]) == ({TITLE: 1}, False)


def test_a_stop_that_the_disk_refuses_is_sent_and_asked_about_a_few_seconds_after_the_disk_is_fine_again(couch):
    couch.kodi.settings.values["ask_rating"] = True
    seen = []
    couch.plan(6, 243)
    table_is_gone(couch, "plays", 242, 290)
    couch.at(290 + AGAIN + 1, lambda: seen.append(couch.marks()))
    couch.service(400)
    assert seen == [{TITLE: 1}]
    assert couch.queued() == []
    assert [call.args[1] for call in couch.kodi.builtins if call.name == "RunScript"] == ["rate"]


def test_a_stop_that_the_disk_never_takes_is_there_when_kodi_ends_with_a_disk_that_is_fine(couch):
    couch.at(0.5, couch.box.stop_listening)
    couch.plan(6, 243)
    table_is_gone(couch, "plays", 242, 246)
    couch.service(246.5)
    assert couch.queued() == [("stop", TITLE, "waiting")]


# internal errors


@pytest.mark.parametrize(
    ("where", "errors", "marks"),
    [("Player.GetItem", 1, {OTHER_TITLE: 1}), ("JSONRPC.NotifyAll", 2, {TITLE: 1, OTHER_TITLE: 1})],
)
def test_an_internal_error_in_what_follows_the_player_costs_one_play_and_those_in_what_sends_none(
    couch, where, errors, marks
):
    left = [None] * errors

    def broken(params):
        left.pop()
        if not left:
            couch.kodi.jsonrpc.clear()
        raise ZeroDivisionError

    couch.kodi.jsonrpc[where] = broken
    couch.plan(1, 201)
    couch.plan(400, 600, couch.play_other_film)
    run_to(couch, 900)
    assert left == [] and DEFECT in couch.kodi.log_text()
    assert (couch.marks(), couch.queued()) == (marks, [])


@pytest.mark.parametrize("where", ["Player.GetItem", "JSONRPC.NotifyAll"])
def test_an_internal_error_that_comes_again_and_again_is_given_up_with_one_line_and_one_notification(couch, where):
    couch.kodi.jsonrpc[where] = lambda params: 1 / 0
    for number in range(8):
        couch.plan(30 + 60 * number, 36 + 60 * number, couch.play_film if number % 2 else couch.play_other_film)
    run_to(couch, 600)
    log = couch.kodi.log_text()
    assert log.count("Traceback") == 6
    assert log.count("is not started again") == 1
    assert couch.toasts().count("Tracking stopped: restart Kodi") == 1


@pytest.mark.parametrize("what", ["what sends is waited out", "the service itself ends its threads too"])
def test_kodi_ends_while_an_internal_error_in(couch, what):
    couch.at(1, couch.play_film)
    if "sends" in what:
        couch.kodi.jsonrpc["JSONRPC.NotifyAll"] = lambda params: 1 / 0
    else:
        couch.at(15, lambda: 1 / 0)
    assert run_to(couch, 20) == (0 if "sends" in what else 1)
    assert DEFECT in couch.kodi.log_text()
    assert couch.queued() == [("stop", TITLE, "waiting")]


@pytest.mark.parametrize(("action", "more"), [("unwatched", {}), ("rated", {"rating": 8})])
def test_what_a_script_queues_during_a_film_is_sent_at_once_and_leaves_what_plays_alone(couch, action, more):
    def hand_over():
        from lib.kodi.addon import Addon
        from lib.kodi.profile.queue_access import open_queue, wake_service
        from lib.simkl.api.media import Item
        from lib.tracking.play import Play

        with contextlib.closing(open_queue(Addon(couch.clock))) as queue:
            name = {"rated": "rating"}.get(action, action)
            queue.add("900001", [Play(name, Item("movie", OTHER_TITLE, 2020), couch.wall(), **more)])
        wake_service(Addon(couch.clock))

    couch.at(30, hand_over)
    couch.plan(1, 221)
    couch.service(230)
    assert couch.marks() == {TITLE: 1} and couch.queued() == []
    [at] = [request.at for request in couch.box.requests if "/scrobble" not in request.path]
    assert 30 <= at < 31 and [call[0] for call in couch.calls()] == ["start", "stop"]
    [data] = [data for _, word, data in couch.kodi.announced if word == action]
    assert (data["title"], data.get("rating")) == (OTHER_TITLE, more.get("rating"))
