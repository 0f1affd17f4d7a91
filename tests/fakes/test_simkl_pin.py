"""The PIN flow, V1's tokens, the account and what every request meets, as Simkl's documentation says."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from zoneinfo import ZoneInfo

from tests.fakes.program import AGENT, NAMED, Program, browse, linked, said, simkl, table
from tests.fakes.simkl.limits import seconds_until_reset

PENDING = {"result": "KO", "message": "Authorization pending"}
SLOW_DOWN = {"result": "KO", "message": "Slow down"}


@pytest.fixture
def client(box):
    return Program(box, "v1-public")


# the PIN flow: api-reference/pin


def test_a_start_has_the_documented_shape(box, client):
    code = client.start()
    assert re.fullmatch(r"[A-Z0-9]{5}", code.pop("user_code"))
    page = box.url + "/pin"
    assert code == {
        "result": "OK", "device_code": "DEVICE_CODE", "verification_uri": page, "verification_url": page,
        "expires_in": 900, "interval": 5,
    }  # fmt: skip


def test_an_approval_is_delivered_once_and_takes_the_code_with_it(box, client):
    code = client.start()["user_code"]
    assert client.poll_pin(code) == PENDING
    box.approve(code)
    with pytest.raises(LookupError):
        box.deny(code)
    answer = client.poll_pin(code)
    assert re.fullmatch(r"[0-9a-f]{64}", answer.pop("access_token")) and answer == {"result": "OK"}
    assert client.poll_pin(code)["user_code"] != code


@pytest.mark.parametrize("wrong", ["ZZZZZZ", "a/b", "%20", "k"])
def test_an_unknown_code_is_answered_with_a_fresh_one_that_lives(client, wrong):
    fresh = client.poll_pin(wrong)
    assert fresh["result"] == "OK" and "access_token" not in fresh
    assert client.poll_pin(fresh["user_code"]) == PENDING


@pytest.mark.parametrize("denied", [False, True])
def test_a_code_is_pending_until_it_expires_even_if_it_was_denied(box, client, denied):
    code = client.start()["user_code"]
    assert not denied or box.deny(code) == code
    box.advance(899.9)
    assert client.poll_pin(code) == PENDING
    box.advance(0.1)
    assert client.poll_pin(code)["user_code"] != code
    with pytest.raises(LookupError):
        box.approve(code)


def test_a_code_of_another_app_is_unknown(box, client):
    code = box.approve(client.start()["user_code"])
    assert "access_token" not in Program(box, "v1-bare").poll_pin(code)


def test_no_code_is_given_out_twice_and_wanted_ones_come_first_as_they_are_written():
    box = simkl(code_length=1, codes=["wwWWW-8", "O0I1L"])
    client = Program(box, "v1-public")
    codes = [client.start()["user_code"] for _ in range(38)]
    assert codes[:2] == ["wwWWW-8", "O0I1L"] and len(set(codes)) == 38
    assert client.poll_pin("wwWWW-8") == PENDING
    with pytest.raises(LookupError):  # only V2's codes read I as 1 and O as 0
        box.approve("00111")
    assert box.approve("o0i1l") == "O0I1L"


def test_the_newest_waiting_code_of_either_generation_is_approved_on_request(box, client, tv):
    with pytest.raises(LookupError):
        box.approve_pending()
    pin = client.start()["user_code"]
    box.advance(1)
    device = tv.device()["user_code"]
    assert [box.approve_pending(), box.approve_pending()] == [device, pin]
    assert [(code.user_code, code.state) for code in box.codes] == [(pin, "approved"), (device, "approved")]


def test_polls_that_come_too_fast_are_noted_and_told_only_when_asked_for(box, client):
    code = client.start()["user_code"]
    for pause in (0, 4.9, 4.96, 5):
        box.advance(pause)
        assert client.poll_pin(code) == PENDING
    assert [(each.user_code, round(each.gap, 2)) for each in box.too_fast] == [(code, 4.9)]
    box = simkl(slow_down=True)
    client = Program(box, "v1-public")
    code = client.start()["user_code"]
    client.poll_pin(code)
    box.approve(code)
    assert client.poll_pin(code) == SLOW_DOWN
    box.advance(5)
    assert "access_token" in client.poll_pin(code)


@pytest.mark.parametrize("fault", ["fresh_code", "slow_down"])
def test_an_answer_of_a_poll_can_be_ordered(box, client, fault):
    code = box.approve(client.start()["user_code"])
    box.order(fault)
    answer = client.poll_pin(code)
    assert answer == SLOW_DOWN if fault == "slow_down" else answer["user_code"] != code
    assert "access_token" in client.poll_pin(code)


# tokens and the account: api-reference/auth-v1, simkl/get-user-settings


def test_one_app_and_user_have_one_token_until_it_is_revoked(box, client):
    box.add_user("second_viewer", 900002, "vip")
    token = client.link()
    other = client.link("second_viewer")
    assert client.link() == token == box.tokens[0].token and len({token, other, Program(box, "v1-bare").link()}) == 3
    assert box.revoke("second_viewer") == 1 and client.settings(other).status_code == 401
    assert box.revoke(token) == 1 and client.settings(token).status_code == 401
    assert client.link() != token
    box.approve(client.start()["user_code"])
    assert box.revoke() == 2 and box.tokens == []


def test_revoking_takes_an_approval_along_that_was_not_picked_up(box, client):
    code = box.approve(client.start()["user_code"])
    assert box.revoke() == 1 and "access_token" not in client.poll_pin(code)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_settings_have_the_documented_shape(box, program, method):
    bearer = {"authorization": f"bearer {program.token}"}
    answer = program.settings(None, method, headers=bearer).json
    assert set(answer["user"]) == {"name", "joined_at", "gender", "avatar", "bio", "loc", "age"}
    assert answer["user"]["name"] == "sample_viewer"
    account = {"id": 900001, "timezone": "Europe/Oslo", "type": "free", "anime_title_language": "en"}
    assert answer["account"] == account
    avatar = browse(box, answer["user"]["avatar"])
    assert avatar.headers["Content-Type"] == "image/jpeg" and avatar.data.startswith(b"\xff\xd8\xff")


@table(("client_id", "token", "error"), {
    "nothing on V1": ("v1-public", None, "user_token_failed"),
    "a token nobody got on V1": ("v1-public", "0" * 64, "user_token_failed"),
    "another app's on V1": ("v1-bare", "own", "user_token_failed"),
    "another generation's on V1": ("v1-public", "v2", "user_token_failed"),
    "nothing on V2": ("v2-public", None, "user_token_required"),
    "a token nobody got on V2": ("v2-public", "simkl_at_x", "invalid_token"),
    "another app's on V2": ("v2-tv", "v2", "invalid_token"),
})  # fmt: skip
def test_a_token_works_only_with_the_client_id_that_issued_it(box, client, public, client_id, token, error):
    token = {"own": lambda: client.link(), "v2": lambda: public.sign_in()["access_token"]}.get(token, lambda: token)()
    answer = Program(box, client_id).settings(token)
    assert said(answer) == (401, error) and answer.json["code"] == 401
    assert answer.headers["WWW-Authenticate"] == f'Bearer realm="api.simkl.com", error="{error}"'


@pytest.mark.parametrize(("generation", "length"), [("v1", 64), ("v2", 43)])
def test_a_token_is_given_without_a_dance(box, generation, length):
    box.add_user("second_viewer", 900002)
    assert len(box.give_token("second_viewer", generation)) == length
    assert [each.user.name for each in box.tokens] == ["second_viewer"]
    for wrong in ({"user_name": "nobody"}, {"generation": "v3"}, {"client_id": "nobody"}):
        with pytest.raises(LookupError):
            box.give_token(**wrong)


# client_id, attribution, errors, limits: conventions/headers, errors, cors; resources/rate-limits


@pytest.mark.parametrize("path", ["/oauth/pin", "/oauth/pin/K7QXM", "/users/settings", "/sync/history", "/search/tv"])
def test_an_unknown_client_id_is_412_and_of_v2_nothing_for_a_pin(client, path):
    for client_id in ("", "wrong", None):
        answer = client.get(path, client_id=client_id)
        assert said(answer) == (412, "client_id_failed") and answer.json["code"] == 412
    if path.startswith("/oauth"):
        assert said(client.get(path, client_id="v2-tv")) == (400, "unauthorized_client")


def test_who_does_not_say_its_name_is_served_and_noted(box, client):
    key = {"simkl-api-key": "v1-public"}
    assert client.get("/oauth/pin", client_id=None, headers=key).status_code == 200 and box.unattributed == []
    for changes in ({"app-name": None}, {"app-version": None}, {"headers": {"User-Agent": ""}}):
        assert client.get("/oauth/pin", **changes).status_code == 200
    assert len(box.unattributed) == 3


def test_an_address_simkl_does_not_have_is_404_in_the_envelope(box, client):
    assert said(client.get("/oauth/authorise")) == (404, "url_failed")
    assert [(seen.path, seen.status) for seen in box.requests] == [("/oauth/authorise", 404)]


def test_browsers_may_read_answers_and_errors(client):
    assert client.get("/oauth/pin", client_id="wrong").headers["Access-Control-Allow-Origin"] == "*"
    preflight = client.ask("OPTIONS", "/oauth/pin", client_id=None)
    assert (preflight.status_code, preflight.headers["Access-Control-Max-Age"]) == (200, "86400")


def test_ten_gets_and_one_post_a_second():
    box = simkl(limits=True)
    client = Program(box, "v1-public")
    assert [client.get("/oauth/pin").status_code for _ in range(11)] == [200] * 10 + [429]
    refusal = client.get("/oauth/pin")
    assert said(refusal) == (429, "rate_limit") and "Retry-After" not in refusal.headers
    for generation in ("v1", "v2"):
        program = linked(box, None, generation)
        assert [program.settings(method="POST").status_code for _ in range(2)] == [200, 429]
        box.advance(1)
        assert program.settings(method="POST").status_code == 200


@pytest.mark.parametrize(
    ("new_york", "hours"),
    [((2026, 1, 15, 18), 6), ((2026, 3, 8, 0), 23), ((2026, 11, 1, 0), 25), ((2026, 7, 1, 23), 1)],
)
def test_the_day_ends_at_midnight_in_new_york(new_york, hours):
    assert seconds_until_reset(datetime(*new_york, tzinfo=ZoneInfo("America/New_York"))) == hours * 3600


# what the fake server remembers


def test_requests_are_recorded_as_they_came(box, client):
    box.advance(7)
    client.settings("abc")
    client.post("/users/settings", {"a": [1]}, x="1")
    first, second = box.requests
    assert (first.method, first.path, first.status) == ("GET", "/users/settings", 401)
    assert first.query == {"client_id": "v1-public", **NAMED} and (first.at, first.body) == (box.clock(), None)
    assert (first.headers["Authorization"], first.headers["User-Agent"]) == ("Bearer abc", AGENT)
    assert (second.method, second.query["x"], second.body) == ("POST", "1", {"a": [1]})


def test_reset_makes_the_box_as_new(box, client):
    client.link()
    client.start()
    box.advance(5)
    box.order("status", status=503)
    box.reset()
    assert (box.codes, box.tokens, box.requests, box.orders.pending, box.clock()) == ([], [], [], [], 1000)


def test_no_repr_shows_a_secret(box, client, tv, public):
    token, device, tokens = client.link(), tv.device()["device_code"], public.sign_in()
    client.settings(token)
    tv.poll(device)
    public.refresh(tokens["refresh_token"])
    shown = repr([box.tokens, box.requests, box.codes, box.grants, box.refreshes, box.apps.get("v1-server")])
    secrets = [token, device, tokens["access_token"], tokens["refresh_token"], box.grants[1].token, "s3cret"]
    assert not [secret for secret in secrets if secret in shown]
