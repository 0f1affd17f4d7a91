"""Files that belong to somebody else, that cannot be replaced, or whose folder others may write to."""

from __future__ import annotations

import errno
import os
import stat

import pytest

from lib.system import files, locks


@pytest.fixture
def file(tmp_path):
    return tmp_path / "settings.yaml"


@pytest.fixture
def a_mount_point(monkeypatch):
    """Return a function that makes a file one that cannot be replaced, as a single file mounted into a container."""
    real = os.replace

    def mount(path):
        def replace(old, new):
            if str(new) == str(path):
                raise OSError(errno.EBUSY, "Device or resource busy")
            real(old, new)

        monkeypatch.setattr(os, "replace", replace)

    return mount


as_root = pytest.mark.debian  # only root may give files away


def test_a_file_that_is_a_mount_point_is_written_in_place(file, a_mount_point):
    file.write_bytes(b"a long text of before")
    inode = file.stat().st_ino
    a_mount_point(file)
    files.check_replaceable(file, b"a longer text than there was before")
    assert file.read_bytes() == b"a long text of before"
    files.write_atomic(file, b"new", file.with_name("settings.yaml.bak"))
    assert (file.read_bytes(), file.stat().st_ino) == (b"new", inode)
    assert file.with_name("settings.yaml.bak").read_bytes() == b"a long text of before"
    assert sorted(path.name for path in file.parent.iterdir()) == ["settings.yaml", "settings.yaml.bak"]


def test_a_file_that_can_be_written_in_no_way_is_found_out_beforehand(file, a_mount_point, monkeypatch):
    file.write_bytes(b"old")
    a_mount_point(file)
    real = os.open

    def immutable(path, flags, *more):
        if str(path) == str(file) and flags & os.O_RDWR:
            raise PermissionError(errno.EPERM, "Operation not permitted")
        return real(path, flags, *more)

    monkeypatch.setattr(os, "open", immutable)
    with pytest.raises(PermissionError):
        files.check_replaceable(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in file.parent.iterdir()] == ["settings.yaml"]


@pytest.mark.parametrize("kind", ["a link", "a file"])
def test_what_others_put_under_the_temporary_name_never_gets_the_content(tmp_path, file, kind, monkeypatch):
    theirs = tmp_path / "theirs"
    theirs.write_bytes(b"")
    temporary = file.with_name(".settings.yaml.new")
    if kind == "a link":
        temporary.symlink_to(theirs)
    else:
        os.link(theirs, temporary)
    monkeypatch.setattr(type(temporary), "unlink", lambda self, **_: (_ for _ in ()).throw(PermissionError(1, "no")))
    files.write_atomic(file, b"a token")
    assert (file.read_bytes(), theirs.read_bytes()) == (b"a token", b"")


@as_root
@pytest.mark.parametrize("is_new", [False, True], ids=["a file's", "a new file's, which is the folder's"])
def test_the_owner_stays_and_what_root_makes_beside_it_gets_the_same(file, is_new):
    if not is_new:
        file.write_bytes(b"old")
    os.chown(file.parent if is_new else file, 1234, 1235)
    files.write_atomic(file, b"new")
    files.write_atomic(file, b"newer", file.with_name("settings.yaml.bak"))
    locks.try_lock(file.with_name("lock"), like=file).release()
    files.set_mtime(file.with_name("turn"), 5.0, file)
    owners = {path.name: (path.stat().st_uid, path.stat().st_gid) for path in file.parent.iterdir()}
    assert owners == dict.fromkeys(["settings.yaml", "settings.yaml.bak", "lock", "turn"], (1234, 1235))


@pytest.mark.parametrize(("before", "after"), [(0o640, 0o640), (0o660, 0o660), (0o600, 0o600), (0o644, 0o600)])
def test_a_group_that_was_let_in_stays_in_unless_everybody_was(file, before, after):
    file.write_bytes(b"old")
    file.chmod(before)
    files.write_atomic(file, b"new")
    assert stat.S_IMODE(file.stat().st_mode) == after


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, None], ids=["a pipe", "a folder", "a device"])
def test_what_is_no_regular_file_is_never_replaced(file, make):
    path = file if make else type(file)(os.devnull)
    if make:
        make(path)
    assert not files.is_regular(path)
    with pytest.raises(OSError, match="is not a regular file"):
        files.write_atomic(path, b"new")
    assert not path.is_file()


def test_leftovers_of_killed_writers_can_be_removed(file):
    for name in (".settings.yaml.new", ".settings.yaml.0123.new", ".other.yaml.new"):
        file.with_name(name).write_bytes(b"a token")
    files.remove_leftovers(file)
    assert [path.name for path in file.parent.iterdir()] == [".other.yaml.new"]
