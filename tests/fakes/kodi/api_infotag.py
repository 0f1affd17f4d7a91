"""xbmc.InfoTagVideo: what Kodi knows about a film or an episode. Source: Kodi's Python API, module xbmc."""

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

    def getTVShowTitle(self) -> str:
        return str(self._facts.get("tvshowtitle", ""))

    def getSeason(self) -> int:
        return int(self._facts.get("season", -1))

    def getEpisode(self) -> int:
        return int(self._facts.get("episode", -1))

    def getYear(self) -> int:
        return int(self._facts.get("year", 0))

    def getIMDBNumber(self) -> str:
        return str(self._facts.get("imdbnumber", self._unique_ids.get("imdb", "")))

    def getUniqueID(self, key: str) -> str:
        return self._unique_ids.get(key, "")

    def getPath(self) -> str:
        return str(self._facts.get("file", "")).rpartition("/")[0] + "/"
