"""Requests of an account in turn.

Writes of whoever it is do not meet at Simkl, and a refresh has the request lock of its own.
"""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lib.account.client import AccountClient
from lib.account.rate_limit import RateLimiter
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
from tests.unit.account.refreshing import SINCE, WEEK, LinkedTv, asked, box_for_tokens

WHO, TOKENS, START = "/users/settings", "/oauth2/token", "/scrobble/start"
APART = pytest.approx(1.1, abs=1e-5)
FILM = Item(MOVIE, "The Glass Harbour", 2018, (("imdb", "tt9900002"),))


@pytest.fixture(scope="module")
def running():
    with box_for_tokens() as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def tv(box, tmp_path):
    return LinkedTv(box, tmp_path)


@pytest.fixture
def clock(tv):
    return tv.clock


@pytest.fixture
def limiter(tv, clock):
    return RateLimiter(tv.accounts.path, clock, clock.pause)


@pytest.fixture
def lock(tv):
    return tv.accounts.path.with_name("settings.yaml.turn.lock")


def start(transport, token):
    """Tell Simkl that a film is on."""
    return scrobble.send_scrobble(transport, token, "start", FILM, 1, 80)


def test_writes_of_one_account_are_apart_and_reads_between_them_are_not(tv, box, limiter, clock):
    access, another = tv.access(), tv.access()
    access.call(start, writes=True)
    another.call(fetch_user)
    assert clock.pauses == []
    another.call(start, writes=True)
    assert clock.pauses == [APART]
    assert asked(box) == [(START, 201), (WHO, 200), (START, 201)]


@pytest.mark.parametrize("writes", [False, True], ids=["a read", "a write"])
def test_a_request_has_the_turn_for_as_long_as_it_takes(tv, limiter, lock, writes):
    def request(transport, token):
        return locks.try_lock(lock)

    assert tv.access().call(request, writes) is None, "somebody else got it meanwhile"
    locks.try_lock(lock).release()


@pytest.mark.parametrize("error", [errors.NotFound, errors.Unavailable, PermissionError, TimeoutError])
def test_what_a_request_raises_goes_through_as_it_is_and_the_turn_is_over(tv, limiter, lock, error):
    def request(transport, token):
        raise error

    with pytest.raises(error) as caught:
        tv.access().call(request, writes=True)
    assert type(caught.value) is error
    locks.try_lock(lock).release()


def test_a_refresh_is_a_write_with_a_turn_of_its_own_before_the_request(tv, box, limiter, clock):
    tv.nearly_over()
    tv.access().call(start, writes=True)
    assert asked(box) == [(TOKENS, 200), (START, 201)]
    assert clock.pauses == [APART]


def test_a_read_after_a_refresh_does_not_wait(tv, box, limiter, clock):
    tv.nearly_over()
    tv.access().call(fetch_user)
    assert asked(box) == [(TOKENS, 200), (WHO, 200)]
    assert clock.pauses == []


def test_a_refused_token_costs_three_turns(tv, box, limiter, clock):
    box.advance(WEEK)
    tv.access().call(start, writes=True)
    assert asked(box) == [(START, 401), (TOKENS, 200), (START, 201)]
    assert clock.pauses == [APART] * 2


def test_a_pause_that_is_interrupted_is_not_sent(tv, box, limiter, clock):
    access = tv.access()
    access.call(start, writes=True)
    clock.stop_at_pause = 1
    with pytest.raises(errors.NotSent):
        access.call(start, writes=True)
    assert asked(box) == [(START, 201)]


def test_a_refresh_that_is_interrupted_before_it_is_sent_keeps_the_tokens(tv, box, limiter, clock):
    access = tv.access()
    access.call(start, writes=True)
    tv.accounts.update("default", tv.account, token=replace(tv.account.token, expires_at=tv.wall - 1))
    before = tv.accounts.path.read_bytes()
    clock.stop_at_pause = 1
    with pytest.raises(errors.NotSent):
        access.call(start, writes=True)
    assert asked(box) == [(START, 201)] and tv.accounts.path.read_bytes() == before


def test_a_write_whose_turn_cannot_be_had_is_not_sent(tv, box, limiter, lock, monkeypatch, caplog):
    monkeypatch.setattr("lib.account.rate_limit.WRITE_LOCK_SECONDS", 0.0)
    held = locks.try_lock(lock)
    with pytest.raises(errors.NotSent) as caught:
        tv.access().call(start, writes=True)
    held.release()
    assert isinstance(caught.value.__cause__, TimeoutError)
    assert "another process holds the Simkl request lock: " in caplog.text and asked(box) == []


def test_a_read_goes_ahead_of_who_keeps_the_turn_for_long(tv, box, limiter, lock, monkeypatch):
    monkeypatch.setattr("lib.account.rate_limit.READ_LOCK_SECONDS", 0.0)
    held = locks.try_lock(lock)
    assert tv.access().call(fetch_user).name == "sample_viewer"
    assert locks.try_lock(lock) is None, "the turn of somebody else was given away"
    held.release()


def test_a_file_that_cannot_be_looked_at_is_not_sent_either(tv, box, limiter, monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "mtime", refused)
    with pytest.raises(errors.NotSent):
        tv.access().call(start, writes=True)
    assert asked(box) == []


def test_where_nobody_can_hold_a_turn_a_read_goes_without(tv, box, limiter, monkeypatch):
    def refused(path, seconds=0.0, like=None):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(locks, "try_lock", refused)
    assert tv.access().call(fetch_user).name == "sample_viewer"
    with pytest.raises(errors.NotSent):
        tv.access().call(start, writes=True)


def test_a_disk_that_is_full_after_a_write_takes_nothing_back(tv, box, limiter, disk_without):
    access = tv.access()
    disk_without("open", tv.accounts.path.parent)
    assert access.call(start, writes=True).action == "start"
    assert asked(box) == [(START, 201)]


def test_the_files_of_the_rate_limiter_are_for_the_owner_alone(tv, limiter):
    tv.access().call(start, writes=True)
    files = [path for path in tv.accounts.path.parent.iterdir() if "turn" in path.name]
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600] * 2


def test_posts_from_all_sides_come_to_simkl_more_than_a_second_apart(tmp_path):
    clock = FakeClock()
    with FakeSimkl(clock=clock.monotonic, limits=False) as simkl:
        accounts = AccountStore(tmp_path / "settings.yaml")
        token = Token(Secret(simkl.give_token()), simkl.client_id)
        accounts.save(DEFAULT_ACCOUNT, Account(token, SINCE))
        together = threading.Barrier(6, timeout=60)

        def service(_):
            settings = Settings(accounts.path, "", None, simkl.url, simkl.url)
            access = AccountClient(settings, "test", clock, pause=lock_waits_in_real_time(clock.pause))
            together.wait()
            return [access.call(start, writes=True).action for _ in range(3)]

        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(service, range(6))) == [["start"] * 3] * 6
        assert not simkl.too_many_posts
        assert len(simkl.scrobbles) == 18
