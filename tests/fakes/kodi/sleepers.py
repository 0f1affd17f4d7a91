"""The add-on's own threads on Kodi's fake clock: they sleep by it, and time moves on only while all of them sleep.

So a test of a service with threads takes no real time, and what happens in which order is the same each time. A test
puts these in place of what the threads would sleep with: `Letters` for Mailbox, `Bell` for threading.Event,
`Sleepers.sleep` for time.sleep.
"""

import contextlib
import threading
from collections import deque
from typing import Any, Callable, Deque, Dict, Iterator, List, Optional, Tuple

from tests.fakes.kodi.clock import Clock

LOOK_AGAIN = 0.002  # real seconds: nobody tells when a thread has ended, or is done with the network


class Sleepers:
    """Who sleeps, until when. The names of the add-on's threads begin with `name`; `bound` real seconds for their work.

    `lets_be` may name a moment at which nobody waits for busy threads, such as while a request hangs on purpose;
    `is_over` tells when Kodi has shut down.
    """

    def __init__(self, clock: Clock, changes: threading.Condition, name: str, bound: float) -> None:
        self._clock, self._changes, self._name, self._bound = clock, changes, name, bound
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

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        with self._changes:
            yield
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
        others = {*self._others, threading.current_thread()}
        own = [each for each in threading.enumerate() if each not in others and each.name.startswith(self._name)]
        return [thread.name for thread in own if not self._sleeps(thread.ident or 0)]

    def _sleeps(self, thread: int) -> bool:
        until, ready = self._asleep.get(thread, (0.0, lambda: True))
        return until > self._clock.now and not ready()


class Letters:
    """Mailbox by the fake clock."""

    def __init__(self, sleepers: Sleepers) -> None:
        self._sleepers = sleepers
        self._letters: Deque[Any] = deque()

    def put(self, letter: Any) -> None:
        with self._sleepers.changing():
            self._letters.append(letter)

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
        with self._sleepers.changing():
            self._rung = True

    def clear(self) -> None:
        self._rung = False

    def is_set(self) -> bool:
        return self._rung

    def wait(self, timeout: Optional[float] = None) -> bool:
        return self._sleepers.wait(timeout, self.is_set)
