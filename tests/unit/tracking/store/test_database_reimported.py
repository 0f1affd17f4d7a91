"""The queue's file in a Kodi whose Python has made sqlite's exceptions anew since they were imported here."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace

import pytest

from lib.tracking.store import database as module
from lib.tracking.store.database import Database, QueueError
from lib.tracking.store.schema import MIGRATIONS
from tests.fakes.clock import FakeClock


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "queue.db"


@pytest.fixture(autouse=True)
def _older_exceptions(monkeypatch):
    """Let the module know other classes of the same names than those that sqlite raises."""
    error = type("Error", (Exception,), {"__module__": "sqlite3"})
    damage = type("DatabaseError", (error,), {"__module__": "sqlite3"})
    operational = type("OperationalError", (damage,), {"__module__": "sqlite3"})
    names = {"Error": error, "DatabaseError": damage, "OperationalError": operational}
    monkeypatch.setattr(module, "sqlite3", SimpleNamespace(**{**vars(sqlite3), **names}))


def test_a_damaged_file_is_moved_aside(path):
    path.parent.mkdir()
    path.write_bytes(b"this was a queue once " * 400)
    database = Database(path, MIGRATIONS, FakeClock())
    assert database.quarantined is not None
    assert database.read("SELECT count(*) FROM plays")[0][0] == 0
    database.close()


def test_a_change_that_sqlite_refuses_is_rolled_back_and_named(path):
    database = Database(path, MIGRATIONS, FakeClock())
    with pytest.raises(QueueError), database.changing() as connection:
        connection.execute("INSERT INTO answers VALUES ('x', NULL, 0)")
        connection.execute("INSERT INTO answers VALUES ('x', NULL, 0)")
    assert database.read("SELECT * FROM answers") == []
    database.close()


def test_what_cannot_be_read_is_named(path):
    database = Database(path, MIGRATIONS, FakeClock())
    with pytest.raises(QueueError):
        database.read("SELECT * FROM nothing")
    database.close()


def test_a_file_that_another_program_holds_is_no_damaged_one(path, monkeypatch):
    Database(path, MIGRATIONS, FakeClock()).close()
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.0)
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(QueueError):
        Database(path, MIGRATIONS, FakeClock())
    other.close()
    assert [each.name for each in path.parent.glob("*damaged*")] == []
