"""An account of AUTH V2: in the settings file, checked, and unlinked."""

from __future__ import annotations

import pytest

from lib.account.settings_file import SettingsError
from lib.account.status import AccountStatus, check_account, unlink_account
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import SCOPE, Token
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret
from tests.fakes.clock import NOON
from tests.fakes.simkl import App, FakeSimkl
from tests.unit.account.clients import client_of
from tests.unit.account.doubles import USER
from tests.unit.account.refreshing import TV, WEEK, LinkedTv, asked, box_for_tokens

SINCE, LATER = "2026-11-24T06:00:00Z", "2026-11-24T12:00:00Z"
WHO, TOKENS, REVOKE = "/users/settings", "/oauth2/token", "/oauth2/revoke"
FULL = Token(Secret("access"), "an-id", "v2", Secret("refresh"), NOON, SCOPE)


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


# in the file


def test_what_is_written(world):
    world.accounts.save("default", Account(FULL, SINCE, refreshed_at=LATER))
    assert world.path.read_text() == (
        "accounts:\n"
        "  default:\n"
        "    auth: v2\n"
        "    access_token: access\n"
        "    refresh_token: refresh\n"
        f"    expires_at: '{LATER}'\n"
        f"    refreshed_at: '{LATER}'\n"
        f"    scope: {SCOPE}\n"
        "    client_id: an-id\n"
        f"    linked_at: '{SINCE}'\n"
    )


KEPT = {
    "everything": Account(FULL, SINCE, USER, needs_linking=True, refreshed_at=LATER),
    "no end known": Account(Token(Secret("access"), "an-id", "v2", Secret("refresh"), None, SCOPE), SINCE),
    "no refresh token": Account(Token(Secret("access"), "an-id", "v2", None, NOON, SCOPE), SINCE),
    "no scope told": Account(Token(Secret("access"), "an-id", "v2", Secret("refresh"), NOON), SINCE),
    "a refresh token of digits": Account(Token(Secret("1"), "an-id", "v2", Secret("12345678"), NOON), SINCE),
    "never refreshed": Account(FULL, SINCE, USER),
}


@pytest.mark.parametrize("account", KEPT.values(), ids=KEPT.keys())
def test_an_account_comes_back_as_it_was(world, account):
    world.accounts.save("default", account)
    assert world.accounts.get("default") == account


@pytest.mark.parametrize("name", ["refresh_token", "expires_at", "refreshed_at", "scope"])
def test_what_is_no_text_is_told(world, name):
    world.path.write_text(f"accounts:\n  default:\n    access_token: abcd\n    {name}: 2026-11-24\n")
    with pytest.raises(SettingsError, match=rf"line 4: accounts\.default\.{name} must be text\. Put it in quotes"):
        world.accounts.get("default")


def test_an_end_that_cannot_be_read_is_not_known(world):
    world.path.write_text("accounts: {default: {auth: v2, access_token: abcd, expires_at: soon}}")
    assert world.accounts.get("default").token.expires_at is None


def test_a_link_of_v1_leaves_nothing_of_v2_behind(world):
    world.accounts.save("default", Account(FULL, SINCE, USER, refreshed_at=LATER))
    world.accounts.save("default", Account(Token(Secret("old-token"), "old-id"), LATER))
    text = world.path.read_text()
    assert not [name for name in ("refresh", "expires_at", "scope", "user") if name in text]


# checked


def verdict(found):
    return found.valid, found.newly_refused, found.linked


def test_a_check_of_a_good_account_takes_the_name_along(tv, box, transport):
    tv.accounts.save("default", Account(tv.account.token, SINCE, User(USER.id, "an_older_name")))
    assert verdict(check_account(client_of(tv, transport))) == (True, False, True)
    assert tv.account.user == USER and asked(box) == [(WHO, 200)]


def test_a_check_refreshes_a_token_that_has_ended(tv, box, transport):
    box.advance(WEEK)
    found = check_account(client_of(tv, transport))
    assert verdict(found) == (True, False, True)
    assert found.account.token.access == tv.account.token.access == Secret(tv.grant.token)
    assert asked(box) == [(WHO, 401), (TOKENS, 200), (WHO, 200)]


