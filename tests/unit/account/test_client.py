"""Requests with a token that stays good by itself: when it is refreshed, and whose account it is.

Never later than a day before its end, and not everybody's at once.
"""

from dataclasses import replace
from unittest.mock import Mock

import filelock
import pytest

from lib.account.client import AccountChanged
from lib.account.refresh_time import REFRESH_SPREAD, is_refresh_due, refresh_lead
from lib.account.settings_file import SettingsError
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User, fetch_user
from lib.simkl.auth import tokens
from lib.simkl.auth.tokens import Token
from lib.system import files, locks
from lib.system.secrets import Secret
from tests.fakes.clock import NOON
from tests.unit.account.linked_tv import DAY, SINCE, TOKENS, TV, WEEK, WHO, asked, refused_more_than_once
from tests.unit.account.world import USER


def linked(user=1, lifetime=WEEK, linked_at="2026-11-24T12:00:00Z", **more):
    """Return an account that was linked or refreshed just now."""
    token = Token(Secret("access"), "client", "v2", Secret("refresh"), None if lifetime is None else NOON + lifetime)
    return Account(token, linked_at, None if user is None else User(user, "somebody"), **more)


def lead(account):
    return refresh_lead(account, account.token)


def test_people_of_the_same_hour_are_spread_over_two_days():
    leads = sorted(lead(linked(user)) for user in range(1000))
    assert 0 <= leads[0] < leads[-1] < REFRESH_SPREAD
    by_hour = [sum(hour <= each / 3600 < hour + 1 for each in leads) for hour in range(48)]
    assert max(by_hour) < 45 and min(by_hour) > 5  # 21 on average


def test_the_same_account_and_token_are_refreshed_at_the_same_time_everywhere_and_the_next_token_at_another():
    assert lead(linked()) == lead(linked(needs_linking=True)) != lead(linked(lifetime=WEEK + DAY))
    assert lead(linked(None)) != lead(linked(None, linked_at="2026-11-24T12:00:01Z"))
    unknown_or_short = [linked(lifetime=5 * DAY), linked(lifetime=None), linked(linked_at="")]
    assert [lead(account) for account in unknown_or_short] == [0.0] * 3, "these wait for their last day"


def test_a_client_refreshes_at_that_time(tv, box):
    due = WEEK - DAY - lead(tv.account)
    assert [is_refresh_due(tv.account, tv.account.token, NOON + at) for at in (due - 1, due + 1)] == [False, True]
    tv.passes(due - 1)
    tv.access().call(fetch_user)
    tv.passes(2)
    tv.access().call(fetch_user)
    assert asked(box) == [(WHO, 200), (TOKENS, 200), (WHO, 200)]


LEFT = {"a day": (DAY, 0), "less than a day": (DAY - 1, 1), "nothing": (0, 1), "unknown": (None, 0)}


@pytest.mark.parametrize(("left", "refreshes"), LEFT.values(), ids=LEFT.keys())
def test_a_token_of_which_less_than_a_day_is_left_is_refreshed_before_it_is_used(tv, box, monkeypatch, left, refreshes):
    tv.link(expires_at=None if left is None else tv.clock.wall() + left)
    reads, read = [], files.read_bytes
    monkeypatch.setattr(files, "read_bytes", lambda path: reads.append(path) or read(path))
    access = tv.access()
    assert [access.call(fetch_user).id for _ in range(3)] == [USER.id] * 3
    assert asked(box) == [(TOKENS, 200)] * refreshes + [(WHO, 200)] * 3
    assert refreshes or reads == [tv.accounts.path], "it is read once"


def test_a_refreshed_token_is_on_disk_with_everything_that_belongs_to_it_for_others_to_take(tv, box):
    before, other = tv.account.token, tv.access()
    other.token()
    tv.nearly_over()
    token = tv.access().token()
    wanted = replace(before, access=Secret(tv.grant.token), expires_at=tv.clock.wall() + WEEK)
    assert tv.account == Account(wanted, SINCE, USER, refreshed_at="2026-12-01T00:00:00Z")
    assert token == other.token() == wanted
    assert len(box.refreshes) == 1 and box.dead_token_uses == []


def test_a_refused_token_is_not_refreshed_if_another_process_has_done_so(tv, box):
    ours = tv.access()

    def replaced_meanwhile(transport, token):
        if not box.refreshes:
            fresh = tokens.refresh_token(transport, token, None, tv.clock.wall())
            tv.accounts.update("default", tv.account, token=fresh)
        return fetch_user(transport, token)

    assert ours.call(replaced_meanwhile).id == USER.id
    assert asked(box) == [(TOKENS, 200), (WHO, 401), (WHO, 200)]


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
    access, hold_lock = tv.access(), locks.hold_lock

    def unlinked_meanwhile(*of, **more):
        tv.accounts.path.write_text("")
        return hold_lock(*of, **more)

    monkeypatch.setattr(locks, "hold_lock", unlinked_meanwhile)
    with pytest.raises(errors.TokenMissing):
        access.token()
    assert asked(box) == []


# a lock or a file that cannot be had


@pytest.mark.parametrize("problem", ["a lock that another keeps", "a full disk"])
def test_a_token_is_not_refreshed_where_its_successor_could_not_be_kept(tv, box, disk_without, monkeypatch, problem):
    tv.nearly_over()
    before, access, lock = tv.content, tv.access(), filelock.FileLock(f"{tv.accounts.path}.refresh.lock")
    if problem == "a full disk":
        disk_without("write", tv.accounts.path.parent)
        told = "No space left on device"
    else:
        monkeypatch.setattr("lib.account.client.REFRESH_LOCK_SECONDS", 0.0)
        lock.acquire()
        told = r"settings\.yaml\.refresh\.lock cannot be held: .* another program"
    assert [access.call(fetch_user).id for _ in range(2)] == [USER.id] * 2, "it is still good"
    tv.passes(DAY)
    with pytest.raises(SettingsError, match=told):
        access.call(fetch_user)
    lock.release()
    assert asked(box) == [(WHO, 200)] * 2 and tv.content == before


def test_a_refreshed_token_that_cannot_be_kept_after_all_is_used_all_the_same(tv, box, monkeypatch):
    tv.nearly_over()
    access = tv.access()
    monkeypatch.setattr(type(access.accounts), "update", Mock(side_effect=SettingsError("No space left on device")))
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


@pytest.mark.parametrize("user", [USER, None], ids=["a name", "no name yet"])
@pytest.mark.parametrize("change", [{"linked_at": "2026-11-25T00:00:00Z"}, {"user": User(7, "another")}], ids=str)
def test_a_client_refuses_once_the_file_holds_another_account(tv, box, user, change):
    tv.accounts.save("default", replace(tv.account, user=user))
    access = tv.access()
    access.call(fetch_user)
    tv.accounts.save("default", replace(tv.account, user=USER))
    assert access.call(fetch_user).id == USER.id, "a name that becomes known is no other account"
    tv.accounts.save("default", replace(tv.account, **change))
    with pytest.raises(AccountChanged):
        access.call(fetch_user)
    assert asked(box) == [(WHO, 200)] * 2


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
