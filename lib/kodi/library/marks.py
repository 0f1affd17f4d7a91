"""Marks that a person sets or removes in Kodi's library, told apart from those that Kodi and others set by playing.

Kodi announces each film and each episode by itself, with the new play count. For a moment they are collected, so that a
season marked at once becomes one batch.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Callable

from lib.kodi import rpc
from lib.kodi.library import items
from lib.simkl.api.history import BATCH_SIZE
from lib.tracking.identify import Ignored, identify
from lib.tracking.library_marks import marks_to_send
from lib.tracking.media_info import MEDIA_EPISODE, MEDIA_MOVIE
from lib.tracking.play import UNWATCHED, WATCHED, Play
from lib.tracking.store.database import QueueError
from lib.tracking.tracker import SAVE_RETRY_SECONDS, SHORT_ECHO_SECONDS, Tracker, TrackerListener

if TYPE_CHECKING:
    from lib.system.clock import Clock
    from lib.tracking.preferences import TrackingPreferences
    from lib.tracking.store.queue import PlayQueue

LIBRARY_UPDATE = "VideoLibrary.OnUpdate"
SETTLE_SECONDS = 1.0


class LibraryMarks:
    """The marks of one owner that are not in the queue yet."""

    def __init__(
        self,
        queue: PlayQueue,
        owner: str,
        tracker: Tracker,
        watcher: TrackerListener,
        preferences: Callable[[], TrackingPreferences],
        clock: Clock,
    ) -> None:
        self._queue = queue
        self._owner = owner
        self._tracker = tracker
        self._watcher = watcher
        self._preferences = preferences
        self._clock = clock
        self._seen: dict[tuple[str, int], tuple[bool, float]] = {}
        self._last = 0.0
        self._own: dict[str, float] = {}  # what plays or has just played, and until when Kodi marks it by itself

    def on_update(self, data: str) -> None:
        """Hear one change of the library."""
        told = json.loads(data)
        item = told.get("item") if isinstance(told, dict) else None
        if not isinstance(item, dict) or "playcount" not in told or told.get("added") or told.get("transaction"):
            return
        media, library_id = item.get("type"), item.get("id")
        if media not in (MEDIA_MOVIE, MEDIA_EPISODE) or not isinstance(library_id, int):
            return
        is_watched = told["playcount"] > 0
        if not (is_watched and self._is_echo(f"{media}/{library_id}")):
            self._seen[media, library_id] = is_watched, self._clock.wall()
            self._last = self._clock.monotonic()

    def plays(self, ref: str) -> None:
        """From now on this plays, tracked or not; an empty text for what is not of the library, and for nothing."""
        ends = self._clock.monotonic() + SHORT_ECHO_SECONDS
        self._own = {each: min(until, ends) for each, until in self._own.items() if until > self._clock.monotonic()}
        if ref:
            self._own[ref] = math.inf

    def _is_echo(self, ref: str) -> bool:
        """Return whether Kodi marks it since it was played; what is never tracked is marked by Kodi all the same."""
        return self._tracker.is_echo(ref) or self._own.get(ref, 0.0) > self._clock.monotonic()

    @property
    def next_wake(self) -> float | None:
        """Seconds until `settle` has something to do, None if nothing was marked."""
        return max(0.0, self._last + SETTLE_SECONDS - self._clock.monotonic()) if self._seen else None

    def settle(self, ends: bool = False) -> None:
        """Put what was collected into the queue, once nothing more comes or all of it `ends`. Raises QueueError.

        As many as fit into one request, and the rest the next time: the player must not wait for a long series. At the
        end each is put there as soon as it is known: Kodi may not wait until all are. What the disk does not take is
        tried again after a while.
        """
        if not self._seen or (not ends and self._last + SETTLE_SECONDS > self._clock.monotonic()):
            return
        with rpc.asking_once():
            while self._seen:
                some = {key: self._seen.pop(key) for key in list(self._seen)[: 1 if ends else BATCH_SIZE]}
                try:
                    self._put(some)
                except QueueError:
                    self._seen = {**some, **self._seen}
                    self._last = self._clock.monotonic() + SAVE_RETRY_SECONDS - SETTLE_SECONDS
                    raise
                if not ends:
                    return

    def _put(self, some: dict[tuple[str, int], tuple[bool, float]]) -> None:
        found = [self._plays(*key, *mark) for key, mark in some.items()]
        plays = marks_to_send([play for each in found for play in each], self._queue, self._owner)
        if plays:
            self._queue.add(self._owner, plays)
            self._watcher.queued(plays)

    def _plays(self, media: str, library_id: int, is_watched: bool, at: float) -> list[Play]:
        """Return the marks, of all the episodes in a file: Kodi marks it as a whole, and announces only one of them."""
        known = items.library_item(media, library_id)
        preferences = self._preferences()
        if known is None or not preferences.library_marks:
            return []
        found = identify(known, preferences)
        if isinstance(found, Ignored):
            return []
        action = WATCHED if is_watched else UNWATCHED
        return [
            Play(action, item, at, file=found.file, title=known.title, ref=found.ref, art=found.art)
            for item in found.items
        ]
