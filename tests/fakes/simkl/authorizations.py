"""Authorization codes: what a browser brings back after "Allow", good for one exchange.

Source: Simkl's pages `api-reference/oauth`, `api-reference/oauth-pkce`,
`api-reference/oauth2-authorization-code` and `api-reference/oauth2-pkce`, RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from tests.fakes.simkl.apps import App
from tests.fakes.simkl.grants import READ, User

LASTS = 600  # seconds; V2 says so, V1 only says short-lived
S256 = "S256"


@dataclass(frozen=True)
class Wanted:
    """What an app asks a person to allow; `redirect_uri` None means that the page shows the code."""

    app: App
    app_name: str
    redirect_uri: str | None
    state: str | None
    challenge: str | None
    scope: str = "public"

    @property
    def can_write(self) -> bool:
        """Whether a yes lets the app change anything; V1 knows no limits."""
        return self.scope != READ


@dataclass(frozen=True)
class Allowed:
    """What a person said yes to."""

    wanted: Wanted
    user: User
    expires_at: float

    def proves(self, verifier: str | None) -> bool:
        """Return whether the verifier belongs to the challenge; a malformed one does not."""
        if not verifier or not re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", verifier):
            return False
        hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return self.wanted.challenge == hashed
