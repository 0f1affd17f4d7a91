"""The list that is played to every tracker, and how much of what a tracker sent of it to a fake Simkl server was wrong.

A call is wanted for what a person does: play (once it has run for 3 s), pause, play on, stop. Clips below three minutes
and trailers are worth none. A call is wrong if nobody wanted it, if Simkl refused it, if it is about another title, or
if it never came. A watched mark may come as a stop past the mark or as an entry of the history, but only once.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Callable, Iterator

from tests.bench.in_kodi import rest
from tests.fakes.simkl import FakeSimkl
from tests.fakes.simkl.journal import Recorded
from tests.real_kodi.library import FILMS, HARBOUR, KUMO, PAPER, Library, video
from tests.real_kodi.player import Player, plugin_url
from tests.real_kodi.real_kodi import RealKodi
from tests.real_kodi.waiting import NotReached

SOUGHT, PAUSED, UNFINISHED, UNINTERRUPTED = FILMS[:4]
CLIP, TRAILED, LEFT_AT_QUIT = FILMS[8], FILMS[6], FILMS[7]
COMES_WITHIN = 6.0  # seconds; a call that has not come by then is still counted when it comes later
APART = 1.3  # seconds between two things that a person does, since Simkl wants writes a second apart
IGNORED_FOR = 4.0  # seconds that something plays which is worth no call
AT_THE_END = 2.0
HISTORY, HISTORY_PATH = "history", "/sync/history"
SAYS_NO_BY_ITSELF = (400, 404, 409)  # with these a scrobble is among the scrobbles of the fake server


@dataclass(frozen=True)
class Act:
    """One thing that is said in a call, or should be.

    `at` is when it arrived, or when the person did it, None where nobody can tell; `refused` the status with which
    Simkl said no; `first` opens a play.
    """

    action: str
    item: str
    watched: bool = False
    at: float | None = None
    refused: int | None = None
    first: bool = False

    def __str__(self) -> str:
        if self.refused:
            return f"{self.action} (refused, {self.refused})"
        return f"{self.action} as {'' if self.watched else 'not '}watched" if self.action == "stop" else self.action

    def fits(self, wanted: Act) -> bool:
        """Return whether this is what was wanted."""
        if self.action == HISTORY:
            return wanted.watched and wanted.item == self.item
        return (wanted.action, wanted.item, wanted.watched) == (self.action, self.item, self.watched)


@dataclass(frozen=True)
class Verdict:
    """The outcome: what was wrong in words, how much of it was missing, and seconds from event to call by kind."""

    wrong: list[str]
    missing: int
    starts: list[float]
    others: list[float]


def name_of(title: str, season: int | None = None, number: int | None = None) -> str:
    """Return how a film or an episode is called here."""
    return title if season is None else f"{title} S{season:02}E{number or 0:02}"


def calls(box: FakeSimkl) -> list[Recorded]:
    """Return the requests that change something of the user's, by whatever verb."""
    writes = [each for each in box.requests if not each.path.startswith(("/search", "/oauth"))]
    return [each for each in writes if each.method not in ("GET", "HEAD", "OPTIONS") or each.body or _scrobbles(each)]


def _scrobbles(request: Recorded) -> bool:
    return request.path.startswith("/scrobble")


def acts(box: FakeSimkl) -> list[Act]:
    """Return everything that was said in these requests, read as the fake server reads it."""
    said = []
    for each in box.scrobbles:
        watched = each.action == "stop" and each.progress >= each.min_progress
        refused = each.status if each.status >= 400 and each.status != 409 else None
        item = name_of(each.title, each.season, each.episode)
        said.append(Act(each.action, item if each.simkl else f"unknown {item}", watched, each.at, refused))
    return [*said, *_marked(box), *_others(box)]


def _marked(box: FakeSimkl) -> Iterator[Act]:
    for mark in (mark for marks in box.watched.values() for mark in marks.values()):
        for route in [*mark.routes, *(route for route, _ in mark.repeats)]:
            if route == HISTORY_PATH:
                yield Act(HISTORY, name_of(mark.title, mark.season, mark.episode), True)
    for call in box.history_calls:
        if call.path == HISTORY_PATH:
            for row in (row for rows in call.answer["not_found"].values() for row in rows):
                yield Act(HISTORY, f"unknown {row.get('title', '')}", True)


def _others(box: FakeSimkl) -> Iterator[Act]:
    for each in calls(box):
        status = each.status or 200
        refused = status if status >= 400 and not (_scrobbles(each) and status in SAYS_NO_BY_ITSELF) else None
        if refused or not (_scrobbles(each) or each.path == HISTORY_PATH):
            yield Act(f"{each.method} {each.path}", "", False, each.at, refused)


def judge(wanted: list[Act], said: list[Act]) -> Verdict:
    """Compare what was wanted with what was said."""
    left, came, lacks = list(wanted), defaultdict(list), defaultdict(list)
    starts, others = [], []
    for act in said:
        match = None if act.refused else next((each for each in left if act.fits(each)), None)
        if match is None:
            came[act.item].append(str(act))
            continue
        left.remove(match)
        if match.at is not None and act.at is not None:
            (starts if match.first else others).append(act.at - match.at)
    for each in left:
        lacks[each.item].append(str(each))
    return Verdict([*_in_words(came, lacks)], len(left), starts, others)


