"""The queue's file: synced, private, whole, shared between processes, and never overwritten when it is damaged."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lib.tracking.play import Play
from lib.tracking.store.database import Database, QueueError
from lib.tracking.store.queue import PlayQueue
from lib.tracking.store.schema import MIGRATIONS
from tests.fakes.clock import NOON, FakeClock
from tests.unit.tracking.sending import HARBOUR, KITES, LANTERN, OWNER, film

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "queue.db"


def fill(path, plays=1):
    """Put plays into a queue of this name, and close it."""
    queue = PlayQueue(path, FakeClock())
    queue.add(OWNER, [Play("watched", film(number), NOON) for number in range(plays)])
    queue.close()


def test_it_writes_ahead_and_every_commit_is_synced(path):
    database = Database(path, MIGRATIONS, FakeClock())
    assert database.read("PRAGMA journal_mode")[0][0] == "wal"
    assert database.read("PRAGMA synchronous")[0][0] == 2
    assert database.read("PRAGMA user_version")[0][0] == len(MIGRATIONS)
    database.close()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_nobody_else_can_read_the_file_its_log_or_its_index(path, umask):
    before = os.umask(umask)
    try:
        queue = PlayQueue(path, FakeClock())
        queue.add(OWNER, [Play("stop", HARBOUR, NOON, 100.0)])
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
        queue.close()
    finally:
        os.umask(before)
    assert modes == {"queue.db": 0o600, "queue.db-wal": 0o600, "queue.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_change_that_fails_in_the_middle_changes_nothing(path):
    queue = PlayQueue(path, FakeClock())
    with pytest.raises(ZeroDivisionError), queue.database.changing() as connection:
        connection.execute("INSERT INTO answers VALUES ('x', NULL, 0)")
        raise ZeroDivisionError
    assert queue.database.read("SELECT * FROM answers") == []
    queue.add(OWNER, [Play("stop", HARBOUR, NOON, 100.0)])
    assert queue.waiting(OWNER) == 1
    queue.close()


def test_an_empty_file_becomes_a_queue(path):
    path.parent.mkdir()
    path.touch()
    fill(path)
    assert PlayQueue(path, FakeClock(), check=True).waiting(OWNER) == 1


def test_a_file_of_a_newer_version_is_refused_clearly_and_left_alone(path):
    fill(path)
    with sqlite3.connect(path) as file:
        file.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    file.close()
    with pytest.raises(
        QueueError, match=rf"queue\.db is of version {len(MIGRATIONS) + 1}, from a newer Simkl Link\. Update"
    ):
        Database(path, MIGRATIONS, FakeClock())
    assert [each.name for each in path.parent.glob("*damaged*")] == []
    with sqlite3.connect(path) as file:
        assert file.execute("SELECT count(*) FROM plays").fetchone() == (1,)
    file.close()


def test_a_full_disk_is_told_in_words_loses_nothing_and_is_over_when_it_is_over(path):
    queue = PlayQueue(path, FakeClock())
    queue.add(OWNER, [Play("watched", HARBOUR, NOON)])
    with queue.database.changing() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(QueueError, match=r"queue\.db cannot be used: .*full.*permissions and space"):
        queue.add(OWNER, [Play("watched", film(number), NOON) for number in range(500)])
    assert queue.waiting(OWNER) == 1
    with queue.database.changing() as connection:
        connection.execute("PRAGMA max_page_count=100000")
    queue.add(OWNER, [Play("watched", film(number), NOON) for number in range(500)])
    assert queue.waiting(OWNER) == 501
    queue.close()


def test_a_file_that_became_read_only_is_told_in_words(path):
    queue = PlayQueue(path, FakeClock())
    with queue.database.changing() as connection:
        connection.execute("PRAGMA query_only=ON")
    with pytest.raises(QueueError, match=r"queue\.db cannot be used: .*readonly.*Check its folder's owner"):
        queue.add(OWNER, [Play("watched", HARBOUR, NOON)])
    queue.close()


def test_a_folder_that_cannot_be_written_is_told_in_words(path, monkeypatch):
    path.parent.mkdir()

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(QueueError, match=r"queue\.db cannot be used: .*Permission denied"):
        Database(path, MIGRATIONS, FakeClock())


def test_a_folder_where_a_file_is_is_told_in_words(tmp_path):
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(QueueError, match="cannot be used"):
        Database(tmp_path / "home" / "queue.db", MIGRATIONS, FakeClock())


def test_a_file_that_another_program_keeps_for_itself_is_told_in_words_and_left_where_it_is(path, monkeypatch):
    fill(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr("lib.tracking.store.database.BUSY_SECONDS", 0.0)
    with pytest.raises(QueueError, match=r"queue\.db cannot be used: .*locked"):
        Database(path, MIGRATIONS, FakeClock())
    other.execute("ROLLBACK")
    other.close()
    queue = PlayQueue(path, FakeClock(), check=True)
    assert (queue.database.quarantined, queue.waiting(OWNER)) == (None, 1)
    queue.close()


def test_a_closed_file_is_told_in_words(path):
    queue = PlayQueue(path, FakeClock())
    queue.close()
    with pytest.raises(QueueError, match="closed"):
        queue.waiting(OWNER)


def test_a_question_that_is_none_is_told_in_words(path):
    database = Database(path, MIGRATIONS, FakeClock())
    with pytest.raises(QueueError, match="no such table"):
        database.read("SELECT * FROM absent")
    database.close()


def test_threads_put_into_one_queue_at_once(path):
    queue = PlayQueue(path, FakeClock())

    def put(first):
        for number in range(first, first + 25):
            queue.add(OWNER, [Play("watched", film(number), NOON)])

    threads = [threading.Thread(target=put, args=(100 * each,)) for each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert queue.waiting(OWNER) == 100
    queue.close()


PROCESS = """
import sys
from lib.system.clock import Clock
from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
from tests.unit.tracking.sending import film
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
queue = PlayQueue(__import__("pathlib").Path(sys.argv[1]), Clock())
for number in range(20):
    queue.add("900001", [Play("watched", film(1000 * int(sys.argv[2]) + number), 1.0)])
