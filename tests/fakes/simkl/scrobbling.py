"""What is being watched: sessions, resume points, and the 80 % rule.

No HTTP here, and no lock: `tracking` takes the one there is. Sources: Simkl's pages `api-reference/scrobble`,
`guides/scrobble` and `api-reference/playback`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterator

from tests.fakes.simkl.library import Key, Library, key_of
from tests.fakes.simkl.titles import Episode, Title, kind_of
from tests.fakes.simkl.tracked import Playback

START, PAUSE, STOP, CHECKIN = "start", "pause", "stop", "checkin"
ACTIONS = (START, PAUSE, STOP, CHECKIN)
SCROBBLE = "scrobble"
USUAL_MARK = 80
AN_HOUR = 3600.0
A_DAY = 86_400
PLAYBACKS_LAST = {"free": 7 * A_DAY, "pro": 30 * A_DAY, "vip": 90 * A_DAY}
FIRST_ID = 10_900_001
RECORDED = ("active", "completed")  # rewatches that count


@dataclass
class Session:
    """Something a user is watching since `at`, then `progress` percent in; `ends` is when its runtime is over."""

    action: str
    title: Title
    episode: Episode | None
    progress: float
    at: float
    ends: float
    rewatch: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a scrobble did. `again_in` are the seconds until the hour of a 409 is over."""

    action: str
    id: int = 0
    again_in: float = 0.0
    rewatch: str | None = None


class Scrobbling:
    """Every user's sessions and resume points in one fake server."""

    def __init__(self, clock: Callable[[], float], library: Library) -> None:
        self._clock, self._library = clock, library
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._sessions: dict[tuple[str, int], Session] = {}
        self._playbacks: dict[tuple[str, int], Playback] = {}
        self._scrobbled: dict[tuple[str, Key], float] = {}
        self._next_id = FIRST_ID

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def start(self, user: str, title: Title, episode: Episode | None, progress: float, mark: int) -> Outcome:
        """Watch now: ends what was watched before, replaces the session of the title and its resume point."""
        self._finish_others(user, title, episode, mark)
        self._open(START, user, title, episode, progress)
        self._forget_playback(user, title)
        return Outcome(START)  # id 0, as in Simkl's samples

    def checkin(self, user: str, title: Title, episode: Episode | None, mark: int, rewatch: bool) -> Outcome:
        """Watch to the end: marked watched by itself when the runtime is over, unless something else comes first."""
        self._finish_others(user, title, episode, mark)
        self._open(CHECKIN, user, title, episode, 0, rewatch)
        return Outcome(CHECKIN, self._new_id())

    def pause(self, user: str, account_type: str, title: Title, episode: Episode | None, progress: float) -> Outcome:
        """Keep a resume point; never a mark. The session is over: a paused one is not finished by the next start."""
        self.settle()
        self._sessions.pop((user, title.simkl), None)
        now, number = self._clock(), self._new_id()
        place = (episode.season, episode.number) if episode else (None, None)
        self._playbacks[user, title.simkl] = Playback(
            number, user, kind_of(title), title.title, title.simkl, *place, progress, self._library.now(), now,
            now + PLAYBACKS_LAST[account_type],
        )  # fmt: skip
        self._library.touch(user, title, "playback")
        return Outcome(PAUSE, number)

    def stop(
        self,
        user: str,
        account_type: str,
        title: Title,
        episode: Episode | None,
        progress: float,
        mark: int,
        rewatch: bool,
    ) -> Outcome:
        """Stop watching: watched from the mark on, a resume point below; "already_watched" a second time in an hour.

        Inferred: only a stop that would mark watched is refused, and the hour counts from the mark, not the refusals.
        """
        self.settle()
        if progress < mark:
            return self.pause(user, account_type, title, episode, progress)
        self._sessions.pop((user, title.simkl), None)
        before = self._scrobbled.get((user, key_of(title, episode)))
        if before is not None and self._clock() < before + AN_HOUR:
            return Outcome("already_watched", again_in=before + AN_HOUR - self._clock())
        said = self._rewatch(user, account_type, title, episode) if rewatch else None
        self._watched(user, title, episode, "/scrobble/stop", self._clock(), said in RECORDED)
        return Outcome(SCROBBLE, self._new_id(), rewatch=said)

    def _rewatch(self, user: str, account_type: str, title: Title, episode: Episode | None) -> str:
        if account_type == "free":
            return "pro_required"
        if not self._library.is_watched(user, title, episode):
            return "first_watch"
        if not self._library.may_rewatch(user, title, episode):
            return "too_soon"
        return "active" if episode else "completed"

    def _watched(
        self, user: str, title: Title, episode: Episode | None, route: str, at: float, again: bool = False
    ) -> None:
        self._scrobbled[user, key_of(title, episode)] = at
        if self._library.mark(user, title, episode, route, again=again):
            self._library.list_by_marks(user, title)
        self._forget_playback(user, title)

    def _open(
        self, action: str, user: str, title: Title, episode: Episode | None, progress: float, rewatch: bool = False
    ) -> None:
        now = self._clock()
        left = title.runtime * 60 * (1 - min(progress, 100) / 100)
        self._sessions[user, title.simkl] = Session(action, title, episode, progress, now, now + left, rewatch)

    def _finish_others(self, user: str, title: Title, episode: Episode | None, mark: int) -> None:
        """Mark what the user watched before, if it got far enough; what did not stays open until its runtime is over.

        Inferred: a running session has got as far as the clock says; the same item started again only goes on.
        """
        self.settle()
        for (name, simkl), session in list(self._sessions.items()):
            if name == user and key_of(session.title, session.episode) != key_of(title, episode):
                if self._progress(session) >= mark:
                    self._watched(user, session.title, session.episode, "auto-finish", self._clock())
                    del self._sessions[name, simkl]

    def _progress(self, session: Session) -> float:
        gone = self._clock() - session.at
        return min(100.0, session.progress + gone / (session.title.runtime * 60) * 100)

    def settle(self) -> None:
        """Let pass what the clock brought: check-ins that ran out are watched, started sessions and old pauses gone."""
        now = self._clock()
        for (user, simkl), session in list(self._sessions.items()):
            if now >= session.ends:
                del self._sessions[user, simkl]
                if session.action == CHECKIN:
                    item = (session.title, session.episode)
                    again = session.rewatch and self._library.may_rewatch(user, *item)
                    self._watched(user, *item, CHECKIN, session.ends, again)
        for place in [place for place, playback in self._playbacks.items() if now >= playback.until]:
            del self._playbacks[place]

    def _forget_playback(self, user: str, title: Title) -> None:
        if self._playbacks.pop((user, title.simkl), None):
            self._library.touch(user, title, "playback")

    def forget(self, user: str, number: int) -> bool:
        """Delete a resume point by its id; false if this user has none such."""
        self.settle()
        found = next((p for p in self._playbacks.values() if (p.user, p.id) == (user, number)), None)
        if found:
            del self._playbacks[user, found.simkl]
        return found is not None

    def watching(self) -> Iterator[tuple[str, Session, float]]:
        """Yield what everybody is watching: user, session and progress in percent by the clock."""
        self.settle()
        for (user, _), session in self._sessions.items():
            yield user, session, self._progress(session)

    @property
    def playbacks(self) -> list[Playback]:
        """Every live resume point, oldest first."""
        self.settle()
        return sorted(self._playbacks.values(), key=lambda each: each.at)
