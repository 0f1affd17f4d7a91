"""What each user has watched, listed and rated, and the plain frozen records a test reads of it.

No HTTP here, and no lock: `tracking` takes the one there is. Times called `at` are the fake server's clock. Sources:
Simkl's pages `api-reference/simkl/add-to-history` and `conventions/dates`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any, Callable, Optional, Tuple

from tests.fakes.simkl.catalogue import Episode, Movie, Title

Key = Tuple[int, Optional[int], Optional[int]]


@dataclass(frozen=True)
class Watched:
    """A mark there is now. `season` and `episode` are None for films, Simkl's own numbers (season 1) for anime.

    `times` counts how often it was really recorded, `routes` by which route each time: a path, or "auto-finish" for the
    session that a start ended. `repeats` are the (route, watched_at) that came although it was watched, and changed
    nothing.
    """

    user: str
    simkl: int
    title: str
    season: int | None
    episode: int | None
    watched_at: str = ""
    times: int = 0
    routes: tuple[str, ...] = ()
    repeats: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Unwatched:
    """A mark that was taken away."""

    user: str
    simkl: int
    season: int | None
    episode: int | None
    at: float


@dataclass(frozen=True)
class HistoryCall:
    """One POST under /sync: how many films, shows (anime too) and single episodes it named, and what was answered."""

    path: str
    user: str
    movies: int
    shows: int
    episodes: int
    body: Any = field(repr=False)
    answer: Any = field(repr=False)
    at: float = 0.0


@dataclass(frozen=True)
class Rating:
    """A rating there is now, 1 to 10."""

    user: str
    simkl: int
    title: str
    rating: int
    rated_at: str


class Library:
    """Every user's library in one fake server. `now` is the fake server's calendar, `clock` its seconds."""

    def __init__(self, clock: Callable[[], float], now: Callable[[], datetime]) -> None:
        self._clock, self._now = clock, now
        self.marks: dict[str, dict[Key, Watched]] = defaultdict(dict)
        self.ratings: dict[str, dict[int, Rating]] = defaultdict(dict)
        self.unwatched: list[Unwatched] = []
        self._before: dict[tuple[str, Key], Watched] = {}

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
            marks[key] = replace(marks[key], repeats=(*marks[key].repeats, (route, at)))
            return False
        mark = self._before.pop((user, key), None) or Watched(user, title.simkl, title.title, *key[1:])
        marks[key] = replace(mark, watched_at=at, times=mark.times + 1, routes=(*mark.routes, route))
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
        """Remove a title with its marks and its rating; false if there was neither."""
        episodes = [None] if isinstance(title, Movie) else title.episodes
        marked = [self.unmark(user, title, episode) for episode in episodes]
        return bool(self.ratings[user].pop(title.simkl, None)) or any(marked)

    def rate(self, user: str, title: Title, rating: int, rated_at: str = "") -> None:
        self.ratings[user][title.simkl] = Rating(user, title.simkl, title.title, rating, rated_at or self.now())


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
