"""Files that are whole at every moment, whatever fails in between, and whoever they or their folder belong to."""

import errno
import os
import stat

import pytest

from lib.system import files, locks
from tests.fakes.clock import NOON

STEPS = ["open", "write", "fsync", "rename"]
as_root = pytest.mark.debian  # only root may give files away


@pytest.fixture
def file(tmp_path):
    return tmp_path / "new" / "settings.yaml"


@pytest.fixture
def backup(file):
    return file.with_name("settings.yaml.bak")


@pytest.fixture
def there(file):
    """The file once it is there."""
    files.write_atomic(file, b"a long text of before")
    return file


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_was_written_is_read_replaces_all_of_the_old_and_has_a_version_of_its_own(file):
    assert files.read_bytes(file) is None
    versions = [files.file_version(file)]
    for content in (b"old", b"new", b"\x00\r\n\xff and more", b"short"):
        files.write_atomic(file, content)
        assert files.read_bytes(file) == content
        assert files.file_version(file) == files.file_version(file)
        versions.append(files.file_version(file))
    assert names(file.parent) == ["settings.yaml"]
    assert versions[0] is None and len(set(versions)) == 5


@pytest.mark.parametrize("umask", [0o000, 0o777], ids=oct)
def test_files_and_new_folders_are_closed_to_others_whatever_the_umask(file, backup, umask):
    before = os.umask(umask)
    try:
        for content in (b"1", b"2"):
            files.write_atomic(file, content, backup)
        locks.try_lock(file.with_name("lock")).release()
    finally:
        os.umask(before)
    assert mode(file.parent) == 0o700
    modes = {path.name: mode(path) for path in file.parent.iterdir()}
    assert modes == dict.fromkeys(["settings.yaml", "settings.yaml.bak", "lock"], 0o600)


def test_the_file_is_closed_to_others_before_anything_is_in_it(tmp_path, monkeypatch):
    left_behind = tmp_path / ".settings.yaml.new"
    left_behind.touch()
    left_behind.chmod(0o666)
    in_it = []
    monkeypatch.setattr(os, "fchmod", lambda fd, mode: (in_it.append(left_behind.read_bytes()), os.chmod(fd, mode)))
    files.write_atomic(tmp_path / "settings.yaml", b"secret")
    assert in_it == [b""]
    assert mode(tmp_path / "settings.yaml") == 0o600


@pytest.mark.parametrize(("own", "after"), [(False, 0o755), (True, 0o700)], ids=["somebody else's", "our own"])
def test_only_a_folder_of_our_own_is_closed(tmp_path, own, after):
    tmp_path.chmod(0o755)
    files.make_folder(tmp_path, own=own)
    assert mode(tmp_path) == after


def test_a_link_is_followed_to_the_file_it_names(tmp_path, file):
    real, link = file, tmp_path / "settings.yaml"
    files.write_atomic(real, b"old")
    link.symlink_to(real)
    files.write_atomic(files.resolve_links(link), b"new", tmp_path / "settings.yaml.bak")
    assert link.is_symlink() and real.read_bytes() == b"new"
    assert names(tmp_path) == ["new", "settings.yaml", "settings.yaml.bak"]
    assert names(real.parent) == ["settings.yaml"]


def test_everything_is_on_the_disk_before_and_after_the_rename(file, monkeypatch):
    steps = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor):
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", lambda old, new: (steps.append("rename"), real_replace(old, new)))
    files.write_atomic(file, b"x")
    assert steps == ["file", "rename", "folder"]


def test_the_last_content_is_kept_as_a_copy_and_no_content_leaves_that_alone(file, backup):
    for content in (b"1", b"2", b"3"):
        files.write_atomic(file, content, backup)
    assert (files.read_bytes(file), files.read_bytes(backup)) == (b"3", b"2")
    file.unlink()
    files.write_atomic(file, b"4", backup)
    assert (files.read_bytes(file), files.read_bytes(backup)) == (b"4", b"2")


# when something fails


