"""Who sees which page and changes what, with whose session, and what no page and no log ever shows.

Each test fails without the defence that it names.
"""

import logging
from dataclasses import replace
from unittest.mock import Mock

import pytest

from lib.system.secrets import Secret
from lib.web.app import create_app
from lib.web.media_server import MediaServer
from lib.web.page_services import SeenView, TrackedView
from lib.web.settings import ServeSettings
from tests.frontends.web.conftest import ELSEWHERE, Visitor
from tests.frontends.web.site import ADMIN_FORMS, ADMIN_PAGES, CODE, NOW, PASSWORD, a_delivery, an_evening

OF_A_PERSON = {"/me", "/me/state", "/me/code", "/me/unlink", "/me/browser", "/me/callback"}
OF_EVERYBODY = {"/i/<token>", "/sign-in", "/login", "/logout", "/first-password", "/healthz", "/readyz", "/metrics"}
UNSET = "There is no admin password yet."


def test_every_route_is_looked_at(site):
    routes = {rule.rule for rule in site.app.url_map.iter_rules() if rule.endpoint != "static"}
    assert routes == {*ADMIN_PAGES, *ADMIN_FORMS} | OF_A_PERSON | OF_EVERYBODY
    assert create_app(site.services) is not site.app  # it can be made more than once


def test_a_stranger_sees_no_admin_page_and_changes_nothing(secured, stranger):
    for path in ADMIN_PAGES:
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/login"), path
    stranger.get("/login")
    for path in ADMIN_FORMS:
        answer = stranger.post(path, server="home", user_name="x", password="another sentence")
        assert answer.status_code == 403, path
    assert secured.services.password.matches(PASSWORD)


def test_without_a_password_only_this_machine_is_let_in_until_there_is_one(site, stranger, local):
    for path in (*ADMIN_PAGES, "/first-password", "/login"):
        assert UNSET in stranger.get(path, follow_redirects=True).text, path
    assert "No password is set" in local.get("/", follow_redirects=True).text
    assert local.post("/settings/pause", paused="1").status_code == 200
    assert (local.get("/metrics").status_code, stranger.get("/metrics").status_code) == (200, 404)
    site.services.password.set(PASSWORD)
    assert Visitor(site).get("/").headers["Location"] == "/login"


SIGNS_OF_A_PROXY = [
    ({"X-Forwarded-For": "127.0.0.1"}, {}), ({"Forwarded": "for=127.0.0.1"}, {}), ({"X-Real-IP": "127.0.0.1"}, {}),
    ({"Via": "1.1 proxy"}, {}), ({}, {"public_url": "https://media.example.org"}), ({}, {"base_path": "/simkl"}),
]  # fmt: skip


def test_behind_a_proxy_everybody_comes_from_this_machine_so_nobody_counts_as_local(site, local):
    usual = site.config
    for headers, settings in SIGNS_OF_A_PROXY:
        site.config = replace(usual, **settings)
        answer = local.get(f"{site.config.base_path}/", headers=headers, follow_redirects=True)
        assert UNSET in answer.text, (headers, settings)


def test_the_first_password_is_set_from_this_machine_only(site, stranger, local):
    stranger.get("/i/none")
    assert stranger.post("/first-password", password=PASSWORD).status_code == 403
    local.get("/first-password")
    assert "The password is set." in local.post("/first-password", password=PASSWORD).text
    assert local.post("/first-password", password="another sentence").status_code == 403
    assert site.services.password.matches(PASSWORD)


def test_a_new_password_is_checked_and_signs_out_everybody_else(site, admin):
    other = Visitor(site, "192.0.2.9", ELSEWHERE)
    other.log_in()
    for old, new, words in (
        ("wrong", "another sentence", "That is not the password."),
        (PASSWORD, "short", "Too short"),
        (PASSWORD, "another sentence", "The password is set."),
    ):
        assert words in admin.post("/password", old=old, password=new).text
    assert site.services.password.matches("another sentence")
    assert (admin.get("/").status_code, other.get("/").status_code) == (200, 303)


def test_an_invitation_works_once(site, invited, stranger, invite):
    answer = stranger.get(f"/i/{invited.invitation.token}")
    assert answer.status_code == 410
    assert "This invitation was used" in answer.text
    stranger.get("/sign-in")
    assert stranger.post(f"/i/{invited.invitation.token}", follow=False).status_code in (303, 403)
    assert stranger.get("/me").status_code == 401
    at_the_same_moment = invite("cleo")
    assert [site.services.invitations.use(at_the_same_moment) for _ in range(2)] == [True, False]


