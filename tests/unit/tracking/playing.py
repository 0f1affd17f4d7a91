"""A playback that is told as a person would: `go(10)` plays ten seconds, `pause()`, `seek(600)`, `stop()`."""

from __future__ import annotations

from lib.tracking.session import Call, Event, Happened, Session

TICK = 1.0


class Playback:
    """Feeds a session and keeps what it wants told, as (action, progress) or, with parts, (action, part, progress)."""

    def __init__(
        self,
        total: float | None = 1000.0,
        parts: int = 1,
        mark: float = 80,
        at: float = 5000.0,
        shortest: float = 0.0,
    ) -> None:
        self.session = Session(parts, mark, shortest)
        self.at, self.position, self.total, self._many = at, 0.0, total, parts > 1
        self.calls: list[tuple[object, ...]] = []

    def feed(self, what: Happened, position: float | None = None, total: float | None = None) -> Playback:
        told = self.session.feed(Event(what, self.at, position, total))
        self.calls += [self._row(call) for call in told]
        return self

    def begin(self, position: float = 0.0) -> Playback:
        self.position = position
        return self.feed(Happened.STARTED, position, self.total)

    def go(self, seconds: float, tick: float = TICK, speed: float = 1.0) -> Playback:
        """Play on for so long, with a sample at each tick."""
        for _ in range(round(seconds / tick)):
            self.at += tick
            self.position += tick * speed
            self.feed(Happened.PROGRESSED, self.position, self.total)
        return self

    def idle(self, seconds: float, tick: float = TICK) -> Playback:
        """Let time go by with a picture that stands still."""
        return self.go(seconds, tick, speed=0.0)

    def asleep(self, seconds: float) -> Playback:
        """Let the clock jump; the picture stands still and nobody takes a sample."""
        self.at += seconds
        return self

    def after(self, seconds: float) -> Playback:
        """Play on with no sample taken."""
        self.at += seconds
        self.position += seconds
        return self

    def seek_silently(self, position: float) -> Playback:
        """Go elsewhere with nobody telling; the next sample shows it."""
        self.position = position
        return self

    def seek(self, position: float) -> Playback:
        self.position = position
        return self.feed(Happened.SEEKED, position, self.total)

    def pause(self) -> Playback:
        return self.feed(Happened.PAUSED, self.position, self.total)

    def resume(self) -> Playback:
        return self.feed(Happened.RESUMED, self.position, self.total)

    def stop(self, after: float = 0.0) -> Playback:
        """Stop; a player cannot tell the position any more."""
        self.at += after
        return self.feed(Happened.STOPPED)

    def end(self, after: float = 0.0) -> Playback:
        self.at += after
        return self.feed(Happened.ENDED)

    def _row(self, call: Call) -> tuple[object, ...]:
        return (call.action, call.part, call.progress) if self._many else (call.action, call.progress)
