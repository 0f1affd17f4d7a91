"""Keeping a token: what is on disk, and whether somebody else was linked before."""

from __future__ import annotations

import pytest

from lib.account.grants import store_token
from lib.account.rate_limit import RateLimiter
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


@pytest.mark.parametrize(("before", "answer", "instead_of"), WHO_WAS_BEFORE.values(), ids=WHO_WAS_BEFORE.keys())
def test_somebody_else_is_noticed_by_the_accounts_id(world, before, answer, instead_of):
    if before is not NOBODY:
        world.is_linked(OLD_TOKEN, before)
    account, was = store_token(
        world.accounts, "default", FakeSimkl(answer), TOKEN, NOON, RateLimiter(world.path, world.clock)
    )
    assert was == instead_of
    assert account == world.accounts.get("default") == Account(TOKEN, NOW, USER if answer is USER else None)


@pytest.mark.parametrize(("token", "refreshed_at"), [(TOKEN, ""), (V2_TOKEN, NOW)], ids=["v1", "v2"])
def test_only_a_token_that_can_be_refreshed_counts_as_refreshed_now(world, token, refreshed_at):
    account, _ = store_token(
        world.accounts, "default", FakeSimkl(USER), token, NOON, RateLimiter(world.path, world.clock)
    )
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
