"""What media servers send reaches Simkl, and what Simkl says becomes the verdict."""

from unittest.mock import Mock

import pytest

from lib.simkl.api.media import Item
from lib.system.secrets import Secret
from lib.tracking.play import Play
from lib.web.delivery.show_lookup import ShowLookupFailed
from tests.fakes.clock import NOON
from tests.fakes.servers.common import EpisodeFile, Film
from tests.unit.tracking.sending import before_each_request
from tests.unit.web.evenings import BEN, BY_FILE_NAME, EPISODE, LinkedEvening
from tests.unit.web.senders import by_jellyfin, by_plex, finished_by_jellyfin

HARBOUR_KEY, LANTERN_KEY = (9000002, None, None), (9000001, 2, 4)
KEY = Secret("key-of-the-server")
NOBODY_KNOWS = EpisodeFile("Nobody Knows It", show_year=1999, ids={})


@pytest.fixture
def make(tmp_path, request):
    def make(**more):
        evening = LinkedEvening(tmp_path, **more)
        request.addfinalizer(evening.box.stop_listening)
        return evening

    return make


@pytest.fixture
def evening(make):
    return make()


def times(evening: LinkedEvening, user: str, key: tuple) -> int:
    watched = evening.box.watched.get(user, {}).get(key)
    return watched.times if watched else 0


def is_kept(evening: LinkedEvening) -> bool:
    """Whether nothing has reached Simkl, and the one play still waits."""
    return not any(evening.box.watched.values()) and evening.queue.waiting("900001") == 1


def test_a_film_is_watched_at_simkl(evening):
    (started,) = evening.play(by_jellyfin("Start"), 4)
    evening.deliver()
    assert evening.outcome(started) == "sent"
    (stopped,) = evening.play(5900, finished_by_jellyfin())
    evening.deliver()
    assert times(evening, "ana", HARBOUR_KEY) == 1
    found = evening.receiver.deliveries.get(stopped.id)
    assert (found.outcome.value, found.detail) == ("sent", "Simkl has it: The Glass Harbour.")
    assert evening.box.malformed == [] and evening.box.too_many_posts == []


def test_each_account_gets_its_own(evening):
    evening.play(by_plex("scrobble"), by_plex("scrobble", EPISODE, viewer=BEN))
    evening.deliver("ana")
    evening.deliver("ben")
    found = [times(evening, user, key) for user in ("ana", "ben") for key in (HARBOUR_KEY, LANTERN_KEY)]
    assert found == [1, 0, 0, 1]


def test_what_simkl_does_not_know_says_so_of_each_request(evening):
    verdicts = evening.play(*(by_plex("scrobble", Film("Nobody Knows It", year, ids={})) for year in (1999, 2001)))
    (episode,) = evening.play(by_plex("scrobble", NOBODY_KNOWS))
    evening.deliver()
    evening.clock.now += 100_000
    (again,) = evening.play(by_plex("stop", NOBODY_KNOWS, 2600))
    evening.deliver()
    assert {evening.outcome(each) for each in (*verdicts, episode, again)} == {"unknown_title"}
    assert len(evening.receiver.deliveries.latest(outcome="unknown_title")) == 4


@pytest.mark.parametrize(("kinds", "outcome", "marked"), [(("shows",), "excluded", 0), (("movies",), "sent", 1)])
def test_what_only_simkl_recognises_is_of_a_kind_that_the_server_tracks(make, kinds, outcome, marked):
    evening = make(kinds=kinds)
    verdict = evening.send(by_plex("scrobble", BY_FILE_NAME))
    evening.deliver()
    assert (evening.outcome(verdict), times(evening, "ana", HARBOUR_KEY)) == (outcome, marked)


def test_what_was_paused_and_went_on_before_it_was_sent_is_superseded(evening):
    verdicts = evening.play(by_jellyfin("Start"), 60, by_plex("pause", position=60), by_plex("resume", position=60))
    evening.deliver()
    assert [evening.outcome(each) for each in verdicts[1:]] == ["superseded", "sent"]


