"""Several programs that deliver one line at once: one write in flight, a little apart, and nothing twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import FakeClock
from tests.unit.tracking.sending import HOUR, OWNER, VIEWER, before_each_request, film


class InFlight:
    """Around a fake server: how many requests it was answering at once, at most."""

    def __init__(self, box: Any) -> None:
        self._app, self._lock = box._app, threading.Lock()
        self._now = self.most = 0
        box.stop_listening()
        box._app = self
        box.listen_again()

    def __call__(self, environ: dict, start_response: Any) -> Any:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            return self._app(environ, start_response)
        finally:
            with self._lock:
                self._now -= 1


def test_two_programs_that_deliver_at_once_write_one_after_the_other(line, box):
    in_flight = InFlight(box)
    for number in range(12):
        line.put("stop", film(number), ago=0 if number % 3 else HOUR)
    senders = [line.sender(), line.sender()]
    together = threading.Barrier(len(senders))

    def deliver(sender):
        together.wait(60)
        while sender.step() is not None:
            pass

    threads = [threading.Thread(target=deliver, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert in_flight.most == 1
    assert box.too_many_posts == []
    assert {mark.times for mark in box.watched[VIEWER].values()} == {1}
    assert len(line.watched) == 12
    assert line.waiting == 0


@pytest.fixture
def meanwhile(box, tmp_path):
    """Return how to have a play put in, by another connection, while the fake server is asked for the first time."""
    other = PlayQueue(tmp_path / "queue.db", FakeClock())

    def put(play):
        plays = [play]
        before_each_request(box, lambda _: plays and other.add(OWNER, [plays.pop()]))

    yield put
    other.close()


def test_a_play_that_is_put_in_while_another_is_on_its_way_is_sent_next(line, box, time, meanwhile):
    line.put("stop", film(1))
    meanwhile(Play("stop", film(2), time.wall(), 100.0))
    assert line.run() is None
    assert [each.simkl for each in box.scrobbles] == [8_000_001, 8_000_002]


def test_a_start_that_is_superseded_on_its_way_takes_nothing_with_it(line, box, time, meanwhile):
    line.put("start", film(1))
    meanwhile(Play("stop", film(1), time.wall(), 100.0))
    assert line.run() is None
    assert [each.action for each in box.scrobbles] == ["start", "stop"]
    assert len(line.watched) == 1
