"""While nothing plays the service sleeps, has loaded nothing heavy, and what Kodi calls back on only hands over."""

import sys
import threading

import pytest

from tests.fakes.kodi.installing import other_lib
from tests.frontends.kodi.idle import HEAVY
from tests.frontends.kodi.tv import ADDON_ID

HOUR = 3600.0
LEAST_SECONDS_BETWEEN_WAKES = 5.0
FIRST_SECONDS = 10.0  # in which it looks each second whether Kodi ends


def wakes(couch):
    """Return when the service or one of its threads woke up by itself."""
    return sorted([*couch.kodi.waiting.waits, *couch.kodi.waiting.sleepers.woken])


def test_an_idle_service_wakes_up_no_more_often_than_every_five_seconds_once_it_has_started(couch):
    couch.service(10)  # what there is to do at the first start
    couch.restart()
    couch.service(HOUR)
    found = [at for at in wakes(couch) if at > FIRST_SECONDS + couch.now() - HOUR]
    assert len(found) > 10
    gaps = [later - earlier for earlier, later in zip(found, found[1:])]
    assert min(gaps) >= LEAST_SECONDS_BETWEEN_WAKES
    assert couch.kodi.waiting.sleepers.woken == []


def test_after_a_film_it_is_as_quiet_as_before(couch):
    couch.watch(couch.play_film, (240, "end"), until=600)
    late = [at for at in wakes(couch) if at > 300]
    assert (
        len(late) > 4 and min(later - earlier for earlier, later in zip(late, late[1:])) >= LEAST_SECONDS_BETWEEN_WAKES
    )


def test_who_is_linked_and_idle_has_loaded_nothing_heavy(couch):
    couch.service(10)
    couch.restart()
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] in HEAVY}
    try:
        with other_lib():
            couch.service(HOUR)
        assert [name for name in HEAVY if name in sys.modules] == []
    finally:
        sys.modules.update(kept)


@pytest.mark.parametrize("linked", [True, False])
def test_kodi_ends_at_once_while_nothing_plays(make_couch, linked):
    couch = make_couch(linked=linked)
    couch.service(100)
    assert couch.kodi.clock.now == 100


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
