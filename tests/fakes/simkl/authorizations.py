"""Authorization codes: what a browser brings back after "Allow", good for one exchange.

No HTTP here; every method takes the lock. Source: Simkl's pages `api-reference/oauth`, `api-reference/oauth-pkce`,
`api-reference/oauth2-authorization-code` and `api-reference/oauth2-pkce`, RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from threading import RLock
from typing import Callable

from tests.fakes.simkl.apps import App
from tests.fakes.simkl.grants import READ, User

LASTS = 600  # seconds; V2 says so, V1 only says short-lived
S256, PLAIN = "S256", "plain"


@dataclass(frozen=True)
class Wanted:
    """What an app asks a person to allow; `redirect_uri` None means that the page shows the code."""

    app: App
    app_name: str
    redirect_uri: str | None
    state: str | None
    challenge: str | None
    method: str = S256
    scope: str = "public"

    @property
    def can_write(self) -> bool:
        """Whether a yes lets the app change anything; V1 knows no limits."""
        return self.scope != READ


@dataclass(frozen=True)
class Allowed:
    """What a person said yes to, under the code that stands for it."""

    code: str = field(repr=False)
    wanted: Wanted
    user: User
    expires_at: float

    def proves(self, verifier: str | None) -> bool:
        """Return whether the verifier belongs to the challenge; a malformed one does not."""
        challenge, method = self.wanted.challenge, self.wanted.method
        if not verifier or not challenge or not re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", verifier):
            return False
        return challenge == (verifier if method == PLAIN else s256(verifier))


def s256(verifier: str) -> str:
    """Return the S256 challenge of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Authorizations:
    """Every authorization code of one fake server that was not exchanged yet."""

    def __init__(self, clock: Callable[[], float], lock: RLock) -> None:
        self._clock, self._lock = clock, lock
        self.reset()

    def reset(self) -> None:
        """Forget every code."""
        with self._lock:
            self._codes: dict[str, Allowed] = {}

    def allow(self, wanted: Wanted, user: User) -> Allowed:
        """Issue a code."""
        with self._lock:
            allowed = Allowed(secrets.token_urlsafe(32), wanted, user, self._clock() + LASTS)
            self._codes[allowed.code] = allowed
            return allowed

    def burn(self, code: str) -> Allowed | None:
        """Take a code out of use, whatever comes of the exchange; return what it stood for if it was still good."""
        with self._lock:
            allowed = self._codes.pop(code, None)
            return allowed if allowed and self._clock() < allowed.expires_at else None
