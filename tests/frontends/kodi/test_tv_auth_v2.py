"""AUTH V2: the window is the same, the token stays good by itself, and who has an older link is told to move over."""

import threading
import time
from pathlib import Path

import pytest

from lib.account import store
from lib.simkl.http import transport
from tests.fakes.kodi import Do
from tests.fakes.simkl import App
from tests.frontends.kodi.conftest import NEW
from tests.frontends.kodi.screen import check_qr, code_is_shown, has_focus, sees
from tests.frontends.kodi.tv import ADDON_ID, BOUND, addon_like_ours

QR = 210
REMINDER = "Simkl is retiring the old sign-in. Link again when convenient."
LINE = "sample_viewer: link again, the old sign-in ends in 2027"


def test_a_client_id_of_the_newer_sign_in_is_found_out_once_and_links_and_no_secret_is_logged(new):
    seen = []
    look = Do(lambda: seen.extend([Path(new.kodi.top().image(QR)).read_bytes(), new.box.codes[-1]]))
    new.link(code_is_shown, look, new.approve(), sees("Linked as sample_viewer"))
    picture, code = seen
    check_qr(picture, f"{new.box.url}/pin?user_code={code.user_code}")
    starts = ["/oauth/pin", "/oauth2/device"]
    assert (new.paths()[:2], [new.paths().count(start) for start in starts]) == (starts, [1, 1])
    assert new.box.too_fast == []
    assert new.told() == [(ADDON_ID, "linked")]
    assert (new.state().linked, new.state().moving) == (True, False)
    account, [grant] = new.account(), new.box.tokens
    assert (account["access_token"], account["refresh_token"]) == (grant.token, grant.refresh_token)
    assert (account["auth"], account["client_id"], account["scope"]) == ("v2", NEW, "media:read media:write")
    assert account["refreshed_at"] == account["linked_at"] < account["expires_at"]
    new.box.order("status", status=401, error="invalid_token", path="/users/settings")
    assert status(new)[1] == "Simkl accepts this link." and len(new.box.refreshes) == 1
    tokens = [grant.token, *(new.account()[f"{kind}_token"] for kind in ("access", "refresh"))]
    secrets = [code.user_code, code.device_code, *tokens]
    new.link(code_is_shown, "back")
    assert [new.paths().count(start) for start in starts] == [1, 2]
    assert [secret for secret in secrets if secret in new.kodi.log_text()] == []


def test_a_refusal_at_a_poll_ends_it_with_a_reason(new):
    new.box.order("status", status=400, error="access_denied", path="/oauth2/token")
    new.link(sees("The sign-in was refused at Simkl."), "back")
    assert new.account() is None


def test_a_link_that_may_only_read_is_no_link(new):
    def allow_reading_only():
        new.box.codes[-1].scope = "media:read"
        new.box.approve_pending()

    told = sees("The account could not be linked", "This link is read-only. Link again and allow writing.")
    new.link(code_is_shown, Do(allow_reading_only), told, has_focus("Try again"), "back")
    assert (new.account(), new.told()) == (None, [])
    assert (new.box.tokens, len(new.box.grants)) == ([], 1)  # it does not lie around at Simkl either


# who is linked with it


def status(tv):
    """Return the lines of the dialog."""
    tv.script("status")
    return tv.kodi.dialogs[-1].message.split("\n")


def test_the_status_says_the_generation_and_how_long_it_lasts(new):
    new.become_linked(client_id=NEW)
    text = new.settings_file.read_text(encoding="utf-8")
    new.write_settings(text.replace(new.account()["refreshed_at"], "2026-01-01T12:00:00Z"))
    line, *more = status(new)
    assert line.startswith("Linked as sample_viewer since ")
    assert more == ["Simkl accepts this link.", "Can read and write. Valid until 30/06/2026 if not used."]
    assert new.box.refreshes == []


def test_a_refused_refresh_is_told_once_and_then_let_be_and_nothing_is_deleted(new):
    new.become_linked(client_id=NEW, name="")
    before, told = new.account(), []
    new.box.revoke()
    new.box.journal.reset()
    for _ in range(3):
        new.restart()
        new.service(until=3600)
        told.append(new.toasts())
        assert new.state().account_line == "Needs linking again"
    assert told == [["Please link your account again"], [], []]
    assert new.paths() == ["/users/settings", "/oauth2/token"]
    assert new.account() == {**before, "needs_linking": True} and new.state().refused is True
    new.restart()
    assert status(new) == ["Needs linking again", "Simkl no longer accepts this link. Link your account again."]


