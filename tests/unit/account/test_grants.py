"""Keeping a token and giving a grant back: what is on disk, what Simkl is told, and who was linked before."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from lib.account.grants import revoke_grant, store_token
from lib.account.rate_limit import RateLimiter
from lib.account.settings_file import SettingsError
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import SCOPE, Token
from lib.system import files, locks
from lib.system.secrets import Secret
from tests.fakes.clock import NOON
from tests.unit.account.doubles import OLD_TOKEN, TOKEN, USER, FakeSimkl

NOW = "2026-11-24T12:00:00Z"
V2_TOKEN = Token(Secret("access-of-v2"), "v2-tv", "v2", Secret("refresh-of-v2"), NOON + 604_800, SCOPE)
NOBODY = object()
OTHER = User(7, USER.name)


class FakeRevocation(FakeSimkl):
    """A Simkl that hears which grants end; `client_id` is the one it is asked with."""

    def __init__(self, *answers, ended=None, client_id="first"):
        super().__init__(*answers)
        self.ended = [] if ended is None else ended
        self.client_id = client_id

    def post(self, path, fields, **_):
        assert path == "/oauth2/revoke"
        self.ended.append((self.client_id, fields["token"]))

    def for_client(self, client_id):
        return FakeRevocation(USER, ended=self.ended, client_id=client_id)


@pytest.fixture
def limiter(world):
    return RateLimiter(world.path, world.clock, world.clock.pause)


@pytest.fixture
def keep(world, limiter):
    """Return how to keep a token as a sign-in does."""
    return lambda simkl, token: store_token(
        world.accounts, "default", simkl, token, limiter, world.clock, world.clock.pause
    )


@pytest.fixture
def lock(world):
    return world.path.with_name("settings.yaml.turn.lock")


WHO_WAS_BEFORE = {
    "nobody": (NOBODY, USER, None),
    "somebody unknown": (None, USER, None),
    "the same by another name": (User(USER.id, "an_older_name"), USER, None),
    "somebody else of the same name": (OTHER, USER, OTHER),
    "somebody, and now it is not known": (OTHER, errors.Unreachable(), None),
}


@pytest.mark.parametrize(("before", "answer", "instead_of"), WHO_WAS_BEFORE.values(), ids=WHO_WAS_BEFORE.keys())
def test_somebody_else_is_noticed_by_the_accounts_id(world, keep, before, answer, instead_of):
    if before is not NOBODY:
        world.is_linked(OLD_TOKEN, before)
    account, was = keep(FakeSimkl(answer), TOKEN)
    assert was == instead_of
    assert account == world.accounts.get("default") == Account(TOKEN, NOW, USER if answer is USER else None)


def test_a_token_that_can_be_refreshed_counts_as_refreshed_now(world, keep):
    account, _ = keep(FakeSimkl(USER), V2_TOKEN)
    assert account == world.accounts.get("default") == Account(V2_TOKEN, NOW, USER, refreshed_at=NOW)


def test_the_name_is_asked_for_under_the_request_lock_once_the_token_is_on_disk(world, keep, lock):
    seen = []
    simkl = FakeSimkl(USER)
    simkl.before_answer = lambda: seen.append((locks.try_lock(lock), world.accounts.get("default")))
    keep(simkl, TOKEN)
    assert seen == [(None, Account(TOKEN, NOW))]
    assert simkl.asked_with == [TOKEN.access.reveal()]


def test_who_ends_while_others_hold_the_request_lock_has_no_name_and_ends_no_grant(world, keep, limiter, lock):
    simkl = FakeRevocation(USER)
    held = locks.try_lock(lock)
    world.clock.stop_at_pause = 1
    account, _ = keep(simkl, TOKEN)
    assert account == world.accounts.get("default") == Account(TOKEN, NOW)
    world.clock.stop_at_pause = 2
    assert not revoke_grant(simkl, V2_TOKEN, None, limiter)
    held.release()
    assert (simkl.asked_with, simkl.ended) == ([], [])


@pytest.mark.parametrize("is_held", [False, True], ids=["at once", "others keep the lock"])
def test_the_end_of_a_grant_is_a_write_and_told_even_if_others_keep_the_lock(world, limiter, lock, is_held):
    simkl = FakeRevocation(USER)
    held = locks.try_lock(lock) if is_held else None
    assert revoke_grant(simkl, V2_TOKEN, None, limiter)
    assert simkl.ended == [("first", "refresh-of-v2")]
    assert (files.mtime(world.path.with_name("settings.yaml.turn")) is None) is is_held
    if held:
        held.release()


# what cannot be kept


@pytest.fixture
def disk(world, monkeypatch):
    """A disk on which the next `failures` writes of the settings fail."""
    disk, real = SimpleNamespace(failures=0), type(world.accounts).save

    def save(self, name, account):
        disk.failures -= 1
        if disk.failures >= 0:
            raise SettingsError("cannot be written") from OSError(28, "No space left on device")
        real(self, name, account)

    monkeypatch.setattr(type(world.accounts), "save", save)
    return disk


def test_a_token_that_cannot_be_kept_at_first_is_tried_again_for_some_seconds(world, keep, disk):
    disk.failures = 5
    account, _ = keep(FakeSimkl(USER), TOKEN)
    assert account == world.accounts.get("default") and account.token == TOKEN


def test_a_half_typed_edit_saved_meanwhile_is_waited_for_longer(world, keep):
    world.path.write_text("simkl: {")
    world.clock.during_pause = lambda number: number == 60 and world.path.write_text("simkl: {}\n")
    account, _ = keep(FakeSimkl(USER), TOKEN)
    assert account == world.accounts.get("default") and "simkl: {}" in world.path.read_text()


def test_a_grant_that_cannot_be_kept_is_ended_at_simkl(world, keep, disk):
    disk.failures = 10_000
    simkl = FakeRevocation(USER)
    with pytest.raises(SettingsError, match="cannot be written"):
        keep(simkl, V2_TOKEN)
    assert simkl.ended == [("first", "refresh-of-v2")] and 10 <= world.clock.at < 20


@pytest.mark.parametrize("token", [TOKEN, V2_TOKEN], ids=["v1", "the same grant"])
def test_the_grant_of_an_account_that_is_replaced_is_ended_unless_it_goes_on(world, keep, token):
    world.is_linked(Token(Secret("older"), "second", "v2", Secret("refresh-of-v2"), NOON, SCOPE), USER)
    simkl = FakeRevocation(USER)
    keep(simkl, token)
    assert simkl.ended == ([] if token is V2_TOKEN else [("second", "refresh-of-v2")])
