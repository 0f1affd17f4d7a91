"""Requests of an account in turn: writes of whoever it is do not meet at Simkl, and a refresh is one of them."""

from dataclasses import replace
from unittest.mock import Mock

import pytest

from lib.account import rate_limit
from lib.simkl import errors
from lib.simkl.api import scrobble
from lib.simkl.api.media import MOVIE, Item
from lib.simkl.api.users import fetch_user
from lib.system import files, locks
from tests.unit.account.linked_tv import TOKENS, WEEK, WHO, LinkedTv, asked

START = "/scrobble/start"
APART = pytest.approx(1.1, abs=1e-5)
FILM = Item(MOVIE, "The Glass Harbour", 2018, (("imdb", "tt9900002"),))


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


@pytest.mark.parametrize("error", [errors.NotFound, PermissionError, TimeoutError])
@pytest.mark.parametrize("writes", [False, True], ids=["a read", "a write"])
def test_a_request_has_the_lock_for_as_long_as_it_takes_and_what_it_raises_goes_through(tv, error, writes):
    def request(transport, token):
        assert locks.try_lock(tv.turn_lock) is None, "somebody else got it"
        raise error

    with pytest.raises(error) as caught:
        tv.access().call(request, writes)
    assert type(caught.value) is error
    locks.try_lock(tv.turn_lock).release()


REFRESHES = {
    "before a write": (LinkedTv.nearly_over, start, [(TOKENS, 200), (START, 201)], 1),
    "before a read": (LinkedTv.nearly_over, fetch_user, [(TOKENS, 200), (WHO, 200)], 0),
    "after a refused write": (lambda tv: tv.box.advance(WEEK), start, [(START, 401), (TOKENS, 200), (START, 201)], 2),
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
    before = tv.content
    tv.clock.stop_at_pause = 1
    with pytest.raises(errors.NotSent):
        access.call(start, writes=True)
    assert asked(box) == [(START, 201)] and tv.content == before


NO_LOCK = {
    "others keep it from a write": (0, None),
    "others keep it from a refresh": (WEEK, None),
    "nobody can tell whose turn it is": (0, (files, "mtime")),
    "nobody can have one": (0, (locks, "try_lock")),
}


@pytest.mark.parametrize(("over", "lacking"), NO_LOCK.values(), ids=NO_LOCK.keys())
def test_a_write_that_does_not_get_the_lock_is_not_sent_and_a_read_goes_ahead(
    tv, box, monkeypatch, caplog, over, lacking
):
    held = locks.try_lock(tv.turn_lock)
    monkeypatch.setattr(rate_limit, "WRITE_LOCK_SECONDS", 0.0)
    if lacking:
        held.release()
        monkeypatch.setattr(*lacking, Mock(side_effect=PermissionError(13, "Permission denied")))
    assert tv.access().call(fetch_user).name == "sample_viewer"
    tv.passes(over)
    before = tv.content
    with pytest.raises(errors.NotSent) as caught:
        tv.access().call(start, writes=True)
    held.release()
    assert lacking or isinstance(caught.value.__cause__, TimeoutError)
    assert "another process holds the Simkl request lock: " in caplog.text
    assert asked(box) == [(WHO, 200)] and tv.content == before
