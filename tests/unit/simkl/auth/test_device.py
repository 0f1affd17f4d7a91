"""The device flow: what is sent, what each answer means, and that only a token that may write is a link.

Sources: Simkl's page `api-reference/oauth2-device`; RFC 8628 3.1 to 3.5.
"""

import logging
from dataclasses import replace

import pytest

from lib.simkl import errors
from lib.simkl.auth.code_flow import Approved, AskLater, Denied, Expired, NoAnswer, Pending, SlowDown
from tests.unit.simkl import v2_says as v2
from tests.unit.simkl.simkl_says import API, bare, error, named, without
from tests.unit.simkl.v2_says import device_flow, fields, oauth_error

START = {"client_id": v2.CLIENT_ID, "scope": v2.BOTH}
POLL = {
    "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
    "client_id": v2.CLIENT_ID,
    "device_code": v2.DEVICE_CODE,
}
APPROVALS = [v2.BOTH, "media:write media:read", "media:write"]  # writing includes reading
UNREADABLE = (NoAnswer, errors.Unreadable)
ANSWERS = {
    "pending": (oauth_error(400, "authorization_pending"), Pending()),
    "slow down": (oauth_error(400, "slow_down"), SlowDown(10.0)),
    "expired": (oauth_error(400, "expired_token"), Expired()),
    "the grant is no longer good": (oauth_error(400, "invalid_grant"), Expired()),
    "denied, though nobody promises that": (oauth_error(400, "access_denied"), (Denied, errors.AccessDenied)),
    "a wrong client id or secret": (oauth_error(401, "invalid_client"), (Denied, errors.ClientIdRefused)),
    "too fast, and says how long": (error(429, "rate_limit", Retry_After="30"), AskLater(30.0)),
    "a fault with the name of a refusal": (oauth_error(500, "access_denied"), (NoAnswer, errors.Unavailable)),
    "down": (bare(503), (NoAnswer, errors.Unavailable)),
    "an error with a success status": ({"json": {"error": "authorization_pending"}}, UNREADABLE),
    "no access token": ({"json": without(v2.TOKENS, "access_token")}, UNREADABLE),
    "a token that cannot be sent": ({"json": {**v2.TOKENS, "access_token": "a b"}}, UNREADABLE),
    "a start": ({"json": v2.STARTED}, UNREADABLE),
    "an array": ({"json": [v2.TOKENS]}, UNREADABLE),
}
READ_ONLY = ["media:read", None, ["media:write"], "media:read media.write", "MEDIA:WRITE", "media:read media:writeable"]


def asked(requests_mock):
    """Return the path and the form of each request, and whether none had credentials in its head."""
    assert not any("Authorization" in request.headers for request in requests_mock.request_history)
    return [(request.path, fields(request)) for request in requests_mock.request_history]


@pytest.mark.parametrize("secret", [None, v2.SECRET], ids=["a public app", "a server app"])
def test_a_start_never_sends_a_secret_and_a_poll_that_of_a_server_app(requests_mock, secret):
    requests_mock.post(f"{API}/oauth2/device", json=v2.STARTED)
    requests_mock.post(f"{API}/oauth2/token", **oauth_error(400, "authorization_pending"))
    flow = device_flow(secret)
    assert flow.start() == v2.CODE
    assert flow.check(v2.CODE) == Pending()
    poll = {**POLL, "client_secret": secret} if secret else POLL
    assert asked(requests_mock) == [("/oauth2/device", START), ("/oauth2/token", poll)]


STARTS = {
    "a V1 client id": (oauth_error(401, "invalid_client"), errors.ClientIdRefused),
    "no device code": ({"json": without(v2.STARTED, "device_code")}, errors.Unreadable),
    "tokens": ({"json": v2.TOKENS}, errors.Unreadable),
}


@pytest.mark.parametrize(("answer", "kind"), STARTS.values(), ids=STARTS.keys())
def test_a_start_raises_the_error_that_names_it(requests_mock, answer, kind):
    requests_mock.post(f"{API}/oauth2/device", **answer)
    with pytest.raises(errors.SimklError) as caught:
        device_flow().start()
    assert type(caught.value) is kind


@pytest.mark.parametrize("scope", APPROVALS)
def test_a_token_that_may_write_is_an_approval(requests_mock, scope):
    requests_mock.post(f"{API}/oauth2/token", json={**v2.TOKENS, "scope": scope})
    assert device_flow().check(v2.CODE) == Approved(replace(v2.TOKEN, scope=scope))


@pytest.mark.parametrize(("answer", "name"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_has_a_name(requests_mock, answer, name):
    requests_mock.post(f"{API}/oauth2/token", **answer)
    assert named(device_flow().check(v2.CODE)) == name
    assert requests_mock.call_count == 1


def test_every_slow_down_adds_five_seconds_until_there_is_a_new_code(requests_mock):
    slow, pending = oauth_error(400, "slow_down"), oauth_error(400, "authorization_pending")
    requests_mock.post(f"{API}/oauth2/device", json=v2.STARTED)
    requests_mock.post(f"{API}/oauth2/token", [slow, slow, pending, slow])
    flow = device_flow()
    assert [flow.check(v2.CODE) for _ in range(4)] == [SlowDown(10.0), SlowDown(15.0), Pending(), SlowDown(20.0)]
    assert flow.check(flow.start()) == SlowDown(10.0)
    assert flow.check(replace(v2.CODE, interval=30.0)) == SlowDown(40.0)


@pytest.mark.parametrize("scope", READ_ONLY, ids=repr)
@pytest.mark.parametrize("revoked", [{"status_code": 200}, bare(503)], ids=["revoked", "revocation fails"])
def test_a_grant_that_may_only_read_is_refused_and_revoked(requests_mock, scope, revoked):
    requests_mock.post(f"{API}/oauth2/token", json={**v2.TOKENS, "scope": scope})
    requests_mock.post(f"{API}/oauth2/revoke", **revoked)
    assert named(device_flow(v2.SECRET).check(v2.CODE)) == (Denied, errors.ScopeMissing)
    grant = {"client_id": v2.CLIENT_ID, "token": v2.REFRESH, "client_secret": v2.SECRET}
    assert asked(requests_mock)[1:] == [("/oauth2/revoke", grant)]


def test_device_code_and_tokens_are_in_no_address_no_print_and_no_log(requests_mock, caplog):
    caplog.set_level(logging.DEBUG)
    requests_mock.post(f"{API}/oauth2/device", json=v2.STARTED)
    requests_mock.post(f"{API}/oauth2/token", [oauth_error(400, "authorization_pending"), {"json": v2.TOKENS}])
    flow = device_flow()
    code = flow.start()
    printed = f"{code} {code!r} {vars(code)} {flow.check(code)!r} {flow.check(code)!r} {caplog.text}"
    printed += " ".join(request.url for request in requests_mock.request_history)
    assert "Approved" in printed and "lib.simkl.http.transport" in printed
    assert not any(secret in printed for secret in (v2.DEVICE_CODE, v2.ACCESS, v2.REFRESH))
