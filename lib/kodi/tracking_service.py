"""The tracking, as the service runs it: one thread that follows the player, one that sends, and what wakes them.

Nothing of it exists while nobody is linked.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import replace
from functools import partial
from typing import Callable

import xbmc

from lib.kodi import queue_access as queues
from lib.kodi import rpc, strings
from lib.kodi.addon import ADDON_ID, FORMER_OWNER_SETTING, RIVAL_TOLD_SETTING, Addon
from lib.kodi.delivery_thread import DeliveryThread
from lib.kodi.library.marks import LIBRARY_UPDATE as LIBRARY_CHANGED
from lib.kodi.menu import status_line
from lib.kodi.notifier import Notifier
from lib.kodi.playback.player_thread import PlayerThread
from lib.system.clock import Clock
from lib.system.threads import Restarts
from lib.tracking.play import Play
from lib.tracking.store.database import QueueError
from lib.tracking.store.match_cache import MatchCache
from lib.tracking.store.queue import PlayQueue

log = logging.getLogger(__name__)

TRACKING_JOIN_SECONDS = 1.0
# A property of the home window, for the conditions of the context menu. Set by Kodi's built-in functions: Kodi may end
# at any moment, and whoever asks it for a window then can hold it up for ever, or bring it down.
LINKED_PROPERTY = "simkl.linked"
QUEUE_PROBLEM_MS = 8000
RIVAL = re.compile(r"(script|service|plugin)\..*simkl")


class TrackingService:
    """Tracks for whoever is linked, from `start` to `stop`."""

    def __init__(self, addon: Addon, ask: Callable[[Play], None], clock: Clock) -> None:
        self._addon = addon
        self._ask = ask
        self._clock = clock
        self._owner = ""
        self._was_told = False
        self._told_end = False
        self._queue: PlayQueue | None = None
        self._player_thread: PlayerThread | None = None
        self._delivery_thread: DeliveryThread | None = None

    def start(self) -> None:
        """Begin, if somebody is linked; with the plays from before their name was known."""
        self._owner = owner = queues.current_owner(self._addon)
        if self._addon.monitor.abortRequested():
            return
        if not owner:
            xbmc.executebuiltin(f"ClearProperty({LINKED_PROPERTY},home)")  # another profile's, perhaps
            return
        xbmc.executebuiltin(f"SetProperty({LINKED_PROPERTY},true,home)")
        try:
            queue = queues.open_queue(self._addon, check=True)
            if queue.database.quarantined is not None:
                self._addon.toast(self._addon.text(strings.QUEUE_DAMAGED), QUEUE_PROBLEM_MS)
            self._adopt(queue, owner)
            recovered = queue.recover(owner)
        except QueueError as error:
            log.error("%s", error)
            if not self._was_told:
                self._addon.toast(self._addon.short_error_text(error), QUEUE_PROBLEM_MS)
            self._was_told = True
            return
        if recovered is not None:
            log.info("Kodi ended while something played; its stop is in the queue now")
        on_queue_drained = partial(status_line.update_status_when_drained, self._addon, queue, owner)
        news = Notifier(self._addon, self._wake, partial(self._ask_about, queue), on_queue_drained)
        self._queue = queue
        self._delivery_thread = DeliveryThread(self._addon, queue, owner, news, self._restarts())
        ends = self._addon.monitor.abortRequested
        ready = self._delivery_thread.get_ready
        self._player_thread = PlayerThread(queue, owner, news, ready, ends, self._restarts())
        self._delivery_thread.start()
        self._player_thread.start()
        status_line.update_status_when_idle(self._addon, queue, owner)
        self._look_for_rivals()

    def _restarts(self) -> Restarts:
        return Restarts(self._clock, self._tell_end)

    def _tell_end(self) -> None:
        """Say once that a thread has crashed too often and what is watched is lost until the next start of Kodi."""
        if not self._told_end:
            self._told_end = True
            self._addon.toast(self._addon.text(strings.TRACKING_STOPPED), QUEUE_PROBLEM_MS)

    def stop(self) -> None:
        """End: what plays is put into the queue, to be sent at the next start."""
        player_thread, delivery_thread, queue = self._player_thread, self._delivery_thread, self._queue
        self._player_thread = self._delivery_thread = self._queue = None
        for part in (player_thread, delivery_thread):
            if part is not None:
                part.stop()
        for part in (player_thread, delivery_thread):
            if part is not None:
                part.join(TRACKING_JOIN_SECONDS)
        if queue is not None:
            queue.close()

    def poll(self) -> None:
        """Look, now and then, whether there is something to do after all."""
        owner = queues.current_owner(self._addon)
        needs_restart = owner and (
            self._queue is None or self._delivery_thread is None or self._delivery_thread.needs_another_queue
        )
        if owner != self._owner or needs_restart:  # a name came, or the queue cannot be used
            self._restart()
        if self._player_thread is not None:
            self._player_thread.poll()
        if self._delivery_thread is not None and self._queue is not None:
            self._delivery_thread.poll()
            status_line.update_status_when_idle(self._addon, self._queue, owner)

    def on_notification(self, sender: str, method: str, data: str) -> None:
        """Hear one of Kodi's notifications."""
        if method == LIBRARY_CHANGED and self._player_thread is not None:
            self._player_thread.on_library_update(data)
        elif sender == ADDON_ID and method == f"Other.{queues.QUEUE_CHANGED}":
            self._wake()
        elif sender == ADDON_ID and method in ("Other.linked", "Other.unlinked"):
            self._restart()

    def _restart(self) -> None:
        self.stop()
        if not self._addon.monitor.abortRequested():
            xbmc.executebuiltin(f"ClearProperty({LINKED_PROPERTY},home)")
            self.start()

    def _adopt(self, queue: PlayQueue, owner: str) -> None:
        """Take over what was queued while Simkl had not told who it is."""
        former = self._addon.get(FORMER_OWNER_SETTING)
        if former:
            queue.adopt(former, owner)
            self._addon.put(FORMER_OWNER_SETTING, "")

    def _ask_about(self, queue: PlayQueue, play: Play) -> None:
        """Have the person rate what was watched; Simkl may have told what a file's name stands for."""
        known = MatchCache(queue.database).lookup(play.key, time.time()) if play.item is None else None
        self._ask(play if known is None else replace(play, item=known.item))

    def _wake(self) -> None:
        if self._delivery_thread is not None:
            self._delivery_thread.wake()

    def _look_for_rivals(self) -> None:
        """Say once that another tracker would count twice."""
        found = rpc.call("Addons.GetAddons", enabled=True, properties=["name"]).get("addons") or []
        rivals = [each for each in found if RIVAL.match(each["addonid"]) and each["addonid"] != ADDON_ID]
        names = ", ".join(sorted(each["name"] for each in rivals))
        if names and self._addon.put(RIVAL_TOLD_SETTING, names):
            self._addon.toast(self._addon.text(strings.TWO_TRACKERS, name=names), QUEUE_PROBLEM_MS)
