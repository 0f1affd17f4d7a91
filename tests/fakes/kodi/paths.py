"""special:// paths of a Kodi that lives in a temporary folder, and the pictures that are looked for there.

Sources: Kodi's wiki pages "Special protocol" and "Skinning manual", where textures are looked for.
"""

from pathlib import Path
from typing import Any, List

from tests.fakes.kodi import conditions

NOT_FILES = ("http://", "https://", "image://", "resource://")


class Paths:
    """special://profile is the given folder; home and temp lie inside it, the add-on where it really is."""

    def __init__(self, addon_folder: Path, addon_id: str, profile_folder: Path) -> None:
        home = profile_folder / "kodi-home"
        self._roots = {f"home/addons/{addon_id}": addon_folder, "profile": profile_folder, "temp": home / "temp"}
        for root in self._roots.values():
            root.mkdir(parents=True, exist_ok=True)
        self.missing: List[str] = []

    def translate(self, path: str) -> str:
        if not path.startswith("special://"):
            return path
        inside = path[len("special://") :]
        for name, root in self._roots.items():
            if f"{inside}/".startswith(f"{name}/"):
                return f"{root}{inside[len(name) :]}"
        raise AssertionError(f"the stub knows no {path}")

    def check_texture(self, texture: str, window: Any) -> None:
        """Note a picture that is neither absolute, nor special://, nor in the media folder of the window's skin.

        Kodi shows nothing for it; here it ends the run with an error.
        """
        if window is not None and "$" in texture:
            texture = conditions.label(texture, window._screen)
        if texture in ("", "-") or texture.startswith(NOT_FILES):
            return
        if "/" not in texture and texture.startswith("Default"):
            return  # every skin has Kodi's own Default*.png
        path = Path(self.translate(texture))
        if not path.is_absolute() and window is not None and window._media is not None:
            path = window._media / texture
        if not (path.is_absolute() and path.is_file()) and texture not in self.missing:
            self.missing.append(texture)
