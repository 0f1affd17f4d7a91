"""From what a player does to the queue: one playback after the other.

A player's front end calls `began` with what plays, `feed` with what happens, and `tick` now and then while it plays.
What plays just now is kept on the disk every ten seconds, so that a sudden death loses ten seconds and no play.
"""

from __future__ import annotations

import logging
from typing import Protocol

from lib.simkl.api.media import Item
from lib.simkl.api.scrobble import STOP
from lib.system.clock import Clock
from lib.tracking.echoes import Echoes, PlaybackResult
from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.identify import Identity, Ignored, identify
from lib.tracking.media_info import MediaInfo
from lib.tracking.play import Play
from lib.tracking.playback import Playback, ScrobbleCall
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.store.database import QueueError
from lib.tracking.store.queue import PlayQueue

CHECKPOINT_SECONDS = 10.0
SAVE_RETRY_SECONDS = 5.0

log = logging.getLogger(__name__)


class TrackerListener(Protocol):
    """Whoever wants to know what was queued."""

    def queued(self, plays: list[Play]) -> None:
        """Hear what was put into the line."""

    def watched(self, play: Play) -> None:
        """Hear what was watched to the threshold, once its playback is over."""


class Tracker:
    """One player of one owner. Every method may raise QueueError. Events go by the monotonic time of `clock`.

    `echoes` learns what was played and what came of it.
    """

    def __init__(
        self, queue: PlayQueue, owner: str, watcher: TrackerListener, clock: Clock, echoes: Echoes | None = None
    ) -> None:
        self._queue = queue
        self._owner = owner
        self._watcher = watcher
        self._clock = clock
        self._session: Playback | None = None
        self._identity = Identity(())
        self._preferences = TrackingPreferences()
        self._facts = MediaInfo()
        self._kept_at = 0.0
        self._echoes = Echoes() if echoes is None else echoes
        self._was_told = self._was_counted = False
        self._unsaved: list[Play] = []

    def began(self, facts: MediaInfo, preferences: TrackingPreferences, event: PlayerEvent) -> None:
        """Something plays from now on; what played before is over."""
        try:
            self.feed(PlayerEvent(PlayerEventKind.STOPPED, event.at))
        except QueueError as error:  # the stop is still in `_unsaved`
            log.error("%s", error)
            self._forget()
        self._echoes.began(facts.ref, event)
        found = identify(facts, preferences)
        if isinstance(found, Ignored):
            log.info("not tracked: %s", found.reason)
            return
        self._facts, self._identity, self._preferences = facts, found, preferences
        self._was_told = self._was_counted = False
        self._session = Playback(
            found.parts,
            preferences.threshold,
            preferences.minimum_minutes * 60,
            found.share,
            found.chosen,
            tuple(each.runtime for each in facts.episodes),
        )
        self._apply(self._session, event)

    def feed(self, event: PlayerEvent) -> None:
        """Something happened to what plays, or to what is over and could not be put into the queue yet."""
        if self._session is not None:
            self._apply(self._session, event)
            return
        if event.what in (PlayerEventKind.STOPPED, PlayerEventKind.ENDED):
            self._echoes.over(event, PlaybackResult.LEFT_OUT)
        else:
            self._echoes.feed(event)
        if self._unsaved:
            self._tell(self._saved(None))

    def give_up(self) -> None:
        """Forget what plays and what could not be queued: something in it is broken, and would break what follows."""
        self._session, self._unsaved = None, []

    @property
    def is_playing(self) -> bool:
        """Whether something plays that is tracked."""
        return self._session is not None and not self._session.is_short

    @property
    def has_unsaved(self) -> bool:
        """Whether something could not be put into the queue yet."""
        return bool(self._unsaved)

    @property
    def next_wake(self) -> float | None:
        """Seconds after which `feed` wants to hear how far it is, None while nothing plays and all is on the disk."""
        if self._session is None or self._session.over:
            return SAVE_RETRY_SECONDS if self._unsaved else None
        due = self._session.due_in
        return 1.0 if not due else min(1.0, max(0.05, due))

    def _apply(self, session: Playback, event: PlayerEvent) -> None:
        told = [self._play(call) for call in session.feed(event)]
        self._unsaved += told
        self._was_told = self._was_told or bool(told)
        self._was_counted = self._was_counted or any(play.counts for play in told)
        if session.over:
            self._echoes.over(event, self._result(session))
        else:
            self._echoes.feed(event)
        playing = self._as_stop(session)
        plays: list[Play] = []
        if self._unsaved:
            plays = self._saved(playing)
            self._kept_at = event.at
        elif playing and not session.paused and event.at - self._kept_at >= CHECKPOINT_SECONDS:
            self._queue.save_now_playing(self._owner, playing)
            self._kept_at = event.at
        if session.over:
            self._forget()
        self._tell(plays)

    def _saved(self, playing: Play | None) -> list[Play]:
        """Put into the line what is not there yet, and return it. What the disk does not take is tried again."""
        plays = self._unsaved
        self._queue.add(self._owner, plays, playing)
        self._unsaved = []
        return plays

    def _tell(self, plays: list[Play]) -> None:
        if plays:
            self._watcher.queued(plays)
        for play in plays:
            if play.counts:
                self._watcher.watched(play)

    def _forget(self) -> None:
        session, self._session = self._session, None
        if session is not None and session.is_short and not session.began:
            log.info("not tracked: shorter than %g minutes", self._preferences.minimum_minutes)

    def _result(self, session: Playback) -> PlaybackResult:
        """Return what came of a playback that is over."""
        if self._was_counted:
            return PlaybackResult.COUNTED
        return PlaybackResult.LEFT_OUT if self._was_told or session.is_short else PlaybackResult.NOTHING

    def _as_stop(self, session: Playback) -> Play | None:
        """Return the stop that it would be now; None if Simkl has not heard of it."""
        if session.over or not session.began:
            return None
        return self._play(ScrobbleCall(STOP, session.part, round(session.progress, 2)))

    def _play(self, call: ScrobbleCall) -> Play:
        items: tuple[Item, ...] = self._identity.items
        file = self._identity.name_of_part(call.part)
        return Play(
            action=call.action,
            item=items[call.part] if items else None,
            at=self._clock.wall(),
            progress=call.progress,
            threshold=self._preferences.threshold,
            file=file,
            title=self._facts.title,
            ref=self._identity.ref,
            art=self._identity.art,
            origin="" if items else f"file:{file}#{self._identity.place}",
        )
