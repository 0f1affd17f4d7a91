"""The thread that follows the player: it hears, asks what it is, and queues. It never waits for the network."""

from __future__ import annotations

import logging
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Callable

from lib.kodi.library.marks import LibraryMarks
from lib.kodi.playback.player import PlayerMessage, PlayerMonitor, Snapshot
from lib.kodi.playback.playing_item import WindowProperties, playing_item
from lib.kodi.settings import tracking_preferences
from lib.system.threads import Worker
from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.store.database import QueueError
from lib.tracking.tracker import Tracker

if TYPE_CHECKING:
    from lib.kodi.notifier import Notifier
    from lib.tracking.store.queue import PlayQueue

log = logging.getLogger(__name__)

Mark = Callable[[LibraryMarks], None]


class PlayerThread:
    """Follows the player of one owner until `stop`. `begins` is called when something plays that is tracked.

    `kodi_ends` tells whether Kodi is ending: then it is asked for no window any more.
    """

    def __init__(
        self, queue: PlayQueue, owner: str, news: Notifier, begins: Callable[[], None], kodi_ends: Callable[[], bool]
    ) -> None:
        self._kodi_ends = kodi_ends
        self._heard: SimpleQueue[PlayerMessage | Mark | None] = SimpleQueue()
        self._ears = PlayerMonitor(self._heard.put)
        self._news = news
        self._begins = begins
        self._given = WindowProperties()
        self._tracker = Tracker(queue, owner, news)
        self._marks = LibraryMarks(queue, owner, self._tracker, news)
        self._worker = Worker(self._run, self._crashed, "simkl-watching")

    def start(self) -> None:
        """Begin, with what plays already: an update of the add-on or a new link must not lose it."""
        self._ears.look()
        self._worker.start()

    def marked(self, data: str) -> None:
        """Hear that Kodi's library was changed; `data` is what its notification holds."""
        self._heard.put(lambda marks: marks.hear(data))

    def nudge(self) -> None:
        """Look where it is: before Python 3.10 a timed wait goes by the wall clock, which may have been moved."""
        if self._tracker.is_playing or self._tracker.saves_late:
            self._heard.put(self._where())

    def stop(self) -> None:
        """End: what plays is over for us."""
        self._worker.stop()
        self._heard.put(None)

    def join(self, seconds: float) -> None:
        """Wait for the thread to end, `seconds` at most."""
        self._worker.join(seconds)

    def _run(self) -> None:
        """Handle what is heard until nothing more can be, with what was heard before the end."""
        heard = self._next()
        while heard is not None:
            self._handle(heard)
            heard = self._next()
        try:
            self._tracker.feed(PlayerEvent(PlayerEventKind.STOPPED, time.monotonic()))
            self._marks.settle(ends=True)
        except QueueError as error:
            log.error("%s", error)

    def _next(self) -> PlayerMessage | Mark | None:
        """Return what was heard, or where the player is once that is due."""
        waits = [each for each in (self._tracker.wakes_in, self._marks.wakes_in) if each is not None]
        try:
            return self._heard.get(timeout=min(waits) if waits else None)
        except Empty:
            return self._where()

    def _where(self) -> PlayerEvent:
        return PlayerEvent(PlayerEventKind.PROGRESSED, time.monotonic(), self._ears.where(), self._ears.length())

    def _handle(self, heard: PlayerMessage | Mark) -> None:
        try:
            self._take(heard)
            self._marks.settle()
        except QueueError as error:
            log.error("%s", error)

    def _take(self, heard: PlayerMessage | Mark) -> None:
        if isinstance(heard, Snapshot):
            began = PlayerEvent(PlayerEventKind.STARTED, heard.at, heard.position, heard.total)
            if self._kodi_ends():
                return
            self._tracker.began(playing_item(heard, self._given), tracking_preferences(), began)
            self._marks.plays(heard.ref)
            if self._tracker.is_playing:
                self._begins()
        elif isinstance(heard, PlayerEvent):
            if heard.what is not PlayerEventKind.PROGRESSED or heard.position is not None or self._tracker.saves_late:
                self._tracker.feed(heard)
            if heard.what in (PlayerEventKind.STOPPED, PlayerEventKind.ENDED):
                self._over()
        else:
            heard(self._marks)

    def _over(self) -> None:
        self._marks.plays("")
        if not self._kodi_ends() and not self._ears.isPlayingVideo():
            self._given.forget()
            self._news.playback_over()

    def _crashed(self, error: Exception) -> None:
        """Tell of a defect and go on: what made it is not heard again."""
        log.error("this is a defect; please report it", exc_info=error)
        self._tracker.give_up()
        if not self._worker.stopping():
            self._worker = Worker(self._run, self._crashed, "simkl-watching")
            self._worker.start()
