"""The fake server's own time: any monotonic clock, and a way to jump ahead of it."""

from __future__ import annotations

import math
from typing import Callable


class BoxClock:
    """Seconds from a source that never runs backwards, plus whatever was skipped with `advance`."""

    def __init__(self, source: Callable[[], float]) -> None:
        self._source = source
        self._skipped = 0.0

    def __call__(self) -> float:
        return self._source() + self._skipped

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once; raises ValueError for a step backwards."""
        if not math.isfinite(seconds) or seconds < 0:
            raise ValueError(f"the clock only goes forwards, not by {seconds} s")
        self._skipped += seconds

    def rewind(self) -> None:
        self._skipped = 0.0
