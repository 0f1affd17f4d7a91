"""Pictures that are not there: Kodi shows nothing for them, so they are collected and end a run with an error.

Source: Kodi's wiki "Skinning manual", where textures are looked for.
"""

from pathlib import Path
from typing import Any, List

from tests.fakes.kodi import conditions

NOT_FILES = ("http://", "https://", "image://", "resource://")


class Textures:
    """Every picture an add-on shows is looked for when it is shown."""

    def __init__(self, kodi: Any) -> None:
        self._kodi = kodi
        self.missing: List[str] = []

    def check(self, texture: str, window: Any) -> None:
        """Note a picture that is neither absolute, nor special://, nor in the media folder of the window's skin."""
        if window is not None and window._screen is not None and "$" in texture:
            texture = conditions.label(texture, window._screen)
        if texture in ("", "-") or texture.startswith(NOT_FILES):
            return
        if "/" not in texture and texture.startswith("Default"):
            return  # every skin has Kodi's own Default*.png
        path = Path(self._kodi.paths.translate(texture))
        if not path.is_absolute() and window is not None and window._media is not None:
            path = window._media / texture
        if not (path.is_absolute() and path.is_file()) and texture not in self.missing:
            self.missing.append(texture)
