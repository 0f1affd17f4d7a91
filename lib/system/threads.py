"""The background thread around the synchronous wait, and sleeping in a way that can be interrupted."""

from __future__ import annotations

import logging
import threading
from typing import Callable, Generic, TypeVar

from lib.system.clock import Clock

log = logging.getLogger(__name__)

IsStopping = Callable[[], bool]
InterruptibleSleep = Callable[[float], bool]
_T = TypeVar("_T")


class Restarts:
    """Has work that crashed started again after a pause.

    The pauses grow, so that an internal error costs little, and then end.

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
        interruptible_sleep(stopping, self.clock)(seconds)
        return True


class Worker(Generic[_T]):
    """A thread that runs one thing and can be asked to stop; it looks at `stopping` by itself.

    What `run` returns or raises is there as `result` once the thread has ended. `on_crash` is told of each exception:
    without it a front end would wait for a dead poller. With `restarts` the work then begins again; asked to stop in
    between, it is run once more so that it can end properly.
    """

    def __init__(
        self,
        run: Callable[[], _T],
        on_crash: Callable[[Exception], None] = lambda error: None,
        name: str = "simkl-link",
        restarts: Restarts | None = None,
    ) -> None:
        self._run = run
        self._on_crash = on_crash
        self._restarts = restarts
        self._stop = threading.Event()
        self._returned: list[_T] = []
        self._raised: Exception | None = None
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

    def result(self) -> _T:
        """Return what the work returned, or raise what it raised. Wait for the end of the thread before."""
        if self._raised is not None:
            raise self._raised
        return self._returned[0]

    def _guarded(self) -> None:
        is_last = False
        while not is_last:
            is_last = self._restarts is None or self.stopping()
            started = self._restarts.clock.monotonic() if self._restarts else 0.0
            try:
                self._returned, self._raised = [self._run()], None
                return
            except Exception as error:  # noqa: BLE001 - an internal error must not leave a front end waiting for ever
                self._raised = error
                self._on_crash(error)
            if self._restarts is not None and not is_last:
                worked = self._restarts.clock.monotonic() - started
                is_last = not self._restarts.pause(self._thread.name, worked, self.stopping)


def interruptible_sleep(
    stopping: IsStopping, clock: Clock, sleep: Callable[[float], bool | None] | None = None
) -> InterruptibleSleep:
    """Return a sleep that checks ten times a second whether it shall stop.

    `sleep` takes the place of the clock's own; it may return true to say that it shall stop.

    Before Python 3.10 a timed wait for a lock or an event follows the wall clock and can last for days after a jump;
    short plain sleeps do not.
    """
    nap = sleep or clock.sleep

    def wait(seconds: float) -> bool:
        end = clock.monotonic() + seconds
        while not stopping():
            left = end - clock.monotonic()
            if left <= 0:
                return False
            if nap(min(left, 0.1)):
                return True
        return True

    return wait
