"""A disk on which something does not work."""

import errno
import os
import stat
from pathlib import Path

import pytest


@pytest.fixture
def disk_without(monkeypatch):
    """Return how to break one operation on the files right inside a folder, from now on.

    Real permissions would do, but not for tests that run as root.
    """
    real_open, real_fdopen, real_fsync, real_replace = os.open, open, os.fsync, os.replace

    def fail():
        raise OSError(errno.ENOSPC, "No space left on device")

    def inside(folder: Path, file: object) -> bool:
        return os.path.dirname(os.path.realpath(os.fspath(file))) == os.path.realpath(folder)

    def is_folder(descriptor: int) -> bool:
        return stat.S_ISDIR(os.fstat(descriptor).st_mode)

    def break_(operation: str, folder: Path) -> None:
        def opening(file, flags, *more, **options):
            if flags & os.O_CREAT and inside(folder, file) and not str(file).endswith(".lock"):
                fail()
            return real_open(file, flags, *more, **options)

        def writing(file, *more, **options):
            opened = real_fdopen(file, *more, **options)
            if isinstance(file, int) and "w" in opened.mode:
                opened.write = lambda content: fail()
            return opened

        broken = {
            "open": ("os.open", opening),
            "write": ("builtins.open", writing),
            "fsync": ("os.fsync", lambda fd: real_fsync(fd) if is_folder(fd) else fail()),
            "rename": ("os.replace", lambda old, new: fail() if inside(folder, new) else real_replace(old, new)),
            "open of the folder": ("os.open", lambda file, *more: fail() if file == folder else real_open(file, *more)),
            "fsync of the folder": ("os.fsync", lambda fd: fail() if is_folder(fd) else real_fsync(fd)),
        }
        monkeypatch.setattr(*broken[operation])

    return break_
