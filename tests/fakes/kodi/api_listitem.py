"""xbmcgui.ListItem: an entry of a directory. Source: Kodi's Python API, module xbmcgui, ListItem."""

from typing import Any, Dict, List, Tuple

from tests.fakes.kodi import current
from tests.fakes.kodi.api_infotag import InfoTagVideo
from tests.fakes.kodi.strictness import checked

__all__ = ["ListItem"]

_INFO_TYPES = ("video", "music", "pictures", "game")


@checked
class ListItem:
    """An entry; read it back through its own getters."""

    def __init__(self, label: str = "", label2: str = "", path: str = "", offscreen: bool = False) -> None:
        self._label, self._label2, self._path = label, label2, path
        self._art: Dict[str, str] = {}
        self._properties: Dict[str, str] = {}
        self._info: Dict[str, Any] = {}
        self._menu: List[Tuple[str, str]] = []
        self._folder = self._selected = False
        self._tag = InfoTagVideo()

    def getLabel(self) -> str:
        return self._label

    def getLabel2(self) -> str:
        return self._label2

    def setLabel(self, label: str) -> None:
        self._label = label

    def setLabel2(self, label: str) -> None:
        self._label2 = label

    def setArt(self, dictionary: Dict[str, str]) -> None:
        for picture in dictionary.values():
            current.kodi().check_texture(picture, None)
        self._art.update(dictionary)

    def getArt(self, key: str) -> str:
        return self._art.get(key, "")

    def setIsFolder(self, isFolder: bool) -> None:
        self._folder = isFolder

    def isFolder(self) -> bool:
        return self._folder

    def setInfo(self, type: str, infoLabels: Dict[str, Any]) -> None:
        if type not in _INFO_TYPES:
            raise AssertionError(f"setInfo knows {_INFO_TYPES}, not {type!r}")
        self._info.update(infoLabels)

    def setProperty(self, key: str, value: str) -> None:
        self._properties[key.lower()] = value

    def setProperties(self, dictionary: Dict[str, str]) -> None:
        for key, value in dictionary.items():
            self.setProperty(key, value)

    def getProperty(self, key: str) -> str:
        return self._properties.get(key.lower(), "")

    def setPath(self, path: str) -> None:
        self._path = path

    def getPath(self) -> str:
        return self._path

    def setMimeType(self, mimetype: str) -> None:
        """Nothing to see."""

    def setContentLookup(self, enable: bool) -> None:
        """Nothing to see."""

    def addContextMenuItems(self, items: List[Tuple[str, str]], replaceItems: bool = False) -> None:
        self._menu.extend(items)

    def select(self, selected: bool) -> None:
        self._selected = selected

    def isSelected(self) -> bool:
        return self._selected

    def getVideoInfoTag(self) -> InfoTagVideo:
        return self._tag
