"""Kodi's time in tests: a clock that jumps instead of sleeping, and the calls Kodi delivers to a script's threads.

Kodi runs the callbacks of Monitor, Player and windows on the thread that made the object, and only while that thread
waits inside Kodi (waitForAbort, sleep, doModal). So does this.
"""

import threading
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple

DAY = 86400.0


class Clock:
    """Seconds since the test began; `at` plans what happens when the clock gets there."""

    def __init__(self) -> None:
        self.now = 0.0
        self._planned: List[Tuple[float, int, Callable[[], Any]]] = []

    def at(self, seconds: float, event: Callable[[], Any]) -> None:
        self._planned.append((seconds, len(self._planned), event))
        self._planned.sort(key=lambda one: one[:2])

    def next_event(self, until: float) -> Optional[Callable[[], Any]]:
        """Move to the next planned event not later than `until` and hand it over, or give None."""
        if not self._planned or self._planned[0][0] > until:
            return None
        seconds, _, event = self._planned.pop(0)
        self.now = max(self.now, seconds)
        return event

    def move_to(self, seconds: float) -> None:
        self.now = max(self.now, seconds)
        if self.now > 10 * DAY:
            raise AssertionError("ten days went by on the fake clock and nobody stopped the add-on")


class Waiting:
    """The waits of one Kodi: abort, planned events and calls to be delivered."""

    def __init__(self, clock: Clock, changes: threading.Condition, real_wait: float, bound: float) -> None:
        self.clock, self._changes, self._real_wait, self._bound = clock, changes, real_wait, bound
        self.aborted = False
        self._calls: Dict[int, Deque[Callable[[], Any]]] = {}
        self.sleepers: Any = None  # threads that sleep by the clock, too: see sleepers.py
        self.waits: List[float] = []  # when somebody began to wait

    def post(self, thread: int, call: Callable[[], Any]) -> None:
        """Leave a call for a thread; it runs when that thread waits inside Kodi."""
        with self._changes:
            self._calls.setdefault(thread, deque()).append(call)
            self._changes.notify_all()

    def has_calls(self) -> bool:
        return bool(self._calls.get(threading.get_ident()))

    def deliver(self) -> None:
        calls = self._calls.get(threading.get_ident(), deque())
        while calls:
            calls.popleft()()

    def wait(self, seconds: float) -> bool:
        """Let time pass; True when Kodi shuts down. Zero or less waits for ever, as in Kodi's Monitor.cpp."""
        for_ever = seconds <= 0
        until = float("inf") if for_ever else self.clock.now + seconds
        self.waits.append(self.clock.now)
        while True:
            self._settle()
            if self.aborted:
                return True
            wakes = float("inf") if self.sleepers is None else self.sleepers.next_wake()
            event = self.clock.next_event(min(until, wakes))
            if event is not None:
                event()
            elif wakes <= until and wakes < float("inf"):
                self.clock.move_to(wakes)
            else:
                break
            if wakes <= self.clock.now:
                self.sleepers.wake()
        if for_ever:
            return self._wait_for_abort()
        self.clock.move_to(until)
        if self._real_wait:
            with self._changes:
                self._changes.wait_for(lambda: self.aborted, min(seconds, self._real_wait))
        return self.aborted

    def _settle(self) -> None:
        """Deliver what there is, until nobody has anything more to say."""
        self.deliver()
        while self.sleepers is not None:
            self.sleepers.settle()
            if not self.has_calls():
                break
            self.deliver()

    def _wait_for_abort(self) -> bool:
        if not self._real_wait:
            raise AssertionError("waitForAbort without a time would wait for ever: the test plans no abort")
        with self._changes:
            while self._changes.wait_for(lambda: self.aborted or self.has_calls(), self._bound):
                if self.aborted:
                    return True
                self.deliver()
        raise AssertionError(f"waited for ever: no abort within {self._bound} s")