def test_unlink_asks_with_words_of_its_own_and_ends_the_link_at_simkl(new):
    new.become_linked(client_id=NEW)
    new.kodi.answers = [True]
    new.script("unlink")
    [question] = new.kodi.dialogs
    told = "The account is removed from this Kodi, and Simkl is asked to end the sign-in."
    assert (question.heading, question.message) == ("Unlink this account?", f"sample_viewer\n{told}")
    assert new.box.tokens == [] and new.paths()[-1] == "/oauth2/revoke"
    assert new.told()[-1] == (ADDON_ID, "unlinked") and new.toasts() == ["Unlinked"]


def test_kodi_shuts_down_before_the_account_is_forgotten_and_it_is_forgotten_all_the_same(new, monkeypatch):
    new.become_linked(client_id=NEW)
    given_up = threading.Event()
    forget, abort = store.AccountStore.forget, transport.Transport.abort

    def late(accounts, name):
        new.kodi.abort()
        assert given_up.wait(BOUND)
        return forget(accounts, name)

    monkeypatch.setattr(store.AccountStore, "forget", late)
    monkeypatch.setattr(transport.Transport, "abort", lambda each: (abort(each), given_up.set()))
    new.kodi.answers = [True]
    new.script("unlink")
    assert (new.account(), new.told()[-1], new.toasts()) == (None, (ADDON_ID, "unlinked"), ["Unlinked"])
    assert (new.state().account_line, new.state().linked) == ("Not linked", False)


# moving over


@pytest.fixture
def old(make_tv):
    """A Kodi that was linked with the older sign-in, whose copy then gets a client id for the newer one."""
    tv = make_tv(apps=[App(NEW, "v2")])
    tv.become_linked()
    text = tv.settings_file.read_text(encoding="utf-8")
    tv.write_settings(f"simkl: {{client_id_v2: {NEW}}}\n{text}")
    tv.restart()
    return tv


def serve(tv, day):
    """Start Kodi anew on a day of the calendar, and return what the service told."""
    tv.restart()
    tv.wall = lambda: time.mktime(time.strptime(day, "%Y-%m-%d"))
    assert tv.service() == 0
    return tv.toasts()


def test_the_account_line_and_the_menu_say_link_again_until_that_is_done(old):
    old.service()
    assert (old.state().account_line, old.state().moving) == (LINE, True)
    assert [entry.item.getLabel() for entry in old.open().entries][:2] == [LINE, "Link again"]
    old.restart()
    assert status(old) == [LINE, "Simkl accepts this link.", "Valid until you remove the app at Simkl."]
    old.link(code_is_shown, old.approve())
    assert (old.account()["auth"], old.account()["client_id"]) == ("v2", NEW)
    assert (old.state().moving, old.state().account_line.startswith("Linked as sample_viewer since ")) == (False, True)
    assert (serve(old, "2027-01-01"), old.state().moving) == ([], False)


def test_the_reminder_comes_once_a_month_at_most(old):
    days = ["2026-12-01", "1970-01-01", "2026-12-31", "2027-01-20", "2027-01-21"]  # the clock is not set once
    assert [serve(old, day) for day in days] == [[REMINDER], [], [], [REMINDER], []]


def test_a_kodi_that_runs_for_months_is_reminded_each_month(old):
    began = time.mktime((2026, 12, 1, 0, 0, 0, 0, 0, 0))
    old.wall = lambda: began + old.now() * 1440  # a day for each look of a minute
    old.service(until=40 * 60.0)
    assert old.toasts() == [REMINDER] * 2


def test_an_update_of_the_add_on_that_brings_the_client_id_is_noticed(make_tv, tmp_path, monkeypatch):
    addon = addon_like_ours(tmp_path / "addon")
    tv = make_tv(addon_folder=addon, apps=[App(NEW, "v2")])
    tv.become_linked()
    assert serve(tv, "2026-12-01") == []
    shipped = addon / "settings.yaml"
    shipped.write_text(shipped.read_text(encoding="utf-8") + f"# {NEW}\n", encoding="utf-8")
    monkeypatch.setenv("SIMKL_CLIENT_ID_V2", NEW)  # lib is the project's own, and reads the project's file
    assert serve(tv, "2026-12-02") == [REMINDER]
    assert tv.state().account_line == LINE
