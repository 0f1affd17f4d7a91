"""How an account stands, asking Simkl whether it still accepts it, and unlinking it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from lib.account.client import AccountClient
from lib.account.grants import revoke_grant
from lib.account.rate_limit import RateLimiter
from lib.account.store import Account, AccountStore
from lib.simkl.api.users import User, fetch_user
from lib.simkl.auth.tokens import V2
from lib.simkl.errors import GrantRefused, TokenRefused
from lib.simkl.http.transport import Transport
from lib.system.clock import Clock
from lib.system.secrets import Secret

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AccountStatus:
    """How an account stands; `valid` is what Simkl said when asked, None when it was not asked."""

    account: Account | None
    valid: bool | None = None
    newly_refused: bool = False

    @property
    def linked(self) -> bool:
        """Whether there is a token that Simkl is not known to refuse."""
        return self.account is not None and not self.account.needs_linking


def unlink_account(
    accounts: AccountStore,
    name: str,
    transport: Transport | None = None,
    client_secret: Secret | None = None,
    limiter: RateLimiter | None = None,
    *,
    clock: Clock,
) -> Account | None:
    """Forget the account here; return what it was, None if it was not linked. Raises SettingsError.

    With `transport`, an AUTH V2 grant is ended at Simkl too, as far as Simkl can be reached. AUTH V1 has no revocation:
    Simkl lists the app until the user removes it at `settings.connected_apps`.
    """
    account = accounts.forget(name)
    if account is not None and account.token.auth == V2 and transport is not None:
        revoke_grant(transport, account.token, client_secret, limiter or RateLimiter(accounts.path, clock))
    return account


def read_status(accounts: AccountStore, name: str) -> AccountStatus:
    """Return how the account stands, without asking Simkl. Raises SettingsError."""
    return AccountStatus(accounts.get(name))


def check_account(
    accounts: AccountStore,
    name: str,
    transport: Transport,
    client_secret: Secret | None = None,
    limiter: RateLimiter | None = None,
    *,
    clock: Clock,
) -> AccountStatus:
    """Ask Simkl whether it still accepts the account, and take the user's name along. Raises SimklError, SettingsError.

    Only a refusal that a second call confirms marks the account "needs linking again"; `newly_refused` is true once,
    for whoever tells the user. The token is never deleted.
    """
    account = accounts.get(name)
    if account is None:
        return AccountStatus(None)
    user = _confirmed_user(
        AccountClient(
            accounts, name, transport, client_secret, limiter or RateLimiter(accounts.path, clock), clock=clock
        )
    )
    asked = accounts.get(name)
    if asked is None or asked.linked_at != account.linked_at:
        return AccountStatus(asked)  # unlinked or linked anew meanwhile; Simkl spoke of the token before
    if user is None:
        kept = accounts.update(name, asked, needs_linking=True)
    else:
        kept = accounts.update(name, asked, user=user, needs_linking=False)
    return AccountStatus(kept, valid=user is not None, newly_refused=user is None and not account.needs_linking)


def _confirmed_user(access: AccountClient) -> User | None:
    """Return whose token it is, None if Simkl refuses it twice, or a refresh of it once."""
    try:
        return access.call(fetch_user)
    except TokenRefused as error:
        if isinstance(error.__cause__, GrantRefused):
            return None
        log.info("Simkl refuses the access token; asking once more")
    try:
        return access.call(fetch_user)
    except TokenRefused:
        return None
