"""What nobody may do. Each test fails without the defence that it names."""

from __future__ import annotations

import logging

import pytest

from lib.system.secrets import Secret
from lib.web.app import create_app
from lib.web.media_server import MediaServer
from lib.web.page_services import SeenView, TrackedView
from lib.web.pages.hook import LARGEST_DELIVERY
from lib.web.settings import ServeSettings
from tests.frontends.web.conftest import Visitor
from tests.frontends.web.site import CODE, NOW, PASSWORD, a_delivery, an_evening

ADMIN_PAGES = ("/", "/servers", "/deliveries", "/not-recognised", "/settings")
ADMIN_FORMS = (
    "/people/invite", "/people/remove", "/servers/rotate", "/servers/end-old", "/not-recognised/retry",
    "/not-recognised/correct", "/settings/pause", "/settings/backup", "/password",
)  # fmt: skip
EVIL = "<script>alert(1)</script>{{ 7 * 7 }}{% raw %}\"'><img src=x onerror=alert(1)>"


def test_every_route_is_looked_at(site):
    routes = {rule.rule for rule in site.app.url_map.iter_rules() if rule.endpoint != "static"}
    own = {"/me", "/me/state", "/me/code", "/me/unlink", "/me/browser", "/me/callback"}
    public = {
        "/i/<token>",
        "/sign-in",
        "/login",
        "/logout",
        "/first-password",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    assert routes == {*ADMIN_PAGES, *ADMIN_FORMS} | own | public


# --- the admin's pages


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_a_stranger_sees_no_admin_page(site, stranger, path):
    site.services.password.set(PASSWORD)
    answer = stranger.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


@pytest.mark.parametrize("path", ADMIN_FORMS)
def test_a_stranger_changes_nothing(site, stranger, path):
    site.services.password.set(PASSWORD)
    stranger.get("/login")
    assert stranger.post(path, server="home", user_name="x", password="another sentence").status_code == 403
    assert site.services.password.matches(PASSWORD)


@pytest.mark.parametrize("path", [*ADMIN_PAGES, "/first-password", "/login"])
def test_without_a_password_only_this_machine_is_let_in(site, stranger, path):
    answer = stranger.get(path, follow_redirects=True)
    assert "There is no admin password yet." in answer.text


def test_this_machine_is_let_in_while_there_is_no_password(local):
    page = local.get("/", follow_redirects=True)
    assert "No password is set" in page.text
    assert local.post("/settings/pause", paused="1").status_code == 200


def test_this_machine_needs_the_password_once_there_is_one(site, local):
    site.services.password.set(PASSWORD)
    assert local.get("/").headers["Location"] == "/login"


@pytest.mark.parametrize(
    ("headers", "settings"),
    [
        ({"X-Forwarded-For": "127.0.0.1"}, {}),
        ({"Forwarded": "for=127.0.0.1"}, {}),
        ({"X-Real-IP": "127.0.0.1"}, {}),
        ({"Via": "1.1 proxy"}, {}),
        ({}, {"public_url": "https://media.example.org"}),
        ({}, {"base_path": "/simkl"}),
    ],
)
def test_behind_a_proxy_everybody_comes_from_this_machine_so_nobody_counts_as_local(site, local, headers, settings):
    site.reconfigure(**settings)
    answer = local.get(f"{settings.get('base_path', '')}/", headers=headers, follow_redirects=True)
    assert "There is no admin password yet." in answer.text


def test_the_first_password_is_set_from_this_machine_only(site, stranger, local):
    stranger.get("/i/none")
    site.services.invitations.create("home", "x", "x", "x")
    assert stranger.post("/first-password", password=PASSWORD).status_code == 403
    local.get("/first-password")
    assert "The password is set." in local.post("/first-password", password=PASSWORD).text
    assert local.post("/first-password", password="another sentence").status_code == 403
    assert site.services.password.matches(PASSWORD)


def test_a_new_password_signs_out_everybody_else(site, admin):
    other = Visitor(site, "192.0.2.9", "192.0.2.1:8585")
    other.get("/login")
    other.post("/login", password=PASSWORD)
    admin.get("/settings")
    admin.post("/password", old=PASSWORD, password="another sentence")
    assert admin.get("/").status_code == 200
    assert other.get("/").status_code == 303


# --- sessions and cookies


def test_signing_in_changes_the_session(site, visitor):
    """Session fixation: an id that somebody else put into the browser is worth nothing afterwards."""
    site.services.password.set(PASSWORD)
    planted = site.services.sessions.begin("person", "mallory")
    visitor.http.set_cookie("simkl_admin", planted, domain="192.0.2.1")
    visitor.get("/login")
    visitor.post("/login", password=PASSWORD)
    assert visitor.get("/").status_code == 200
    assert visitor.http.get_cookie("simkl_admin", domain="192.0.2.1").value != planted
    assert site.services.sessions.find(planted, "admin") is None


def test_an_earlier_session_of_the_browser_ends_with_a_new_login(site, admin):
    before = admin.http.get_cookie("simkl_admin", domain="192.0.2.1").value
    admin.get("/")
    admin.post("/login", password=PASSWORD)
    assert admin.http.get_cookie("simkl_admin", domain="192.0.2.1").value != before
    assert site.services.sessions.find(before, "admin") is None


def test_a_persons_session_is_no_admins(site, invited):
    site.services.password.set(PASSWORD)
    own = invited.http.get_cookie("simkl_person", domain="192.0.2.1").value
    invited.http.set_cookie("simkl_admin", own, domain="192.0.2.1")
    assert invited.get("/").status_code == 303


def test_an_old_session_ends(site, admin):
    site.clock.advance(12 * 3600 + 1)
    assert admin.get("/").status_code == 303


@pytest.mark.parametrize(("role", "same_site"), [("admin", "Strict"), ("person", "Lax")])
def test_cookies_are_out_of_reach_for_scripts_and_other_sites(site, role, same_site):
    site.reconfigure(trusted_proxies=ServeSettings().metrics_from, allowed_hosts=("media.example.org",))
    site.services.password.set(PASSWORD)
    visitor = Visitor(site, "127.0.0.1", "media.example.org")
    proxy = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "Host": "media.example.org"}
    invitation = site.services.invitations.create("home", "ben", "ben", "ben")
    path, fields = ("/login", {"password": PASSWORD}) if role == "admin" else (f"/i/{invitation.token}", {})
    visitor.get(path, headers=proxy, base_url="https://media.example.org")
    answer = visitor.http.post(
        path,
        data={"csrf_token": visitor.token, **fields},
        headers=proxy,
        base_url="https://media.example.org",
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    )
    cookie = next(
        each
        for each in answer.headers.getlist("Set-Cookie")
        if each.startswith(f"simkl_{role}=") and "Max-Age=0" not in each
    )
    assert {"HttpOnly", "Secure", f"SameSite={same_site}", "Path=/"} <= set(cookie.split("; "))


