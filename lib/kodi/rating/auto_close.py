"""A question that gives way by itself: to what starts to play, to a person who has left, and to the end of Kodi."""

from __future__ import annotations

import logging
import threading
from typing import Callable

import xbmc

from lib.kodi.addon import Addon
from lib.system.threads import Worker

log = logging.getLogger(__name__)

CHECK_INTERVAL = 0.25
AUTO_CLOSE_JOIN_SECONDS = 1.0


def playing_file() -> str:
    """Return the file of the video that plays, an empty text if none does."""
    player = xbmc.Player()
    try:
        return player.getPlayingFile() if player.isPlayingVideo() else ""
    except RuntimeError:  # it has just ended
        return ""


class AutoClose:
    """While this context lasts, `close` is called once the question should go away. `touched` starts the wait anew."""

    def __init__(self, addon: Addon, close: Callable[[], object], seconds: float) -> None:
        self._addon = addon
        self._close = close
        self._seconds = seconds
        self._played_before = playing_file()
        self._over = threading.Event()
        self._worker = Worker(self._watch, self._crashed)
        self.touched()

    def __enter__(self) -> AutoClose:
        self._worker.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._worker.stop()
        self._worker.join(AUTO_CLOSE_JOIN_SECONDS)

    def touched(self) -> None:
        """Begin to wait anew: the person is there."""
        self._touched = self._addon.clock.monotonic()

    def _watch(self) -> None:
        while not self._addon.monitor.waitForAbort(CHECK_INTERVAL):
            if self._worker.stopping():
                return
            left = self._addon.clock.monotonic() - self._touched >= self._seconds
            if left or playing_file() not in ("", self._played_before):
                break
        self._keep_closing()

    def _keep_closing(self) -> None:
        """Close until it is over: Kodi forgets a close that comes before the window is open."""
        while not self._over.is_set():
            self._close()
            if self._addon.monitor.waitForAbort(CHECK_INTERVAL):
                return

    def _crashed(self, error: Exception) -> None:
        log.error("internal error; please report it", exc_info=error)
        self._keep_closing()
