"""Module xbmcvfs on a temporary folder: special:// paths. Source: Kodi's Python API, module xbmcvfs."""

from tests.fakes.kodi import current
from tests.fakes.kodi.strictness import checked

__all__ = ["translatePath"]


@checked
def translatePath(path: str) -> str:
    return str(current.kodi().paths.translate(path))
