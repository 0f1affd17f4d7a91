"""Module xbmcaddon: the add-on's facts, strings and settings, read from its real files.

Source: Kodi's Python API, module xbmcaddon, Addon and Settings (Kodi 20).
"""

from typing import Any, List, Optional

from tests.fakes.kodi import current
from tests.fakes.kodi.api_dialogs import Shown
from tests.fakes.kodi.strictness import checked

__all__ = ["Addon", "Settings"]


@checked
class Addon:
    """The add-on under test; no other is installed."""

    def __init__(self, id: Optional[str] = None) -> None:
        if id not in (None, current.kodi().addon.id):
            raise RuntimeError(f"Unknown addon id '{id}'.")

    def getLocalizedString(self, id: int) -> str:
        return str(current.kodi().strings.get(id))

    def getSettings(self) -> "Settings":
        return Settings()

    def getSetting(self, id: str) -> str:
        return str(current.kodi().settings.text(id))

    def getSettingBool(self, id: str) -> bool:
        return bool(_get(id, "boolean"))

    def getSettingInt(self, id: str) -> int:
        return int(_get(id, "integer"))

    def getSettingNumber(self, id: str) -> float:
        return float(_get(id, "number"))

    def getSettingString(self, id: str) -> str:
        return str(_get(id, "string"))

    def setSetting(self, id: str, value: str) -> None:
        settings = current.kodi().settings
        _set(id, settings.kind(id), settings.parse(id, value))

    def setSettingBool(self, id: str, value: bool) -> bool:
        return _set(id, "boolean", value)

    def setSettingInt(self, id: str, value: int) -> bool:
        return _set(id, "integer", value)

    def setSettingNumber(self, id: str, value: float) -> bool:
        return _set(id, "number", value)

    def setSettingString(self, id: str, value: str) -> bool:
        return _set(id, "string", value)

    def openSettings(self) -> None:
        kodi = current.kodi()
        kodi.may_interrupt("the settings dialog")
        kodi.dialogs.append(Shown("settings", kodi.addon.id, ""))

    def getAddonInfo(self, id: str) -> str:
        return str(current.kodi().addon_info(id))


@checked
class Settings:
    """All settings at once; a wrong type is a TypeError."""

    def getBool(self, id: str) -> bool:
        return bool(_get(id, "boolean"))

    def getInt(self, id: str) -> int:
        return int(_get(id, "integer"))

    def getNumber(self, id: str) -> float:
        return float(_get(id, "number"))

    def getString(self, id: str) -> str:
        return str(_get(id, "string"))

    def getStringList(self, id: str) -> List[str]:
        return list(_get(id, "list[string]"))

    def setBool(self, id: str, value: bool) -> None:
        _set(id, "boolean", value)

    def setInt(self, id: str, value: int) -> None:
        _set(id, "integer", value)

    def setNumber(self, id: str, value: float) -> None:
        _set(id, "number", value)

    def setString(self, id: str, value: str) -> None:
        _set(id, "string", value)

    def setStringList(self, id: str, values: List[str]) -> None:
        _set(id, "list[string]", list(values))


def _get(name: str, kind: str) -> Any:
    return current.kodi().settings.get(name, kind)


def _set(name: str, kind: str, value: Any) -> bool:
    current.kodi().settings.set(name, kind, value)
    current.kodi().tell_monitors("onSettingsChanged")
    return True
