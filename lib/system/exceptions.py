"""Catching what modules written in C raise, by name as well as by class.

Kodi runs each script in a sub-interpreter. In Python 3.9, as with Kodi 19 on Debian 11, importing `sqlite3`, `_queue`,
`socket` or `ssl` in one of them replaces the exceptions that they raise in all of them: `except sqlite3.Error` misses
what is raised after another script has run. Only the names stay the same.
"""

from __future__ import annotations

from types import TracebackType
from typing import Callable

Condition = Callable[[BaseException], bool]


class translated:  # noqa: N801 - reads as a statement
    """Raise what `becomes` makes of an exception of these kinds that leaves the block, of those `when` is true for.

    with translated(sqlite3.Error, becomes=problem):
        connection.execute("COMMIT")
    """

    def __init__(
        self,
        *kinds: type[BaseException],
        becomes: Callable[[BaseException], Exception],
        when: Condition = lambda error: True,
    ) -> None:
        self._kinds = kinds
        self._becomes = becomes
        self._when = when

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Raise the other exception, or let this one go on."""
        if error is not None and is_a(error, *self._kinds) and self._when(error):
            raise self._becomes(error) from error


class ignored:  # noqa: N801 - reads as a statement
    """End the block at an exception of these kinds, of those `when` is true for, and go on after it."""

    def __init__(self, *kinds: type[BaseException], when: Condition = lambda error: True) -> None:
        self._kinds = kinds
        self._when = when

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """Return whether the exception is to be ignored."""
        return error is not None and is_a(error, *self._kinds) and self._when(error)


def is_a(error: BaseException, *kinds: type[BaseException]) -> bool:
    """Return whether an exception is of one of these kinds, or of one with the same module and name."""
    names = {(kind.__module__, kind.__name__) for kind in kinds}
    return isinstance(error, kinds) or any((base.__module__, base.__name__) in names for base in type(error).__mro__)
