"""The names of the files beside the settings: one file, one set of names, whatever the accounts are called."""

from __future__ import annotations

from lib.account.neighbours import account_path, backup_path, settings_lock_path

ENDINGS = ("lock", "code", "refresh.lock", "turn", "turn.lock")
NAMES = ["default", "turn", "refresh", "bak", "lock", "Turn", "a/b", "..", "x" * 300, "é" * 200, "a.b", "account-x"]


def test_any_name_gives_files_of_its_own_that_can_be_made(tmp_path):
    settings = tmp_path / "settings.yaml"
    paths = [account_path(settings, name, ending) for name in NAMES for ending in ENDINGS]
    for path in [settings, backup_path(settings), settings_lock_path(settings), *paths]:
        path.touch()
    assert len({path.name.lower() for path in tmp_path.iterdir()}) == len(paths) + 3


def test_a_link_and_the_file_that_it_names_share_locks_and_copies(tmp_path):
    (tmp_path / "dotfiles").mkdir()
    real, link = tmp_path / "dotfiles" / "mine.yaml", tmp_path / "settings.yaml"
    real.touch()
    link.symlink_to(real)
    assert settings_lock_path(link) == settings_lock_path(real)
    assert backup_path(link) == backup_path(real)
    assert account_path(link, "guest", "lock") == account_path(real, "guest", "lock")


def test_the_account_default_keeps_the_names_that_it_had(tmp_path):
    names = [account_path(tmp_path / "s.yaml", "default", ending).name for ending in ENDINGS]
    endings = ["default.lock", "default.code", "refresh.lock", "turn", "turn.lock"]
    assert names == [f"s.yaml.{ending}" for ending in endings]
