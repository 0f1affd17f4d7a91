"""Simkl's PIN flow: a short user code on the TV, polled until somebody approves it at simkl.com/pin.

Source: Simkl's pages `api-reference/pin`, `api-reference/simkl/get-pin`, `api-reference/simkl/check-pin`. It is not
RFC 8628. Two traps: a code that is used, mistyped or expired is answered with a fresh start, `result: "OK"` included,
so an approval is told by its token and never by the OK; and an approval is delivered once.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from lib.simkl import errors
from lib.simkl.auth.code_flow import Approved, CheckResult, Code, NoAnswer, Pending, Replaced, SlowDown
from lib.simkl.auth.polling import SLOW_DOWN_SECONDS, parse_code, result_for_error
from lib.simkl.auth.tokens import Token
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret, sendable

_START = "/oauth/pin"


class PinFlow:
    """The two steps of the PIN flow for one client id."""

    def __init__(self, transport: Transport, client_id: str, site_url: str = "https://simkl.com") -> None:
        self._transport = transport
        self._client_id = client_id
        self._verification_uri = f"{site_url.rstrip('/')}/pin"

    def start(self) -> Code:
        """Ask for a user code. Raises `SimklError`."""
        code = parse_code(self._transport.get(_START).payload, self._verification_uri)
        if code is None:
            raise errors.Unreadable()
        return code

    def check(self, code: Code) -> CheckResult:
        """Ask once whether `code` was approved. Never raises: what goes wrong is an answer with a name."""
        try:
            payload = self._transport.get(f"{_START}/{quote(code.user_code, safe='')}").payload
        except errors.SimklError as error:
            return result_for_error(error, code)
        return self._read_check(code, payload)

    def _read_check(self, code: Code, payload: Any) -> CheckResult:
        if not isinstance(payload, dict):
            return NoAnswer(errors.Unreadable())
        if "access_token" in payload:
            token = sendable(payload["access_token"])
            return Approved(Token(Secret(token), self._client_id)) if token else NoAnswer(errors.Unreadable())
        if "user_code" in payload or "device_code" in payload:
            fresh = parse_code(payload, self._verification_uri)
            return Replaced(fresh) if fresh else NoAnswer(errors.Unreadable())
        if payload.get("result") != "KO":
            return NoAnswer(errors.Unreadable())
        if "pending" in str(payload.get("message", "")).lower():
            return Pending()
        # Only the older documentation names "Slow down"; any other KO is taken for it, since waiting longer is safe.
        return SlowDown(code.interval + SLOW_DOWN_SECONDS)
