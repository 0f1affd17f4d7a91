"""Files that are whole at every moment, whatever fails in between."""

from __future__ import annotations

import os
import stat

import pytest

from lib.system import files, locks
from tests.fakes.clock import NOON

STEPS = ["open", "write", "fsync", "rename"]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "new" / "settings.yaml"


@pytest.fixture
def backup(file):
    return file.with_name("settings.yaml.bak")


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
