"""No play is lost: whatever happens to Kodi, the link, the network, the disk or the program, it waits on the disk."""

import shutil
import threading
import time

import pytest

from tests.fakes.kodi import api_player
from tests.frontends.kodi.couch import FILM, OTHER_FILM, VIEWER, change_queue
from tests.frontends.kodi.tv import BOUND, Tv

TITLE, OTHER_TITLE = FILM.title, OTHER_FILM.title
BOTH = {TITLE: 1, OTHER_TITLE: 1}
UNLINKED = "accounts: {}\n"
NAMELESS = "linked at 2026-03-05T18:00:00Z"
AGAIN = 5.0  # seconds after which what the disk did not take is tried again
DEFECT = "internal error"


def film(couch, begins, ends, play=None):
    """Plan that a film plays from second to second."""
    couch.at(begins, play or couch.play_film)
    couch.at(ends, couch.kodi.playback.stop)


def two_films(couch):
    film(couch, 1, 201)
    film(couch, 400, 600, couch.play_other_film)


def run_to(couch, second):
    """Run the service to a second, with the internal errors that there are to be; return its exit code."""
    couch.kodi.at(second, couch.kodi.abort)
    return Tv.run(couch, "")


def table_is_gone(couch, table, since, until=None):
    """Plan that a table of the queue cannot be used."""
    couch.at(since, change_queue, couch, f"ALTER TABLE {table} RENAME TO hidden")
    if until is not None:
        couch.at(until, change_queue, couch, f"ALTER TABLE hidden RENAME TO {table}")


def tell_link(couch, text, **state):
    """Write the accounts as another process does, and tell the service."""
    couch.write_settings(text)
    couch.remember(**state)
    couch.kodi.notify("plugin.video.simkl", "Other.linked" if state["linked"] else "Other.unlinked")


def unlink(couch):
    tell_link(couch, UNLINKED, owner="", linked=False)


# --- Kodi ends


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
    film(couch, 1, 61)
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


# --- the link, and whose plays they are


def test_nothing_is_tracked_while_nobody_is_linked(make_couch):
    couch = make_couch(linked=False)
    couch.watch(couch.play_film, (60, "stop"), until=60)
    assert couch.paths() == []
    assert not (couch.data / "queue.db").exists()


def test_a_link_made_while_something_plays_tracks_it_from_there_on(make_couch):
    couch = make_couch(linked=False)
    couch.be_linked()
    kept = couch.settings_file.read_text(encoding="utf-8")
    couch.write_settings(UNLINKED)
    film(couch, 1, 221)
    couch.at(61, lambda: tell_link(couch, kept, owner="900001", linked=True))
    couch.service(230)
    assert couch.calls() == [("start", TITLE, 26), ("stop", TITLE, 92)]
    assert couch.marks() == {TITLE: 1}


def test_unlinked_while_plays_wait_they_stay_and_go_out_when_the_same_person_links_again(couch):
    film(couch, 1, 221)
    couch.at(200, couch.box.stop_listening)
    couch.at(230, unlink, couch)
    couch.service(300)
    assert couch.queued() == [("stop", TITLE, "waiting")]
    couch.box.listen_again()
    for marks in ({}, {TITLE: 1}):
        couch.restart()
        couch.service(100)
        assert couch.marks() == marks
        couch.be_linked()


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
    film(couch, 1, 120)
    couch.at(60, unlink, couch)
    couch.service(300)
    assert couch.calls() == [("start", TITLE, 1)]
    assert couch.queued() == [("stop", TITLE, "waiting")]


def film_without_a_name(couch):
    """Plan a film of an account whose name Simkl cannot tell, while it takes no plays either."""
    couch.be_linked(name="")
    couch.box.order("status", status=503, path="/users/settings", times=1)
    for path in ("/scrobble", "/sync"):
        couch.box.order("status", status=503, path=path, times=None)
    couch.at(5, couch.play_film)
    couch.at(240, couch.kodi.playback.end)


@pytest.mark.parametrize("again", [20, 110], ids=["before anybody looked", "afterwards"])
def test_plays_from_before_simkl_told_the_name_are_the_same_persons_after_a_new_start_too(couch, again):
    film_without_a_name(couch)
    couch.service(600 + again)
    assert couch.state().owner == "900001"
    couch.box.clear_faults()
    couch.restart()
    couch.service(2000)
    assert couch.marks() == {TITLE: 1}
    assert (couch.queued(), couch.queued(owner=NAMELESS)) == ([], [])


