"""xbmc.InfoTagVideo: what Kodi knows about a film or an episode. Source: Kodi's Python API, module xbmc."""

from typing import Any, Callable, Dict

from tests.fakes.kodi.strictness import checked

__all__ = ["InfoTagVideo"]


def _fact(name: str, unknown: Any) -> Callable[["InfoTagVideo"], Any]:
    """Make a getter of what a test filled in."""
    return lambda self: self._facts.get(name, unknown)


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

    getDbId = _fact("dbid", -1)
    getMediaType = _fact("mediatype", "")
    getTitle = _fact("title", "")
    getTVShowTitle = _fact("tvshowtitle", "")
    getSeason = _fact("season", -1)
    getEpisode = _fact("episode", -1)
    getYear = _fact("year", 0)

    def getIMDBNumber(self) -> str:
        return str(self._facts.get("imdbnumber", self._unique_ids.get("imdb", "")))

    def getUniqueID(self, key: str) -> str:
        return self._unique_ids.get(key, "")

    def getPath(self) -> str:
        return str(self._facts.get("file", "")).rpartition("/")[0] + "/"
