"""Which KodiStub the fake xbmc modules talk to: the one installed last."""

from typing import Any, List

_installed: List[Any] = []


def kodi() -> Any:
    """Return the installed KodiStub; an AssertionError says that a test forgot `with kodi.installed()`."""
    if not _installed:
        raise AssertionError("an xbmc function was called while no KodiStub is installed")
    return _installed[-1]


def is_before(version: int) -> bool:
    """Return whether the installed Kodi is older than this version; whoever looks without one sees everything."""
    return bool(_installed) and _installed[-1].version < version


def push(strict_kodi: Any) -> None:
    _installed.append(strict_kodi)


def pop() -> None:
    _installed.pop()
