"""Which KodiStub the fake xbmc modules talk to: the one installed last."""

from typing import Any, List

installed: List[Any] = []


def kodi() -> Any:
    """Return the installed KodiStub; an AssertionError says that a test forgot `with kodi.installed()`."""
    if not installed:
        raise AssertionError("an xbmc function was called while no KodiStub is installed")
    return installed[-1]


def is_before(version: int) -> bool:
    """Return whether the installed Kodi is older than this version; whoever looks without one sees everything."""
    return bool(installed) and installed[-1].version < version
