"""The list that is played to every tracker: ten situations of an evening, each with the calls it is worth.

A call is wanted for what a person does: play (once it has run for 3 s), pause, play on, stop. Clips below three minutes
and trailers are worth none.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Callable

from tests.bench.peer_calls import Wanted, acts, name_of
from tests.bench.peer_cost import rest
from tests.bench.peer_events import Announcements
from tests.fakes.simkl import FakeSimkl
from tests.real_kodi.library import Library, video
from tests.real_kodi.library_items import FILMS, SHOWS, Film, Show
from tests.real_kodi.playing import Playing, plugin_url
from tests.real_kodi.real_kodi import RealKodi
from tests.real_kodi.waiting import NotReached

HARBOUR, PAPER, KUMO = SHOWS
SOUGHT, PAUSED, UNFINISHED, UNINTERRUPTED = FILMS[:4]
CLIP, TRAILED, LEFT_AT_QUIT = FILMS[8], FILMS[6], FILMS[7]
COMES_WITHIN = 6.0  # seconds; a call that has not come by then is still counted when it comes later
APART = 1.3  # seconds between two things that a person does, since Simkl wants writes a second apart
IGNORED_FOR = 4.0  # seconds that something plays which is worth no call
AT_THE_END = 2.0


class Evening:
    """One person, who watches the list; `wanted` grows with what they do."""

    def __init__(self, kodi: RealKodi, box: FakeSimkl, library: Library) -> None:
        self.wanted: list[Wanted] = []
        self.after_each: Callable[[], object] = lambda: None
        self._kodi, self._box, self._library = kodi, box, library
        self._player = Playing(kodi)
        # All of them before any is opened: Kodi keeps what it has seen in a folder.
        self._trailer, self._stream, self._outside = map(
            self._elsewhere,
            (f"{TRAILED.name}-trailer", "stream", f"{PAPER.title.replace(' ', '.')}.S02E02.720p"),
        )

    def play_all(self) -> None:
        """Play the list."""
        player = self._player
        self._announced = Announcements(self._kodi.ports.notifications)
        with contextlib.closing(self._announced):
            self._watch(SOUGHT)
            self._stop(SOUGHT.title, 85)

            self._watch(PAUSED)
            rest(self._kodi, APART)
            self._do("pause", PAUSED.title, player.pause, "Player.OnPause")
            rest(self._kodi, APART)
            self._do("start", PAUSED.title, player.resume, "Player.OnResume")
            self._stop(PAUSED.title, 85)

            self._watch(UNFINISHED)
            self._stop(UNFINISHED.title, 40)

            self._watch(UNINTERRUPTED)
            player.seek_before_end(2)
            self._do("stop", UNINTERRUPTED.title, player.wait_for_end, "Player.OnStop", True)
            rest(self._kodi, APART)

            self._episode_and_next()
            self._part(KUMO, 1, 2, lambda: player.play_episode(self._episode_id(KUMO, 1, 2)))
            self._ignored(lambda: player.play_film(self._film_id(CLIP)))
            self._ignored(lambda: player.play_file(self._trailer))

            ids = {"script.trakt.ids": f'{{"tmdb": {PAPER.ids["tmdb"]}}}'}
            tags = {"mediatype": "episode", "showtitle": PAPER.title, "season": 1, "episode": 3}
            address = plugin_url(self._stream, tags=tags, window=ids)
            self._part(PAPER, 1, 3, lambda: player.play_url(address))
            self._part(PAPER, 2, 2, lambda: player.play_file(self._outside))
            rest(self._kodi, AT_THE_END)

    def leave_playing(self) -> None:
        """Play something that is still playing when Kodi is told to quit."""
        self._player.play_film(self._film_id(LEFT_AT_QUIT))

    # What a person does

    def _watch(self, film: Film) -> None:
        self._begin(film.title, lambda: self._player.play_film(self._film_id(film)))

    def _part(self, show: Show, season: int, number: int, play: Callable[[], Any]) -> None:
        item = name_of(show.title, season, number)
        self._begin(item, play)
        self._stop(item, 85)

    def _episode_and_next(self) -> None:
        first, second = (name_of(HARBOUR.title, 1, number) for number in (3, 4))
        files = [self._library.episode(HARBOUR, 1, number) for number in (3, 4)]
        self._begin(first, lambda: self._player.play_list(*files))
        self._player.seek(85)
        self._announced.clear()
        self._player.next()
        self._came(Wanted("stop", first, True, self._announced.at("Player.OnPlay")))
        self._came(Wanted("start", second, at=self._announced.at("Player.OnAVStart"), first=True))
        self._stop(second, 85)

    def _begin(self, item: str, play: Callable[[], Any]) -> None:
        self._announced.clear()
        play()
        self._came(Wanted("start", item, at=self._announced.at("Player.OnAVStart"), first=True))

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
        self._announced.clear()
        do()
        self._came(Wanted(action, item, watched, self._announced.at(announced)))

    def _ignored(self, play: Callable[[], Any]) -> None:
        play()
        rest(self._kodi, IGNORED_FOR)
        self._press_stop()
        rest(self._kodi, APART)

    # Waiting

    def _came(self, wanted: Wanted) -> None:
        """Wait for a call, so that the next thing is done in peace; whether it came is judged at the end."""
        self.wanted.append(wanted)
        alike = sum((each.action, each.item) == (wanted.action, wanted.item) for each in self.wanted)

        def there() -> bool:
            return sum((act.action, act.item) == (wanted.action, wanted.item) for act in acts(self._box)) >= alike

        with contextlib.suppress(TimeoutError):
            self._box.wait_for(there, COMES_WITHIN)
        self.after_each()

    # What there is

    def _film_id(self, film: Film) -> int:
        return self._library.film_id(self._kodi, film)

    def _episode_id(self, show: Show, season: int, number: int) -> int:
        return self._library.episode_id(self._kodi, show, season, number)

    def _elsewhere(self, name: str) -> Path:
        """Return a video that is in no library."""
        return video(self._library.folder / "Elsewhere" / f"{name}.mkv")
