"""Who sees which page and changes what. Each test fails without the defence that it names."""

from dataclasses import replace

from lib.web.app import create_app
from lib.web.page_services import TrackedView
from tests.frontends.web.conftest import ELSEWHERE, Visitor
from tests.frontends.web.site import ADMIN_FORMS, ADMIN_PAGES, NOW, PASSWORD

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
