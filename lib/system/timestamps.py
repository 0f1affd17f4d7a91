"""Instants as the settings file writes them: ISO 8601 in UTC, to the second."""

from __future__ import annotations

import calendar
import time

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def format_utc(seconds: float) -> str:
    """Write seconds since 1970."""
    return time.strftime(_FORMAT, time.gmtime(seconds))


def parse_utc(text: str) -> float | None:
    """Return seconds since 1970, None for anything that is not written like this."""
    try:
        return float(calendar.timegm(time.strptime(text, _FORMAT)))
    except ValueError:
        return None
