"""Polling the device flow: what is sent, and what each answer of Simkl's table means.

Sources: Simkl's page `api-reference/oauth2-device`; RFC 8628 3.4 and 3.5.
"""

from __future__ import annotations

import dataclasses

import pytest
import requests

from lib.simkl import errors
from lib.simkl.auth.code_flow import Approved, AskLater, Denied, Expired, NoAnswer, Pending, SlowDown
from tests.unit.simkl.simkl_says import API, bare, error, named, without
from tests.unit.simkl.v2_says import (
    ACCESS,
    CLIENT_ID,
    CODE,
    DEVICE_CODE,
    REFRESH,
    SECRET,
    STARTED,
    TOKEN,
    TOKENS,
    device_flow,
    fields,
    oauth_error,
)

POLL = {
    "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
    "client_id": CLIENT_ID,
    "device_code": DEVICE_CODE,
}
UNREADABLE = (NoAnswer, errors.Unreadable)
TABLE = {
    "approved": ({"json": TOKENS}, Approved(TOKEN)),
    "the other order of scopes": (
        {"json": {**TOKENS, "scope": "media:write media:read"}},
        Approved(dataclasses.replace(TOKEN, scope="media:write media:read")),
    ),
    "writing alone, which includes reading": (
        {"json": {**TOKENS, "scope": "media:write"}},
        Approved(dataclasses.replace(TOKEN, scope="media:write")),
    ),
    "pending": (oauth_error(400, "authorization_pending"), Pending()),
    "pending in capitals": (oauth_error(400, "AUTHORIZATION_PENDING"), Pending()),
    "slow down": (oauth_error(400, "slow_down"), SlowDown(10.0)),
    "expired": (oauth_error(400, "expired_token"), Expired()),
    "the grant is no longer good": (oauth_error(400, "invalid_grant"), Expired()),
    "denied, though nobody promises that": (oauth_error(400, "access_denied"), (Denied, errors.AccessDenied)),
    "a wrong client id or secret": (oauth_error(401, "invalid_client"), (Denied, errors.ClientIdRefused)),
    "the other generation": (oauth_error(400, "unauthorized_client"), (Denied, errors.OtherGeneration)),
    "a throttling block": (error(412, "client_id_failed"), (Denied, errors.ClientIdRefused)),
    "a mistake of ours": (oauth_error(400, "invalid_request"), (Denied, errors.BadRequest)),
    "another mistake of ours": (oauth_error(400, "unsupported_grant_type"), (Denied, errors.BadRequest)),
    "too fast": (error(429, "rate_limit"), AskLater(10.0)),
    "too fast, and says how long": (error(429, "rate_limit", Retry_After="30"), AskLater(30.0)),
    "429 without an envelope": (bare(429), AskLater(10.0)),
    "the day is used up": (error(429, "app_limit_exceeded"), (Denied, errors.QuotaSpent)),
    "a fault": (oauth_error(500, "server_error"), (NoAnswer, errors.Unavailable)),
    "a fault with the name of a refusal": (oauth_error(500, "access_denied"), (NoAnswer, errors.Unavailable)),
    "down": (bare(502), (NoAnswer, errors.Unavailable)),
    "down until": (bare(503, Retry_After="60"), AskLater(60.0)),
    "an error of a later version": (oauth_error(400, "brand_new"), (NoAnswer, errors.UnknownError)),
    "no network": ({"exc": requests.ConnectionError("no route")}, (NoAnswer, errors.Unreachable)),
    "hotel page": (bare(200), UNREADABLE),
    "hotel page as 400": (bare(400), UNREADABLE),
    "nothing": (bare(200, ""), UNREADABLE),
    "an error with a success status": ({"json": {"error": "authorization_pending"}}, UNREADABLE),
    "no access token": ({"json": without(TOKENS, "access_token")}, UNREADABLE),
    "a token that cannot be sent": ({"json": {**TOKENS, "access_token": "a b"}}, UNREADABLE),
    "a start": ({"json": STARTED}, UNREADABLE),
    "an array": ({"json": [TOKENS]}, UNREADABLE),
    "null": ({"json": None}, UNREADABLE),
}
READ_ONLY = {
    "reading only": {**TOKENS, "scope": "media:read"},
    "no scope": without(TOKENS, "scope"),
    "a scope that is null": {**TOKENS, "scope": None},
    "a scope in a list": {**TOKENS, "scope": ["media:write"]},
    "a scope with a typo": {**TOKENS, "scope": "media:read media.write"},
    "a scope of another case": {**TOKENS, "scope": "MEDIA:WRITE"},
    "a longer word": {**TOKENS, "scope": "media:read media:writeable"},
}


@pytest.mark.parametrize(("answer", "name"), TABLE.values(), ids=TABLE.keys())
def test_an_answer_has_a_name(requests_mock, answer, name):
    requests_mock.post(f"{API}/oauth2/token", **answer)
    assert named(device_flow().check(CODE)) == name
    assert requests_mock.call_count == 1


@pytest.mark.parametrize(
    ("secret", "sent"), [(None, POLL), (SECRET, {**POLL, "client_secret": SECRET})], ids=["public", "server"]
)
def test_a_poll_sends_the_device_code_and_only_a_server_app_its_secret(requests_mock, secret, sent):
    requests_mock.post(f"{API}/oauth2/token", **oauth_error(400, "authorization_pending"))
    device_flow(secret).check(CODE)
    (request,) = requests_mock.request_history
    assert fields(request) == sent
    assert "Authorization" not in request.headers


def test_every_slow_down_adds_five_seconds_for_good(requests_mock):
    slow, pending = oauth_error(400, "slow_down"), oauth_error(400, "authorization_pending")
    requests_mock.post(f"{API}/oauth2/token", [slow, slow, pending, slow])
    flow = device_flow()
    answers = [flow.check(CODE) for _ in range(4)]
    assert answers == [SlowDown(10.0), SlowDown(15.0), Pending(), SlowDown(20.0)]


def test_a_new_code_begins_at_its_own_pace(requests_mock):
    requests_mock.post(f"{API}/oauth2/device", json=STARTED)
    requests_mock.post(f"{API}/oauth2/token", **oauth_error(400, "slow_down"))
    flow = device_flow()
    flow.check(CODE)
    assert flow.check(flow.start()) == SlowDown(10.0)
    assert flow.check(dataclasses.replace(CODE, interval=30.0)) == SlowDown(40.0)


@pytest.mark.parametrize("answer", READ_ONLY.values(), ids=READ_ONLY.keys())
@pytest.mark.parametrize("revoked", [{"status_code": 200}, bare(503)], ids=["revoked", "revocation fails"])
def test_a_grant_that_may_only_read_is_refused_and_revoked(requests_mock, answer, revoked):
    requests_mock.post(f"{API}/oauth2/token", json=answer)
    requests_mock.post(f"{API}/oauth2/revoke", **revoked)
    assert named(device_flow(SECRET).check(CODE)) == (Denied, errors.ScopeMissing)
    assert requests_mock.call_count == 2
    assert fields(requests_mock.last_request) == {"client_id": CLIENT_ID, "token": REFRESH, "client_secret": SECRET}


def test_an_approval_prints_no_token(requests_mock):
    requests_mock.post(f"{API}/oauth2/token", json=TOKENS)
    printed = repr(device_flow().check(CODE))
    assert "Approved" in printed and ACCESS not in printed and REFRESH not in printed
