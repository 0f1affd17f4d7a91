"""One write at a time for each user: who waits longer than 20 s is told RATE_LIMIT with status 400.

Sources: Simkl's pages `resources/rate-limits` and `guides/sync`.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING, Callable, Iterator

from flask import Response, jsonify, request

from tests.fakes.simkl.gate import error, signed_in
from tests.fakes.simkl.grants import Grant

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl

LOOK_AGAIN = 0.02  # real seconds between looks at the fake server's clock, which may be jumped ahead


class Locked(Exception):
    """Another write of this user took too long."""


class WriteLocks:
    """The lock of every user.

    `seconds` is how long a write waits on the fake server's clock, `waiting` how many do now.
    """

    def __init__(self, clock: Callable[[], float], seconds: float, notify: Callable[[], None]) -> None:
        self._clock, self._seconds, self._notify = clock, seconds, notify
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
        end = self._clock() + self._seconds
        self.waiting += 1
        self._notify()
        try:
            while user in self._writing:
                if self._clock() >= end:
                    raise Locked(user)
                self._changed.wait(LOOK_AGAIN)
        finally:
            self.waiting -= 1


def write(box: FakeSimkl, act: Callable[[str], Response]) -> Response:
    """Do something in the name of the user who asks, who is passed on by name, when it is this request's turn."""
    if request.method == "GET" and not request.get_data():
        return error(404, "url_failed", f"There is nothing to read at {request.path}")
    grant = signed_in(box, always_writes=True)
    if not isinstance(grant, Grant):
        return grant
    order = box.take_fault("write_lock")
    if order:
        return locked(order.options.get("error", "RATE_LIMIT"))
    try:
        with box.write_locks.hold(grant.user.name):
            answer = act(grant.user.name)
    except Locked:
        return locked()
    box.journal.notify()  # an answer that gets lost wakes nobody
    return answer


def locked(name: str = "RATE_LIMIT") -> Response:
    """Return the refusal; the lower-case name of the sync guide comes with that guide's shape."""
    if name == "RATE_LIMIT":
        return error(400, name, "Another write of this user is in progress")
    response = jsonify({"error": name, "error_description": "Another write of this user is in progress"})
    response.status_code = 400
    return response
