"""Files that are whole at every moment: the only module that opens any, the queue's database apart.

A file is written to a temporary one in the same folder, synced, and renamed over the old one; then the folder is
synced. Whoever is killed, or loses power, at any point leaves the old file or the new one.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import logging
import os
import secrets
import stat
import tempfile
from pathlib import Path
from typing import BinaryIO

FILE_MODE = 0o600
FOLDER_MODE = 0o700
_NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0)
_NO_FOLDER_ACCESS = (errno.EACCES, errno.EPERM, errno.EROFS)
_IN_PLACE_INSTEAD = (*_NO_FOLDER_ACCESS, errno.EBUSY, errno.EXDEV)  # EBUSY: the file is a mount point

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


def set_mtime(path: Path, when: float, like: Path | None = None) -> None:
    """Make the file if it is not there, and have it say that it was changed `when`, in seconds since 1970.

    `like` is as for `make_private`.
    """
    make_private(path, like)
    os.utime(path, (when, when))


def make_private(path: Path, like: Path | None = None) -> None:
    """Make an empty file that its owner alone may read, for a library that opens it itself.

    It belongs to whom `like` or else the folder belongs to, so that what root makes does not lock out a service.

    One that exists stays, and is not even opened: closing it would drop all locks that this process has on it (POSIX),
    sqlite's among them.
    """
    make_folder(path.parent)
    try:
        descriptor = _create(path)
    except FileExistsError:
        return
    try:
        with contextlib.suppress(PermissionError):
            _set_owner_and_mode(descriptor, like or path)
    finally:
        os.close(descriptor)


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
    """Replace the file at once; with `backup`, the content so far is kept there, written just as carefully.

    A new file is readable by its owner only; one that exists keeps its owner, its group, and the group's permissions
    unless everybody had some. Where a file cannot be replaced, such as one that is a mount point of its own in a
    container, it is written in place. A link is not followed: pass `resolve_links(path)` to write to the file that a
    link names. Raises OSError, and then the old file is untouched. Two writers must not meet: hold a lock.
    """
    make_folder(path.parent)
    if backup is not None:
        current = read_bytes(path)
        if current is not None:
            _keep_backup(backup, current, path)
    _put(path, content, path)


def check_replaceable(path: Path, content: bytes) -> None:
    """Find out whether `write_atomic` could keep this content, by doing all of it with the content that is there.

    Raises OSError. Hold a lock.
    """
    make_folder(path.parent)
    current = read_bytes(path)
    try:
        _write_temporary(path, content, path).unlink()
    except OSError as error:
        if error.errno not in _IN_PLACE_INSTEAD:
            raise
    _put(path, current or b"", path)
    if current is None:
        path.unlink()


def resolve_links(path: Path) -> Path:
    """Return the path of the file that a link names, so that one file has one name whichever way it is reached."""
    return Path(os.path.realpath(path))


def is_regular(path: Path) -> bool:
    """Return whether it is a file that can be replaced, or nothing yet; not a device, a pipe or a folder."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return True


def remove_file(path: Path) -> None:
    """Remove the file if it is there. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def remove_leftovers(path: Path) -> None:
    """Remove what writers that were killed left beside `path`. Raises OSError. Hold a lock."""
    for leftover in path.parent.glob(f".{glob.escape(path.name)}*.new"):
        remove_file(leftover)


def make_folder(path: Path, own: bool = False) -> None:
    """Make the folder, closed to others; one that exists is closed as well if it is our own. Raises OSError."""
    new = not path.is_dir()
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if own or new:
        with contextlib.suppress(PermissionError):  # some storage, such as an SD card's, knows no permissions
            path.chmod(FOLDER_MODE)


def ensure_temporary_folder(folder: Path) -> None:
    """Have temporary files made in `folder` where the machine has no place for them: in a read-only container."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        tempfile.tempdir = str(folder)


def _put(path: Path, content: bytes, like: Path) -> None:
    """Replace the file; write in place what cannot be replaced but may be written. Raises OSError."""
    if not is_regular(path):
        raise OSError(errno.EINVAL, "is not a regular file")
    try:
        temporary = _write_temporary(path, content, like)
        try:
            os.replace(temporary, path)
        except OSError:
            temporary.unlink()
            raise
    except OSError as error:
        if error.errno not in _IN_PLACE_INSTEAD or not path.exists():
            raise
        log.debug("%s cannot be replaced (%s); it is written in place", path, error.strerror)
        _write_in_place(path, content)
        return
    _sync_folder(path.parent)


def _keep_backup(backup: Path, content: bytes, like: Path) -> None:
    """Write the copy; a folder in which nothing may be made has none, and that keeps nobody from a token."""
    try:
        _put(backup, content, like)
    except OSError as error:
        if error.errno not in _NO_FOLDER_ACCESS:
            raise
        log.warning("%s cannot be written: %s", backup, error.strerror)


def _write_in_place(path: Path, content: bytes) -> None:
    """Write over what is there; if that fails, put back what was."""
    descriptor = os.open(path, os.O_RDWR | _NOT_FOLLOWED)
    with open(descriptor, "r+b") as file:
        before = file.read()
        try:
            _write_over(file, content)
        except OSError:
            _write_over(file, before)
            raise


def _write_over(file: BinaryIO, content: bytes) -> None:
    file.seek(0)
    file.write(content)
    file.flush()
    file.truncate()
    os.fsync(file.fileno())


def _write_temporary(path: Path, content: bytes, like: Path) -> Path:
    """Write a file beside `path` that was not there before, and return its name; nothing is left if that fails."""
    temporary = path.with_name(f".{path.name}.new")  # the same for all writers: what a killed one left is removed
    with contextlib.suppress(OSError):
        temporary.unlink()
    try:
        descriptor = _create(temporary)
    except FileExistsError:  # somebody else's, who does not let go of it
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
        descriptor = _create(temporary)
    try:
        with open(descriptor, "wb") as file:
            _set_owner_and_mode(descriptor, like)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except OSError:
        temporary.unlink()
        raise
    return temporary


def _create(path: Path) -> int:
    """Make a file that was not there before, open to nobody else; no link is followed. Raises FileExistsError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOT_FOLLOWED | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, FILE_MODE)


def _set_owner_and_mode(descriptor: int, like: Path) -> None:
    """Give a new file the owner and group of `like`, or of its folder if that is not there, and a mode.

    Raises OSError with EPERM if `like` belongs to somebody else and must stay theirs.
    """
    if not hasattr(os, "fchown") or not hasattr(os, "fchmod"):
        return
    with contextlib.suppress(PermissionError):  # some storage, such as an SD card's, knows no permissions
        os.fchmod(descriptor, FILE_MODE)
    try:
        wanted = os.stat(like)
        mode = stat.S_IMODE(wanted.st_mode)
        group = mode & 0o060 if not mode & 0o007 else 0
    except FileNotFoundError:
        wanted, group = os.stat(like.parent), 0
        if os.geteuid() != 0:
            return
    ours = os.fstat(descriptor)
    if (ours.st_uid, ours.st_gid) != (wanted.st_uid, wanted.st_gid):
        os.fchown(descriptor, wanted.st_uid, wanted.st_gid)
    if group:
        with contextlib.suppress(PermissionError):
            os.fchmod(descriptor, FILE_MODE | group)


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
