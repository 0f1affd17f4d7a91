"""Marks that a person sets or takes away in Kodi's library, told apart from those that Kodi sets itself by playing.

Kodi announces each film and each episode by itself, with the new play count. For a moment they are collected, so that a
season marked at once becomes one batch. While a scan runs, marks by remote or by other add-ons are part of its
transaction; what the scan itself brings has no play count, or was added.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Protocol, Sequence

from lib.kodi import rpc
from lib.kodi.library import items
from lib.simkl.api.history import BATCH_SIZE
from lib.simkl.api.media import MOVIE
from lib.tracking.identify import Ignored, identify
from lib.tracking.library_marks import HeldUnmarks, library_date, marks_to_send
from lib.tracking.media_info import MEDIA_EPISODE, MEDIA_MOVIE
from lib.tracking.play import UNWATCHED, WATCHED, Play
from lib.tracking.store.database import QueueError
from lib.tracking.tracker import SAVE_RETRY_SECONDS, TrackerListener

if TYPE_CHECKING:
    from lib.system.clock import Clock
    from lib.tracking.echoes import Echoes
    from lib.tracking.preferences import TrackingPreferences
    from lib.tracking.store.queue import PlayQueue

LIBRARY_UPDATE, LIBRARY_REMOVE = "VideoLibrary.OnUpdate", "VideoLibrary.OnRemove"
SETTLE_SECONDS = 1.0
WHOLE = ("season", "tvshow")

log = logging.getLogger(__name__)


class MarksListener(TrackerListener, Protocol):
    """Whoever wants to know what became of marks."""

    def unmarks_left_alone(self, plays: Sequence[Play]) -> None:
        """Hear that marks were taken away in Kodi only: Simkl is left alone."""


@dataclass(frozen=True)
class _Mark:
    """What was announced of one item; `at` is monotonic, `wall` seconds since 1970."""

    is_watched: bool
    at: float
    wall: float


class LibraryMarks:
    """The marks of one owner that are not in the queue yet."""

    def __init__(
        self,
        queue: PlayQueue,
        owner: str,
        echoes: Echoes,
        watcher: MarksListener,
        preferences: Callable[[], TrackingPreferences],
        clock: Clock,
    ) -> None:
        self._queue = queue
        self._owner = owner
        self._echoes = echoes
        self._watcher = watcher
        self._preferences = preferences
        self._clock = clock
        self._seen: dict[tuple[str, int], _Mark] = {}
        self._held = HeldUnmarks()
        self._last = 0.0

    def on_update(self, data: str) -> None:
        """Hear one change of the library."""
        told = json.loads(data)
        item = told.get("item") if isinstance(told, dict) else None
        if not isinstance(item, dict) or not isinstance(told.get("playcount"), int) or told.get("added"):
            return
        media, library_id, now = item.get("type"), item.get("id"), self._clock.monotonic()
        is_watched = told["playcount"] > 0
        if media in WHOLE and not is_watched:
            self._held.whole_season(now)
        if media not in (MEDIA_MOVIE, MEDIA_EPISODE) or not isinstance(library_id, int):
            return
        if not is_watched:
            self._echoes.unmarked(f"{media}/{library_id}")
        self._seen[media, library_id] = _Mark(is_watched, now, self._clock.wall())
        self._last = now

    def on_remove(self, data: str) -> None:
        """Hear that an item has left the library: another one can have its number from now on."""
        told = json.loads(data)
        if isinstance(told, dict):
            self._echoes.forget(f"{told.get('type')}/{told.get('id')}")

    @property
    def next_wake(self) -> float | None:
        """Seconds until `settle` has something to do, None if nothing was marked."""
        now = self._clock.monotonic()
        due = max(0.0, self._last + SETTLE_SECONDS - now) if self._seen else None
        held = self._held.next_due(now)
        return min((each for each in (due, held) if each is not None), default=None)

    def settle(self, ends: bool = False) -> None:
        """Put what was collected into the queue, once nothing more comes or all of it `ends`. Raises QueueError.

        As many as fit into one request, and the rest the next time: the player must not wait for a long series. At the
        end each is put there as soon as it is known: Kodi may not wait until all are. What the disk does not take is
        tried again after a while.
        """
        if self._seen and (ends or self._last + SETTLE_SECONDS <= self._clock.monotonic()):
            with rpc.asking_once():
                self._settle_marks(ends)
        self._settle_held(ends)

    def _settle_marks(self, ends: bool) -> None:
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

    def _put(self, some: dict[tuple[str, int], _Mark]) -> None:
        plays: list[Play] = []
        echoes: list[str] = []
        for (media, library_id), mark in some.items():
            ref = f"{media}/{library_id}"
            if mark.is_watched and self._echoes.is_echo(ref, mark.at):
                log.info("Kodi has marked what was played; that is no mark by hand")
                echoes.append(ref)
            else:
                plays += self._plays(media, library_id, mark)
        marks = marks_to_send([play for play in plays if play.action == WATCHED], self._queue, self._owner)
        if marks:
            self._queue.add(self._owner, marks)
            self._watcher.queued(marks)
        for ref in echoes:  # only now: what the disk does not take comes here again
            self._echoes.claim(ref)
        for play in plays:
            self._hold_or_withdraw(play)

    def _hold_or_withdraw(self, play: Play) -> None:
        now = self._clock.monotonic()
        if play.action == WATCHED:
            self._held.withdraw(play.key)
        elif self._echoes.has_played(play.ref, now):
            log.info("it plays, or has just been played: nothing is taken away at Simkl")
        elif play.item is not None and play.item.kind == MOVIE and not self._preferences().remove_films:
            log.info("the mark of a film was taken away: Simkl would remove it with its rating, and is left alone")
        else:
            self._held.hold(play, now)

    def _settle_held(self, ends: bool) -> None:
        now = self._clock.monotonic()
        settled = self._held.settle(now, ends)
        if settled.to_send:
            try:
                self._queue.add(self._owner, settled.to_send)
            except QueueError:
                self._held.put_back(settled.to_send, now + SAVE_RETRY_SECONDS)
                raise
            self._watcher.queued(settled.to_send)
        if settled.left_alone:
            log.info("the marks of %d episodes were taken away at once: Simkl is left alone", len(settled.left_alone))
            self._watcher.unmarks_left_alone(settled.left_alone)

    def _plays(self, media: str, library_id: int, mark: _Mark) -> list[Play]:
        """Return the marks, of all the episodes in a file: Kodi marks it as a whole, and announces only one of them."""
        known = items.library_item(media, library_id)
        preferences = self._preferences()
        if known is None or not preferences.library_marks:
            return []
        found = identify(known, preferences)
        if isinstance(found, Ignored):
            log.info("a mark is not sent: %s", found.reason)
            return []
        action = WATCHED if mark.is_watched else UNWATCHED
        date = library_date(known.last_played, mark.wall) if mark.is_watched else None
        return [
            Play(
                action, item, mark.wall, file=found.file, title=known.title, ref=found.ref, art=found.art,
                library_date=date,
            )
            for item in found.items
        ]  # fmt: skip
