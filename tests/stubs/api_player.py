"""xbmc.Player: what plays now and the callbacks about it; tests drive it through kodi.playback.

Source: Kodi's Python API, module xbmc, Player.
"""

import threading
from typing import Any, Dict, Optional

from tests.stubs import current
from tests.stubs.api_infotag import InfoTagVideo
from tests.stubs.clock import Clock
from tests.stubs.strictness import checked

__all__ = ["Player"]


class Playback:
    """The video that plays; its position follows the fake clock."""

    def __init__(self, kodi: Any) -> None:
        self._kodi = kodi
        self._clock: Clock = kodi.clock
        self.file: Optional[str] = None
        self.tag = InfoTagVideo()
        self.total = 0.0
        self.paused = False
        self._position = self._since = 0.0

    @property
    def position(self) -> float:
        moved = 0.0 if self.paused else self._clock.now - self._since
        return min(self.total, self._position + moved)

    def start(self, file: str, total: float, unique_ids: Optional[Dict[str, str]] = None, **facts: Any) -> None:
        """Play a video; facts are InfoTagVideo's, such as mediatype, title, season, episode, year."""
        self.file, self.total, self.paused = file, total, False
        self.tag = InfoTagVideo._filled(unique_ids or {}, file=file, **facts)
        self._move(0.0)
        self._tell("onPlayBackStarted")
        self._tell("onAVStarted")

    def pause(self) -> None:
        self._move(self.position)
        self.paused = True
        self._tell("onPlayBackPaused")

    def resume(self) -> None:
        self.paused = False
        self._move(self._position)
        self._tell("onPlayBackResumed")

    def seek(self, seconds: float) -> None:
        offset = seconds - self.position
        self._move(seconds)
        self._tell("onPlayBackSeek", round(seconds * 1000), round(offset * 1000))

    def stop(self) -> None:
        self.file = None
        self._tell("onPlayBackStopped")

    def end(self) -> None:
        self.file = None
        self._tell("onPlayBackEnded")

    def _move(self, seconds: float) -> None:
        self._position, self._since = seconds, self._clock.now

    def _tell(self, callback: str, *args: Any) -> None:
        for player in self._kodi.players:
            self._kodi.waiting.post(player._thread, lambda player=player: getattr(player, callback)(*args))


@checked
class Player:
    """Kodi's player as an add-on sees it."""

    def __new__(cls, *args: Any, **kwargs: Any) -> "Player":
        self = object.__new__(cls)
        self._thread = threading.get_ident()
        current.kodi().players.append(self)
        return self

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take anything: Kodi's own __init__ does nothing."""

    def isPlaying(self) -> bool:
        return current.kodi().playback.file is not None

    def isPlayingVideo(self) -> bool:
        return self.isPlaying()

    def isPlayingAudio(self) -> bool:
        return False

    def getPlayingFile(self) -> str:
        return str(_playing("media").file)

    def getTime(self) -> float:
        return _playing("media").position

    def getTotalTime(self) -> float:
        return _playing("media").total

    def getVideoInfoTag(self) -> InfoTagVideo:
        return _playing("video").tag

    def onPlayBackStarted(self) -> None:
        """Do nothing by default."""

    def onAVStarted(self) -> None:
        """Do nothing by default."""

    def onAVChange(self) -> None:
        """Do nothing by default."""

    def onPlayBackEnded(self) -> None:
        """Do nothing by default."""

    def onPlayBackStopped(self) -> None:
        """Do nothing by default."""

    def onPlayBackError(self) -> None:
        """Do nothing by default."""

    def onPlayBackPaused(self) -> None:
        """Do nothing by default."""

    def onPlayBackResumed(self) -> None:
        """Do nothing by default."""

    def onPlayBackSpeedChanged(self, speed: int) -> None:
        """Do nothing by default."""

    def onPlayBackSeek(self, time: int, seekOffset: int) -> None:
        """Do nothing by default."""


def _playing(what: str) -> Playback:
    playback: Playback = current.kodi().playback
    if playback.file is None:
        raise RuntimeError(f"Kodi is not playing any {what} file")
    return playback
