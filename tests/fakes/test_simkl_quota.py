"""The requests of a day (`resources/rate-limits`), and many threads at one code or one link."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, Event

import pytest
from zoneinfo import ZoneInfo

from tests.fakes.program import BACK, FILM, Program, StillClock, marked, said, simkl
from tests.fakes.simkl.apps import App
from tests.fakes.simkl.asking import Wanted
from tests.fakes.simkl.grants import READ_WRITE, Refusal, User
from tests.fakes.simkl.model import Model

NOON = datetime(2026, 11, 2, 12, tzinfo=ZoneInfo("America/New_York"))
VIEWER, THREADS = User("sample_viewer", 900001), 16


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


# many threads at one code or one link; no HTTP


class GivesWay(StillClock):
    """A clock that lets another thread in whenever somebody looks at it."""

    def __call__(self):
        Event().wait(0.001)
        return super().__call__()


@pytest.fixture
def model():
    return Model(GivesWay(), VIEWER, interval=0, expires_in=900, codes=(), slow_down=False)


def at_once(ask):
    """What so many threads hear that ask at the same moment; refusals are left out."""
    together = Barrier(THREADS)

    def heard(_):
        together.wait(60)
        try:
            return ask()
        except Refusal:
            return None

    with ThreadPoolExecutor(THREADS) as pool:
        return [answer for answer in pool.map(heard, range(THREADS)) if answer]


def test_one_code_is_good_for_one_of_many_and_v1_sign_ins_share_one_token(model):
    code = model.allow(Wanted(App("mine"), "", BACK, None, None), VIEWER)
    assert len(at_once(lambda: model.burn(code))) == 1
    device = model.start_device("mine", "", None)
    model.approve(device.user_code)
    assert len(at_once(lambda: model.poll_device(device.device_code, "mine"))) == len(model.links.live) == 1
    assert len({id(grant) for grant in at_once(lambda: model.links.give_v1("mine", "", VIEWER))}) == 1


def test_many_refreshes_leave_one_living_access_token(model):
    grant = model.links.give_v2("mine", "", VIEWER, READ_WRITE)
    first = grant.token
    tokens = at_once(lambda: model.links.refresh(grant.refresh_token, "mine", None).token)
    assert len(tokens) == len({each.old_token for each in model.links.refreshes}) == THREADS
    assert {bool(model.links.use(token, "mine", "/")) for token in {first, *tokens} - {grant.token}} == {False}
    assert model.links.use(grant.token, "mine", "/") is grant
