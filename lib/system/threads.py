"""The background thread around the synchronous wait, and sleeping in a way that can be interrupted."""

from __future__ import annotations

import threading
import time
from typing import Callable

IsStopping = Callable[[], bool]
InterruptibleSleep = Callable[[float], bool]


class Worker:
    """A thread that runs one thing and can be asked to stop; it looks at `stopping` by itself.

    `on_crash` is told of a defect: the outermost guard of the thread, without which a face would wait for a dead
    poller.
    """

    def __init__(
        self, run: Callable[[], object], on_crash: Callable[[Exception], None], name: str = "simkl-link"
    ) -> None:
        self._run = run
        self._on_crash = on_crash
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._guarded, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to stop."""
        self._stop.set()

    def stopping(self) -> bool:
        """Return whether it was asked to stop."""
        return self._stop.is_set()

    def alive(self) -> bool:
        """Return whether the thread still works."""
        return self._thread.is_alive()

    def join(self, seconds: float) -> None:
        """Wait for the thread to end, `seconds` at most."""
        self._thread.join(seconds)

    def _guarded(self) -> None:
        try:
            self._run()
        except Exception as error:  # noqa: BLE001 - a defect must not leave a face waiting for ever
            self._on_crash(error)


def interruptible_sleep(
    stopping: IsStopping,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], bool | None] = time.sleep,
) -> InterruptibleSleep:
    """Return a sleep that looks up ten times a second whether it shall stop; `sleep` may say so as well.

    Before Python 3.10 a timed wait for a lock or an event follows the wall clock and can last for days after a jump;
    short plain sleeps do not.
    """

    def wait(seconds: float) -> bool:
        end = clock() + seconds
        while not stopping():
            left = end - clock()
            if left <= 0:
                return False
            if sleep(min(left, 0.1)):
                return True
        return True

    return wait
