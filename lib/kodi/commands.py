"""What a person can do: with the link, with what waits for Simkl, and with the settings. Each is one `RunScript`."""

from __future__ import annotations

import re
from typing import Callable, Mapping

import xbmc
import xbmcgui

from lib.kodi import strings
from lib.kodi.addon import ADDON_ID, Addon
from lib.kodi.menu import context_menu
from lib.kodi.profile.abortable import background_progress, run_abortable
from lib.kodi.rating import prompt
from lib.kodi.sign_in.dialog import open_sign_in
from lib.kodi.tracking import scrobble_command
from lib.system.errors import LinkError


def run_status(addon: Addon) -> None:
    """Ask Simkl whether it still accepts the link, and tell."""
    from lib.account.status import check_account
    from lib.kodi.profile.account_view import life_line, load_profile_settings, profile_client, sync_account_state
    from lib.kodi.tracking.status_line import connection_report

    dialog, heading = xbmcgui.Dialog(), addon.text(strings.ADDON_NAME)
    is_accepted = False
    try:
        settings = load_profile_settings(addon)
        account = sync_account_state(addon)
        if account is None:
            dialog.ok(heading, addon.text(strings.NOT_LINKED))
            return
        client = profile_client(addon, settings)
        with background_progress(addon, heading, addon.text(strings.ASKING)):
            found = run_abortable(addon, lambda: check_account(client), client.abort)
        if found is None:
            return
        shown = sync_account_state(addon)
        lines = [addon.state.read().account_line]
        if found.valid is not None:  # else it was unlinked or linked anew while Simkl was asked
            lines.append(addon.text(strings.ACCEPTED if found.valid else strings.TOKEN_REFUSED))
        if found.valid and shown is not None:
            lines.append(life_line(addon, shown))
        is_accepted = bool(found.valid)
    except LinkError as error:
        lines = [addon.error_text(error)]
    dialog.ok(heading, "\n".join(lines + connection_report(addon, is_accepted)))


def run_unlink(addon: Addon) -> None:
    """Forget the account, after a question."""
    from lib.account.status import unlink_account
    from lib.kodi.profile.account_view import load_profile_settings, profile_client, sync_account_state
    from lib.simkl.auth.tokens import V2

    dialog = xbmcgui.Dialog()
    try:
        settings = load_profile_settings(addon)
        account = sync_account_state(addon)
        if account is None:
            addon.toast(addon.text(strings.NOT_LINKED))
            return
        client = profile_client(addon, settings)  # belongs to the account that the question is about
        name = account.user.name if account.user else ""
        address = settings.connected_apps.partition("://")[2].rstrip("/")
        is_v2 = account.token.auth == V2
        means = addon.text(strings.UNLINK_ENDS if is_v2 else strings.UNLINK_MEANS, address=address)
        if dialog.yesno(addon.text(strings.UNLINK_THIS), "\n".join(filter(None, [name, means]))):
            run_abortable(addon, lambda: unlink_account(client), client.abort)
            sync_account_state(addon)
            addon.tell_others("unlinked")
            addon.toast(addon.text(strings.UNLINKED))
    except LinkError as error:
        dialog.ok(addon.text(strings.ADDON_NAME), addon.error_text(error))


def change_account(addon: Addon) -> None:
    """Link another account in place of the one that is linked, after having said so."""
    from lib.kodi.tracking.status_line import has_queued

    state = addon.state.read()
    if state.linked:
        means = [state.account_line, addon.text(strings.CHANGE_MEANS)]
        if has_queued(addon):
            means.append(addon.text(strings.OTHERS_STAY))
        if not xbmcgui.Dialog().yesno(addon.text(strings.LINK_ANOTHER), "\n".join(means)):
            return
    open_sign_in(addon)


def open_settings(addon: Addon) -> None:
    """Open Kodi's settings window of this add-on."""
    xbmc.executebuiltin(f"Addon.OpenSettings({ADDON_ID})")


def run_play(addon: Addon, id_: str = "") -> None:
    """Ask what to do with one play that waits or was put aside, and do it."""
    from lib.kodi.menu import queue_list

    if re.fullmatch("[0-9]{1,15}", id_):  # as long as sqlite can hold
        queue_list.choose_play(addon, int(id_))


def run_retry(addon: Addon) -> None:
    """Try everything again that was put aside, and have what waits sent."""
    from lib.kodi.menu import queue_list

    queue_list.retry_dead_letters(addon)


def open_queue_list(addon: Addon) -> None:
    """Open the listing of what waits, from wherever a person is."""
    xbmc.executebuiltin(f"ActivateWindow(Videos,plugin://{ADDON_ID}/waiting,return)")


def open_sent_list(addon: Addon) -> None:
    """Open the listing of what was sent, from wherever a person is."""
    xbmc.executebuiltin(f"ActivateWindow(Videos,plugin://{ADDON_ID}/sent,return)")


def run_others(addon: Addon, owner: str = "") -> None:
    """Ask what to do with what waits for another account, and do it."""
    from lib.kodi.menu.other_accounts import choose_for_others

    choose_for_others(addon, owner)


def open_player(addon: Addon) -> None:
    """Go back to what plays."""
    xbmc.executebuiltin("ActivateWindow(fullscreenvideo)")


COMMANDS: Mapping[str, Callable[..., None]] = {
    "link": open_sign_in,
    "link-another": change_account,
    "status": run_status,
    "unlink": run_unlink,
    "settings": open_settings,
    "play": run_play,
    "retry": run_retry,
    "waiting": open_queue_list,
    "sent": open_sent_list,
    "others": run_others,
    "watching": open_player,
    "rate": prompt.rate_played,
    "scrobble": scrobble_command.run_scrobble,
    "mark-selected": context_menu.mark_selected,
    "unmark-selected": context_menu.unmark_selected,
    "remove-selected": context_menu.remove_selected,
    "rate-selected": context_menu.rate_selected,
}
