"""Reading the fields of a JSON answer: each function returns a value of one type, whatever the field holds.

An answer may leave a field out, have null in it, or something of another type, and none of that may raise anything but
a `SimklError` of the caller's. Source: Simkl's page `conventions/null-values`.
"""

from __future__ import annotations

from typing import Any

LONGEST_NUMBER = 15  # digits; what has more is no number of Simkl's, and JSON may have thousands
LONGEST_DIGITS = 7  # of a number in quotes
MOST_SECONDS = 86400.0


def read_object(value: object) -> dict[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def read_objects(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list, an empty list for anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def read_text(value: object) -> str:
    """Return a text that can be written and shown, an empty one for anything else.

    JSON can hold half of a surrogate pair, as cutting a name in the middle of an emoji leaves it; it becomes a `?`.
    """
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def is_torn(text: str) -> bool:
    """Return whether half of a surrogate pair is in it, which no address, file or screen can carry."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def read_whole(value: object) -> int | None:
    """Return a whole number of zero or more, None for anything else."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and isinstance(value, int) and 0 <= value < 10**LONGEST_NUMBER else None


def read_digits(value: object) -> int | None:
    """Return a whole number of zero or more that may come as a text, None for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_DIGITS else read_whole(value)


def read_seconds(value: object, default: float) -> float | None:
    """Return a number of seconds above zero and up to a day, the default for a missing one, None for anything else."""
    if value is None:
        return default
    if isinstance(value, str):
        value = read_digits(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(min(value, MOST_SECONDS)) if 0 < value < float("inf") else None
