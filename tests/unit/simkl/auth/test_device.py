"""The device flow: what is sent, what each answer means, and that only a token that may write is a link.

Nobody needs to know the generation of a client id: the flow that it is good for is found, and remembered.
Sources: Simkl's pages `api-reference/oauth2-device` and `guides/migrating-v1-to-v2`; RFC 8628 3.1 to 3.5.
"""

import logging
from dataclasses import replace

import pytest

from lib.simkl import errors
from lib.simkl.auth.auto import AutoFlow
from lib.simkl.auth.code_flow import Approved, AskLater, Denied, Expired, NoAnswer, Pending, SlowDown
from lib.simkl.auth.pin import PinFlow
from lib.simkl.http.transport import Transport
from tests.unit.simkl import simkl_says
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


PIN, DEVICE = "/oauth/pin", "/oauth2/device"
STARTS_V1, STARTS_V2 = {"json": simkl_says.STARTED}, {"json": v2.STARTED}
OF_V2 = oauth_error(400, "unauthorized_client")
OF_V1 = oauth_error(401, "invalid_client")
UNKNOWN = error(412, "client_id_failed")
GENERATIONS = {
    "a V1 id": ("v1", STARTS_V1, OF_V1, "v1", [PIN]),
    "a V2 id": ("v1", OF_V2, STARTS_V2, "v2", [PIN, DEVICE]),
    "a V2 id that was one before": ("v2", OF_V2, STARTS_V2, "v2", [DEVICE]),
    "a V1 id where a V2 id was before": ("v2", STARTS_V1, OF_V1, "v1", [DEVICE, PIN]),
    "an unknown id": ("v1", UNKNOWN, OF_V1, errors.ClientIdRefused, [PIN]),
    "an unknown id where a V2 id was before": ("v2", UNKNOWN, OF_V1, errors.ClientIdRefused, [DEVICE, PIN]),
    "a throttling block without an envelope": ("v2", STARTS_V1, bare(412), errors.ClientIdRefused, [DEVICE]),
    "V1 is down": ("v1", bare(503), STARTS_V2, errors.Unavailable, [PIN]),
    "V2 is down": ("v2", STARTS_V1, bare(503), errors.Unavailable, [DEVICE]),
    "a V2 id while V2 is down": ("v1", OF_V2, bare(503), errors.Unavailable, [PIN, DEVICE]),
    "a V1 id while V1 is down": ("v2", bare(503), OF_V1, errors.Unavailable, [DEVICE, PIN]),
    "neither takes it": ("v1", OF_V2, OF_V1, errors.ClientIdRefused, [PIN, DEVICE]),
}


def auto_flow(auth: str) -> AutoFlow:
    transport = Transport(API, v2.CLIENT_ID, "a test")
    return AutoFlow(PinFlow(transport, v2.CLIENT_ID, v2.SITE), device_flow(), auth)


def asked_paths(requests_mock) -> list[str]:
    return [request.path for request in requests_mock.request_history]


@pytest.mark.parametrize(("hint", "pin", "device", "outcome", "paths"), GENERATIONS.values(), ids=GENERATIONS.keys())
def test_the_generation_is_found_and_remembered_and_a_failure_changes_nothing(
    requests_mock, hint, pin, device, outcome, paths
):
    requests_mock.get(f"{API}{PIN}", **pin)
    requests_mock.post(f"{API}{DEVICE}", **device)
    flow = auto_flow(hint)
    if outcome in ("v1", "v2"):
        wanted = v2.CODE if outcome == "v2" else simkl_says.CODE
        assert (flow.start(), flow.auth, asked_paths(requests_mock)) == (wanted, outcome, paths)
        requests_mock.reset_mock()
        assert (flow.start(), flow.auth, asked_paths(requests_mock)) == (wanted, outcome, paths[-1:])
    else:
        with pytest.raises(errors.SimklError) as caught:
            flow.start()
        assert (type(caught.value), flow.auth, asked_paths(requests_mock)) == (outcome, hint, paths)


@pytest.mark.parametrize("hint", ["v1", "v2"])
def test_a_code_is_polled_where_it_came_from_whatever_was_asked_last(requests_mock, hint):
    requests_mock.get(f"{API}{PIN}/K7QXM", json=simkl_says.APPROVED)
    requests_mock.post(f"{API}/oauth2/token", json=v2.TOKENS)
    flow = auto_flow(hint)
    assert flow.check(v2.CODE) == Approved(v2.TOKEN)
    assert flow.check(simkl_says.CODE).token.auth == "v1"
