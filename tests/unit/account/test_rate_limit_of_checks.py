"""What a person does with an account takes its request lock at Simkl like everything else.

A check, a link, an unlink.
"""

from __future__ import annotations

import pytest

from lib.account import rate_limit
from lib.account.sign_in.approval import Linked
from lib.account.status import check_account, unlink_account
from lib.simkl import errors
from lib.simkl.http.transport import Transport
from lib.system import files, locks
from tests.unit.account.clients import client_of
from tests.unit.account.doubles import TOKEN, USER, FakeSimkl
from tests.unit.account.refreshing import TV, WEEK, LinkedTv, asked, box_for_tokens

WHO, TOKENS, REVOKE = "/users/settings", "/oauth2/token", "/oauth2/revoke"


@pytest.fixture(scope="module")
def running():
    with box_for_tokens() as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    running.listen_again()
    return running


@pytest.fixture
def tv(box, tmp_path):
    return LinkedTv(box, tmp_path)


@pytest.fixture
def transport(box):
    return Transport(box.api_url, TV)


def turn_lock(accounts):
    return accounts.path.with_name("settings.yaml.turn.lock")


def last_write(accounts):
    return files.mtime(accounts.path.with_name("settings.yaml.turn"))


@pytest.fixture
def others_have_it(monkeypatch):
    """Return a function that has another program keep the request lock, for longer than anybody waits."""
    held = []

    def hold(accounts):
        monkeypatch.setattr(rate_limit, "WRITE_LOCK_SECONDS", 0.0)
        monkeypatch.setattr(rate_limit, "READ_LOCK_SECONDS", 0.0)
        held.append(locks.try_lock(turn_lock(accounts)))
        assert held[0] is not None

    yield hold
    for guard in held:
        guard.release()


def who_asks_has_the_turn(accounts):
    """Return a Simkl that looks, while it is asked, whether somebody else could have the request lock."""
    seen = []
    simkl = FakeSimkl(USER)
    simkl.before_answer = lambda: seen.append(locks.try_lock(turn_lock(accounts)) is None)
    return simkl, seen


def test_a_check_has_the_turn_while_it_asks(world):
    world.is_linked(TOKEN)
    simkl, seen = who_asks_has_the_turn(world.accounts)
    assert check_account(client_of(world, simkl)).valid
    assert seen == [True] and last_write(world.accounts) is None


def test_a_link_has_the_turn_while_it_asks_for_the_name(world):
    simkl, seen = who_asks_has_the_turn(world.accounts)
    assert isinstance(world.link(simkl=simkl).run(), Linked)
    assert seen == [True] and world.accounts.get("default").user == USER


def test_a_refresh_by_a_check_counts_as_a_write_of_the_account(tv, box, transport):
    box.advance(WEEK)
    assert check_account(client_of(tv, transport)).valid
    assert (TOKENS, 200) in asked(box) and last_write(tv.accounts) is not None


def test_a_check_goes_ahead_of_a_write_that_takes_long(world, others_have_it):
    world.is_linked(TOKEN)
    others_have_it(world.accounts)
    assert check_account(client_of(world, FakeSimkl(USER))).valid


def test_a_check_that_needs_a_refresh_waits_for_its_turn_and_knows_nothing_without_it(
    tv, box, transport, others_have_it
):
    box.advance(WEEK)
    before = tv.accounts.path.read_bytes()
    others_have_it(tv.accounts)
    with pytest.raises(errors.NotSent):
        check_account(client_of(tv, transport))
    assert TOKENS not in [path for path, _ in asked(box)] and tv.accounts.path.read_bytes() == before


def test_a_link_has_its_name_although_a_write_takes_long(world, others_have_it):
    others_have_it(world.accounts)
    assert isinstance(world.link().run(), Linked)
    kept = world.accounts.get("default")
    assert (kept.token, kept.user) == (TOKEN, USER)


def test_a_link_that_is_cancelled_while_others_have_the_turn_has_no_name(world, others_have_it, monkeypatch):
    others_have_it(world.accounts)
    monkeypatch.setattr(rate_limit, "READ_LOCK_SECONDS", 3600.0)
    polls = iter([False])  # the poll has its pause; then it shall end
    link = world.link(pause=lambda seconds: next(polls, True))
    assert isinstance(link.run(), Linked)
    assert world.accounts.get("default").user is None


def test_the_end_of_a_grant_is_a_write_of_the_account(tv, box, transport):
    unlink_account(client_of(tv, transport))
    assert asked(box) == [(REVOKE, 200)] and last_write(tv.accounts) is not None


def test_the_end_of_a_grant_is_told_even_if_others_keep_the_turn(tv, box, transport, others_have_it):
    others_have_it(tv.accounts)
    assert unlink_account(client_of(tv, transport)).account is not None
    assert asked(box) == [(REVOKE, 200)] and tv.accounts.get("default") is None


def test_who_ends_meanwhile_forgets_the_token_and_asks_nothing(tv, box, transport, others_have_it, monkeypatch):
    others_have_it(tv.accounts)
    monkeypatch.setattr(rate_limit, "WRITE_LOCK_SECONDS", 60.0)
    assert unlink_account(client_of(tv, transport, pause=lambda seconds: True)).account is not None
    assert asked(box) == [] and tv.accounts.get("default") is None
