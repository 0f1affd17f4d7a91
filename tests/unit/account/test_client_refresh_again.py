"""A refresh that fails while the token is still good is put off for ten minutes; a dead token is tried each time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.account.client import REFRESH_RETRY_SECONDS
from lib.simkl import errors
from lib.simkl.api.users import fetch_user
from tests.unit.account.doubles import USER
from tests.unit.account.refreshing import DAY, WEEK, LinkedTv, asked, box_for_tokens

WHO, TOKENS = "/users/settings", "/oauth2/token"


@pytest.fixture(scope="module")
def running():
    with box_for_tokens() as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    running.listen_again()
    return running


@pytest.fixture
def tv(box, tmp_path):
    tv = LinkedTv(box, tmp_path)
    tv.nearly_over()
    return tv


@pytest.fixture
def clock(tv):
    return tv.clock


@pytest.fixture
def access(tv, clock):
    return tv.access()


def tries(box):
    return [path for path, _ in asked(box)].count(TOKENS)


def no_refreshes(box, **fault):
    box.order(path=TOKENS, times=None, **(fault or {"fault": "status", "status": 503}))


REFUSED = {
    "a request that is not understood": {"fault": "status", "status": 400, "error": "invalid_request"},
    "forbidden": {"fault": "status", "status": 403, "error": "forbidden"},
    "not there": {"fault": "status", "status": 404, "error": "url_failed"},
    "an error nobody knows": {"fault": "status", "status": 418, "error": "teapot"},
}
NOT_NOW = {
    "Simkl is down": {"fault": "status", "status": 503},
    "a hotel's login page": {"fault": "html"},
    "too fast": {"fault": "status", "status": 429},
    "a reset connection": {"fault": "reset"},
    "an empty answer": {"fault": "empty"},
    "the app is blocked": {"fault": "status", "status": 412},
    "the day is spent": {"fault": "status", "status": 429, "error": "user_limit_exceeded"},
    **REFUSED,
}


@pytest.mark.parametrize("fault", NOT_NOW.values(), ids=NOT_NOW.keys())
def test_many_calls_try_once_and_all_of_them_work(tv, box, access, fault):
    no_refreshes(box, **fault)
    assert [access.call(fetch_user).id for _ in range(5)] == [USER.id] * 5
    assert asked(box) == [(TOKENS, asked(box)[0][1])] + [(WHO, 200)] * 5


def test_it_is_tried_again_after_ten_minutes_and_again_after_ten_more(tv, box, access, clock):
    no_refreshes(box)
    seen = []
    for seconds in (0, 599.9, 0.1, 599.9, 0.1, 599.9, 3600.0):
        clock.now += seconds
        access.call(fetch_user)
        seen.append(tries(box))
    assert REFRESH_RETRY_SECONDS == 600.0
    assert seen == [1, 1, 2, 2, 3, 3, 4]


def test_when_simkl_is_back_it_is_refreshed_at_the_next_try(tv, box, access, clock):
    no_refreshes(box)
    old = access.token()
    box.clear_faults()
    assert access.token() == old
    clock.now += 600
    fresh = access.token()
    assert fresh != old and fresh == tv.account.token
    assert len(box.refreshes) == 1 and box.dead_token_uses == []


def test_without_a_network_it_is_put_off_too(tv, box, access):
    box.stop_listening()
    old = access.token()
    box.listen_again()
    assert access.token() == old and tries(box) == 0


@pytest.mark.parametrize("jump", [-DAY / 4, DAY / 4], ids=["back", "on"])
def test_a_wall_clock_that_jumps_does_not_count(tv, box, access, jump):
    no_refreshes(box)
    access.call(fetch_user)
    tv.wall += jump
    access.call(fetch_user)
    assert tries(box) == 1


def test_a_token_that_has_expired_meanwhile_is_tried_at_each_call(tv, box, access):
    no_refreshes(box)
    access.call(fetch_user)
    tv.wall += DAY
    for number in (2, 3, 4):
        with pytest.raises(errors.Unavailable):
            access.call(fetch_user)
        assert tries(box) == number
    box.clear_faults()
    assert access.call(fetch_user).id == USER.id


def test_a_token_that_simkl_refuses_meanwhile_is_tried_at_each_call(tv, box, access):
    no_refreshes(box)
    access.call(fetch_user)
    box.advance(WEEK)
    for number in (2, 3):
        with pytest.raises(errors.Unavailable):
            access.call(fetch_user)
        assert tries(box) == number
    box.clear_faults()
    assert access.call(fetch_user).id == USER.id
    assert len(box.refreshes) == 1


@pytest.mark.parametrize("fault", REFUSED.values(), ids=REFUSED.keys())
def test_a_refresh_that_is_refused_without_a_word_about_the_grant_is_not_the_fault_of_who_wants_it(
    tv, box, access, fault
):
    no_refreshes(box, **fault)
    tv.wall += DAY
    with pytest.raises(errors.Unavailable) as caught:
        access.call(fetch_user)
    assert (caught.value.status, caught.value.identifier) == (fault["status"], fault["error"])
    assert not tv.account.needs_linking
    box.clear_faults()
    assert access.call(fetch_user).id == USER.id


def test_what_another_process_has_refreshed_meanwhile_is_taken(tv, box, access, clock):
    no_refreshes(box)
    old = access.token()
    box.clear_faults()
    fresh = tv.access().token()
    assert fresh != old and access.token() == fresh
    assert len(box.refreshes) == 1


def test_another_token_is_not_put_off_with_the_one_before(tv, box, access):
    no_refreshes(box)
    access.token()
    tv.link(expires_at=tv.wall + DAY / 2)
    access.token()
    assert tries(box) == 2


def test_a_grant_that_has_ended_is_told_at_once(tv, box, access):
    box.revoke()
    with pytest.raises(errors.TokenRefused):
        access.token()
    assert tv.account.needs_linking


def test_however_many_threads_find_a_token_ending_one_of_them_tries(tv, box, access):
    no_refreshes(box)
    together = threading.Barrier(8, timeout=60)

    def use(_):
        together.wait()
        return access.call(fetch_user).id

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(use, range(8))) == [USER.id] * 8
    assert tries(box) == 1
