"""Whatever comes back in the device flow, it has a name: no crash, and nothing but a token that may write is a link."""

from __future__ import annotations

import json
import re

import pytest
import requests_mock
from hypothesis import given
from hypothesis import strategies as st

from lib.simkl.auth.code_flow import Approved, AskLater, Code, Denied, Expired, NoAnswer, Pending, SlowDown
from lib.simkl.errors import SimklError
from tests.unit.simkl.auth.test_pin_any_answer import bounded, headers, numbers, statuses, values
from tests.unit.simkl.simkl_says import API
from tests.unit.simkl.v2_says import ACCESS, BOTH, CODE, DEVICE_CODE, REFRESH, STARTED, TOKENS, device_flow

pytestmark = pytest.mark.chance

IDENTIFIERS = ["authorization_pending", "slow_down", "expired_token", "invalid_grant", "access_denied", "rate_limit"]
near_tokens = st.fixed_dictionaries(
    {},
    optional={
        "access_token": st.sampled_from([ACCESS, "", "a b", "\r\n"]) | values,
        "refresh_token": st.sampled_from([REFRESH, "", "a b"]) | values,
        "scope": st.sampled_from([BOTH, "media:read", "media:write"]) | values,
        "expires_in": numbers | st.sampled_from([604800, 1e308, "604800"]) | values,
        "token_type": st.just("Bearer") | values,
        "error": st.sampled_from(IDENTIFIERS) | values,
    },
)
near_starts = st.fixed_dictionaries(
    {},
    optional={
        "device_code": st.sampled_from([DEVICE_CODE, "a b", ""]) | values,
        "user_code": st.just("HTRW-ZKNP") | values,
        "verification_uri": st.sampled_from(["https://simkl.com/pin", "https://"]) | values,
        "verification_uri_complete": st.sampled_from(["https://simkl.com/pin?user_code=x", "http:///"]) | values,
        "expires_in": numbers | values,
        "interval": numbers | values,
    },
)
good_but_for_the_rest = st.fixed_dictionaries(
    {"access_token": st.just(ACCESS), "scope": st.just(BOTH), "expires_in": numbers | values},
    optional={"refresh_token": st.just(REFRESH) | values},
)
as_json = (near_tokens | good_but_for_the_rest | near_starts | values).map(lambda value: json.dumps(value).encode())
real = [json.dumps(answer).encode() for answer in (TOKENS, STARTED, *({"error": name} for name in IDENTIFIERS))]
damaged = st.tuples(st.sampled_from(real), st.integers(0, 300)).map(lambda t: t[0][: t[1]])
bodies = st.binary(max_size=60) | as_json | damaged | st.sampled_from(real)


def is_named(answer: object) -> bool:
    if isinstance(answer, Approved):
        sent = answer.token.access.reveal()
        return re.fullmatch(r"[!-~]+", sent) is not None and answer.token.may_write
    if isinstance(answer, (SlowDown, AskLater)):
        return vars(answer).popitem()[1] >= CODE.interval
    if isinstance(answer, (Denied, NoAnswer)):
        return isinstance(answer.error, SimklError)
    return isinstance(answer, (Pending, Expired))


def is_usable(code: Code) -> bool:
    return bool(
        code.user_code.strip()
        and code.secret
        and all(re.match(r"https?://.", page) for page in (code.verification_uri, code.verification_uri_complete))
        and 0 < code.expires_in <= 86400
        and 1 <= code.interval <= 86400
    )


@bounded
@given(bodies, statuses, headers)
def test_any_answer_has_a_name(body, status, fields):
    with requests_mock.Mocker() as simkl:
        simkl.post(requests_mock.ANY, content=body, status_code=status, headers=fields)
        assert is_named(device_flow().check(CODE))
        try:
            code = device_flow().start()
        except SimklError:
            return
        assert is_usable(code)


@bounded
@given(near_tokens | good_but_for_the_rest)
def test_only_a_token_that_can_be_sent_and_may_write_is_an_approval(answer):
    token, scope = answer.get("access_token"), answer.get("scope")
    good = isinstance(token, str) and re.fullmatch(r"[!-~]+", token) is not None
    good = good and isinstance(scope, str) and "media:write" in scope.split()
    with requests_mock.Mocker() as simkl:
        simkl.post(f"{API}/oauth2/token", json=answer)
        simkl.post(f"{API}/oauth2/revoke")
        assert isinstance(device_flow().check(CODE), Approved) == good


@bounded
@given(near_tokens, st.integers(100, 199) | st.integers(300, 599))
def test_no_error_and_no_redirect_approves_anything(answer, status):
    with requests_mock.Mocker() as simkl:
        simkl.post(f"{API}/oauth2/token", json=answer, status_code=status)
        assert not isinstance(device_flow().check(CODE), Approved)
