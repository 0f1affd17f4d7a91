"""A client id of AUTH V2: nobody needs to know, the window is the same, and the code has nine characters."""

from pathlib import Path

import pytest

from tests.fakes.kodi import Do
from tests.fakes.simkl import App
from tests.frontends.kodi.conftest import NEW
from tests.frontends.kodi.qr import expected, modules
from tests.frontends.kodi.tv import ADDON_ID, code_is_shown, has_focus, sees

QR = 210
STARTS = ("/oauth/pin", "/oauth2/device")


def starts(tv):
    """Return where user codes were asked for, in order."""
    return [path for path in tv.paths() if path in STARTS]


def test_a_client_id_of_the_newer_sign_in_is_found_out_and_links(new):
    new.link(code_is_shown, new.approve(), sees("Linked as sample_viewer"))
    assert starts(new) == ["/oauth/pin", "/oauth2/device"]
    assert new.told() == [(ADDON_ID, "linked")]
    assert (new.state().linked, new.state().moving) == (True, False)
    assert new.box.too_fast == []


def test_the_tokens_and_what_they_are_good_for_are_in_the_profile(new):
    new.link_by_code()
    account, [grant] = new.account(), new.box.tokens
    assert (account["access_token"], account["refresh_token"]) == (grant.token, grant.refresh_token)
    assert (account["auth"], account["client_id"]) == ("v2", NEW)
    assert account["scope"] == "media:read media:write"
    assert account["refreshed_at"] == account["linked_at"] < account["expires_at"]
    assert account["user"]["name"] == "sample_viewer"


def test_the_qr_code_holds_the_address_that_simkl_gave(new):
    files = []
    new.link(code_is_shown, Do(lambda: files.append(Path(new.kodi.top().image(QR)).read_bytes())), "back")
    assert modules(files[0]) == expected(f"{new.box.url}/pin?user_code={new.box.codes[-1].user_code}")


def test_the_second_link_asks_for_no_pin_any_more(new):
    new.link_by_code()
    new.box.journal.reset()
    new.link_by_code()
    assert starts(new) == ["/oauth2/device"]


def test_an_older_client_id_still_links_with_a_pin(tv):
    tv.link_by_code()
    assert starts(tv) == ["/oauth/pin"]
    assert tv.account()["auth"] == "v1"
    assert "refresh_token" not in tv.account()


def test_a_client_id_of_the_newer_sign_in_beside_the_older_takes_all_new_links(make_tv, monkeypatch):
    tv = make_tv(apps=[App(NEW, "v2")])
    monkeypatch.setenv("SIMKL_CLIENT_ID_V2", NEW)
    tv.link_by_code()
    assert starts(tv) == ["/oauth2/device"]
    assert tv.account()["client_id"] == NEW


def test_simkl_may_end_a_code_before_its_time(new):
    new.box.order("status", status=400, error="expired_token", path="/oauth2/token")
    new.link(sees("The code has expired"), has_focus("New code"), "select", code_is_shown, "back")
    assert starts(new).count("/oauth2/device") == 2
    assert new.account() is None


@pytest.mark.parametrize(
    "error, words",
    [
        ("access_denied", "The sign-in was refused at Simkl."),
        ("invalid_client", "Simkl does not accept the client id of this copy"),
    ],
)
def test_a_refusal_at_a_poll_ends_it_with_a_reason(new, error, words):
    status = 401 if error == "invalid_client" else 400
    new.box.order("status", status=status, error=error, path="/oauth2/token")
    new.link(lambda screen: any(text.startswith(words) for text in screen.texts()), "back")
    assert new.account() is None


def test_a_link_that_may_only_read_is_no_link(new):
    def allow_reading_only():
        new.box.codes[-1].scope = "media:read"
        new.box.approve_pending()

    words = "This link is read-only. Link again and allow writing."
    new.link(
        code_is_shown,
        Do(allow_reading_only),
        sees("The account could not be linked", words),
        has_focus("Try again"),
        "back",
    )
    assert new.account() is None
    assert new.told() == []
    assert new.box.tokens == []  # it does not lie around at Simkl either
    assert len(new.box.grants) == 1


def test_no_secret_of_the_newer_sign_in_is_logged(new):
    secrets = []
    note = Do(lambda: secrets.extend([new.box.codes[-1].user_code, new.box.codes[-1].device_code]))
    new.link(code_is_shown, note, new.approve(), sees("Linked as sample_viewer"))
    new.box.order("status", status=401, error="invalid_token", path="/users/settings")
    new.script("status")
    secrets += [new.account()["access_token"], new.account()["refresh_token"]]
    assert len(new.box.refreshes) == 1
    assert [secret for secret in secrets if secret in new.kodi.log_text()] == []
