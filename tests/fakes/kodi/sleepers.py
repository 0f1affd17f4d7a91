"""The add-on's own threads on Kodi's fake clock: they sleep by it, and time moves on only while all of them sleep.

So a test of a service with threads takes no real time, and what happens in which order is the same each time. A test
puts these in place of what the threads would sleep with: `Letters` for Mailbox, `Bell` for threading.Event,
`Sleepers.sleep` for time.sleep.
"""

import threading
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple

from tests.fakes.kodi.clock import Clock

LOOK_AGAIN = 0.002  # real seconds: nobody tells when a thread has ended, or is done with the network


class Sleepers:
    """Who sleeps, until when. The names of the add-on's threads begin with `name`; `bound` real seconds for their work.

    `lets_be` may name a moment at which nobody waits for busy threads, such as while a request hangs on purpose;
    `is_over` tells when Kodi has shut down.
    """

    def __init__(self, clock: Clock, changes: threading.Condition, name: str, bound: float) -> None:
        self._clock = clock
        self._changes = changes
        self._name = name
        self._bound = bound
        self._others = set(threading.enumerate())
        self._asleep: Dict[int, Tuple[float, Callable[[], bool]]] = {}
        self.lets_be: Callable[[], bool] = lambda: False
        self.is_over: Callable[[], bool] = lambda: False
        self.woken: List[float] = []  # when a thread woke up because its time was over

    def wait(self, seconds: Optional[float], ready: Callable[[], bool]) -> bool:
        """Sleep until something is ready, so many seconds at most; return whether it is."""
        me = threading.get_ident()
        with self._changes:
            until = float("inf") if seconds is None else self._clock.now + seconds
            self._asleep[me] = until, ready
            try:
                self._changes.notify_all()
                while not ready() and self._clock.now < until:
                    self._changes.wait()
            finally:
                del self._asleep[me]
            return ready()

    def sleep(self, seconds: float) -> None:
        """Stand in for time.sleep in the add-on's threads; once Kodi shuts down nobody moves the clock any more."""
        self.wait(seconds, lambda: self.is_over())

    def change(self, act: Callable[[], Any]) -> None:
        with self._changes:
            act()
            self._changes.notify_all()

    def settle(self) -> None:
        """Wait until every thread of the add-on sleeps."""
        waited = 0.0
        with self._changes:
            while self._busy() and not self.lets_be() and not self.is_over():
                self._changes.wait(LOOK_AGAIN)
                waited += LOOK_AGAIN
                if waited > self._bound:
                    raise AssertionError(f"busy for {self._bound} s: {self._busy()}")

    def next_wake(self) -> float:
        """Return when the first of them wants to go on."""
        with self._changes:
            return min((until for until, _ in self._asleep.values()), default=float("inf"))

    def wake(self) -> None:
        """Let those go on whose time is over."""
        with self._changes:
            self.woken += [self._clock.now for until, _ in self._asleep.values() if until <= self._clock.now]
            self._changes.notify_all()

    def _busy(self) -> List[str]:
        """Return the threads that do something now."""
        me, now = threading.get_ident(), self._clock.now
        return [
            thread.name
            for thread in threading.enumerate()
            if thread.name.startswith(self._name)
            and thread not in self._others
            and thread.ident != me
            and not self._sleeps(thread.ident or 0, now)
        ]

    def _sleeps(self, thread: int, now: float) -> bool:
        until, ready = self._asleep.get(thread, (0.0, lambda: True))
        return until > now and not ready()


class Letters:
    """Mailbox by the fake clock."""

    def __init__(self, sleepers: Sleepers) -> None:
        self._sleepers = sleepers
        self._letters: Deque[Any] = deque()

    def put(self, letter: Any) -> None:
        self._sleepers.change(lambda: self._letters.append(letter))

    def wait(self, seconds: Optional[float]) -> bool:
        return self._sleepers.wait(seconds, lambda: bool(self._letters))

    def take(self) -> Any:
        return self._letters.popleft()


class Bell:
    """threading.Event by the fake clock."""

    def __init__(self, sleepers: Sleepers) -> None:
        self._sleepers = sleepers
        self._rung = False

    def set(self) -> None:
        self._sleepers.change(lambda: self._request_lock(True))

    def clear(self) -> None:
        self._request_lock(False)

    def is_set(self) -> bool:
        return self._rung

    def wait(self, timeout: Optional[float] = None) -> bool:
        return self._sleepers.wait(timeout, self.is_set)

    def _request_lock(self, rung: bool) -> None:
        self._rung = rung
