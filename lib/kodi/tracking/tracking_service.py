"""The tracking, as the service runs it: one thread that follows the player, one that sends, and what wakes them.

Nothing of it exists while nobody is linked.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from functools import partial
from typing import Callable, Sequence

from lib.kodi import rpc, strings
from lib.kodi.addon import ADDON_ID, Addon
from lib.kodi.library.marks import LIBRARY_REMOVE, LIBRARY_UPDATE
from lib.kodi.playback.player import PlayerMessage, PlayerMonitor
from lib.kodi.playback.player_thread import PlayerThread
from lib.kodi.profile import queue_access as queues
from lib.kodi.tracking import status_line
from lib.kodi.tracking.delivery_thread import DeliveryThread
from lib.kodi.tracking.notifier import Notifier
from lib.system.mailbox import Mailbox
from lib.system.threads import Restarts, Worker
from lib.tracking.delivery.watched_at import ClockStepCorrector
from lib.tracking.echoes import Echoes
from lib.tracking.play import Play
from lib.tracking.store.database import QueueError
from lib.tracking.store.match_cache import MatchCache
from lib.tracking.store.queue import PlayQueue

log = logging.getLogger(__name__)

TRACKING_JOIN_SECONDS = 3.0
PART_JOIN_SECONDS = 1.0
QUEUE_PROBLEM_MS = 8000
RIVAL = re.compile(r"(script|service|plugin)\..*simkl")


class QueueWatcher:
    """What the thread that follows the player tells: `wake` has what it queued sent, the notifier tells people."""

    def __init__(self, notifier: Notifier, wake: Callable[[], None]) -> None:
        self._notifier = notifier
        self._wake = wake

    def watched(self, play: Play) -> None:
        """Something was watched."""
        self._notifier.watched(play)

    def playback_over(self) -> None:
        """Nothing plays any more."""
        self._notifier.playback_over()

    def queued(self, plays: Sequence[Play]) -> None:
        """Have what is in the queue sent."""
        self._wake()

    def unmarks_left_alone(self, plays: Sequence[Play]) -> None:
        """Tell that marks were taken away in Kodi only."""
        self._notifier.unmarks_left_alone(plays)


class TrackingService:
    """Tracks for whoever is linked, from `start` to `stop`, on a thread of its own.

    What Kodi calls here only hands over. Make it on the thread that waits in Kodi's monitor: Kodi calls a player back
    on no other thread than the one that made it (Kodi's source, `CallbackHandler`).
    """

    def __init__(self, addon: Addon, ask: Callable[[Play], None]) -> None:
        self._addon = addon
        self._ask = ask
        self._owner = ""
        self._was_told = False
        self._told_end = False
        self._queue: PlayQueue | None = None
        self._player_thread: PlayerThread | None = None
        self._delivery_thread: DeliveryThread | None = None
        self._messages: Mailbox[Callable[[], None] | None] = Mailbox()
        self._player = PlayerMonitor(self._on_player_event, self._addon.clock)
        self._worker = Worker(self._run, self._crashed, "simkl-tracking", self._restarts())
        self._echoes = Echoes()
        self._clock_corrector: ClockStepCorrector | None = None

    def start(self) -> None:
        """Begin, if somebody is linked; with the plays from before their name was known."""
        self._worker.start()

    def stop(self) -> None:
        """End: what plays is put into the queue, to be sent at the next start."""
        self._worker.stop()
        self._messages.put(None)
        self._worker.join(TRACKING_JOIN_SECONDS)

    def poll(self) -> None:
        """Have it looked, now and then, whether there is something to do after all."""
        self._messages.put(self._check)

    def on_notification(self, sender: str, method: str, data: str) -> None:
        """Take one of Kodi's notifications."""
        player_thread = self._player_thread
        if method == LIBRARY_UPDATE and player_thread is not None:
            player_thread.on_library_update(data)
        elif method == LIBRARY_REMOVE and player_thread is not None:
            player_thread.on_library_remove(data)
        elif sender == ADDON_ID and method == f"Other.{queues.QUEUE_CHANGED}":
            self._wake()
        elif sender == ADDON_ID and method in ("Other.linked", "Other.unlinked"):
            self._messages.put(self._account_changed)

    def _on_player_event(self, message: PlayerMessage) -> None:
        player_thread = self._player_thread
        if player_thread is not None:
            player_thread.on_player_event(message)

    def _run(self) -> None:
        self._end()  # what a crash has left
        self._begin()
        while self._messages.wait(None):
            message = self._messages.take()
            if message is None:
                self._end()
                return
            message()

    def _crashed(self, error: Exception) -> None:
        log.error("internal error; please report it", exc_info=error)

    def _begin(self) -> None:
        self._owner = owner = queues.current_owner(self._addon)
        self._addon.publish_state()
        if self._addon.monitor.abortRequested() or not owner:
            return
        try:
            queue = self._opened_queue(owner)
        except QueueError as error:
            log.error("%s", error)
            if not self._was_told:
                self._addon.toast(self._addon.short_error_text(error), QUEUE_PROBLEM_MS)
            self._was_told = True
            return
        on_queue_drained = partial(status_line.update_status_when_drained, self._addon, queue, owner)
        notifier = Notifier(self._addon, partial(self._ask_about, queue), on_queue_drained)
        self._queue = queue
        clock = self._addon.clock
        self._clock_corrector = ClockStepCorrector(queue, clock, self._clock_corrector)
        self._delivery_thread = DeliveryThread(
            self._addon, queue, owner, notifier, self._clock_corrector, self._restarts()
        )
        self._player_thread = PlayerThread(
            queue,
            owner,
            QueueWatcher(notifier, self._wake),
            self._player,
            lambda: self._addon.settings.tracking,
            self._delivery_thread.get_ready,
            self._addon.monitor.abortRequested,
            self._restarts(),
            self._echoes,
            clock,
        )
        self._delivery_thread.start()
        self._player_thread.start()
        status_line.update_status_when_idle(self._addon, queue, owner)
        self._look_for_rivals()

    def _opened_queue(self, owner: str) -> PlayQueue:
        """Open the queue, and put into it what played when Kodi last ended. Raises QueueError."""
        queue = queues.open_queue(self._addon, check=True)
        if queue.database.quarantined is not None:
            self._addon.toast(self._addon.text(strings.QUEUE_DAMAGED), QUEUE_PROBLEM_MS)
        self._adopt(queue, owner)
        if queue.recover(owner) is not None:
            log.info("Kodi ended while something played; its stop is in the queue now")
        return queue

    def _end(self) -> None:
        player_thread, delivery_thread, queue = self._player_thread, self._delivery_thread, self._queue
        self._player_thread = self._delivery_thread = self._queue = None
        parts = [part for part in (player_thread, delivery_thread) if part is not None]
        for part in parts:
            part.stop()
        for part in parts:
            part.join(PART_JOIN_SECONDS)
        if queue is not None:
            queue.close()

    def _check(self) -> None:
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

    def _account_changed(self) -> None:
        """Track for the account that is linked now; what plays goes on if it is the same one."""
        if queues.current_owner(self._addon) != self._owner or self._delivery_thread is None:
            self._restart()
        else:
            self._delivery_thread.renew()

    def _restart(self) -> None:
        self._end()
        if not self._addon.monitor.abortRequested():
            self._begin()

    def _restarts(self) -> Restarts:
        return Restarts(self._addon.clock, self._tell_end)

    def _tell_end(self) -> None:
        """Say once that a thread has crashed too often and what is watched is lost until the next start of Kodi."""
        if not self._told_end:
            self._told_end = True
            self._addon.toast(self._addon.text(strings.TRACKING_STOPPED), QUEUE_PROBLEM_MS)

    def _adopt(self, queue: PlayQueue, owner: str) -> None:
        """Take over what was queued while Simkl had not told who it is."""
        former = self._addon.state.read().former_owner
        if former:
            queue.adopt(former, owner)
            self._addon.state.change(former_owner="")

    def _ask_about(self, queue: PlayQueue, play: Play) -> None:
        """Have the person rate what was watched; Simkl may have told what a file's name stands for."""
        known = MatchCache(queue.database).lookup(play.key, self._addon.clock.wall()) if play.item is None else None
        self._ask(play if known is None else replace(play, item=known.item))

    def _wake(self) -> None:
        if self._delivery_thread is not None:
            self._delivery_thread.wake()

    def _look_for_rivals(self) -> None:
        """Say once that another tracker would count twice."""
        found = rpc.call("Addons.GetAddons", enabled=True, properties=["name"]).get("addons") or []
        rivals = [each for each in found if RIVAL.match(each["addonid"]) and each["addonid"] != ADDON_ID]
        names = ", ".join(sorted(each["name"] for each in rivals))
        if names and self._addon.state.change(rivals_told=names):
            self._addon.toast(self._addon.text(strings.TWO_TRACKERS, name=names), QUEUE_PROBLEM_MS)
