"""A queue's file that does not exist yet, and how to open it."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace

import pytest

from lib.tracking.play import Play
from lib.tracking.store import database as module
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import NOON, FakeClock
from tests.unit.tracking.sending import OWNER
from tests.unit.tracking.titles import film


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "queue.db"


@pytest.fixture
def opened(path):
    """Return how to open the file as each start of the program does; all are closed in the end."""
    queues = []

    def open_(at=path, check=False, clock=None):
        queues.append(PlayQueue(at, clock or FakeClock(), check))
        return queues[-1]

    yield open_
    for queue in queues:
        queue.close()


@pytest.fixture
def fill(opened):
    """Return how to put films into the file, and close it."""

    def fill_(plays=1):
        queue = opened()
        queue.add(OWNER, [Play("watched", film(number), NOON) for number in range(plays)])
        queue.close()

    return fill_


@pytest.fixture(params=["as imported", "made anew since"])
def exceptions(request, monkeypatch):
    """Sqlite's exceptions: in some Kodis, Python has made them anew since the module has imported them."""
    if request.param == "made anew since":
        error = type("Error", (Exception,), {"__module__": "sqlite3"})
        damage = type("DatabaseError", (error,), {"__module__": "sqlite3"})
        operational = type("OperationalError", (damage,), {"__module__": "sqlite3"})
        names = {"Error": error, "DatabaseError": damage, "OperationalError": operational}
        monkeypatch.setattr(module, "sqlite3", SimpleNamespace(**{**vars(sqlite3), **names}))


