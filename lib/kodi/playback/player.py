"""Kodi's player, heard: every callback hands over one small value and returns at once.

Kodi calls back on the thread that waits in its monitor, up to a tenth of a second late, and may by then already play
the next item. So a position is taken only while the file is still the one that began. Position and ids are gone once it
has stopped. There is no callback for "next" or for another file opened over this one: `opened` tells that the one
before is over.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Callable, Mapping, Union

import xbmc

from lib.system.clock import Clock
from lib.tracking.events import PlayerEvent, PlayerEventKind

LATE_TAG_SECONDS = 60.0
OTHER_ID_NAMES = ("imdb_id", "imdbnumber", "tmdb_id", "tvdb_id", "unknown")
PLAYER_ID_NAMES = ("imdb", "tmdb", "tvdb", "mal", "anidb", "anilist", "kitsu", "simkl")


@dataclass(frozen=True)
class Snapshot:
    """What plays, as Kodi knows it at the start: the file, the address it was asked by, its tag. Times in seconds."""

    at: float
    file: str
    address: str = ""
    media: str = ""
    library_id: int = 0
    title: str = ""
    show_title: str = ""
    season: int = -1
    episode: int = -1
    year: int = 0
    ids: Mapping[str, str] = field(default_factory=dict)
    show_ids: Mapping[str, str] = field(default_factory=dict)
    position: float = 0.0
    total: float = 0.0

    @property
    def about(self) -> tuple[object, ...]:
        """What the tag says, without where the player is."""
        numbers = (self.media, self.library_id, self.title, self.show_title, self.season, self.episode, self.year)
        return (*numbers, sorted(self.ids.items()), sorted(self.show_ids.items()))

    @property
    def ref(self) -> str:
        """The library's name for it, such as `episode/12`; empty outside the library."""
        return f"{self.media}/{self.library_id}" if self.library_id else ""


PlayerMessage = Union[Snapshot, PlayerEvent]


class PlayerMonitor(xbmc.Player):
    """Hands over what happens with `on_event`, and `on_opening` when something is being opened; both return at once."""

    def __init__(self, on_event: Callable[[PlayerMessage], None], clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._on_event = on_event
        self.on_opening: Callable[[], None] | None = None
        self._file = ""
        self._last: Snapshot | None = None

    def onPlayBackStarted(self) -> None:
        """Something new is being opened: what played before is over. What it is, Kodi knows a little later."""
        self._report(PlayerEventKind.STOPPED)
        if self.on_opening is not None:
            self.on_opening()
        self._file = ""

    def onAVStarted(self) -> None:
        """Look at what plays, now that its length is known."""
        self.snapshot_now()

    def snapshot_now(self) -> None:
        """Look at what plays, if a video does; also for whoever begins to listen in the middle of one."""
        with contextlib.suppress(RuntimeError):  # it has ended before we came to look
            if self.isPlayingVideo():
                self._file = self.getPlayingFile()
                self._last = self._snapshot()
                self._on_event(self._last)

    def look_again(self) -> bool:
        """Look whether the tag was filled in since the start, as some add-ons do; return whether it still may be."""
        last = self._last
        with contextlib.suppress(RuntimeError):  # it has ended
            if last is None or last.file != self._file or self.getPlayingFile() != self._file:
                return False
            now = self._snapshot()
            if now.about != last.about:
                self._last = now
                self._on_event(now)
                return False
            return now.at - last.at < LATE_TAG_SECONDS
        return False

    def onPlayBackPaused(self) -> None:
        """Pause; the position can still be trusted."""
        self._report(PlayerEventKind.PAUSED, self.position())

    def onPlayBackResumed(self) -> None:
        """Play again. Kodi also calls this for what a new file replaces, so there is no position to trust."""
        self._report(PlayerEventKind.RESUMED)

    def onPlayBackSeek(self, time: int, seekOffset: int) -> None:
        """Jump; `time` are milliseconds, and the player itself still tells where it was before."""
        self._report(PlayerEventKind.SEEKED, time / 1000)

    def onPlayBackStopped(self) -> None:
        """Stop: somebody wanted it to."""
        self._playback_over(PlayerEventKind.STOPPED)

    def onPlayBackEnded(self) -> None:
        """Stop: it came to its end."""
        self._playback_over(PlayerEventKind.ENDED)

    def onPlayBackError(self) -> None:
        """Stop: it broke off."""
        self._playback_over(PlayerEventKind.STOPPED)

    def position(self) -> float | None:
        """Return the position in seconds; None if what began does not play any more, or is being opened anew."""
        with contextlib.suppress(RuntimeError):
            if self._plays_on() and self.getTotalTime() > 0:
                return max(0.0, self.getTime())
        return None

    def total_time(self) -> float | None:
        """Return the length in seconds; None while nobody knows, or if what began does not play any more."""
        with contextlib.suppress(RuntimeError):
            if self._plays_on():
                return self.getTotalTime() or None
        return None

    def _plays_on(self) -> bool:
        """Return whether what began still plays. Kodi writes an error into its log where one asks what does not."""
        return bool(self._file) and self.isPlaying() and self.getPlayingFile() == self._file

    def _playback_over(self, what: PlayerEventKind) -> None:
        self._report(what)
        self._file = ""

    def _report(self, what: PlayerEventKind, position: float | None = None) -> None:
        self._on_event(PlayerEvent(what, self._clock.monotonic(), position))

    def _snapshot(self) -> Snapshot:
        tag = self.getVideoInfoTag()
        ids = {name: _unique_id(name) for name in (*PLAYER_ID_NAMES, *OTHER_ID_NAMES)}
        if not ids["imdb"]:
            ids["default"] = tag.getIMDBNumber()  # whatever its default id is: only one of IMDb's can be told
        show_ids = {name: _unique_id(f"tvshow.{name}") for name in PLAYER_ID_NAMES}  # as add-ons of TMDb write them
        return Snapshot(
            at=self._clock.monotonic(),
            file=self._file,
            address=xbmc.getInfoLabel("Player.Filenameandpath"),
            media=tag.getMediaType(),
            library_id=max(0, tag.getDbId()),
            title=tag.getTitle(),
            show_title=tag.getTVShowTitle(),
            season=tag.getSeason(),
            episode=tag.getEpisode(),
            year=tag.getYear(),
            ids={name: value for name, value in ids.items() if value},
            show_ids={name: value for name, value in show_ids.items() if value},
            position=max(0.0, self.getTime()),
            total=self.getTotalTime(),
        )


def _unique_id(name: str) -> str:
    """Return an id of what plays, an empty text if it has none; in Kodi 19 the tag has no `getUniqueID`."""
    return xbmc.getInfoLabel(f"VideoPlayer.UniqueID({name})")
