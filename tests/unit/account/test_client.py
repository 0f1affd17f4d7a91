"""Requests with a token that stays good by itself: when it is refreshed, and whose account it is."""

from __future__ import annotations

from dataclasses import replace

import filelock
import pytest

from lib.account.client import AccountChanged
from lib.account.settings_file import SettingsError
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User, fetch_user
from lib.simkl.auth import tokens
from lib.simkl.auth.tokens import Token
from lib.system import files, locks
from lib.system.secrets import Secret
from tests.unit.account.doubles import USER
from tests.unit.account.refreshing import DAY, SINCE, TOKENS, TV, WEEK, WHO, asked, refused_more_than_once


def test_a_fresh_token_is_used_as_it_is_and_its_file_is_read_once(tv, box, monkeypatch):
    reads = []
    read = files.read_bytes
    monkeypatch.setattr(files, "read_bytes", lambda path: reads.append(path) or read(path))
    access = tv.access()
    assert [access.call(fetch_user).id for _ in range(3)] == [USER.id] * 3
    assert asked(box) == [(WHO, 200)] * 3
    assert reads == [tv.accounts.path]


LEFT = {"a day": (DAY, 0), "less than a day": (DAY - 1, 1), "nothing": (0, 1), "unknown": (None, 0)}


@pytest.mark.parametrize(("left", "refreshes"), LEFT.values(), ids=LEFT.keys())
def test_a_token_of_which_less_than_a_day_is_left_is_refreshed_before_it_is_used(tv, box, left, refreshes):
    tv.link(expires_at=None if left is None else tv.clock.wall() + left)
    tv.access().call(fetch_user)
    assert asked(box) == [(TOKENS, 200)] * refreshes + [(WHO, 200)]
    assert len(box.refreshes) == refreshes


def test_a_refreshed_token_is_on_disk_with_everything_that_belongs_to_it(tv):
    before = tv.account.token
    tv.nearly_over()
    token = tv.access().token()
    wanted = replace(before, access=Secret(tv.grant.token), expires_at=tv.clock.wall() + WEEK)
    assert tv.account == Account(wanted, SINCE, USER, refreshed_at="2026-12-01T00:00:00Z")
    assert token == wanted


def test_a_refused_token_is_refreshed_once_and_the_request_made_once_more(tv, box):
    box.advance(WEEK)
    assert tv.access().call(fetch_user).id == USER.id
    assert asked(box) == [(WHO, 401), (TOKENS, 200), (WHO, 200)]


def test_a_refused_token_is_not_refreshed_if_another_process_has_done_so(tv, box):
    ours = tv.access()

    def replaced_meanwhile(transport, token):
        if not box.refreshes:
            fresh = tokens.refresh_token(transport, token, None, tv.clock.wall())
            tv.accounts.update("default", tv.account, token=fresh)
        return fetch_user(transport, token)

    assert ours.call(replaced_meanwhile).id == USER.id
    assert asked(box) == [(TOKENS, 200), (WHO, 401), (WHO, 200)]


def test_what_another_process_has_refreshed_is_taken_from_the_file(tv, box):
    ours, other = tv.access(), tv.access()
    ours.token()
    tv.nearly_over()
    assert other.token() == ours.token() == tv.account.token
    assert len(box.refreshes) == 1 and box.dead_token_uses == []


NOT_AGAIN = {
    "refused after a refresh as well": ("invalid_token", errors.TokenRefused, [(WHO, 401), (TOKENS, 200), (WHO, 401)]),
    "sent without a token": ("user_token_required", errors.TokenMissing, [(WHO, 401)]),
}


@pytest.mark.parametrize(("told", "error", "requests"), NOT_AGAIN.values(), ids=NOT_AGAIN.keys())
def test_a_request_is_not_made_once_more_if_it_was(tv, box, told, error, requests):
    box.order("status", status=401, error=told, path=WHO, times=None)
    with pytest.raises(error):
        tv.access().call(fetch_user)
    assert asked(box) == requests


@pytest.mark.parametrize(("auth", "needs_linking"), [("v1", False), ("v2", True)])
def test_a_refused_token_that_cannot_be_refreshed_is_never_refreshed(tv, box, auth, needs_linking):
    token = Token(Secret("gone"), TV, auth)
    tv.accounts.save("default", Account(token, SINCE))
    with pytest.raises(errors.TokenRefused):
        tv.access().call(fetch_user)
    assert tv.account == Account(token, SINCE, needs_linking=needs_linking)
    assert asked(box) == [(WHO, 401)]


@pytest.mark.parametrize("over", ["refused", "still good"])
def test_a_grant_that_simkl_has_ended_needs_linking_again_and_keeps_its_data(tv, box, over):
    box.revoke()
    before = tv.account
    if over == "still good":
        tv.nearly_over()
    with pytest.raises(errors.TokenRefused) as caught:
        tv.access().call(fetch_user)
    assert isinstance(caught.value.__cause__, errors.GrantRefused)
    assert tv.account == replace(before, needs_linking=True)
    assert asked(box) == [(WHO, 401)] * (over == "refused") + [(TOKENS, 400)]


