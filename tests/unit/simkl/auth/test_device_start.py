"""Asking for a device code: the scope is always sent, no secret is, and the code is shown as Simkl gave it.

Source: Simkl's page `api-reference/oauth2-device`.
"""

from __future__ import annotations

import dataclasses
import logging

import pytest

from lib.simkl import errors
from lib.system.secrets import Secret
from tests.unit.simkl.simkl_says import API, bare, error, without
from tests.unit.simkl.v2_says import (
    BOTH,
    CLIENT_ID,
    CODE,
    DEVICE_CODE,
    SECRET,
    STARTED,
    TOKENS,
    device_flow,
    fields,
    oauth_error,
)

BUILT = "https://simkl.com/pin?user_code=HTRW-ZKNP"
GOOD = {
    "as documented": (STARTED, CODE),
    "fields of a later version": ({**STARTED, "message": "hello"}, CODE),
    "the complete address is Simkl's own": (
        {**STARTED, "verification_uri_complete": "https://simkl.com/p/HTRWZKNP/"},
        dataclasses.replace(CODE, verification_uri_complete="https://simkl.com/p/HTRWZKNP"),
    ),
    "no complete address: built": (without(STARTED, "verification_uri_complete"), CODE),
    "a complete address that is a number: built": ({**STARTED, "verification_uri_complete": 5}, CODE),
    "a complete address of another kind: built": ({**STARTED, "verification_uri_complete": "javascript:x()"}, CODE),
    "a complete address of a scheme alone: built": ({**STARTED, "verification_uri_complete": "https://"}, CODE),
    "a complete address torn in half: built": ({**STARTED, "verification_uri_complete": "https://x/\ud83d"}, CODE),
    "an interval of zero, which must not prevent a link": ({**STARTED, "interval": 0}, CODE),
    "only what cannot be guessed": ({"user_code": "HTRW-ZKNP", "device_code": DEVICE_CODE}, CODE),
    "a code that needs quoting": (
        {"user_code": "A B&C", "device_code": DEVICE_CODE},
        dataclasses.replace(
            CODE, user_code="A B&C", verification_uri_complete="https://simkl.com/pin?user_code=A%20B%26C"
        ),
    ),
    "numbers in quotes": ({**STARTED, "expires_in": "900", "interval": "5"}, CODE),
}
BAD = {
    "no device code": without(STARTED, "device_code"),
    "an empty device code": {**STARTED, "device_code": ""},
    "a device code that is null": {**STARTED, "device_code": None},
    "a device code that is a number": {**STARTED, "device_code": 12345},
    "a device code in a list": {**STARTED, "device_code": [DEVICE_CODE]},
    "a device code with a line break": {**STARTED, "device_code": f"{DEVICE_CODE}\r\n"},
    "no user code": without(STARTED, "user_code"),
    "a user code of spaces": {**STARTED, "user_code": "  "},
    "an address of another kind": {**STARTED, "verification_uri": "javascript:alert(1)"},
    "a lifetime in words": {**STARTED, "expires_in": "soon"},
    "tokens": TOKENS,
    "an array": [STARTED],
    "null": None,
}
TROUBLE = {
    "a V1 client id, or an unknown one": (oauth_error(401, "invalid_client"), errors.ClientIdRefused),
    "a field is wrong": (oauth_error(400, "invalid_request"), errors.BadRequest),
    "a scope is wrong": (oauth_error(400, "invalid_scope"), errors.BadRequest),
    "a throttling block": (error(412, "client_id_failed"), errors.ClientIdRefused),
    "too fast": (error(429, "rate_limit"), errors.TooFast),
    "down": (bare(503), errors.Unavailable),
    "hotel page": (bare(200), errors.Unreadable),
    "hotel page as 403": (bare(403), errors.Unreadable),
}


@pytest.mark.parametrize("secret", [None, SECRET], ids=["a public app", "a server app"])
def test_a_start_sends_client_id_and_scope_and_never_a_secret(requests_mock, secret):
    requests_mock.post(f"{API}/oauth2/device", json=STARTED)
    device_flow(secret).start()
    (request,) = requests_mock.request_history
    assert fields(request) == {"client_id": CLIENT_ID, "scope": BOTH}
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in request.headers


@pytest.mark.parametrize(("answer", "wanted"), GOOD.values(), ids=GOOD.keys())
def test_a_start_is_read_as(requests_mock, answer, wanted):
    requests_mock.post(f"{API}/oauth2/device", json=answer)
    assert device_flow().start() == wanted


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_a_start_is_unreadable_with(requests_mock, answer):
    requests_mock.post(f"{API}/oauth2/device", json=answer)
    with pytest.raises(errors.Unreadable):
        device_flow().start()


@pytest.mark.parametrize(("answer", "kind"), TROUBLE.values(), ids=TROUBLE.keys())
def test_a_start_raises_the_error_that_names_it(requests_mock, answer, kind):
    requests_mock.post(f"{API}/oauth2/device", **answer)
    with pytest.raises(errors.SimklError) as caught:
        device_flow().start()
    assert type(caught.value) is kind


@pytest.mark.parametrize("site", ["http://127.0.0.1:8123", "http://127.0.0.1:8123/"])
def test_without_an_address_the_configured_site_has_the_page(requests_mock, site):
    requests_mock.post(f"{API}/oauth2/device", json={"user_code": "A", "device_code": DEVICE_CODE})
    code = device_flow(site_url=site).start()
    assert code.verification_uri == "http://127.0.0.1:8123/pin"
    assert code.verification_uri_complete == "http://127.0.0.1:8123/pin?user_code=A"


def test_the_device_code_is_in_no_address_no_print_and_no_log(requests_mock, caplog):
    caplog.set_level(logging.DEBUG)
    requests_mock.post(f"{API}/oauth2/device", json=STARTED)
    requests_mock.post(f"{API}/oauth2/token", **oauth_error(400, "authorization_pending"))
    flow = device_flow()
    code = flow.start()
    answer = flow.check(code)
    assert code.secret == Secret(DEVICE_CODE)
    printed = f"{code} {code!r} {answer!r} {vars(code)} {caplog.text}"
    assert DEVICE_CODE not in printed and "lib.simkl.http.transport" in caplog.text
    assert not any(DEVICE_CODE in request.url for request in requests_mock.request_history)
