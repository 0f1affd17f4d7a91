"""One playback as a small state machine: fed with events, it answers what to tell Simkl.

    waiting ──played 3 s: start──> playing <──pause / start──> paused
       └── stopped, ended: nothing        └── stopped, ended: stop ──> over

Simkl wants one call for each thing a user does and never a timer. A start waits until the item has really played for
three seconds, so skipping through a list sends nothing; everything else is told at once. Seeks tell nothing. A file
with several episodes counts each at its share of the time; going from one to the next stops the old one first.

Times are seconds of a monotonic clock, positions and totals seconds, progress 0 to 100 of one episode.

Source: Simkl's page `guides/scrobble`.
"""

from __future__ import annotations

from dataclasses import dataclass

from lib.simkl.api.scrobble import PAUSE, START, STOP
from lib.tracking.events import PlayerEvent, PlayerEventKind

MIN_PLAYED_SECONDS = 3.0
MAX_EXTRAPOLATION = 10.0  # seconds; a device that slept has not played meanwhile
SEEK_THRESHOLD = 10.0  # seconds off the course that are a seek, whether or not somebody told
MIN_TOTAL = 5.0  # seconds; an external player tells 0 or 1, whatever it plays
MAX_TOTAL = 1e7  # seconds; some streams without an end tell astronomical lengths
NEAR_END_SECONDS = 60.0  # what ends sooner than this before its end, and before 95 %, broke off
NEAR_END_SHARE = 0.05
NEAR_END_SHARE_OF_SHORT = 0.2  # a minute is most of a short clip
OTHER_TITLE_SHARE = 0.05  # of the length, by which that of another title differs
SHORTEST_EPISODE = 900.0  # seconds; several episodes in a title that is shorter than so many of these are not in it


@dataclass
class _Title:
    """One title of a disc, told by its length; `played` are the seconds that were spent in it."""

    total: float
    position: float = 0.0
    played: float = 0.0

    @property
    def weight(self) -> float:
        """Seconds that count: a menu that runs in a circle weighs no more than its length."""
        return min(self.played, self.total)


@dataclass(frozen=True)
class ScrobbleCall:
    """One call to Simkl: start, pause or stop of one part (an episode, counted from 0)."""

    action: str
    part: int
    progress: float


