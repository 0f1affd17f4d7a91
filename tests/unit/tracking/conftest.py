"""A clock, a fake Simkl server that goes by it, and a line of plays to it."""

from __future__ import annotations

import pytest

from lib.tracking.store.database import Database
from lib.tracking.store.queue import PlayQueue
from lib.tracking.store.schema import MIGRATIONS
from tests.fakes.clock import FakeClock
from tests.unit.tracking.sending import Line, box_on
from tests.unit.tracking.watching import Couch


@pytest.fixture
def time():
    return FakeClock()


@pytest.fixture
def box(time):
    with box_on(time) as box:
        yield box


@pytest.fixture
def line(box, tmp_path, time):
    line = Line(box, tmp_path, time)
    yield line
    line.queue.close()


@pytest.fixture
def couch(tmp_path, time):
    couch = Couch(tmp_path, time)
    yield couch
    couch.queue.close()


@pytest.fixture
def queue(tmp_path):
    queue = PlayQueue(tmp_path / "queue.db", FakeClock())
    yield queue
    queue.close()


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "queue.db", MIGRATIONS, FakeClock())
    yield database
    database.close()
