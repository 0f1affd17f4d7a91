"""When Kodi announced something: the moment from which an add-on can know of it."""

from __future__ import annotations

import time
from typing import Any

from tests.real_kodi.rpc import Notifications
from tests.real_kodi.waiting import NotReached

COMES_WITHIN = 10.0


class Announcements(Notifications):
    """What one Kodi announces from now on, each with the time of its arrival; to be closed."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.received = _Stamped()

    def at(self, method: str) -> float:
        """Return when the first of this method since `clear` came, monotonic; NotReached if none comes."""
        found = self.wait_for(method, None, COMES_WITHIN)
        if found is None:
            raise NotReached(f"no {method} within {COMES_WITHIN:g} s")
        return float(found["at"])


class _Stamped(list):
    def append(self, notification: Any) -> None:
        super().append({**notification, "at": time.monotonic()})
