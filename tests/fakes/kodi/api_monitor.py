"""xbmc.Monitor: the only place to wait, and where Kodi tells an add-on what happened.

Source: Kodi's Python API, module xbmc, Monitor; Kodi's Monitor.cpp for zero meaning for ever.
"""

import threading
from typing import Any

from tests.fakes.kodi import current
from tests.fakes.kodi.strictness import checked

__all__ = ["Monitor"]


@checked
class Monitor:
    """Counted in kodi.monitors; a subclass need not call __init__, which does nothing, as in Kodi."""

    def __new__(cls, *args: Any, **kwargs: Any) -> "Monitor":
        self = object.__new__(cls)
        self._thread = threading.get_ident()
        current.kodi().monitors.append(self)
        return self

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def onSettingsChanged(self) -> None: ...
    def onNotification(self, sender: str, method: str, data: str) -> None: ...

    def waitForAbort(self, timeout: float = -1) -> bool:
        return bool(current.kodi().waiting.wait(timeout))

    def abortRequested(self) -> bool:
        return bool(current.kodi().aborted)
