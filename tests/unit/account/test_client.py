"""A token that stays good by itself: when it is refreshed, when it is not, and what happens if that fails."""

from __future__ import annotations

from dataclasses import replace

import filelock
import pytest

from lib.account.client import AccountChanged
from lib.account.settings_file import SettingsError
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User, fetch_user
from lib.simkl.auth.tokens import Token, refresh_token
from lib.system import files, locks
from lib.system.secrets import Secret
from tests.unit.account.doubles import USER
from tests.unit.account.refreshing import DAY, SINCE, WEEK, LinkedTv, asked, box_for_tokens, refused_more_than_once

WHO, TOKENS = "/users/settings", "/oauth2/token"


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
    tv.link(expires_at=None if left is None else tv.wall + left)
    tv.access().call(fetch_user)
    assert asked(box) == [(TOKENS, 200)] * refreshes + [(WHO, 200)]
    assert len(box.refreshes) == refreshes


def test_a_refreshed_token_is_on_disk_with_everything_that_belongs_to_it(tv):
    before = tv.account
    tv.nearly_over()
    token = tv.access().token()
    wanted = Token(Secret(tv.grant.token), "v2-tv", "v2", before.token.refresh, tv.wall + WEEK, before.token.scope)
    assert tv.account == Account(wanted, SINCE, USER, refreshed_at="2026-12-01T00:00:00Z")
    assert token == wanted


def test_a_refused_token_is_refreshed_once_and_the_request_made_once_more(tv, box):
    box.advance(WEEK)
    assert tv.access().call(fetch_user).id == USER.id
    assert asked(box) == [(WHO, 401), (TOKENS, 200), (WHO, 200)]


def test_a_refused_token_is_not_refreshed_if_another_process_has_done_so(tv, box):
    ours = tv.access("ours")
    ours.call(fetch_user)

    def replaced_meanwhile(transport, token):
        if len(box.refreshes) == 0:
            fresh = refresh_token(transport, token, None, tv.wall)
            tv.accounts.update("default", tv.account, token=fresh)
        return fetch_user(transport, token)

    assert ours.call(replaced_meanwhile).id == USER.id
    assert len(box.refreshes) == 1
    assert asked(box) == [(WHO, 200), (TOKENS, 200), (WHO, 401), (WHO, 200)]


def test_what_another_process_has_refreshed_is_taken_from_the_file(tv, box):
    ours, other = tv.access(), tv.access()
    ours.token()
    tv.nearly_over()
    assert other.token() == ours.token() == tv.account.token
    assert len(box.refreshes) == 1 and box.dead_token_uses == []


def test_a_request_that_is_refused_again_after_a_refresh_is_not_tried_a_third_time(tv, box):
    box.order("status", status=401, error="invalid_token", path=WHO, times=None)
    with pytest.raises(errors.TokenRefused):
        tv.access().call(fetch_user)
    assert asked(box) == [(WHO, 401), (TOKENS, 200), (WHO, 401)]


def test_a_request_that_lacks_a_token_is_never_answered_by_a_refresh(tv, box):
    box.order("status", status=401, error="user_token_required", path=WHO)
    with pytest.raises(errors.TokenMissing):
        tv.access().call(fetch_user)
    assert asked(box) == [(WHO, 401)]


def test_a_refused_token_of_v1_is_not_refreshed(tv, box):
    tv.accounts.save("default", Account(Token(Secret("0" * 64), "v2-tv"), SINCE))
    before = tv.accounts.path.read_bytes()
    with pytest.raises(errors.TokenRefused):
        tv.access().call(fetch_user)
    assert asked(box) == [(WHO, 401)]
    assert tv.accounts.path.read_bytes() == before


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_refresh_whose_answer_is_lost_is_recovered_by_refreshing_again(tv, box, lost):
    tv.nearly_over()
    box.order("lost_answer", path=TOKENS, times=lost)
    access, failures = tv.access(), 0
    while True:
        try:
            user = access.call(fetch_user)
            break
        except errors.Unreachable:
            failures += 1
            assert failures < lost
    assert user.id == USER.id
    assert len(box.refreshes) == lost + 1
    assert refused_more_than_once(box) == []
    assert tv.account.token.access == Secret(tv.grant.token)


NOT_NOW = {
    "Simkl is down": (dict(fault="status", status=503), errors.Unavailable),
    "the app is suspended": (dict(fault="status", status=401), errors.ClientIdRefused),
    "a hotel's login page": (dict(fault="html"), errors.Unreadable),
    "too fast": (dict(fault="status", status=429), errors.TooFast),
    "a reset connection": (dict(fault="reset"), errors.Unreachable),
}


@pytest.mark.parametrize(("fault", "error"), NOT_NOW.values(), ids=NOT_NOW.keys())
def test_while_a_refresh_fails_the_token_is_kept_and_used_until_its_end(tv, box, fault, error):
    before = tv.accounts.path.read_bytes()
    tv.nearly_over()
    box.order(path=TOKENS, times=None, **fault)
    assert tv.access().call(fetch_user).id == USER.id
    tv.wall += DAY
    with pytest.raises(error):
        tv.access().call(fetch_user)
    assert tv.accounts.path.read_bytes() == before
    box.clear_faults()
    assert tv.access().call(fetch_user).id == USER.id and len(box.refreshes) == 1


