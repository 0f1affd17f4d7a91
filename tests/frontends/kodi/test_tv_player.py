"""What each callback of Kodi's player hands over, at once, whatever Kodi's getters say by then.

While nothing plays the service sleeps, and what Kodi calls back on only hands over.
"""

import threading

import pytest

from lib.kodi.playback.player import PlayerMonitor
from lib.kodi.tracking.tracking_service import TrackingService
from tests.fakes.clock import FakeClock
from tests.frontends.kodi.tv import ADDON_ID, on_old_and_new_kodi


@pytest.fixture
def ears(couch):
    """Ears at a Kodi, and what they have heard; callbacks come while `couch.wait` waits."""
    with couch.inside():
        heard = []
        made = PlayerMonitor(heard.append, FakeClock())
        made.heard = heard
        made.let = couch.kodi.waiting.wait
        yield made


def told(ears):
    """Return what was heard: an event's name with its position, or "begins"."""
    found = [(one.what.value, one.position) if hasattr(one, "what") else "begins" for one in ears.heard]
    ears.heard.clear()
    return found


@on_old_and_new_kodi
def test_what_begins_is_told_as_its_tag_has_it(couch, ears):
    about = {"mediatype": "episode", "title": "Low Tide", "tvshowtitle": "Lanterns", "season": 2, "episode": 4}
    ids, address = {"imdb": "tt1", "tvshow.tmdb": "5", "other": "7"}, "plugin://plugin.video.sample/play?id=7"
    couch.kodi.playback.start("http://cdn.example.org/1", 240.0, ids, address, year=1970, lead=-0.3, **about)
    ears.let(0.2)
    [begins] = [one for one in ears.heard if not hasattr(one, "what")]
    assert (begins.file, begins.address) == ("http://cdn.example.org/1", address)
    assert (begins.total, begins.position) == (240.0, 0.0)
    assert (begins.media, begins.title, begins.show_title) == ("episode", "Low Tide", "Lanterns")
    assert (begins.season, begins.episode, begins.year, begins.library_id) == (2, 4, 1970, 0)
    assert (begins.ids, begins.show_ids) == ({"imdb": "tt1"}, {"tmdb": "5"})


def test_nothing_is_told_before_the_first_picture_of_a_video_nor_of_music_or_of_what_is_over_by_then(couch, ears):
    couch.play_film()
    ears.let(0.05)
    assert told(ears) == [("stopped", None)]
    ears.let(0.1)
    assert told(ears) == ["begins"]
    ears.isPlayingVideo = lambda: False
    couch.play_film()
    ears.let(1)
    assert "begins" not in told(ears)
    del ears.isPlayingVideo
    couch.kodi.playback._tell("onAVStarted")
    couch.kodi.playback.file = None
    ears.let(0.01)
    assert told(ears) == []


def begun(couch, ears):
    couch.play_film()
    ears.let(10)
    ears.heard.clear()


@on_old_and_new_kodi
@pytest.mark.parametrize("act, what", [("end", "ended"), ("stop", "stopped"), ("break_off", "stopped")])
def test_each_key_is_told_with_the_position_that_can_be_trusted_which_the_end_has_none_of(couch, ears, act, what):
    begun(couch, ears)
    assert (ears.position(), ears.total_time()) == (10.0, 240.0)
    playback = couch.kodi.playback
    for press in (playback.pause, playback.resume, lambda: playback.seek(100.0), getattr(playback, act)):
        press()
        ears.let(5)
    assert told(ears) == [("paused", 10.0), ("resumed", None), ("seeked", 100.0), (what, None)]
    assert ears.position() is None and ears.total_time() is None


def test_a_callback_that_comes_too_late_does_not_take_the_next_items_position(couch, ears):
    begun(couch, ears)
    couch.kodi.playback.pause()
    couch.play_other_film()
    ears.let(0.5)
    assert told(ears) == [("paused", None), ("resumed", None), ("stopped", None)]
    assert ears.position() is None and ears.total_time() is None
    ears.let(1)
    assert told(ears) == ["begins"]
    couch.kodi.playback.pause()
    couch.play_film()
    couch.kodi.playback._opening = False  # not even when the next item shows its picture already
    ears.let(0.1)
    assert told(ears)[0] == ("paused", None)


def test_what_comes_when_nothing_plays_any_more_is_nothing_or_has_no_position(couch, ears):
    begun(couch, ears)
    couch.kodi.playback.pause()
    couch.kodi.playback.quit()
    ears.let(0.1)
    assert told(ears) == [("paused", None)]
    ears.getTotalTime = lambda: couch.kodi.playback.stop() or ears.getTime()
    ears.snapshot_now()
    assert told(ears) == []


def test_callbacks_ask_kodi_for_nothing_that_takes_time(couch, ears, monkeypatch):
    begun(couch, ears)
    couch.kodi.asked.clear()
    monkeypatch.setattr("builtins.open", lambda *args, **kwargs: pytest.fail("a callback opens a file"))
    for callback in (
        ears.onPlayBackStarted, ears.onAVStarted, ears.onPlayBackPaused, ears.onPlayBackResumed,
        lambda: ears.onPlayBackSeek(1000, 500), ears.onPlayBackStopped, ears.onPlayBackEnded, ears.onPlayBackError,
    ):  # fmt: skip
        callback()
    assert couch.kodi.asked == [] and len(ears.heard) == 8


@pytest.mark.parametrize("film", [False, True], ids=["nothing played", "after a film"])
def test_an_idle_service_wakes_up_no_more_often_than_every_five_seconds(couch, film):
    couch.service(10)  # what there is to do at the first start
    couch.restart()
    if film:
        couch.plan(1, 241)
    couch.service(3600)
    assert couch.now() == 3610  # and ends at once
    sleepers = couch.kodi.waiting.sleepers.woken
    late = sorted(at for at in [*couch.kodi.waiting.waits, *sleepers] if at > (310 if film else 20))
    assert len(late) > 10 and min(later - earlier for earlier, later in zip(late, late[1:])) >= 5
    assert film or sleepers == []


@pytest.mark.parametrize("method", ["Other.linked", "Other.unlinked", "Other.queued", "VideoLibrary.OnUpdate"])
def test_a_notification_leaves_all_work_to_a_thread_of_ours(couch, method):
    couch.remember(owner="900001", linked=True)
    with couch.inside():
        service = TrackingService(couch.addon(), lambda play: None)
        threads, asked = threading.enumerate(), list(couch.kodi.asked)
        service.on_notification(ADDON_ID, method, '{"item": {"type": "movie", "id": 1}, "playcount": 1}')
        assert threading.enumerate() == threads
        assert couch.kodi.asked == asked and couch.kodi.builtins == []
    assert not (couch.data / "queue.db").exists()
