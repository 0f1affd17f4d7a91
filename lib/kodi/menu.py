"""What is shown when the add-on is opened: the account, and what can be done with it.

Widgets ask for this listing too, so it opens no window, and needs neither the network nor the settings file.
"""

from __future__ import annotations

import xbmcgui
import xbmcplugin

from lib.kodi import strings
from lib.kodi.addon import ACCOUNT_LINE, ADDON_ID, IS_LINKED, IS_MOVING, IS_REFUSED, Addon


def is_linked(addon: Addon) -> bool:
    """Return whether this Kodi is linked, as far as Kodi's own settings know."""
    return addon.is_on(IS_LINKED)


def show(addon: Addon, handle: int, action: str) -> None:
    """Fill the listing; an action is no folder, so listing one fails quietly."""
    if not action:
        line = addon.get(ACCOUNT_LINE) or addon.text(strings.NOT_LINKED)
        linked = is_linked(addon)
        _add(addon, handle, "status" if linked else "link", line, "account")
        is_due = addon.is_on(IS_REFUSED) or addon.is_on(IS_MOVING)
        again = strings.LINK_AGAIN if is_due else strings.LINK_ANOTHER
        _add(addon, handle, "link", addon.text(again if linked else strings.LINK), "link")
        if linked:
            _add(addon, handle, "unlink", addon.text(strings.UNLINK), "unlink")
        _add(addon, handle, "settings", addon.text(strings.SETTINGS), "settings")
        xbmcplugin.addSortMethod(handle, xbmcplugin.SORT_METHOD_UNSORTED)
    xbmcplugin.endOfDirectory(handle, succeeded=not action, cacheToDisc=False)


def _add(addon: Addon, handle: int, action: str, label: str, icon: str) -> None:
    item = xbmcgui.ListItem(label, offscreen=True)
    picture = addon.picture(f"menu/{icon}.png")
    item.setArt({"icon": picture, "thumb": picture})
    xbmcplugin.addDirectoryItem(handle, f"plugin://{ADDON_ID}/{action}", item, isFolder=False)
