"""What media servers send reaches Simkl, and what Simkl says becomes the verdict."""

from __future__ import annotations

import pytest

from lib.simkl.api.media import Item
from lib.system.secrets import Secret
from lib.tracking.play import Play
from lib.web.delivery.show_lookup import ShowLookupFailed
from tests.fakes.servers.titles import EpisodeFile, Film, Viewer
from tests.unit.tracking.sending import before_each_request
from tests.unit.web.receiving import BEN, EPISODE
from tests.unit.web.sending_plays import LinkedEvening

HARBOUR_KEY, LANTERN_KEY = (9000002, None, None), (9000001, 2, 4)
ANA, BEN_NAME = "ana", "ben"
KEY = Secret("key-of-the-server")


@pytest.fixture
def make(tmp_path):
    evenings = []

    def made(**more):
        evenings.append(LinkedEvening(tmp_path, **more))
        return evenings[-1]

    yield made
    for evening in evenings:
        evening.box.stop()


def times(evening: LinkedEvening, user: str, key: tuple) -> int:
    watched = evening.box.watched.get(user, {}).get(key)
    return watched.times if watched else 0


def test_a_film_is_watched_at_simkl(make):
    evening = make()
    started = evening.jellyfin("PlaybackStart")
    evening.wait(4)
    evening.deliver()
    assert evening.outcome(started) == "sent"
    evening.wait(5900, step=50)
    stopped = evening.jellyfin("PlaybackStop", position=5900, PlayedToCompletion=True)
    evening.deliver()
    assert times(evening, ANA, HARBOUR_KEY) == 1
    found = evening.receiver.deliveries.get(stopped.id)
    assert (found.outcome.value, found.detail) == ("sent", "Simkl has it: The Glass Harbour.")
    assert evening.box.malformed == [] and evening.box.too_many_posts == []


def test_each_account_gets_its_own(make):
    evening = make()
    evening.plex("scrobble")
    evening.plex("scrobble", EPISODE, viewer=BEN)
    evening.deliver(ANA)
    evening.deliver(BEN_NAME)
    assert (times(evening, ANA, HARBOUR_KEY), times(evening, BEN_NAME, HARBOUR_KEY)) == (1, 0)
    assert (times(evening, ANA, LANTERN_KEY), times(evening, BEN_NAME, LANTERN_KEY)) == (0, 1)


def test_what_simkl_does_not_know_says_so(make):
    evening = make()
    verdicts = [evening.plex("scrobble", Film("Nobody Knows It", 1999, ids={"imdb": "tt1234567"})) for _ in range(1)]
    again = evening.plex("scrobble", Film("Nobody Knows It", 2001, ids={"imdb": "tt1234567"}))
    evening.deliver()
    assert [evening.outcome(each) for each in (*verdicts, again)] == ["unknown_title", "unknown_title"]
    assert len(evening.receiver.deliveries.latest(outcome="unknown_title")) == 2


@pytest.mark.parametrize(("kinds", "outcome", "marked"), [(("shows",), "excluded", 0), (("movies",), "sent", 1)])
def test_what_only_simkl_recognises_is_of_a_kind_that_the_server_tracks(make, kinds, outcome, marked):
    name = "The.Glass.Harbour.2018.1080p.mkv"
    evening = make(kinds=kinds)
    verdict = evening.plex("scrobble", Film(name, None, ids={}, path=f"/films/{name}"))
    evening.deliver()
    assert (evening.outcome(verdict), times(evening, ANA, HARBOUR_KEY)) == (outcome, marked)


def test_what_was_paused_and_went_on_before_it_was_sent_is_superseded(make):
    evening = make()
    evening.jellyfin("PlaybackStart")
    evening.wait(60)
    paused = evening.plex("pause", position=60)
    resumed = evening.plex("resume", position=60)
    evening.deliver()
    assert (evening.outcome(paused), evening.outcome(resumed)) == ("superseded", "sent")


def test_the_line_waits_while_simkl_cannot_be_reached(make):
    evening = make()
    evening.box.stop_listening()
    verdict = evening.plex("scrobble")
    evening.senders.step("900001")
    assert evening.outcome(verdict) == "queued"
    evening.box.listen_again()
    evening.senders.retry_now("900001")
    evening.deliver()
    assert times(evening, ANA, HARBOUR_KEY) == 1


def test_ids_of_the_show_are_asked_for_once(make):
    asked = []

    def fetch(url, key, show, clock):
        asked.append((url, key, show))
        return {"tvdb": "980001"}

    evening = make(fetch=fetch, url="http://192.0.2.2:8096", api_key=KEY)
    show = {"show": "Lantern Street as the server calls it", "show_year": None}
    evening.jellyfin("PlaybackStop", EpisodeFile(number=4, ids={}, **show), position=2600, PlayedToCompletion=True)
    evening.deliver()
    evening.jellyfin("PlaybackStop", EpisodeFile(number=5, ids={}, **show), position=2600, PlayedToCompletion=True)
    evening.deliver()
    assert asked == [("http://192.0.2.2:8096", KEY, "jellyfin:99ff88eed9cb469fa165708677289599")]
    assert (times(evening, ANA, LANTERN_KEY), times(evening, ANA, (9000001, 2, 5))) == (1, 1)


