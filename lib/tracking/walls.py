"""How far a wall clock can be trusted. A device without a battery for it starts in 1970, and jumps once it has network.

Source: Simkl's pages `conventions/dates` and `resources/rate-limits`.
"""

from __future__ import annotations

from lib.simkl.api.history import DATE_UNKNOWN
from lib.system import timestamps

PLAUSIBLE = 1_600_000_000.0  # 2020: a clock before that was never set


def instant(at: float, now: float) -> str:
    """Return when it was watched, as Simkl takes it: never in the future, and unknown while the clock was not set."""
    if now > PLAUSIBLE:
        at = min(at, now)
    return timestamps.format_utc(at) if at > PLAUSIBLE else DATE_UNKNOWN


def until_renewed(now: float) -> float:
    """Return the seconds until the day's requests are renewed for certain: 05:00 UTC is past midnight in New York."""
    return 86400.0 - (now - 5 * 3600.0) % 86400.0