def test_without_a_network_the_tokens_are_kept(tv, box):
    before = tv.accounts.path.read_bytes()
    tv.wall += WEEK
    box.stop_listening()
    with pytest.raises(errors.NotSent):
        tv.access().call(fetch_user)
    assert tv.accounts.path.read_bytes() == before


def test_a_grant_that_simkl_has_ended_needs_linking_again_and_keeps_its_data(tv, box):
    box.revoke()
    before = tv.account
    with pytest.raises(errors.TokenRefused) as caught:
        tv.access().call(fetch_user)
    assert isinstance(caught.value.__cause__, errors.GrantRefused)
    assert tv.account == Account(before.token, SINCE, USER, needs_linking=True, refreshed_at=before.refreshed_at)


def test_a_grant_that_has_ended_is_noticed_even_while_the_token_is_still_good(tv, box):
    tv.nearly_over()
    box.revoke()
    with pytest.raises(errors.TokenRefused):
        tv.access().token()
    assert tv.account.needs_linking and asked(box) == [(TOKENS, 400)]


def test_without_a_refresh_token_only_linking_helps(tv, box):
    tv.accounts.save("default", Account(Token(Secret("gone"), "v2-tv", "v2"), SINCE))
    with pytest.raises(errors.TokenRefused):
        tv.access().call(fetch_user)
    assert tv.account.needs_linking and asked(box) == [(WHO, 401)]


def test_an_account_that_is_not_linked_asks_nobody(tv, box):
    tv.accounts.forget("default")
    with pytest.raises(errors.TokenMissing):
        tv.access().call(fetch_user)
    assert asked(box) == []


def test_an_account_unlinked_while_its_token_is_replaced_is_not_used_any_more(tv, box, monkeypatch):
    tv.nearly_over()
    access = tv.access()
    lock = locks.hold_lock
    monkeypatch.setattr(
        locks,
        "hold_lock",
        lambda *of, **more: tv.accounts.path.write_text("") and lock(*of, **more) or lock(*of, **more),
    )
    with pytest.raises(errors.TokenMissing):
        access.token()
    assert asked(box) == []


# a lock or a file that cannot be had


def test_a_lock_that_another_process_keeps_delays_the_refresh_but_not_the_request(tv, box, monkeypatch):
    monkeypatch.setattr("lib.account.client.REFRESH_LOCK_SECONDS", 0.05)
    tv.nearly_over()
    with filelock.FileLock(tv.accounts.path.with_name("settings.yaml.refresh.lock")):
        assert tv.access().call(fetch_user).id == USER.id
        tv.wall += DAY
        with pytest.raises(SettingsError, match=r"settings\.yaml\.refresh\.lock cannot be held: .* another program"):
            tv.access().call(fetch_user)
    assert asked(box) == [(WHO, 200)]


def test_a_good_token_is_not_refreshed_where_its_successor_could_not_be_kept(tv, box, disk_without):
    tv.nearly_over()
    before = tv.accounts.path.read_bytes()
    disk_without("write", tv.accounts.path.parent)
    access = tv.access()
    assert [access.call(fetch_user).id for _ in range(3)] == [USER.id] * 3
    assert asked(box) == [(WHO, 200)] * 3 and box.refreshes == []
    assert tv.accounts.path.read_bytes() == before


def test_a_token_that_is_over_is_not_refreshed_where_its_successor_could_not_be_kept(tv, box, disk_without):
    box.advance(WEEK)
    tv.wall += WEEK
    disk_without("write", tv.accounts.path.parent)
    with pytest.raises(SettingsError, match="No space left on device"):
        tv.access().call(fetch_user)
    assert box.refreshes == []


def test_a_refreshed_token_that_cannot_be_kept_after_all_is_used_all_the_same(tv, box, monkeypatch):
    tv.nearly_over()
    access = tv.access()

    def full(*_, **__):
        raise SettingsError("No space left on device")

    monkeypatch.setattr(type(access.accounts), "update", full)
    assert [access.call(fetch_user).id for _ in range(3)] == [USER.id] * 3
    assert asked(box) == [(TOKENS, 200)] + [(WHO, 200)] * 3 and box.dead_token_uses == []


@pytest.fixture
def refreshed(monkeypatch):
    """The tokens that were refreshed, at a Simkl that gives the same one again."""
    tokens = []

    def same_again(transport, token, secret, now):
        tokens.append(token)
        return token

    monkeypatch.setattr("lib.simkl.auth.tokens.refresh_token", same_again)
    return tokens


def test_a_refresh_that_gives_the_same_token_again_leads_to_one_refresh_only(tv, refreshed):
    tv.nearly_over()
    access = tv.access()
    assert [access.call(fetch_user).id for _ in range(5)] == [USER.id] * 5
    assert len(refreshed) == 1


def test_a_token_that_is_refused_and_given_again_is_not_refreshed_at_every_call(tv, box, refreshed):
    box.order("status", status=401, error="invalid_token", path=WHO, times=None)
    access = tv.access()
    for _ in range(5):
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


def test_a_client_goes_on_when_the_name_of_its_account_becomes_known(tv, box):
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