def test_somebody_elses_link_does_not_get_what_was_queued_without_a_name(couch):
    film_without_a_name(couch)
    couch.service(300)
    couch.restart()
    couch.box.clear_faults()
    couch.be_linked()
    couch.service(600)
    assert couch.marks() == {}
    assert [action for action, _, _ in couch.queued(owner=NAMELESS)] == ["stop"]


def test_one_refusal_of_the_token_that_was_an_accident_costs_nothing(couch):
    couch.box.order("status", status=401, error="user_token_failed", path="/scrobble/start")
    film(couch, 1, 221)
    couch.service(300)
    assert couch.marks() == {TITLE: 1}
    assert couch.state().refused is False


def test_a_token_that_is_refused_for_certain_is_what_the_menu_says_too(couch):
    couch.at(0.5, couch.box.revoke)
    film(couch, 1, 221)
    couch.service(300)
    assert couch.state().refused is True
    assert couch.paths().count("/users/settings") == 2
    assert couch.box.watched.get(VIEWER, {}) == {}


def test_what_the_home_window_says_of_a_link_is_taken_back_by_a_start_that_finds_nobody_linked(couch):
    couch.service(5)
    before = couch.kodi.properties
    before[10000]["simkl.linked"] = "true"  # as a Kodi leaves it that is ended by force
    couch.write_settings(UNLINKED)
    couch.restart()
    couch.remember(owner="", linked=False)
    couch.kodi.properties = before  # Kodi's windows outlive a change of the profile
    couch.service(5)
    assert "simkl.linked" not in couch.kodi.properties[10000]


# --- the network and the clock


def test_the_network_gone_and_back_brings_the_mark_and_the_resume_point_late(couch):
    film(couch, 1, 221)
    couch.at(100, couch.box.stop_listening)
    film(couch, 230, 300, couch.play_other_film)
    couch.at(3000, couch.box.listen_again)
    couch.service(5000)
    [mark] = couch.box.watched[VIEWER].values()
    assert (mark.title, mark.times, mark.watched_at) == (TITLE, 1, "2026-03-05T18:03:41Z")
    assert [one.title for one in couch.box.playbacks] == [OTHER_TITLE]
    assert couch.queued() == [] and couch.toasts()[1:] == []


def test_what_a_person_does_after_a_long_time_without_network_is_tried_at_once(couch):
    film(couch, 1, 221)
    couch.at(100, couch.box.stop_listening)
    couch.at(2000, couch.box.listen_again)
    couch.at(2001, couch.play_other_film)
    couch.service(2015)  # by itself it would try at 2396
    assert couch.marks() == {TITLE: 1}
    assert couch.calls()[-1][:2] == ("start", OTHER_TITLE)


def test_a_film_watched_before_the_clock_was_set_gets_its_true_time(couch):
    right = couch.wall
    couch.wall = lambda: couch.now() if couch.now() < 300 else right()  # 1970 until then
    couch.at(0.5, couch.box.stop_listening)
    film(couch, 1, 221)
    couch.at(310, couch.box.listen_again)
    couch.service(2000)
    [mark] = couch.box.watched[VIEWER].values()
    assert mark.watched_at == "2026-03-05T18:03:41Z"


# --- the disk


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
    film(couch, 200, 420)
    couch.service(600)
    assert len(couch.toasts()) == 2, couch.toasts()  # that it cannot be used, and what was watched in the end
    assert "queue.db" in couch.kodi.log_text()
    assert couch.marks() == {TITLE: 1}


def test_a_queue_that_cannot_be_read_when_it_shall_be_sent_is_looked_into_again_after_a_minute(couch):
    film(couch, 1, 221)
    table_is_gone(couch, "standing", 100, 250)
    couch.service(400)
    assert "queue.db cannot be used" in couch.kodi.log_text()
    assert couch.marks() == {TITLE: 1}


def test_a_queue_that_breaks_in_the_end_ends_it_all_the_same(couch):
    couch.at(1, couch.play_film)
    table_is_gone(couch, "plays", 60)
    couch.service(60.5)
    assert "queue.db cannot be used" in couch.kodi.log_text()


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
    film(couch, 110, 340)
    couch.service(600)
    assert couch.marks() == {TITLE: 1}
    assert used[-1] is not used[0]


