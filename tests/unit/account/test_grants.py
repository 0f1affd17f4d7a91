"""Keeping a token and giving a grant back: what is on disk, what Simkl is told, and who was linked before."""

import pytest

from lib.account.grants import revoke_grant, store_token
from lib.account.settings_file import SettingsError
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import SCOPE, Token
from lib.system import files, locks
from lib.system.secrets import Secret
from tests.fakes.clock import NOON
from tests.unit.account.world import OLD_TOKEN, TOKEN, USER, FakeUsers

NOW = "2026-11-24T12:00:00Z"
V2_TOKEN = Token(Secret("access-of-v2"), "v2-tv", "v2", Secret("refresh-of-v2"), NOON + 604_800, SCOPE)
ENDED = [("first", "refresh-of-v2")]
NOBODY = object()
OTHER = User(7, USER.name)


@pytest.fixture
def keep(world, limiter):
    """Return how to keep a token as a sign-in does."""
    return lambda simkl, token: store_token(
        world.accounts, "default", simkl, token, limiter, world.clock, world.clock.pause
    )


WHO_WAS_BEFORE = {
    "nobody": (NOBODY, USER, None),
    "somebody unknown": (None, USER, None),
    "the same by another name": (User(USER.id, "an_older_name"), USER, None),
    "somebody else of the same name": (OTHER, USER, OTHER),
    "somebody, and now it is not known": (OTHER, errors.Unreachable(), None),
}


@pytest.mark.parametrize(("before", "answer", "instead_of"), WHO_WAS_BEFORE.values(), ids=WHO_WAS_BEFORE.keys())
@pytest.mark.parametrize("token", [TOKEN, V2_TOKEN], ids=["v1", "v2, which counts as refreshed now"])
def test_somebody_else_is_noticed_by_the_accounts_id(world, keep, before, answer, instead_of, token):
    if before is not NOBODY:
        world.is_linked(OLD_TOKEN, before)
    account, was = keep(FakeUsers(answer), token)
    assert was == instead_of
    wanted = Account(token, NOW, USER if answer is USER else None, refreshed_at=NOW if token.refresh else "")
    assert account == world.accounts.get("default") == wanted


def test_the_name_is_asked_for_under_the_request_lock_once_the_token_is_on_disk(world, keep):
    seen = []
    simkl = FakeUsers()
    simkl.before_answer = lambda: seen.append((locks.try_lock(world.turn_lock), world.accounts.get("default")))
    keep(simkl, TOKEN)
    assert seen == [(None, Account(TOKEN, NOW))]
    assert simkl.asked_with == [TOKEN.access.reveal()]


def test_who_ends_while_others_hold_the_request_lock_has_no_name_and_ends_no_grant(world, keep, limiter):
    simkl = FakeUsers()
    held = locks.try_lock(world.turn_lock)
    world.clock.stop_at_pause = 1
    account, _ = keep(simkl, TOKEN)
    assert account == world.accounts.get("default") == Account(TOKEN, NOW)
    world.clock.stop_at_pause = 2
    assert not revoke_grant(simkl, V2_TOKEN, None, limiter)
    held.release()
    assert (simkl.asked_with, simkl.ended) == ([], [])


@pytest.mark.parametrize("is_held", [False, True], ids=["at once", "others keep the lock"])
def test_the_end_of_a_grant_is_a_write_and_told_even_if_others_keep_the_lock(world, limiter, is_held):
    simkl = FakeUsers()
    held = locks.try_lock(world.turn_lock)
    if not is_held:
        held.release()
    assert revoke_grant(simkl, V2_TOKEN, None, limiter)
    held.release()
    assert simkl.ended == ENDED
    assert (files.mtime(world.path.with_name("settings.yaml.turn")) is None) is is_held


@pytest.mark.parametrize("failures", [5, 10_000], ids=["at first", "at all"])
def test_a_token_that_cannot_be_kept_is_tried_again_for_some_seconds_and_its_grant_then_ended(
    world, keep, monkeypatch, failures
):
    tries, real = [], type(world.accounts).save

    def save(self, name, account):
        tries.append(account)
        if len(tries) <= failures:
            raise SettingsError("cannot be written") from OSError(28, "No space left on device")
        real(self, name, account)

    monkeypatch.setattr(type(world.accounts), "save", save)
    simkl = FakeUsers()
    if failures == 5:
        account, _ = keep(simkl, V2_TOKEN)
        assert account == world.accounts.get("default") and account.token == V2_TOKEN
    else:
        with pytest.raises(SettingsError, match="cannot be written"):
            keep(simkl, V2_TOKEN)
        assert 10 <= world.clock.at < 20
    assert simkl.ended == ([] if failures == 5 else ENDED)


def test_a_half_typed_edit_saved_meanwhile_is_waited_for_longer(world, keep):
    world.path.write_text("simkl: {")
    world.clock.during_pause = lambda number: number == 60 and world.path.write_text("simkl: {}\n")
    account, _ = keep(FakeUsers(), TOKEN)
    assert account == world.accounts.get("default") and "simkl: {}" in world.path.read_text()


@pytest.mark.parametrize("token", [TOKEN, V2_TOKEN], ids=["v1", "the same grant"])
def test_the_grant_of_an_account_that_is_replaced_is_ended_unless_it_goes_on(world, keep, token):
    world.is_linked(Token(Secret("older"), "second", "v2", Secret("refresh-of-v2"), NOON, SCOPE), USER)
    simkl = FakeUsers()
    keep(simkl, token)
    assert simkl.ended == ([] if token is V2_TOKEN else [("second", "refresh-of-v2")])
