"""No play is lost: whatever happens to Kodi, the disk or the program, it waits on the disk."""

import shutil
import time

import pytest

from lib.kodi.profile.queue_access import wake_service
from lib.simkl.api.media import Item
from lib.tracking.play import Play
from lib.tracking.store.database import QueueError
from lib.tracking.store.queue import PlayQueue
from tests.frontends.kodi.couch import FILM, OTHER_FILM, VIEWER, change_queue
from tests.frontends.kodi.tv import AT_ONCE, Tv

TITLE, OTHER_TITLE = FILM.title, OTHER_FILM.title


def run_to(couch, second):
    """Run the service to a second, with the internal errors that there are to be; return its exit code."""
    couch.kodi.at(second, couch.kodi.abort)
    return Tv.run(couch, "")


def table_is_gone(couch, table, since, until):
    """Plan that a table of the queue cannot be used."""
    couch.at(since, change_queue, couch, f"ALTER TABLE {table} RENAME TO hidden")
    couch.at(until, change_queue, couch, f"ALTER TABLE hidden RENAME TO {table}")


def test_quitting_beyond_the_mark_is_a_mark_with_its_true_time_however_late_it_comes_and_asks_nothing(couch):
    couch.kodi.settings.values["ask_rating"] = True
    couch.at(1, couch.play_film)
    couch.at(221, couch.kodi.playback.quit)
    couch.run("")
    assert (couch.calls(), couch.queued()) == ([("start", TITLE, 1)], [("stop", TITLE, "waiting")])
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
    for _ in range(2):
        couch.service(30)
        assert "Kodi ended while something played" in couch.kodi.log_text()
        assert couch.marks() == {TITLE: 1} and couch.queued() == []
    assert len(couch.sent("/scrobble/stop") + couch.sent("/sync/history")) == 1


def test_kodi_shuts_down_within_a_second_while_a_request_hangs(couch):
    order = couch.box.order("hang", path="/scrobble/stop")
    began = []

    def shut_down():
        couch.box.wait_for(lambda: order.served)
        began.append(time.perf_counter())
        couch.kodi.abort()

    couch.at(0.5, lambda: setattr(couch.kodi.waiting.sleepers, "lets_be", lambda: order.served > 0))
    couch.plan(1, 61)
    couch.at(62, shut_down)
    couch.run("")
    assert time.perf_counter() - began[0] < AT_ONCE
    assert couch.queued() == [("stop", TITLE, "waiting")]


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


@pytest.mark.parametrize("told", ["queue.db cannot be used", "settings.yaml, line 1"])
def test_what_cannot_be_read_when_a_play_shall_be_sent_is_read_again_after_a_minute(couch, told):
    if "queue" in told:
        table_is_gone(couch, "standing", 100, 250)
    else:
        couch.at(0.5, couch.write_settings, "accounts: [")
        couch.at(200, couch.write_settings, couch.settings_file.read_text(encoding="utf-8"))
    couch.plan(1, 221)
    couch.service(400)
    assert told in couch.kodi.log_text()
    assert (couch.marks(), couch.queued()) == ({TITLE: 1}, [])


def test_a_queue_that_cannot_be_read_any_more_is_opened_anew(couch, monkeypatch):
    used, waiting = [], PlayQueue.waiting

    def malformed(queue, owner):
        used.append(queue)
        if queue is used[0]:
            raise QueueError("database disk image is malformed")
        return waiting(queue, owner)

    couch.at(100, monkeypatch.setattr, PlayQueue, "waiting", malformed)
    couch.watch(couch.play_film, (220, "stop"), until=600)
    assert (couch.marks(), used[-1] is used[0]) == ({TITLE: 1}, False)


@pytest.mark.parametrize(("fine_again", "ends"), [(290, False), (246, True)], ids=["while Kodi runs", "as Kodi ends"])
def test_a_stop_that_the_disk_refuses_is_kept_until_the_disk_is_fine_again(couch, fine_again, ends):
    couch.kodi.settings.values["ask_rating"] = True
    if ends:
        couch.at(0.5, couch.box.stop_listening)
    couch.plan(6, 243)
    table_is_gone(couch, "plays", 242, fine_again)
    couch.service(fine_again + (0.5 if ends else 6))  # what the disk did not take is tried again after five seconds
    assert couch.marks() == ({} if ends else {TITLE: 1})
    assert couch.queued() == ([("stop", TITLE, "waiting")] if ends else [])
    assert [call.args[1] for call in couch.kodi.builtins if call.name == "RunScript"] == ([] if ends else ["rate"])


# internal errors


@pytest.mark.parametrize(
    ("where", "errors", "marks"),
    [("Player.GetItem", 1, {OTHER_TITLE: 1}), ("JSONRPC.NotifyAll", 2, {TITLE: 1, OTHER_TITLE: 1})],
)
def test_internal_errors_in_what_follows_the_player_cost_one_play_and_those_in_what_sends_none(
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
    assert left == [] and "internal error" in couch.kodi.log_text()
    assert (couch.marks(), couch.queued()) == (marks, [])


def test_an_internal_error_that_comes_again_and_again_is_given_up_with_one_line_and_one_notification(couch):
    couch.kodi.jsonrpc["Player.GetItem"] = lambda params: 1 / 0
    for second in range(30, 510, 60):
        couch.plan(second, second + 6)
    run_to(couch, 600)
    log = couch.kodi.log_text()
    assert (log.count("Traceback"), log.count("is not started again")) == (6, 1)
    assert couch.toasts() == ["Tracking stopped: restart Kodi"]


@pytest.mark.parametrize("code", [0, 1], ids=["in what sends", "in the service itself"])
def test_threads_are_waited_for_when_kodi_ends_after_an_internal_error(couch, code):
    couch.at(1, couch.play_film)
    if code:
        couch.at(15, lambda: 1 / 0)
    else:
        couch.kodi.jsonrpc["JSONRPC.NotifyAll"] = lambda params: 1 / 0
    assert run_to(couch, 20) == code
    assert "internal error" in couch.kodi.log_text()
    assert couch.queued() == [("stop", TITLE, "waiting")]


@pytest.mark.parametrize(("action", "word", "rating"), [("unwatched", "unwatched", 0), ("rating", "rated", 8)])
def test_what_a_script_queues_during_a_film_is_sent_at_once_and_leaves_what_plays_alone(couch, action, word, rating):
    def hand_over():
        with couch.queue() as queue:
            queue.add("900001", [Play(action, Item("movie", OTHER_TITLE, 2020), couch.wall(), rating=rating)])
        wake_service(couch.addon())

    couch.at(30, hand_over)
    couch.plan(1, 221)
    couch.service(230)
    assert couch.marks() == {TITLE: 1} and couch.queued() == []
    [at] = [request.at for request in couch.box.requests if "/scrobble" not in request.path]
    assert 30 <= at < 31 and [call[0] for call in couch.calls()] == ["start", "stop"]
    [data] = [data for _, message, data in couch.kodi.announced if message == word]
    assert (data["title"], data.get("rating", 0)) == (OTHER_TITLE, rating)
