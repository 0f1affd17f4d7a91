"""What the PIN flow and the device flow share: reading a start answer, and naming what went wrong with a poll."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from lib.simkl import errors
from lib.simkl.auth.code_flow import AskLater, CheckResult, Code, Denied, NoAnswer
from lib.simkl.http.fields import is_torn, read_digits, read_seconds
from lib.system.secrets import Secret, hide, sendable

DEFAULT_INTERVAL = 5.0
DEFAULT_EXPIRES_IN = 900.0
MIN_INTERVAL = 1.0
SLOW_DOWN_SECONDS = 5.0


def result_for_error(error: errors.SimklError, code: Code) -> CheckResult:
    """Return the answer that an error stands for: a pause, a silence to wait out, or an end."""
    if isinstance(error, errors.TooFast):
        return AskLater(max(code.interval + SLOW_DOWN_SECONDS, error.retry_after or 0))
    if isinstance(error, errors.Unavailable) and error.retry_after:
        return AskLater(max(code.interval, error.retry_after))
    if isinstance(error, (errors.TransientError, errors.UnknownError)):
        return NoAnswer(error)
    return Denied(error)


def parse_code(payload: Any, verification_uri: str, device_code: bool = False) -> Code | None:
    """Return the code in a start answer, None when there is none that can be used.

    `verification_uri` stands in for a missing one. With `device_code` it is a device flow's, whose secret that is; in a
    PIN's answer `device_code` is a constant and means nothing.
    """
    if not isinstance(payload, dict):
        return None
    user_code = payload.get("user_code")
    secret = sendable(payload.get("device_code")) if device_code else None
    if not isinstance(user_code, str) or not user_code.strip() or is_torn(user_code):
        return None
    uri = _address(payload.get("verification_uri") or payload.get("verification_url") or verification_uri)
    expires_in = read_seconds(payload.get("expires_in"), DEFAULT_EXPIRES_IN)
    interval = read_seconds(payload.get("interval"), DEFAULT_INTERVAL)
    if read_digits(payload.get("interval")) == 0:  # it says no more than a missing one, and must not prevent a link
        interval = DEFAULT_INTERVAL
    if not uri or expires_in is None or interval is None or (device_code and not secret):
        return None
    filled_in = quote(user_code, safe="")
    complete = f"{uri}/{filled_in}"
    if device_code:
        complete = _address(payload.get("verification_uri_complete")) or f"{uri}?user_code={filled_in}"
    hide(user_code)
    return Code(
        user_code=user_code,
        verification_uri=uri,
        verification_uri_complete=complete,
        expires_in=expires_in,
        interval=max(interval, MIN_INTERVAL),
        secret=Secret(secret) if secret else None,
    )


def _address(value: Any) -> str:
    """Return an address of a page without a slash at its end, empty for anything else."""
    address = value.rstrip("/") if isinstance(value, str) else ""
    return address if address.startswith(("http://", "https://")) and not is_torn(address) else ""
