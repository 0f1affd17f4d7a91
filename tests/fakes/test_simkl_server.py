"""the fake Simkl server behaves as Simkl's documentation says.

One line of this file for one line of the documentation.
"""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from datetime import datetime

import pytest
import requests
from zoneinfo import ZoneInfo

from tests.fakes.simkl import FakeSimkl
from tests.fakes.simkl.faults import OPTIONS, order_from_spec
from tests.fakes.simkl.limits import seconds_until_reset

NAMED = {"app-name": "simkl-link", "app-version": "1.0.0"}
AGENT = {"User-Agent": "simkl-link/1.0.0"}
PENDING = {"result": "KO", "message": "Authorization pending"}
SLOW_DOWN = {"result": "KO", "message": "Slow down"}


class FakeClock:
    """A monotonic clock that only moves when told."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Client:
    """Somebody who asks the fake server the way a plugin does."""

    def __init__(self, box):
        self.box = box
        self.client_id = box.client_id

    def get(self, path, token=None, timeout=60, **query):
        headers = {**AGENT, **({"Authorization": f"Bearer {token}"} if token else {})}
        query = {"client_id": self.client_id, **NAMED, **query}
        return requests.get(self.box.url + path, params=query, headers=headers, timeout=timeout)

    def start(self, **query):
        return self.get("/oauth/pin", **query).json()

    def poll(self, user_code, **query):
        return self.get(f"/oauth/pin/{user_code}", **query).json()

    def link(self):
        code = self.start()["user_code"]
        self.box.approve(code)
        return self.poll(code)["access_token"]

    def control(self, name, **body):
        return requests.post(f"{self.box.url}/_box/{name}", json=body, timeout=60)


@pytest.fixture(scope="module")
def clock():
    return FakeClock()


@pytest.fixture(scope="module")
def running(clock):
    settings = {"v2_client_ids": ["v2"], "client_ids": ["first", "second"], "redirects": ["https://example.org/done"]}
    with FakeSimkl(clock=clock, limits=False, **settings) as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def client(box):
    return Client(box)


# the PIN flow: api-reference/pin


def test_a_start_has_the_documented_shape(box, client):
    code = client.start()
    assert re.fullmatch(r"[A-Z0-9]{5}", code.pop("user_code"))
    assert code == {
        "result": "OK",
        "device_code": "DEVICE_CODE",
        "verification_uri": box.url + "/pin",
        "verification_url": box.url + "/pin",
        "expires_in": 900,
        "interval": 5,
    }


def test_a_waiting_code_is_pending(client):
    assert client.poll(client.start()["user_code"]) == PENDING


def test_an_approval_is_delivered_once_and_takes_the_code_with_it(box, client):
    code = client.start()["user_code"]
    box.approve(code)
    answer = client.poll(code)
    assert answer["result"] == "OK"
    assert re.fullmatch(r"[0-9a-f]{64}", answer["access_token"])
    assert set(answer) == {"result", "access_token"}
    again = client.poll(code)
    assert again["device_code"] == "DEVICE_CODE" and again["user_code"] != code


@pytest.mark.parametrize("wrong", ["ZZZZZZ", "a/b", "%20", "k"])
def test_an_unknown_code_is_answered_with_a_fresh_one_that_lives(client, wrong):
    fresh = client.poll(wrong)
    assert fresh["result"] == "OK" and "access_token" not in fresh
    assert client.poll(fresh["user_code"]) == PENDING


def test_an_expired_code_is_answered_with_a_fresh_one(box, client):
    code = client.start()["user_code"]
    box.advance(899.9)
    assert client.poll(code) == PENDING
    box.advance(0.1)
    assert client.poll(code)["user_code"] != code
    with pytest.raises(LookupError):
        box.approve(code)


def test_a_code_of_another_app_is_unknown(box, client):
    code = client.start()["user_code"]
    box.approve(code)
    client.client_id = "second"
    assert "access_token" not in client.poll(code)


def test_a_denied_code_stays_pending_until_it_expires(box, client):
    code = client.start()["user_code"]
    assert box.deny(code) == code
    assert client.poll(code) == PENDING
    box.advance(900)
    assert client.poll(code)["user_code"] != code


def test_an_approved_code_cannot_be_denied(box, client):
    code = client.start()["user_code"]
    box.approve(code)
    with pytest.raises(LookupError):
        box.deny(code)


def test_no_code_is_given_out_twice(clock):
    with FakeSimkl(code_length=1, clock=clock, limits=False) as box:
        codes = [Client(box).start()["user_code"] for _ in range(36)]
    assert len(set(codes)) == 36


def test_wanted_codes_come_first_and_exactly_as_written(clock):
    with FakeSimkl(codes=["wwWWW-8", "O0I1"], clock=clock, limits=False) as box:
        client = Client(box)
        assert [client.start()["user_code"] for _ in range(2)] == ["wwWWW-8", "O0I1"]
        assert client.poll("wwWWW-8") == PENDING


def test_the_newest_waiting_code_is_approved_on_request(box, client):
    client.start()
    newest = client.start()["user_code"]
    assert box.approve_pending() == newest
    assert [code.state for code in box.codes] == ["waiting", "approved"]


def test_nothing_to_approve_is_an_error(box):
    with pytest.raises(LookupError):
        box.approve_pending()


def test_redirects_must_be_registered(client):
    assert client.start(redirect="https://example.org/done")["result"] == "OK"
    answer = client.get("/oauth/pin", redirect="https://example.org/other")
    assert (answer.status_code, answer.json()["error"]) == (403, "redirect_failed")


# pacing: noticed always, answered only on request


def test_polls_that_come_too_fast_are_noted(box, client):
    code = client.start()["user_code"]
    for pause in (0, 4.9, 4.96, 5):
        box.advance(pause)
        assert client.poll(code) == PENDING
    assert [(each.user_code, round(each.gap, 2)) for each in box.too_fast] == [(code, 4.9)]


def test_slow_down_is_said_when_asked_for(clock):
    with FakeSimkl(slow_down=True, clock=clock, limits=False) as box:
        client = Client(box)
        code = client.start()["user_code"]
        assert client.poll(code) == PENDING
        box.approve(code)
        assert client.poll(code) == SLOW_DOWN
        box.advance(5)
        assert "access_token" in client.poll(code)


# tokens: api-reference/auth-v1


def test_one_app_and_user_have_one_token_until_it_is_revoked(box, client):
    token = client.link()
    assert client.link() == token
    client.client_id = "second"
    assert client.link() != token
    client.client_id = "first"
    assert box.revoke(token) == 1
    assert client.get("/users/settings", token).status_code == 401
    assert client.link() != token


def test_another_user_has_another_token(box, client):
    box.add_user("second_viewer", 900002, "vip")
    token = client.link()
    code = client.start()["user_code"]
    box.approve(code, "second_viewer")
    other = client.poll(code)["access_token"]
    account = client.get("/users/settings", other).json()["account"]
    assert other != token and (account["id"], account["type"]) == (900002, "vip")
    assert box.revoke("second_viewer") == 1
    assert [grant.token for grant in box.tokens] == [token]


def test_revoking_takes_an_approval_along_that_was_not_picked_up(box, client):
    code = client.start()["user_code"]
    box.approve(code)
    assert box.revoke() == 1
    assert "access_token" not in client.poll(code)


def test_no_repr_shows_a_token(box, client):
    token = client.link()
    client.get("/users/settings", token)
    assert token not in repr(box.tokens) + repr(box.requests)


# the account: api-reference/simkl/get-user-settings


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_settings_have_the_documented_shape(box, client, method):
    token = client.link()
    answer = requests.request(
        method,
        box.url + "/users/settings",
        params={"client_id": "first"},
        headers={"authorization": f"bearer {token}"},
        timeout=60,
    ).json()
    assert set(answer["user"]) == {"name", "joined_at", "gender", "avatar", "bio", "loc", "age"}
    assert answer["user"]["name"] == "sample_viewer"
    assert answer["account"] == {
        "id": 900001,
        "timezone": "Europe/Oslo",
        "type": "free",
        "anime_title_language": "en",
    }
    avatar = requests.get(answer["user"]["avatar"], timeout=60)
    assert avatar.headers["Content-Type"] == "image/jpeg" and avatar.content.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("client_id", "token", "error"),
    [
        ("first", None, "user_token_failed"),
        ("first", "0" * 64, "user_token_failed"),
        ("second", "of the first app", "user_token_failed"),
        ("v2", None, "user_token_required"),
        ("v2", "0" * 64, "invalid_token"),
    ],
)
def test_a_token_that_does_not_fit_is_401(client, client_id, token, error):
    token = client.link() if token == "of the first app" else token
    client.client_id = client_id
    answer = client.get("/users/settings", token)
    body = answer.json()
    assert (answer.status_code, body["error"], body["code"]) == (401, error, 401)
    assert answer.headers["WWW-Authenticate"] == f'Bearer realm="api.simkl.com", error="{error}"'


# client_id, attribution, errors: conventions/headers, conventions/errors, conventions/cors


@pytest.mark.parametrize("path", ["/oauth/pin", "/oauth/pin/K7QXM", "/users/settings"])
@pytest.mark.parametrize("client_id", ["", "wrong", None])
def test_an_unknown_client_id_is_412(client, path, client_id):
    answer = client.get(path, client_id=client_id)
    assert answer.status_code == 412
    assert {**answer.json(), "message": ""} == {"error": "client_id_failed", "code": 412, "message": ""}


@pytest.mark.parametrize("path", ["/oauth/pin", "/oauth/pin/K7QXM"])
def test_a_v2_client_id_is_refused_by_v1_pages(client, path):
    answer = client.get(path, client_id="v2")
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


def test_the_client_id_may_come_as_a_header(box):
    assert requests.get(box.url + "/oauth/pin", headers={"simkl-api-key": "first"}, timeout=60).status_code == 200


def test_who_does_not_say_its_name_is_served_and_noted(box, client):
    client.start()
    for query, agent in [({"app-version": "1"}, AGENT), ({"app-name": "x"}, AGENT), (NAMED, {"User-Agent": ""})]:
        answer = requests.get(box.url + "/oauth/pin", params={"client_id": "first", **query}, headers=agent, timeout=60)
        assert answer.status_code == 200
    assert len(box.unattributed) == 3


def test_an_address_simkl_does_not_have_is_404_in_the_envelope(box, client):
    answer = client.get("/oauth/authorise")
    assert (answer.status_code, answer.json()["error"]) == (404, "url_failed")
    assert [(seen.path, seen.status) for seen in box.requests] == [("/oauth/authorise", 404)]


def test_browsers_may_read_answers_and_errors(box, client):
    assert client.get("/oauth/pin", client_id="wrong").headers["Access-Control-Allow-Origin"] == "*"
    preflight = requests.options(box.url + "/oauth/pin", timeout=60)
    assert (preflight.status_code, preflight.headers["Access-Control-Max-Age"]) == (200, "86400")


# limits: resources/rate-limits


def test_ten_gets_and_one_post_a_second(clock):
    with FakeSimkl(clock=clock) as box:
        client = Client(box)
        assert [client.get("/oauth/pin").status_code for _ in range(11)] == [200] * 10 + [429]
        refusal = client.get("/oauth/pin")
        assert refusal.json()["error"] == "rate_limit" and "Retry-After" not in refusal.headers
        box.advance(1)
        token = client.link()
        url, query = box.url + "/users/settings", {"client_id": client.client_id}
        bearer = {"Authorization": f"Bearer {token}"}
        assert [requests.post(url, params=query, headers=bearer, timeout=60).status_code for _ in "12"] == [200, 429]


@pytest.mark.parametrize(("who", "error"), [("user", "user_limit_exceeded"), ("app", "app_limit_exceeded")])
def test_the_quota_of_the_day_can_be_tried_out(client, who, error):
    answer = client.get("/oauth/pin", debug_limit=who)
    assert (answer.status_code, answer.json()["error"]) == (429, error)
    assert 0 < int(answer.headers["Retry-After"]) <= 25 * 3600


@pytest.mark.parametrize(
    ("new_york", "hours"),
    [((2026, 1, 15, 18), 6), ((2026, 3, 8, 0), 23), ((2026, 11, 1, 0), 25), ((2026, 7, 1, 23), 1)],
)
def test_the_day_ends_at_midnight_in_new_york(new_york, hours):
    assert seconds_until_reset(datetime(*new_york, tzinfo=ZoneInfo("America/New_York"))) == hours * 3600


# what the fake server remembers


def test_requests_are_recorded_as_they_came(box, client):
    box.advance(7)
    client.get("/users/settings", "abc")
    requests.post(box.url + "/users/settings?client_id=first&x=1", json={"a": [1]}, timeout=60)
    first, second = box.requests
    assert (first.method, first.path, first.status) == ("GET", "/users/settings", 401)
    assert first.query == {"client_id": "first", **NAMED}
    assert (first.headers["Authorization"], first.headers["User-Agent"]) == ("Bearer abc", AGENT["User-Agent"])
    assert (first.at, first.body) == (box.clock(), None)
    assert (second.method, second.query["x"], second.body) == ("POST", "1", {"a": [1]})


def test_pages_and_remote_control_are_not_api_requests(box):
    apps = "/settings/connected-apps/"
    for path in ("/", "/pin", apps, apps.rstrip("/"), "/static/box.css", "/favicon.ico", "/_box/state"):
        assert requests.get(box.url + path, timeout=60).status_code == 200
    assert box.requests == []


def test_waiting_for_a_request_needs_no_sleeping(box, client):
    asking = threading.Thread(target=client.start)
    asking.start()
    assert box.wait_for(lambda: box.codes)[0].state == "waiting"
    asking.join()
    with pytest.raises(TimeoutError, match="/oauth/pin"):
        box.wait_for(lambda: len(box.requests) > 1, timeout=0.01)


def test_reset_makes_the_box_as_new(box, client):
    client.link()
    client.start()
    box.order("status", status=503)
    box.reset()
    assert (box.codes, box.tokens, box.requests, box.orders.pending) == ([], [], [], [])


def test_the_network_goes_and_comes_back_on_the_same_port(box, client):
    code = client.start()["user_code"]
    address = (box.url.split("//")[1].split(":")[0], int(box.url.rpartition(":")[2]))
    with socket.create_connection(address) as idle:
        client.poll(code)
        box.stop_listening()
        idle.settimeout(5)
        assert idle.recv(1) == b""
    with pytest.raises(requests.ConnectionError):
        client.poll(code)
    box.listen_again()
    assert client.poll(code) == PENDING


# faults


def test_status_carries_what_was_ordered(box, client):
    box.order("status", status=503, retry_after=3)
    answer = client.get("/oauth/pin")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert (box.requests[-1].fault, box.requests[-1].status) == ("status", 503)


@pytest.mark.parametrize(
    ("status", "error", "body"),
    [(412, None, "client_id_failed"), (401, None, "user_token_failed"), (500, None, "internal"), (400, "x", "x")],
)
def test_status_has_the_identifier_that_belongs_to_it(box, client, status, error, body):
    box.order("status", status=status, **({"error": error} if error else {}))
    answer = client.get("/oauth/pin")
    assert (answer.status_code, answer.json()["error"], answer.json()["code"]) == (status, body, status)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_faults_happen_in_order_so_many_times_and_only_where_they_fit(box, client):
    box.order("status", status=502, times=2, path="/oauth/pin/")
    last = box.order("empty", path="/oauth/pin/")
    assert client.get("/oauth/pin").status_code == 200
    assert [client.get("/oauth/pin/x").status_code for _ in range(2)] == [502, 502]
    assert client.get("/oauth/pin/x").content == b"" and last.spent
    assert client.get("/oauth/pin/x").json()["result"] == "OK"


def test_forever_ends_when_cleared(box, client):
    box.order("status", times=None, status=500)
    assert {client.get("/oauth/pin").status_code for _ in range(4)} == {500}
    box.clear_faults()
    assert client.get("/oauth/pin").status_code == 200


def test_reset_leaves_no_answer(box, client):
    box.order("reset")
    with pytest.raises(requests.ConnectionError, match="reset"):
        client.get("/oauth/pin")
    assert (box.requests[-1].status, box.requests[-1].fault) == (None, "reset")


def test_hang_ends_when_the_client_gives_up(box, client):
    box.order("hang")
    with pytest.raises(requests.ReadTimeout):
        client.get("/oauth/pin", timeout=0.05)
    assert client.get("/oauth/pin").status_code == 200


def test_a_hanging_request_does_not_keep_the_box_from_stopping(clock):
    box = FakeSimkl(clock=clock).start()
    box.order("hang")
    failures = []

    def ask():
        try:
            Client(box).get("/oauth/pin", timeout=60)
        except requests.ConnectionError as failure:
            failures.append(failure)

    asking = threading.Thread(target=ask)
    asking.start()
    box.wait_for(lambda: box.requests and box.requests[0].fault == "hang")
    box.stop()
    asking.join(60)
    assert len(failures) == 1


def test_slow_drips_the_real_answer(box, client):
    box.order("slow", period=0.001)
    assert client.start()["user_code"] == box.codes[0].user_code


def test_slow_outlasts_a_timeout_between_bytes(box, client):
    box.order("slow", period=30)
    with pytest.raises(requests.ConnectionError, match="timed out"):
        client.get("/oauth/pin", timeout=0.05)


def test_truncated_promises_more_than_it_sends(box, client):
    box.order("truncated")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        client.get("/oauth/pin")


def test_html_is_a_hotel_login_page_with_200(box, client):
    box.order("html")
    answer = client.get("/oauth/pin")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<form" in answer.text


def test_redirect_notes_whether_the_token_came_along(box):
    box.order("redirect", times=2)
    for follow in (True, False):
        answer = requests.get(
            box.url + "/users/settings", headers={"Authorization": "Bearer abc"}, allow_redirects=follow, timeout=5
        )
    assert (answer.status_code, answer.headers["Location"]) == (302, box.url + "/elsewhere")
    assert [seen.headers.get("Authorization") for seen in box.elsewhere] == ["Bearer abc"]


def test_redirect_goes_where_it_is_told(box, client):
    box.order("redirect", to="http://[::1]:1/x", status=307)
    answer = requests.get(box.url + "/oauth/pin", allow_redirects=False, timeout=60)
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://[::1]:1/x")


@pytest.mark.parametrize("fault", ["empty", "not_json"])
def test_what_says_json_is_not(box, client, fault):
    box.order(fault)
    answer = client.get("/oauth/pin")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_wrong_types_keeps_the_names(box, client):
    right = client.start()
    box.order("wrong_types", times=2)
    wrong = client.start()
    assert set(wrong) == set(right) and wrong["result"] == "OK"
    assert all(type(wrong[name]) is not type(right[name]) for name in right if name != "result")
    code = box.codes[-1].user_code
    box.approve(code)
    assert client.poll(code) == {"result": "OK", "access_token": 12345}


def test_big_is_more_than_a_mebibyte(box, client):
    box.order("big")
    assert len(client.get("/oauth/pin").content) > 1024 * 1024


def test_answer_says_whatever_a_test_wants(box, client):
    box.order("answer", body={"result": "OK"}, status=201)
    box.order("answer", body="hello", content_type="text/plain")
    first, second = client.get("/oauth/pin"), client.get("/oauth/pin")
    assert (first.status_code, first.json()) == (201, {"result": "OK"})
    assert (second.text, second.headers["Content-Type"]) == ("hello", "text/plain")


def test_fresh_code_hides_a_code_that_is_fine(box, client):
    code = client.start()["user_code"]
    box.approve(code)
    box.order("fresh_code")
    assert client.poll(code)["user_code"] != code
    assert "access_token" in client.poll(code)


def test_slow_down_can_be_ordered(box, client):
    code = client.start()["user_code"]
    box.order("slow_down", times=2)
    assert [client.poll(code) for _ in range(3)] == [SLOW_DOWN, SLOW_DOWN, PENDING]


def test_lost_approval_waits_for_an_approval_and_loses_it(box, client):
    order = box.order("lost_approval")
    code = client.start()["user_code"]
    assert client.poll(code) == PENDING and not order.served
    box.approve(code)
    with pytest.raises(requests.ConnectionError):
        client.poll(code)
    assert (box.requests[-1].status, box.requests[-1].fault) == (None, "lost_approval")
    assert client.poll(code)["user_code"] != code


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("reset", ("reset", 1, "", {})),
        (
            "status:status=503,retry_after=3,times=2,path=/oauth/pin",
            ("status", 2, "/oauth/pin", {"status": 503, "retry_after": 3}),
        ),
        ("slow:period=0.5,times=forever", ("slow", None, "", {"period": 0.5})),
    ],
)
def test_a_fault_can_be_written_in_a_line(spec, expected):
    order = order_from_spec(spec)
    assert (order.fault, order.times, order.path, order.options) == expected


BAD_ORDERS = [
    ("sabotage", {}, "lost_approval"),
    ("status", {}, "status needs"),
    ("status", {"status": 99}, "between 200 and 599"),
    ("status", {"status": "many"}, "whole number"),
    ("html", {"status": 503}, "accepts times, path"),
    ("reset", {"times": 0}, "at least 1"),
    ("reset", {"path": "oauth"}, "starts with '/'"),
    ("slow", {"period": -1}, "negative"),
    ("answer", {}, "body"),
]


@pytest.mark.parametrize(("fault", "options", "says"), BAD_ORDERS)
def test_a_bad_order_says_what_is_accepted(box, client, fault, options, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        box.order(fault, **options)
    refused = client.control("faults", fault=fault, **options)
    assert refused.status_code == 400 and says in refused.json()["error"]


@pytest.mark.parametrize("spec", ["status:503", "reset:fault=hang", "", "status:"])
def test_a_bad_line_is_an_error(spec):
    with pytest.raises(ValueError):
        order_from_spec(spec)


# the remote control


def test_remote_control_does_what_the_hand_does(box, client):
    code = client.start()["user_code"]
    assert client.control("approve").json() == {"user_code": code}
    token = client.poll(code)["access_token"]
    denied = client.start()["user_code"]
    assert client.control("deny", user_code=denied.lower()).json() == {"user_code": denied}
    assert client.control("revoke", user_name="sample_viewer").json() == {"revoked": 1}
    assert client.control("clock", advance=901).status_code == 200
    assert client.poll(denied)["user_code"] != denied
    client.control("faults", fault="status", status=503, times=None, path="/users")
    assert client.get("/users/settings", token).status_code == 503
    assert requests.get(box.url + "/_box/state", timeout=60).json()["faults"] == [
        {"fault": "status", "status": 503, "times": "forever", "path": "/users", "served": 1}
    ]
    assert requests.delete(box.url + "/_box/faults", timeout=60).status_code == 200
    assert client.get("/users/settings", token).status_code == 401
    assert client.control("reset").json()["codes"] == []


def test_remote_control_shows_tokens_only_as_their_hash(box, client):
    token = client.link()
    client.get("/users/settings", token)
    seen = requests.get(box.url + "/_box/requests", timeout=60)
    state = requests.get(box.url + "/_box/state", timeout=60)
    assert token not in seen.text + state.text
    hashed = state.json()["tokens"][0]["token_sha256"]
    assert seen.json()[-1]["headers"]["Authorization"] == f"Bearer sha256:{hashed}"


def test_faults_and_limits_leave_pages_and_remote_control_alone(clock):
    with FakeSimkl(clock=clock, faults=["reset:times=forever"]) as box:
        for path in ["/_box/state", "/pin"] * 8:
            assert requests.get(box.url + path, timeout=60).status_code == 200


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("clock", '{"advance": -1}', "forwards"),
        ("clock", '{"advance": NaN}', "forwards"),
        ("clock", "{}", "number of seconds"),
        ("clock", '{"advance": true}', "number of seconds"),
        ("approve", '{"user_code": 5}', "must be text"),
        ("approve", '{"user_code": "XXXXX"}', "XXXXX"),
        ("approve", '{"code": "XXXXX"}', "accepts user_code, user_name"),
        ("approve", "[]", "JSON object"),
        ("deny", "", "no code is waiting"),
        ("revoke", "{not json", "JSON object"),
        ("faults", "", "lost_approval"),
        ("faults", '{"fault": "status", "status": 503, "self": 1}', "no option 'self'"),
        ("faults", '{"fault": "reset", "times": Infinity}', "whole number"),
        ("reset", '{"x": 1}', "no options"),
    ],
)
def test_remote_control_explains_what_it_did_not_understand(box, name, body, says):
    answer = requests.post(f"{box.url}/_box/{name}", data=body, timeout=60)
    assert answer.status_code == 400 and says in answer.json()["error"]


# the pages


def submit(box, path, follow=True, **form):
    return requests.post(box.url + path, data=form, allow_redirects=follow, timeout=60)


def test_a_person_allows_a_code_in_whatever_way_it_is_typed(box, client):
    code = client.start()["user_code"]
    consent = submit(box, "/pin", user_code=f" {code[:2].lower()}-{code[2:]} ")
    assert consent.status_code == 200 and code in consent.text and "simkl-link" in consent.text
    done = submit(box, "/pin/answer", user_code=code, answer="allow")
    assert "Done. Look at your TV." in done.text
    assert "access_token" in client.poll(code)


def test_a_person_denies_a_code(box, client):
    code = client.start()["user_code"]
    assert "Not linked" in submit(box, "/pin/answer", user_code=code, answer="deny").text
    assert client.poll(code) == PENDING


def test_allowing_twice_does_no_harm(box, client):
    code = client.start()["user_code"]
    for _ in range(2):
        assert "Done" in submit(box, "/pin/answer", user_code=code, answer="allow").text


def test_after_a_yes_the_browser_goes_to_the_registered_redirect(box, client):
    code = client.start(redirect="https://example.org/done")["user_code"]
    answer = submit(box, "/pin/answer", follow=False, user_code=code, answer="allow")
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://example.org/done")


@pytest.mark.parametrize("path", ["/pin", "/pin/answer"])
def test_a_wrong_code_keeps_what_was_typed_and_escapes_it(box, path):
    page = submit(box, path, user_code='x"><script>', answer="allow")
    assert page.status_code == 404 and "No screen is waiting" in page.text
    assert 'value="x&#34;&gt;&lt;script&gt;"' in page.text


@pytest.mark.parametrize("path", ["/pin/K7QXM", "/pin?pin=K7QXM", "/pin?user_code=K7QXM"])
def test_a_link_fills_in_the_code(box, path):
    assert 'value="K7QXM"' in requests.get(box.url + path, timeout=60).text


def test_the_name_of_an_app_is_escaped_everywhere(box, client):
    code = client.start(**{"app-name": "<b>odd"})["user_code"]
    assert "&lt;b&gt;odd" in submit(box, "/pin", user_code=code).text
    box.approve(code)
    page = requests.get(box.url + "/settings/connected-apps/", timeout=60).text
    assert "&lt;b&gt;odd" in page and "<b>odd" not in page


def test_a_person_revokes_an_app(box, client):
    token = client.link()
    page = requests.get(box.url + "/settings/connected-apps/", timeout=60).text
    assert "simkl-link" in page and token not in page
    after = submit(box, "/settings/connected-apps/revoke", client_id="first", user_name="sample_viewer")
    assert "Nothing is linked" in after.text
    assert client.get("/users/settings", token).status_code == 401


@pytest.mark.parametrize("path", ["/", "/pin", "/pin-result/allowed", "/settings/connected-apps/"])
def test_every_page_says_it_is_not_simkl_and_loads_nothing_from_outside(box, path):
    page = requests.get(box.url + path, timeout=60).text
    assert "A stand-in for tests, not Simkl" in page and "<script" not in page
    assert not re.search(r'(?:src|href|action)="(?!/)', page)


# the command


def command(*flags):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.simkl", *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_the_command_says_where_it_is_and_ends_on_sigterm():
    with command("--port", "0", "--code", "K7QXM", "--fault", "status:status=503", "--client-id", "mine") as process:
        url = re.fullmatch(r"Fake Simkl server on (http://127\.0\.0\.1:\d+)\n", process.stdout.readline()).group(1)
        ask = {"params": {"client_id": "mine"}, "timeout": 5}
        assert requests.get(url + "/oauth/pin", **ask).status_code == 503
        assert requests.get(url + "/oauth/pin", **ask).json()["user_code"] == "K7QXM"
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")


def test_the_command_explains_a_bad_fault_and_a_taken_port(box):
    with command("--fault", "sabotage") as bad, command("--port", box.url.rpartition(":")[2]) as taken:
        errors = bad.communicate(timeout=60)[1], taken.communicate(timeout=60)[1]
    assert (bad.returncode, taken.returncode) == (2, 1)
    assert OPTIONS.keys() <= set(re.findall(r"\w+", errors[0])) and "Address already in use" in errors[1]
