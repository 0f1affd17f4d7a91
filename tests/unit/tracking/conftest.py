"""A clock, a fake Simkl server that goes by it, a line of plays to it, and the queue's file."""

import contextlib
import sqlite3
from types import SimpleNamespace

import pytest

from lib.tracking.play import Play
from lib.tracking.store import database as module
from lib.tracking.store.database import Database
from lib.tracking.store.queue import PlayQueue
from lib.tracking.store.schema import MIGRATIONS
from tests.fakes.clock import NOON, FakeClock
from tests.unit.tracking.cases import film
from tests.unit.tracking.sending import OWNER, Line, box_on
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
    with contextlib.closing(line.queue):
        yield line


@pytest.fixture
def couch(tmp_path, time):
    couch = Couch(tmp_path, time)
    yield couch
    couch.queue.close()


@pytest.fixture
def queue(tmp_path):
    with contextlib.closing(PlayQueue(tmp_path / "queue.db", FakeClock())) as queue:
        yield queue


@pytest.fixture
def database(tmp_path):
    with contextlib.closing(Database(tmp_path / "queue.db", MIGRATIONS, FakeClock())) as database:
        yield database


@pytest.fixture
def path(tmp_path):
    """A queue's file that does not exist yet."""
    return tmp_path / "home" / "queue.db"


@pytest.fixture
def opened(path):
    """Return how to open the file as each start of the program does; all are closed in the end."""
    with contextlib.ExitStack() as stack:
        yield lambda at=path, check=False, clock=None: stack.enter_context(
            contextlib.closing(PlayQueue(at, clock or FakeClock(), check))
        )


@pytest.fixture
def fill(opened):
    """Return how to put films into the file, and close it."""

    def fill_(plays=1):
        with contextlib.closing(opened()) as queue:
            queue.add(OWNER, [Play("watched", film(number), NOON) for number in range(plays)])

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