class Playback:
    """One playback, from start to end. `parts` are the episodes in the file, `threshold` the progress that counts.

    What is shorter than `shortest` seconds is told only once it turns out to be longer: a disc begins with a clip. Of
    the titles of a disc the one counts in which the time was spent. `share` is which part of its film the file holds.
    `chosen` is the selected episode of a disc, and `runtimes` the seconds of each where they are known: a title that is
    no longer than one episode is that one alone.
    """

    def __init__(
        self,
        parts: int = 1,
        threshold: float = 80.0,
        shortest: float = 0.0,
        share: tuple[float, float] = (0.0, 1.0),
        chosen: int | None = None,
        runtimes: tuple[float, ...] = (),
    ) -> None:
        self._share = share
        self._chosen = chosen
        self._runtimes = runtimes
        self._titles: list[_Title] = []
        self._shortest = shortest
        self.over = False
        self.paused = False
        self._parts = max(1, parts)
        self._threshold = threshold
        self._part = 0
        self._told = False
        self._played = self._advanced = 0.0
        self._at: float | None = None
        self._position = self._before = 0.0
        self._jumped = False
        self._total = 0.0
        self._counted: set[int] = set()

    def feed(self, event: PlayerEvent) -> list[ScrobbleCall]:
        """Return what to tell Simkl about this event, in order."""
        if self.over:
            return []
        before = self._total
        if event.total is not None and MIN_TOTAL <= event.total <= MAX_TOTAL:
            self._total = event.total
        self._move(event)
        self._note_title(before)
        return [*self._cross(), *self._react(event.what)]

    @property
    def began(self) -> bool:
        """Whether Simkl was told of the part that plays."""
        return self._told

    @property
    def due_in(self) -> float | None:
        """Seconds of playing until the start is due; None when it was told, or while it cannot come.

        It stays 0 while nothing but the length is missing.
        """
        if self.over or self._told or self.paused or self._part in self._counted:
            return None
        return max(0.0, round(MIN_PLAYED_SECONDS - self._played, 3))

    @property
    def part(self) -> int:
        """The part that plays."""
        return self._part

    @property
    def is_short(self) -> bool:
        """Whether it is known to be shorter than what is told."""
        return 0 < max((self._total, *(each.total for each in self._titles))) < self._shortest

    @property
    def position(self) -> float:
        """Where it is, in seconds."""
        return self._position

    @property
    def total(self) -> float:
        """How long the file is, in seconds; 0 while nobody knows."""
        return self._total

    @property
    def progress(self) -> float:
        """How far the part that plays is, 0 to 100; on a disc, how far in the title in which the time was spent."""
        main = self._main_title()
        if main is None or not self._told or self._parts_here() > 1:
            return self._progress(self._position)
        return self._mapped(main.position / main.total)

    def _move(self, event: PlayerEvent) -> None:
        """Bring the position up to the event, guessing where the player could not tell, and count what was played."""
        elapsed = 0.0 if self._at is None else max(0.0, event.at - self._at)
        guessed = self._position + (0.0 if self.paused else min(elapsed, MAX_EXTRAPOLATION))
        position = guessed if event.position is None else event.position
        if self._total:
            position = min(position, self._total)
        self._jumped = (
            event.what in (PlayerEventKind.STARTED, PlayerEventKind.SEEKED) or abs(position - guessed) > SEEK_THRESHOLD
        )
        self._advanced = 0.0 if self._jumped or self.paused else max(0.0, min(elapsed, position - self._position))
        self._played += self._advanced
        self._at, self._before, self._position = event.at, self._position, max(0.0, position)

    def _note_title(self, before: float) -> None:
        """Keep where it is in the title that plays; another length together with a jump is another title of a disc."""
        if not self._total:
            return
        current = self._titles[-1] if self._titles else None
        is_other = current is None or (self._jumped and abs(self._total - before) > OTHER_TITLE_SHARE * before)
        if is_other:
            known = [each for each in self._titles if abs(each.total - self._total) <= 1.0]
            current = known[0] if known else _Title(self._total)
            self._titles = [*(each for each in self._titles if each is not current), current]
        assert current is not None
        current.total, current.position = self._total, self._position
        current.played += self._advanced

    def _main_title(self) -> _Title | None:
        """Return the title in which most of the time was spent, of those that are long enough to be told."""
        if len(self._titles) < 2:
            return None
        long = [each for each in self._titles if each.total >= self._shortest]
        return max(long, key=lambda each: each.weight) if long else None

    def _parts_here(self) -> int:
        """Return how many of the episodes are in the title that plays: on a disc it may be one alone."""
        if self._chosen is None or self._parts == 1:
            return self._parts
        known = [each for each in self._runtimes if each > 0]
        if not known:
            return self._parts if self._total >= self._parts * SHORTEST_EPISODE else 1
        return self._parts if self._total >= 0.75 * sum(known) * self._parts / len(known) else 1

    def _cross(self) -> list[ScrobbleCall]:
        """Stop the episode before when another one in the same file plays: it is watched if it played to its end."""
        part = self._part_at(self._position)
        if part == self._part:
            return []
        played_on = part > self._part and not self._jumped
        calls = self._stop(100.0 if played_on else self._progress(self._before))
        self._part, self._played, self._told = part, 0.0, False
        return calls

    def _react(self, what: PlayerEventKind) -> list[ScrobbleCall]:
        if what is PlayerEventKind.PAUSED and not self.paused:
            self.paused = True
            return self._tell(PAUSE)
        if what is PlayerEventKind.RESUMED and self.paused:
            self.paused = False
            return self._tell(START)
        if what in (PlayerEventKind.STOPPED, PlayerEventKind.ENDED):
            self.over = True
            is_at_end = what is PlayerEventKind.ENDED and self._is_near_end() and self._is_in_main_title()
            return self._stop(100.0 * self._share[1] if is_at_end else None)
        if what is PlayerEventKind.PROGRESSED and self.due_in == 0 and self._total > 0 and not self.is_short:
            self._told = True
            return self._tell(START)
        return []

    def _tell(self, action: str, progress: float | None = None) -> list[ScrobbleCall]:
        if not self._told:
            return []
        return [ScrobbleCall(action, self._part, round(self.progress if progress is None else progress, 2))]

    def _stop(self, progress: float | None = None) -> list[ScrobbleCall]:
        calls = self._tell(STOP, progress)
        if calls and calls[0].progress >= self._threshold:
            self._counted.add(self._part)
        return calls

    def _is_in_main_title(self) -> bool:
        main = self._main_title()
        return main is None or main is self._titles[-1]

    def _is_near_end(self) -> bool:
        """Return whether it can have come to its end: a stream that breaks off tells that it ended, too."""
        share = self._total / self._parts_here()
        return self._total - self._position <= max(
            NEAR_END_SHARE * share, min(NEAR_END_SECONDS, NEAR_END_SHARE_OF_SHORT * share)
        )

    def _part_at(self, position: float) -> int:
        if self._parts == 1 or not self._total:
            return 0
        if self._parts_here() == 1:
            return self._chosen or 0
        return min(self._parts - 1, int(position * self._parts / self._total))

    def _progress(self, position: float) -> float:
        if not self._total:
            return 0.0
        if self._parts_here() == 1:
            return self._mapped(position / self._total)
        share = self._total / self._parts
        return min(100.0, max(0.0, 100.0 * (position - self._part * share) / share))

    def _mapped(self, share: float) -> float:
        """Return the progress in the whole film of so much of this file."""
        start, end = self._share
        return round(100.0 * (start + (end - start) * min(1.0, max(0.0, share))), 6)
