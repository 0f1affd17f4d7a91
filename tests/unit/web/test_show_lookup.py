"""A media server is asked for the ids of a show, and whatever it answers, nothing breaks."""

import json

import pytest

from lib.simkl.api.media import SHOW, Item
from lib.system.secrets import Secret
from lib.web.delivery.show_lookup import ShowLookupFailed, fetch_show_ids, show_reference, with_show_ids
from tests.fakes.clock import FakeClock
from tests.fakes.ports import free_port
from tests.fakes.servers.library_server import KEY, LibraryServer

WANTED = {"imdb": "tt9900001", "tmdb": "990001", "tvdb": "980001"}
AT_JELLYFIN = {"Tvdb": "980001", "Imdb": "tt9900001", "Tmdb": "990001", "TvRage": "17", "AniDB": ""}
AT_PLEX = {"tvdb": "980001", "imdb": "tt9900001", "tmdb": "990001", "local": "5"}


SENDERS = {"jellyfin": AT_JELLYFIN, "emby": AT_JELLYFIN, "plex": AT_PLEX}


def test_each_kind_of_server_tells_and_the_key_is_in_no_address():
    for sender, ids in SENDERS.items():
        with LibraryServer({"400": ids}) as server:
            found = fetch_show_ids(f"{server.url}/", Secret(KEY), show_reference(sender, "400"), FakeClock())
            assert found == WANTED, sender
            assert not [path for path in server.asked if KEY in path]


ANSWERS = {
    "a wrong key": None,
    "a page": (200, b"<html></html>"),
    "nothing": (200, b""),
    "no object": (200, b"[]"),
    "an error of the server": (500, b"{}"),
    "a redirect": (302, b""),
    "too much": (200, b" " * (2 << 20)),
    "nested too deep": (200, b"[" * 100_000),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_what_is_no_answer(answer):
    with LibraryServer({"400": AT_JELLYFIN}, answer) as server, pytest.raises(ShowLookupFailed):
        fetch_show_ids(server.url, Secret("wrong"), "jellyfin:400", FakeClock())


def test_a_server_that_is_off_and_an_answer_that_drips():
    clock = FakeClock()
    with pytest.raises(ShowLookupFailed):
        fetch_show_ids(f"http://127.0.0.1:{free_port()}", Secret(KEY), "emby:400", clock)
    clock.monotonic = lambda: clock.now if clock.sleep(5) else clock.now  # every look at it takes 5 s
    with LibraryServer({}, (200, b" " * 200_000)) as server, pytest.raises(ShowLookupFailed):
        fetch_show_ids(server.url, Secret(KEY), "jellyfin:400", clock)


ODD = {
    "jellyfin": [{}, {"Items": None}, {"Items": []}, {"Items": [1]}, {"Items": [{"ProviderIds": 3}]}, {"Items": [{}]}],
    "plex": [{}, {"MediaContainer": []}, {"MediaContainer": {"Metadata": [{"Guid": "x"}]}},
             {"MediaContainer": {"Metadata": [{"Guid": [1, {"id": 2}]}]}}],
}  # fmt: skip


@pytest.mark.parametrize(("sender", "payload"), [(sender, each) for sender, found in ODD.items() for each in found])
def test_odd_answers_hold_no_ids(sender, payload):
    with LibraryServer({}, (200, json.dumps(payload).encode())) as server:
        assert fetch_show_ids(server.url, Secret(KEY), f"{sender}:400", FakeClock()) == {}


def test_a_number_that_is_no_number_stays_within_its_place():
    with LibraryServer({}) as server, pytest.raises(ShowLookupFailed):
        fetch_show_ids(server.url, Secret(KEY), "plex:../../accounts?x=", FakeClock())
    assert server.asked == ["/library/metadata/..%2F..%2Faccounts%3Fx%3D?includeGuids=1"]


def test_only_servers_that_can_be_asked_have_a_reference():
    found = [show_reference(sender, "4") for sender in ("jellyfin", "plex", "tautulli", "jellyfin_webhooks")]
    assert found == ["jellyfin:4", "plex:4", "", ""]
    assert show_reference("jellyfin", "") == ""


def test_ids_that_the_item_has_stay():
    item = Item(SHOW, "Lantern Street", 2021, (("imdb", "tt1"),), 2, 4, (("tvdb", "8"),))
    found = with_show_ids(item, {"imdb": "tt2", "tvdb": "980001"})
    assert dict(found.ids) == {"imdb": "tt1", "tvdb": "980001"}
    assert (found.title, found.season, found.episode, found.episode_ids) == ("Lantern Street", 2, 4, (("tvdb", "8"),))