def test_one_person_never_sees_the_page_of_another(site, linked, stranger, invite):
    other = invite("cleo")
    stranger.get(f"/i/{other.token}")
    stranger.post(f"/i/{other.token}")
    site.tracking.plays["ben"] = [TrackedView(NOW, "A title of ben", "sent")]
    for path in ("/me", "/me?account=ben", f"/i/{linked.invitation.token}"):
        page = stranger.get(path, follow_redirects=True).text
        assert "ben_watches" not in page
        assert "A title of ben" not in page
    stranger.get("/me")
    stranger.post("/me/unlink", account="ben")
    assert site.accounts.get("ben") is not None


def test_without_a_session_nobody_has_a_page_or_changes_a_link(secured, stranger):
    assert {stranger.get(path).status_code for path in ("/me", "/me/state", "/me/callback")} == {401}
    stranger.get("/login")
    assert {stranger.post(path).status_code for path in ("/me/code", "/me/unlink", "/me/browser")} == {401}
    secret = secured.services.hook_secrets.current("home")  # if it leaks, it can add plays and nothing else
    for path in (f"/hook/{secret}/settings", f"/settings?hook={secret}", f"/i/{secret}", f"/me?hook={secret}"):
        assert stranger.get(path).status_code in (303, 401, 404, 410)


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
    assert fresh.post("/login", token="", password=PASSWORD).status_code == 403  # into an account of that site's choice
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


EVIL = "<script>alert(1)</script>{{8888*8888}}{% raw %}\"'><img src=x onerror=alert(1)>"


def test_titles_and_names_are_text_and_nothing_else(site, admin, invited):
    site.tracking.rows = [a_delivery(1, EVIL, "unknown_title", user_name=EVIL, detail=EVIL, server="home", event=EVIL)]
    site.tracking.seen = [SeenView("home", EVIL, EVIL, NOW, EVIL)]
    site.tracking.plays["ben"] = [TrackedView(NOW, EVIL, "sent", EVIL)]
    site.accounts.link("ben", EVIL)
    site.services.sign_ins.forget("ben")
    pages = [admin.get(path).text for path in (*ADMIN_PAGES, "/deliveries?text=%3Cscript%3Ealert(1)")]
    pages.append(admin.post("/people/invite", server="home", user_name=EVIL[:100]).text)
    pages.append(invited.get("/me").text)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "78996544" not in page
    assert sum("&lt;script&gt;" in page for page in pages) >= 5


def test_no_page_has_a_script_or_style_of_its_own(site, admin, invited):
    """The content security policy forbids both; a page that needed one would be broken."""
    an_evening(site)
    for page in [admin.get(path) for path in ADMIN_PAGES] + [invited.get("/me")]:
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.text.count("<script") == page.text.count('<script src="/static/')
        assert [own for own in ("<style", " style=", " onclick=") if own in page.text] == []


def test_no_secret_is_on_a_page_or_in_the_log(site, admin, linked, caplog):
    caplog.set_level(logging.DEBUG)
    server = MediaServer("home", api_key=Secret("planted-api-key-of-a-server"), url="http://media.example.org")
    site.reconfigure(servers={"home": server}, hooks={"home": Secret("planted-hook-secret-1234")})
    site.services.hook_secrets.forget_cached()
    pages = [admin.get(path).text for path in ADMIN_PAGES if path != "/servers"] + [linked.get("/me").text]
    for secret in ("planted-hook-secret-1234", "planted-wrong-secret-1234"):
        admin.post(f"/hook/{secret}")
    Visitor(site, "192.0.2.77", "192.0.2.1").log_in("planted-wrong-password")
    for text in (*pages, caplog.text):
        assert "planted" not in text
        assert "token-of-ben" not in text
        assert linked.invitation.token not in text
        assert CODE.user_code not in caplog.text


def test_an_internal_error_tells_nothing_on_the_page_nor_at_a_hook(site, admin, local, monkeypatch, caplog):
    monkeypatch.setattr(site.tracking, "seen_users", Mock(side_effect=RuntimeError("planted detail")))
    answer = admin.get("/")
    assert answer.status_code == 500
    assert "planted" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["Content-Security-Policy"]
    secret = site.services.hook_secrets.current("home")
    monkeypatch.setattr(site.services, "receive", lambda *given: 1 / 0)
    answer = local.http.post(f"/hook/{secret}", data=b"x")
    assert (answer.status_code, "Traceback" in answer.text) == (500, False)
    assert "internal error at a hook" in caplog.text and secret not in caplog.text
