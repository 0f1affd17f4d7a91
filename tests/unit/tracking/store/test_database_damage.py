"""A damaged file is moved aside as it is, and a new one takes its place; a good one is left where it is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from lib.tracking.play import Play
from lib.tracking.store.database import Database
from lib.tracking.store.queue import PlayQueue
from tests.fakes.clock import NOON, FakeClock
from tests.unit.tracking.sending import HARBOUR, OWNER, film


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "queue.db"


def fill(path, plays=1):
    """Put plays into a queue of this name, and close it."""
    queue = PlayQueue(path, FakeClock())
    queue.add(OWNER, [Play("watched", film(number), NOON) for number in range(plays)])
    queue.close()


def garbage(path):
    path.write_bytes(b"this was a queue once " * 400)


def damaged_head(path):
    path.write_bytes(b"\0" * 100 + path.read_bytes()[100:])


def damaged_page(path):
    content = bytearray(path.read_bytes())
    for place in range(4096, len(content), 4096):
        content[place : place + 64] = b"\xff" * 64
    path.write_bytes(content)


def cut_off(path):
    path.write_bytes(path.read_bytes()[:6000])


@pytest.mark.parametrize("damage", [garbage, damaged_head, damaged_page, cut_off])
def test_a_damaged_file_is_moved_aside_as_it_is_and_a_new_one_takes_its_place(path, damage):
    fill(path, 200)
    damage(path)
    content = path.read_bytes()
    queue = PlayQueue(path, FakeClock(), check=True)
    assert queue.waiting(OWNER) == 0
    queue.add(OWNER, [Play("stop", HARBOUR, NOON, 100.0)])
    aside = queue.database.quarantined
    queue.close()
    assert aside is not None
    assert aside.parent == path.parent
    assert aside.name.startswith("queue.db.damaged-")
    assert aside.read_bytes() == content
    assert PlayQueue(path, FakeClock(), check=True).database.quarantined is None


def test_the_log_of_a_damaged_file_does_no_harm_to_the_new_one(path, tmp_path):
    queue = PlayQueue(path, FakeClock())
    queue.add(OWNER, [Play("watched", film(number), NOON) for number in range(200)])
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    queue.add(OWNER, [Play("watched", HARBOUR, NOON)])
    copy = tmp_path / "killed" / "queue.db"
    copy.parent.mkdir()
    for ending in ("", "-wal"):
        Path(f"{copy}{ending}").write_bytes(Path(f"{path}{ending}").read_bytes())
    other.close()
    queue.close()
    damaged_page(copy)
    again = PlayQueue(copy, FakeClock(), check=True)
    assert again.database.quarantined is not None
    assert again.waiting(OWNER) == 0
    again.add(OWNER, [Play("watched", HARBOUR, NOON)])
    again.close()
    again = PlayQueue(copy, FakeClock(), check=True)
    assert (again.database.quarantined, again.waiting(OWNER)) == (None, 1)
    again.close()


def test_a_second_damaged_file_does_not_overwrite_the_first(path):
    contents = set()
    for number in range(3):
        path.parent.mkdir(exist_ok=True)
        contents.add(f"garbage number {number} ".encode() * 300)
        path.write_bytes(f"garbage number {number} ".encode() * 300)
        Database(path, FakeClock()).close()
    found = {each.read_bytes() for each in path.parent.glob("queue.db.damaged-*") if "-wal" not in each.name}
    assert found == contents


def test_a_good_file_is_left_where_it_is(path):
    fill(path, 3)
    for check in (True, False):
        queue = PlayQueue(path, FakeClock(), check=check)
        assert (queue.database.quarantined, queue.waiting(OWNER)) == (None, 3)
        queue.close()
