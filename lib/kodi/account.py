"""The account as Kodi shows it: what the menu and the settings window say, and the parts that a link is made of."""

from __future__ import annotations

import contextlib
import os
import time

from lib.account import disk, settings
from lib.account.pending import PendingCode
from lib.account.settings import Settings
from lib.account.store import DEFAULT_ACCOUNT, Account, Accounts
from lib.kodi import strings
from lib.kodi.addon import ACCOUNT_LINE, CLIENT_ID, IS_LINKED, IS_NAMELESS, IS_REFUSED, SHOWN_FOR, Addon
from lib.simkl.transport import Transport


def load_settings(addon: Addon) -> Settings:
    """Return the settings of this Kodi profile; a client id typed into Kodi's settings wins. Raises SettingsError."""
    if addon.data.exists():
        with contextlib.suppress(PermissionError):  # the storage of an Android box knows no permissions
            disk.make_folder(addon.data, own=True)
    return settings.load(addon.settings_path, os.environ, {CLIENT_ID: addon.get(CLIENT_ID)})


def pending_code(addon: Addon, client_id: str) -> PendingCode:
    """Return the code that may be waiting in this Kodi profile."""
    return PendingCode(addon.settings_path, DEFAULT_ACCOUNT, client_id, time.time)


def transport_for(addon: Addon, loaded: Settings, client_id: str) -> Transport:
    """Return the way to Simkl for one client id."""
    return Transport(loaded.api_url, client_id, addon.platform)


def show_account(addon: Addon) -> Account | None:
    """Bring what Kodi shows in line with the settings file; return the account. Raises SettingsError."""
    account = Accounts(addon.settings_path).get(DEFAULT_ACCOUNT)
    shown = {
        ACCOUNT_LINE: account_line(addon, account),
        IS_LINKED: _yes_or_no(account is not None),
        IS_NAMELESS: _yes_or_no(account is not None and account.user is None and not account.needs_linking),
        IS_REFUSED: _yes_or_no(account is not None and account.needs_linking),
        SHOWN_FOR: addon.sight(),
    }
    if any([addon.put(setting, value) for setting, value in shown.items()]):
        addon.refresh_listing()
    return account


def _yes_or_no(value: bool) -> str:
    return "true" if value else "false"


def account_line(addon: Addon, account: Account | None) -> str:
    """Say in one line who is linked, and since when."""
    if account is None:
        return addon.text(strings.NOT_LINKED)
    name = account.user.name if account.user else ""
    if account.needs_linking:
        return addon.text(strings.NAME_NEEDS_LINKING, name=name) if name else addon.text(strings.NEEDS_LINKING)
    date = addon.date(account.linked_at)
    if name:
        return addon.text(strings.LINKED_AS_SINCE, name=name, date=date)
    return addon.text(strings.LINKED_SINCE, date=date)
