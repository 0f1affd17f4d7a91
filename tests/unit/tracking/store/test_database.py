"""The queue's file: synced, private, whole, shared between processes, of any version, and told of in words."""

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock

import pytest

from lib.simkl.api.media import MOVIE, Item
from lib.tracking.play import NOT_FOUND, QUEUED, REJECTED, Play
from lib.tracking.store.database import QueueError
from lib.tracking.store.delivery_state import CLIENT_ID_REJECTED, QUOTA_EXHAUSTED, DeliveryStateStore
from lib.tracking.store.match_cache import MatchCache
from lib.tracking.store.queue import PlayQueue
from lib.tracking.store.schema import MIGRATIONS
from tests.architecture.sources import ROOT
from tests.fakes.clock import FakeClock
from tests.unit.tracking.cases import HARBOUR, KITES, LANTERN, cases, film
from tests.unit.tracking.sending import HOUR, NOON, OWNER


def watched(*items):
    return [Play("watched", item, NOON) for item in items]


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_every_commit_is_synced_and_nobody_else_can_read_the_file_its_log_or_its_index(path, opened, umask):
    before = os.umask(umask)
    try:
        queue = opened()
        queue.add(OWNER, watched(HARBOUR))
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"queue.db": 0o600, "queue.db-wal": 0o600, "queue.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    pragmas = [queue.database.read(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "user_version")]
    assert pragmas == ["wal", 2, len(MIGRATIONS)]


@cases("fails, error", {
    "by sqlite": (lambda connection: connection.execute("INSERT INTO answers VALUES ('x', NULL, 0)"), QueueError),
    "by us": (lambda connection: 1 / 0, ZeroDivisionError),
})  # fmt: skip
def test_a_change_that_fails_in_the_middle_changes_nothing(opened, exceptions, fails, error):
    queue = opened()
    with pytest.raises(error), queue.database.changing() as connection:
        connection.execute("INSERT INTO answers VALUES ('x', NULL, 0)")
        fails(connection)
    assert queue.database.read("SELECT * FROM answers") == []
    queue.add(OWNER, watched(HARBOUR))
    assert queue.waiting(OWNER) == 1


def test_a_file_of_a_newer_version_is_refused_clearly_and_left_alone(path, opened, fill):
    fill()
    newer = len(MIGRATIONS) + 1
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.execute(f"PRAGMA user_version={newer}")
        with pytest.raises(QueueError, match=rf"queue\.db is of version {newer}, from a newer Simkl Link\."):
            opened()
        assert [each.name for each in path.parent.glob("*damaged*")] == []
        assert file.execute("SELECT count(*) FROM plays").fetchone() == (1,)


def test_a_full_disk_is_told_in_words_loses_nothing_and_is_over_when_it_is_over(opened):
    queue, many = opened(), watched(*map(film, range(500)))
    queue.add(OWNER, watched(HARBOUR))
    with queue.database.changing() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(QueueError, match=r"queue\.db cannot be used: .*full.*permissions and space"):
        queue.add(OWNER, many)
    assert queue.waiting(OWNER) == 1
    with queue.database.changing() as connection:
        connection.execute("PRAGMA max_page_count=100000")
    queue.add(OWNER, many)
    assert queue.waiting(OWNER) == 501


def read_only(queue, monkeypatch):
    with queue.database.changing() as connection:
        connection.execute("PRAGMA query_only=ON")
    queue.add(OWNER, watched(HARBOUR))


def no_folder(queue, monkeypatch):
    monkeypatch.setattr(os, "open", Mock(side_effect=PermissionError(13, "Permission denied")))
    queue.database._opened()


def closed(queue, monkeypatch):
    queue.close()
    queue.waiting(OWNER)


@cases("happens, words", {
    "a file that became read-only": (read_only, r"queue\.db cannot be used: .*readonly.*Check its folder's owner"),
    "a folder that cannot be written": (no_folder, r"queue\.db cannot be used: .*Permission denied"),
    "a closed file": (closed, "closed"),
    "a table that is none": (lambda queue, _: queue.database.read("SELECT * FROM absent"), "no such table"),
})  # fmt: skip
def test_what_goes_wrong_is_told_in_words(opened, monkeypatch, exceptions, happens, words):
    queue = opened()
    with pytest.raises(QueueError, match=words):
        happens(queue, monkeypatch)


def test_a_file_that_another_program_keeps_for_itself_is_no_damaged_one(path, opened, fill, monkeypatch, exceptions):
    fill()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr("lib.tracking.store.database.BUSY_SECONDS", 0.0)
    with pytest.raises(QueueError, match=r"queue\.db cannot be used: .*locked"):
        opened()
    other.execute("ROLLBACK")
    other.close()
    queue = opened(check=True)
    assert (queue.database.quarantined, queue.waiting(OWNER)) == (None, 1)


def test_threads_put_into_one_queue_at_once(opened):
    queue = opened()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: queue.add(OWNER, watched(film(number))), range(100)))
    assert queue.waiting(OWNER) == 100


PROCESS = """
import sys
from pathlib import Path
from lib.simkl.api.media import MOVIE, Item
from lib.system.clock import Clock
from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue

print("ready", flush=True)
sys.stdin.readline()
queue = PlayQueue(Path(sys.argv[1]), Clock())
for number in range(20):
    queue.add("900001", [Play("watched", Item(MOVIE, f"{sys.argv[2]} {number}"), 1.0)])
"""


