"""The PIN flow, V1's tokens and what every request meets, how often Simkl may be asked included."""

from datetime import datetime

import pytest
from zoneinfo import ZoneInfo

from tests.fakes.program import FILM, Program, linked, marked, said, simkl, table
from tests.fakes.simkl.gate import PerDay

PENDING = {"result": "KO", "message": "Authorization pending"}
SLOW_DOWN = {"result": "KO", "message": "Slow down"}
NOON = datetime(2026, 11, 2, 12, tzinfo=ZoneInfo("America/New_York"))


@pytest.fixture
def client(box):
    return Program(box, "v1-public")


def test_an_approval_is_delivered_once_to_its_app_and_takes_the_code_with_it(box, client):
    code = client.start()["user_code"]
    assert client.poll_pin(code) == PENDING
    box.approve(code)
    with pytest.raises(LookupError):
        box.deny(code)
    assert "access_token" not in Program(box, "v1-bare").poll_pin(code)
    assert client.poll_pin(code) == {"result": "OK", "access_token": box.tokens[0].token}
    assert client.poll_pin(code)["user_code"] != code


@pytest.mark.parametrize("wrong", ["ZZZZZZ", "a/b", "%20", "k"])
def test_an_unknown_code_is_answered_with_a_fresh_one_that_lives(client, wrong):
    fresh = client.poll_pin(wrong)
    assert fresh["result"] == "OK" and "access_token" not in fresh
    assert client.poll_pin(fresh["user_code"]) == PENDING


def test_a_code_is_pending_until_it_expires_even_if_it_was_denied(box, client):
    codes = [client.start()["user_code"], box.deny(client.start()["user_code"])]
    box.advance(899.9)
    assert [client.poll_pin(code) for code in codes] == [PENDING, PENDING]
    box.advance(0.1)
    assert not set(codes) & {client.poll_pin(code)["user_code"] for code in codes}
    with pytest.raises(LookupError):
        box.approve(codes[0])


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


# tokens: api-reference/auth-v1


def test_one_app_and_user_have_one_token_until_it_is_revoked(box, client):
    box.add_user("second_viewer", 900002)
    token = client.link()
    other = client.link("second_viewer")
    assert client.link() == token == box.tokens[0].token and len({token, other, Program(box, "v1-bare").link()}) == 3
    assert box.revoke("second_viewer") == 1 and client.settings(other).status_code == 401
    assert box.revoke(token) == 1 and client.settings(token).status_code == 401
    assert client.link() != token
    code = box.approve(client.start()["user_code"])
    assert box.revoke() == 2 and box.tokens == [] and "access_token" not in client.poll_pin(code)


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


# client_id and attribution: conventions/headers, errors


@pytest.mark.parametrize("path", ["/oauth/pin", "/oauth/pin/K7QXM", "/users/settings", "/sync/history", "/search/tv"])
def test_an_unknown_client_id_is_412_and_of_v2_nothing_for_a_pin(client, path):
    for client_id in ("", "wrong", None):
        assert said(client.get(path, client_id=client_id)) == (412, "client_id_failed")
    if path.startswith("/oauth"):
        assert said(client.get(path, client_id="v2-tv")) == (400, "unauthorized_client")


def test_who_does_not_say_its_name_is_served_and_noted(box, client):
    key = {"simkl-api-key": "v1-public"}
    assert client.get("/oauth/pin", client_id=None, headers=key).status_code == 200 and box.unattributed == []
    for changes in ({"app-name": None}, {"app-version": None}, {"headers": {"User-Agent": ""}}):
        assert client.get("/oauth/pin", **changes).status_code == 200
    assert len(box.unattributed) == 3


# in a second and in a day: resources/rate-limits


def left(answer):
    return answer.headers.get("X-RateLimit-Remaining")


def signed_in(client_id="v2-public", **settings):
    box = simkl(**settings)
    program = Program(box, client_id)
    return box, program, program.sign_in()["access_token"]


def test_all_but_the_first_answer_to_a_brand_new_token_say_what_is_left():
    box, program, token = signed_in()
    assert [left(program.settings(token)) for _ in range(2)] == [None, "498"]
    fresh = program.refresh(box.tokens[0].refresh_token).json["access_token"]
    assert [left(program.settings(fresh)) for _ in range(2)] == [None, "496"]


def test_nothing_left_is_said_with_a_success_and_the_next_call_fails_until_midnight_in_new_york():
    box, program, token = signed_in(user_quota=3, day=NOON)
    assert [left(program.settings(token)) for _ in range(3)] == [None, "1", "0"]
    refusal = program.scrobble("stop", FILM, 90, token=token)
    assert said(refusal) == (429, "user_limit_exceeded") and refusal.headers["Retry-After"] == str(12 * 3600)
    assert left(refusal) is None and marked(box) == set()
    box.advance(12 * 3600 - 1)
    assert program.settings(token).headers["Retry-After"] == "1"
    box.advance(1)
    assert left(program.settings(token)) == "2"


def test_a_user_has_one_quota_for_all_links_and_others_have_their_own_and_signing_in_is_free():
    box, program, token = signed_in(user_quota=3)
    box.add_user("second_viewer", 900002)
    assert program.settings().status_code == 401
    second, other = (box.give_token(name, "v2", "v2-tv") for name in (None, "second_viewer"))
    tv = Program(box, "v2-tv")
    for each in (token, program.sign_in()["access_token"]):
        assert program.settings(each).status_code == 200
    assert [tv.settings(second).status_code for _ in range(2)] == [200, 429]
    assert tv.settings(other).status_code == 200


def test_a_v1_app_has_one_quota_for_all_its_users_and_no_published_number():
    box, program, token = signed_in("v1-public", user_quota=1)
    assert [program.settings(token).status_code for _ in range(3)] == [200] * 3
    box, program, token = signed_in("v1-public", app_quota=2, day=NOON)
    assert [program.settings(token).status_code, program.settings().status_code] == [200, 401]
    refusal = program.settings(token)
    assert said(refusal) == (429, "app_limit_exceeded") and refusal.headers["Retry-After"] == str(12 * 3600)
    assert Program(box, "v1-bare").settings().status_code == 401
    box.advance(12 * 3600)
    assert program.settings(token).status_code == 200


def test_the_documented_number_is_only_enforced_while_limits_are():
    box, program, token = signed_in(day=NOON)
    for _ in range(500):
        box.per_day.spend("user 900001", 500)
    assert program.settings(token).status_code == 200
    box.limits = True
    assert program.settings(token).status_code == 429


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
    day = PerDay(lambda: 0.0, datetime(*new_york, tzinfo=ZoneInfo("America/New_York")))
    assert day.seconds_until_reset() == hours * 3600