def test_ids_of_a_show_are_asked_for_once(make):
    fetch = Mock(return_value={"tvdb": "980001"})
    evening = make(fetch=fetch, url="http://192.0.2.2:8096", api_key=KEY)
    show = {"show": "Lantern Street as the server calls it", "show_year": None, "ids": {}}
    for numbers in ((4, 5), (6,)):
        evening.play(*(finished_by_jellyfin(EpisodeFile(number=number, **show), 2600) for number in numbers))
        evening.deliver()
    (asked,) = fetch.call_args_list
    assert asked.args[:3] == ("http://192.0.2.2:8096", KEY, "jellyfin:99ff88eed9cb469fa165708677289599")
    assert [times(evening, "ana", (9000001, 2, number)) for number in (4, 5, 6)] == [1, 1, 1]


@pytest.mark.parametrize(("settings", "most"), [({"api_key": KEY}, 1), ({}, 0)], ids=["no answer", "no key"])
def test_a_server_that_tells_no_ids_holds_nothing_up(make, settings, most):
    fetch = Mock(side_effect=ShowLookupFailed("ConnectTimeout"))
    evening = make(fetch=fetch, url="http://192.0.2.2:8096", **settings)
    evening.play(*(finished_by_jellyfin(EpisodeFile(number=number), 2600) for number in (4, 5, 6)))
    evening.deliver()
    assert (times(evening, "ana", LANTERN_KEY), fetch.call_count) == (1, most)


def test_what_was_sent_right_before_a_sudden_end_is_not_called_superseded(evening):
    verdict = evening.send(by_plex("scrobble"))
    evening.receiver.queued.settle = lambda *_, **__: None  # the end comes before the verdict is written
    evening.deliver()
    evening.start()
    evening.receiver.queued.sweep("900001")
    assert (times(evening, "ana", HARBOUR_KEY), evening.outcome(verdict)) == (1, "sent")


FILE = Play("stop", None, NOON, progress=100.0, file="The Glass Harbour (2018).mkv")  # is asked for, and then sent


@pytest.mark.parametrize("in_the_middle", [False, True])
def test_an_account_that_is_linked_to_somebody_else_gets_nothing_of_the_former(evening, in_the_middle):
    evening.queue.add("900001", [FILE])
    before_each_request(evening.box, lambda body: evening.link("ana", 900099, "2026-11-24T12:00:00Z"))
    if not in_the_middle:
        evening.link("ana", 900099, "2026-11-24T12:00:00Z")
    evening.deliver()
    assert is_kept(evening)
    assert bool(evening.box.requests) is in_the_middle


def test_an_account_that_is_renamed_in_the_settings_file_goes_on_under_its_new_name(evening):
    settings = evening.folder / "settings.yaml"
    right = settings.read_text()
    evening.send(by_plex("scrobble"))
    settings.write_text("accounts: {ana: [half")  # in the middle of an edit nothing is lost
    evening.send(by_plex("scrobble", EPISODE))
    settings.write_text(right)
    evening.senders.step("900001")
    settings.write_text(right.replace("ana:", "anna:"))
    evening.clock.now += 2
    evening.deliver()
    assert [times(evening, "ana", key) for key in (HARBOUR_KEY, LANTERN_KEY)] == [1, 1]


def test_what_simkl_does_not_take_says_why_and_a_link_that_it_refuses_keeps_the_plays(evening, caplog):
    evening.box.order("status", status=400, error="wrong_parameter", times=9)
    verdict = evening.send(by_plex("scrobble"))
    evening.deliver()
    found = evening.receiver.deliveries.get(verdict.id)
    assert found.outcome.value == "rejected"
    assert found.detail.startswith("Simkl did not accept it: ")
    evening.box.clear_faults()
    evening.box.revoke("ana")
    verdict = evening.send(by_plex("scrobble", EPISODE))
    evening.deliver()
    assert (evening.outcome(verdict), is_kept(evening)) == ("queued", True)
    assert "plays wait" in caplog.text


def test_a_client_id_that_is_missing_keeps_the_plays_and_retrying_sends_them(evening):
    settings = evening.folder / "settings.yaml"
    right = settings.read_text()
    verdict = evening.send(by_plex("scrobble"))
    evening.queue.add("900001", [Play("watched", Item("show", "Lantern Street", 2021, season=2, episode=4), NOON)])
    settings.write_text(right.replace("client_id", "app_id"))
    assert evening.senders.step("900001") > 0  # tried again by itself
    assert evening.outcome(verdict) == "queued"
    settings.write_text(right)
    evening.senders.retry_now("900001")
    evening.deliver()
    assert [times(evening, "ana", key) for key in (HARBOUR_KEY, LANTERN_KEY)] == [1, 1]  # one came from no request