def test_the_store_holds_no_session_and_no_invitation_that_opens_a_page(site, admin, tmp_path):
    invitation = site.services.invitations.create("home", "ben", "ben", "ben")
    session = admin.http.get_cookie("simkl_admin", domain="192.0.2.1").value
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (invitation.token, session, PASSWORD):
        assert secret.encode() not in content


# --- forms of other sites


@pytest.mark.parametrize("token", ["", "guessed"])
def test_a_form_of_another_site_changes_nothing(site, admin, token):
    assert admin.post("/settings/pause", token=token, paused="1").status_code == 403
    assert not site.paused


def test_the_token_of_another_session_is_worth_nothing(site, admin, invited):
    assert admin.post("/settings/pause", token=invited.token, paused="1").status_code == 403
    assert not site.paused


def test_the_token_of_a_visitor_opens_no_admin_form(site, admin):
    visitor = Visitor(site, "192.0.2.5", "192.0.2.1:8585")
    visitor.http = admin.http
    fresh = Visitor(site, "192.0.2.66", "192.0.2.1:8585")
    fresh.get("/login")
    planted = fresh.http.get_cookie("simkl_visitor", domain="192.0.2.1").value
    admin.http.set_cookie("simkl_visitor", planted, domain="192.0.2.1")
    assert admin.post("/settings/pause", token=fresh.token, paused="1").status_code == 403
    assert not site.paused


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://192.0.2.1:9999"])
def test_a_request_from_another_origin_is_refused_even_with_the_token(site, admin, origin):
    answer = admin.http.post(
        "/settings/pause",
        data={"csrf_token": admin.token, "paused": "1"},
        headers={"Host": admin.host, "Origin": origin},
        environ_base={"REMOTE_ADDR": "192.0.2.5"},
    )
    assert answer.status_code == 403
    assert not site.paused


