"""Files that are whole at every moment: the only module that opens any, the queue's database apart.

A file is written to a temporary one in the same folder, synced, and renamed over the old one; then the folder is
synced. Whoever is killed, or loses power, at any point leaves the old file or the new one.
"""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700

log = logging.getLogger(__name__)


def read_bytes(path: Path) -> bytes | None:
    """Return the content, None if there is no such file. Raises OSError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def file_version(path: Path) -> object:
    """Return what changes whenever the file does, without reading it; None if there is no such file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def set_mtime(path: Path, when: float) -> None:
    """Make the file if it is not there, and have it say that it was changed `when`, in seconds since 1970."""
    make_private(path)
    os.utime(path, (when, when))


def make_private(path: Path) -> None:
    """Make an empty file that its owner alone may read, for a library that opens it itself.

    One that exists stays, and is not even opened: closing it would drop all locks that this process has on it (POSIX),
    sqlite's among them.
    """
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))


def rename_file(path: Path, target: Path) -> None:
    """Give a file another name. Raises OSError."""
    os.replace(path, target)


def mtime(path: Path) -> float | None:
    """Return when the file says that it was changed, None if there is no such file."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def write_atomic(path: Path, content: bytes, backup: Path | None = None) -> None:
    """Replace the file at once, readable by its owner only; a link is followed to the file it names.

    With `backup`, the content so far is kept there, written just as carefully. Raises OSError, and then the old file is
    untouched. Two writers must not meet: hold a lock.
    """
    path = Path(os.path.realpath(path))
    make_folder(path.parent)
    if backup is not None:
        current = read_bytes(path)
        if current is not None:
            _replace(backup, current)
    _replace(path, content)


def check_replaceable(path: Path, content: bytes) -> None:
    """Find out whether `write_whole` could keep this content, without doing it. Raises OSError. Hold a lock."""
    path = Path(os.path.realpath(path))
    make_folder(path.parent)
    temporary = _temporary(path)
    _write(temporary, content)
    temporary.unlink()


def remove_file(path: Path) -> None:
    """Remove the file if it is there. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def make_folder(path: Path, own: bool = False) -> None:
    """Make the folder, closed to others; one that exists is closed as well if it is our own. Raises OSError."""
    new = not path.is_dir()
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if own or new:
        with contextlib.suppress(PermissionError):  # some storage, such as an SD card's, knows no permissions
            path.chmod(FOLDER_MODE)


def _replace(path: Path, content: bytes) -> None:
    temporary = _temporary(path)
    _write(temporary, content)
    os.replace(temporary, path)
    _sync_folder(path.parent)


def _temporary(path: Path) -> Path:
    """Return the one name for all writers, so that what a killed one left behind is gone after the next."""
    return path.with_name(f".{path.name}.new")


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), FILE_MODE)
    with open(descriptor, "wb") as file:
        if hasattr(os, "fchmod"):
            with contextlib.suppress(PermissionError):  # some storage, such as an SD card's, knows no permissions
                os.fchmod(descriptor, FILE_MODE)
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _sync_folder(path: Path) -> None:
    """Have a rename reach the disk. Windows has no handle for this, and some file systems cannot do it.

    That is no failure: the new file is in place, and whole whether or not the power stays.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        log.debug("%s cannot be synced: %s", path, error)
