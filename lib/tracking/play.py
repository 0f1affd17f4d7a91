"""What waits for Simkl: one play, mark or rating, as it stands in the queue."""

from __future__ import annotations

from dataclasses import dataclass, field

from lib.simkl.api.media import Item
from lib.simkl.api.scrobble import DEFAULT_THRESHOLD, PAUSE, START, STOP

WATCHED, UNWATCHED, REMOVED, RATING = "watched", "unwatched", "removed", "rating"
LIVE_ACTIONS = (START, PAUSE)
PLAY_ACTIONS = (START, PAUSE, STOP, WATCHED, UNWATCHED, REMOVED, RATING)

QUEUED, NOT_FOUND, REJECTED = "waiting", "unknown", "stuck"
DEAD_LETTER_STATES = (NOT_FOUND, REJECTED)


@dataclass(frozen=True)
class Play:
    """One thing to tell Simkl.

    `action` is start, pause or stop of a playback; or, by hand, a watched mark, its removal, the removal of the whole
    title with its rating, or a rating. `item` is None while only the name in `file` is known. `at` are seconds since
    1970, `progress` 0 to 100, `threshold` the progress from which it counts as watched. `ref` is the player's own name
    for it, `art` a picture, `origin` the key that it keeps, whatever Simkl makes of it. The queue gives the rest: `id`
    orders; `state` is waiting, unknown (Simkl does not recognise it) or stuck (it was refused, or tried for too long),
    `why` the name of the error, `failed_days` on how many days Simkl failed on it, the last of them `last_failed_day`
    (days since 1970).

    `library_date` is when the player's library says that it was watched, in seconds since 1970; 0 where the library has
    no date that can be one, None where it is not asked and `at` tells.
    """

    action: str
    item: Item | None
    at: float
    progress: float = 0.0
    threshold: int = DEFAULT_THRESHOLD
    rating: int = 0
    file: str = ""
    title: str = ""
    ref: str = ""
    art: str = ""
    id: int = 0
    state: str = QUEUED
    why: str = ""
    library_date: float | None = None
    failed_days: int = field(default=0, compare=False)
    last_failed_day: int = field(default=0, compare=False)
    origin: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """What this is about: the same film or episode has the same key each time, whatever Simkl makes of it."""
        if self.origin:
            return self.origin
        return self.item.key if self.item is not None else f"file:{self.file}"

    @property
    def label(self) -> str:
        """A name for people."""
        return (self.item.label if self.item is not None else "") or self.title or self.file

    @property
    def is_live(self) -> bool:
        """Whether it says what is going on now, and means nothing later."""
        return self.action in LIVE_ACTIONS

    @property
    def is_place_to_resume(self) -> bool:
        """Whether it only says where somebody was."""
        return self.is_live or (self.action == STOP and not self.counts)

    @property
    def counts(self) -> bool:
        """Whether Simkl shall mark it watched."""
        return self.action == WATCHED or (self.action == STOP and self.progress >= self.threshold)
