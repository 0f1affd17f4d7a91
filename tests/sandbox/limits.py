"""How often Simkl may be asked: 10 GET and 1 POST a second, and a day's quota that ends at midnight in New York.

Source: Simkl's page `resources/rate-limits`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Callable

from zoneinfo import ZoneInfo

A_SECOND = 1.0
ALLOWED = {"GET": 10, "POST": 1}


class PerSecond:
    """Counts what a token or a client_id asked within the last second of the box's clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._asked: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def exceeded(self, who: str, method: str) -> bool:
        """Count one request; true if it is one too many.

        Not built: the block that, as documented, follows POST overage and grows with it; its lengths are unknown.
        """
        kind = "GET" if method in ("GET", "HEAD") else "POST"
        with self._lock:
            now, asked = self._clock(), self._asked[who, kind]
            while asked and asked[0] <= now - A_SECOND:
                asked.popleft()
            if len(asked) >= ALLOWED[kind]:
                return True
            asked.append(now)
            return False

    def reset(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._asked.clear()


def seconds_until_reset(now: datetime | None = None) -> int:
    """Return the seconds until the daily quota starts again, at midnight in America/New_York."""
    here = (now or datetime.now().astimezone()).astimezone(ZoneInfo("America/New_York"))
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, round(midnight.timestamp() - here.timestamp()))
