"""A stop that the disk did not take is put there later, whatever comes next; unless something in it is broken."""

from __future__ import annotations

import pytest

from lib.tracking.events import PlayerEventKind
from lib.tracking.store.database import QueueError
from lib.tracking.tracker import SAVE_RETRY_SECONDS
from tests.unit.tracking.watching import TRAILER, Couch

STOP = ("stop", "The Glass Harbour", 90.0)


@pytest.fixture
def couch(tmp_path, time):
    couch = Couch(tmp_path, time)
    yield couch
    couch.queue.close()


@pytest.fixture
def full(couch, monkeypatch):
    """A disk that is full while `full[0]`."""
    add, state = couch.queue.add, [True]

    def adding(*args):
        if state[0]:
            raise QueueError("the disk is full")
        add(*args)

    couch.begin()
    couch.go(900)
    monkeypatch.setattr(couch.queue, "add", adding)
    return state


def stops(couch):
    with pytest.raises(QueueError):
        couch.tell(PlayerEventKind.STOPPED)


def something_else_begins(couch):
    couch.begin(TRAILER)


HOW = pytest.mark.parametrize("over", [stops, something_else_begins])


@HOW
def test_a_stop_that_the_disk_did_not_take_is_put_there_by_a_later_look(couch, full, over):
    over(couch)
    for _ in range(3):
        assert (couch.tracker.has_unsaved, couch.tracker.next_wake) == (True, SAVE_RETRY_SECONDS)
        with pytest.raises(QueueError):
            couch.tell(PlayerEventKind.PROGRESSED)
    assert (STOP in couch.line, couch.hearing.watched_plays) == (False, [])
    full[0] = False
    couch.tell(PlayerEventKind.PROGRESSED)
    assert couch.line == [STOP]
    assert couch.hearing.watched_plays == ["The Glass Harbour"]
    assert (couch.tracker.has_unsaved, couch.tracker.next_wake, couch.tracker.is_playing) == (False, None, False)
    assert couch.sample is None, "it would be recovered once more"


@HOW
def test_it_is_put_there_once(couch, full, over):
    over(couch)
    full[0] = False
    for _ in range(3):
        couch.tell(PlayerEventKind.PROGRESSED)
    assert couch.line == [STOP]
    assert couch.hearing.watched_plays == ["The Glass Harbour"]


@HOW
def test_who_gives_up_forgets_it_and_goes_on_with_what_comes_next(couch, full, over):
    over(couch)
    couch.tracker.give_up()
    assert (couch.tracker.has_unsaved, couch.tracker.next_wake, couch.tracker.is_playing) == (False, None, False)
    full[0] = False
    couch.tell(PlayerEventKind.PROGRESSED)
    assert STOP not in couch.line
    couch.begin()
    couch.go(5)
    assert [action for action, _, _ in couch.line] == ["start"]


def test_it_looks_every_five_seconds():
    assert SAVE_RETRY_SECONDS == 5.0