@pytest.mark.parametrize("lost", [1, 3])
def test_a_refresh_whose_answer_is_lost_is_recovered_by_refreshing_again(tv, box, lost):
    tv.nearly_over()
    box.order("lost_answer", path=TOKENS, times=lost)
    access = tv.access()
    for _ in range(lost - 1):  # the first is noticed only when the token is refused, and then made good
        with pytest.raises(errors.Unreachable):
            access.call(fetch_user)
    assert access.call(fetch_user).id == USER.id
    assert len(box.refreshes) == lost + 1
    assert refused_more_than_once(box) == []
    assert tv.account.token.access == Secret(tv.grant.token)


def test_an_account_unlinked_while_its_token_is_replaced_is_not_used_any_more(tv, box, monkeypatch):
    tv.nearly_over()
    access = tv.access()
    hold_lock = locks.hold_lock

    def unlinked_meanwhile(*of, **more):
        tv.accounts.path.write_text("")
        return hold_lock(*of, **more)

    monkeypatch.setattr(locks, "hold_lock", unlinked_meanwhile)
    with pytest.raises(errors.TokenMissing):
        access.token()
    assert asked(box) == []


# a lock or a file that cannot be had


def test_a_lock_that_another_process_keeps_delays_the_refresh_but_not_the_request(tv, box, monkeypatch):
    monkeypatch.setattr("lib.account.client.REFRESH_LOCK_SECONDS", 0.0)
    tv.nearly_over()
    with filelock.FileLock(tv.accounts.path.with_name("settings.yaml.refresh.lock")):
        assert tv.access().call(fetch_user).id == USER.id
        tv.passes(DAY)
        with pytest.raises(SettingsError, match=r"settings\.yaml\.refresh\.lock cannot be held: .* another program"):
            tv.access().call(fetch_user)
    assert asked(box) == [(WHO, 200)]


def test_a_token_is_not_refreshed_where_its_successor_could_not_be_kept(tv, box, disk_without):
    tv.nearly_over()
    before = tv.content()
    disk_without("write", tv.accounts.path.parent)
    access = tv.access()
    assert [access.call(fetch_user).id for _ in range(2)] == [USER.id] * 2, "it is still good"
    tv.passes(DAY)
    with pytest.raises(SettingsError, match="No space left on device"):
        access.call(fetch_user)
    assert asked(box) == [(WHO, 200)] * 2 and tv.content() == before


def test_a_refreshed_token_that_cannot_be_kept_after_all_is_used_all_the_same(tv, box, monkeypatch):
    tv.nearly_over()
    access = tv.access()

    def full(*_, **__):
        raise SettingsError("No space left on device")

    monkeypatch.setattr(type(access.accounts), "update", full)
    assert [access.call(fetch_user).id for _ in range(3)] == [USER.id] * 3
    assert asked(box) == [(TOKENS, 200)] + [(WHO, 200)] * 3 and box.dead_token_uses == []


@pytest.mark.parametrize("over", ["nearly", "refused"])
def test_a_refresh_that_gives_the_same_token_again_is_not_made_at_every_call(tv, box, monkeypatch, over):
    refreshed = []
    monkeypatch.setattr(tokens, "refresh_token", lambda transport, token, *_: refreshed.append(token) or token)
    access = tv.access()
    if over == "nearly":
        tv.nearly_over()
        assert [access.call(fetch_user).id for _ in range(3)] == [USER.id] * 3
    else:
        box.order("status", status=401, error="invalid_token", path=WHO, times=None)
        for _ in range(3):
            with pytest.raises(errors.TokenRefused):
                access.call(fetch_user)
    assert len(refreshed) == 1


# another account in the same file


@pytest.mark.parametrize("change", [{"linked_at": "2026-11-25T00:00:00Z"}, {"user": User(7, "another_viewer")}])
def test_a_client_refuses_once_the_file_holds_another_account(tv, box, change):
    access = tv.access()
    access.call(fetch_user)
    tv.accounts.save("default", replace(tv.account, **change))
    with pytest.raises(AccountChanged):
        access.call(fetch_user)
    assert asked(box) == [(WHO, 200)]


def test_a_client_goes_on_when_the_name_of_its_account_becomes_known(tv):
    tv.accounts.save("default", replace(tv.account, user=None))
    access = tv.access()
    access.call(fetch_user)
    tv.accounts.save("default", replace(tv.account, user=USER))
    assert access.call(fetch_user).id == USER.id
    tv.accounts.save("default", replace(tv.account, user=User(7, "another_viewer")))
    with pytest.raises(AccountChanged):
        access.call(fetch_user)


def test_a_client_made_before_anybody_was_linked_belongs_to_nobody(tv, box):
    account = tv.account
    tv.accounts.forget("default")
    access = tv.access()
    with pytest.raises(errors.TokenMissing):
        access.call(fetch_user)
    tv.accounts.save("default", account)
    with pytest.raises(AccountChanged):
        access.call(fetch_user)
    assert asked(box) == []
