"""A media server is asked for the ids of a show, or whose a password is; whatever it answers, nothing breaks."""

import json

import pytest
import requests

from lib.simkl.api.media import SHOW, Item
from lib.system.secrets import Secret
from lib.web.delivery.show_lookup import ShowLookupFailed, fetch_show_ids, show_reference, with_show_ids
from lib.web.media_server_login import LoginUnavailable, MediaServerUser, check_media_login
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


def test_only_servers_that_can_be_asked_have_a_reference_and_ids_that_the_item_has_stay():
    found = [show_reference(sender, "4") for sender in ("jellyfin", "plex", "tautulli", "jellyfin_webhooks")]
    assert found == ["jellyfin:4", "plex:4", "", ""]
    assert show_reference("jellyfin", "") == ""
    item = Item(SHOW, "Lantern Street", 2021, (("imdb", "tt1"),), 2, 4, (("tvdb", "8"),))
    found = with_show_ids(item, {"imdb": "tt2", "tvdb": "980001"})
    assert dict(found.ids) == {"imdb": "tt1", "tvdb": "980001"}
    assert (found.title, found.season, found.episode, found.episode_ids) == ("Lantern Street", 2, 4, (("tvdb", "8"),))


URL = "http://media.example.org:8096"
LOGIN = "/".join((URL, "Users", "AuthenticateByName"))
LOGOUT = f"{URL}/Sessions/Logout"


def test_a_right_password_names_the_user_and_is_signed_out_again(requests_mock):
    answer = {"User": {"Id": "77aa", "Name": "Ben"}, "AccessToken": "planted-token-of-ben"}
    login = requests_mock.post(LOGIN, json=answer)
    logout = requests_mock.post(LOGOUT, status_code=204)
    assert check_media_login(URL, "ben", "right") == MediaServerUser("77aa", "Ben")
    assert login.last_request.json() == {"Username": "ben", "Pw": "right"}
    assert login.last_request.headers["Authorization"].startswith('MediaBrowser Client="Simkl Link"')
    assert 'Token="planted-token-of-ben"' in logout.last_request.headers["Authorization"]


def test_a_wrong_password_is_nobody_and_what_cannot_be_one_is_not_even_asked(requests_mock):
    login = requests_mock.post(LOGIN, [{"status_code": status} for status in (400, 401, 403)])
    assert [check_media_login(URL, "ben", "wrong") for _ in range(3)] == [None] * 3
    for name, password in (("", "x"), ("a" * 300, "x"), ("ben", "x" * 300)):
        assert check_media_login(URL, name, password) is None
    assert login.call_count == 3


@pytest.mark.parametrize(
    "answer",
    [
        {"status_code": 302, "headers": {"Location": "http://evil.example/"}}, {"status_code": 500},
        {"text": "<html>login</html>"}, {"json": {"User": {}}}, {"json": ["x"]}, {"exc": requests.ConnectTimeout},
    ],
)  # fmt: skip
def test_a_server_that_answers_otherwise_is_not_a_wrong_password(requests_mock, answer):
    requests_mock.post(LOGIN, **answer)
    with pytest.raises(LoginUnavailable):
        check_media_login(URL, "ben", "right")
