"""What the PIN flow and the device flow share: reading a start answer, and naming what went wrong with a poll."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from lib.simkl import errors
from lib.simkl.auth.code_flow import AskLater, CheckResult, Code, Denied, NoAnswer
from lib.system.secrets import Secret, hide, sendable

DEFAULT_INTERVAL = 5.0
DEFAULT_EXPIRES_IN = 900.0
MIN_INTERVAL = 1.0
LONGEST_SECONDS = 86400.0
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
    if not isinstance(user_code, str) or not user_code.strip() or _is_torn(user_code):
        return None
    uri = _address(payload.get("verification_uri") or payload.get("verification_url") or verification_uri)
    expires_in = _seconds(payload.get("expires_in"), DEFAULT_EXPIRES_IN)
    interval = _seconds(payload.get("interval"), DEFAULT_INTERVAL)
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
    return address if address.startswith(("http://", "https://")) and not _is_torn(address) else ""


def _seconds(value: Any, default: float) -> float | None:
    """Return a number of seconds up to a day, the default for a missing one, None for anything else."""
    if value is None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 8:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(min(value, LONGEST_SECONDS)) if 0 < value < float("inf") else None


def _is_torn(text: str) -> bool:
    """Return whether half a surrogate pair is in it, which JSON can say but no address, file or screen can carry."""
    return any("\ud800" <= character <= "\udfff" for character in text)
