"""Which play stands in the way of the others: one of a batch that Simkl refuses, or one that it fails on each time.

Of a batch that is refused, or that has failed three times, halves are sent until the one is found. One that has failed
by itself for two and a half minutes lets the others go first for an hour, then for two, up to a day while it goes on
failing: it may be that play which breaks something at Simkl; or all of Simkl is down, in which case it costs nothing.
Times are of a monotonic clock.
"""

from __future__ import annotations

from typing import Sequence

from lib.system.clock import Clock
from lib.tracking.play import Play

BISECT_AFTER = 3
DEFER_AFTER = 150.0
DEFER_SECONDS = 3600.0
MAX_DEFER_SECONDS = 86400.0


class PoisonGuard:
    """What is known of the head of one line."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._suspects = 0  # at the head of the line, of which one stands in the way
        self._key = ""
        self._since = 0.0
        self._failures = 0
        self._deferred_until: dict[str, float] = {}
        self._defer_spans: dict[str, float] = {}

    @property
    def deferred_keys(self) -> list[str]:
        """The keys of what lets the others go first."""
        now = self._clock.monotonic()
        return [key for key, until in self._deferred_until.items() if until > now]

    def batch_limit(self, head: Play, batch: int) -> int:
        """Return how many may be sent together, `batch` at most."""
        if head.key in self._deferred_until:
            return 1
        return max(1, self._suspects // 2) if self._suspects else batch

    def succeeded(self, plays: Sequence[Play]) -> None:
        """Simkl has answered these as it should."""
        self._suspects = max(0, self._suspects - len(plays))
        self._key = ""
        for play in plays:
            self._deferred_until.pop(play.key, None)
            self._defer_spans.pop(play.key, None)

    def refused(self, plays: Sequence[Play]) -> bool:
        """Simkl has refused these; return whether it is certain which one it means."""
        self._suspects = len(plays) if len(plays) > 1 else 0
        return not self._suspects

    def failed(self, plays: Sequence[Play]) -> None:
        """Simkl has failed on these, without a word about them."""
        key = plays[0].key
        if key in self._deferred_until:
            self._defer(key)
            return
        if key != self._key:
            self._key, self._since, self._failures = key, self._clock.monotonic(), 0
        self._failures += 1
        if len(plays) > 1:
            if self._suspects or self._failures >= BISECT_AFTER:
                self._suspects = len(plays)
        elif self._clock.monotonic() - self._since >= DEFER_AFTER:
            self._defer(key)
            self._suspects = 2  # whoever is next is asked alone as well

    def _defer(self, key: str) -> None:
        self._defer_spans[key] = min(MAX_DEFER_SECONDS, 2 * self._defer_spans.get(key, DEFER_SECONDS / 2))
        self._deferred_until[key] = self._clock.monotonic() + self._defer_spans[key]
