"""AUTH V2's device flow: RFC 8628, a code on the TV that is approved at simkl.com/pin.

Source: Simkl's pages `api-reference/oauth2-device` and `api-reference/oauth2-scopes`; RFC 8628 3.1 to 3.5. Two traps:
without `scope`, or with a typo in it, Simkl silently gives a token that may only read; and a refusal by the user is
never reported, so the code stays pending until it expires. `device_code` is a secret: with it, anybody can fetch the
token.
"""

from __future__ import annotations

from lib.simkl import errors
from lib.simkl.auth.code_flow import Approved, CheckResult, Code, Denied, Expired, Pending, SlowDown
from lib.simkl.auth.polling import SLOW_DOWN_SECONDS, parse_code, result_for_error
from lib.simkl.auth.tokens import SCOPE, parse_v2_token, revoke_token, with_client_secret
from lib.simkl.http.transport import Transport
from lib.system.clock import Clock
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
        *,
        clock: Clock,
    ) -> None:
        self._transport = transport
        self._client_id = client_id
        self._verification_uri = f"{site_url.rstrip('/')}/pin"
        self._client_secret = client_secret
        self._clock = clock
        self._slower = 0.0

    def start(self) -> Code:
        """Ask for a user code. Raises `SimklError`."""
        self._slower = 0.0
        payload = self._transport.post("/oauth2/device", {"client_id": self._client_id, "scope": SCOPE}).payload
        code = parse_code(payload, self._verification_uri, device_code=True)
        if code is None:
            raise errors.Unreadable()
        return code

    def check(self, code: Code) -> CheckResult:
        """Ask once whether `code` was approved. Never raises: what goes wrong is an answer with a name."""
        fields = {"grant_type": GRANT, "client_id": self._client_id}
        if code.secret is not None:
            fields["device_code"] = code.secret.reveal()
        try:
            payload = self._transport.post("/oauth2/token", with_client_secret(fields, self._client_secret)).payload
            token = parse_v2_token(payload, self._client_id, self._clock.wall())
        except errors.SimklError as error:
            return self._named(code, error)
        if token.may_write:
            return Approved(token)
        revoke_token(self._transport, token, self._client_secret)
        return Denied(errors.ScopeMissing())

    def _named(self, code: Code, error: errors.SimklError) -> CheckResult:
        if isinstance(error, errors.AuthorizationPending):
            return Pending()
        if isinstance(error, errors.PollingTooFast):
            self._slower += SLOW_DOWN_SECONDS
            return SlowDown(code.interval + self._slower)
        if isinstance(error, (errors.CodeExpired, errors.GrantRefused)):
            return Expired()
        return result_for_error(error, code)
