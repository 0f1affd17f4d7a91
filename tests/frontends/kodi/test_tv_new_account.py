"""An account of AUTH V2: a token that stays good by itself, and a link that unlinking ends at Simkl too."""

import threading

import pytest
import yaml

from tests.frontends.kodi.conftest import NEW
from tests.frontends.kodi.tv import ADDON_ID, BOUND

ACCEPTED = "Simkl accepts this link."
HOUR = 3600


@pytest.fixture
def tv(new):
    """A Kodi that is linked with AUTH V2."""
    new.become_linked(client_id=NEW)
    return new


def status(tv):
    """Return the lines of the dialog."""
    before = len(tv.kodi.dialogs)
    tv.script("status")
    [dialog] = tv.kodi.dialogs[before:]
    return dialog.message.split("\n")


def write_account(tv, **changes):
    whole = yaml.safe_load(tv.settings_file.read_text(encoding="utf-8"))
    whole["accounts"]["default"].update(changes)
    tv.write_settings(yaml.safe_dump(whole))


def replaced_elsewhere(tv):
    """Somebody else refreshes: the access token that is kept here is dead."""
    [grant] = tv.box.tokens
    tv.box.model.links.refresh(grant.refresh_token, grant.client_id, None)


def test_the_status_says_the_generation_and_how_long_it_lasts(tv):
    write_account(tv, refreshed_at="2026-01-01T12:00:00Z")
    line, verdict, life = status(tv)
    assert line.startswith("Linked as sample_viewer since ")
    assert verdict == ACCEPTED
    assert life == "Can read and write. Valid until 30/06/2026 if not used."
    assert tv.box.refreshes == []


def test_a_token_that_is_dead_is_refreshed_and_the_status_says_accepted(tv):
    write_account(tv, refreshed_at="2026-01-01T12:00:00Z")
    before = tv.account()
    replaced_elsewhere(tv)
    refreshed = len(tv.box.refreshes)
    _, verdict, life = status(tv)
    assert verdict == ACCEPTED
    assert "30/06/2026" not in life  # half a year from now, not from then
    assert len(tv.box.refreshes) == refreshed + 1
    assert tv.account()["access_token"] == tv.box.tokens[0].token != before["access_token"]
    assert tv.account()["refresh_token"] == before["refresh_token"]
    assert "needs_linking" not in tv.account() and tv.toasts() == []


def test_a_refresh_that_fails_otherwise_costs_no_token_and_heals(tv):
    write_account(tv, expires_at="2001-01-08T06:00:00Z")
    before = tv.account()
    tv.box.order("status", path="/oauth2/token", status=401, error="invalid_client")
    assert len(status(tv)) == 1
    assert tv.account() == before
    tv.box.order("lost_answer", path="/oauth2/token")
    status(tv)
    assert status(tv)[1] == ACCEPTED
    assert tv.account()["access_token"] == tv.box.tokens[0].token


def test_a_refused_refresh_is_told_once_and_then_let_be_and_nothing_is_deleted(tv):
    write_account(tv, user=None)
    before = tv.account()
    tv.box.revoke()
    tv.box.journal.reset()
    told = []
    for _ in range(3):
        tv.restart()
        tv.service(until=HOUR)
        told.append(tv.toasts())
        assert tv.state().account_line == "Needs linking again"
    assert told == [["Please link your account again"], [], []]
    assert tv.paths() == ["/users/settings", "/oauth2/token"]
    kept = ("access_token", "refresh_token")
    assert [tv.account()[name] for name in kept] == [before[name] for name in kept]
    assert tv.account()["needs_linking"] is True and tv.state().refused is True
    tv.restart()
    assert status(tv) == ["Needs linking again", "Simkl no longer accepts this link. Link your account again."]


def test_unlink_asks_with_words_of_its_own_and_ends_the_link_at_simkl(tv):
    tv.kodi.answers = [True]
    tv.script("unlink")
    [question] = tv.kodi.dialogs
    assert question.heading == "Unlink this account?"
    told = "The account is removed from this Kodi, and Simkl is asked to end the sign-in."
    assert question.message == f"sample_viewer\n{told}"
    assert tv.box.tokens == [] and tv.paths()[-1] == "/oauth2/revoke"
    assert tv.told()[-1] == (ADDON_ID, "unlinked") and tv.toasts() == ["Unlinked"]


def test_kodi_shuts_down_before_the_account_is_forgotten_and_it_is_forgotten_all_the_same(tv, monkeypatch):
    given_up = threading.Event()
    with tv.inside():
        from lib.account import store
        from lib.simkl.http import transport

        forget, abort = store.AccountStore.forget, transport.Transport.abort

        def late(accounts, name):
            tv.kodi.abort()
            assert given_up.wait(BOUND)
            return forget(accounts, name)

        monkeypatch.setattr(store.AccountStore, "forget", late)
        monkeypatch.setattr(transport.Transport, "abort", lambda each: (abort(each), given_up.set()))
        tv.kodi.answers = [True]
        tv.kodi.run(["plugin.py", "unlink"])
    assert (tv.account(), tv.told()[-1], tv.toasts()) == (None, (ADDON_ID, "unlinked"), ["Unlinked"])
    assert (tv.state().account_line, tv.state().linked) == ("Not linked", False)
