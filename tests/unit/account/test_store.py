"""Accounts in the settings file: what is written, what is kept, and what is told when it cannot be read.

The files beside the settings as well: one file, one set of names, whatever the accounts are called.
"""

import contextlib
import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import yaml

from lib.account.neighbours import account_path, backup_path, settings_lock_path
from lib.account.settings_file import SettingsError
from lib.account.store import Account, AccountStore
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import SCOPE, Token
from lib.system import locks
from lib.system.secrets import Secret
from tests.fakes.clock import NOON
from tests.unit.account.world import OLD_TOKEN, OWN_WORDS, TOKEN, USER

SINCE, LATER = "2026-11-24T06:00:00Z", "2026-11-24T12:00:00Z"
FULL = Account(TOKEN, SINCE, USER, needs_linking=True)
V2_TOKEN = Token(Secret("access"), "an-id", "v2", Secret("refresh"), NOON, SCOPE)
V2 = Account(V2_TOKEN, SINCE, USER, needs_linking=True, refreshed_at=LATER)


@pytest.fixture
def accounts(world):
    return world.accounts


WRITTEN = f"""\
accounts:
  default:
    auth: v2
    access_token: access
    refresh_token: refresh
    expires_at: '{LATER}'
    refreshed_at: '{LATER}'
    scope: {SCOPE}
    client_id: an-id
    linked_at: '{SINCE}'
    user:
      id: 900001
      name: sample_viewer
      type: free
    needs_linking: true
"""


def test_what_is_written_and_that_what_is_no_longer_so_is_removed(world, accounts):
    accounts.save("default", V2)
    assert world.path.read_text() == WRITTEN
    accounts.save("default", Account(TOKEN, LATER))
    left = yaml.safe_load(world.path.read_text())["accounts"]["default"]
    assert list(left) == ["auth", "access_token", "client_id", "linked_at"]


KEPT = {
    "everything of v1": FULL,
    "everything of v2": V2,
    "no name yet": Account(TOKEN, SINCE),
    "no type": Account(TOKEN, SINCE, User(1, "x")),
    "no end known": Account(replace(V2_TOKEN, expires_at=None), SINCE),
    "no refresh token and no scope": Account(replace(V2_TOKEN, refresh=None, scope=""), SINCE),
    "tokens of digits": Account(Token(Secret("12345678"), "87654321", "v2", Secret("1234")), SINCE),
    "a token that looks like a number": Account(Token(Secret("1e10"), "0x1F"), "1"),
    "a name that looks like something else": Account(TOKEN, SINCE, User(1, "null")),
    "a name of many kinds": Account(TOKEN, SINCE, User(1, "Ü: #'\"{}[]&*!|>%@`\\ 😀\u2028\x85\t\n-")),
    "half a character": Account(TOKEN, SINCE, User(1, "\ud83d")),
}


@pytest.mark.parametrize("account", KEPT.values(), ids=KEPT.keys())
def test_an_account_comes_back_as_it_was_and_keeping_it_again_does_not_touch_the_file(world, accounts, account):
    accounts.save("default", account)
    inode = world.path.stat().st_ino
    accounts.save("default", account)
    assert accounts.get("default") == account
    assert world.path.stat().st_ino == inode


def test_accounts_of_any_name_live_side_by_side(accounts):
    names = ["default", "Wohnzimmer", "a: b", "42", "yes", "ü 😀"]
    for name in names:
        accounts.save(name, Account(OLD_TOKEN, name))
    accounts.save("default", FULL)
    assert [accounts.get(name) for name in names] == [FULL, *(Account(OLD_TOKEN, name) for name in names[1:])]
    assert accounts.get("nobody") is None


def test_saving_leaves_what_a_person_wrote_and_a_copy_of_it_that_no_emptied_file_takes_the_place_of(world, accounts):
    world.path.write_text(OWN_WORDS)
    accounts.save("default", FULL)
    assert world.path.read_text().startswith(OWN_WORDS)
    assert backup_path(world.path).read_text() == OWN_WORDS
    world.path.write_text("\n")
    accounts.save("guest", FULL)
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
    assert (after["default"]["colour"], after["default"]["since"]) == ("blue", before["default"]["since"])


def test_an_update_changes_an_account_only_while_it_is_the_same(world, accounts):
    assert accounts.update("default", FULL, user=USER) is None
    assert not world.path.exists(), "an update does not bring an account back"
    accounts.save("default", Account(TOKEN, SINCE))
    assert accounts.update("default", Account(OLD_TOKEN, SINCE), user=USER) == Account(TOKEN, SINCE)
    assert accounts.get("default") == Account(TOKEN, SINCE)
    assert accounts.update("default", Account(TOKEN, SINCE), user=USER) == Account(TOKEN, SINCE, USER)
    assert accounts.get("default") == Account(TOKEN, SINCE, USER)


# what may be in the file


NOT_LINKED = {
    "no file": None,
    "accounts without a value": "accounts:",
    "another account": "accounts: {guest: {access_token: abc}}",
    "an account without a value": "accounts: {default: }",
    "no token": "accounts: {default: {auth: v1}}",
    "an empty token": "accounts: {default: {access_token: ''}}",
}


@pytest.mark.parametrize("text", NOT_LINKED.values(), ids=NOT_LINKED.keys())
def test_an_account_without_a_token_is_not_linked_and_can_be(world, accounts, text):
    if text is not None:
        world.path.write_text(text)
    assert accounts.get("default") is None
    accounts.save("default", FULL)
    assert accounts.get("default") == FULL


def test_a_token_alone_is_a_link_and_an_end_that_cannot_be_read_is_not_known(world, accounts):
    world.path.write_text("accounts: {default: {access_token: abcd, auth: , client_id: , user: , expires_at: soon}}")
    assert accounts.get("default") == Account(Token(Secret("abcd"), "", "v1"), "")


