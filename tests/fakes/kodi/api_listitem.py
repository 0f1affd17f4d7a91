"""xbmcgui.ListItem: an entry of a directory. Source: Kodi's Python API, module xbmcgui, ListItem."""

from typing import Dict

from tests.fakes.kodi import current
from tests.fakes.kodi.api_infotag import InfoTagVideo
from tests.fakes.kodi.strictness import checked

__all__ = ["ListItem"]


@checked
class ListItem:
    """An entry; read it back through its own getters."""

    def __init__(self, label: str = "", label2: str = "", path: str = "", offscreen: bool = False) -> None:
        self._label, self._label2, self._path = label, label2, path
        self._art: Dict[str, str] = {}
        self._properties: Dict[str, str] = {}
        self._tag = InfoTagVideo()

    def getLabel(self) -> str:
        return self._label

    def getLabel2(self) -> str:
        return self._label2

    def setArt(self, dictionary: Dict[str, str]) -> None:
        for picture in dictionary.values():
            current.kodi().check_texture(picture, None)
        self._art.update(dictionary)

    def getArt(self, key: str) -> str:
        return self._art.get(key, "")

    def setProperty(self, key: str, value: str) -> None:
        self._properties[key.lower()] = value

    def getProperty(self, key: str) -> str:
        return self._properties.get(key.lower(), "")

    def getPath(self) -> str:
        return self._path

    def getVideoInfoTag(self) -> InfoTagVideo:
        return self._tag
