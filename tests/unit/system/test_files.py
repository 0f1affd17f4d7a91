"""Files that are whole at every moment, whatever fails in between."""

from __future__ import annotations

import os
import stat

import pytest

from lib.system import files, locks

STEPS = ["open", "write", "fsync", "rename"]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "settings.yaml"


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=oct)
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_missing_file_has_no_content(file):
    assert files.read_bytes(file) is None


def test_the_stamp_of_a_file_changes_whenever_the_file_does(file):
    stamps = [files.file_version(file)]
    for content in (b"old", b"new", b"longer"):
        files.write_atomic(file, content)
        assert files.file_version(file) == files.file_version(file)
        stamps.append(files.file_version(file))
    assert stamps[0] is None and len(set(stamps)) == 4


def test_what_was_written_is_read(file):
    files.write_atomic(file, b"\x00\r\n\xff")
    assert files.read_bytes(file) == b"\x00\r\n\xff"


def test_the_new_content_replaces_all_of_the_old(file):
    files.write_atomic(file, b"a long text")
    files.write_atomic(file, b"short")
    assert files.read_bytes(file) == b"short"
    assert names(file.parent) == ["settings.yaml"]


def test_whoever_reads_meanwhile_keeps_the_old_file(file):
    files.write_atomic(file, b"old")
    with file.open("rb") as reader:
        files.write_atomic(file, b"new")
        assert reader.read() == b"old"


def test_a_folder_is_made_with_all_that_lie_above_it(tmp_path):
    files.write_atomic(tmp_path / "a" / "b" / "settings.yaml", b"x")
    assert files.read_bytes(tmp_path / "a" / "b" / "settings.yaml") == b"x"


def test_files_and_new_folders_are_closed_to_others_whatever_the_umask(tmp_path, umask):
    file, backup = tmp_path / "new" / "settings.yaml", tmp_path / "new" / "settings.yaml.bak"
    for content in (b"1", b"2"):
        files.write_atomic(file, content, backup)
    locks.try_lock(tmp_path / "new" / "lock").release()
    assert mode(tmp_path / "new") == 0o700
    assert {path.name: mode(path) for path in (tmp_path / "new").iterdir()} == {
        "settings.yaml": 0o600,
        "settings.yaml.bak": 0o600,
        "lock": 0o600,
    }


def test_a_file_that_was_open_to_others_is_closed(file):
    file.write_bytes(b"old")
    file.chmod(0o666)
    files.write_atomic(file, b"new")
    assert mode(file) == 0o600


def test_the_file_is_closed_to_others_before_anything_is_in_it(file, monkeypatch):
    left_behind = file.with_name(".settings.yaml.new")
    left_behind.touch()
    left_behind.chmod(0o666)
    in_it = []
    monkeypatch.setattr(os, "fchmod", lambda fd, mode: (in_it.append(left_behind.read_bytes()), os.chmod(fd, mode)))
    files.write_atomic(file, b"secret")
    assert in_it == [b""]
    assert mode(file) == 0o600


def test_a_folder_of_somebody_else_is_left_as_it_is(tmp_path):
    tmp_path.chmod(0o755)
    files.make_folder(tmp_path)
    assert mode(tmp_path) == 0o755


def test_a_folder_of_our_own_is_closed(tmp_path):
    tmp_path.chmod(0o755)
    files.make_folder(tmp_path, own=True)
    assert mode(tmp_path) == 0o700


def test_a_link_is_followed_to_the_file_it_names(tmp_path, file):
    (tmp_path / "dotfiles").mkdir()
    real = tmp_path / "dotfiles" / "mine.yaml"
    real.write_bytes(b"old")
    file.symlink_to(real)
    files.write_atomic(files.resolve_links(file), b"new", file.with_name("settings.yaml.bak"))
    assert file.is_symlink() and real.read_bytes() == b"new"
    assert names(tmp_path) == ["dotfiles", "settings.yaml", "settings.yaml.bak"]
    assert names(tmp_path / "dotfiles") == ["mine.yaml"]


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


# the copy of the last good file


def test_the_content_so_far_is_kept_as_a_copy(file):
    backup = file.with_name("settings.yaml.bak")
    for content in (b"1", b"2", b"3"):
        files.write_atomic(file, content, backup)
    assert (files.read_bytes(file), files.read_bytes(backup)) == (b"3", b"2")


def test_a_file_that_was_not_there_leaves_the_copy_alone(file):
    backup = file.with_name("settings.yaml.bak")
    backup.write_bytes(b"precious")
    files.write_atomic(file, b"1", backup)
    assert files.read_bytes(backup) == b"precious"


# when something fails


@pytest.mark.parametrize("with_backup", [False, True], ids=["no copy", "copy"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_leaves_the_old_file_and_no_junk_for_long(file, disk_without, monkeypatch, step, with_backup):
    backup = file.with_name("settings.yaml.bak") if with_backup else None
    files.write_atomic(file, b"older", backup)
    files.write_atomic(file, b"old", backup)
    disk_without(step, file.parent)
    with pytest.raises(OSError, match="No space left"):
        files.write_atomic(file, b"new", backup)
    assert files.read_bytes(file) == b"old"
    assert backup is None or files.read_bytes(backup) == b"older"
    monkeypatch.undo()
    files.write_atomic(file, b"new", backup)
    assert files.read_bytes(file) == b"new"
    assert names(file.parent) == (["settings.yaml", "settings.yaml.bak"] if with_backup else ["settings.yaml"])


def test_a_copy_that_cannot_be_made_keeps_the_file_from_being_written(file, monkeypatch):
    backup = file.with_name("settings.yaml.bak")
    files.write_atomic(file, b"old")
    real_replace = os.replace

    def replace(old, new):
        if new == backup:
            raise OSError("no copy")
        real_replace(old, new)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OSError, match="no copy"):
        files.write_atomic(file, b"new", backup)
    assert files.read_bytes(file) == b"old"


@pytest.mark.parametrize("step", ["fsync of the folder", "open of the folder"])
def test_a_system_that_cannot_sync_folders_is_good_enough(file, disk_without, step):
    disk_without(step, file.parent)
    files.write_atomic(file, b"new")
    assert files.read_bytes(file) == b"new"


def test_a_system_without_modes_is_good_enough(file, monkeypatch):
    monkeypatch.delattr(os, "fchmod")
    files.write_atomic(file, b"new")
    assert files.read_bytes(file) == b"new"


def test_storage_that_knows_no_permissions_is_good_enough(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refuse)
    monkeypatch.setattr(os, "fchmod", refuse)
    file = tmp_path / "new" / "settings.yaml"
    files.write_atomic(file, b"new")
    files.make_folder(file.parent, own=True)
    locks.try_lock(file.with_name("lock")).release()
    assert files.read_bytes(file) == b"new"


@pytest.mark.parametrize("step", STEPS[:3])
def test_a_rehearsal_finds_out_what_would_fail(file, disk_without, step):
    files.write_atomic(file, b"old")
    disk_without(step, file.parent)
    with pytest.raises(OSError, match="No space left"):
        files.check_replaceable(file, b"new")
    assert files.read_bytes(file) == b"old"


def test_a_rehearsal_leaves_nothing_behind(file):
    files.check_replaceable(file, b"new")
    assert names(file.parent) == []


def test_removing_a_file_that_is_gone_does_no_harm(file):
    file.touch()
    files.remove_file(file)
    files.remove_file(file)
    assert not file.exists()
