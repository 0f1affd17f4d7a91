"""Signals that end or stop the program, and leave the terminal as it was."""

from __future__ import annotations

import contextlib
import signal
import threading
from types import FrameType
from typing import Callable, Iterator

_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
_STOP = getattr(signal, "SIGTSTP", None)


class Terminated(KeyboardInterrupt):
    """A signal has asked the program to end, which does what Ctrl-C does; `exit_code` is what a shell calls it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Raise Terminated in the main thread when a signal asks for the end; one that is ignored (nohup) stays so.

    Process 1 of a container would otherwise not be ended by SIGTERM: Linux gives it no default action.
    """

    def end(number: int, frame: FrameType | None) -> None:
        raise Terminated(number)

    taken = [number for number in _ENDING if signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def ignore_further() -> None:
    """Ignore Ctrl-C and its like from now on: the goodbye is short, and another one would only break it."""
    for number in (signal.SIGINT, *_ENDING):
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def stoppable(before: Callable[[], object], after: Callable[[], object]) -> Iterator[None]:
    """Call `before` when Ctrl-Z stops the program, and `after` once it goes on."""
    if _STOP is None or signal.getsignal(_STOP) is not signal.SIG_DFL:
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        before()
        signal.signal(number, signal.SIG_DFL)
        signal.pthread_kill(threading.get_ident(), number)  # stops here; sent to the process it could arrive later
        signal.signal(number, stop)
        after()

    signal.signal(_STOP, stop)
    try:
        yield
    finally:
        signal.signal(_STOP, signal.SIG_DFL)
