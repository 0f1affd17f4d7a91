"""Bounded waiting on things outside this process: the one place of this folder that sleeps.

Polling, because Kodi has no signal for most of what its window shows, and none at all before its servers are up or
after they are gone.
"""

import time
from typing import Callable, TypeVar

Answer = TypeVar("Answer")

STEP = 0.05  # seconds


class NotReached(AssertionError):
    """Something that was waited for did not happen in time; the message says what, and what was seen instead."""


class Crashed(NotReached):
    """It did not happen because Kodi died of a signal."""


def wait_until(condition: Callable[[], Answer], timeout: float, what: str, evidence: Callable[[], str] = str) -> Answer:
    """Ask `condition` until it answers something true, and return that answer; its exceptions pass through.

    After `timeout` seconds `NotReached` names `what` and adds what `evidence()` returns (a log's end, say).
    """
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise NotReached(f"not reached within {timeout:g} s: {what}\n{evidence()}")
        time.sleep(STEP)


def stays(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Ask `condition` for some seconds; `NotReached` names `what` as soon as it is not true.

    For what must not happen, where nothing else announces that it no longer can.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not condition():
            raise NotReached(f"no longer, {end - time.monotonic():.1f} s too early: {what}")
        time.sleep(STEP)
