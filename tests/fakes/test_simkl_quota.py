"""How often Simkl may be asked, in a second and in a day (`resources/rate-limits`)."""

from datetime import datetime

import pytest
from zoneinfo import ZoneInfo

from tests.fakes.program import FILM, Program, linked, marked, said, simkl
from tests.fakes.simkl.gate import PerDay

NOON = datetime(2026, 11, 2, 12, tzinfo=ZoneInfo("America/New_York"))


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
