"""Keeping a token that Simkl has just given, on disk first, then the name that belongs to it; and giving one back."""

from __future__ import annotations

import contextlib
import logging
from typing import Callable

from lib.account.rate_limit import RateLimiter
from lib.account.settings_file import SettingsError
from lib.account.store import Account, AccountStore
from lib.simkl.api.users import User, fetch_user
from lib.simkl.auth.tokens import V2, Token, revoke_token
from lib.simkl.errors import NotSent, SimklError
from lib.simkl.http.transport import Transport
from lib.system import timestamps
from lib.system.clock import Clock
from lib.system.secrets import Secret

STORE_RETRY_SECONDS = 10.0  # a disk that is full for a moment, a virus scanner that holds the file
EDIT_SECONDS = 120.0  # somebody saved the file half-typed, and will notice
STORE_POLL_SECONDS = 0.5

log = logging.getLogger(__name__)


def store_token(
    accounts: AccountStore,
    name: str,
    transport: Transport,
    token: Token,
    limiter: RateLimiter,
    clock: Clock,
    pause: Callable[[float], bool],
    client_secret: Secret | None = None,
) -> tuple[Account, User | None]:
    """Keep the token, ask for the name, and return the account; with it whoever was linked before, if somebody else.

    A name that cannot be had now is fetched later: the link counts all the same. A token that cannot be kept is tried
    again for some seconds; then its grant is revoked and SettingsError raised. The grant of an account that is replaced
    is revoked as well: nobody could do so later.
    """
    at = timestamps.format_utc(clock.wall())
    account = Account(token, at, refreshed_at=at if token.refresh else "")
    try:
        before = _save(accounts, name, account, clock, pause)
    except SettingsError:
        if token.auth == V2:
            revoke_grant(transport, token, client_secret, limiter)
        raise
    try:
        with limiter.acquire(writes=False):
            user = fetch_user(transport, token)
        account = accounts.update(name, account, user=user) or account
    except (SimklError, SettingsError, OSError) as error:  # OSError: others keep the request lock
        log.warning("linked, but the name is not known yet: %s", error)
    if before is not None and before.token.auth == V2 and not _is_same_grant(before.token, token):
        revoke_grant(transport.for_client(before.token.client_id), before.token, client_secret, limiter)
    was = before.user if before else None
    somebody_else = was is not None and account.user is not None and was.id != account.user.id
    return account, was if somebody_else else None


def _save(
    accounts: AccountStore, name: str, account: Account, clock: Clock, pause: Callable[[float], bool]
) -> Account | None:
    """Keep the account and return the one before; try again for a while, since Simkl delivers a token once."""
    start = clock.monotonic()
    while True:
        try:
            before = accounts.get(name)
            accounts.save(name, account)
            return before
        except SettingsError as error:
            longest = STORE_RETRY_SECONDS if isinstance(error.__cause__, OSError) else EDIT_SECONDS
            if clock.monotonic() - start >= longest or pause(STORE_POLL_SECONDS):
                raise
            log.warning("the token cannot be kept yet: %s", error)


def _is_same_grant(one: Token, other: Token) -> bool:
    return one.access == other.access or (one.refresh is not None and one.refresh == other.refresh)


def revoke_grant(transport: Transport, token: Token, client_secret: Secret | None, limiter: RateLimiter) -> bool:
    """End an AUTH V2 grant at Simkl; return whether Simkl heard. It does not wait for the request lock for ever."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(limiter.acquire(writes=True))
        except NotSent:  # it shall end
            return False
        except OSError as error:
            log.info("another process holds the Simkl request lock: %s", error)
        return revoke_token(transport, token, client_secret)
