"""Which names Kodi's Python modules have in which version: what came after the oldest, and what went.

`python -m tests.real_kodi.python_api` reads the table from real Kodis, and `make kodi` holds it to them. A version that
is newer than all in it counts as the newest.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Dict, List

TABLE = Path(__file__).with_name("api_versions.json")


@lru_cache(maxsize=None)
def table() -> Dict[int, Dict[str, List[str]]]:
    """Return by version the dotted names that `came` with it and those that `went`."""
    return {int(version): changes for version, changes in json.loads(TABLE.read_text()).items()}


def came_with(member: str) -> int:
    """Return the version that brought a member such as `Player.getPlayingItem`, 0 for what was always there."""
    return _came().get(member, 0)


@lru_cache(maxsize=None)
def _came() -> Dict[str, int]:
    return {name.partition(".")[2]: version for version, changes in table().items() for name in changes["came"]}


@lru_cache(maxsize=None)
def has(version: int, name: str) -> bool:
    """Return whether a version has a name such as `xbmc.Player`, as far as the table tells."""
    missing = any(name in changes["came"] for newer, changes in table().items() if newer > version)
    gone = any(name in changes["went"] for since, changes in table().items() if since <= version)
    return not missing and not gone
