"""xbmc.Player: what plays now and the callbacks about it; tests drive it through kodi.playback.

Source: Kodi's Python API, module xbmc, Player.
"""

import threading
from typing import Any

from tests.fakes.kodi import current
from tests.fakes.kodi.api_infotag import InfoTagVideo
from tests.fakes.kodi.api_listitem import ListItem
from tests.fakes.kodi.playback import Playback
from tests.fakes.kodi.strictness import checked

__all__ = ["Player"]

LOGERROR = 3


@checked
class Player:
    """Kodi's player as an add-on sees it; __init__ takes anything and does nothing, as Kodi's own."""

    def __new__(cls, *args: Any, **kwargs: Any) -> "Player":
        self = object.__new__(cls)
        self._thread = threading.get_ident()
        current.kodi().players.append(self)
        return self

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def isPlaying(self) -> bool:
        return current.kodi().playback.file is not None

    def isPlayingVideo(self) -> bool:
        return self.isPlaying()

    def getPlayingFile(self) -> str:
        return str(_playing("media").file)

    def getTime(self) -> float:
        return _playing("media").position

    def getTotalTime(self) -> float:
        return _playing("media").total

    def getVideoInfoTag(self) -> InfoTagVideo:
        return _playing("video").tag

    def getPlayingItem(self) -> ListItem:
        playback = _playing("media")
        item = ListItem(playback.tag.getTitle(), path=playback.address or str(playback.file))
        for key, value in playback.own_properties.items():
            item.setProperty(key, value)
        item._tag = playback.tag
        return item

    def onPlayBackStarted(self) -> None: ...
    def onAVStarted(self) -> None: ...
    def onAVChange(self) -> None: ...
    def onPlayBackEnded(self) -> None: ...
    def onPlayBackStopped(self) -> None: ...
    def onPlayBackError(self) -> None: ...
    def onPlayBackPaused(self) -> None: ...
    def onPlayBackResumed(self) -> None: ...
    def onPlayBackSpeedChanged(self, speed: int) -> None: ...
    def onPlayBackSeek(self, time: int, seekOffset: int) -> None: ...


def _playing(what: str) -> Playback:
    playback: Playback = current.kodi().playback
    if playback.file is None:
        current.kodi().log(LOGERROR, f"EXCEPTION: Kodi is not playing any {what} file")  # as the real one does
        raise RuntimeError(f"Kodi is not playing any {what} file")
    return playback
