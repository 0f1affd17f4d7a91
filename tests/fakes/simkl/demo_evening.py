"""An evening in front of a TV, in fast motion: what the tracking makes of it, and what arrives at the fake Simkl
server.

The player is made up, everything behind it is the real thing: sessions, identity, the queue on the disk, delivery.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Callable, Sequence

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.simkl.errors import SimklError
from lib.system.clock import Clock
from lib.tracking.delivery.sender import Sender
from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.media_info import MEDIA_EPISODE, MEDIA_MOVIE, MediaInfo
from lib.tracking.play import Play
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.store.queue import PlayQueue
from lib.tracking.tracker import Tracker
from tests.fakes.clock import FakeClock
from tests.fakes.simkl.server import FakeSimkl

OWNER = "demo"
FILM = MediaInfo(file="/films/The Glass Harbour.mkv", media=MEDIA_MOVIE, title="The Glass Harbour", year=2018)
EPISODE_4 = MediaInfo(
    file="/shows/Lantern Street/4.mkv",
    media=MEDIA_EPISODE,
    show_title="Lantern Street",
    show_year=2021,
    season=2,
    episode=4,
)
MINUTE = 60.0


class Evening:
    """One viewer; `settings` is a settings file with a linked account. `say` prints a line."""

    def __init__(self, box: FakeSimkl, settings: Path, say: Callable[[str], None]) -> None:
        clock = Clock()
        self._time = FakeClock(0.0, clock.wall())  # of the evening, which takes no real time
        self._box = box
        self._say = say
        self._queue = PlayQueue(settings.with_name("queue.db"), clock)
        self._tracker = Tracker(self._queue, OWNER, self, self._time)
        access = AccountClient(Settings(settings, box.client_id, None, box.url, box.url), "demo", clock)
        self._delivery = Sender(self._queue, OWNER, access, self, clock=clock)

    def watch(self) -> None:
        """Watch a film with a pause, and an episode while the network is away."""
        logging.getLogger("lib.tracking").setLevel(logging.WARNING)
        self._play(FILM, 100 * MINUTE)
        self._go(40 * MINUTE)
        self._happens(PlayerEventKind.PAUSED, "pause")
        self._time.now += 10 * MINUTE
        self._happens(PlayerEventKind.RESUMED, "play")
        self._go(60 * MINUTE)
        self._happens(PlayerEventKind.ENDED, "the film ends")
        self._box.stop_listening()
        self._say("  (the network goes away)")
        self._play(EPISODE_4, 45 * MINUTE)
        self._go(43 * MINUTE)
        self._happens(PlayerEventKind.STOPPED, "stop in the credits")
        self._say(f"  {self._queue.waiting(OWNER)} waiting, on the disk")
        self._box.listen_again()
        self._say("  (the network is back)")
        self._delivery.retry_now()
        self._send()
        self._queue.close()
        marks = [mark for marks in self._box.watched.values() for mark in marks.values()]
        self._say(f"  Watched, says Simkl: {', '.join(_name(mark) for mark in marks)}")

    def queued(self, plays: list[Play]) -> None:
        self._send()

    def watched(self, play: Play) -> None:
        """Hear what was watched to the mark."""

    def delivered(self, plays: Sequence[Play]) -> None:
        for play in plays:
            self._say(f"      -> Simkl: {play.action} {play.label} at {play.progress:g} %")

    def not_recognised(self, play: Play) -> None:
        self._say(f"      -> Simkl does not know {play.label}")

    def refused(self, play: Play, error: SimklError) -> None:
        self._say(f"      -> {error}")

    def trouble(self, error: Exception) -> None:
        self._say(f"      -> {error}")

    def _play(self, facts: MediaInfo, total: float) -> None:
        self._say(f"  {facts.show_title or facts.title} begins")
        started = PlayerEvent(PlayerEventKind.STARTED, self._time.now, 0.0, total)
        self._tracker.began(facts, TrackingPreferences(), started)

    def _go(self, seconds: float) -> None:
        """Let it play, looking at it every second as the real thing does."""
        for _ in range(int(seconds)):
            self._time.now += 1.0
            self._tracker.feed(PlayerEvent(PlayerEventKind.PROGRESSED, self._time.now))

    def _happens(self, what: PlayerEventKind, words: str) -> None:
        self._say(f"  {words}")
        self._tracker.feed(PlayerEvent(what, self._time.now))

    def _send(self) -> None:
        """Send what can be sent now; after a failure the rest waits."""
        until = time.monotonic() + 30
        while self._queue.waiting(OWNER) and not self._delivery.step() and time.monotonic() < until:
            pass


def _name(mark: object) -> str:
    season, episode = getattr(mark, "season", None), getattr(mark, "episode", None)
    return f"{getattr(mark, 'title', '')}{'' if episode is None else f' {season}x{episode:02}'}"
