"""Reading values out of what a sender sent: any type may stand anywhere, and names are not always in the same case."""

from __future__ import annotations

import math
import re
from datetime import datetime, timezone
from functools import cached_property
from typing import Any, Iterator, Mapping

LONGEST_TEXT = 1000
LARGEST_NUMBER = 10**15
MAX_DURATION_SECONDS = 1e7
TICKS_PER_SECOND = 1e7  # .NET's ticks, in Jellyfin and Emby
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$")
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,9})?$")
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_GUID = re.compile(r"[0-9a-f]{32}$")


class Payload:
    """One JSON object, or the fields of a form. Names are found as they are given, else in any case."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    @cached_property
    def _folded(self) -> dict[str, str]:
        """The names as they are given, by the same in small letters."""
        return {str(name).casefold(): name for name in self._values}

    def __contains__(self, name: str) -> bool:
        return name in self._values or name.casefold() in self._folded

    def value(self, *names: str) -> Any:
        """Return the first of these that is there and not null, None if none is."""
        for name in names:
            found = self._values.get(name)
            if found is None and name not in self._values:
                found = self._values.get(self._folded.get(name.casefold(), name))
            if found is not None:
                return found
        return None

    def text(self, *names: str) -> str:
        """Return a text or a number as a text, trimmed and of sane length; empty for anything else."""
        return plain_text(self.value(*names))

    def number(self, *names: str) -> float | None:
        """Return a number, which may come as a text; None for anything else."""
        return plain_number(self.value(*names))

    def whole(self, *names: str) -> int | None:
        """Return a whole number that is not negative, such as an episode's; None for anything else."""
        found = self.number(*names)
        return int(found) if found is not None and 0 <= found <= 99999 and found == int(found) else None

    def year(self, *names: str) -> int:
        """Return a year, 0 for what cannot be one."""
        found = self.whole(*names) or 0
        return found if 1870 <= found <= 2200 else 0

    def truth(self, *names: str) -> bool | None:
        """Return true or false, which may come as a text in any case; None for anything else."""
        found = self.value(*names)
        if isinstance(found, bool):
            return found
        word = plain_text(found).lower()
        return True if word in _TRUE else False if word in _FALSE else None

    def seconds(self, *names: str, per_second: float) -> float | None:
        """Return a duration in seconds of what counts so many units a second; None for what cannot be one."""
        found = self.number(*names)
        if found is None or found < 0 or found / per_second > MAX_DURATION_SECONDS:
            return None
        return found / per_second

    def inner(self, *names: str) -> Payload:
        """Return the object with one of these names, an empty one if there is none."""
        for name in names:
            found = self.value(name)
            if isinstance(found, dict):
                return Payload(found)
        return Payload({})

    def rows(self, name: str) -> Iterator[Payload]:
        """Yield the objects of an array."""
        found = self.value(name)
        for row in found if isinstance(found, list) else []:
            if isinstance(row, dict):
                yield Payload(row)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of an array, or of one text with commas."""
        found = self.value(name)
        parts = found if isinstance(found, list) else plain_text(found).split(",")
        return tuple(text for text in (plain_text(part) for part in parts) if text)[:50]

    def items(self) -> Iterator[tuple[str, Any]]:
        """Yield names and values as they came."""
        for name, value in self._values.items():
            yield str(name), value


def plain_text(value: Any) -> str:
    """Return a text or a number as a text that can be stored; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER * 1000:
        return ""
    return _LONE_SURROGATE.sub("\ufffd", str(value)).replace("\0", "").strip()[:LONGEST_TEXT]


def plain_number(value: Any) -> float | None:
    """Return a number, which may come as a text; None for anything else."""
    if isinstance(value, str) and _NUMBER.match(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:  # false for NaN too
        return None
    return float(value) if math.isfinite(value) else None


def provider_ids(values: Mapping[str, Any]) -> dict[str, str]:
    """Return ids by their sender's names in small letters, without those that say that there is none."""
    found = {str(name).lower(): plain_text(value) for name, value in values.items()}
    return {name: text for name, text in found.items() if text and text.lower() not in ("0", "none", "null", "n/a")}


def guid(text: str) -> str:
    """Return a GUID without dashes in small letters; what is no GUID comes back as it is."""
    bare = text.strip("{} ").replace("-", "").lower()
    return bare if _GUID.match(bare) else text


def moment(text: str) -> float | None:
    """Return seconds since 1970 of a date in ISO 8601 with a time zone; None for anything else."""
    found = _DATE.match(text)
    if found is None or not found.group(4):
        return None
    zone = found.group(4).replace("Z", "+0000").replace(":", "")
    try:
        at = datetime.strptime(f"{found.group(1)}T{found.group(2)}{zone}", "%Y-%m-%dT%H:%M:%S%z")
        return at.astimezone(timezone.utc).timestamp()
    except (ValueError, OverflowError):
        return None
