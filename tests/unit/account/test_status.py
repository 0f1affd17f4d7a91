"""How an account stands, whether Simkl still accepts it, and forgetting it."""

from __future__ import annotations

import pytest

from lib.account.neighbours import backup_path
from lib.account.status import AccountStatus, check_account, read_status, unlink_account
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User
from tests.unit.account.clients import client_of
from tests.unit.account.doubles import TOKEN, USER, FakeSimkl
from tests.unit.account.world import OWN_WORDS

SINCE = "2025-01-01T00:00:00Z"
NO, NO_MORE = errors.Unreachable(), errors.TokenRefused()


@pytest.fixture
def nameless(world):
    """An account whose name Simkl has not told yet."""
    world.is_linked(TOKEN)
    return world


def ask(world, *answers):
    simkl = FakeSimkl(*answers)
    found = check_account(client_of(world, simkl))
    return found, len(simkl.asked_with)


def test_nobody_is_linked_before_anybody_was(world):
    assert read_status(world.accounts, "default") == AccountStatus(None)
    assert not read_status(world.accounts, "default").linked


def test_a_linked_account_is_linked_without_asking_simkl(nameless):
    assert read_status(nameless.accounts, "default") == AccountStatus(Account(TOKEN, SINCE), valid=None)
    assert read_status(nameless.accounts, "default").linked


def test_checking_nobody_asks_nobody(world):
    found, asked = ask(world, NO)
    assert (found, asked) == (AccountStatus(None), 0)
    assert not world.path.exists()


def test_a_check_fetches_the_name_that_was_missing(nameless):
    found, asked = ask(nameless, USER)
    assert (found, asked) == (AccountStatus(Account(TOKEN, SINCE, USER), valid=True), 1)
    assert nameless.accounts.get("default").user == USER


def test_a_check_notices_a_new_name(world):
    world.is_linked(TOKEN, USER)
    ask(world, User(USER.id, "another_name", "pro"))
    assert world.accounts.get("default").user == User(USER.id, "another_name", "pro")


def test_a_check_that_brings_no_news_does_not_touch_the_file(world):
    world.is_linked(TOKEN, USER)
    backup_path(world.path).write_text("the last good file")
    inode = world.path.stat().st_ino
    found, _ = ask(world, User(USER.id, USER.name, USER.account_type, "https://simkl.in/avatar.jpg"))
    assert found.account.user.avatar == "https://simkl.in/avatar.jpg", "whoever asked may show the picture"
    assert world.path.stat().st_ino == inode
    assert backup_path(world.path).read_text() == "the last good file"


def test_a_refusal_counts_only_when_a_second_call_confirms_it(nameless):
    found, asked = ask(nameless, NO_MORE, USER)
    assert (found.valid, found.newly_refused, found.linked, asked) == (True, False, True, 2)
    assert not nameless.accounts.get("default").needs_linking


def test_two_refusals_mark_the_account_and_keep_the_token(nameless):
    found, asked = ask(nameless, NO_MORE)
    assert (found.valid, found.newly_refused, found.linked, asked) == (False, True, False, 2)
    assert nameless.accounts.get("default") == Account(TOKEN, SINCE, needs_linking=True)
    assert not read_status(nameless.accounts, "default").linked


def test_a_revoked_token_is_told_once(nameless):
    assert [ask(nameless, NO_MORE)[0].newly_refused for _ in range(3)] == [True, False, False]


def test_an_account_that_simkl_accepts_again_no_longer_needs_linking(nameless):
    ask(nameless, NO_MORE)
    found, _ = ask(nameless, USER)
    assert found.linked and found.valid
    assert read_status(nameless.accounts, "default").linked


@pytest.mark.parametrize("answers", [[NO], [NO_MORE, NO], [errors.Unreadable()]], ids=["first", "second", "hotel"])
def test_without_an_answer_nothing_is_known_and_nothing_changes(nameless, answers):
    before = nameless.path.read_bytes()
    with pytest.raises(errors.TransientError):
        ask(nameless, *answers)
    assert nameless.path.read_bytes() == before


def test_a_link_made_during_the_check_is_not_marked_for_the_old_token(nameless):
    simkl = FakeSimkl(NO_MORE)
    simkl.before_answer = lambda: nameless.link().run()
    nameless.is_linked()
    found = check_account(client_of(nameless, simkl))
    assert not nameless.accounts.get("default").needs_linking
    assert found.linked and not found.newly_refused and found.valid is None


def test_an_account_unlinked_during_the_check_stays_unlinked(nameless):
    simkl = FakeSimkl(USER)
    simkl.before_answer = lambda: unlink_account(client_of(nameless))
    assert check_account(client_of(nameless, simkl)) == AccountStatus(None)
    assert nameless.accounts.get("default") is None


# unlinking


def test_unlinking_tells_who_it_was_and_forgets_the_token_in_every_file(world):
    world.is_linked(TOKEN, USER)
    world.link().run()
    assert TOKEN.access.reveal() in backup_path(world.path).read_text()
    assert unlink_account(client_of(world)).account.user == USER
    assert world.accounts.get("default") is None
    for file in world.path.parent.iterdir():
        assert TOKEN.access.reveal() not in file.read_text(), file


def test_unlinking_leaves_what_a_person_wrote(world):
    world.is_linked()
    unlink_account(client_of(world))
    assert world.path.read_text().startswith(OWN_WORDS)


def test_unlinking_leaves_the_other_accounts(world):
    world.is_linked()
    world.accounts.save("guest", Account(TOKEN, SINCE, USER))
    unlink_account(client_of(world))
    assert world.accounts.get("guest") == Account(TOKEN, SINCE, USER)


def test_unlinking_nobody_writes_nothing(world):
    assert unlink_account(client_of(world)).account is None
    assert not world.path.exists()


def test_half_an_account_can_be_unlinked(world):
    world.path.write_text("accounts:\n  default:\n    auth: v1\n  guest: {auth: v1}\n")
    assert unlink_account(client_of(world)).account is None
    assert world.path.read_text() == "accounts:\n  guest:\n    auth: v1\n"
