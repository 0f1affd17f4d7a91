"""AUTH V2's device flow: RFC 8628, a code on the TV that is approved at simkl.com/pin.

Source: Simkl's pages `api-reference/oauth2-device` and `api-reference/oauth2-scopes`; RFC 8628 3.1 to 3.5. Two traps:
without `scope`, or with a typo in it, Simkl silently gives a token that may only read; and a refusal by the user is
never reported, so the code stays pending until it expires. `device_code` is a secret: with it, anybody can fetch the
token.
"""

from __future__ import annotations

import time
from typing import Callable

from lib.simkl import errors
from lib.simkl.answers import Approved, Check, Code, Expired, Pending, Refused, SlowDown
from lib.simkl.polling import SLOWER_BY, answer_for, read_code
from lib.simkl.tokens import SCOPE, read_v2_token, revoke, with_secret
from lib.simkl.transport import Transport
from lib.system.secrets import Secret

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class DeviceFlow:
    """The two steps of the device flow for one client id; `client_secret` only for an app of the server kind."""

    def __init__(
        self,
        transport: Transport,
        client_id: str,
        site_url: str,
        client_secret: Secret | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._transport = transport
        self._client_id = client_id
        self._verification_uri = f"{site_url.rstrip('/')}/pin"
        self._client_secret = client_secret
        self._wall = wall
        self._slower = 0.0

    def start(self) -> Code:
        """Ask for a user code. Raises `SimklError`."""
        self._slower = 0.0
        payload = self._transport.post("/oauth2/device", {"client_id": self._client_id, "scope": SCOPE}).payload
        code = read_code(payload, self._verification_uri, device_code=True)
        if code is None:
            raise errors.Unreadable()
        return code

    def check(self, code: Code) -> Check:
        """Ask once whether `code` was approved. Never raises: what goes wrong is an answer with a name."""
        fields = {"grant_type": GRANT, "client_id": self._client_id}
        if code.secret is not None:
            fields["device_code"] = code.secret.reveal()
        try:
            payload = self._transport.post("/oauth2/token", with_secret(fields, self._client_secret)).payload
            token = read_v2_token(payload, self._client_id, self._wall())
        except errors.SimklError as error:
            return self._named(code, error)
        if token.may_write:
            return Approved(token)
        revoke(self._transport, token, self._client_secret)
        return Refused(errors.ScopeMissing())

    def _named(self, code: Code, error: errors.SimklError) -> Check:
        if isinstance(error, errors.AuthorizationPending):
            return Pending()
        if isinstance(error, errors.PollingTooFast):
            self._slower += SLOWER_BY
            return SlowDown(code.interval + self._slower)
        if isinstance(error, (errors.CodeExpired, errors.GrantRefused)):
            return Expired()
        return answer_for(error, code)
