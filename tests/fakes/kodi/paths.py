"""special:// paths of a Kodi that lives in a temporary folder (Kodi's wiki, "Special protocol")."""

import os
from pathlib import Path


class Paths:
    """special://profile is the given folder; home and temp lie inside it, the add-on where it really is."""

    def __init__(self, addon_folder: Path, addon_id: str, profile_folder: Path) -> None:
        self._addon, self._addon_folder = f"special://home/addons/{addon_id}", addon_folder
        home = profile_folder / "kodi-home"
        self._roots = {"profile": profile_folder, "home": home, "temp": home / "temp"}
        for root in self._roots.values():
            root.mkdir(parents=True, exist_ok=True)

    def translate(self, path: str) -> str:
        if not path.startswith("special://"):
            return path
        if path == self._addon or path.startswith(self._addon + "/"):
            return str(self._addon_folder) + path[len(self._addon) :]
        root, _, rest = path[len("special://") :].partition("/")
        if root not in self._roots:
            raise AssertionError(f"the stub knows no special://{root}/")
        return os.path.join(str(self._roots[root]), rest)
