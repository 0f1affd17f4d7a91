"""A client id of AUTH V2: nobody needs to know, the window is the same, and the code has nine characters."""

from pathlib import Path

import pytest

from tests.fakes.kodi import Do
from tests.frontends.kodi.conftest import NEW
from tests.frontends.kodi.qr import expected, modules
from tests.frontends.kodi.tv import ADDON_ID, code_is_shown, has_focus, sees

QR = 210
STARTS = ("/oauth/pin", "/oauth2/device")


def starts(tv):
    """Return where user codes were asked for, in order."""
    return [path for path in tv.paths() if path in STARTS]


def test_a_client_id_of_the_newer_sign_in_is_found_out_once_and_links(new):
    seen = []
    look = Do(lambda: seen.extend([Path(new.kodi.top().image(QR)).read_bytes(), new.box.codes[-1].user_code]))
    new.link(code_is_shown, look, new.approve(), sees("Linked as sample_viewer"))
    assert modules(seen[0]) == expected(f"{new.box.url}/pin?user_code={seen[1]}")
    assert starts(new) == ["/oauth/pin", "/oauth2/device"] and new.box.too_fast == []
    assert new.told() == [(ADDON_ID, "linked")]
    assert (new.state().linked, new.state().moving) == (True, False)
    account, [grant] = new.account(), new.box.tokens
    assert (account["access_token"], account["refresh_token"]) == (grant.token, grant.refresh_token)
    assert (account["auth"], account["client_id"], account["scope"]) == ("v2", NEW, "media:read media:write")
    assert account["refreshed_at"] == account["linked_at"] < account["expires_at"]
    new.box.journal.reset()
    new.link(code_is_shown, "back")
    assert starts(new) == ["/oauth2/device"]


REFUSED = {
    "expired_token": (400, "The code has expired"),
    "access_denied": (400, "The sign-in was refused at Simkl."),
    "invalid_client": (401, "Simkl refuses the client id"),
}


@pytest.mark.parametrize("error", REFUSED)
def test_a_refusal_at_a_poll_ends_it_with_a_reason(new, error):
    status, words = REFUSED[error]
    new.box.order("status", status=status, error=error, path="/oauth2/token")
    new.link(sees(words), "back")
    assert new.account() is None


def test_a_link_that_may_only_read_is_no_link(new):
    def allow_reading_only():
        new.box.codes[-1].scope = "media:read"
        new.box.approve_pending()

    told = sees("The account could not be linked", "This link is read-only. Link again and allow writing.")
    new.link(code_is_shown, Do(allow_reading_only), told, has_focus("Try again"), "back")
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
