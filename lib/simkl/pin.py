"""Simkl's PIN flow: a short user code on the TV, polled until somebody approves it at simkl.com/pin.

Source: Simkl's pages `api-reference/pin`, `api-reference/simkl/get-pin`, `api-reference/simkl/check-pin`. It is not
RFC 8628. Two traps: a code that is used, mistyped or expired is answered with a fresh start, `result: "OK"` included,
so an approval is told by its token and never by the OK; and an approval is delivered once.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from lib.simkl import errors
from lib.simkl.answers import Approved, AskLater, Check, Code, Pending, Refused, Replaced, SlowDown, Unanswered
from lib.simkl.secrets import Secret, hide
from lib.simkl.tokens import Token
from lib.simkl.transport import Transport

DEFAULT_INTERVAL = 5.0
DEFAULT_EXPIRES_IN = 900.0
SHORTEST_INTERVAL = 1.0
LONGEST = 86400.0
SLOWER_BY = 5.0
_START = "/oauth/pin"


class PinFlow:
    """The two steps of the PIN flow for one client id."""

    def __init__(self, transport: Transport, client_id: str, site_url: str = "https://simkl.com") -> None:
        self._transport = transport
        self._client_id = client_id
        self._verification_uri = f"{site_url.rstrip('/')}/pin"

    def start(self) -> Code:
        """Ask for a user code. Raises `SimklError`."""
        code = self._read_code(self._transport.get(_START).payload)
        if code is None:
            raise errors.Unreadable()
        return code

    def check(self, code: Code) -> Check:
        """Ask once whether `code` was approved. Never raises: what goes wrong is an answer with a name."""
        try:
            payload = self._transport.get(f"{_START}/{quote(code.user_code, safe='')}").payload
        except errors.TooFast as error:
            return AskLater(max(code.interval + SLOWER_BY, error.retry_after or 0))
        except errors.Unavailable as error:
            return AskLater(max(code.interval, error.retry_after)) if error.retry_after else Unanswered(error)
        except (errors.Passing, errors.Unexpected) as error:
            return Unanswered(error)
        except errors.SimklError as error:
            return Refused(error)
        return self._read_check(code, payload)

    def _read_check(self, code: Code, payload: Any) -> Check:
        if not isinstance(payload, dict):
            return Unanswered(errors.Unreadable())
        if "access_token" in payload:
            token = _sendable(payload["access_token"])
            return Approved(Token(Secret(token), self._client_id)) if token else Unanswered(errors.Unreadable())
        if "user_code" in payload or "device_code" in payload:
            fresh = self._read_code(payload)
            return Replaced(fresh) if fresh else Unanswered(errors.Unreadable())
        if payload.get("result") != "KO":
            return Unanswered(errors.Unreadable())
        if "pending" in str(payload.get("message", "")).lower():
            return Pending()
        # Only the older documentation names "Slow down"; any other KO is taken for it, since waiting longer is safe.
        return SlowDown(code.interval + SLOWER_BY)

    def _read_code(self, payload: Any) -> Code | None:
        """Return the code in a start answer, None when there is none; `device_code` is a constant and means nothing."""
        if not isinstance(payload, dict):
            return None
        user_code = payload.get("user_code")
        if not isinstance(user_code, str) or not user_code.strip() or _is_torn(user_code):
            return None
        uri = payload.get("verification_uri") or payload.get("verification_url") or self._verification_uri
        expires_in = _seconds(payload.get("expires_in"), DEFAULT_EXPIRES_IN)
        interval = _seconds(payload.get("interval"), DEFAULT_INTERVAL)
        uri = uri.rstrip("/") if isinstance(uri, str) else ""
        if not uri.startswith(("http://", "https://")) or _is_torn(uri):
            return None
        if expires_in is None or interval is None:
            return None
        hide(user_code)
        return Code(
            user_code=user_code,
            verification_uri=uri,
            verification_uri_complete=f"{uri}/{quote(user_code, safe='')}",
            expires_in=expires_in,
            interval=max(interval, SHORTEST_INTERVAL),
        )


def _seconds(value: Any, default: float) -> float | None:
    """Return a number of seconds up to a day, the default for a missing one, None for anything else."""
    if value is None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 8:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(min(value, LONGEST)) if 0 < value < float("inf") else None


def _is_torn(text: str) -> bool:
    """Return whether half a surrogate pair is in it, which JSON can say but no address, file or screen can carry."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def _sendable(value: Any) -> str | None:
    """Return the value if it can travel in an Authorization header."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
        return None
    return value or None
