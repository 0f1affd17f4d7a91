"""Accounts in the settings file: what is written, what is kept, and what is told when it cannot be read."""

from __future__ import annotations

import contextlib
import os
import re

import pytest
import yaml

from lib.account.neighbours import backup_path
from lib.account.settings_file import SettingsError
from lib.account.store import Account, AccountStore
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from tests.unit.account.doubles import OLD_TOKEN, TOKEN, USER
from tests.unit.account.world import OWN_WORDS

SINCE = "2026-11-24T06:00:00Z"
FULL = Account(TOKEN, SINCE, USER, needs_linking=True)


@pytest.fixture
def accounts(world):
    return world.accounts


def test_what_is_written(world, accounts):
    accounts.save("default", Account(Token(Secret("0" * 64), "an-id"), SINCE, User(900001, "sample_viewer", "free")))
    assert world.path.read_text() == (
        "accounts:\n"
        "  default:\n"
        "    auth: v1\n"
        f"    access_token: '{'0' * 64}'\n"
        "    client_id: an-id\n"
        f"    linked_at: '{SINCE}'\n"
        "    user:\n"
        "      id: 900001\n"
        "      name: sample_viewer\n"
        "      type: free\n"
    )


KEPT = {
    "everything": FULL,
    "no name yet": Account(TOKEN, SINCE),
    "no type": Account(TOKEN, SINCE, User(1, "x")),
    "another generation": Account(Token(Secret("t" * 8), "id", "v2"), SINCE),
    "a token of digits": Account(Token(Secret("12345678"), "87654321"), SINCE),
    "a token that looks like a number": Account(Token(Secret("1e10"), "0x1F"), "1"),
    "a name that looks like something else": Account(TOKEN, SINCE, User(1, "null")),
    "a name of many kinds": Account(TOKEN, SINCE, User(1, "Ü: #'\"{}[]&*!|>%@`\\ 😀\u2028\x85\t\n-")),
    "half a character": Account(TOKEN, SINCE, User(1, "\ud83d")),
}


@pytest.mark.parametrize("name", ["default", "Wohnzimmer", "a: b", "42", "yes", "ü 😀"])
@pytest.mark.parametrize("account", KEPT.values(), ids=KEPT.keys())
def test_an_account_comes_back_as_it_was(accounts, name, account):
    accounts.save(name, account)
    assert accounts.get(name) == account


def test_several_accounts_live_side_by_side(accounts):
    accounts.save("default", Account(OLD_TOKEN, SINCE))
    accounts.save("guest", FULL)
    accounts.save("default", Account(TOKEN, SINCE))
    assert accounts.get("default") == Account(TOKEN, SINCE)
    assert accounts.get("guest") == FULL
    assert accounts.get("nobody") is None


def test_saving_leaves_what_a_person_wrote_and_a_copy_of_it(world, accounts):
    world.path.write_text(OWN_WORDS)
    accounts.save("default", FULL)
    assert world.path.read_text().startswith(OWN_WORDS)
    assert backup_path(world.path).read_text() == OWN_WORDS


UNKNOWN = "accounts:\n  default:\n    access_token: abcd\n    colour: blue\n    since: 2020-01-01\n  other: {a: [1]}\n"


@pytest.mark.parametrize("change", ["save", "update"])
def test_keys_that_this_version_does_not_know_are_kept(world, accounts, change):
    world.path.write_text(UNKNOWN)
    before = yaml.safe_load(UNKNOWN)["accounts"]
    if change == "save":
        accounts.save("default", FULL)
    else:
        accounts.update("default", accounts.get("default"), user=USER)
    after = yaml.safe_load(world.path.read_text())["accounts"]
    assert after["other"] == before["other"]
    assert after["default"]["colour"] == "blue"
    assert after["default"]["since"] == before["default"]["since"]


def test_what_is_no_longer_so_is_removed(world, accounts):
    accounts.save("default", FULL)
    accounts.save("default", Account(TOKEN, SINCE))
    assert "needs_linking" not in world.path.read_text() and "user" not in world.path.read_text()


# changing an account only while it is the same


def test_an_update_changes_what_it_names_and_returns_what_is_kept(accounts):
    accounts.save("default", Account(TOKEN, SINCE))
    kept = accounts.update("default", accounts.get("default"), user=USER)
    assert kept == accounts.get("default") == Account(TOKEN, SINCE, USER)


def test_an_update_of_an_account_that_was_linked_anew_changes_nothing(accounts):
    accounts.save("default", Account(TOKEN, SINCE))
    assert accounts.update("default", Account(OLD_TOKEN, SINCE), user=USER) == Account(TOKEN, SINCE)
    assert accounts.get("default") == Account(TOKEN, SINCE)


def test_an_update_does_not_bring_an_account_back(world, accounts):
    assert accounts.update("default", FULL, user=USER) is None
    assert not world.path.exists()


def test_saving_what_is_kept_already_does_not_touch_the_file(world, accounts):
    accounts.save("default", FULL)
    inode = world.path.stat().st_ino
    accounts.save("default", FULL)
    assert world.path.stat().st_ino == inode