def test_a_grant_that_simkl_has_ended_is_told_once_and_its_data_kept(tv, box, transport):
    box.revoke()
    before = tv.account
    told = [verdict(check_account(client_of(tv, transport))) for _ in range(3)]
    assert told == [(False, True, False), (False, False, False), (False, False, False)]
    assert (tv.account.token, tv.account.user, tv.account.linked_at) == (before.token, before.user, before.linked_at)


@pytest.mark.parametrize(("refused", "valid"), [(2, True), (4, False)], ids=["once", "and again"])
def test_fresh_tokens_that_are_refused_count_only_when_a_second_call_confirms_it(tv, box, transport, refused, valid):
    box.order("status", status=401, error="invalid_token", path=WHO, times=refused)
    assert verdict(check_account(client_of(tv, transport))) == (valid, not valid, valid)
    assert tv.account.needs_linking is not valid


@pytest.mark.parametrize("status", [401, 503], ids=["suspended", "down"])
def test_a_check_whose_refresh_fails_knows_nothing_and_changes_nothing(tv, box, transport, status):
    before = tv.accounts.path.read_bytes()
    box.advance(WEEK)
    box.order("status", status=status, path=TOKENS, times=None)
    with pytest.raises(errors.ClientIdRefused if status == 401 else errors.Unavailable):
        check_account(client_of(tv, transport))
    assert tv.accounts.path.read_bytes() == before


def test_linking_again_after_a_grant_has_ended_is_a_link(tv, box, transport):
    box.revoke()
    check_account(client_of(tv, transport))
    tv.link()
    assert verdict(check_account(client_of(tv, transport))) == (True, False, True)


# unlinked


def test_unlinking_ends_the_grant_at_simkl_and_forgets_the_token(tv, box, transport):
    token = tv.account.token
    assert unlink_account(client_of(tv, transport)).account.token == token
    assert tv.accounts.get("default") is None
    assert [each.ended_at is not None for each in box.grants] == [True] and asked(box) == [(REVOKE, 200)]
    for file in tv.accounts.path.parent.iterdir():
        assert token.access.reveal() not in file.read_text() and token.refresh.reveal() not in file.read_text()


@pytest.mark.parametrize("trouble", ["no network", "down", "a hotel"])
def test_the_token_is_forgotten_even_if_simkl_cannot_be_reached(tv, box, transport, trouble):
    if trouble == "no network":
        box.stop_listening()
    else:
        box.order(**{"down": {"fault": "status", "status": 503}, "a hotel": {"fault": "html"}}[trouble])
    assert unlink_account(client_of(tv, transport)).account is not None
    assert tv.accounts.get("default") is None


def test_an_access_token_without_a_refresh_token_is_revoked_itself(tv, box, transport):
    token = tv.account.token
    tv.accounts.save("default", Account(Token(token.access, TV, "v2"), SINCE))
    unlink_account(client_of(tv, transport))
    assert box.requests[0].fields["token"] == token.access.reveal() and box.tokens == []


def test_unlinking_a_server_app_sends_its_secret(world):
    app = App("v2-server", "v2", secret="s3cret", redirects=["http://127.0.0.1:8484/callback"])
    with FakeSimkl(client_ids=(), apps=[app]) as box:
        grant = box.model.links.give_v2(app.client_id, "", box.model.user_called(None), SCOPE)
        world.accounts.save("default", Account(Token(Secret(grant.token), app.client_id, "v2"), SINCE))
        transport = Transport(box.api_url, app.client_id)
        unlink_account(client_of(world, transport, Secret("s3cret")))
        assert grant.ended_at is not None


def test_nothing_is_asked_of_simkl_for_a_link_of_v1_or_for_nobody_or_without_a_way_there(tv, box, transport):
    unlink_account(client_of(tv))
    unlink_account(client_of(tv, transport))
    tv.accounts.save("default", Account(Token(Secret("old-token"), TV), SINCE))
    unlink_account(client_of(tv, transport))
    assert asked(box) == [] and tv.accounts.get("default") is None


def test_nobody_checked_is_nobody(tv, transport):
    tv.accounts.forget("default")
    assert check_account(client_of(tv, transport)) == AccountStatus(None)
