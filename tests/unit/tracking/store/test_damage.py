"""A damaged file is moved aside and a new one takes its place; one row that cannot be read costs itself alone."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from lib.tracking.play import REJECTED, Play
from lib.tracking.store.database import QueueError
from lib.tracking.store.match_cache import MatchCache
from tests.unit.tracking.cases import HARBOUR, KITES, cases, film
from tests.unit.tracking.sending import NOON, OWNER

STOP = Play("stop", HARBOUR, NOON, 100.0)
GARBAGE = b"this was a queue once " * 400
DAMAGES = {
    "garbage": lambda content: GARBAGE,
    "the head": lambda content: bytes(100) + content[100:],
    "all pages but the first": lambda content: content[:4096] + b"\xff" * (len(content) - 4096),
    "cut off": lambda content: content[:6000],
}


def damaged_index(path):
    """Damage the pages of an index, and no table."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        size = file.execute("PRAGMA page_size").fetchone()[0]
        [(root,)] = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'plays_by_key'")
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : (root - 1) * size + 64] = b"\xff" * 64
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
    content = bytearray(path.read_bytes())
    leaf = 13  # the type of a page with rows of a table
    pages = range(4096, len(content), 4096)
    start = next(at for at in pages if content[at] == leaf and b'"Film 100"' in content[at : at + 4096])
    content[start : start + 8] = b"\xff" * 8
    path.write_bytes(content)
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


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_is_moved_aside_as_it_is_and_a_new_one_takes_its_place(path, opened, fill, exceptions, damage):
    fill(200)
    path.write_bytes(damage(path.read_bytes()))
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
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        queue.add(OWNER, [STOP])
        copy = tmp_path / "killed" / "queue.db"
        copy.parent.mkdir()
        copy.write_bytes(DAMAGES["all pages but the first"](path.read_bytes()))
        Path(f"{copy}-wal").write_bytes(Path(f"{path}-wal").read_bytes())
    again = opened(copy, check=True)
    assert (again.database.quarantined is not None, again.waiting(OWNER)) == (True, 0)
    again.add(OWNER, [STOP])
    again.close()
    again = opened(copy, check=True)
    assert (again.database.quarantined, again.waiting(OWNER)) == (None, 1)


def test_a_second_damaged_file_does_not_overwrite_the_first(path, opened):
    path.parent.mkdir()
    for number in range(3):
        path.write_bytes(GARBAGE + bytes([number]))
        opened().close()
    assert {each.read_bytes() for each in aside(path)} == {GARBAGE + bytes([number]) for number in range(3)}


PLAYED = {"action": "stop", "at": NOON, "progress": 90.0, "file": "x.mkv"}


def change(queue, statement, *values):
    with queue.database.changing() as connection:
        connection.execute(statement, values)


def damaged(queue, text, *items):
    """Put plays into the line that cannot be read."""
    queue.add(OWNER, [Play("watched", item, NOON, title="A title", ref="movie/7") for item in items])
    change(queue, "UPDATE plays SET item = ?", text)


@cases("text", {
    "no JSON": '{"kind": "mov',
    "a key is missing": '{"title": "The Glass Harbour"}',
    "no object": "[1]",
    "ids that are none": '{"kind": "movie", "ids": 7}',
    "of no kind": '{"kind": "opera", "title": "x"}',
})  # fmt: skip
def test_a_play_that_cannot_be_read_is_put_aside_and_the_line_goes_on(queue, caplog, text):
    damaged(queue, text, HARBOUR)
    assert queue.was_marked(OWNER, HARBOUR.key, NOON), "it still tells that the same was marked"
    queue.add(OWNER, [Play("watched", KITES, NOON)])
    for _ in range(2):
        assert [each.item for each in queue.line(OWNER, NOON)] == [KITES]
        [kept] = queue.listing(OWNER, REJECTED)
        assert (kept.action, kept.label, kept.why) == ("watched", "A title", "unreadable")
        queue.retry(OWNER, [kept.id])
    assert "the numbers [1] cannot be read" in caplog.text
    queue.done([kept.id])
    assert queue.listing(OWNER, REJECTED) == []


def test_so_many_that_cannot_be_read_that_no_other_is_at_the_head(queue):
    damaged(queue, "{", *map(film, range(60)))
    queue.add(OWNER, [STOP])
    assert [each.item for each in queue.line(OWNER, NOON)] == [HARBOUR]
    assert queue.count(OWNER, REJECTED) == 60


@cases("look", {
    "recover": lambda queue: queue.recover(OWNER),
    "now playing": lambda queue: queue.now_playing(OWNER),
    "the clock is set": lambda queue: queue.shift(NOON / 2, NOON),
})  # fmt: skip
@cases("text", {
    "no JSON": "{",
    "no object": "[]",
    "no item": json.dumps(PLAYED),
    "a word too many": json.dumps({**PLAYED, "item": None, "mood": "good"}),
    "an item without a kind": json.dumps({**PLAYED, "item": {"title": "x"}}),
})  # fmt: skip
def test_a_playback_that_cannot_be_read_is_dropped_and_keeps_no_other_from_its_true_time(queue, caplog, look, text):
    change(queue, "INSERT INTO playing (owner, play) VALUES (?, ?)", OWNER, text)
    queue.save_now_playing("900002", Play("stop", HARBOUR, 5.0))
    assert look(queue) is None
    assert "cannot be read" in caplog.text
    assert (len(queue.database.read("SELECT * FROM playing")), queue.waiting(OWNER)) == (1, 0)
    queue.shift(NOON / 2, NOON)
    assert queue.now_playing("900002").at == NOON + 5


def test_an_answer_that_cannot_be_read_is_asked_for_again(queue):
    MatchCache(queue.database).remember(HARBOUR.key, KITES, NOON)
    change(queue, "UPDATE answers SET item = ?", "{")
    assert MatchCache(queue.database).lookup(HARBOUR.key, NOON) is None
