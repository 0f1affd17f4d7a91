"""Writing to stdout and stderr, which may be closed, full, or a terminal that is gone."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Iterator, TextIO

from lib.system.errors import LinkError


class OutputFailed(LinkError):
    """What was to be said cannot be written."""

    name = "output"
    sentence = "The output cannot be written."


@contextlib.contextmanager
def written() -> Iterator[None]:
    """Raise OutputFailed where stdout cannot be written. A reader that went away is no error: BrokenPipeError stays."""
    try:
        yield
    except OSError as error:
        _discard_stdout()
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputFailed(f"The output cannot be written: {error.strerror or error}.") from error


def say(text: str, to: TextIO | None = None) -> None:
    """Print a line at once, also into a pipe; `to` is stdout unless told. Raises OutputFailed, BrokenPipeError.

    An stderr that takes nothing is nothing that anybody could be told of.
    """
    with written() if to is None else contextlib.suppress(OSError):
        print(text, file=to or sys.stdout, flush=True)


def _discard_stdout() -> None:
    """Throw away what stdout still holds: Python would fail on it again when it closes stdout at exit."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def can_write(letters: str) -> bool:
    """Return whether the encoding of stdout has these letters."""
    try:
        letters.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
