"""Locks keep writers and pollers apart, threads and processes alike, and fall with whoever held them."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import filelock
import pytest

from lib.account.settings_file import SettingsError
from lib.account.store import Account
from lib.system import files, locks
from tests.unit.account.doubles import TOKEN

HOLD = """
import sys
from pathlib import Path
from lib.system import locks
guard = locks.try_lock(Path(sys.argv[1]))
print("held", guard is not None, flush=True)
sys.stdin.read()
"""
BOUND = 60.0
PROJECT = Path(files.__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.yaml.lock"


@pytest.fixture
def another_process(path):
    """Return a process that holds the lock until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held True\n"
    yield process
    process.kill()
    process.communicate(timeout=BOUND)


def test_a_lock_is_held_once(path):
    first = locks.try_lock(path)
    assert locks.try_lock(path) is None
    first.release()
    assert locks.try_lock(path) is not None


def test_a_lock_makes_its_folder(tmp_path):
    with locks.hold_lock(tmp_path / "new" / "lock"):
        assert (tmp_path / "new" / "lock").exists()


def test_a_lock_may_be_released_by_another_thread(path):
    held = locks.try_lock(path)
    thread = threading.Thread(target=held.release)
    thread.start()
    thread.join(BOUND)
    assert locks.try_lock(path) is not None


def test_a_lock_is_released_when_its_work_fails(path):
    with pytest.raises(ZeroDivisionError), locks.hold_lock(path):
        raise ZeroDivisionError
    assert locks.try_lock(path) is not None


def test_another_process_holds_it_as_well(path, another_process):
    assert locks.try_lock(path) is None


def test_a_lock_falls_with_a_process_that_is_killed(path, another_process):
    another_process.kill()
    another_process.wait(BOUND)
    assert locks.try_lock(path) is not None


def test_a_lock_that_is_never_given_up_is_an_error_that_names_it(path, monkeypatch):
    monkeypatch.setattr(locks, "FILE_LOCK_SECONDS", 0.0)
    held = locks.try_lock(path)
    with pytest.raises(TimeoutError, match=f"{path} is held by another program"), locks.hold_lock(path):
        pytest.fail("two have it")
    held.release()


def test_whoever_waits_for_a_lock_gets_it(path):
    held = locks.try_lock(path)
    waiting, got_it = threading.Event(), threading.Event()

    def wait():
        waiting.set()
        with locks.hold_lock(path):
            got_it.set()

    thread = threading.Thread(target=wait)
    thread.start()
    assert waiting.wait(BOUND)
    assert not got_it.is_set()
    held.release()
    assert got_it.wait(BOUND)
    thread.join(BOUND)


def test_writers_in_many_threads_lose_nothing(world):
    start = threading.Barrier(4, timeout=BOUND)

    def write(worker):
        start.wait()
        for number in range(5):
            world.accounts.save(f"{worker}-{number}", Account(TOKEN, ""))

    threads = [threading.Thread(target=write, args=[worker]) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(BOUND)
    for worker in range(4):
        for number in range(5):
            assert world.accounts.get(f"{worker}-{number}") is not None


def test_a_file_system_without_locks_gives_everybody_one(path, monkeypatch, caplog):
    def acquire(self):
        raise NotImplementedError

    monkeypatch.setattr(filelock.FileLock, "_acquire", acquire)
    first, second = locks.try_lock(path), locks.try_lock(path)
    assert first is not None and second is not None
    first.release()
    second.release()
    with locks.hold_lock(path):
        assert "has no locks" in caplog.text


def test_settings_whose_lock_is_never_given_up_are_left_alone(world, monkeypatch):
    before = world.is_linked()
    monkeypatch.setattr(locks, "FILE_LOCK_SECONDS", 0.0)
    held = locks.try_lock(world.path.with_name("settings.yaml.lock"))
    for action in (lambda: world.accounts.save("x", Account(TOKEN, "")), world.accounts.check_writable):
        with pytest.raises(SettingsError, match="held by another program"):
            action()
    held.release()
    assert world.path.read_bytes() == before
