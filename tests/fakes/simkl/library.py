"""What each user has watched, listed and rated, and when each of it last changed.

No HTTP here, and no lock: `tracking` takes the one there is. Sources: Simkl's pages
`api-reference/simkl/add-to-history`, `api-reference/simkl/get-activities`, `guides/rewatches` and
`conventions/list-statuses`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Callable, Optional, Tuple

from tests.fakes.simkl.titles import Episode, Movie, Title
from tests.fakes.simkl.tracked import Rating, Unwatched, Watched

COMPLETED, WATCHING = "completed", "watching"
STATUSES = ("watching", "plantowatch", "hold", "completed", "dropped")
BETWEEN_REWATCHES = timedelta(days=2)
Key = Tuple[int, Optional[int], Optional[int]]


@dataclass
class _Mark:
    title: str
    watched_at: str
    times: int = 0
    routes: list[str] = field(default_factory=list)
    repeats: list[tuple[str, str]] = field(default_factory=list)


class Library:
    """Every user's library in one fake server. `now` is the fake server's calendar, `clock` its seconds."""

    def __init__(self, clock: Callable[[], float], now: Callable[[], datetime]) -> None:
        self._clock, self._now = clock, now
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.marks: dict[str, dict[Key, _Mark]] = defaultdict(dict)
        self.statuses: dict[str, dict[int, str]] = defaultdict(dict)
        self.ratings: dict[str, dict[int, Rating]] = defaultdict(dict)
        self.unwatched: list[Unwatched] = []
        self.moved: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
        self._before: dict[tuple[str, Key], _Mark] = {}

    def now(self) -> str:
        """Return the time as Simkl writes it: ISO 8601, UTC, whole seconds, Z."""
        return self._now().astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def mark(
        self, user: str, title: Title, episode: Episode | None, route: str, watched_at: str = "", again: bool = False
    ) -> bool:
        """Mark watched; false if it was already, which then changes nothing. `again` records a rewatch all the same.

        A mark that was taken away and comes back goes on counting its `times`.
        """
        key = key_of(title, episode)
        marks, at = self.marks[user], watched_at or self.now()
        known = marks.get(key)
        if known and not again:
            known.repeats.append((route, at))
            return False
        mark = known or self._before.pop((user, key), None) or _Mark(title.title, at)
        mark.watched_at = at
        mark.times += 1
        mark.routes.append(route)
        marks[key] = mark
        return True

    def unmark(self, user: str, title: Title, episode: Episode | None) -> bool:
        """Take a mark away; false if there was none."""
        key = key_of(title, episode)
        mark = self.marks[user].pop(key, None)
        if mark is None:
            return False
        self._before[user, key] = mark
        self.unwatched.append(Unwatched(user, *key, self._clock()))
        return True

    def is_watched(self, user: str, title: Title, episode: Episode | None) -> bool:
        """Whether there is a mark."""
        return key_of(title, episode) in self.marks[user]

    def watched_at(self, user: str, title: Title, episode: Episode | None) -> str:
        """Return when it was watched, as it was told; empty if it is not."""
        mark = self.marks[user].get(key_of(title, episode))
        return mark.watched_at if mark else ""

    def may_rewatch(self, user: str, title: Title, episode: Episode | None) -> bool:
        """Whether the last watch is two days ago or more (`guides/rewatches`)."""
        before = moment(self.watched_at(user, title, episode))
        return before is None or self._now() - before >= BETWEEN_REWATCHES

    def list_by_marks(self, user: str, title: Title) -> str:
        """Put a title that has just been marked on the list that its marks say, and return its name."""
        if isinstance(title, Movie):
            return self.set_status(user, title, COMPLETED)
        return self.set_status(user, title, COMPLETED if self._all_watched(user, title) else WATCHING)

    def set_status(self, user: str, title: Title, status: str) -> str:
        """Put a title on a list; returns the one it really got: films cannot be "watching", shows on air not done."""
        if isinstance(title, Movie):
            status = COMPLETED if status in (WATCHING, "hold") else status
        elif status == COMPLETED and not title.ended:
            status = WATCHING
        self.statuses[user][title.simkl] = status
        self.touch(user, title, status)
        return status

    def _all_watched(self, user: str, title: Title) -> bool:
        if isinstance(title, Movie) or not title.ended:
            return False
        marks = self.marks[user]
        return all((title.simkl, each.season, each.number) in marks for each in title.regular)

    def forget(self, user: str, title: Title) -> bool:
        """Remove a title with its marks and its rating; false if it was not in the library."""
        known = self.statuses[user].pop(title.simkl, None) is not None
        for episode in [None] if isinstance(title, Movie) else title.episodes:
            known = self.unmark(user, title, episode) or known
        known = self.unrate(user, title) or known
        if known:
            self.touch(user, title, "removed_from_list")
        return known

    def rate(self, user: str, title: Title, rating: int, rated_at: str = "") -> None:
        """Rate a title; one that was on no list gets on one."""
        self.ratings[user][title.simkl] = Rating(user, title.simkl, title.title, rating, rated_at or self.now())
        if title.simkl not in self.statuses[user]:
            alone = isinstance(title, Movie) or len(title.regular) == 1
            self.set_status(user, title, COMPLETED if alone else WATCHING)
        self.touch(user, title, "rated_at")

    def unrate(self, user: str, title: Title) -> bool:
        """Take a rating away; false if there was none."""
        return self.ratings[user].pop(title.simkl, None) is not None

    def touch(self, user: str, title: Title, what: str) -> None:
        """Note that something of a user changed just now."""
        kind = "movies" if isinstance(title, Movie) else "anime" if title.anime else "tv_shows"
        for place in ((kind, what), (kind, "all"), ("", "all")):
            self.moved[user][place] = self.now()

    def watched_by(self, user: str) -> dict[Key, Watched]:
        """Return every mark of a user."""
        return {
            (s, n, e): Watched(user, s, m.title, n, e, m.watched_at, m.times, tuple(m.routes), tuple(m.repeats))
            for (s, n, e), m in self.marks.get(user, {}).items()
        }


def key_of(title: Title, episode: Episode | None) -> Key:
    """Return what a mark is kept under."""
    return (title.simkl, episode.season, episode.number) if episode else (title.simkl, None, None)


def moment(text: object) -> datetime | None:
    """Read a time as Simkl takes it: ISO 8601 in UTC with a Z. None for anything else."""
    if isinstance(text, str) and text.endswith("Z"):
        for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ"):
            try:
                return datetime.strptime(text, form).replace(tzinfo=timezone.utc)
            except ValueError:
                pass
    return None
