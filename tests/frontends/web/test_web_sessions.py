"""Sessions, cookies and forms: what another browser or another site may not use. Each test names its defence."""

import pytest

from lib.web.settings import ServeSettings
from tests.frontends.web.conftest import ELSEWHERE, Visitor
from tests.frontends.web.site import PASSWORD


def test_signing_in_and_out_changes_the_session(secured, visitor):
    """Session fixation: an id that somebody else put into the browser is worth nothing afterwards, nor an older one."""
    sessions = secured.services.sessions
    planted = sessions.begin("person", "mallory")
    visitor.set_cookie("simkl_admin", planted)
    visitor.log_in()
    assert visitor.get("/").status_code == 200
    first = visitor.cookie("simkl_admin")
    visitor.post("/login", password=PASSWORD)
    second = visitor.cookie("simkl_admin")
    assert len({planted, first, second}) == 3
    assert (sessions.find(planted, "admin"), sessions.find(first, "admin")) == (None, None)
    visitor.get("/")
    visitor.post("/logout")
    visitor.set_cookie("simkl_admin", second)
    assert visitor.get("/").status_code == 303


def test_neither_a_persons_session_nor_an_old_one_is_an_admins(site, admin, invited):
    invited.set_cookie("simkl_admin", invited.cookie("simkl_person"))
    assert invited.get("/").status_code == 303
    site.clock.advance(12 * 3600 + 1)
    assert admin.get("/").status_code == 303


@pytest.mark.parametrize(("role", "same_site"), [("admin", "Strict"), ("person", "Lax")])
def test_cookies_are_out_of_reach_for_scripts_and_other_sites(secured, invite, role, same_site):
    secured.reconfigure(trusted_proxies=ServeSettings().metrics_from, allowed_hosts=("media.example.org",))
    visitor = Visitor(secured, "127.0.0.1", "media.example.org")
    proxy = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    path, fields = ("/login", {"password": PASSWORD}) if role == "admin" else (f"/i/{invite('ben').token}", {})
    visitor.get(path, headers=proxy, base_url="https://media.example.org")
    token = visitor.http.get_cookie("simkl_visitor", domain="media.example.org")
    assert token.secure
    answer = visitor.http.post(
        path,
        data={"csrf_token": visitor.token, **fields},
        headers={**proxy, "Host": visitor.host},
        base_url="https://media.example.org",
        environ_base={"REMOTE_ADDR": visitor.address},
    )
    set_now = [each for each in answer.headers.getlist("Set-Cookie") if "Max-Age=0" not in each]
    cookie = next(each for each in set_now if each.startswith(f"simkl_{role}="))
    assert {"HttpOnly", "Secure", f"SameSite={same_site}", "Path=/"} <= set(cookie.split("; "))


def test_the_store_holds_no_session_and_no_invitation_that_opens_a_page(admin, tmp_path, invite):
    secrets = (invite("ben").token, admin.cookie("simkl_admin"), PASSWORD)
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [secret for secret in secrets if secret.encode() in content] == []


def test_a_form_of_another_site_or_session_changes_nothing(site, admin, invited):
    own = admin.token
    fresh = Visitor(site, "192.0.2.66", ELSEWHERE)
    fresh.get("/login")
    for token in ("", "guessed", invited.token):
        assert admin.post("/settings/pause", token=token, paused="1").status_code == 403
    for origin in ("https://evil.example", "null", "http://192.0.2.1:9999"):
        headers = {"Origin": origin}
        assert admin.post("/settings/pause", token=own, headers=headers, paused="1").status_code == 403
    admin.set_cookie("simkl_visitor", fresh.cookie("simkl_visitor"))
    assert admin.post("/settings/pause", token=fresh.token, paused="1").status_code == 403
    assert not site.paused
    assert admin.post("/settings/pause", token=own, paused="1").status_code == 200


def test_nobody_is_signed_in_by_another_site(secured, stranger):
    """Login CSRF: a foreign page cannot put a victim into an account of its own choice."""
    assert stranger.post("/login", token="", password=PASSWORD).status_code == 403
