"""The fake server's time, and how often Simkl may be asked in it.

10 GET and 1 POST a second, and a day's quota that ends at midnight in New York. Source: Simkl's page
`resources/rate-limits`.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Callable

from zoneinfo import ZoneInfo

A_SECOND = 1.0
ALLOWED = {"GET": 10, "POST": 1}
A_DAY = 500  # V2, of one user with all their apps; more for those who pay
NEW_YORK = ZoneInfo("America/New_York")


class BoxClock:
    """Seconds from a source that never runs backwards, plus whatever was skipped."""

    def __init__(self, source: Callable[[], float]) -> None:
        self._source = source
        self.skipped = 0.0

    def __call__(self) -> float:
        return self._source() + self.skipped


class PerSecond:
    """Counts what a token or a client_id asked within the last second of the fake server's clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
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


class PerDay:
    """Counts what a user (V2) or an app (V1) asked on the present day in New York.

    The calendar follows the fake server's clock from `start` on (None: from now), so that a day can pass at once.
    """

    def __init__(self, clock: Callable[[], float], start: datetime | None = None) -> None:
        self._clock = clock
        self._start = (start or datetime.now()).timestamp() - clock()
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        self._asked: Counter = Counter()

    @property
    def now(self) -> datetime:
        """The time in New York as the fake server sees it."""
        return datetime.fromtimestamp(self._start + self._clock(), NEW_YORK)

    def spend(self, who: str, limit: float) -> float | None:
        """Count one request and return how many are left today, None (and do not count it) if there were none."""
        with self._lock:
            key = (self.now.date(), who)
            if self._asked[key] >= limit:
                return None
            self._asked[key] += 1
            return limit - self._asked[key]

    def seconds_until_reset(self) -> int:
        midnight = (self.now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(1, round(midnight.timestamp() - self.now.timestamp()))
