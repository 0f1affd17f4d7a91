"""What a test reads of a fake server: plain frozen records of what was tracked.

Times called `at` are the fake server's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Scrobble:
    """One scrobble call that got past the gate and the write lock.

    `action` is what was sent (start, pause, stop), `answered` the action that came back or the name of the
    error, `status` its HTTP status. `kind` is the wrapper that was sent (movie, show, anime). `title`, `season` and
    `episode` are those of the match, Simkl's own numbers for anime; as sent, and `simkl` None, if nothing matched.
    """

    action: str
    answered: str
    kind: str
    title: str
    simkl: int | None
    season: int | None
    episode: int | None
    progress: float
    min_progress: int
    user: str
    at: float
    status: int = 201


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
    watched_at: str
    times: int
    routes: tuple[str, ...]
    repeats: tuple[tuple[str, str], ...]


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


@dataclass(frozen=True)
class Playback:
    """A point to resume from. Not built: how long Simkl keeps one."""

    id: int
    user: str
    kind: str
    title: str
    simkl: int
    season: int | None
    episode: int | None
    progress: float
    paused_at: str
    at: float


@dataclass(frozen=True)
class TooManyPosts:
    """A POST that came less than a second after the one before it of the same user; `gap` in seconds."""

    user: str
    path: str
    at: float
    gap: float


@dataclass(frozen=True)
class Malformed:
    """Something in a request that the documentation does not allow, in words."""

    path: str
    why: str
    user: str
    body: Any = field(repr=False)
    at: float = 0.0
