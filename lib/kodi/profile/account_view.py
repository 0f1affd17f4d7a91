"""The account as Kodi shows it: what the menu and the settings window say, and the parts that a link is made of."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace

from lib.account import settings
from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.account.sign_in.pending_code import PendingCode
from lib.account.sign_in.start import should_move_to_v2
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.kodi import strings
from lib.kodi.addon import Addon
from lib.kodi.profile import queue_access
from lib.kodi.profile.proxy import proxy_address
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import GRANT_LIFETIME, V2
from lib.simkl.http.transport import Transport
from lib.system import files, timestamps
from lib.system.threads import IsStopping, interruptible_sleep


def load_profile_settings(addon: Addon) -> Settings:
    """Return the settings of this Kodi profile; a client id typed into Kodi's settings wins. Raises SettingsError."""
    if addon.data.exists():
        with contextlib.suppress(PermissionError):  # the storage of an Android box knows no permissions
            files.make_folder(addon.data, own=True)
    return settings.load_settings(addon.settings_path, os.environ, {"client_id": addon.settings.client_id})


def profile_pending_code(addon: Addon, client_id: str) -> PendingCode:
    """Return the code that may be waiting in this Kodi profile."""
    return PendingCode(addon.settings_path, DEFAULT_ACCOUNT, client_id, addon.clock)


def profile_client(addon: Addon, loaded: Settings, stopping: IsStopping | None = None) -> AccountClient:
    """Return the way to Simkl of this Kodi profile's account; waits end with `stopping`, or when Kodi shuts down."""
    pause = interruptible_sleep(stopping or addon.monitor.abortRequested, addon.clock)
    return AccountClient(replace(loaded, proxy=proxy_address()), addon.platform, addon.clock, DEFAULT_ACCOUNT, pause)


def make_transport(addon: Addon, loaded: Settings, client_id: str) -> Transport:
    """Return the way to Simkl for one client id."""
    return Transport(loaded.api_url, client_id, addon.platform, proxy_address())


def sync_account_state(addon: Addon) -> Account | None:
    """Bring what Kodi shows in line with the settings file; return the account. Raises SettingsError."""
    account = AccountStore(addon.settings_path).get(DEFAULT_ACCOUNT)
    moving = account is not None and should_move_to_v2(load_profile_settings(addon), account)
    before, owner = addon.state.read(), owner_of(account)
    is_named_now = account is not None and before.owner != owner and before.owner == _nameless(account)
    is_new = addon.state.change(
        account_line=account_line(addon, account, moving),
        account_version=addon.account_version(),
        linked=account is not None,
        nameless=account is not None and account.user is None and not account.needs_linking,
        refused=account is not None and account.needs_linking,
        moving=moving,
        owner=owner,
        status_line=before.status_line if owner in (before.owner, before.former_owner) or is_named_now else "",
        former_owner=before.owner if is_named_now else before.former_owner,  # what it had queued goes on under the name
    )
    if is_new:
        addon.publish_state()
        addon.refresh_listing()
    return account


def owner_of(account: Account | None) -> str:
    """Return whose plays are tracked: the Simkl user's id, or the link's time until it is told; "" without a link."""
    if account is None:
        return ""
    return str(account.user.id) if account.user is not None else _nameless(account)


def _nameless(account: Account) -> str:
    return f"{queue_access.UNNAMED_OWNER}{account.linked_at}"


def account_line(addon: Addon, account: Account | None, moving: bool = False) -> str:
    """Say in one line who is linked, and since when; `moving`: that it should be linked again with AUTH V2."""
    if account is None:
        return addon.text(strings.NOT_LINKED)
    name = account.user.name if account.user else ""
    if account.needs_linking:
        return addon.text(strings.NAME_NEEDS_LINKING, name=name) if name else addon.text(strings.UNNAMED_NEEDS_LINKING)
    date = addon.date(account.linked_at)
    if moving:
        return addon.text(strings.LINK_AGAIN_SOON, name=name or addon.text(strings.LINKED))
    if name:
        return addon.text(strings.LINKED_AS_SINCE, name=name, date=date)
    return addon.text(strings.LINKED_SINCE, date=date)


def life_line(addon: Addon, account: Account) -> str:
    """Say in one line what kind of sign-in it is, and how long it lasts if nobody uses it."""
    if account.token.auth != V2:
        return addon.text(strings.AUTH_V1)
    until = (timestamps.parse_utc(account.refreshed_at or account.linked_at) or 0) + GRANT_LIFETIME
    return addon.text(strings.AUTH_V2, date=addon.date(timestamps.format_utc(until)))


def linked_text(addon: Addon, user: User | None, instead_of: User | None) -> str:
    """Say that it worked, and who was linked before if that was somebody else."""
    if user is None:
        return addon.text(strings.LINKED)
    if instead_of is not None:
        return addon.text(strings.LINKED_INSTEAD, name=user.name, other=instead_of.name)
    return addon.text(strings.LINKED_AS, name=user.name)
