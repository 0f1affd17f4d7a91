"""All playbacks at all servers: at most one of a film or an episode for each owner, however many tell of it."""

from __future__ import annotations

from typing import Callable, Iterator

from lib.tracking.preferences import TrackingPreferences
from lib.web.playing.playback import ServerPlayback, playback_from_record
from lib.web.store.playbacks import PlaybackStore

ENDED_KEPT_SECONDS = 600.0


class PlaybackRegistry:
    """The playbacks in memory, and on the disk. Not safe for several threads; every change may raise QueueError."""

    def __init__(self, store: PlaybackStore) -> None:
        self._store = store
        self._playbacks: dict[str, ServerPlayback] = {}
        self._sessions: dict[str, str] = {}

    def load(self, preferences_of: Callable[[str], TrackingPreferences]) -> None:
        """Bring everything to where the disk has it; `preferences_of` a server by name."""
        self._playbacks, self._sessions = {}, {}
        for record in list(self._store.load()):
            playback = playback_from_record(record, preferences_of(record.server))
            if playback is None:
                self._store.remove(record.key)
                continue
            self._playbacks[record.key] = playback
            if not record.ended:
                self._sessions[record.session] = record.key

    def get(self, key: str) -> ServerPlayback | None:
        """Return the playback of a film or an episode."""
        return self._playbacks.get(key)

    def of_session(self, session: str) -> ServerPlayback | None:
        """Return what plays in a session."""
        return self._playbacks.get(self._sessions.get(session, ""))

    def save(self, playback: ServerPlayback) -> None:
        """Keep a new or changed playback."""
        record = playback.record
        self._playbacks[record.key] = playback
        if record.ended:
            if self._sessions.get(record.session) == record.key:
                del self._sessions[record.session]
        elif record.session:
            self._sessions[record.session] = record.key
        self._store.save(record)

    def remove(self, playback: ServerPlayback) -> None:
        """Forget a playback."""
        record = playback.record
        self._playbacks.pop(record.key, None)
        if self._sessions.get(record.session) == record.key:
            del self._sessions[record.session]
        self._store.remove(record.key)

    def needing_time(self) -> Iterator[ServerPlayback]:
        """Yield those in which something happens by time alone: a start that is due."""
        for playback in list(self._playbacks.values()):
            if playback.is_waiting_for_start and not playback.record.paused:
                yield playback

    def lost(self, now: float) -> Iterator[ServerPlayback]:
        """Yield those that are over: ended a while ago, or their server has gone silent."""
        for playback in list(self._playbacks.values()):
            if self.is_over(playback, now):
                yield playback

    def is_over(self, playback: ServerPlayback, now: float) -> bool:
        """Return whether nothing that comes now belongs to this playback any more."""
        record = playback.record
        return (record.ended and now - record.heard_at > ENDED_KEPT_SECONDS) or playback.is_lost(now)

    def recently_played(self, owner: str, content: str, since: float) -> bool:
        """Return whether an owner plays this, or has since a time."""
        return any(
            playback.record.owner == owner and content in playback.contents
            and (not playback.record.ended or playback.record.heard_at >= since)
            for playback in self._playbacks.values()
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self._playbacks)