def test_nobody_is_signed_in_by_another_site(site, stranger):
    """Login CSRF: a foreign page cannot put a victim into an account of its own choice."""
    site.services.password.set(PASSWORD)
    assert stranger.post("/login", token="", password=PASSWORD).status_code == 403


# --- names and addresses


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8585", "localhost.evil.example", "", "[::1", "a b"])
def test_an_unknown_host_name_is_refused(site, local, host):
    """DNS rebinding: a page of evil.example that has its name point here sends its own name."""
    local.host = host
    assert local.get("/").status_code in (400, 421)
    local.get("/login")
    assert local.get("/healthz").status_code in (200, 400)


@pytest.mark.parametrize(
    "host", ["localhost:8585", "127.0.0.1", "192.168.1.10:8585", "[fd00::1]:8585", "nas.local", "media.example.org"]
)
def test_a_known_host_name_or_any_address_is_let_in(site, local, host):
    site.reconfigure(allowed_hosts=("nas.local",), public_url="https://media.example.org")
    site.services.password.set(PASSWORD)
    local.host = host
    assert local.get("/login").status_code == 200


def test_headers_of_a_proxy_count_only_from_a_trusted_one(site, local):
    site.services.password.set(PASSWORD)
    local.get("/login", headers={"X-Forwarded-Host": "localhost"})
    for number in range(6):
        local.get("/login")
        local.http.post(
            "/login",
            data={"csrf_token": local.token, "password": "wrong"},
            headers={"Host": "localhost", "X-Forwarded-For": f"192.0.2.{number}"},
            environ_base={"REMOTE_ADDR": "192.0.2.99"},
        )
    assert site.services.limiter.wait_seconds("192.0.2.99") > 0
    assert site.services.limiter.wait_seconds("192.0.2.0") == 0


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/....//app.py",
        "/static//etc/passwd", "/static/..\\app.py", "/i/../settings", "/hook/../settings", "/static/%00",
        "/.git/config", "/settings.yaml",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_pages(site, stranger, path):
    site.services.password.set(PASSWORD)
    answer = stranger.get(path)
    assert answer.status_code in (303, 308, 400, 404, 410)
    assert "from __future__" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("lang", ["../../../etc/passwd", "xx", "de\r\nSet-Cookie: a=b", "%00"])
def test_a_language_is_one_of_ours(local, lang):
    answer = local.get("/login", query_string={"lang": lang}, follow_redirects=True)
    assert '<html lang="en">' in answer.text
    assert "simkl_language" not in str(answer.headers)


def test_a_note_in_the_address_is_one_of_ours(site, local):
    site.services.password.set(PASSWORD)
    assert "Send money" not in local.get("/login?note=Send+money").text


# --- guessing


def test_a_password_cannot_be_guessed_without_end(site, visitor, stranger):
    site.services.password.set(PASSWORD)
    visitor.get("/login")
    for _ in range(5):
        assert "That is not the password." in visitor.post("/login", password="wrong").text
    answer = visitor.post("/login", password=PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 31
    stranger.get("/login")
    assert stranger.post("/login", password=PASSWORD).status_code == 200  # others are not locked out by it
    site.clock.advance(31)
    assert visitor.post("/login", password="wrong").status_code == 200
    site.clock.advance(31)
    assert visitor.post("/login", password=PASSWORD).status_code == 429  # twice as long now
    site.clock.advance(30)
    assert visitor.post("/login", password=PASSWORD).status_code == 200


def test_many_addresses_together_cannot_guess_without_end(site):
    site.services.password.set(PASSWORD)
    limiter = site.services.limiter
    for number in range(limiter.FREE_TRIES_OF_ALL):
        limiter.failed(f"192.0.2.{number}")
    assert limiter.wait_seconds("198.51.100.1") > 0


def test_the_addresses_of_one_ipv6_customer_count_as_one(site):
    site.services.password.set(PASSWORD)
    for number in range(1, 7):
        visitor = Visitor(site, f"2001:db8:1:2::{number}", "192.0.2.1")
        visitor.get("/login")
        last = visitor.post("/login", password="wrong")
    assert last.status_code == 429


def test_the_old_password_cannot_be_guessed_in_a_session_left_open(admin):
    for _ in range(5):
        admin.post("/password", old="wrong", password="another sentence")
        admin.get("/settings")
    assert admin.post("/password", old=PASSWORD, password="another sentence").status_code == 429


def test_the_memory_of_guesses_stays_small(site):
    limiter = site.services.limiter
    limiter.MOST_ADDRESSES = 3
    for number in range(10):
        limiter.failed(f"192.0.2.{number}")
    assert limiter.wait_seconds("192.0.2.9") == 0


def test_guesses_are_forgotten_after_a_while(site):
    limiter = site.services.limiter
    for _ in range(5):
        limiter.failed("192.0.2.1")
    site.clock.advance(limiter.FORGET_SECONDS + 1)
    limiter.failed("192.0.2.1")
    assert limiter.wait_seconds("192.0.2.1") == 0


# --- people and each other


def test_an_invitation_works_once(site, invited, stranger):
    answer = stranger.get(f"/i/{invited.invitation.token}")
    assert answer.status_code == 410
    assert "This invitation was used" in answer.text
    stranger.get("/sign-in")
    assert stranger.post(f"/i/{invited.invitation.token}", follow=False).status_code in (303, 403)
    assert stranger.get("/me").status_code == 401


def test_two_browsers_at_the_same_moment_get_one_page(site):
    invitation = site.services.invitations.create("home", "ben", "ben", "ben")
    assert site.services.invitations.use(invitation)
    assert not site.services.invitations.use(invitation)


def test_one_person_never_sees_the_page_of_another(site, invited, stranger):
    other = site.services.invitations.create("home", "cleo", "cleo", "cleo")
    stranger.get(f"/i/{other.token}")
    stranger.post(f"/i/{other.token}")
    site.accounts.link("ben", "ben_watches")
    site.tracking.plays["ben"] = [TrackedView(NOW, "A title of ben", "sent")]
    for path in ("/me", "/me?account=ben", f"/i/{invited.invitation.token}"):
        page = stranger.get(path, follow_redirects=True).text
        assert "ben_watches" not in page
        assert "A title of ben" not in page
    stranger.get("/me")
    stranger.post("/me/unlink", account="ben")
    assert site.accounts.get("ben") is not None


@pytest.mark.parametrize("path", ["/me", "/me/state", "/me/callback"])
def test_without_a_session_nobody_has_a_page(stranger, path):
    assert stranger.get(path).status_code == 401


@pytest.mark.parametrize("path", ["/me/code", "/me/unlink", "/me/browser"])
def test_without_a_session_nobody_changes_a_link(site, stranger, path):
    site.services.invitations.create("home", "x", "x", "x")
    site.services.password.set(PASSWORD)
    stranger.get("/login")
    assert stranger.post(path).status_code == 401


# --- what is shown


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
        assert "49" not in page.replace("2049", "")
    assert sum("&lt;script&gt;" in page for page in pages) >= 5


def test_no_page_has_a_script_or_style_of_its_own(site, admin, invited):
    """The content security policy forbids both; a page that needed one would be broken."""
    an_evening(site)
    for page in [admin.get(path) for path in ADMIN_PAGES] + [invited.get("/me")]:
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        text = page.text
        assert text.count("<script") == text.count('<script src="/static/')
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text


@pytest.mark.parametrize("path", ["/", "/login", "/me", "/i/none", "/hook/none", "/nothing", "/healthz"])
def test_every_answer_has_the_headers_that_protect_it(site, local, path):
    headers = local.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"


def test_no_secret_is_on_a_page_or_in_the_log(site, admin, invited, caplog):
    caplog.set_level(logging.DEBUG)
    server = MediaServer("home", api_key=Secret("planted-api-key-of-a-server"), url="http://media.example.org")
    site.reconfigure(servers={"home": server}, hooks={"home": Secret("planted-hook-secret-1234")})
    site.services.hook_secrets.forget_cached()
    site.accounts.link("ben", "ben_watches")
    site.services.sign_ins.forget("ben")
    pages = [admin.get(path).text for path in ADMIN_PAGES if path != "/servers"] + [invited.get("/me").text]
    admin.http.post("/hook/planted-hook-secret-1234", data=b"x", headers={"Host": admin.host})
    admin.http.post("/hook/planted-wrong-secret-1234", data=b"x", headers={"Host": admin.host})
    visitor = Visitor(site, "192.0.2.77", "192.0.2.1")
    visitor.get("/login")
    visitor.post("/login", password="planted-wrong-password")
    for text in (*pages, caplog.text):
        assert "planted" not in text
        assert "token-of-ben" not in text
        assert invited.invitation.token not in text
        assert CODE.user_code not in caplog.text


def test_an_internal_error_tells_nothing_on_the_page(site, admin, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("planted detail")

    monkeypatch.setattr(site.tracking, "seen_users", broken)
    answer = admin.get("/")
    assert answer.status_code == 500
    assert "planted" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["Content-Security-Policy"]


# --- hooks


def test_a_hook_takes_what_its_server_sends(site, local):
    secret = site.services.hook_secrets.current("home")
    answer = local.http.post(f"/hook/{secret}", data=b"body", content_type="text/plain", headers={"Host": "simkl:8585"})
    assert answer.status_code == 200
    assert answer.text == "1 queued: It waits to be sent.\n"
    assert site.received[0][:3] == ("home", "text/plain", b"body")


@pytest.mark.parametrize("secret", ["wrong", "\u00e4", "a" * 5000, "%ff"])
def test_a_wrong_hook_secret_is_no_page_at_all(site, local, secret):
    answer = local.http.post(f"/hook/{secret}", data=b"x", headers={"Host": "localhost"})
    assert answer.status_code == 404
    assert site.received == []


def test_an_internal_error_at_a_hook_tells_nothing_and_logs_no_secret(site, local, monkeypatch, caplog):
    secret = site.services.hook_secrets.current("home")
    monkeypatch.setattr(site.services, "receive", lambda *given: 1 / 0)
    answer = local.http.post(f"/hook/{secret}", data=b"x")
    assert (answer.status_code, "Traceback" in answer.text) == (500, False)
    assert "internal error at a hook" in caplog.text and secret not in caplog.text


def test_a_hook_opened_in_a_browser_explains_itself(site, local):
    answer = local.get(f"/hook/{site.services.hook_secrets.current('home')}")
    assert "It works" in answer.text
    assert site.received == []


def test_a_sender_that_uses_get_is_heard(site, local):
    local.get(f"/hook/{site.services.hook_secrets.current('home')}?event=Play&item=x")
    assert len(site.received) == 1


def test_a_hook_takes_no_other_method(site, local):
    secret = site.services.hook_secrets.current("home")
    assert local.http.put(f"/hook/{secret}", data=b"x").status_code == 405
    assert site.received == []


def test_a_hook_is_called_only_from_where_it_may(site, local):
    site.reconfigure(allow_from=ServeSettings().metrics_from)
    secret = site.services.hook_secrets.current("home")
    for address, status in (("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("192.0.2.7", 404), ("", 404)):
        answer = local.http.post(f"/hook/{secret}", data=b"x", environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == status, address


def test_a_body_that_is_too_large_is_refused(site, local):
    secret = site.services.hook_secrets.current("home")
    fits = local.http.post(f"/hook/{secret}", data=b"x" * LARGEST_DELIVERY)
    larger = local.http.post(f"/hook/{secret}", data=b"x" * (LARGEST_DELIVERY + 1))
    assert (fits.status_code, larger.status_code) == (200, 413)
    assert len(site.received) == 1


def test_a_form_that_is_too_large_is_refused(site, admin):
    assert admin.post("/settings/pause", paused="1" * 5_000_000).status_code == 413


def test_a_hook_opens_no_page_of_the_admin(site, stranger):
    """A hook address that leaks can add plays and nothing else."""
    site.services.password.set(PASSWORD)
    secret = site.services.hook_secrets.current("home")
    for path in (f"/hook/{secret}/settings", f"/settings?hook={secret}", f"/i/{secret}", f"/me?hook={secret}"):
        assert stranger.get(path).status_code in (303, 401, 404, 410)


def test_metrics_are_for_the_networks_that_may_have_them(site, local, stranger):
    assert local.get("/metrics").status_code == 200
    assert stranger.get("/metrics").status_code == 404


def test_the_app_can_be_made_more_than_once(site):
    assert create_app(site.services) is not site.app
