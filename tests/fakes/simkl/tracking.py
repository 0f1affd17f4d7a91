"""Everything one fake server tracks, behind one lock: the library, the sessions, and the records a test reads."""

from __future__ import annotations

from datetime import datetime
from threading import RLock
from typing import Any, Callable, Iterable

from tests.fakes.simkl.catalogue import Catalogue
from tests.fakes.simkl.library import Key, Library
from tests.fakes.simkl.scrobbling import Scrobbling
from tests.fakes.simkl.titles import Title
from tests.fakes.simkl.tracked import (
    HistoryCall,
    Malformed,
    Playback,
    Rating,
    Scrobble,
    TooManyPosts,
    Unwatched,
    Watched,
)

A_SECOND = 1.0


class Tracking:
    """What was watched, by whom, and how it was told."""

    def __init__(self, clock: Callable[[], float], now: Callable[[], datetime], titles: Iterable[Title] | None) -> None:
        self.clock = clock
        self.lock = RLock()
        self.catalogue = Catalogue() if titles is None else Catalogue(titles)
        self.library = Library(clock, now)
        self.scrobbling = Scrobbling(clock, self.library)
        self.reset()

    def reset(self) -> None:
        """Forget everything but the catalogue."""
        with self.lock:
            self.library.reset()
            self.scrobbling.reset()
            self._scrobbles: list[Scrobble] = []
            self._history_calls: list[HistoryCall] = []
            self._malformed: list[Malformed] = []
            self._too_many: list[TooManyPosts] = []
            self._last_post: dict[str, float] = {}

    def post(self, user: str, path: str) -> None:
        """Note a POST of a user; one that comes too soon after the one before is kept."""
        with self.lock:
            now = self.clock()
            gap = now - self._last_post.get(user, float("-inf"))
            self._last_post[user] = now
            if gap < A_SECOND:
                self._too_many.append(TooManyPosts(user, path, now, gap))

    def add(self, record: Scrobble | HistoryCall) -> None:
        """Keep what came of a call."""
        with self.lock:
            if isinstance(record, Scrobble):
                self._scrobbles.append(record)
            else:
                self._history_calls.append(record)

    def complain(self, path: str, user: str, body: Any, complaints: Iterable[str]) -> None:
        """Keep what was wrong with a request."""
        with self.lock:
            self._malformed += [Malformed(path, why, user, body, self.clock()) for why in complaints]

    def watched(self, users: Iterable[str]) -> dict[str, dict[Key, Watched]]:
        """Return the marks of these users."""
        with self.lock:
            self.scrobbling.settle()
            return {user: self.library.watched_by(user) for user in users}

    def ratings(self, users: Iterable[str]) -> dict[str, dict[int, Rating]]:
        """Return the ratings of these users."""
        with self.lock:
            return {user: dict(self.library.ratings.get(user, {})) for user in users}

    @property
    def scrobbles(self) -> list[Scrobble]:
        """Every scrobble call, oldest first."""
        with self.lock:
            return list(self._scrobbles)

    @property
    def history_calls(self) -> list[HistoryCall]:
        """Every POST to history and ratings, oldest first."""
        with self.lock:
            return list(self._history_calls)

    @property
    def malformed(self) -> list[Malformed]:
        """Everything that was wrong with a request."""
        with self.lock:
            return list(self._malformed)

    @property
    def too_many_posts(self) -> list[TooManyPosts]:
        """Every POST that came too soon."""
        with self.lock:
            return list(self._too_many)

    @property
    def playbacks(self) -> list[Playback]:
        """Every live resume point."""
        with self.lock:
            return self.scrobbling.playbacks

    @property
    def unwatched(self) -> list[Unwatched]:
        """Every mark that was taken away."""
        with self.lock:
            return list(self.library.unwatched)