NO_ACCOUNT = "must be an account. Remove it and link again."
NO_TEXT = "must be text. Put it in quotes."
NOT_BOTH = "must have an id (a number) and a name (text)."
NOT_PLAIN = "must be plain characters without spaces or line breaks. Remove it and link again."
LINKED = "accounts:\n  default:\n    access_token: abcd\n"
TEXTS = ["auth", "refresh_token", "expires_at", "refreshed_at", "scope", "client_id", "linked_at"]
WRONG = {
    "a word": ("accounts:\n  default: abc", 2, f" {NO_ACCOUNT}"),
    "a list": ("accounts: {default: [a]}", 1, f" {NO_ACCOUNT}"),
    "the token": ("accounts:\n\n  default:\n    access_token: 1", 4, f".access_token {NO_TEXT}"),
    "a token of two words": ("accounts:\n  default:\n    access_token: a b", 3, f".access_token {NOT_PLAIN}"),
    "a refresh token with an umlaut": (f"{LINKED}    refresh_token: \u00fc", 4, f".refresh_token {NOT_PLAIN}"),
    **{key: (f"{LINKED}    {key}: 2026-11-24", 4, f".{key} {NO_TEXT}") for key in TEXTS},
    "the switch": (f"{LINKED}    needs_linking: maybe", 4, ".needs_linking must be true or false."),
    "the user": (f"{LINKED}    user: me", 4, f".user {NOT_BOTH}"),
    "the user's id": (f"{LINKED}    user: {{id: x, name: y}}", 4, f".user {NOT_BOTH}"),
    "yes for an id": (f"{LINKED}    user: {{id: yes, name: y}}", 4, f".user {NOT_BOTH}"),
    "the user's name": (f"{LINKED}    user: {{id: 1, name: 2}}", 4, f".user {NOT_BOTH}"),
}


@pytest.mark.parametrize(("text", "line", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_value_is_told_with_file_line_and_key_and_nothing_changes(world, accounts, text, line, message):
    world.path.write_text(text)
    told = re.escape(f"{world.path}, line {line}: accounts.default{message}")
    for action in (lambda: accounts.get("default"), lambda: accounts.save("default", FULL)):
        with pytest.raises(SettingsError, match=f"^{told}$"):
            action()
    assert world.path.read_text() == text


CHANGES = {
    "save": lambda accounts: accounts.save("default", FULL),
    "forget": lambda accounts: accounts.forget("default"),
    "check": lambda accounts: accounts.check_writable(),
}
every_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())


@every_change
@pytest.mark.parametrize("text", ["a: [", f"{LINKED}  a: &x {{}}\nb: *x\n"], ids=["broken", "tied by an anchor"])
def test_a_file_that_cannot_be_changed_is_never_overwritten(world, accounts, change, text):
    world.path.write_text(text)
    with pytest.raises(SettingsError, match=f"^{re.escape(str(world.path))}.*Nothing was changed"):
        change(accounts)
    assert world.path.read_text() == text
    assert not backup_path(world.path).exists()


@every_change
@pytest.mark.parametrize("told", ["No space left on device. Check its folder's owner", "held by another program"])
def test_a_full_disk_or_a_lock_that_is_never_given_up_is_told_and_the_file_left_alone(
    world, disk_without, monkeypatch, change, told
):
    before, held = world.is_linked(), locks.try_lock(settings_lock_path(world.path))
    monkeypatch.setattr(locks, "FILE_LOCK_SECONDS", 0.0)
    if "space" in told:
        held.release()
        disk_without("write", world.path.parent)
    with pytest.raises(SettingsError, match=f"cannot be written: .*{told}"):
        change(world.accounts)
    held.release()
    assert world.path.read_bytes() == before


def test_writers_in_many_threads_lose_nothing(accounts):
    start = threading.Barrier(3, timeout=60)

    def write(worker):
        start.wait()
        for number in range(3):
            accounts.save(f"{worker}-{number}", FULL)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3)))
    assert [accounts.get(f"{worker}-{number}") for worker in range(3) for number in range(3)] == [FULL] * 9


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


def test_unlinking_finds_a_token_that_only_the_copy_still_has(world, accounts):
    world.path.write_text("")
    copy = backup_path(world.path)
    copy.write_text("accounts:\n  default: {access_token: abcd, linked_at: x}\n  guest: {access_token: efgh}\n")
    assert accounts.forget("default").token.access.reveal() == "abcd"
    assert "abcd" not in copy.read_text() and "efgh" in copy.read_text()


# the files beside the settings


ENDINGS = {"lock": "default.lock", "code": "default.code", "refresh.lock": None, "turn": None, "turn.lock": None}
NAMES = ["default", "turn", "refresh", "bak", "lock", "Turn", "a/b", "..", "x" * 300, "é" * 200, "a.b", "account-x"]


def test_any_name_gives_files_of_its_own_that_can_be_made_beside_the_file_itself(tmp_path):
    (tmp_path / "dotfiles").mkdir()
    real, link = tmp_path / "dotfiles" / "mine.yaml", tmp_path / "settings.yaml"
    link.symlink_to(real)
    paths = [account_path(link, name, ending) for name in NAMES for ending in ENDINGS]
    assert paths == [account_path(real, name, ending) for name in NAMES for ending in ENDINGS]
    for path in [real, backup_path(link), settings_lock_path(link), *paths]:
        path.touch()
    assert len({path.name.lower() for path in real.parent.iterdir()}) == len(paths) + 3
    assert [path.name for path in paths[:5]] == [f"mine.yaml.{of_old or new}" for new, of_old in ENDINGS.items()]