def test_processes_that_open_a_new_file_at_once_lose_nothing(path, opened):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with contextlib.ExitStack() as stack:
        commands = [[sys.executable, "-c", PROCESS, str(path), name] for name in "AB"]
        started = [stack.enter_context(subprocess.Popen(each, cwd=ROOT, **pipes)) for each in commands]
        assert [each.stdout.readline() for each in started] == ["ready\n"] * 2
        for each in started:
            each.stdin.write("go\n")
            each.stdin.flush()
        assert [each.wait(60) for each in started] == [0, 0]
    labels = [each.label for each in opened(check=True).line(OWNER, NOON, most=200)]
    assert len(labels) == 40
    for name in "AB":
        assert [label for label in labels if label[0] == name] == [f"{name} {number}" for number in range(20)]


@pytest.mark.parametrize("released", [True, False])
def test_a_new_file_that_another_program_holds_is_tried_again_for_a_while(path, opened, monkeypatch, released):
    path.parent.mkdir()
    other = sqlite3.connect(str(path), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    other.execute("CREATE TABLE of_somebody_else (x)")
    clock = FakeClock()
    clock.during_pause = lambda number: other.execute("ROLLBACK") if released and number == 3 else None
    monkeypatch.setattr("lib.tracking.store.database.BUSY_SECONDS", 0.1)
    if released:
        opened(clock=clock)
    else:
        with pytest.raises(QueueError, match="locked"):
            opened(clock=clock)
    assert clock.pauses == [0.02] * (3 if released else 4)
    other.close()


LOOKS = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM plays').fetchone())"


def test_a_script_that_opens_the_queue_and_closes_it_leaves_the_service_its_locks(path, opened):
    def seen_by_another_program():
        command = [sys.executable, "-S", "-c", LOOKS, str(path)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)

    service = opened()
    service.add(OWNER, watched(HARBOUR))
    opened().close()
    assert seen_by_another_program() == 1
    service.add(OWNER, watched(KITES))
    opened(check=True).close()
    service.add(OWNER, watched(LANTERN))
    service.close()
    assert seen_by_another_program() == 3


UNNAMED = "linked at 2026-11-01T00:00:00Z"
WAITING = [
    ("stop", "The Glass Harbour", 96.5, 90),
    ("stop", "Lantern Street 2x04", 41.5, 80),
    ("watched", "Moss and Ember 07", 0.0, 80),
    ("unwatched", "Lantern Street 2x04", 0.0, 80),
    ("rating", "A Winter of Kites", 0.0, 80),
    ("stop", "Some.Film.2001.mkv", 100.0, 80),
    ("start", "A Winter of Kites", 1.5, 80),
]


def mended_by_dump(path):
    """Mend a file as sqlite's own shell does with `.dump`: the version is lost."""
    with contextlib.closing(sqlite3.connect(path)) as damaged:
        script = "\n".join(damaged.iterdump())
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as mended:
        mended.executescript(script)


@pytest.mark.parametrize("mend", [lambda path: None, mended_by_dump], ids=["as it is", "mended by .dump"])
def test_a_queue_of_0_2_0_opens_with_every_play_answer_and_state_takes_new_plays_and_opens_again(tmp_path, mend):
    path = tmp_path / "queue.db"
    shutil.copy(ROOT / "tests/fixtures/0.2.0/queue.db", path)
    mend(path)
    for number in range(3):
        queue = PlayQueue(path, FakeClock(), check=True)
        old, waiting = queue.listing(OWNER, QUEUED)[: len(WAITING)], len(WAITING) + number
        assert (queue.database.quarantined, queue.waiting(OWNER)) == (None, waiting)
        assert queue.database.read("PRAGMA user_version")[0][0] == len(MIGRATIONS)
        assert [(each.action, each.label, each.progress, each.threshold) for each in old] == WAITING
        assert (old[0].ref, old[0].art, old[0].file, old[0].failed_days) == ("movie/7", "harbour.jpg", "harbour.mkv", 0)
        assert (old[4].rating, {each.library_date for each in old}) == (8, {None})
        assert [each.label for each in queue.listing(OWNER, NOT_FOUND)] == ["Nobody Knows It"]
        assert [each.label for each in queue.listing(OWNER, REJECTED)] == ["A Winter of Kites"]
        assert queue.owners() == {OWNER: waiting + 2, "900002": 1, UNNAMED: 2}
        playing = queue.now_playing(OWNER)
        assert (playing.label, playing.progress, playing.threshold) == ("A Winter of Kites", 33.25, 90)
        cache, states = MatchCache(queue.database), DeliveryStateStore(queue.database)
        assert cache.lookup("file:Some.Film.2001.mkv", NOON).item.title == "A Winter of Kites"
        assert cache.lookup(queue.listing(OWNER, NOT_FOUND)[0].key, NOON + HOUR).item is None
        assert (states.get(OWNER).state, states.get(OWNER).last_label) == (CLIENT_ID_REJECTED, "Lantern Street 2x03")
        assert states.get("900002").state == QUOTA_EXHAUSTED
        queue.add(OWNER, [Play("watched", Item(MOVIE, f"New {number}"), NOON, library_date=NOON)])
        queue.close()


def test_a_new_queue_that_was_mended_by_dump_opens_too(path, opened):
    queue = opened()
    queue.add(OWNER, [Play("watched", Item(MOVIE, "New"), NOON, library_date=NOON)])
    queue.close()
    mended_by_dump(path)
    assert [(each.label, each.library_date) for each in opened(check=True).listing(OWNER, QUEUED)] == [("New", NOON)]
