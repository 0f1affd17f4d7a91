"""A damaged file is moved aside as it is, and a new one takes its place; a good one is left where it is."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from lib.tracking.play import Play
from lib.tracking.store.database import Database, QueueError
from lib.tracking.store.queue import PlayQueue
from lib.tracking.store.schema import MIGRATIONS
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


def damaged_index(path):
    """Damage the pages of an index, and no table."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        size = file.execute("PRAGMA page_size").fetchone()[0]
        [(root,)] = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'plays_by_key'")
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : (root - 1) * size + 64] = b"\xff" * 64
    path.write_bytes(content)


def one_damaged_leaf(path):
    """Damage a page in the middle of the plays."""
    content = bytearray(path.read_bytes())
    leaf = 13  # the type of a page with rows of a table
    start = next(
        place
        for place in range(4096, len(content), 4096)
        if content[place] == leaf and b'"Film 100"' in content[place : place + 4096]
    )
    content[start : start + 8] = b"\xff" * 8
    path.write_bytes(content)


def test_damage_to_an_index_costs_no_play(path):
    fill(path, 100)
    damaged_index(path)
    queue = PlayQueue(path, FakeClock(), check=True)
    assert queue.database.quarantined is not None
    assert [each.label for each in queue.listing(OWNER, "waiting")] == [f"Film {number}" for number in range(100)]
    queue.close()


def test_of_a_damaged_table_the_plays_before_and_behind_the_damage_are_carried_over(path):
    fill(path, 200)
    one_damaged_leaf(path)
    queue = PlayQueue(path, FakeClock(), check=True)
    labels = [each.label for each in queue.listing(OWNER, "waiting")]
    assert (labels[0], labels[-1]) == ("Film 0", "Film 199")
    assert 150 < len(labels) < 200
    queue.close()


def test_tables_of_other_parts_of_the_program_are_carried_over_too(path):
    fill(path, 100)
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE of_the_server (name TEXT PRIMARY KEY, number INTEGER)")
        file.execute("INSERT INTO of_the_server VALUES ('x', 7)")
        file.commit()
    damaged_index(path)
    queue = PlayQueue(path, FakeClock(), check=True)
    assert [tuple(row) for row in queue.database.read("SELECT * FROM of_the_server")] == [("x", 7)]
    queue.close()


@pytest.mark.parametrize("look", [True, False], ids=["reads first", "writes at once"])
def test_who_has_the_file_open_uses_its_successor_after_another_one_has_moved_it(path, look):
    fill(path, 100)
    writer = PlayQueue(path, FakeClock())
    damaged_index(path)
    finder = PlayQueue(path, FakeClock(), check=True)
    if look:
        assert writer.waiting(OWNER) == 100
    writer.add(OWNER, [Play("stop", HARBOUR, NOON, 100.0)])
    assert HARBOUR.label in [each.label for each in finder.listing(OWNER, "waiting")]
    finder.close()
    writer.close()


def test_a_play_that_was_put_into_the_file_while_it_was_moved_is_told_to_be_tried_again(path):
    fill(path, 100)
    writer = PlayQueue(path, FakeClock())
    with pytest.raises(QueueError, match="moved aside"), writer.database.changing() as connection:
        connection.execute("DELETE FROM plays")
        path.rename(path.with_name("elsewhere"))
    writer.close()


def test_of_two_that_find_the_damage_the_second_one_keeps_the_new_file(path, monkeypatch):
    fill(path, 100)
    damaged_index(path)
    first = []

    @contextlib.contextmanager
    def lock_that_the_other_one_gets_first(lock):
        if not first:
            first.append(None)
            first[0] = PlayQueue(path, FakeClock(), check=True)
            first[0].add(OWNER, [Play("stop", HARBOUR, NOON, 100.0)])
        yield

    monkeypatch.setattr("lib.system.locks.hold_lock", lock_that_the_other_one_gets_first)
    second = PlayQueue(path, FakeClock(), check=True)
    assert second.database.quarantined is None
    assert second.waiting(OWNER) == 101
    assert len([each for each in path.parent.glob("*damaged-*") if not each.name.endswith(("-wal", "-shm"))]) == 1
    second.close()
    first[0].close()


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
        Database(path, MIGRATIONS, FakeClock()).close()
    found = {each.read_bytes() for each in path.parent.glob("queue.db.damaged-*") if "-wal" not in each.name}
    assert found == contents


def test_a_good_file_is_left_where_it_is(path):
    fill(path, 3)
    for check in (True, False):
        queue = PlayQueue(path, FakeClock(), check=check)
        assert (queue.database.quarantined, queue.waiting(OWNER)) == (None, 3)
        queue.close()
