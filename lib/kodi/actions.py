"""What a person can do: with the link, with what waits for Simkl, and with the settings. Each is one `RunScript`."""

from __future__ import annotations

from typing import Callable, Mapping

import xbmc
import xbmcgui

from lib.kodi import context, rating, scrobble, strings
from lib.kodi.addon import ACCOUNT_LINE, ADDON_ID, Addon
from lib.kodi.link import link
from lib.kodi.waiting import asking, turns_until_the_end, while_kodi_runs


def status(addon: Addon) -> None:
    """Ask Simkl whether it still accepts the link, and tell."""
    from lib.account.settings_file import SettingsError
    from lib.account.status import check_account
    from lib.account.store import DEFAULT_ACCOUNT, AccountStore
    from lib.kodi.account import life_line, load_settings, show_account, transport_for
    from lib.kodi.tracking_line import told
    from lib.simkl.errors import SimklError

    dialog, heading = xbmcgui.Dialog(), addon.text(strings.NAME)
    is_accepted = False
    try:
        settings = load_settings(addon)
        account = show_account(addon)
        if account is None:
            dialog.ok(heading, addon.text(strings.NOT_LINKED))
            return
        accounts, secret = AccountStore(settings.path), settings.client_secret
        transport = transport_for(addon, settings, account.token.client_id or settings.require_client_id())
        turns = turns_until_the_end(addon, settings.path)
        with asking(addon, heading, addon.text(strings.ASKING)):
            found = while_kodi_runs(
                addon, lambda: check_account(accounts, DEFAULT_ACCOUNT, transport, secret, turns), transport.abort
            )
        if found is None:
            return
        shown = show_account(addon)
        lines = [addon.get(ACCOUNT_LINE)]
        if found.valid is not None:  # else it was unlinked or linked anew while Simkl was asked
            lines.append(addon.text(strings.ACCEPTED if found.valid else strings.TOKEN_REFUSED))
        if found.valid and shown is not None:
            lines.append(life_line(addon, shown))
        is_accepted = bool(found.valid)
    except (SimklError, SettingsError) as error:
        lines = [addon.error_text(error)]
    dialog.ok(heading, "\n".join(lines + told(addon, is_accepted)))


def unlink(addon: Addon) -> None:
    """Forget the account, after a question."""
    from lib.account.settings_file import SettingsError
    from lib.account.status import unlink_account
    from lib.account.store import DEFAULT_ACCOUNT, AccountStore
    from lib.kodi.account import load_settings, show_account, transport_for
    from lib.simkl.auth.tokens import V2

    dialog = xbmcgui.Dialog()
    try:
        settings = load_settings(addon)
        account = show_account(addon)
        if account is None:
            addon.toast(addon.text(strings.NOT_LINKED))
            return
        name = account.user.name if account.user else ""
        heading = addon.text(strings.UNLINK_NAME, name=name) if name else addon.text(strings.UNLINK_THIS)
        address = settings.connected_apps.partition("://")[2].rstrip("/")
        is_v2 = account.token.auth == V2
        means = addon.text(strings.UNLINK_ENDS if is_v2 else strings.UNLINK_MEANS, address=address)
        if dialog.yesno(heading, means):
            accounts, secret = AccountStore(settings.path), settings.client_secret
            transport = transport_for(addon, settings, account.token.client_id)
            turns = turns_until_the_end(addon, settings.path)
            while_kodi_runs(
                addon, lambda: unlink_account(accounts, DEFAULT_ACCOUNT, transport, secret, turns), transport.abort
            )
            show_account(addon)
            addon.tell_others("unlinked")
            addon.toast(addon.text(strings.UNLINKED))
    except SettingsError as error:
        dialog.ok(addon.text(strings.NAME), addon.error_text(error))


def settings(addon: Addon) -> None:
    """Open Kodi's settings window of this add-on."""
    xbmc.executebuiltin(f"Addon.OpenSettings({ADDON_ID})")


def play(addon: Addon, id_: str = "") -> None:
    """Ask what to do with one play that waits or was put aside, and do it."""
    from lib.kodi import waiting_list

    if id_.isdigit():
        waiting_list.choose(addon, int(id_))


def retry(addon: Addon) -> None:
    """Try everything again that was put aside, and have what waits sent."""
    from lib.kodi import waiting_list

    waiting_list.retry_all(addon)


def waiting(addon: Addon) -> None:
    """Open the listing of what waits, from wherever a person is."""
    xbmc.executebuiltin(f"ActivateWindow(Programs,plugin://{ADDON_ID}/waiting,return)")


def watching(addon: Addon) -> None:
    """Go back to what plays."""
    xbmc.executebuiltin("ActivateWindow(fullscreenvideo)")


ACTIONS: Mapping[str, Callable[..., None]] = {
    "link": link,
    "link-another": link,
    "status": status,
    "unlink": unlink,
    "settings": settings,
    "play": play,
    "retry": retry,
    "waiting": waiting,
    "watching": watching,
    "rate": rating.rate,
    "scrobble": scrobble.scrobble,
    "mark-selected": context.mark_watched,
    "rate-selected": context.rate,
}
