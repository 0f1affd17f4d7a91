"""What is shown when the add-on is opened: the account, what plays and what waits, and what can be done.

Widgets ask for this listing too, so it opens no window, and needs neither the network nor the settings file.
"""

from __future__ import annotations

import xbmcgui
import xbmcplugin

from lib.kodi import strings
from lib.kodi.addon import ADDON_ID, Addon
from lib.kodi.profile import queue_access

QUEUE_LISTING, SENT_LISTING = "waiting", "sent"


def is_account_linked(addon: Addon) -> bool:
    """Return whether this Kodi is linked, as far as the add-on's state knows."""
    return addon.state.read().linked


def show_listing(addon: Addon, handle: int, action: str) -> None:
    """Fill the listing; an action is no folder, so listing one fails quietly."""
    if not action:
        _menu(addon, handle)
    elif action == QUEUE_LISTING:
        from lib.kodi.menu.queue_list import queue_rows

        xbmcplugin.setPluginCategory(handle, addon.text(strings.WAITING_LIST))
        for row in queue_rows(addon):
            _add(addon, handle, *row)
    elif action == SENT_LISTING:
        from lib.kodi.menu.sent_list import sent_rows

        xbmcplugin.setPluginCategory(handle, addon.text(strings.SENT_LIST))
        for row in sent_rows(addon):
            _add(addon, handle, *row)
    is_listing = action in ("", QUEUE_LISTING, SENT_LISTING)
    if is_listing:
        xbmcplugin.addSortMethod(handle, xbmcplugin.SORT_METHOD_UNSORTED)
    xbmcplugin.endOfDirectory(handle, succeeded=is_listing, cacheToDisc=False)


def _menu(addon: Addon, handle: int) -> None:
    state = addon.state.read()
    linked = state.linked
    line = state.account_line or addon.text(strings.LINKED if linked else strings.NOT_LINKED)
    is_due = linked and (state.refused or state.moving)
    if not linked:
        line = addon.text(strings.LINK)
    # The first row has one address, linked or not: Kodi finds the row where a person was by it, after a link as well.
    _add(addon, handle, "account", line, "account" if linked else "link")
    if is_due:
        _add(addon, handle, "link", addon.text(strings.LINK_AGAIN), "link")
    if queue_access.queue_path(addon).exists():
        from lib.kodi.menu.queue_list import menu_rows

        for row in menu_rows(addon):
            _add(addon, handle, *row)
    if linked:
        _add(addon, handle, "status", addon.text(strings.CHECK), "test")
    if linked and not is_due:
        # a name of its own: Kodi finds the row where a person was by it, and that shall not be this one after a link
        _add(addon, handle, "link-another", addon.text(strings.LINK_ANOTHER), "link")
    if linked:
        _add(addon, handle, "unlink", addon.text(strings.UNLINK), "unlink")
    _add(addon, handle, "settings", addon.text(strings.SETTINGS), "settings")


def _add(
    addon: Addon,
    handle: int,
    action: str,
    label: str,
    icon: str,
    picture: str = "",
    is_folder: bool = False,
) -> None:
    item = xbmcgui.ListItem(label, offscreen=True)
    own = addon.picture(f"menu/{icon}.png")
    item.setArt({"icon": own, "thumb": picture or own, "poster": picture})
    xbmcplugin.addDirectoryItem(handle, f"plugin://{ADDON_ID}/{action}", item, isFolder=is_folder)
