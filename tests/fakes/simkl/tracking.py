"""Everything one fake server tracks, behind one lock: sessions, resume points, the 80 % rule, and what a test reads.

No HTTP here. Sources: Simkl's pages `api-reference/scrobble`, `guides/scrobble` and `api-reference/playback`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any, Callable, Iterable

from tests.fakes.simkl.catalogue import DEFAULT, Catalogue, Episode, Title
from tests.fakes.simkl.library import HistoryCall, Key, Library, Rating, Watched, key_of

START, PAUSE, STOP = "start", "pause", "stop"
ACTIONS = (START, PAUSE, STOP)
SCROBBLE = "scrobble"
USUAL_MARK = 80
A_SECOND, AN_HOUR = 1.0, 3600.0
FIRST_ID = 10_900_001


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
    status: int


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


@dataclass
class Session:
    """Something a user is watching since `at`, then `progress` percent in; `ends` is when its runtime is over."""

    title: Title
    episode: Episode | None
    progress: float
    at: float
    ends: float


@dataclass(frozen=True)
class Outcome:
    """What a scrobble did. `again_in` are the seconds until the hour of a 409 is over."""

    action: str
    id: int = 0
    again_in: float = 0.0


class Tracking:
    """What was watched, by whom, and how it was told. Whoever does more than one thing takes `lock`."""

    def __init__(self, clock: Callable[[], float], now: Callable[[], datetime], titles: Iterable[Title] | None) -> None:
        self._clock, self._now = clock, now
        self.lock = RLock()
        self.catalogue = Catalogue(DEFAULT if titles is None else titles)
        self.reset()

    def reset(self) -> None:
        """Forget everything but the catalogue."""
        with self.lock:
            self.library = Library(self._clock, self._now)
            self.scrobbles: list[Scrobble] = []
            self.history_calls: list[HistoryCall] = []
            self.malformed: list[Malformed] = []
            self.too_many_posts: list[TooManyPosts] = []
            self._last_post: dict[str, float] = defaultdict(lambda: float("-inf"))
            self._sessions: dict[tuple[str, int], Session] = {}
            self._playbacks: dict[tuple[str, int], Playback] = {}
            self._scrobbled: dict[tuple[str, Key], float] = {}
            self._last_id = FIRST_ID - 1

    def post(self, user: str, path: str) -> None:
        """Note a POST of a user; one that comes too soon after the one before is kept."""
        with self.lock:
            now = self._clock()
            gap = now - self._last_post[user]
            self._last_post[user] = now
            if gap < A_SECOND:
                self.too_many_posts.append(TooManyPosts(user, path, now, gap))

    def complain(self, path: str, user: str, body: Any, complaints: Iterable[str]) -> None:
        self.malformed += [Malformed(path, why, user, body, self._clock()) for why in complaints]

    def watched(self, users: Iterable[str]) -> dict[str, dict[Key, Watched]]:
        with self.lock:
            return {user: dict(self.library.marks.get(user, {})) for user in users}

    def ratings(self, users: Iterable[str]) -> dict[str, dict[int, Rating]]:
        with self.lock:
            return {user: dict(self.library.ratings.get(user, {})) for user in users}

    @property
    def playbacks(self) -> list[Playback]:
        with self.lock:
            return sorted(self._playbacks.values(), key=lambda each: each.at)

    def start(self, user: str, title: Title, episode: Episode | None, progress: float, mark: int) -> Outcome:
        """Watch now: ends what was watched before, replaces the session of the title and its resume point."""
        self._finish_others(user, title, episode, mark)
        now = self._clock()
        left = title.runtime * 60 * (1 - min(progress, 100) / 100)
        self._sessions[user, title.simkl] = Session(title, episode, progress, now, now + left)
        self._playbacks.pop((user, title.simkl), None)
        return Outcome(START)  # id 0, as in Simkl's samples

    def pause(self, user: str, title: Title, episode: Episode | None, progress: float, _mark: int) -> Outcome:
        """Keep a resume point; never a mark. The session is over: a paused one is not finished by the next start."""
        self._sessions.pop((user, title.simkl), None)
        self._last_id += 1
        about = (self._last_id, user, title.kind, title.title, *key_of(title, episode))
        self._playbacks[user, title.simkl] = Playback(*about, progress, self._clock())
        return Outcome(PAUSE, self._last_id)

    def stop(self, user: str, title: Title, episode: Episode | None, progress: float, mark: int) -> Outcome:
        """Stop watching: watched from the mark on, a resume point below; "already_watched" a second time in an hour.

        Inferred: only a stop that would mark watched is refused, and the hour counts from the mark, not the refusals.
        """
        if progress < mark:
            return self.pause(user, title, episode, progress, mark)
        self._sessions.pop((user, title.simkl), None)
        before = self._scrobbled.get((user, key_of(title, episode)))
        if before is not None and self._clock() < before + AN_HOUR:
            return Outcome("already_watched", again_in=before + AN_HOUR - self._clock())
        self._watched(user, title, episode, "/scrobble/stop")
        self._last_id += 1
        return Outcome(SCROBBLE, self._last_id)

    def _watched(self, user: str, title: Title, episode: Episode | None, route: str) -> None:
        self._scrobbled[user, key_of(title, episode)] = self._clock()
        self.library.mark(user, title, episode, route)
        self._playbacks.pop((user, title.simkl), None)

    def _finish_others(self, user: str, title: Title, episode: Episode | None, mark: int) -> None:
        """Mark what the user watched before, if it got far enough; what did not stays open until its runtime is over.

        Inferred: a running session has got as far as the clock says; the same item started again only goes on.
        """
        now = self._clock()
        for (name, simkl), session in list(self._sessions.items()):
            if now >= session.ends:
                del self._sessions[name, simkl]
            elif name == user and key_of(session.title, session.episode) != key_of(title, episode):
                gone = (now - session.at) / (session.title.runtime * 60) * 100
                if min(100.0, session.progress + gone) >= mark:
                    self._watched(user, session.title, session.episode, "auto-finish")
                    del self._sessions[name, simkl]
