"""Keeping a token that Simkl has just given: on disk first, then the name that belongs to it."""

from __future__ import annotations

import logging

from lib.account import instants
from lib.account.settings import SettingsError
from lib.account.store import Account, Accounts
from lib.simkl.errors import SimklError
from lib.simkl.tokens import Token
from lib.simkl.transport import Transport
from lib.simkl.users import User, fetch_user

log = logging.getLogger(__name__)


def keep(accounts: Accounts, name: str, transport: Transport, token: Token, now: float) -> tuple[Account, User | None]:
    """Keep the token, ask for the name, and return the account; with it whoever was linked before, if somebody else.

    A name that cannot be had now is fetched later: the link counts all the same. Raises SettingsError if the token
    could not be kept.
    """
    before = accounts.get(name)
    account = Account(token, instants.written(now), refreshed_at=instants.written(now) if token.refresh else "")
    accounts.save(name, account)
    try:
        account = accounts.update(name, account, user=fetch_user(transport, token)) or account
    except (SimklError, SettingsError) as error:
        log.warning("linked, but the name is not known yet: %s", error)
    was = before.user if before else None
    somebody_else = was is not None and account.user is not None and was.id != account.user.id
    return account, was if somebody_else else None
