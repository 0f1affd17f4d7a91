"""The requests of a day, as Simkl's page `resources/rate-limits` says."""

from __future__ import annotations

from datetime import datetime

import pytest
import requests
from zoneinfo import ZoneInfo

from tests.fakes.oauth_program import Program, failed, oauth_box

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 2, 12, tzinfo=NEW_YORK)
LIMIT, LEFT = "X-RateLimit-Limit", "X-RateLimit-Remaining"


def told(answer):
    return answer.headers.get(LIMIT), answer.headers.get(LEFT)


def signed_in(box, client_id="v2-public"):
    program = Program(box, client_id)
    return program, program.sign_in()["access_token"]


@pytest.mark.parametrize(("account_type", "limit"), [("free", "500"), ("pro", "1000"), ("vip", "10000")])
def test_what_a_user_may_ask_depends_on_the_account(account_type, limit):
    with oauth_box(account_type=account_type) as box:
        program, token = signed_in(box)
        program.settings(token)
        assert told(program.settings(token)) == (limit, str(int(limit) - 2))


def test_the_first_answer_to_a_brand_new_token_says_nothing():
    with oauth_box() as box:
        program, token = signed_in(box)
        assert told(program.settings(token)) == (None, None)
        assert told(program.settings(token)) == ("500", "498")
        fresh = program.refresh(box.tokens[0].refresh_token).json()["access_token"]
        assert told(program.settings(fresh)) == (None, None)
        assert told(program.settings(fresh)) == ("500", "496")


def test_nothing_left_is_said_with_a_success_and_the_next_call_fails_until_midnight_in_new_york():
    with oauth_box(user_quota=3, day=NOON) as box:
        program, token = signed_in(box)
        assert [told(program.settings(token))[1] for _ in range(3)] == [None, "1", "0"]
        refusal = program.settings(token)
        assert failed(refusal) == (429, "user_limit_exceeded") and refusal.headers["Retry-After"] == str(12 * 3600)
        assert told(refusal) == (None, None)
        box.advance(12 * 3600 - 1)
        assert program.settings(token).headers["Retry-After"] == "1"
        box.advance(1)
        assert told(program.settings(token)) == ("3", "2")


def test_a_user_has_one_quota_for_all_apps_and_links_and_others_have_their_own():
    with oauth_box(user_quota=3) as box:
        box.add_user("second_viewer", 900002)
        program, token = signed_in(box)
        program.settings(token)
        program.settings(program.sign_in()["access_token"])
        tv = Program(box, "v2-tv")
        tokens = []
        for name in (None, "second_viewer"):
            started = tv.device()
            box.approve(started["user_code"], name)
            tokens.append(tv.poll(started["device_code"]).json()["access_token"])
        assert [tv.settings(tokens[0]).status_code for _ in range(2)] == [200, 429]
        assert tv.settings(tokens[1]).status_code == 200


def test_signing_in_refreshing_and_being_nobody_cost_nothing():
    with oauth_box(user_quota=1) as box:
        program, token = signed_in(box)
        assert program.refresh(box.tokens[0].refresh_token).status_code == 200
        assert [program.settings(token).status_code, program.settings().status_code] == [401, 401]
        assert program.settings(box.tokens[0].token).status_code == 200


def test_v1_has_no_such_headers_and_no_published_number():
    with oauth_box(user_quota=1) as box:
        program, token = signed_in(box, "v1-public")
        answers = [program.settings(token) for _ in range(5)]
        assert {(answer.status_code, told(answer)) for answer in answers} == {(200, (None, None))}


def test_a_v1_app_has_one_quota_for_all_its_users():
    with oauth_box(app_quota=2, day=NOON) as box:
        program, token = signed_in(box, "v1-public")
        assert [program.settings(token).status_code, program.settings().status_code] == [200, 401]
        refusal = program.settings(token)
        assert failed(refusal) == (429, "app_limit_exceeded") and refusal.headers["Retry-After"] == str(12 * 3600)
        assert Program(box, "v1-bare").settings().status_code == 401
        box.advance(12 * 3600)
        assert program.settings(token).status_code == 200


@pytest.mark.parametrize("limits", [True, False])
def test_the_documented_number_is_only_enforced_while_limits_are(limits):
    with oauth_box(limits=limits, day=NOON) as box:
        program, token = signed_in(box)
        for _ in range(500):
            box.per_day.spend("user 900001", 500)
        assert program.settings(token).status_code == (429 if limits else 200)


@pytest.mark.parametrize(("who", "error"), [("user", "user_limit_exceeded"), ("app", "app_limit_exceeded")])
@pytest.mark.parametrize("path", ["/users/settings", "/oauth/token", "/oauth2/token", "/oauth2/device"])
def test_a_quota_can_be_tried_out_anywhere_for_free(who, error, path):
    with oauth_box(user_quota=1) as box:
        program, token = signed_in(box)
        answer = requests.post(box.url + path, params={"debug_limit": who, "client_id": "v2-public"}, timeout=60)
        assert failed(answer) == (429, error) and int(answer.headers["Retry-After"]) > 0
        assert program.settings(token).status_code == 200


def test_a_v2_user_has_ten_requests_a_second_whatever_the_token():
    with oauth_box(limits=True) as box:
        program, first = signed_in(box)
        second = program.sign_in()["access_token"]
        answers = [program.settings(token).status_code for token in [first, second] * 5 + [first]]
        assert answers == [200] * 10 + [429]
