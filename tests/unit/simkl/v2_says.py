"""What Simkl says on AUTH V2, word for word, and how the tests speak of it.

Sources: Simkl's pages `api-reference/oauth2-device` and `api-reference/oauth2-tokens`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from lib.simkl.auth.code_flow import Code
from lib.simkl.auth.device import DeviceFlow
from lib.simkl.auth.tokens import Token
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret
from tests.fakes.clock import FakeClock
from tests.unit.simkl.simkl_says import API

SITE = "https://simkl.com"
CLIENT_ID = "sample-v2-client"
SECRET = "sample-client-secret"
DEVICE_CODE = "opaque-device-code-of-sixty-four-characters"
ACCESS, REFRESH = "simkl_at_" + "A" * 34, "simkl_rt_" + "R" * 34
BOTH = "media:read media:write"
NOW = 1_000_000.0
STARTED = {
    "device_code": DEVICE_CODE,
    "user_code": "HTRW-ZKNP",
    "verification_uri": "https://simkl.com/pin",
    "verification_uri_complete": "https://simkl.com/pin?user_code=HTRW-ZKNP",
    "expires_in": 900,
    "interval": 5,
}
TOKENS = {"access_token": ACCESS, "token_type": "Bearer", "expires_in": 604800, "refresh_token": REFRESH, "scope": BOTH}
CODE = Code(
    user_code="HTRW-ZKNP",
    verification_uri="https://simkl.com/pin",
    verification_uri_complete="https://simkl.com/pin?user_code=HTRW-ZKNP",
    expires_in=900.0,
    interval=5.0,
    secret=Secret(DEVICE_CODE),
)
TOKEN = Token(Secret(ACCESS), CLIENT_ID, "v2", Secret(REFRESH), NOW + 604800, BOTH)


def oauth_error(status: int, identifier: Any, **headers: str) -> dict:
    """Return an error in the envelope of RFC 6749, as requests-mock wants it."""
    body = {"error": identifier, "error_description": "for developers"}
    return {"status_code": status, "json": body, "headers": {k.replace("_", "-"): v for k, v in headers.items()}}


def device_flow(client_secret: str | None = None, site_url: str = SITE) -> DeviceFlow:
    """Return the device flow of one client id, at a moment that does not pass."""
    secret = Secret(client_secret) if client_secret else None
    return DeviceFlow(Transport(API, CLIENT_ID, "a test"), CLIENT_ID, site_url, secret, clock=FakeClock(wall=NOW))


def fields(request: Any) -> dict[str, str]:
    """Return the form that was sent, each field once."""
    form = parse_qs(request.text, strict_parsing=True, keep_blank_values=True)
    assert all(len(values) == 1 for values in form.values())
    return {name: values[0] for name, values in form.items()}
