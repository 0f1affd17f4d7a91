"""One write at a time for each user: who waits longer than 20 s is told RATE_LIMIT with status 400.

Sources: Simkl's pages `resources/rate-limits` and `guides/sync`.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition
from typing import Callable, Iterator

from flask import Response, jsonify, make_response, request

from tests.fakes.simkl.gate import Refused, box, signed_in

SECONDS = 20.0  # that a write waits on the fake server's clock
LOOK_AGAIN = 0.02  # real seconds between looks at the fake server's clock, which may be jumped ahead
IN_PROGRESS = "Another write of this user is in progress"


class Locked(Exception):
    """Another write of this user took too long."""


class WriteLocks:
    """The lock of every user; `waiting` is how many writes wait for one now."""

    def __init__(self, clock: Callable[[], float], notify: Callable[[], None]) -> None:
        self._clock, self._notify = clock, notify
        self._changed = Condition()
        self._writing: set[str] = set()
        self.waiting = 0  # read without the lock, by those who wait for it to change

    @contextmanager
    def hold(self, user: str) -> Iterator[None]:
        """Be the only one who writes for a user; raises Locked."""
        with self._changed:
            if user in self._writing:
                self._wait(user)
            self._writing.add(user)
        try:
            yield
        finally:
            with self._changed:
                self._writing.discard(user)
                self._changed.notify_all()

    def _wait(self, user: str) -> None:
        end = self._clock() + SECONDS
        self.waiting += 1
        self._notify()
        try:
            while user in self._writing:
                if self._clock() >= end:
                    raise Locked(user)
                self._changed.wait(LOOK_AGAIN)
        finally:
            self.waiting -= 1


def write(act: Callable[[str], Response]) -> Response:
    """Do something in the name of the user who asks, who is passed on by name, when it is this request's turn."""
    if request.method == "GET" and not request.get_data():
        raise Refused(404, "url_failed", f"There is nothing to read at {request.path}")
    user = signed_in(always_writes=True).user.name
    order = box.take_fault("write_lock")
    name = order.options.get("error", "RATE_LIMIT") if order else "RATE_LIMIT"
    if name != "RATE_LIMIT":  # the lower-case name of the sync guide comes with that guide's shape
        return make_response(jsonify(error=name, error_description=IN_PROGRESS), 400)
    try:
        if order:
            raise Locked(user)
        with box.write_locks.hold(user):
            answer = act(user)
    except Locked:
        raise Refused(400, "RATE_LIMIT", IN_PROGRESS) from None
    box.journal.notify()  # an answer that gets lost wakes nobody
    return answer
