"""Marks in the player's library that nobody has set by hand: the player sets them itself after a playback.

Such an echo is known by its cause, never by the time alone. Each playback causes one mark at most, and only if it came
near its end. It is dropped if Simkl hears of the playback anyway, or if the playback was left out on purpose. A mark
that comes while something plays on, after a playback that broke off, a second one, or one after the mark was taken away
is somebody's own; and where no play of ours came of a playback, the player's mark is all that there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lib.tracking.events import PlayerEvent, PlayerEventKind
from lib.tracking.playback import MIN_TOTAL

OWN_MARK_SHARE = 0.9  # Kodi marks from here on, unless a person has changed `playcountminimumpercent`
POSITION_TOLERANCE = 2.0  # seconds: the position is known to about a second
BEFORE_END_SECONDS = 1.5  # by which the mark is told before the end of the playback
AFTER_END_SECONDS = 60.0  # by which it comes after a play that counts, where dropping one mark of two loses nothing
LEFT_OUT_SECONDS = 5.0  # the same after a play that does not count, where a mark by hand must not be lost
PLAYED_SECONDS = 600.0  # for so long after a playback a mark that is taken away stays at Simkl
MAX_EXTRAPOLATED_SECONDS = 12 * 3600.0


class PlaybackResult(Enum):
    """What came of a playback."""

    COUNTED = "counted"  # its play is in the queue, to be marked watched at Simkl
    LEFT_OUT = "left out"  # nothing is to be marked, as the person wants it
    NOTHING = "nothing"  # no play came of it


@dataclass
class _Ended:
    """A playback that is over; `claimed` once its mark has come."""

    at: float
    near_end: bool
    result: PlaybackResult
    claimed: bool = False


@dataclass
class _Position:
    """Where a playback was at a time, as far as events tell."""

    at: float
    seconds: float
    total: float
    paused: bool = False

    def feed(self, event: PlayerEvent) -> None:
        """Follow the playback."""
        moved = 0.0 if self.paused else min(max(0.0, event.at - self.at), MAX_EXTRAPOLATED_SECONDS)
        self.seconds = self.seconds + moved if event.position is None else event.position
        self.at = event.at
        self.total = event.total or self.total
        self.paused = (self.paused or event.what is PlayerEventKind.PAUSED) and event.what not in (
            PlayerEventKind.RESUMED,
            PlayerEventKind.STARTED,
        )

    @property
    def near_end(self) -> bool:
        """Whether the player marks it itself, if it ends here."""
        return self.total < MIN_TOTAL or self.seconds + POSITION_TOLERANCE >= OWN_MARK_SHARE * self.total


class Echoes:
    """What was played of late. `ref` is the library's name of an item; times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._ref = ""
        self._position: _Position | None = None
        self._ended: dict[str, _Ended] = {}

    def began(self, ref: str, event: PlayerEvent) -> None:
        """Something plays from now on, tracked or not; an empty text for what is not of the library."""
        self._ref = ref
        self._position = _Position(event.at, event.position or 0.0, event.total or 0.0)

    def feed(self, event: PlayerEvent) -> None:
        """Something happened to what plays."""
        if self._position is not None:
            self._position.feed(event)

    def over(self, event: PlayerEvent, result: PlaybackResult) -> None:
        """Remember that what plays is over, and what came of it."""
        if self._position is None:
            return
        self._position.feed(event)
        is_near_end = event.what is PlayerEventKind.ENDED or self._position.near_end
        before = self._ended.get(self._ref)
        if self._ref and (is_near_end or before is None or before.claimed or not before.near_end):
            self._ended[self._ref] = _Ended(event.at, is_near_end, result)
        self._position, self._ref = None, ""
        self._ended = {ref: each for ref, each in self._ended.items() if event.at - each.at < PLAYED_SECONDS}

    def is_echo(self, ref: str, at: float) -> bool:
        """Return whether a watched mark that came at a time was caused by the playback of the item."""
        ended = self._ended.get(ref)
        if ended is None or ended.claimed or not ended.near_end or ended.result is PlaybackResult.NOTHING:
            return False
        late = AFTER_END_SECONDS if ended.result is PlaybackResult.COUNTED else LEFT_OUT_SECONDS
        return -BEFORE_END_SECONDS <= at - ended.at <= late

    def claim(self, ref: str) -> None:
        """Remember that the mark has come that the playback caused: it causes no other one."""
        if ref in self._ended:
            self._ended[ref].claimed = True

    def unmarked(self, ref: str) -> None:
        """Remember that a mark was taken away: the next one is somebody's own."""
        self.claim(ref)

    def forget(self, ref: str) -> None:
        """Forget an item that has left the library: its name can be another one's from now on."""
        self._ended.pop(ref, None)

    def has_played(self, ref: str, now: float) -> bool:
        """Return whether it plays, or has played within ten minutes."""
        if not ref:
            return False
        ended = self._ended.get(ref)
        return self._ref == ref or (ended is not None and now - ended.at < PLAYED_SECONDS)