def _in_words(came: dict[str, list[str]], lacks: dict[str, list[str]]) -> Iterator[str]:
    """Yield one line for each wrong call; what came and what should have come for an item make one line."""
    for item in {**came, **lacks}:
        for there, lacking in zip_longest(came.get(item, []), lacks.get(item, [])):
            what = f"{there or lacking}, {'unwanted' if there else 'missing'}"
            yield f"{item or 'no title'}: {f'{there} in place of {lacking}' if there and lacking else what}"


class Evening:
    """One person, who watches the list; `wanted` grows with what they do."""

    def __init__(self, kodi: RealKodi, box: FakeSimkl, library: Library) -> None:
        self.wanted: list[Act] = []
        self.after_each: Callable[[], object] = lambda: None
        self._kodi, self._box, self._library = kodi, box, library
        self._player = Player(kodi, library)
        # All of them before any is opened: Kodi keeps what it has seen in a folder.
        outside = (f"{TRAILED.name}-trailer", "stream", f"{PAPER.title.replace(' ', '.')}.S02E02.720p")
        self._trailer, self._stream, self._named = (video(library.folder / "Else" / f"{n}.mkv") for n in outside)

    def play_all(self) -> None:
        """Play the list."""
        player = self._player
        self._watch(SOUGHT.title, lambda: player.watch(SOUGHT))

        self._begin(PAUSED.title, lambda: player.watch(PAUSED))
        rest(self._kodi, APART)
        self._do("pause", PAUSED.title, player.pause, "Player.OnPause")
        rest(self._kodi, APART)
        self._do("start", PAUSED.title, player.resume, "Player.OnResume")
        self._stop(PAUSED.title, 85)

        self._watch(UNFINISHED.title, lambda: player.watch(UNFINISHED), 40)

        self._begin(UNINTERRUPTED.title, lambda: player.watch(UNINTERRUPTED))
        player.play_the_end()
        self._do("stop", UNINTERRUPTED.title, player.wait_for_end, "Player.OnStop", True)
        rest(self._kodi, APART)

        self._episode_and_next()
        self._watch(name_of(KUMO.title, 1, 2), lambda: player.watch(KUMO.part(1, 2)))
        self._ignored(lambda: player.watch(CLIP))
        self._ignored(lambda: player.play_file(self._trailer))

        ids = {"script.trakt.ids": f'{{"tmdb": {PAPER.ids["tmdb"]}}}'}
        tags = {"mediatype": "episode", "showtitle": PAPER.title, "season": 1, "episode": 3}
        address = plugin_url(self._stream, tags=tags, window=ids)
        self._watch(name_of(PAPER.title, 1, 3), lambda: player.play_file(address))
        self._watch(name_of(PAPER.title, 2, 2), lambda: player.play_file(self._named))
        rest(self._kodi, AT_THE_END)

    def leave_playing(self) -> None:
        """Play something that is still playing when Kodi is told to quit."""
        self._player.watch(LEFT_AT_QUIT)

    def _watch(self, item: str, play: Callable[[], Any], percent: float = 85) -> None:
        self._begin(item, play)
        self._stop(item, percent)

    def _episode_and_next(self) -> None:
        parts = [HARBOUR.part(1, number) for number in (3, 4)]
        first, second = (name_of(HARBOUR.title, 1, part.number) for part in parts)
        self._begin(first, lambda: self._player.play_list(*map(self._library.file, parts)))
        self._player.seek(85)
        self._do("stop", first, self._player.next, "Player.OnPlay", True)
        self._came(Act("start", second, at=self._at("Player.OnAVStart"), first=True))
        self._stop(second, 85)

    def _begin(self, item: str, play: Callable[[], Any]) -> None:
        play()
        self._came(Act("start", item, at=self._at("Player.OnAVStart"), first=True))

    def _stop(self, item: str, percent: float) -> None:
        self._player.seek(percent)
        rest(self._kodi, APART / 2)
        self._do("stop", item, self._press_stop, "Player.OnStop", percent >= 80)
        rest(self._kodi, APART)

    def _press_stop(self) -> None:
        try:
            self._player.stop()
        except NotReached:  # a Kodi that is busy after a seek may lose it, and a person would press again
            self._player.stop()

    def _do(self, action: str, item: str, do: Callable[[], Any], announced: str, watched: bool = False) -> None:
        self._kodi.forget_notifications()
        do()
        self._came(Act(action, item, watched, self._at(announced)))

    def _at(self, announced: str) -> float:
        """Return when Kodi announced this: the moment from which an add-on can know of it."""
        return float(self._kodi.wait_for_notification(announced)["at"])

    def _ignored(self, play: Callable[[], Any]) -> None:
        play()
        rest(self._kodi, IGNORED_FOR)
        self._press_stop()
        rest(self._kodi, APART)

    def _came(self, wanted: Act) -> None:
        """Wait for a call, so that the next thing is done in peace; whether it came is judged at the end."""
        self.wanted.append(wanted)

        def alike(all_of_them: list[Act]) -> int:
            return sum((each.action, each.item) == (wanted.action, wanted.item) for each in all_of_them)

        with contextlib.suppress(TimeoutError):
            self._box.wait_for(lambda: alike(acts(self._box)) >= alike(self.wanted), COMES_WITHIN)
        self.after_each()