"""


def test_processes_that_open_a_new_file_at_once_lose_nothing(path):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(path), str(number)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(2)
    ]  # fmt: skip
    for each in started:
        assert each.stdout.readline() == "ready\n"
    for each in started:
        each.stdin.write("go\n")
        each.stdin.flush()
    assert [each.wait(60) for each in started] == [0, 0]
    for each in started:
        each.stdin.close()
        each.stdout.close()
    queue = PlayQueue(path, FakeClock(), check=True)
    labels = [each.label for each in queue.line(OWNER, NOON, most=200)]
    assert len(set(labels)) == 40
    for number in range(2):
        own = [label for label in labels if label in {f"Film {1000 * number + each}" for each in range(20)}]
        assert own == [f"Film {1000 * number + each}" for each in range(20)]
    queue.close()


@pytest.mark.parametrize("released", [True, False])
def test_a_new_file_that_another_program_holds_is_tried_again_for_a_while(path, monkeypatch, released):
    path.parent.mkdir(parents=True, exist_ok=True)
    other = sqlite3.connect(str(path), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    other.execute("CREATE TABLE of_somebody_else (x)")
    clock = FakeClock()
    clock.during_pause = lambda number: other.execute("ROLLBACK") if released and number == 3 else None
    monkeypatch.setattr("lib.tracking.store.database.BUSY_SECONDS", 0.1)
    if released:
        PlayQueue(path, clock).close()
        assert clock.pauses == [0.02] * 3
    else:
        with pytest.raises(QueueError, match="locked"):
            PlayQueue(path, clock)
        assert clock.pauses == [0.02] * 4
    other.close()


LOOKS = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM plays').fetchone())"


def seen_by_another_program(path):
    """Return how many plays another program sees, which uses sqlite as it pleases."""
    command = [sys.executable, "-c", LOOKS, str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)


def test_a_script_that_opens_the_queue_and_closes_it_leaves_the_service_its_locks(tmp_path):
    path = tmp_path / "queue.db"
    service = PlayQueue(path, FakeClock())
    service.add(OWNER, [Play("watched", HARBOUR, NOON)])
    PlayQueue(path, FakeClock()).close()
    assert seen_by_another_program(path) == 1
    service.add(OWNER, [Play("watched", KITES, NOON)])
    PlayQueue(path, FakeClock(), check=True).close()
    assert seen_by_another_program(path) == 2
    service.add(OWNER, [Play("watched", LANTERN, NOON)])
    service.close()
    assert seen_by_another_program(path) == 3
