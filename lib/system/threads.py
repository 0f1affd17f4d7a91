"""The background thread around the synchronous wait, and sleeping in a way that can be interrupted."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from lib.system.clock import Clock

log = logging.getLogger(__name__)

IsStopping = Callable[[], bool]
InterruptibleSleep = Callable[[float], bool]


class Restarts:
    """Has work that crashed started again after a pause; the pauses grow, so that a defect costs little, and then end.

    `on_give_up` is called once there will be no other start. Work that went well for `STEADY_SECONDS` begins with the
    first pause again.
    """

    PAUSES = (1.0, 4.0, 16.0, 64.0, 256.0)
    STEADY_SECONDS = 600.0

    def __init__(self, clock: Clock, on_give_up: Callable[[], object]) -> None:
        self.clock = clock
        self._on_give_up = on_give_up
        self._crashes = 0

    def pause(self, name: str, worked_seconds: float, stopping: IsStopping) -> bool:
        """Wait after a crash, as long as nobody wants the work to stop; return whether to start it again."""
        if worked_seconds >= self.STEADY_SECONDS:
            self._crashes = 0
        if self._crashes == len(self.PAUSES):
            log.error("%s crashed %d times in a row; it is not started again", name, self._crashes + 1)
            self._on_give_up()
            return False
        seconds = self.PAUSES[self._crashes]
        self._crashes += 1
        interruptible_sleep(stopping, self.clock.monotonic, self.clock.sleep)(seconds)
        return True


class Worker:
    """A thread that runs one thing and can be asked to stop; it looks at `stopping` by itself.

    `on_crash` is told of a defect: the outermost guard of the thread, without which a frontend would wait for a dead
    poller. With `restarts` the work then begins again; asked to stop in between, it is run once more so that it can end
    properly.
    """

    def __init__(
        self,
        run: Callable[[], object],
        on_crash: Callable[[Exception], None],
        name: str = "simkl-link",
        restarts: Restarts | None = None,
    ) -> None:
        self._run = run
        self._on_crash = on_crash
        self._restarts = restarts
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
        is_last = False
        while not is_last:
            is_last = self._restarts is None or self.stopping()
            started = self._restarts.clock.monotonic() if self._restarts else 0.0
            try:
                self._run()
                return
            except Exception as error:  # noqa: BLE001 - a defect must not leave a frontend waiting for ever
                self._on_crash(error)
            if self._restarts is not None and not is_last:
                worked = self._restarts.clock.monotonic() - started
                is_last = not self._restarts.pause(self._thread.name, worked, self.stopping)


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
