"""What can be done with plays that wait for an account which is not the linked one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import xbmcgui

from lib.kodi import strings
from lib.kodi.addon import Addon
from lib.kodi.menu.queue_list import change_queue
from lib.kodi.profile import queue_access as queues
from lib.tracking.play import DEAD_LETTER_STATES, QUEUED

if TYPE_CHECKING:
    from lib.tracking.store.queue import PlayQueue


def choose_for_others(addon: Addon, quoted: str) -> None:
    """Ask what to do with the plays of another account, and do it."""
    other, owner = unquote(quoted), queues.current_owner(addon)
    offered = [strings.DELETE_THEM]
    if owner and other.startswith(queues.UNNAMED_OWNER):  # the same person, perhaps, before Simkl had told the name
        offered.insert(0, strings.THEY_ARE_MINE)

    def work(queue: PlayQueue) -> bool:
        count = queue.owners().get(other, 0)
        chosen = xbmcgui.Dialog().contextmenu([addon.text(each) for each in offered]) if count else -1
        if chosen < 0:
            return False
        if offered[chosen] == strings.THEY_ARE_MINE:
            queue.adopt(other, owner)
            return True
        heading = addon.text(strings.FOR_ANOTHER_ACCOUNT, count=str(count))
        if not xbmcgui.Dialog().yesno(heading, addon.text(strings.DELETE_THEM_MEANS)):
            return False
        queue.done([play.id for play in queue.listing(other, QUEUED, *DEAD_LETTER_STATES)])
        return True

    change_queue(addon, work)
