"""xbmc.InfoTagVideo: what Kodi knows about a film or an episode; the setters came with Kodi 20.

Source: Kodi's Python API, module xbmc, InfoTagVideo.
"""

from typing import Any, Dict

from tests.fakes.kodi.strictness import checked

__all__ = ["InfoTagVideo"]


@checked
class InfoTagVideo:
    """A test fills one with _filled(title=..., season=...)."""

    def __init__(self, offscreen: bool = False) -> None:
        self._facts: Dict[str, Any] = {}
        self._unique_ids: Dict[str, str] = {}

    @classmethod
    def _filled(cls, unique_ids: Dict[str, str], **facts: Any) -> "InfoTagVideo":
        tag = cls()
        tag._facts.update(facts)
        tag._unique_ids.update(unique_ids)
        return tag

    def getDbId(self) -> int:
        return int(self._facts.get("dbid", -1))

    def getMediaType(self) -> str:
        return str(self._facts.get("mediatype", ""))

    def getTitle(self) -> str:
        return str(self._facts.get("title", ""))

    def getOriginalTitle(self) -> str:
        return str(self._facts.get("originaltitle", ""))

    def getTVShowTitle(self) -> str:
        return str(self._facts.get("tvshowtitle", ""))

    def getPlot(self) -> str:
        return str(self._facts.get("plot", ""))

    def getSeason(self) -> int:
        return int(self._facts.get("season", -1))

    def getEpisode(self) -> int:
        return int(self._facts.get("episode", -1))

    def getYear(self) -> int:
        return int(self._facts.get("year", 0))

    def getDuration(self) -> int:
        return int(self._facts.get("duration", 0))

    def getPlayCount(self) -> int:
        return int(self._facts.get("playcount", 0))

    def getIMDBNumber(self) -> str:
        return str(self._facts.get("imdbnumber", self._unique_ids.get("imdb", "")))

    def getUniqueID(self, key: str) -> str:
        return self._unique_ids.get(key, "")

    def getFile(self) -> str:
        return self.getFilenameAndPath().rpartition("/")[2]

    def getPath(self) -> str:
        return self.getFilenameAndPath().rpartition("/")[0] + "/"

    def getFilenameAndPath(self) -> str:
        return str(self._facts.get("file", ""))

    def setDbId(self, dbid: int) -> None:
        self._facts["dbid"] = dbid

    def setMediaType(self, mediatype: str) -> None:
        self._facts["mediatype"] = mediatype

    def setTitle(self, title: str) -> None:
        self._facts["title"] = title

    def setPlot(self, plot: str) -> None:
        self._facts["plot"] = plot

    def setTvShowTitle(self, tvshowtitle: str) -> None:
        self._facts["tvshowtitle"] = tvshowtitle

    def setSeason(self, season: int) -> None:
        self._facts["season"] = season

    def setEpisode(self, episode: int) -> None:
        self._facts["episode"] = episode

    def setYear(self, year: int) -> None:
        self._facts["year"] = year

    def setDuration(self, duration: int) -> None:
        self._facts["duration"] = duration

    def setUniqueIDs(self, uniqueIDs: Dict[str, str], defaultuniqueid: str = "") -> None:
        self._unique_ids.update(uniqueIDs)
