"""Locks keep writers and pollers apart, threads and processes alike, and fall with whoever held them."""

import errno
import fcntl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import filelock
import pytest

from lib.system import locks

HOLD = """
import sys
from pathlib import Path
from lib.system import locks
guard = locks.try_lock(Path(sys.argv[1]))
print("held", guard is not None, flush=True)
sys.stdin.read()
"""
BOUND = 60.0
PROJECT = Path(locks.__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "settings.yaml.lock"


def test_a_lock_is_held_once_may_be_released_by_another_thread_and_is_when_its_work_fails(path):
    first = locks.try_lock(path)
    assert locks.try_lock(path) is None
    with ThreadPoolExecutor(1) as pool:
        pool.submit(first.release).result(BOUND)
    with pytest.raises(ZeroDivisionError), locks.hold_lock(path):
        raise ZeroDivisionError
    assert locks.try_lock(path) is not None


def test_another_process_holds_it_as_well_until_it_is_killed(path):
    command = [sys.executable, "-c", HOLD, path]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout.readline() == "held True\n"
            assert locks.try_lock(path) is None
        finally:
            other.kill()
        other.wait(BOUND)
        assert locks.try_lock(path) is not None


def test_a_lock_that_is_never_given_up_is_an_error_that_names_it(path, monkeypatch):
    monkeypatch.setattr(locks, "FILE_LOCK_SECONDS", 0.0)
    held = locks.try_lock(path)
    with pytest.raises(TimeoutError, match=f"{path} is held by another program"), locks.hold_lock(path):
        pytest.fail("two have it")
    held.release()


WITHOUT_LOCKS = {
    "ENOLCK": (fcntl, "flock", OSError(errno.ENOLCK, "No locks available")),
    "EOPNOTSUPP": (fcntl, "flock", OSError(errno.EOPNOTSUPP, "Operation not supported")),
    "not there": (filelock.FileLock, "_acquire", NotImplementedError()),
}


@pytest.mark.parametrize(("module", "name", "error"), WITHOUT_LOCKS.values(), ids=WITHOUT_LOCKS.keys())
def test_a_file_system_without_locks_gives_everybody_one(path, monkeypatch, caplog, module, name, error):
    monkeypatch.setattr(module, name, Mock(side_effect=error))
    first, second = locks.try_lock(path), locks.try_lock(path, 5.0)
    assert first is not None and second is not None
    first.release()
    with locks.hold_lock(path):
        assert "has no locks" in caplog.text
