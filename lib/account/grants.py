"""Keeping a token that Simkl has just given, on disk first, then the name that belongs to it; and giving one back."""

from __future__ import annotations

import contextlib
import logging

from lib.account.rate_limit import RateLimiter
from lib.account.settings_file import SettingsError
from lib.account.store import Account, AccountStore
from lib.simkl.api.users import User, fetch_user
from lib.simkl.auth.tokens import Token, revoke_token
from lib.simkl.errors import NotSent, SimklError
from lib.simkl.http.transport import Transport
from lib.system import timestamps
from lib.system.secrets import Secret

log = logging.getLogger(__name__)


def store_token(
    accounts: AccountStore,
    name: str,
    transport: Transport,
    token: Token,
    now: float,
    limiter: RateLimiter,
) -> tuple[Account, User | None]:
    """Keep the token, ask for the name, and return the account; with it whoever was linked before, if somebody else.

    A name that cannot be had now is fetched later: the link counts all the same. Raises SettingsError if the token
    could not be kept.
    """
    before = accounts.get(name)
    at = timestamps.format_utc(now)
    account = Account(token, at, refreshed_at=at if token.refresh else "")
    accounts.save(name, account)
    try:
        with limiter.acquire(writes=False):
            user = fetch_user(transport, token)
        account = accounts.update(name, account, user=user) or account
    except (SimklError, SettingsError, OSError) as error:  # OSError: others keep the turn
        log.warning("linked, but the name is not known yet: %s", error)
    was = before.user if before else None
    somebody_else = was is not None and account.user is not None and was.id != account.user.id
    return account, was if somebody_else else None


def revoke_grant(transport: Transport, token: Token, client_secret: Secret | None, limiter: RateLimiter) -> bool:
    """End an AUTH V2 grant at Simkl; return whether Simkl heard. Without a turn if others keep it: it is the end."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(limiter.acquire(writes=True))
        except NotSent:  # it shall end
            return False
        except OSError as error:
            log.info("no turn at Simkl: %s", error)
        return revoke_token(transport, token, client_secret)
