"""A person in front of a player, from its events to the queue's file, on a clock that moves while it plays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lib.tracking.echoes import Echoes
from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.media_info import MEDIA_EPISODE, MEDIA_MOVIE, EpisodeInfo, MediaInfo
from lib.tracking.play import Play
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.store.queue import PlayQueue
from lib.tracking.tracker import Tracker
from tests.fakes.clock import FakeClock
from tests.unit.tracking.sending import OWNER

FILM = MediaInfo(
    file="/films/harbour.mkv", media=MEDIA_MOVIE, library_id=7, title="The Glass Harbour", year=2018,
    ids={"imdb": "tt9900002"}, art="harbour.jpg",
)  # fmt: skip
ANOTHER = MediaInfo(file="/films/kites.mkv", media=MEDIA_MOVIE, library_id=8, title="A Winter of Kites", year=2022)
DOUBLE = MediaInfo(
    file="/shows/lantern.s01e01e02.mkv", media=MEDIA_EPISODE, library_id=31, show_title="Lantern Street",
    show_year=2021, show_ids={"tvdb": "980001"}, episodes=(EpisodeInfo(1, 1), EpisodeInfo(1, 2)),
)  # fmt: skip
NAMELESS = MediaInfo(file="/downloads/Some.Film.2001.mkv")
TRAILER = MediaInfo(file="/films/harbour-trailer.mkv", media=MEDIA_MOVIE, title="The Glass Harbour", library_id=7)
TOTAL = 1000.0


class Hearing:
    """Whoever wants to know what was queued; keeps what was on the disk at that moment, too."""

    def __init__(self, queue: PlayQueue) -> None:
        self._queue = queue
        self.queued_plays: list[tuple[str, int]] = []
        self.watched_plays: list[str] = []

    def queued(self, plays: list[Play]) -> None:
        self.queued_plays += [(play.action, self._queue.waiting(OWNER)) for play in plays]

    def watched(self, play: Play) -> None:
        self.watched_plays.append(play.label)


class Couch:
    """A tracker with its queue; `wall` of the time is what the plays carry."""

    def __init__(self, folder: Path, time: FakeClock) -> None:
        self.path, self.time = folder / "queue.db", time
        self.position, self.total = 0.0, TOTAL
        self.restart()

    def restart(self) -> Play | None:
        """Start the program anew, as after a sudden death; return what was recovered."""
        self.queue = PlayQueue(self.path, self.time)
        self.hearing = Hearing(self.queue)
        self.echoes = Echoes()
        self.tracker = Tracker(self.queue, OWNER, self.hearing, self.time, self.echoes)
        return self.queue.recover(OWNER)

    def begin(self, facts: MediaInfo = FILM, total: float | None = TOTAL, at: float = 0.0, **preferences: Any) -> None:
        """Play something from a place on."""
        self.position, self.total = at, total
        self.tracker.began(
            facts, TrackingPreferences(**preferences), PlayerEvent(PlayerEventKind.STARTED, self.time.now, at, total)
        )

    def go(self, seconds: float, tick: float = 1.0) -> None:
        """Play on."""
        for _ in range(round(seconds / tick)):
            self.time.now += tick
            self.position += tick
            self.tell(PlayerEventKind.PROGRESSED)

    def seek(self, position: float) -> None:
        """Go somewhere else."""
        self.position = position
        self.tell(PlayerEventKind.SEEKED)

    def tell(self, what: PlayerEventKind) -> None:
        """Have the player tell of something."""
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
