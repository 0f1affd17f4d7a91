"""The names of the files beside the settings: one file, one set of names, whatever the accounts are called."""

from __future__ import annotations

import pytest

from lib.account.neighbours import account_path, backup_path, settings_lock_path
from lib.account.store import Account
from tests.unit.account.clients import client_of
from tests.unit.account.doubles import TOKEN, USER

ENDINGS = ("lock", "code", "refresh.lock", "turn", "turn.lock")
NAMES = [
    "default",
    "turn",
    "refresh",
    "bak",
    "lock",
    "Turn",
    "a/b",
    "..",
    "x" * 300,
    "é" * 200,
    "a.b",
    "a b",
    "account-x",
]


def test_no_account_has_the_files_of_another_or_of_the_settings(tmp_path):
    settings = tmp_path / "settings.yaml"
    paths = [account_path(settings, name, ending) for name in NAMES for ending in ENDINGS]
    own = [settings, backup_path(settings), settings_lock_path(settings)]
    assert len({str(path).lower() for path in [*paths, *own]}) == len(paths) + len(own)


@pytest.mark.parametrize("name", NAMES)
def test_any_name_gives_a_file_that_can_be_made(tmp_path, name):
    for ending in ENDINGS:
        path = account_path(tmp_path / "settings.yaml", name, ending)
        path.touch()
        assert path.parent == tmp_path


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
    assert names == [
        "s.yaml.default.lock",
        "s.yaml.default.code",
        "s.yaml.refresh.lock",
        "s.yaml.turn",
        "s.yaml.turn.lock",
    ]


def test_unlinking_finds_a_token_that_only_the_copy_still_has(world):
    world.path.write_text("")
    backup_path(world.path).write_text(
        "accounts:\n  default: {access_token: abcd, linked_at: x}\n  guest: {access_token: efgh}\n"
    )
    assert client_of(world).accounts.forget("default").token.access.reveal() == "abcd"
    assert "abcd" not in backup_path(world.path).read_text() and "efgh" in backup_path(world.path).read_text()


def test_a_good_copy_is_not_overwritten_by_a_file_that_was_emptied(world):
    world.accounts.save("default", Account(TOKEN, "2026-01-01T00:00:00Z", USER))
    world.accounts.save("guest", Account(TOKEN, "2026-01-02T00:00:00Z", USER))
    good = backup_path(world.path).read_bytes()
    world.path.write_text("\n")
    world.accounts.save("guest", Account(TOKEN, "2026-01-03T00:00:00Z", USER))
    assert backup_path(world.path).read_bytes() == good
