"""How an account stands, asking Simkl whether it still accepts it, and unlinking it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from lib.account.client import AccountChanged, AccountClient
from lib.account.settings_file import SettingsError
from lib.account.store import Account, AccountStore
from lib.simkl.api.users import User, fetch_user
from lib.simkl.auth.tokens import V2
from lib.simkl.errors import GrantRefused, TokenMissing, TokenRefused

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


@dataclass(frozen=True)
class Unlinked:
    """What was forgotten: the account, None if nothing was linked; whether Simkl was told to end its grant."""

    account: Account | None
    is_revoked: bool = False


def unlink_account(client: AccountClient) -> Unlinked:
    """Forget the account here; end an AUTH V2 grant at Simkl too, as far as Simkl can be reached.

    AUTH V1 has no revocation: Simkl lists the app until the user removes it at `settings.connected_apps`. Raises
    SettingsError, and AccountChanged if another account has been linked since the client was made.
    """
    current = client.accounts.get(client.name)
    if current is not None and client.account is not None and not client.is_same(current):
        raise AccountChanged()
    account = client.accounts.forget(client.name)
    if account is None or account.token.auth != V2:
        return Unlinked(account)
    return Unlinked(account, client.revoke(account.token))


def read_status(accounts: AccountStore, name: str) -> AccountStatus:
    """Return how the account stands, without asking Simkl. Raises SettingsError."""
    return AccountStatus(accounts.get(name))


def check_account(client: AccountClient) -> AccountStatus:
    """Ask Simkl whether it still accepts the account, and take the user's name along. Raises SimklError, SettingsError.

    Only a refusal that a second call confirms marks the account "needs linking again"; `newly_refused` is true once,
    for whoever tells the user. The token is never deleted. What Simkl says is told even where it cannot be kept.
    """
    account = client.account
    if account is None:
        return AccountStatus(None)
    try:
        user = _confirmed_user(client)
    except (AccountChanged, TokenMissing):
        return AccountStatus(client.accounts.get(client.name))
    asked = client.accounts.get(client.name)
    if asked is None or not client.is_same(asked):
        return AccountStatus(asked)  # unlinked or linked anew meanwhile; Simkl spoke of the token before
    changes: dict[str, Any] = {"needs_linking": True} if user is None else {"user": user, "needs_linking": False}
    try:
        kept = client.accounts.update(client.name, asked, **changes)
    except SettingsError as error:
        log.warning("%s", error)
        kept = replace(asked, **changes)
    return AccountStatus(kept, valid=user is not None, newly_refused=user is None and not account.needs_linking)


def _confirmed_user(client: AccountClient) -> User | None:
    """Return whose token it is, None if Simkl refuses it twice, or a refresh of it once."""
    try:
        return client.call(fetch_user)
    except TokenRefused as error:
        if isinstance(error.__cause__, GrantRefused):
            return None
        log.info("Simkl refuses the access token; asking once more")
    try:
        return client.call(fetch_user)
    except TokenRefused:
        return None