@pytest.mark.parametrize("with_copy", [False, True], ids=["no copy", "copy"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_leaves_the_old_file_and_no_junk(file, backup, disk_without, monkeypatch, step, with_copy):
    kept = backup if with_copy else None
    files.write_atomic(file, b"older", kept)
    files.write_atomic(file, b"old", kept)
    before = names(file.parent)
    disk_without(step, file.parent)
    with pytest.raises(OSError, match="No space left"):
        files.write_atomic(file, b"new", kept)
    assert files.read_bytes(file) == b"old"
    assert kept is None or files.read_bytes(backup) == b"older"
    assert names(file.parent) == before, "what is left behind may hold a token"
    monkeypatch.undo()
    files.write_atomic(file, b"new", kept)
    assert files.read_bytes(file) == b"new" and names(file.parent) == before


POOR_SYSTEMS = {
    "that cannot sync folders": lambda patch, break_: break_("fsync of the folder"),
    "that cannot open folders": lambda patch, break_: break_("open of the folder"),
    "without modes": lambda patch, break_: patch.delattr(os, "fchmod"),
    "without permissions": lambda patch, break_: [patch.setattr(os, name, refuse) for name in ("chmod", "fchmod")],
}


def refuse(*_, **__):
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize("spoil", POOR_SYSTEMS.values(), ids=POOR_SYSTEMS.keys())
def test_good_enough_is_a_system(file, disk_without, monkeypatch, spoil):
    spoil(monkeypatch, lambda step: disk_without(step, file.parent))
    files.write_atomic(file, b"new")
    files.make_folder(file.parent, own=True)
    files.make_private(file.with_name("lock"))
    assert files.read_bytes(file) == b"new"


@pytest.mark.parametrize("step", STEPS[:3])
def test_it_is_found_out_beforehand_what_would_fail(file, disk_without, step):
    files.check_replaceable(file, b"new")
    assert names(file.parent) == [], "finding out leaves nothing behind"
    files.write_atomic(file, b"old")
    disk_without(step, file.parent)
    with pytest.raises(OSError, match="No space left"):
        files.check_replaceable(file, b"new")
    assert files.read_bytes(file) == b"old"


# what else is done with files


def test_a_file_that_is_made_private_or_given_a_time_keeps_its_content_and_can_be_removed(file):
    assert files.mtime(file) is None
    files.make_private(file)
    assert mode(file) == 0o600 and file.read_bytes() == b""
    file.write_bytes(b"content")
    files.make_private(file)
    for when in (NOON, NOON - 1e8, 0.0):
        files.set_mtime(file, when)
        assert files.mtime(file) == when
    assert file.read_bytes() == b"content"
    for _ in range(2):
        files.remove_file(file)
        assert not file.exists()
    files.set_mtime(file, NOON)
    assert (files.mtime(file), file.read_bytes()) == (NOON, b"")


def test_a_file_that_is_moved_replaces_the_one_that_is_there(file, backup):
    files.write_atomic(file, b"1")
    files.write_atomic(backup, b"2")
    files.rename_file(file, backup)
    assert (files.read_bytes(file), files.read_bytes(backup)) == (None, b"1")
    with pytest.raises(OSError):
        files.rename_file(file, backup)
    assert files.read_bytes(backup) == b"1"


# what belongs to somebody else, cannot be replaced, or lies where others may write to


def test_a_mount_point_is_written_in_place_and_it_is_known_beforehand_if_even_that_fails(there, backup, monkeypatch):
    inode, real_open, real_replace = there.stat().st_ino, os.open, os.replace

    def mounted(old, new):  # as a single file is into a container
        if str(new) == str(there):
            raise OSError(errno.EBUSY, "Device or resource busy")
        real_replace(old, new)

    monkeypatch.setattr(os, "replace", mounted)
    files.check_replaceable(there, b"a longer text than there was before")
    assert there.read_bytes() == b"a long text of before"
    files.write_atomic(there, b"new", backup)
    assert (there.read_bytes(), there.stat().st_ino) == (b"new", inode)
    assert backup.read_bytes() == b"a long text of before"

    def immutable(path, flags, *more):
        return refuse() if str(path) == str(there) and flags & os.O_RDWR else real_open(path, flags, *more)

    monkeypatch.setattr(os, "open", immutable)
    with pytest.raises(PermissionError):
        files.check_replaceable(there, b"newer")
    assert there.read_bytes() == b"new"
    assert names(there.parent) == ["settings.yaml", "settings.yaml.bak"]


@pytest.mark.parametrize("put", [os.symlink, os.link])
def test_what_others_put_under_the_temporary_name_never_gets_the_content(tmp_path, there, put, monkeypatch):
    theirs = tmp_path / "theirs"
    theirs.touch()
    put(theirs, there.with_name(".settings.yaml.new"))
    monkeypatch.setattr(type(there), "unlink", refuse)
    files.write_atomic(there, b"a token")
    assert (there.read_bytes(), theirs.read_bytes()) == (b"a token", b"")


@as_root
@pytest.mark.parametrize("is_new", [False, True], ids=["a file's", "a new file's, which is the folder's"])
def test_the_owner_stays_and_what_root_makes_beside_it_gets_the_same(there, backup, is_new):
    if is_new:
        there.unlink()
    os.chown(there.parent if is_new else there, 1234, 1235)
    files.write_atomic(there, b"new")
    files.write_atomic(there, b"newer", backup)
    locks.try_lock(there.with_name("lock"), like=there).release()
    files.set_mtime(there.with_name("turn"), 5.0, there)
    owners = {path.name: (path.stat().st_uid, path.stat().st_gid) for path in there.parent.iterdir()}
    assert owners == dict.fromkeys(["settings.yaml", "settings.yaml.bak", "lock", "turn"], (1234, 1235))


@pytest.mark.parametrize(("before", "after"), [(0o640, 0o640), (0o660, 0o660), (0o600, 0o600), (0o644, 0o600)])
def test_a_group_that_was_let_in_stays_in_unless_everybody_was(there, before, after):
    there.chmod(before)
    files.write_atomic(there, b"new")
    assert mode(there) == after


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, None], ids=["a pipe", "a folder", "a device"])
def test_what_is_no_regular_file_is_never_replaced(tmp_path, make):
    path = tmp_path / "settings.yaml" if make else type(tmp_path)(os.devnull)
    if make:
        make(path)
    assert not files.is_regular(path)
    with pytest.raises(OSError, match="is not a regular file"):
        files.write_atomic(path, b"new")
    assert not path.is_file()


def test_leftovers_of_killed_writers_can_be_removed(there):
    for name in (".settings.yaml.new", ".settings.yaml.0123.new", ".other.yaml.new"):
        there.with_name(name).write_bytes(b"a token")
    files.remove_leftovers(there)
    assert names(there.parent) == [".other.yaml.new", "settings.yaml"]
