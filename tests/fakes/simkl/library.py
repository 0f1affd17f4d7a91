"""What each user has watched, listed and rated.

No HTTP here, and no lock: `tracking` takes the one there is. Sources: Simkl's pages
`api-reference/simkl/add-to-history` and `conventions/dates`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Callable, Optional, Tuple

from tests.fakes.simkl.titles import Episode, Movie, Title
from tests.fakes.simkl.tracked import Rating, Unwatched, Watched

STATUSES = ("watching", "plantowatch", "hold", "completed", "dropped")
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
        self.marks: dict[str, dict[Key, _Mark]] = defaultdict(dict)
        self.listed: dict[str, set[int]] = defaultdict(set)
        self.ratings: dict[str, dict[int, Rating]] = defaultdict(dict)
        self.unwatched: list[Unwatched] = []
        self._before: dict[tuple[str, Key], _Mark] = {}

    def now(self) -> str:
        """Return the time as Simkl writes it: ISO 8601, UTC, whole seconds, Z."""
        return self._now().astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def mark(self, user: str, title: Title, episode: Episode | None, route: str, watched_at: str = "") -> bool:
        """Mark watched; false if it was already, which then changes nothing.

        A mark that was taken away and comes back goes on counting its `times`.
        """
        key = key_of(title, episode)
        marks, at = self.marks[user], watched_at or self.now()
        if key in marks:
            marks[key].repeats.append((route, at))
            return False
        mark = marks[key] = self._before.pop((user, key), None) or _Mark(title.title, at)
        mark.watched_at = at
        mark.times += 1
        mark.routes.append(route)
        return True

    def unmark(self, user: str, title: Title, episode: Episode | None) -> bool:
        key = key_of(title, episode)
        mark = self.marks[user].pop(key, None)
        if mark is None:
            return False
        self._before[user, key] = mark
        self.unwatched.append(Unwatched(user, *key, self._clock()))
        return True

    def forget(self, user: str, title: Title) -> bool:
        """Remove a title with its marks and its rating; false if it was not in the library."""
        known = title.simkl in self.listed[user]
        self.listed[user].discard(title.simkl)
        for episode in [None] if isinstance(title, Movie) else title.episodes:
            self.unmark(user, title, episode)
        self.ratings[user].pop(title.simkl, None)
        return known

    def rate(self, user: str, title: Title, rating: int, rated_at: str = "") -> None:
        """Rate a title; one that was on no list gets on one."""
        self.ratings[user][title.simkl] = Rating(user, title.simkl, title.title, rating, rated_at or self.now())
        self.listed[user].add(title.simkl)

    def watched_by(self, user: str) -> dict[Key, Watched]:
        return {
            (s, n, e): Watched(user, s, m.title, n, e, m.watched_at, m.times, tuple(m.routes), tuple(m.repeats))
            for (s, n, e), m in self.marks.get(user, {}).items()
        }


def key_of(title: Title, episode: Episode | None) -> Key:
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
