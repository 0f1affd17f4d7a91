"""When an access token of AUTH V2 is refreshed: a day before it ends, or up to two days earlier.

How much earlier follows from the account and the token, so all programs that use the settings file agree. Without it a
thousand people who were linked in the same hour would be refreshed in the same hours from then on.
"""

from __future__ import annotations

import hashlib

from lib.account.store import Account
from lib.simkl.auth.tokens import Token
from lib.system import timestamps

REFRESH_SPREAD = 2 * 86400.0
SPREAD_LIFETIME = 6 * 86400.0  # a token that is good for less is refreshed a day before its end


def is_refresh_due(account: Account, token: Token, now: float) -> bool:
    """Return whether a token of this account is to be refreshed; `now` is seconds since 1970."""
    return token.is_ending(now, refresh_lead(account, token))


def refresh_lead(account: Account, token: Token) -> float:
    """Return how many seconds earlier than a day before its end the token is refreshed."""
    issued = timestamps.parse_utc(account.refreshed_at or account.linked_at)
    if token.expires_at is None or issued is None or token.expires_at - issued < SPREAD_LIFETIME:
        return 0.0
    holder = account.linked_at if account.user is None else account.user.id
    digest = hashlib.sha256(f"{holder} {int(token.expires_at)}".encode()).digest()
    return REFRESH_SPREAD * int.from_bytes(digest[:4], "big") / 2**32
