"""Keeping a token: what is on disk, and whether somebody else was linked before."""

from __future__ import annotations

import pytest

from lib.account.grants import store_token
from lib.account.rate_limit import RateLimiter
from lib.account.settings_file import SettingsError
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import SCOPE, Token
from lib.system import timestamps
from lib.system.secrets import Secret
from tests.fakes.clock import NOON
from tests.unit.account.doubles import OLD_TOKEN, TOKEN, USER, FakeSimkl

NOW = "2026-11-24T12:00:00Z"
V2_TOKEN = Token(Secret("access-of-v2"), "v2-tv", "v2", Secret("refresh-of-v2"), NOON + 604_800, SCOPE)
NOBODY = object()
OTHER = User(7, "another_viewer")

WHO_WAS_BEFORE = {
    "nobody": (NOBODY, USER, None),
    "somebody unknown": (None, USER, None),
    "the same": (USER, USER, None),
    "the same by another name": (User(USER.id, "an_older_name"), USER, None),
    "somebody else": (OTHER, USER, OTHER),
    "somebody else of the same name": (User(7, USER.name), USER, User(7, USER.name)),
    "somebody, and now it is not known": (OTHER, errors.Unreachable(), None),
}


def keep(world, simkl, token, secret=None):
    """Keep a token as a sign-in does."""
    limiter = RateLimiter(world.path, world.clock, world.clock.pause)
    return store_token(world.accounts, "default", simkl, token, limiter, world.clock, world.clock.pause, secret)


@pytest.mark.parametrize(("before", "answer", "instead_of"), WHO_WAS_BEFORE.values(), ids=WHO_WAS_BEFORE.keys())
def test_somebody_else_is_noticed_by_the_accounts_id(world, before, answer, instead_of):
    if before is not NOBODY:
        world.is_linked(OLD_TOKEN, before)
    account, was = keep(world, FakeSimkl(answer), TOKEN)
    assert was == instead_of
    assert account == world.accounts.get("default") == Account(TOKEN, NOW, USER if answer is USER else None)


@pytest.mark.parametrize(("token", "refreshed_at"), [(TOKEN, ""), (V2_TOKEN, NOW)], ids=["v1", "v2"])
def test_only_a_token_that_can_be_refreshed_counts_as_refreshed_now(world, token, refreshed_at):
    account, _ = keep(world, FakeSimkl(USER), token)
    assert account == world.accounts.get("default") == Account(token, NOW, USER, refreshed_at=refreshed_at)


# instants


INSTANTS = {0.0: "1970-01-01T00:00:00Z", NOON: NOW, 1_709_164_800.0: "2024-02-29T00:00:00Z"}


@pytest.mark.parametrize(("seconds", "text"), INSTANTS.items(), ids=INSTANTS.values())
def test_an_instant_comes_back_as_it_was(seconds, text):
    assert timestamps.format_utc(seconds) == text
    assert timestamps.parse_utc(text) == seconds


def test_an_instant_is_written_to_the_second():
    assert timestamps.format_utc(NOON + 0.9) == NOW


NO_INSTANTS = ["", "soon", "2026-11-24", "2026-11-24T12:00:00+01:00", "2026-02-30T00:00:00Z", NOW * 2]


@pytest.mark.parametrize("text", NO_INSTANTS)
def test_what_is_no_instant_is_none(text):
    assert timestamps.parse_utc(text) is None


# what cannot be kept


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


def fails(monkeypatch, world, times, error):
    """Have the next writes of the settings fail."""
    save, left = type(world.accounts).save, [times]

    def failing(self, name, account):
        if left[0] > 0:
            left[0] -= 1
            raise SettingsError("cannot be written") from error
        save(self, name, account)

    monkeypatch.setattr(type(world.accounts), "save", failing)


def test_a_token_that_cannot_be_kept_at_first_is_tried_again_for_some_seconds(world, monkeypatch):
    fails(monkeypatch, world, 5, OSError(28, "No space left on device"))
    account, _ = keep(world, FakeSimkl(USER), TOKEN)
    assert account == world.accounts.get("default") and account.token == TOKEN


def test_a_half_typed_edit_saved_meanwhile_is_waited_for_longer(world):
    world.path.write_text("simkl: {")
    world.clock.during_pause = lambda number: number == 60 and world.path.write_text("simkl: {}\n")
    account, _ = keep(world, FakeSimkl(USER), TOKEN)
    assert account == world.accounts.get("default") and "simkl: {}" in world.path.read_text()


def test_a_grant_that_cannot_be_kept_is_ended_at_simkl(world, monkeypatch):
    fails(monkeypatch, world, 10_000, OSError(28, "No space left on device"))
    simkl = FakeRevocation(USER)
    with pytest.raises(SettingsError, match="cannot be written"):
        keep(world, simkl, V2_TOKEN)
    assert simkl.ended == [("first", "refresh-of-v2")] and 10 <= world.clock.at < 20


@pytest.mark.parametrize("token", [TOKEN, V2_TOKEN], ids=["v1", "the same grant"])
def test_the_grant_of_an_account_that_is_replaced_is_ended_unless_it_goes_on(world, token):
    world.is_linked(Token(Secret("older"), "second", "v2", Secret("refresh-of-v2"), NOON, SCOPE), USER)
    simkl = FakeRevocation(USER)
    keep(world, simkl, token)
    assert simkl.ended == ([] if token is V2_TOKEN else [("second", "refresh-of-v2")])
