"""Nobody needs to know the generation of a client id: the flow that it is good for is found, and remembered.

Source: Simkl's page `guides/migrating-v1-to-v2`.
"""

from __future__ import annotations

import pytest

from lib.simkl import errors
from lib.simkl.auth.auto import AutoFlow
from lib.simkl.auth.code_flow import Approved
from lib.simkl.auth.device import DeviceFlow
from lib.simkl.auth.pin import PinFlow
from lib.simkl.http.transport import Transport
from tests.fakes.clock import FakeClock
from tests.unit.simkl.simkl_says import API, APPROVED, STARTED, bare, error
from tests.unit.simkl.simkl_says import CODE as PIN_CODE
from tests.unit.simkl.v2_says import CLIENT_ID, CODE, NOW, SITE, TOKEN, TOKENS, oauth_error
from tests.unit.simkl.v2_says import STARTED as STARTED_V2

PIN, DEVICE = "/oauth/pin", "/oauth2/device"
OF_V2 = oauth_error(400, "unauthorized_client")
OF_V1 = oauth_error(401, "invalid_client")
UNKNOWN = error(412, "client_id_failed")
STARTS = {
    "a V1 id": ("v1", {"json": STARTED}, OF_V1, "v1", [PIN]),
    "a V2 id": ("v1", OF_V2, {"json": STARTED_V2}, "v2", [PIN, DEVICE]),
    "a V2 id that was one before": ("v2", OF_V2, {"json": STARTED_V2}, "v2", [DEVICE]),
    "a V1 id where a V2 id was before": ("v2", {"json": STARTED}, OF_V1, "v1", [DEVICE, PIN]),
    "an unknown id": ("v1", UNKNOWN, OF_V1, errors.ClientIdRefused, [PIN]),
    "an unknown id where a V2 id was before": ("v2", UNKNOWN, OF_V1, errors.ClientIdRefused, [DEVICE, PIN]),
    "a throttling block without an envelope": ("v2", {"json": STARTED}, bare(412), errors.ClientIdRefused, [DEVICE]),
    "V1 is down": ("v1", bare(503), {"json": STARTED_V2}, errors.Unavailable, [PIN]),
    "V2 is down": ("v2", {"json": STARTED}, bare(503), errors.Unavailable, [DEVICE]),
    "a V2 id while V2 is down": ("v1", OF_V2, bare(503), errors.Unavailable, [PIN, DEVICE]),
    "a V1 id while V1 is down": ("v2", bare(503), OF_V1, errors.Unavailable, [DEVICE, PIN]),
    "neither takes it": ("v1", OF_V2, OF_V1, errors.ClientIdRefused, [PIN, DEVICE]),
}


def auto_flow(auth: str) -> AutoFlow:
    transport = Transport(API, CLIENT_ID, "a test")
    device = DeviceFlow(transport, CLIENT_ID, SITE, clock=FakeClock(wall=NOW))
    return AutoFlow(PinFlow(transport, CLIENT_ID, SITE), device, auth)


def asked(requests_mock) -> list[str]:
    return [request.path for request in requests_mock.request_history]


@pytest.mark.parametrize(("hint", "pin", "device", "outcome", "paths"), STARTS.values(), ids=STARTS.keys())
def test_the_generation_is_found_and_remembered_and_a_failure_changes_nothing(
    requests_mock, hint, pin, device, outcome, paths
):
    requests_mock.get(f"{API}{PIN}", **pin)
    requests_mock.post(f"{API}{DEVICE}", **device)
    flow = auto_flow(hint)
    if outcome in ("v1", "v2"):
        wanted = CODE if outcome == "v2" else PIN_CODE
        assert (flow.start(), flow.auth, asked(requests_mock)) == (wanted, outcome, paths)
        requests_mock.reset_mock()
        assert (flow.start(), flow.auth, asked(requests_mock)) == (wanted, outcome, paths[-1:])
    else:
        with pytest.raises(errors.SimklError) as caught:
            flow.start()
        assert (type(caught.value), flow.auth, asked(requests_mock)) == (outcome, hint, paths)


@pytest.mark.parametrize("hint", ["v1", "v2"])
def test_a_code_is_polled_where_it_came_from_whatever_was_asked_last(requests_mock, hint):
    requests_mock.get(f"{API}{PIN}/K7QXM", json=APPROVED)
    requests_mock.post(f"{API}/oauth2/token", json=TOKENS)
    flow = auto_flow(hint)
    assert flow.check(CODE) == Approved(TOKEN)
    assert flow.check(PIN_CODE).token.auth == "v1"
