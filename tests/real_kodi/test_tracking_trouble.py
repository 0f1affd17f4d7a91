"""A network that goes, a Kodi that is killed and one that is quit: no play is lost, and none is told twice."""

import time
from statistics import median

import pytest

from lib.system.clock import Clock
from lib.system.timestamps import format_utc
from lib.tracking.store.queue import PlayQueue
from tests.real_kodi.library_items import FILMS
from tests.real_kodi.tracked import catalogue
from tests.real_kodi.tv import ADDON_ID

BOX = {"catalogue": catalogue()}

NO_LONGER = 3.0  # seconds that the tracking may add to Kodi's end, on a busy machine; Kodi kills what takes 5 s
AN_HOUR = 3600.0

ROUNDS = 2


@pytest.fixture(scope="module")
def usual(installed):
    """Return the seconds that this Kodi takes to end while nobody is linked; before that comes about."""
    seconds = []
    for _ in range(ROUNDS):
        seconds.append(installed.kodi.quit())
        installed.kodi.start()
    return seconds


@pytest.fixture(scope="module")
def quits(usual):
    """The seconds that Kodi took to end while somebody was linked, by what it did."""
    return {}


def test_what_is_watched_while_the_network_is_away_arrives_when_it_is_back(usual, viewer):
    box = viewer.tv.box
    lost = viewer.arrivals.of("the network lost while it plays")
    without = viewer.arrivals.of("watched without a network")
    back = viewer.arrivals.of("the network back")
    viewer.watch(FILMS[0])
    viewer.started(lost)
    box.stop_listening()
    viewer.seek(85)
    viewer.stop()
    viewer.watch(FILMS[1])
    viewer.tv.wait(lambda: [play.action for play in viewer.waiting()] == ["stop", "start"], "the start queued")
    viewer.seek(90)
    viewer.stop()
    viewer.tv.wait(lambda: [play.action for play in viewer.waiting()] == ["stop", "stop"], "both stops queued")
    box.listen_again()
    viewer.watch(FILMS[2])
    lost.rest()
    without.rest()
    back.next()
    viewer.leave(back)


def test_killed_past_the_mark_it_is_watched_after_the_next_start(viewer):
    story = viewer.arrivals.of("killed past the mark")
    viewer.watch(FILMS[3])
    viewer.started(story)
    viewer.seek(85)
    viewer.pause()
    story.next()
    viewer.resume()
    story.next()
    viewer.tv.wait(lambda: viewer.waiting() == [], "the answer taken")  # or the next call comes in the same second
    viewer.kodi.kill()
    viewer.kodi.start()
    story.rest()


def test_killed_before_the_mark_its_place_is_kept_at_the_next_start(viewer):
    story = viewer.arrivals.of("killed before the mark")
    viewer.watch(FILMS[4])
    viewer.started(story)
    viewer.tv.wait(lambda: viewer.waiting() == [], "the answer taken")  # or the next call comes in the same second
    viewer.kodi.kill()
    viewer.kodi.start()
    story.rest()
    assert FILMS[4].title in [each.title for each in viewer.tv.box.playbacks]


def test_quit_while_it_plays_it_is_watched(viewer, quits):
    story = viewer.arrivals.of("quit while it plays")
    viewer.watch(FILMS[5])
    viewer.started(story)
    viewer.seek(85)
    quits["while a film plays"] = viewer.kodi.quit()
    viewer.kodi.start()
    story.rest()


def test_quit_without_a_network_the_mark_arrives_an_hour_later_with_its_true_time(viewer, quits):
    box = viewer.tv.box
    story = viewer.arrivals.of("quit without a network")
    viewer.watch(FILMS[6])
    viewer.started(story)
    box.stop_listening()
    viewer.seek(85)
    quits["without a network"] = viewer.kodi.quit()
    queue = PlayQueue(viewer.kodi.profile(ADDON_ID) / "queue.db", Clock())
    queue.shift(time.time() + AN_HOUR, -AN_HOUR)
    queue.close()
    [play] = viewer.waiting()
    box.listen_again()
    viewer.kodi.start()
    box.wait_for(lambda: box.history_calls)
    [call] = box.history_calls
    assert [film["watched_at"] for film in call.body["movies"]] == [format_utc(play.at)]


def test_kodi_ends_as_quickly_as_without_the_tracking(with_library, usual, quits):
    quits["while nothing plays"] = with_library.kodi.quit()
    print(f"quit, not linked: {usual}, linked: {quits}")
    assert median(quits.values()) - median(usual) <= NO_LONGER


def test_after_all_this_nothing_else_arrived_and_nothing_was_complained_about(with_library):
    with_library.nothing_else_arrived(FILMS[6])
    assert len(with_library.tv.box.history_calls) == 1
