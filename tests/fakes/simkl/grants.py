"""The links between apps and users, and their tokens: V1's that stay, V2's that are refreshed.

No HTTP here; every method takes the lock. Source: Simkl's pages `api-reference/auth-v1`, `api-reference/auth-v2` and
`api-reference/oauth2-tokens`.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import string
from dataclasses import dataclass, field
from threading import RLock
from typing import Callable

V1, V2 = "v1", "v2"
READ, READ_WRITE = "media:read", "media:read media:write"
V1_LASTS = 157_680_000  # seconds; said, but in practice a V1 token is good until its user revokes it
ACCESS_LASTS = 604_800
REFRESH_LASTS = 180 * 86_400
REPLACED, REVOKED = "replaced", "revoked"


@dataclass(frozen=True)
class User:
    """Somebody with a Simkl account."""

    name: str
    id: int


@dataclass
class Grant:
    """A link between one app and one user; `token` is the access token it has now.

    Times are seconds on the fake server's clock: `expires_at` is the access token's end, `ends_at` the link's own if
    nothing refreshes it. `requests` counts what was asked with it, `uses` what with the present access token.
    """

    token: str = field(repr=False)
    client_id: str
    app_name: str
    user: User
    created: float
    id: int = 0
    generation: str = V1
    scope: str = "public"
    expires_at: float = math.inf
    refresh_token: str | None = field(default=None, repr=False)
    ends_at: float = math.inf
    ended_at: float | None = None
    requests: int = 0
    uses: int = 0

    @property
    def can_write(self) -> bool:
        """Whether it may change anything; V1 knows no limits."""
        return self.generation == V1 or self.scope == READ_WRITE


@dataclass(frozen=True)
class Refresh:
    """One refresh that succeeded; `old_token` is the SHA-256 of the access token it killed."""

    grant_id: int
    old_token: str


@dataclass(frozen=True)
class DeadTokenUse:
    """A request with an access token that was "replaced" by a refresh or "revoked"; `token` is its SHA-256."""

    grant_id: int
    path: str
    token: str
    why: str


class Refusal(Exception):
    """An error of RFC 6749 5.2: its name, and a sentence for developers."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(f"{error}: {sentence}")
        self.error, self.sentence = error, sentence


def fingerprint(token: str) -> str:
    """Return the SHA-256 a token may be shown as."""
    return hashlib.sha256(token.encode()).hexdigest()


def scope_for(asked: str | None) -> str:
    """Return the scope a V2 grant gets: only the exact text media:write allows writing, anything else is read-only."""
    return READ_WRITE if "media:write" in (asked or "") else READ


class Grants:
    """Every link of one fake server, in `all` also the ended ones; what was noted stands in order, oldest first."""

    def __init__(self, clock: Callable[[], float], lock: RLock) -> None:
        self._clock, self._lock = clock, lock
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self.all: list[Grant] = []
            self.refreshes: list[Refresh] = []
            self.dead_uses: list[DeadTokenUse] = []
            self._rejected_tokens: dict[str, tuple[Grant, str]] = {}

    def give_v1(self, client_id: str, app_name: str, user: User) -> Grant:
        """Return the link of this app and user: the same token every time until it is revoked (`auth-v1`)."""
        with self._lock:
            known = (g for g in self.live if (g.generation, g.client_id, g.user) == (V1, client_id, user))
            new = Grant(secrets.token_hex(32), client_id, app_name, user, self._clock())
            return next(known, None) or self._add(new)

    def give_v2(self, client_id: str, app_name: str, user: User, scope: str) -> Grant:
        """Return a new link, independent of all others of this app and user (`auth-v2`)."""
        with self._lock:
            now = self._clock()
            grant = Grant(_token("at"), client_id, app_name, user, now, generation=V2, scope=scope)
            grant.refresh_token = _token("rt")
            grant.expires_at, grant.ends_at = now + ACCESS_LASTS, now + REFRESH_LASTS
            return self._add(grant)

    def _add(self, grant: Grant) -> Grant:
        grant.id = len(self.all) + 1
        self.all.append(grant)
        return grant

    def refresh(self, refresh_token: str, client_id: str, scope: str | None) -> Grant:
        """Replace the access token and start the 180 days anew; the refresh token stays. Raises Refusal."""
        with self._lock:
            found = [g for g in self.live if g.refresh_token and g.refresh_token == refresh_token]
            if not found or found[0].client_id != client_id:
                raise Refusal("invalid_grant", "The refresh token is unknown, revoked, idle too long, or another app's")
            grant = found[0]
            if scope_for(scope) == READ_WRITE and not grant.can_write:
                raise Refusal("invalid_scope", "A refresh cannot widen the scope")
            now = self._clock()
            self.refreshes.append(Refresh(grant.id, fingerprint(grant.token)))
            self._rejected_tokens[grant.token] = (grant, REPLACED)
            grant.token, grant.uses = _token("at"), 0
            grant.expires_at, grant.ends_at = now + ACCESS_LASTS, now + REFRESH_LASTS
            return grant

    def use(self, token: str, client_id: str, path: str) -> Grant | None:
        """Return the link behind an access token; it only works together with the client_id that issued it.

        Remembers that a request came with this token, dead or alive.
        """
        with self._lock:
            owned = (g for g in self.live if (g.token, g.client_id) == (token, client_id))
            grant = next((grant for grant in owned if self._clock() < grant.expires_at), None)
            if grant:
                grant.requests += 1
                grant.uses += 1
            elif token in self._rejected_tokens:
                before, why = self._rejected_tokens[token]
                self.dead_uses.append(DeadTokenUse(before.id, path, fingerprint(token), why))
            return grant

    def end(self, grants: list[Grant]) -> int:
        """Cut these links; returns how many there were."""
        with self._lock:
            for grant in grants:
                grant.ended_at = self._clock()
                self._rejected_tokens[grant.token] = (grant, REVOKED)
            return len(grants)

    @property
    def live(self) -> list[Grant]:
        """Every link that was neither revoked nor left idle for too long, oldest first."""
        with self._lock:
            return [grant for grant in self.all if grant.ended_at is None and self._clock() < grant.ends_at]


def _token(kind: str) -> str:
    """Return a V2 token: 43 characters, its kind in front."""
    return f"simkl_{kind}_" + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(34))
