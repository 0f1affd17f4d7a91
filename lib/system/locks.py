"""Lock files, held against threads and processes alike."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

from lib.system.files import FILE_MODE, make_folder

if TYPE_CHECKING:  # a caller that holds no lock does not pay for the import
    import filelock

FILE_LOCK_SECONDS = 10.0

log = logging.getLogger(__name__)


@contextlib.contextmanager
def hold_lock(path: Path, seconds: float | None = None) -> Iterator[None]:
    """Hold the lock file `path`, against threads and processes alike.

    Raises OSError if somebody keeps it for longer than `seconds`, 10 by default.
    """
    guard = try_lock(path, FILE_LOCK_SECONDS if seconds is None else seconds)
    if guard is None:
        raise TimeoutError(f"{path} is held by another program")
    try:
        yield
    finally:
        guard.release()


def try_lock(path: Path, seconds: float = 0) -> filelock.BaseFileLock | None:
    """Return the lock once it is ours, None if that takes longer than `seconds`. It falls with the process.

    On a file system without locks nobody can hold one, so everybody gets it.
    """
    import filelock

    make_folder(path.parent)
    guard: filelock.BaseFileLock = filelock.FileLock(path, mode=FILE_MODE, thread_local=False)
    try:
        guard.acquire(timeout=seconds, poll_interval=0.02)
    except filelock.Timeout:
        return None
    except NotImplementedError:
        log.warning("%s: this file system has no locks", path)
        guard = filelock.SoftFileLock(path)
    return guard
