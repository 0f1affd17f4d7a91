"""A network that goes, a Kodi that is killed and one that is quit: no play is lost, and none is told twice."""

import time

from lib.system.timestamps import format_utc
from tests.real_kodi.library import FILMS, catalogue
from tests.real_kodi.viewer import pause, start, stop

BOX = {"catalogue": catalogue()}

AN_HOUR = 3600.0


def queued(viewer, *actions):
    viewer.tv.wait(lambda: [play.action for play in viewer.waiting()] == list(actions), f"{actions} queued")


def answered(viewer):
    """Wait until the answer to the last call is taken, or the next call comes in the same second."""
    queued(viewer)


def test_what_is_watched_while_the_network_is_away_arrives_when_it_is_back(viewer):
    lost, without, back = FILMS[:3]
    viewer.watch(lost)
    viewer.expect(start(lost))
    viewer.tv.box.stop_listening()
    viewer.seek(85)
    viewer.stop()
    viewer.watch(without)
    queued(viewer, "stop", "start")
    viewer.seek(90)
    viewer.stop()
    queued(viewer, "stop", "stop")
    viewer.tv.box.listen_again()
    viewer.watch(back)
    viewer.expect(stop(lost, 85), stop(without, 90), start(back))
    viewer.stop()
    viewer.expect(stop(back, 2))


def test_killed_past_the_mark_it_is_watched_after_the_next_start(viewer):
    film = FILMS[3]
    viewer.watch(film)
    viewer.expect(start(film))
    viewer.seek(85)
    viewer.pause()
    viewer.expect(pause(film, 85))
    viewer.resume()
    viewer.expect(start(film, 85))
    answered(viewer)
    viewer.kodi.kill()
    viewer.kodi.start()
    viewer.expect(stop(film, 85))


def test_killed_before_the_mark_its_place_is_kept_at_the_next_start(viewer):
    film = FILMS[4]
    viewer.watch(film)
    viewer.expect(start(film))
    answered(viewer)
    viewer.kodi.kill()
    viewer.kodi.start()
    viewer.expect(stop(film, 2))
    assert film.title in [each.title for each in viewer.tv.box.playbacks]


def test_quit_while_it_plays_it_is_watched(viewer):
    film = FILMS[5]
    viewer.watch(film)
    viewer.expect(start(film))
    viewer.seek(85)
    viewer.kodi.quit()
    assert viewer.tv.complaints() == []  # nothing had to be killed
    viewer.kodi.start()
    viewer.expect(stop(film, 85))


def test_quit_without_a_network_the_mark_arrives_an_hour_later_with_its_true_time(viewer):
    box, film = viewer.tv.box, FILMS[6]
    viewer.watch(film)
    viewer.expect(start(film))
    box.stop_listening()
    viewer.seek(85)
    viewer.kodi.quit()
    assert viewer.tv.complaints() == []
    queue = viewer.queue()
    queue.shift(time.time() + AN_HOUR, -AN_HOUR)
    queue.close()
    [play] = viewer.waiting()
    box.listen_again()
    viewer.kodi.start()
    box.wait_for(lambda: box.history_calls)
    [call] = box.history_calls
    assert [film["watched_at"] for film in call.body["movies"]] == [format_utc(play.at)]


def test_after_all_this_nothing_else_arrived_and_nothing_was_complained_about(with_library):
    with_library.kodi.quit()
    with_library.nothing_else_arrived(FILMS[6])
    assert len(with_library.tv.box.history_calls) == 1
