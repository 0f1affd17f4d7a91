"""Lock files, held against threads and processes alike."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

from lib.system.files import FILE_MODE, make_folder, make_private

if TYPE_CHECKING:  # a caller that holds no lock does not pay for the import
    import filelock

FILE_LOCK_SECONDS = 10.0
# What flock answers on storage that has no locks: some network and FUSE file systems, an NFS without its lock daemon.
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS)

log = logging.getLogger(__name__)


@contextlib.contextmanager
def hold_lock(path: Path, seconds: float | None = None, like: Path | None = None) -> Iterator[None]:
    """Hold the lock file `path`, against threads and processes alike.

    Raises OSError if somebody keeps it for longer than `seconds`, by default `FILE_LOCK_SECONDS`. `like` is as for
    `files.make_private`.
    """
    guard = try_lock(path, FILE_LOCK_SECONDS if seconds is None else seconds, like)
    if guard is None:
        raise TimeoutError(f"{path} is held by another program")
    try:
        yield
    finally:
        guard.release()


def try_lock(path: Path, seconds: float = 0, like: Path | None = None) -> filelock.BaseFileLock | None:
    """Return the lock once it is ours, None if that takes longer than `seconds`. It falls with the process.

    On a file system without locks nobody can hold one, so everybody gets it.
    """
    import filelock

    make_folder(path.parent)
    make_private(path, like)
    guard: filelock.BaseFileLock = filelock.FileLock(path, mode=FILE_MODE, thread_local=False)
    has_locks = True
    for timeout in (0.0, seconds):
        try:
            guard.acquire(timeout=timeout, poll_interval=0.02)
            return guard
        except filelock.Timeout:
            has_locks = _has_locks(path)
        except NotImplementedError:
            has_locks = False
        if not has_locks:
            log.warning("%s: this file system has no locks", path)
            return filelock.SoftFileLock(path)
        if seconds <= 0:
            break
    return None


def _has_locks(path: Path) -> bool:
    """Try to lock the file and let go of it: filelock takes any failure for a lock that somebody else holds."""
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _NO_LOCKS
    finally:
        os.close(descriptor)
    return True
