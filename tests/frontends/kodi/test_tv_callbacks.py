"""What Kodi calls back on only hands over: it joins no thread, opens no file and asks Kodi nothing."""

import threading

import pytest

from tests.frontends.kodi.tv import ADDON_ID

NOTIFICATIONS = ["Other.linked", "Other.unlinked", "Other.queued", "VideoLibrary.OnUpdate"]


@pytest.mark.parametrize("method", NOTIFICATIONS)
def test_a_notification_leaves_all_work_to_a_thread_of_ours(couch, method):
    couch.remember(owner="900001", linked=True)
    with couch.inside():
        from lib.kodi.addon import Addon
        from lib.kodi.tracking.tracking_service import TrackingService

        service = TrackingService(Addon(couch.clock), lambda play: None)
        threads, asked = threading.enumerate(), list(couch.kodi.asked)
        service.on_notification(ADDON_ID, method, '{"item": {"type": "movie", "id": 1}, "playcount": 1}')
        assert threading.enumerate() == threads
        assert couch.kodi.asked == asked and couch.kodi.builtins == []
    assert not (couch.data / "queue.db").exists()


def test_a_stop_leaves_no_error_in_kodis_log(couch):
    couch.at(241, couch.kodi.playback.stop)
    couch.watch(couch.play_film, (60, "pause"), (70, "resume"), (120, "seek", 200), until=300)
    assert [line for line in couch.kodi.log_text().splitlines() if "EXCEPTION" in line] == []
