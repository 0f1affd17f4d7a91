"""A damaged file is moved aside as it is, and a new one takes its place; a good one is left where it is."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from lib.tracking.play import Play
from lib.tracking.store.database import QueueError
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import OWNER
from tests.unit.tracking.titles import HARBOUR, film

STOP = Play("stop", HARBOUR, NOON, 100.0)


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


def labels(queue):
    return [each.label for each in queue.listing(OWNER, "waiting")]


def aside(path):
    return [each for each in path.parent.glob("*damaged-*") if not each.name.endswith(("-wal", "-shm"))]


def test_damage_to_an_index_costs_no_play_and_no_table_of_other_parts_of_the_program(path, opened, fill):
    fill(100)
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE of_the_server (name TEXT PRIMARY KEY, number INTEGER)")
        file.execute("INSERT INTO of_the_server VALUES ('x', 7)")
        file.commit()
    damaged_index(path)
    queue = opened(check=True)
    assert queue.database.quarantined is not None
    assert labels(queue) == [f"Film {number}" for number in range(100)]
    assert [tuple(row) for row in queue.database.read("SELECT * FROM of_the_server")] == [("x", 7)]


def test_of_a_damaged_table_the_plays_before_and_behind_the_damage_are_carried_over(path, opened, fill):
    fill(200)
    one_damaged_leaf(path)
    found = labels(opened(check=True))
    assert (found[0], found[-1]) == ("Film 0", "Film 199")
    assert 150 < len(found) < 200


@pytest.mark.parametrize("look", [True, False], ids=["reads first", "writes at once"])
def test_who_has_the_file_open_uses_its_successor_after_another_one_has_moved_it(path, opened, fill, look):
    fill(100)
    writer = opened()
    damaged_index(path)
    finder = opened(check=True)
    if look:
        assert writer.waiting(OWNER) == 100
    writer.add(OWNER, [STOP])
    assert HARBOUR.label in labels(finder)


def test_a_play_that_was_put_into_the_file_while_it_was_moved_is_told_to_be_tried_again(path, opened, fill):
    fill()
    with pytest.raises(QueueError, match="moved aside"), opened().database.changing() as connection:
        connection.execute("DELETE FROM plays")
        path.rename(path.with_name("elsewhere"))


def test_of_two_that_find_the_damage_the_second_one_keeps_the_new_file(path, opened, fill, monkeypatch):
    fill(100)
    damaged_index(path)
    first = []

    @contextlib.contextmanager
    def lock_that_the_other_one_gets_first(lock):
        if not first:
            first.append(None)
            first[0] = opened(check=True)
            first[0].add(OWNER, [STOP])
        yield

    monkeypatch.setattr("lib.system.locks.hold_lock", lock_that_the_other_one_gets_first)
    second = opened(check=True)
    assert (second.database.quarantined, second.waiting(OWNER)) == (None, 101)
    assert len(aside(path)) == 1


@pytest.mark.parametrize("damage", [garbage, damaged_head, damaged_page, cut_off])
def test_a_damaged_file_is_moved_aside_as_it_is_and_a_new_one_takes_its_place(path, opened, fill, exceptions, damage):
    fill(200)
    damage(path)
    content = path.read_bytes()
    queue = opened(check=True)
    assert queue.waiting(OWNER) == 0
    queue.add(OWNER, [STOP])
    moved = queue.database.quarantined
    queue.close()
    assert moved.parent == path.parent and moved.name.startswith("queue.db.damaged-")
    assert moved.read_bytes() == content
    for check in (True, False):
        again = opened(check=check)
        assert (again.database.quarantined, again.waiting(OWNER)) == (None, 1)


def test_the_log_of_a_damaged_file_does_no_harm_to_the_new_one(path, opened, tmp_path):
    queue = opened()
    queue.add(OWNER, [Play("watched", film(number), NOON) for number in range(200)])
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    queue.add(OWNER, [STOP])
    copy = tmp_path / "killed" / "queue.db"
    copy.parent.mkdir()
    for ending in ("", "-wal"):
        Path(f"{copy}{ending}").write_bytes(Path(f"{path}{ending}").read_bytes())
    other.close()
    damaged_page(copy)
    again = opened(copy, check=True)
    assert (again.database.quarantined is not None, again.waiting(OWNER)) == (True, 0)
    again.add(OWNER, [STOP])
    again.close()
    again = opened(copy, check=True)
    assert (again.database.quarantined, again.waiting(OWNER)) == (None, 1)


def test_a_second_damaged_file_does_not_overwrite_the_first(path, opened):
    path.parent.mkdir()
    contents = {f"garbage number {number} ".encode() * 300 for number in range(3)}
    for content in contents:
        path.write_bytes(content)
        opened().close()
    assert {each.read_bytes() for each in aside(path)} == contents
