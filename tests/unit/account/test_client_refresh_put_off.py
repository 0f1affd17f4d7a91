"""A refresh that fails while the token is still good is put off for ten minutes; a dead token is tried each time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.account.client import REFRESH_RETRY_SECONDS
from lib.simkl import errors
from lib.simkl.api.users import fetch_user
from tests.unit.account.doubles import USER
from tests.unit.account.refreshing import DAY, TOKENS, WEEK, WHO, asked


@pytest.fixture
def access(tv):
    tv.nearly_over()
    return tv.access()


def tries(box):
    return [path for path, _ in asked(box)].count(TOKENS)


def no_refreshes(box):
    box.order("status", status=503, path=TOKENS, times=None)


FAILURES = {
    "Simkl is down": ({"status": 503}, errors.Unavailable),
    "the app is suspended": ({"status": 401}, errors.ClientIdRefused),
    "the app is blocked": ({"status": 412}, errors.Unavailable),
    "too fast": ({"status": 429}, errors.TooFast),
    "the day is spent": ({"status": 429, "error": "user_limit_exceeded"}, errors.QuotaSpent),
    "a hotel's login page": ({"fault": "html"}, errors.Unreadable),
    "an empty answer": ({"fault": "empty"}, errors.Unreadable),
    "a reset connection": ({"fault": "reset"}, errors.Unreachable),
    # not about the request that wants a token, and without a word about the grant
    "a request that is not understood": ({"status": 400, "error": "invalid_request"}, errors.Unavailable),
    "forbidden": ({"status": 403, "error": "forbidden"}, errors.Unavailable),
    "not there": ({"status": 404, "error": "url_failed"}, errors.Unavailable),
    "an error nobody knows": ({"status": 418, "error": "teapot"}, errors.Unavailable),
}


@pytest.mark.parametrize(("answer", "error"), FAILURES.values(), ids=FAILURES.keys())
def test_a_refresh_that_fails_is_tried_once_and_the_token_used_until_its_end(tv, box, access, answer, error):
    before = tv.content()
    box.order(path=TOKENS, times=None, **{"fault": "status", **answer})
    assert [access.call(fetch_user).id for _ in range(3)] == [USER.id] * 3
    assert tries(box) == 1 and asked(box)[1:] == [(WHO, 200)] * 3
    tv.passes(DAY)
    with pytest.raises(error) as caught:
        access.call(fetch_user)
    if "error" in answer:
        assert (caught.value.status, caught.value.identifier) == (answer["status"], answer["error"])
    assert tv.content() == before
    box.clear_faults()
    assert access.call(fetch_user).id == USER.id and len(box.refreshes) == 1


def test_it_is_tried_again_after_ten_minutes_and_again_after_ten_more(tv, box, access):
    no_refreshes(box)
    seen = []
    for seconds in (0, 599.9, 0.1, 599.9, 0.1, 599.9, 3600.0):
        tv.clock.now += seconds
        access.call(fetch_user)
        seen.append(tries(box))
    assert REFRESH_RETRY_SECONDS == 600.0
    assert seen == [1, 1, 2, 2, 3, 3, 4]


def test_when_simkl_is_back_it_is_refreshed_at_the_next_try(tv, box, access):
    box.stop_listening()
    old = access.token()
    box.listen_again()
    assert access.token() == old and tries(box) == 0
    tv.clock.now += 600
    fresh = access.token()
    assert fresh != old and fresh == tv.account.token
    assert len(box.refreshes) == 1 and box.dead_token_uses == []


@pytest.mark.parametrize("jump", [-DAY / 4, DAY / 4], ids=["back", "on"])
def test_a_wall_clock_that_jumps_does_not_count(tv, box, access, jump):
    no_refreshes(box)
    access.call(fetch_user)
    tv.passes(jump)
    access.call(fetch_user)
    assert tries(box) == 1


@pytest.mark.parametrize("over", ["expired", "refused"])
def test_a_token_that_is_over_meanwhile_is_tried_at_each_call(tv, box, access, over):
    no_refreshes(box)
    access.call(fetch_user)
    if over == "expired":
        tv.passes(DAY)
    else:
        box.advance(WEEK)
    for number in (2, 3):
        with pytest.raises(errors.Unavailable):
            access.call(fetch_user)
        assert tries(box) == number
    box.clear_faults()
    assert access.call(fetch_user).id == USER.id
    assert len(box.refreshes) == 1


def test_what_another_process_has_refreshed_meanwhile_is_taken(tv, box, access):
    no_refreshes(box)
    old = access.token()
    box.clear_faults()
    fresh = tv.access().token()
    assert fresh != old and access.token() == fresh
    assert len(box.refreshes) == 1


def test_another_token_is_not_put_off_with_the_one_before(tv, box, access):
    no_refreshes(box)
    access.token()
    tv.link(expires_at=tv.clock.wall() + DAY / 2)
    access.token()
    assert tries(box) == 2


def test_however_many_threads_find_a_token_ending_one_of_them_tries(box, access):
    no_refreshes(box)
    together = threading.Barrier(8, timeout=60)

    def use(_):
        together.wait()
        return access.call(fetch_user).id

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(use, range(8))) == [USER.id] * 8
    assert tries(box) == 1
