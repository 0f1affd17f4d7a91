"""Requests of an account in turn: writes of whoever it is do not meet at Simkl, and a refresh is one of them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lib.account import rate_limit
from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl import errors
from lib.simkl.api import scrobble
from lib.simkl.api.media import MOVIE, Item
from lib.simkl.api.users import fetch_user
from lib.simkl.auth.tokens import Token
from lib.system import files, locks
from lib.system.secrets import Secret
from tests.fakes.clock import FakeClock
from tests.fakes.simkl import FakeSimkl
from tests.unit.account.doubles import lock_waits_in_real_time
from tests.unit.account.refreshing import SINCE, TOKENS, WEEK, WHO, LinkedTv, asked

START = "/scrobble/start"
APART = pytest.approx(1.1, abs=1e-5)
FILM = Item(MOVIE, "The Glass Harbour", 2018, (("imdb", "tt9900002"),))


@pytest.fixture
def lock(tv):
    return tv.accounts.path.with_name("settings.yaml.turn.lock")


def start(transport, token):
    """Tell Simkl that a film is on."""
    return scrobble.send_scrobble(transport, token, "start", FILM, 1, 80)


def test_writes_of_one_account_are_apart_and_reads_between_them_are_not(tv, box):
    access, another = tv.access(), tv.access()
    access.call(start, writes=True)
    another.call(fetch_user)
    assert tv.clock.pauses == []
    another.call(start, writes=True)
    assert tv.clock.pauses == [APART]
    assert asked(box) == [(START, 201), (WHO, 200), (START, 201)]


@pytest.mark.parametrize("writes", [False, True], ids=["a read", "a write"])
def test_a_request_has_the_lock_for_as_long_as_it_takes(tv, lock, writes):
    assert tv.access().call(lambda transport, token: locks.try_lock(lock), writes) is None, "somebody else got it"
    locks.try_lock(lock).release()


@pytest.mark.parametrize("error", [errors.NotFound, PermissionError, TimeoutError])
def test_what_a_request_raises_goes_through_as_it_is_and_the_lock_is_given_back(tv, lock, error):
    def request(transport, token):
        raise error

    with pytest.raises(error) as caught:
        tv.access().call(request, writes=True)
    assert type(caught.value) is error
    locks.try_lock(lock).release()


def refused(tv):
    tv.box.advance(WEEK)


REFRESHES = {
    "before a write": (LinkedTv.nearly_over, start, [(TOKENS, 200), (START, 201)], 1),
    "before a read": (LinkedTv.nearly_over, fetch_user, [(TOKENS, 200), (WHO, 200)], 0),
    "after a write that was refused": (refused, start, [(START, 401), (TOKENS, 200), (START, 201)], 2),
}


@pytest.mark.parametrize(("over", "call", "requests", "pauses"), REFRESHES.values(), ids=REFRESHES.keys())
def test_a_refresh_is_a_write_with_a_turn_of_its_own(tv, box, over, call, requests, pauses):
    over(tv)
    tv.access().call(call, writes=call is start)
    assert asked(box) == requests
    assert tv.clock.pauses == [APART] * pauses


def test_a_refresh_that_is_interrupted_before_it_is_sent_changes_nothing(tv, box):
    access = tv.access()
    access.call(start, writes=True)
    tv.accounts.update("default", tv.account, token=replace(tv.account.token, expires_at=tv.clock.wall() - 1))
    before = tv.content()
    tv.clock.stop_at_pause = 1
    with pytest.raises(errors.NotSent):
        access.call(start, writes=True)
    assert asked(box) == [(START, 201)] and tv.content() == before


@pytest.mark.parametrize("over", [lambda tv: None, lambda tv: tv.passes(WEEK)], ids=["a write", "a refresh"])
def test_a_write_that_does_not_get_the_lock_is_not_sent_and_a_read_goes_ahead(tv, box, lock, monkeypatch, caplog, over):
    monkeypatch.setattr(rate_limit, "WRITE_LOCK_SECONDS", 0.0)
    held = locks.try_lock(lock)
    assert tv.access().call(fetch_user).name == "sample_viewer"
    over(tv)
    before = tv.content()
    with pytest.raises(errors.NotSent) as caught:
        tv.access().call(start, writes=True)
    held.release()
    assert isinstance(caught.value.__cause__, TimeoutError)
    assert "another process holds the Simkl request lock: " in caplog.text
    assert asked(box) == [(WHO, 200)] and tv.content() == before


@pytest.mark.parametrize(("module", "function"), [(files, "mtime"), (locks, "try_lock")], ids=["turn", "lock"])
def test_where_nobody_can_take_turns_a_read_goes_without_and_a_write_is_not_sent(
    tv, box, monkeypatch, module, function
):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, function, refuse)
    assert tv.access().call(fetch_user).name == "sample_viewer"
    with pytest.raises(errors.NotSent):
        tv.access().call(start, writes=True)
    assert asked(box) == [(WHO, 200)]


def test_posts_from_all_sides_come_to_simkl_more_than_a_second_apart(tmp_path):
    clock = FakeClock()
    with FakeSimkl(clock=clock.monotonic, limits=False) as simkl:
        accounts = AccountStore(tmp_path / "settings.yaml")
        accounts.save(DEFAULT_ACCOUNT, Account(Token(Secret(simkl.give_token()), simkl.client_id), SINCE))
        settings = Settings(accounts.path, "", None, simkl.url, simkl.url)
        together = threading.Barrier(4, timeout=60)

        def service(_):
            access = AccountClient(settings, "test", clock, pause=lock_waits_in_real_time(clock.pause))
            together.wait()
            return [access.call(start, writes=True).action for _ in range(3)]

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(service, range(4))) == [["start"] * 3] * 4
        assert not simkl.too_many_posts
        assert len(simkl.scrobbles) == 12
