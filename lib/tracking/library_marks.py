"""Marks that a person sets or takes away by hand in the player's library: what of it Simkl hears, and when.

A mark goes along, with the date that the library has for it. Taking one away is dealt with carefully, since at Simkl it
can take more away than the person meant: of a film Simkl removes the rating as well, so a film stays there unless the
person wants it otherwise; an episode is held for a minute, because who takes the marks of five or more of a show away,
or of a whole season, wants to see it again and would lose its history. Nothing is taken away of what plays or has just
been played.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Iterable, Sequence

from lib.simkl.api.media import MOVIE
from lib.tracking.identify import items_from_info
from lib.tracking.media_info import MediaInfo
from lib.tracking.play import REMOVED, UNWATCHED, Play
from lib.tracking.store.queue import PlayQueue
from lib.tracking.superseding import is_same_title

UNMARK_HOLD_SECONDS = 60.0
MANY_EPISODES = 5
WHOLE_SEASON_SECONDS = 3.0  # a season is announced by itself, and with it each of its episodes
SAME_MOMENT_SECONDS = 120.0  # a date in the library as close to the mark as this is the mark's own
EARLIEST_LIBRARY_DATE = 946_684_800.0  # 2000-01-01: what is older was never set
REPEATED_MARK_SECONDS = 86400.0
ONE_MARK_SECONDS = 5.0  # in which one mark is announced once for each episode in a file

_LAST_PLAYED = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)")


def library_date(last_played: str, now: float) -> float | None:
    """Return when a library says that something was watched; None if that is just now, 0 if it is no date that can be.

    `last_played` is local time, such as `2019-07-01 20:15:00`. Everything else is seconds since 1970.
    """
    found = _LAST_PLAYED.fullmatch(last_played.strip())
    if found is None:
        return 0.0
    year, *rest = (int(part) for part in found.groups())
    try:
        at = time.mktime((year, *rest, 0, 0, -1))  # type: ignore[arg-type]
    except (OverflowError, ValueError):
        return 0.0
    if abs(at - now) <= SAME_MOMENT_SECONDS:
        return None
    return at if EARLIEST_LIBRARY_DATE <= at <= now else 0.0


def marks_to_send(plays: Iterable[Play], queue: PlayQueue, owner: str) -> list[Play]:
    """Return of the same film or episode the last mark, unless Simkl has got the very same with the same date.

    Other programs set all marks of a library again and again; and of a file with several episodes each is announced and
    means all of them. Raises QueueError.
    """
    last = {play.key: play for play in plays}
    return [
        play
        for play in last.values()
        if not queue.has_waiting_mark(owner, play, ONE_MARK_SECONDS)
        and (play.library_date is None or not queue.sent.has_mark(owner, play, play.at - REPEATED_MARK_SECONDS))
    ]


def removals_by_person(known: Sequence[MediaInfo], whole_title: bool, now: float) -> list[Play]:
    """Return what takes films and episodes away at Simkl, for a person who has confirmed that.

    With `whole_title` the film, or the show with all its episodes, leaves the person's library with its rating; without
    it episodes lose their mark. A film has no other removal.
    """
    plays: list[Play] = []
    for info in known:
        for item in items_from_info(info):
            is_whole = whole_title or item.kind == MOVIE
            if is_whole and any(each.item is not None and is_same_title(each.item, item) for each in plays):
                continue
            action, meant = (REMOVED, item.whole_title()) if is_whole else (UNWATCHED, item)
            plays.append(Play(action, meant, now, title=info.title, ref=info.ref, art=info.art))
    return plays


@dataclass
class _Held:
    play: Play
    at: float
    settled: bool = False


@dataclass(frozen=True)
class SettledUnmarks:
    """What becomes of marks that were taken away: what Simkl hears of, and of what it is left alone."""

    to_send: list[Play]
    left_alone: list[Play]


class HeldUnmarks:
    """Episodes whose marks were taken away, for a minute. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._held: list[_Held] = []
        self._whole_at: list[float] = []

    def hold(self, play: Play, at: float) -> None:
        """Hold one; the same again replaces it."""
        self.withdraw(play.key)
        self._held.append(_Held(play, at))

    def withdraw(self, key: str) -> None:
        """Hold one no longer: it was marked again."""
        self._held = [each for each in self._held if each.play.key != key or each.settled]

    def whole_season(self, at: float) -> None:
        """Remember that the mark of a whole season or show was taken away; its episodes are told of by themselves."""
        self._whole_at = [each for each in self._whole_at if at - each < 2 * UNMARK_HOLD_SECONDS] + [at]

    def next_due(self, now: float) -> float | None:
        """Return the seconds until `settle` has something to do, None if nothing is held."""
        waits = [each.at + UNMARK_HOLD_SECONDS - now for each in self._held if not each.settled]
        return max(0.0, min(waits)) if waits else None

    def settle(self, now: float, ends: bool = False) -> SettledUnmarks:
        """Return what is to be done with those that were held for long enough; all of them if the player `ends`."""
        settled = SettledUnmarks([], [])
        for held in self._held:
            if not held.settled and (ends or now - held.at >= UNMARK_HOLD_SECONDS):
                held.settled = True
                (settled.left_alone if self._is_one_of_many(held) else settled.to_send).append(held.play)
        self._held = [each for each in self._held if not each.settled or now - each.at < 2 * UNMARK_HOLD_SECONDS]
        return settled

    def put_back(self, plays: Sequence[Play], at: float) -> None:
        """Hold again what could not be queued, as if its minute ended at a time."""
        keys = {play.key for play in plays}
        for held in self._held:
            if held.settled and held.play.key in keys:
                held.settled, held.at = False, at - UNMARK_HOLD_SECONDS

    def _is_one_of_many(self, held: _Held) -> bool:
        if any(abs(at - held.at) <= WHOLE_SEASON_SECONDS for at in self._whole_at):
            return True
        together = {
            each.play.key
            for each in self._held
            if abs(each.at - held.at) < UNMARK_HOLD_SECONDS and _is_same_show(each.play, held.play)
        }
        return len(together) >= MANY_EPISODES


def _is_same_show(one: Play, other: Play) -> bool:
    return one.item is not None and other.item is not None and is_same_title(one.item, other.item)
