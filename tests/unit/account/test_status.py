"""How an account stands, whether Simkl still accepts it, and forgetting it."""

import pytest

from lib.account.neighbours import backup_path
from lib.account.status import AccountStatus, check_account, read_status, unlink_account
from lib.account.store import Account
from lib.simkl import errors
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import SCOPE, Token
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret
from tests.fakes.simkl import App, FakeSimkl
from tests.unit.account.linked_tv import REVOKE, TV, WHO, asked
from tests.unit.account.world import OLD_TOKEN, OWN_WORDS, TOKEN, USER, FakeUsers

SINCE = "2025-01-01T00:00:00Z"
NO, NO_MORE = errors.Unreachable(), errors.TokenRefused()
VALID, REFUSED, REFUSED_AGAIN = (True, False, True), (False, True, False), (False, False, False)


@pytest.fixture
def nameless(world):
    """An account whose name Simkl has not told yet."""
    world.is_linked(TOKEN)
    return world


def ask(world, *answers):
    simkl = FakeUsers(*answers)
    found = check_account(world.client(simkl))
    return found, len(simkl.asked_with)


def verdict(found):
    return found.valid, found.newly_refused, found.linked


def test_nobody_is_linked_before_anybody_was_and_a_check_asks_nobody(world):
    assert read_status(world.accounts, "default") == AccountStatus(None)
    assert not read_status(world.accounts, "default").linked
    assert ask(world, NO) == (AccountStatus(None), 0)
    assert unlink_account(world.client()).account is None
    assert not world.path.exists()


@pytest.mark.parametrize("before", [None, User(USER.id, "an_older_name")], ids=["no name yet", "another name"])
def test_a_check_takes_the_name_along_and_one_that_brings_no_news_does_not_touch_the_file(world, before):
    world.is_linked(TOKEN, before)
    assert read_status(world.accounts, "default") == AccountStatus(Account(TOKEN, SINCE, before), valid=None)
    assert ask(world, USER) == (AccountStatus(Account(TOKEN, SINCE, USER), valid=True), 1)
    assert world.accounts.get("default").user == USER
    inode = world.path.stat().st_ino
    found, _ = ask(world, User(USER.id, USER.name, USER.account_type, "https://simkl.in/avatar.jpg"))
    assert found.account.user.avatar == "https://simkl.in/avatar.jpg", "whoever asked may show the picture"
    assert world.path.stat().st_ino == inode


def test_two_refusals_are_told_once_and_keep_the_token_until_simkl_accepts_it_again(nameless):
    found, times = ask(nameless, NO_MORE, USER)
    assert (verdict(found), times) == (VALID, 2), "one refusal does not count"
    found, times = ask(nameless, NO_MORE)
    assert (verdict(found), times) == (REFUSED, 2)
    assert nameless.accounts.get("default") == Account(TOKEN, SINCE, USER, needs_linking=True)
    assert not read_status(nameless.accounts, "default").linked
    assert verdict(ask(nameless, NO_MORE)[0]) == REFUSED_AGAIN
    assert verdict(ask(nameless, USER)[0]) == VALID
    assert read_status(nameless.accounts, "default").linked


@pytest.mark.parametrize("answers", [[NO], [NO_MORE, NO], [errors.Unreadable()]], ids=["first", "second", "hotel"])
def test_without_an_answer_nothing_is_known_and_nothing_changes(nameless, answers):
    before = nameless.path.read_bytes()
    with pytest.raises(errors.TransientError):
        ask(nameless, *answers)
    assert nameless.path.read_bytes() == before


def test_a_link_made_during_the_check_is_not_marked_for_the_old_token(nameless):
    simkl = FakeUsers(NO_MORE)
    simkl.before_answer = lambda: nameless.link().run()
    nameless.is_linked()
    assert verdict(check_account(nameless.client(simkl))) == (None, False, True)
    assert not nameless.accounts.get("default").needs_linking


