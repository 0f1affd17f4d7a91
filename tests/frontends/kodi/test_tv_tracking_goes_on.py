"""A disk that is full at a stop, an internal error, music after a film.

Nothing of it is in the way of what comes next.
"""

import pytest

from tests.fakes.kodi import api_player
from tests.frontends.kodi.couch import FILM, OTHER_FILM
from tests.frontends.kodi.test_tv_tracking_trouble import DEFECT, change_queue
from tests.frontends.kodi.tv import Tv

AGAIN = 5.0  # seconds after which what the disk did not take is tried again
HOME = 10000
LINKED = "simkl.linked"


def disk_fails(couch, since, until):
    couch.at(since, change_queue, couch, "ALTER TABLE plays RENAME TO hidden")
    couch.at(until, change_queue, couch, "ALTER TABLE hidden RENAME TO plays")


def looks(couch, monkeypatch):
    """Return a list that fills with the times at which the thread woke up by itself to look where the player is."""
    woken = []

    def spy():
        from lib.kodi.playback.player import PlayerMonitor

        position = PlayerMonitor.position

        def remembering(self):
            woken.append(couch.now())
            return position(self)

        monkeypatch.setattr(PlayerMonitor, "position", remembering)

    couch.at(0.5, spy)
    return woken


@pytest.mark.parametrize("until", [246, 290], ids=["once", "for a while"])
def test_a_stop_that_the_disk_refuses_is_in_the_queue_a_few_seconds_after_the_disk_is_fine_again(couch, until):
    seen = []
    couch.at(6, couch.play_film)
    disk_fails(couch, 242, until)
    couch.at(243, couch.kodi.playback.stop)
    couch.at(until + AGAIN + 1, lambda: seen.append(couch.marks()))
    couch.service(400)
    assert seen == [{FILM.title: 1}]
    assert couch.queued() == []


def test_a_stop_that_the_disk_refuses_wakes_nobody_faster_than_every_five_seconds(couch, monkeypatch):
    woken = looks(couch, monkeypatch)
    couch.at(6, couch.play_film)
    disk_fails(couch, 242, 290)
    couch.at(243, couch.kodi.playback.stop)
    couch.service(3600)
    late = [at for at in woken if 243 < at < 290]
    assert len(late) == pytest.approx(47 / AGAIN, abs=1)
    assert all(later - earlier >= AGAIN for earlier, later in zip(late, late[1:]))
    assert [at for at in woken if at > 290 + AGAIN + 1] == []


def test_a_stop_that_the_disk_never_takes_is_there_when_kodi_ends_with_a_disk_that_is_fine(couch):
    couch.at(0.5, couch.box.stop_listening)
    couch.at(6, couch.play_film)
    disk_fails(couch, 242, 246)
    couch.at(243, couch.kodi.playback.stop)
    couch.service(246.5)
    assert couch.queued() == [("stop", FILM.title, "waiting")]


def test_a_film_that_follows_a_stop_that_the_disk_refused_is_tracked_too(couch):
    couch.at(6, couch.play_film)
    disk_fails(couch, 242, 260)
    couch.at(243, couch.kodi.playback.stop)
    couch.at(250, couch.play_other_film)
    couch.at(480, couch.kodi.playback.stop)
    couch.service(600)
    assert couch.marks() == {FILM.title: 1, OTHER_FILM.title: 1}


@pytest.mark.parametrize("ending", ["stop", "another film", "an add-on's file"])
def test_an_internal_error_in_tracking_what_plays_does_not_stop_the_tracking_of_what_plays_next(
    couch, monkeypatch, ending
):
    def break_it():
        from lib.tracking.store.queue import PlayQueue

        add = PlayQueue.add

        def broken(self, owner, plays, *more):
            if any(play.item and play.item.title == FILM.title for play in plays):
                raise ZeroDivisionError
            add(self, owner, plays, *more)

        monkeypatch.setattr(PlayQueue, "add", broken)

    couch.at(0.5, break_it)
    couch.at(1, couch.play_film)
    if ending == "stop":
        couch.at(221, couch.kodi.playback.stop)
    if ending == "an add-on's file":
        couch.at(221, couch.kodi.playback.start, "/x/Salt.Letters.2020.mkv", 240.0)
    else:
        couch.at(223, couch.play_other_film)
    couch.at(460, couch.kodi.playback.stop)
    couch.kodi.at(600, couch.kodi.abort)
    Tv.run(couch, "")
    assert DEFECT in couch.kodi.log_text()
    assert couch.marks() == {OTHER_FILM.title: 1}


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
    couch.at(3000, couch.kodi.playback.stop)
    couch.service(3100)
    ratings()
    assert asked == [["rate"], ["rate"]]


def test_the_rating_is_not_asked_while_the_next_film_plays(couch):
    couch.kodi.settings.values["ask_rating"] = True
    couch.at(1, couch.play_film)
    couch.at(241, couch.kodi.playback.end_and_start, "/elsewhere/Holiday.mkv", 3000.0)
    seen = []
    couch.at(300, lambda: seen.extend(call.args for call in couch.kodi.builtins if call.name == "RunScript"))
    couch.service(310)
    assert seen == []


def test_what_the_home_window_says_of_a_link_is_taken_back_by_a_start_that_finds_nobody_linked(couch):
    couch.service(5)
    before = couch.kodi.properties
    before[HOME][LINKED] = "true"  # as a Kodi leaves it that is ended by force
    couch.write_settings("accounts: {}\n")
    couch.restart()
    couch.remember(owner="", linked=False)
    couch.kodi.properties = before  # Kodi's windows outlive a change of the profile
    couch.service(5)
    assert LINKED not in couch.kodi.properties[HOME]


def test_a_mark_by_hand_is_in_the_queue_when_kodi_ends_although_the_disk_refuses_the_stop(couch, monkeypatch):
    def refuse_stops():
        from lib.tracking.store.database import QueueError
        from lib.tracking.store.queue import PlayQueue

        add = PlayQueue.add

        def refusing(self, owner, plays, *more):
            if any(play.action == "stop" for play in plays):
                raise QueueError("the disk is full")
            add(self, owner, plays, *more)

        monkeypatch.setattr(PlayQueue, "add", refusing)

    couch.at(0.5, couch.box.stop_listening)
    couch.at(6, couch.play_film)
    couch.at(242, refuse_stops)
    couch.at(243, couch.kodi.playback.stop)
    couch.at(243.2, couch.kodi.library.mark, "movie", couch.other_film)
    couch.service(243.6)
    assert ("watched", OTHER_FILM.title, "waiting") in couch.queued()
