"""Access tokens, what they may do, and how long they are good for.

AUTH V1 (Simkl's pages `api-reference/auth-v1`, `api-reference/oauth`): 64 lowercase hexadecimal characters, good for
five years and in practice until the user removes the app; there is no refresh and no revocation by us, and linking
again gives the same token. It may do everything.

AUTH V2 (`api-reference/oauth2-tokens`, `api-reference/oauth2-scopes`): an access token for seven days and a refresh
token for 180 days, which every refresh starts anew. A refresh kills the previous access token at once; if its answer is
lost, refreshing again recovers. The scope of a grant never changes.

A token works only with the client id that it was issued to, so the two are kept together.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lib.simkl import errors
from lib.simkl.http.fields import read_object
from lib.system.secrets import Secret, sendable

if TYPE_CHECKING:  # every front end knows tokens, and must not pay for requests before it needs the network
    from lib.simkl.http.transport import Transport

V1, V2 = "v1", "v2"
SCOPE = "media:read media:write"
WRITE = "media:write"
REFRESH_BEFORE_EXPIRY = 86400.0
GRANT_LIFETIME = 180 * 86400.0
LONGEST_LIFETIME = 10 * 365 * 86400.0  # what claims to last longer is no time that could be reckoned with


@dataclass(frozen=True)
class Token:
    """An access token; `auth` is the AUTH generation that issued it, `client_id` the app it was issued to.

    Only AUTH V2 has the rest: `refresh`, `expires_at` in seconds since 1970 (None: unknown), and the `scope` granted.
    """

    access: Secret
    client_id: str
    auth: str = V1
    refresh: Secret | None = None
    expires_at: float | None = None
    scope: str = ""

    @property
    def may_write(self) -> bool:
        """Whether it may scrobble and change lists."""
        return self.auth == V1 or WRITE in self.scope.split()

    def is_ending(self, now: float, lead: float = 0.0) -> bool:
        """Return whether less than a day is left of it, or than a day and `lead` seconds."""
        return self.auth == V2 and self.expires_at is not None and self.expires_at - now < REFRESH_BEFORE_EXPIRY + lead


def parse_v1_token(payload: Any, client_id: str) -> Token:
    """Read the answer of `/oauth/token`. Raises Unreadable."""
    access = sendable(read_object(payload).get("access_token"))
    if access is None:
        raise errors.Unreadable()
    return Token(Secret(access), client_id)


def parse_v2_token(payload: Any, client_id: str, now: float, previous: Token | None = None) -> Token:
    """Read the answer of `/oauth2/token`; a refresh may leave out what has not changed. Raises Unreadable."""
    if not isinstance(payload, dict):
        raise errors.Unreadable()
    access = sendable(payload.get("access_token"))
    refresh = sendable(payload.get("refresh_token"))
    scope, expires_in = payload.get("scope"), payload.get("expires_in")
    if access is None:
        raise errors.Unreadable()
    known = (
        isinstance(expires_in, (int, float)) and not isinstance(expires_in, bool) and 0 < expires_in <= LONGEST_LIFETIME
    )
    return Token(
        access=Secret(access),
        client_id=client_id,
        auth=V2,
        refresh=Secret(refresh) if refresh else previous.refresh if previous else None,
        expires_at=float(int(now + float(expires_in or 0))) if known else None,
        scope=scope if isinstance(scope, str) else previous.scope if previous else "",
    )


def refresh_token(transport: Transport, token: Token, client_secret: Secret | None, now: float) -> Token:
    """Trade the refresh token for a new access token; the old one is dead from then on. Raises SimklError.

    GrantRefused means that only a new sign-in helps; after anything else the tokens stay as they are.
    """
    if token.refresh is None:
        raise errors.GrantRefused()
    fields = {"grant_type": "refresh_token", "client_id": token.client_id, "refresh_token": token.refresh.reveal()}
    payload = transport.post("/oauth2/token", with_client_secret(fields, client_secret)).payload
    return parse_v2_token(payload, token.client_id, now, previous=token)


def revoke_token(transport: Transport, token: Token, client_secret: Secret | None) -> bool:
    """End the grant at Simkl; return whether Simkl heard. It always says yes, so that proves nothing."""
    fields = {"client_id": token.client_id, "token": (token.refresh or token.access).reveal()}
    with contextlib.suppress(errors.SimklError):
        transport.post("/oauth2/revoke", with_client_secret(fields, client_secret))
        return True
    return False


def with_client_secret(fields: dict[str, str], client_secret: Secret | None) -> dict[str, str]:
    """Return the fields, with the secret of a server app."""
    return {**fields, "client_secret": client_secret.reveal()} if client_secret else fields