def test_a_server_that_does_not_answer_holds_nothing_up(make):
    asked = []

    def fetch(url, key, show, clock):
        asked.append(show)
        raise ShowLookupFailed("ConnectTimeout")

    evening = make(fetch=fetch, url="http://192.0.2.2:8096", api_key=KEY)
    for number in (4, 5, 6):
        evening.jellyfin("PlaybackStop", EpisodeFile(number=number), position=2600, PlayedToCompletion=True)
    evening.deliver()
    assert times(evening, ANA, LANTERN_KEY) == 1
    assert len(asked) == 1


def test_without_a_key_nothing_is_asked(make):
    def fetch(url, key, show, clock):
        raise AssertionError("asked")

    evening = make(fetch=fetch, url="http://192.0.2.2:8096")
    evening.jellyfin("PlaybackStop", EPISODE, position=2600, PlayedToCompletion=True)
    evening.deliver()
    assert times(evening, ANA, LANTERN_KEY) == 1


def test_what_was_sent_right_before_a_sudden_end_is_not_called_superseded(make):
    evening = make()
    verdict = evening.plex("scrobble")
    evening.receiver.queued.settle = lambda *_, **__: None  # the end comes before the verdict is written
    evening.deliver()
    evening.start()
    evening.receiver.queued.sweep("900001")
    assert (times(evening, ANA, HARBOUR_KEY), evening.outcome(verdict)) == (1, "sent")


def test_an_account_that_is_linked_to_somebody_else_gets_nothing_of_the_former(make):
    evening = make()
    evening.plex("scrobble")
    evening.link(ANA, 900099, "2026-11-24T12:00:00Z")
    evening.deliver()
    assert not any(evening.box.watched.values())
    assert evening.queue.waiting("900001") == 1


def test_an_account_that_is_linked_to_somebody_else_in_the_middle_sends_nothing_more_of_the_former(make):
    evening = make()
    name = "The Glass Harbour (2018).mkv"  # is asked for first, and then sent
    evening.queue.add("900001", [Play("stop", None, evening.clock.wall(), progress=100.0, file=name)])
    before_each_request(evening.box, lambda body: evening.link(ANA, 900099, "2026-11-24T12:00:00Z"))
    evening.deliver()
    assert not any(evening.box.watched.values())
    assert evening.queue.waiting("900001") == 1


def test_an_account_that_is_renamed_in_the_settings_file_goes_on_under_its_new_name(make):
    evening = make()
    evening.plex("scrobble")
    evening.plex("scrobble", EPISODE)
    evening.senders.step("900001")
    settings = evening.folder / "settings.yaml"
    settings.write_text(settings.read_text().replace("ana:", "anna:"))
    evening.clock.now += 2
    evening.deliver()
    assert [times(evening, ANA, key) for key in (HARBOUR_KEY, LANTERN_KEY)] == [1, 1]


def test_settings_in_the_middle_of_an_edit_lose_nothing(make):
    evening = make()
    evening.plex("play", position=0)
    (evening.folder / "settings.yaml").write_text("accounts: {ana: [half")
    assert evening.plex("scrobble").outcome.value == "queued"


def test_a_stranger_stays_a_stranger(make):
    evening = make()
    assert evening.plex("scrobble", viewer=Viewer("zoe")).outcome.value == "not_linked"
    evening.deliver()
    assert not any(evening.box.watched.values())


def test_what_simkl_does_not_take_says_why(make):
    evening = make()
    evening.box.order("status", status=400, error="wrong_parameter", times=9)
    verdict = evening.plex("scrobble")
    evening.deliver()
    found = evening.receiver.deliveries.get(verdict.id)
    assert found.outcome.value == "rejected"
    assert found.detail.startswith("Simkl did not accept it: ")


def test_a_link_that_simkl_refuses_keeps_the_plays(make, caplog):
    evening = make()
    evening.box.revoke(ANA)
    verdict = evening.plex("scrobble")
    evening.deliver()
    assert (evening.outcome(verdict), evening.queue.waiting("900001")) == ("queued", 1)
    assert "plays wait" in caplog.text


def test_a_client_id_that_is_missing_keeps_the_plays(make):
    evening = make()
    settings = evening.folder / "settings.yaml"
    verdict = evening.plex("scrobble")
    settings.write_text(settings.read_text().replace("client_id", "app_id"))
    assert evening.senders.step("900001") > 0  # tried again by itself
    assert evening.outcome(verdict) == "queued"


def test_a_show_that_is_known_by_now_is_not_asked_for_again(make):
    asked = []

    def fetch(url, key, show, clock):
        asked.append(show)
        return {"tvdb": "980001"}

    evening = make(fetch=fetch, url="http://192.0.2.2:8096", api_key=KEY)
    for number in (4, 5):
        evening.jellyfin("PlaybackStop", EpisodeFile(number=number), position=2600, PlayedToCompletion=True)
    evening.deliver()
    assert len(asked) == 1
    plays = [times(evening, ANA, (9000001, 2, number)) for number in (4, 5)]
    assert plays == [1, 1]


def test_several_plays_of_one_title_that_simkl_does_not_know(make):
    evening = make()
    unknown = EpisodeFile("Nobody Knows It", show_year=1999, ids={})
    first = evening.plex("scrobble", unknown)
    evening.deliver()
    evening.clock.now += 100_000
    second = evening.plex("stop", unknown, position=2600)
    evening.deliver()
    assert [evening.outcome(each) for each in (first, second)] == ["unknown_title", "unknown_title"]


def test_a_play_that_came_from_no_request(make):
    evening = make()
    evening.queue.add("900001", [Play("watched", Item("movie", "The Glass Harbour", 2018), evening.clock.wall())])
    evening.deliver()
    assert times(evening, ANA, HARBOUR_KEY) == 1
