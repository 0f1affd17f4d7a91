"""A playback that is told as a person would: `go(10)` plays ten seconds, `pause()`, `seek(600)`, `stop()`."""

from __future__ import annotations

from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.playback import Playback, ScrobbleCall


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

    def idle(self, seconds: float, tick: float = 1.0) -> PlaybackDriver:
        """Let time go by with a picture that stands still."""
        return self.go(seconds, tick, speed=0.0)

    def asleep(self, seconds: float) -> PlaybackDriver:
        """Let the clock jump; the picture stands still and nobody takes a sample."""
        self.at += seconds
        return self

    def after(self, seconds: float) -> PlaybackDriver:
        """Play on with no sample taken."""
        self.at += seconds
        self.position += seconds
        return self

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
        self.at += after
        return self.feed(PlayerEventKind.STOPPED)

    def end(self, after: float = 0.0) -> PlaybackDriver:
        self.at += after
        return self.feed(PlayerEventKind.ENDED)
