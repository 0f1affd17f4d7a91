"""Secrets that do not show: a value that hides in its own `repr`, and a logging filter for what slipped through."""

from __future__ import annotations

import logging
import re
from typing import NoReturn

HIDDEN = "[hidden]"

_PATTERNS = (
    (re.compile(r"(?i)(/oauth/pin/)[^?\s\"'&<>]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), rf"\1 {HIDDEN}"),
    (re.compile(r"simkl_[ar]t_[\w-]+"), HIDDEN),
    (re.compile(r"\b[0-9a-f]{64}\b"), HIDDEN),
)
_SHORTEST = 4
_known: set[str] = set()


class Secret:
    """A text that prints as `[hidden]`; `reveal()` is the only way to it, and every use of it can be searched for.

    Making one tells the logging filter of this module about the value.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        hide(value)

    def reveal(self) -> str:
        """Return the text itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


def hide(value: str) -> None:
    """Have `redact` remove this text from now on. Texts under four characters would blot out ordinary words."""
    if len(value) >= _SHORTEST:
        _known.add(value)


def redact(text: str) -> str:
    """Return `text` without known secrets and without anything that looks like one."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def sendable(value: object) -> str | None:
    """Return the value if it is a text that can travel in an Authorization header."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
        return None
    return value or None


class RedactingFilter(logging.Filter):
    """Removes secrets from a log record: its message, its arguments and its traceback. Belongs on the handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place and let it pass."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            message = str(record.msg)  # arguments that do not fit: no reason to end the program, whoever logged this
        record.msg = redact(message)
        record.args = None
        if record.exc_info:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
            record.exc_info = None
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True
