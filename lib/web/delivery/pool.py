"""A few threads that send for all owners: each owner's plays one after the other, those of several owners at once."""

from __future__ import annotations

import heapq
import logging
import threading
from typing import Callable

from lib.system.clock import Clock
from lib.system.threads import Worker
from lib.tracking.store.database import QueueError

SEND_THREADS = 4
AFTER_TROUBLE_SECONDS = 60.0
LONGEST_SLEEP = 1.0  # before Python 3.10 a timed wait goes by the wall clock, which may be moved

log = logging.getLogger(__name__)


class DeliveryPool:
    """Runs `step(owner)` whenever there may be something to do for an owner.

    `step` returns the seconds until there may be more to do, None if nothing waits.
    """

    def __init__(self, step: Callable[[str], float | None], clock: Clock, threads: int = SEND_THREADS) -> None:
        self._step = step
        self._clock = clock
        self._condition = threading.Condition()
        self._due: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._busy: set[str] = set()
        self._is_paused = False
        self._stopping = False
        self._number = threads
        self._workers = {f"simkl-send-{number}": self._made(number) for number in range(threads)}

    def start(self) -> None:
        """Start the threads."""
        for worker in list(self._workers.values()):
            worker.start()

    def wake(self, owner: str, seconds: float = 0.0) -> None:
        """Have a look at an owner's plays after so many seconds, or before if that was due earlier."""
        with self._condition:
            self._plan(owner, self._clock.monotonic() + seconds)
            self._condition.notify()

    def pause(self, is_paused: bool) -> None:
        """Send nothing while paused; what waits stays in the queue."""
        with self._condition:
            self._is_paused = is_paused
            self._condition.notify_all()

    @property
    def is_paused(self) -> bool:
        """Whether nothing is sent for now."""
        return self._is_paused

    @property
    def stopping(self) -> bool:
        """Whether the threads were asked to end."""
        return self._stopping

    def is_alive(self) -> bool:
        """Return whether every thread still works."""
        with self._condition:
            return all(worker.alive() for worker in self._workers.values())

    def stop(self) -> None:
        """Ask the threads to end after what is under way."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()

    def join(self, seconds: float) -> bool:
        """Wait for the threads, `seconds` at most; return whether all have ended."""
        end = self._clock.monotonic() + seconds
        for worker in list(self._workers.values()):
            if worker.alive():
                worker.join(max(0.0, end - self._clock.monotonic()))
        return not any(worker.alive() for worker in list(self._workers.values()))

    def _plan(self, owner: str, due: float) -> None:
        if due < self._due.get(owner, float("inf")):
            self._due[owner] = due
            heapq.heappush(self._heap, (due, owner))

    def _run(self) -> None:
        while True:
            owner = self._next()
            if owner is None:
                return
            wait: float | None = AFTER_TROUBLE_SECONDS
            try:
                wait = self._step(owner)
            except QueueError as error:
                log.error("%s", error)
            finally:
                with self._condition:
                    self._busy.discard(owner)
                    if wait is not None:
                        self._plan(owner, self._clock.monotonic() + wait)
                    self._condition.notify()

    def _next(self) -> str | None:
        """Wait for the next owner whose turn it is; None when it shall end."""
        with self._condition:
            while not self._stopping:
                owner, left = self._first()
                if owner is not None:
                    return owner
                self._condition.wait(left)
        return None

    def _first(self) -> tuple[str | None, float]:
        """Take the owner who is due and for whom no other thread works; else tell how long to wait."""
        later: list[tuple[float, str]] = []
        found, left = None, LONGEST_SLEEP
        while self._heap and not self._is_paused:
            due, owner = self._heap[0]
            if self._due.get(owner) != due:  # planned anew since
                heapq.heappop(self._heap)
                continue
            if due > self._clock.monotonic():
                left = min(left, due - self._clock.monotonic())
                break
            heapq.heappop(self._heap)
            if owner in self._busy:
                later.append((due, owner))
                continue
            del self._due[owner]
            self._busy.add(owner)
            found = owner
            break
        for each in later:
            heapq.heappush(self._heap, each)
        return found, left

    def _crashed(self, error: Exception) -> None:
        """Tell of an internal error, and have another thread take over.

        The plays of others must not wait for a restart.
        """
        log.error("Internal error; please report it", exc_info=error)
        with self._condition:
            if self._stopping:
                return
            self._number += 1
            worker = self._made(self._number)
            worker.start()
            del self._workers[threading.current_thread().name]
            self._workers[f"simkl-send-{self._number}"] = worker

    def _made(self, number: int) -> Worker[None]:
        return Worker(self._run, self._crashed, f"simkl-send-{number}")