def test_an_account_unlinked_during_the_check_stays_unlinked(nameless):
    simkl = FakeUsers(USER)
    simkl.before_answer = lambda: unlink_account(nameless.client())
    assert check_account(nameless.client(simkl)) == AccountStatus(None)
    assert nameless.accounts.get("default") is None


def test_a_grant_of_v2_that_simkl_has_ended_is_told_once_and_its_data_kept_until_it_is_linked_again(tv, box):
    box.revoke()
    before = tv.account
    assert [verdict(check_account(tv.access())) for _ in range(2)] == [REFUSED, REFUSED_AGAIN]
    assert (tv.account.token, tv.account.user, tv.account.linked_at) == (before.token, before.user, before.linked_at)
    tv.link()
    assert verdict(check_account(tv.access())) == VALID


@pytest.mark.parametrize(("refused", "valid"), [(2, True), (4, False)], ids=["once", "and again"])
def test_fresh_tokens_that_are_refused_count_only_when_a_second_call_confirms_it(tv, box, refused, valid):
    box.order("status", status=401, error="invalid_token", path=WHO, times=refused)
    assert verdict(check_account(tv.access())) == (valid, not valid, valid)
    assert tv.account.needs_linking is not valid


# unlinking


def test_unlinking_tells_who_it_was_and_forgets_the_token_in_every_file(world):
    world.is_linked(TOKEN, USER)
    world.accounts.save("guest", Account(OLD_TOKEN, SINCE, USER))
    assert TOKEN.access.reveal() in backup_path(world.path).read_text()
    assert unlink_account(world.client()).account.user == USER
    assert world.accounts.get("default") is None
    for file in world.path.parent.iterdir():
        assert TOKEN.access.reveal() not in file.read_text(), file
    assert world.path.read_text().startswith(OWN_WORDS)
    assert world.accounts.get("guest") == Account(OLD_TOKEN, SINCE, USER)


def test_half_an_account_can_be_unlinked(world):
    world.path.write_text("accounts:\n  default:\n    auth: v1\n  guest: {auth: v1}\n")
    assert unlink_account(world.client()).account is None
    assert world.path.read_text() == "accounts:\n  guest:\n    auth: v1\n"


GIVEN_BACK = {
    "a grant of V2": (lambda token: token, [(REVOKE, 200)]),
    "an access token of V2 without a refresh token": (lambda token: Token(token.access, TV, "v2"), [(REVOKE, 200)]),
    "a token of V1, of which Simkl is asked nothing": (lambda token: Token(Secret("old-token"), TV), []),
}


@pytest.mark.parametrize("is_up", [True, False], ids=["at Simkl", "while Simkl cannot be reached"])
@pytest.mark.parametrize(("made", "requests"), GIVEN_BACK.values(), ids=GIVEN_BACK.keys())
def test_unlinking_ends_the_grant_at_simkl_and_forgets_the_token(tv, box, made, requests, is_up):
    token = made(tv.account.token)
    tv.accounts.save("default", Account(token, SINCE))
    if not is_up:
        box.stop_listening()
    unlinked = unlink_account(tv.access())
    assert (unlinked.account.token, unlinked.is_revoked) == (token, is_up and bool(requests))
    assert tv.accounts.get("default") is None
    assert asked(box) == requests * is_up
    assert (box.grants[0].ended_at is not None) == unlinked.is_revoked
    for file in tv.accounts.path.parent.iterdir():
        for secret in (token.access, token.refresh or token.access):
            assert secret.reveal() not in file.read_text()


def test_unlinking_a_server_app_sends_its_secret(world):
    app = App("v2-server", "v2", secret="s3cret", redirects=["http://127.0.0.1:8484/callback"])
    with FakeSimkl(client_ids=(), apps=[app]) as box:
        grant = box.model.links.give_v2(app.client_id, "", box.model.user_called(None), SCOPE)
        world.accounts.save("default", Account(Token(Secret(grant.token), app.client_id, "v2"), SINCE))
        unlink_account(world.client(Transport(box.api_url, app.client_id), Secret("s3cret")))
        assert grant.ended_at is not None
