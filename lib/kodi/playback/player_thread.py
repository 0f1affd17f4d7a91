"""The thread that follows the player: it hears, asks what it is, and queues. It never waits for the network."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Callable, Protocol

from lib.kodi.library.marks import LibraryMarks, MarksListener
from lib.kodi.playback.player import PlayerMessage, PlayerMonitor, Snapshot
from lib.kodi.playback.playing_item import WindowProperties, playing_item
from lib.system.mailbox import Mailbox
from lib.system.threads import Restarts, Worker
from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.store.database import QueueError
from lib.tracking.tracker import Tracker

if TYPE_CHECKING:
    from lib.system.clock import Clock
    from lib.tracking.echoes import Echoes
    from lib.tracking.preferences import TrackingPreferences
    from lib.tracking.store.queue import PlayQueue

LOOK_AGAIN_SECONDS = 2.0

log = logging.getLogger(__name__)

Mark = Callable[[LibraryMarks], None]


class Watcher(MarksListener, Protocol):
    """What is told of a playback."""

    def playback_over(self) -> None:
        """Nothing plays any more."""


class PlayerThread:
    """Follows the player of one owner until `stop`. `begins` is called when something plays that is tracked.

    `kodi_ends` tells whether Kodi is ending: then it is asked for no window any more. `echoes` outlive a restart of it.
    """

    def __init__(
        self,
        queue: PlayQueue,
        owner: str,
        watcher: Watcher,
        player: PlayerMonitor,
        preferences: Callable[[], TrackingPreferences],
        begins: Callable[[], None],
        kodi_ends: Callable[[], bool],
        restarts: Restarts,
        echoes: Echoes,
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._kodi_is_closing = kodi_ends
        self._messages: Mailbox[PlayerMessage | Mark | None] = Mailbox()
        self.on_player_event = self._messages.put
        self._player = player
        player.on_opening = lambda: self._messages.put(self._opening)
        self._watcher = watcher
        self._on_playback_start = begins
        self._preferences = preferences
        self._window_properties = WindowProperties()
        self._is_opening = self._is_unclear = False
        self._tracker = Tracker(queue, owner, watcher, clock, echoes)
        self._marks = LibraryMarks(queue, owner, echoes, watcher, preferences, clock)
        self._worker = Worker(self._run, self._crashed, "simkl-watching", restarts)

    def start(self) -> None:
        """Begin, with what plays already: an update of the add-on or a new link must not lose it."""
        self._player.snapshot_now()
        self._worker.start()

    def on_library_update(self, data: str) -> None:
        """Hear that Kodi's library was changed; `data` is what its notification holds."""
        self._messages.put(lambda marks: marks.on_update(data))

    def on_library_remove(self, data: str) -> None:
        """Hear that an item has left Kodi's library; `data` is what its notification holds."""
        self._messages.put(lambda marks: marks.on_remove(data))

    def poll(self) -> None:
        """Look where it is: before Python 3.10 a timed wait goes by the wall clock, which may have been moved."""
        if self._tracker.is_playing or self._tracker.has_unsaved:
            self._messages.put(self._progress_event())

    def stop(self) -> None:
        """End: what plays is over for us."""
        self._worker.stop()
        self._messages.put(None)

    def join(self, seconds: float) -> None:
        """Wait for the thread to end, `seconds` at most."""
        self._worker.join(seconds)

    def _run(self) -> None:
        """Handle what is heard until nothing more can be, with what was heard before the end."""
        message = self._next_message()
        while message is not None:
            self._handle(message)
            message = self._next_message()
        self._try(lambda: self._tracker.feed(PlayerEvent(PlayerEventKind.STOPPED, self._clock.monotonic())))
        self._try(lambda: self._marks.settle(ends=True))

    def _next_message(self) -> PlayerMessage | Mark | None:
        """Return what was heard, or where the player is once that is due."""
        waits = [each for each in (self._tracker.next_wake, self._marks.next_wake) if each is not None]
        if self._is_unclear:
            waits.append(LOOK_AGAIN_SECONDS)
        if self._messages.wait(min(waits) if waits else None):
            return self._messages.take()
        if self._is_unclear:
            self._is_unclear = self._player.look_again()
        return self._progress_event()

    def _progress_event(self) -> PlayerEvent:
        return PlayerEvent(
            PlayerEventKind.PROGRESSED, self._clock.monotonic(), self._player.position(), self._player.total_time()
        )

    def _handle(self, message: PlayerMessage | Mark) -> None:
        self._try(lambda: self._dispatch(message))
        self._try(self._marks.settle)  # even after a play that could not be saved: marks that are due wake the thread

    def _try(self, act: Callable[[], None]) -> None:
        """Do one thing; the tracker and the marks keep what the disk does not take, and try it again."""
        try:
            act()
        except QueueError as error:
            log.error("%s", error)

    def _dispatch(self, message: PlayerMessage | Mark) -> None:
        if isinstance(message, Snapshot):
            self._is_opening = False
            began = PlayerEvent(PlayerEventKind.STARTED, message.at, message.position, message.total)
            if self._kodi_is_closing():
                return
            self._tracker.began(playing_item(message, self._window_properties), self._preferences(), began)
            self._is_unclear = not self._tracker.is_playing
            if self._tracker.is_playing:
                self._on_playback_start()
        elif isinstance(message, PlayerEvent):
            is_saved_late = False
            if (
                message.what is not PlayerEventKind.PROGRESSED
                or message.position is not None
                or self._tracker.has_unsaved
            ):
                was_unsaved = self._tracker.has_unsaved
                self._try(lambda: self._tracker.feed(message))  # a playback is over whatever the disk takes
                is_saved_late = was_unsaved and not self._tracker.has_unsaved and not self._tracker.is_playing
            if is_saved_late or message.what in (PlayerEventKind.STOPPED, PlayerEventKind.ENDED):
                self._over()
        else:
            message(self._marks)

    def _opening(self, _: LibraryMarks) -> None:
        """Something is being opened; whether it plays, a snapshot or an end tells."""
        if not self._kodi_is_closing():
            self._is_opening = True
            self._window_properties.opening()

    def _over(self) -> None:
        self._is_unclear = False
        if self._is_opening and not self._kodi_is_closing():
            self._is_opening = False
            self._window_properties.never_began()
        if not self._kodi_is_closing() and not self._player.isPlayingVideo():
            self._window_properties.forget()
            self._watcher.playback_over()

    def _crashed(self, error: Exception) -> None:
        """Tell of an internal error; it goes on after a while, and what made it is not heard again."""
        log.error("internal error; please report it", exc_info=error)
        self._tracker.give_up()