def test_a_stop_that_the_disk_refuses_is_sent_and_asked_about_a_few_seconds_after_the_disk_is_fine_again(couch):
    couch.kodi.settings.values["ask_rating"] = True
    seen = []
    film(couch, 6, 243)
    table_is_gone(couch, "plays", 242, 290)
    couch.at(290 + AGAIN + 1, lambda: seen.append(couch.marks()))
    couch.service(400)
    assert seen == [{TITLE: 1}]
    assert couch.queued() == []
    assert [call.args[1] for call in couch.kodi.builtins if call.name == "RunScript"] == ["rate"]


def test_a_stop_that_the_disk_refuses_wakes_nobody_faster_than_every_five_seconds(couch, monkeypatch):
    woken = []

    def note_when_the_thread_looks_where_the_player_is():
        from lib.kodi.playback.player import PlayerMonitor

        position = PlayerMonitor.position
        monkeypatch.setattr(PlayerMonitor, "position", lambda self: woken.append(couch.now()) or position(self))

    couch.at(0.5, note_when_the_thread_looks_where_the_player_is)
    film(couch, 16, 253)
    table_is_gone(couch, "plays", 252, 300)
    couch.service(600)
    late = [at for at in woken if 253 < at < 300]
    assert len(late) == pytest.approx(47 / AGAIN, abs=1)
    assert all(later - earlier >= AGAIN for earlier, later in zip(late, late[1:]))
    assert [at for at in woken if at > 300 + AGAIN + 1] == []


def test_a_stop_that_the_disk_never_takes_is_there_when_kodi_ends_with_a_disk_that_is_fine(couch):
    couch.at(0.5, couch.box.stop_listening)
    film(couch, 6, 243)
    table_is_gone(couch, "plays", 242, 246)
    couch.service(246.5)
    assert couch.queued() == [("stop", TITLE, "waiting")]


def test_a_film_that_follows_a_stop_that_the_disk_refused_is_tracked_too(couch):
    film(couch, 6, 243)
    table_is_gone(couch, "plays", 242, 260)
    film(couch, 250, 480, couch.play_other_film)
    couch.service(600)
    assert couch.marks() == BOTH


def break_queue_add(couch, monkeypatch, at, error, is_hit):
    """Plan that plays of which one is hit cannot be put into the queue."""

    def break_it():
        from lib.tracking.store import database
        from lib.tracking.store.queue import PlayQueue

        add = PlayQueue.add

        def broken(self, owner, plays, *more):
            if any(is_hit(play) for play in plays):
                raise getattr(database, error)("x") if hasattr(database, error) else ZeroDivisionError
            add(self, owner, plays, *more)

        monkeypatch.setattr(PlayQueue, "add", broken)

    couch.at(at, break_it)


def test_a_mark_by_hand_is_in_the_queue_when_kodi_ends_although_the_disk_refuses_the_stop(couch, monkeypatch):
    couch.at(0.5, couch.box.stop_listening)
    break_queue_add(couch, monkeypatch, 242, "QueueError", lambda play: play.action == "stop")
    film(couch, 6, 243)
    couch.at(243.2, couch.kodi.library.mark, "movie", couch.other_film)
    couch.service(243.6)
    assert ("watched", OTHER_TITLE, "waiting") in couch.queued()


def test_settings_that_cannot_be_read_before_anything_was_sent_are_read_again_after_a_minute(couch):
    kept = couch.settings_file.read_text(encoding="utf-8")
    couch.at(0.5, couch.write_settings, "accounts: [")
    film(couch, 1, 221)
    couch.at(200, couch.write_settings, kept)
    couch.service(400)
    assert f"{couch.settings_file}, line 1" in couch.kodi.log_text()
    assert couch.marks() == {TITLE: 1} and couch.queued() == []


# --- internal errors