# what may be in the file


NOT_LINKED = {
    "no file": None,
    "no accounts": "simkl: {}",
    "accounts without a value": "accounts:",
    "another account": "accounts: {guest: {access_token: abc}}",
    "an account without a value": "accounts: {default: }",
    "no token": "accounts: {default: {auth: v1}}",
    "a token without a value": "accounts: {default: {access_token: }}",
    "an empty token": "accounts: {default: {access_token: ''}}",
}


@pytest.mark.parametrize("text", NOT_LINKED.values(), ids=NOT_LINKED.keys())
def test_an_account_without_a_token_is_not_linked_and_can_be(world, accounts, text):
    if text is not None:
        world.path.write_text(text)
    assert accounts.get("default") is None
    accounts.save("default", FULL)
    assert accounts.get("default") == FULL


def test_a_token_alone_is_a_link(world, accounts):
    world.path.write_text("accounts: {default: {access_token: abcd, auth: , client_id: , linked_at: , user: }}")
    assert accounts.get("default") == Account(Token(Secret("abcd"), "", "v1"), "")


IS_NONE = "must be an account. Remove it and link again."
IS_TEXT = "must be text. Put it in quotes."
HAS_BOTH = "must have an id (a number) and a name (text)."
BEGINNING = "accounts:\n  default:\n    access_token: abcd\n"

WRONG = {
    "an account": ("accounts:\n  default: abc", 2, f"accounts.default {IS_NONE}"),
    "a list": ("accounts: {default: [a]}", 1, f"accounts.default {IS_NONE}"),
    "the token": ("accounts:\n  default:\n    access_token: 1", 3, f"accounts.default.access_token {IS_TEXT}"),
    "the client id": ("accounts:\n\n  default: {client_id: 1}", 3, f"accounts.default.client_id {IS_TEXT}"),
    "the generation": ("accounts: {default: {auth: 1}}", 1, f"accounts.default.auth {IS_TEXT}"),
    "the day": (f"{BEGINNING}    linked_at: 2026-11-24", 4, f"accounts.default.linked_at {IS_TEXT}"),
    "the switch": (f"{BEGINNING}    needs_linking: maybe", 4, "accounts.default.needs_linking must be true or false."),
    "the user": (f"{BEGINNING}    user: me", 4, f"accounts.default.user {HAS_BOTH}"),
    "the user's id": (f"{BEGINNING}    user: {{id: x, name: y}}", 4, f"accounts.default.user {HAS_BOTH}"),
    "yes for an id": (f"{BEGINNING}    user: {{id: yes, name: y}}", 4, f"accounts.default.user {HAS_BOTH}"),
    "the user's name": (f"{BEGINNING}    user: {{id: 1, name: 2}}", 4, f"accounts.default.user {HAS_BOTH}"),
}


@pytest.mark.parametrize(("text", "line", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_type_is_told_with_file_line_and_key_and_nothing_changes(world, accounts, text, line, message):
    world.path.write_text(text)
    told = re.escape(f"{world.path}, line {line}: {message}")
    for action in (lambda: accounts.get("default"), lambda: accounts.save("default", FULL)):
        with pytest.raises(SettingsError, match=f"^{told}$"):
            action()
    assert world.path.read_text() == text


@pytest.mark.parametrize("action", ["save", "forget"])
@pytest.mark.parametrize("text", ["a: [", f"{BEGINNING}  a: &x {{}}\nb: *x\n"], ids=["broken", "tied by an anchor"])
def test_a_file_that_cannot_be_changed_is_never_overwritten(world, accounts, action, text):
    world.path.write_text(text)
    with pytest.raises(SettingsError, match=f"^{re.escape(str(world.path))}.*Nothing was changed"):
        accounts.save("default", FULL) if action == "save" else accounts.forget("default")
    assert world.path.read_text() == text
    assert not backup_path(world.path).exists()


def test_a_disk_that_is_full_is_told_and_the_old_link_stays(world, accounts, disk_without):
    before = world.is_linked()
    disk_without("write", world.path.parent)
    with pytest.raises(SettingsError, match="cannot be written: No space left on device. Check its folder's owner"):
        accounts.save("default", FULL)
    assert world.path.read_bytes() == before


@pytest.mark.parametrize("kill_at", [1, 2, 3])
def test_an_unlink_that_is_killed_at_any_moment_leaves_no_token_that_nobody_sees(world, accounts, monkeypatch, kill_at):
    accounts.save("default", FULL)
    accounts.save("guest", FULL)  # has the copy hold the first one
    real, calls = os.replace, []

    def replace_or_die(*args):
        calls.append(args)
        if len(calls) == kill_at:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(os, "replace", replace_or_die)
    with contextlib.suppress(KeyboardInterrupt):
        accounts.forget("default")
    copy = AccountStore(backup_path(world.path))
    assert accounts.get("default") is not None or copy.get("default") is None
    accounts.forget("default")
    assert (accounts.get("default"), copy.get("default"), accounts.get("guest")) == (None, None, FULL)
