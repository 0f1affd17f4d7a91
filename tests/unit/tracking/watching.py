"""What plays and what it is, a playback by itself, and a person in front of a player, on a clock that moves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from lib.simkl.api.media import Item
from lib.tracking.echoes import Echoes
from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.identify import Identity, Ignored, identify
from lib.tracking.media_info import EpisodeInfo, MediaInfo
from lib.tracking.play import Play
from lib.tracking.playback import Playback, ScrobbleCall
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.store.queue import PlayQueue
from lib.tracking.tracker import Tracker
from tests.fakes.clock import FakeClock
from tests.unit.tracking.sending import OWNER

FILM = MediaInfo(
    file="/films/The Glass Harbour (2018).mkv", media="movie", library_id=7, title="The Glass Harbour", year=2018,
    ids={"imdb": "tt9900002", "tmdb": "990002"}, total=6000.0,
)  # fmt: skip
EPISODE = MediaInfo(
    file="/shows/Lantern Street/S02E04.mkv", media="episode", library_id=12, title="Low Tide", year=2023,
    ids={"tvdb": "970004", "imdb": "tt9970004", "tmdb": "970994"}, show_title="Lantern Street", show_year=2021,
    show_ids={"tmdb": "990001", "tvdb": "980001", "imdb": "tt9900001"}, season=2, episode=4, total=2700.0,
)  # fmt: skip


def film(**changes: Any) -> MediaInfo:
    return replace(FILM, **changes)


def episode(**changes: Any) -> MediaInfo:
    return replace(EPISODE, **changes)


def file(name: str, **changes: Any) -> MediaInfo:
    return MediaInfo(file=name, **changes)


def found(facts: MediaInfo, preferences: TrackingPreferences | None = None) -> Identity:
    """Return what it is, of what must be tracked."""
    answer = identify(facts, preferences or TrackingPreferences())
    assert isinstance(answer, Identity), answer
    return answer


def item(facts: MediaInfo) -> Item:
    """Return the one film or episode, of what must be known without asking Simkl."""
    (only,) = found(facts).items
    return only


def reason(facts: MediaInfo, preferences: TrackingPreferences | None = None) -> str:
    """Return why it is not tracked; empty if it is."""
    answer = identify(facts, preferences or TrackingPreferences())
    return answer.reason if isinstance(answer, Ignored) else ""


ANOTHER = film(file="/films/kites.mkv", library_id=8, title="A Winter of Kites", year=2022, ids={})
DOUBLE = episode(episodes=(EpisodeInfo(1, 1), EpisodeInfo(1, 2)))
TRAILER = film(file="/films/harbour-trailer.mkv")
TOTAL = 1000.0


class PlaybackDriver:
    """Feeds a session and keeps what it wants told: "start 0.3, stop 10", or with parts "start 0: 0.6, stop 0: 20"."""

    def __init__(self, total: float | None = 1000.0, parts: int = 1, threshold: float = 80, shortest: float = 0.0):
        self.session = Playback(parts, threshold, shortest)
        self.at, self.position, self.total, self._many = 5000.0, 0.0, total, parts > 1
        self._calls: list[ScrobbleCall] = []

    @property
    def told(self) -> str:
        return ", ".join(
            f"{each.action} {f'{each.part}: ' if self._many else ''}{each.progress:g}" for each in self._calls
        )

    def feed(self, what: PlayerEventKind, position: float | None = None, total: float | None = None) -> PlaybackDriver:
        self._calls += self.session.feed(PlayerEvent(what, self.at, position, total))
        return self

    def begin(self, position: float = 0.0) -> PlaybackDriver:
        self.position = position
        return self.feed(PlayerEventKind.STARTED, position, self.total)

    def go(self, seconds: float, tick: float = 1.0, speed: float = 1.0) -> PlaybackDriver:
        """Play on for so long, with a sample at each tick."""
        for _ in range(round(seconds / tick)):
            self.at += tick
            self.position += tick * speed
            self.feed(PlayerEventKind.PROGRESSED, self.position, self.total)
        return self

    def idle(self, seconds: float) -> PlaybackDriver:
        """Let time go by with a picture that stands still."""
        return self.go(seconds, speed=0.0)

    def asleep(self, seconds: float) -> PlaybackDriver:
        """Let the clock jump; the picture stands still and nobody takes a sample."""
        self.at += seconds
        return self

    def after(self, seconds: float) -> PlaybackDriver:
        """Play on with no sample taken."""
        return self.asleep(seconds).seek_silently(self.position + seconds)

    def seek_silently(self, position: float) -> PlaybackDriver:
        """Go elsewhere with nobody telling; the next sample shows it."""
        self.position = position
        return self

    def seek(self, position: float) -> PlaybackDriver:
        self.position = position
        return self.feed(PlayerEventKind.SEEKED, position, self.total)

    def pause(self) -> PlaybackDriver:
        return self.feed(PlayerEventKind.PAUSED, self.position, self.total)

    def resume(self) -> PlaybackDriver:
        return self.feed(PlayerEventKind.RESUMED, self.position, self.total)

    def stop(self, after: float = 0.0) -> PlaybackDriver:
        """Stop; a player cannot tell the position any more."""
        return self.asleep(after).feed(PlayerEventKind.STOPPED)

    def end(self, after: float = 0.0) -> PlaybackDriver:
        return self.asleep(after).feed(PlayerEventKind.ENDED)


class Couch:
    """A tracker with its queue, and what it tells of them, with how many waited on the disk at that moment."""

    def __init__(self, folder: Path, time: FakeClock) -> None:
        self.path, self.time = folder / "queue.db", time
        self.position, self.total = 0.0, TOTAL
        self.restart()

    def restart(self) -> Play | None:
        """Start the program anew, as after a sudden death; return what was recovered."""
        self.queue = PlayQueue(self.path, self.time)
        self.queued_plays: list[tuple[str, int]] = []
        self.watched_plays: list[str] = []
        self.echoes = Echoes()
        self.tracker = Tracker(self.queue, OWNER, self, self.time, self.echoes)
        return self.queue.recover(OWNER)

    def queued(self, plays: list[Play]) -> None:
        self.queued_plays += [(play.action, self.queue.waiting(OWNER)) for play in plays]

    def watched(self, play: Play) -> None:
        self.watched_plays.append(play.label)

    def begin(self, facts: MediaInfo = FILM, total: float | None = TOTAL, at: float = 0.0, **preferences: Any) -> None:
        """Play something from a place on."""
        self.position, self.total = at, total
        self.tracker.began(
            facts, TrackingPreferences(**preferences), PlayerEvent(PlayerEventKind.STARTED, self.time.now, at, total)
        )

    def go(self, seconds: float, tick: float = 1.0) -> None:
        for _ in range(round(seconds / tick)):
            self.time.now += tick
            self.position += tick
            self.tell(PlayerEventKind.PROGRESSED)

    def seek(self, position: float) -> None:
        self.position = position
        self.tell(PlayerEventKind.SEEKED)

    def tell(self, what: PlayerEventKind) -> None:
        known = what not in (PlayerEventKind.STOPPED, PlayerEventKind.ENDED)
        at = (self.position, self.total) if known else (None, None)
        self.tracker.feed(PlayerEvent(what, self.time.now, *at))

    @property
    def line(self) -> list[tuple[str, str, float]]:
        """What waits: action, label and progress."""
        return [(p.action, p.label, p.progress) for p in self.queue.listing(OWNER, "waiting")]

    @property
    def sample(self) -> float | None:
        """How far what plays is on the disk."""
        kept = self.queue.now_playing(OWNER)
        return None if kept is None else kept.progress