def test_an_internal_error_in_tracking_what_plays_does_not_stop_the_tracking_of_what_plays_next(couch, monkeypatch):
    break_queue_add(couch, monkeypatch, 0.5, "none", lambda play: play.item and play.item.title == TITLE)
    couch.at(1, couch.play_film)
    film(couch, 221, 460, lambda: couch.kodi.playback.start("/x/Salt.Letters.2020.mkv", 240.0))
    run_to(couch, 600)
    assert DEFECT in couch.kodi.log_text()
    assert couch.marks() == {OTHER_TITLE: 1}


@pytest.mark.parametrize(
    ("where", "errors", "marks"), [("Player.GetItem", 1, {OTHER_TITLE: 1}), ("JSONRPC.NotifyAll", 2, BOTH)]
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
    two_films(couch)
    run_to(couch, 900)
    assert left == [] and DEFECT in couch.kodi.log_text()
    assert (couch.marks(), couch.queued()) == (marks, [])


@pytest.mark.parametrize("where", ["Player.GetItem", "JSONRPC.NotifyAll"])
def test_an_internal_error_that_comes_again_and_again_is_given_up_with_one_line_and_one_notification(couch, where):
    couch.kodi.jsonrpc[where] = lambda params: 1 / 0
    for number in range(12):
        film(couch, 30 + 120 * number, 40 + 120 * number, couch.play_film if number % 2 else couch.play_other_film)
    run_to(couch, 1500)
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


# --- what a script queues, and what is asked afterwards


def hand_over(couch, action, **more):
    """Put something into the queue as a script does, and have the service look."""
    from lib.kodi.addon import Addon
    from lib.kodi.profile.queue_access import current_owner, open_queue, wake_service
    from lib.simkl.api.media import Item
    from lib.tracking.play import Play

    addon = Addon(couch.clock)
    queue, item = open_queue(addon), Item("movie", TITLE, 2018, (("imdb", "tt9900001"),))
    queue.add(current_owner(addon), [Play(action, item, time.time(), **more)])
    queue.close()
    wake_service(addon)


@pytest.mark.parametrize(
    "action, more, message",
    [("watched", {}, "watched"), ("unwatched", {}, "unwatched"), ("rating", {"rating": 8}, "rated")],
)
def test_what_a_script_queues_is_sent_at_once_and_other_add_ons_hear_of_it(couch, action, more, message):
    couch.at(30, lambda: hand_over(couch, action, **more))
    couch.service(40)
    assert couch.queued() == []
    [request] = couch.box.requests
    assert 30 <= request.at < 31
    assert [word for _, word, _ in couch.kodi.announced] == ["queued", message]
    data = couch.kodi.announced[-1][2]
    assert (data["title"], data.get("rating")) == (TITLE, more.get("rating"))


def test_what_a_script_queues_during_a_film_leaves_what_plays_alone(couch):
    film(couch, 1, 221)
    couch.at(60, lambda: hand_over(couch, "rating", rating=8))
    couch.service(230)
    assert [action for action, *_ in couch.calls()] == ["start", "stop"]
    assert couch.marks() == {TITLE: 1} and couch.box.ratings["sample_viewer"][FILM.simkl].rating == 8


def test_the_rating_is_asked_at_the_end_of_a_film_although_music_plays_on(couch, monkeypatch):
    asked = []

    def ratings():
        asked.append([call.args[1] for call in couch.kodi.builtins if call.name == "RunScript"])

    def is_video(self):
        return not (couch.kodi.playback.file or ".flac").endswith(".flac")

    monkeypatch.setattr(api_player.Player, "isPlayingVideo", is_video)
    couch.kodi.settings.values["ask_rating"] = True
    couch.at(1, couch.play_film)
    couch.at(241, couch.kodi.playback.end_and_start, "/music/a.flac", 3000.0)
    couch.at(300, ratings)
    couch.at(400, couch.kodi.playback.stop)
    couch.service(500)
    ratings()
    assert asked == [["rate"], ["rate"]]


def test_a_rating_is_asked_for_a_file_that_simkl_recognised(couch):
    couch.kodi.settings.values["ask_rating"] = True
    film(couch, 1, 231, lambda: couch.kodi.playback.start("/x/The Glass Harbour (2018).mkv", 240.0))
    couch.service(300)
    [asked] = [call.args for call in couch.kodi.builtins if call.name == "RunScript" and "rate" in call.args]
    with couch.inside():
        from lib.kodi.rating.prompt import decode_rated_item

        assert decode_rated_item(asked[2])[0].title == TITLE
