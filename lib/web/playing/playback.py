"""One playback at a media server, fed with the events that its server sends.

Servers send few events: Plex none between play and stop, Jellyfin one every few seconds. So the time in between is
played through here before the next event is looked at, and a position that nobody reported is a guess. A guess never
counts as watched: that takes a position that was reported, or the server's word.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Mapping

from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.identify import Identity, Ignored, identify
from lib.tracking.media_info import EpisodeInfo, MediaInfo
from lib.tracking.playback import MAX_EXTRAPOLATION, MIN_PLAYED_SECONDS, Playback, ScrobbleCall
from lib.tracking.preferences import TrackingPreferences
from lib.web.playing.media import content_keys

LOST_SECONDS = 1800.0  # beyond its length, or while paused for a day, nothing is heard of it any more
LOST_PAUSED_SECONDS = 86400.0
END_OF_PART_SECONDS = 0.5
OVERRUN = 1.05  # a position so far beyond the length is no position


@dataclass
class PlaybackRecord:
    """What is kept of a playback over a restart. Times are seconds since 1970, positions seconds of the file.

    `session` is who plays where. `started_at` is the position where it began, None if the beginning was missed;
    `reported` the last position that the server has told; `active` how long it has really played. `delivery` is the
    request that began it. It is played through until `at`, and the server was heard at `heard_at`. `counted` is set
    once it was told as watched, part by part in `counted_parts`, `ended` once it has stopped.
    """

    key: str
    owner: str
    account: str
    server: str
    session: str
    delivery: int
    show_id: str = ""
    started_at: float | None = None
    reported: float | None = None
    active: float = 0.0
    at: float = 0.0
    heard_at: float = 0.0
    paused: bool = False
    began: bool = False
    counted: bool = False
    counted_parts: list[int] = field(default_factory=list)
    ended: bool = False
    info: dict[str, Any] = field(default_factory=dict)


class ServerPlayback:
    """One playback. `record` is what there is to keep of it."""

    def __init__(
        self, record: PlaybackRecord, info: MediaInfo, identity: Identity, preferences: TrackingPreferences
    ) -> None:
        self.record = record
        self.info = info
        self.identity = identity
        self.threshold = preferences.threshold
        self.contents = content_keys(identity)
        self._core = Playback(identity.parts, preferences.threshold, preferences.minimum_minutes * 60)
        self._is_fed = False

    @property
    def runtime(self) -> float:
        """The length in seconds, 0 while nobody knows."""
        return self._core.total or self.info.total

    @property
    def is_waiting_for_start(self) -> bool:
        """Whether Simkl is to be told of the start once it has played long enough."""
        return not self.record.ended and not self.record.counted and self._core.due_in is not None

    @property
    def has_parts(self) -> bool:
        """Whether several episodes are in the file."""
        return self.identity.parts > 1

    def begin(self, at: float, position: float | None) -> None:
        """Let it start. `at` are seconds since 1970."""
        self.record.started_at = self.record.reported = position
        self._feed(PlayerEventKind.STARTED, at, position)

    def resume_from_record(self) -> None:
        """Bring it to where it was before a restart."""
        at, began, paused = self.record.at, self.record.began, self.record.paused
        position = self.record.reported or 0.0
        self._feed(PlayerEventKind.STARTED, at - MIN_PLAYED_SECONDS - 1, position)
        if began:
            self._feed(PlayerEventKind.PROGRESSED, at, None)
        self._feed(PlayerEventKind.SEEKED, at, position)
        if paused:
            self._feed(PlayerEventKind.PAUSED, at, None)

    def catch_up(self, at: float) -> list[ScrobbleCall]:
        """Let it play on until now, as far as nobody says otherwise; return what there is to tell.

        It does not go on to the next episode in the file: that counts the one before, and takes a reported position.
        """
        calls: list[ScrobbleCall] = []
        while not self.record.paused and at - self.record.at > MAX_EXTRAPOLATION:
            if self.runtime and self._core.position >= self.runtime:
                break
            calls += self._play_on(self.record.at + MAX_EXTRAPOLATION)
        return [*calls, *self._play_on(at)]

    def _play_on(self, at: float) -> list[ScrobbleCall]:
        position = None
        if self.has_parts and self.runtime and not self.record.paused:
            end = (self._core.part + 1) * self.runtime / self.identity.parts
            position = min(self._core.position + max(0.0, at - self.record.at), end - END_OF_PART_SECONDS)
        return self._feed(PlayerEventKind.PROGRESSED, at, position)

    def hear(self, what: PlayerEventKind, at: float, position: float | None) -> list[ScrobbleCall]:
        """Take an event in; return what there is to tell."""
        calls = self.catch_up(at)
        known = self.plausible(position)
        if known is not None:
            self.record.reported = known
        return [*calls, *self._feed(what, at, known)]

    def plausible(self, position: float | None) -> float | None:
        """Return a position that can be one, None otherwise."""
        if position is None or (self.runtime and position > OVERRUN * self.runtime):
            return None
        return min(position, self.runtime) if self.runtime else position

    def stop(self, at: float, position: float | None, is_watched: bool) -> list[ScrobbleCall]:
        """Let it end; `is_watched` is what `completion.is_watched` says of it."""
        calls = self.catch_up(at)
        known = self.plausible(position)
        if known is not None:
            self.record.reported = known
        end = self.runtime if is_watched and self.runtime else known
        if not is_watched:
            end = self._below_threshold(self._core.position if known is None else known)
        began = self._core.began
        calls += self._feed(PlayerEventKind.STOPPED, at, end)
        self.record.ended = True
        if is_watched and not began:
            calls.append(ScrobbleCall("stop", self.identity.parts - 1, 100.0))
        return calls

    def progress_of(self, position: float) -> float:
        """Return how far in the whole file a position is, 0 to 100; 0 while nobody knows the length."""
        return min(100.0, 100.0 * position / self.runtime) if self.runtime else 0.0

    @property
    def guessed_progress(self) -> float:
        """How far it would be if it had played all the time."""
        return self.progress_of(self._core.position)

    def is_lost(self, now: float) -> bool:
        """Return whether nothing was heard of it for so long that nothing more will come."""
        silent = now - self.record.heard_at
        if self.record.paused or self.record.ended:
            return silent > LOST_PAUSED_SECONDS
        left = max(0.0, self.runtime - (self.record.reported or 0.0)) if self.runtime else 4 * 3600.0
        return silent > left + LOST_SECONDS

    def _below_threshold(self, position: float) -> float:
        """Return a position that does not count in its part."""
        if not self.runtime:
            return position
        share = self.runtime / self.identity.parts
        part = min(self.identity.parts - 1, int(position / share))
        return min(position, (part + (self.threshold - 1) / 100.0) * share)

    def _feed(self, what: PlayerEventKind, at: float, position: float | None) -> list[ScrobbleCall]:
        record = self.record
        if self._is_fed and not record.paused:
            record.active += max(0.0, min(at - record.at, MAX_EXTRAPOLATION))
        self._is_fed = True
        calls = self._core.feed(PlayerEvent(what, at, position, self.info.total or None))
        record.at = max(at, record.at)
        record.paused, record.began = self._core.paused, self._core.began
        return calls


def playback_from_record(record: PlaybackRecord, preferences: TrackingPreferences) -> ServerPlayback | None:
    """Return the playback as it was before a restart, None if it is not tracked any more."""
    info = _info(record.info)
    identity = identify(info, preferences)
    if isinstance(identity, Ignored):
        return None
    at, active, began = record.at, record.active, record.began
    playback = ServerPlayback(replace(record), info, identity, preferences)
    playback.resume_from_record()
    playback.record.at, playback.record.active, playback.record.began = at, active, began
    return playback


def info_to_json(info: MediaInfo) -> dict[str, Any]:
    """Return what `playback_from_record` reads."""
    kept = {name: getattr(info, name) for name in _KEPT if getattr(info, name)}
    episodes = [[each.season, each.episode, dict(each.ids)] for each in info.episodes]
    return {**kept, "season": info.season, "episode": info.episode, "episodes": episodes, "genres": list(info.genres)}


_KEPT = ("file", "media", "title", "year", "ids", "show_title", "show_year", "show_ids", "total")


def _info(stored: Mapping[str, Any]) -> MediaInfo:
    named = {name: stored[name] for name in _KEPT if name in stored}
    episodes = tuple(EpisodeInfo(season, number, ids) for season, number, ids in stored.get("episodes") or ())
    return MediaInfo(
        **named, season=stored.get("season"), episode=stored.get("episode"), episodes=episodes,
        genres=tuple(stored.get("genres") or ()),
    )  # fmt: skip
