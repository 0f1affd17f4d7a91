"""Module xbmcaddon: the add-on's facts, strings and settings, read from its real files.

Source: Kodi's Python API, module xbmcaddon, Addon.
"""

from typing import Optional

from tests.fakes.kodi import current
from tests.fakes.kodi.strictness import checked

__all__ = ["Addon"]


@checked
class Addon:
    """The add-on under test; no other is installed."""

    def __init__(self, id: Optional[str] = None) -> None:
        if id not in (None, current.kodi().addon.id):
            raise RuntimeError(f"Unknown addon id '{id}'.")

    def getLocalizedString(self, id: int) -> str:
        return str(current.kodi().strings.get(id))

    def getSetting(self, id: str) -> str:
        return str(current.kodi().settings.text(id))

    def getSettingBool(self, id: str) -> bool:
        return bool(current.kodi().settings.get(id, "boolean"))

    def getSettingInt(self, id: str) -> int:
        return int(current.kodi().settings.get(id, "integer"))

    def getAddonInfo(self, id: str) -> str:
        return str(current.kodi().addon_info(id))
