"""Requests that nobody may make: foreign host names, paths that lead out, forged proxies, endless guessing.

And the address that media servers call: what it takes, from whom, and what it never tells.
"""

import pytest

from lib.web.pages.hook import LARGEST_DELIVERY
from lib.web.settings import ServeSettings
from tests.frontends.web.conftest import Visitor
from tests.frontends.web.site import PASSWORD

STRANGE = ("evil.example", "evil.example:8585", "localhost.evil.example", "", "[::1", "a b")
KNOWN = ("localhost:8585", "127.0.0.1", "192.168.1.10:8585", "[fd00::1]:8585", "nas.local", "media.example.org")


def test_an_unknown_host_name_is_refused_and_a_known_one_or_any_address_let_in(secured, local):
    """DNS rebinding: a page of evil.example that has its name point here sends its own name."""
    for host in STRANGE:
        local.host = host
        assert local.get("/").status_code in (400, 421), host
        assert local.get("/healthz").status_code in (200, 400)
    secured.reconfigure(allowed_hosts=("nas.local",), public_url="https://media.example.org")
    for host in KNOWN:
        local.host = host
        assert local.get("/login").status_code == 200, host


def test_headers_of_a_proxy_count_only_from_a_trusted_one(secured):
    forger = Visitor(secured, "192.0.2.99")
    for number in range(6):
        forger.get("/login")
        forger.post("/login", headers={"X-Forwarded-For": f"192.0.2.{number}"}, password="wrong")
    assert secured.services.limiter.wait_seconds("192.0.2.99") > 0
    assert secured.services.limiter.wait_seconds("192.0.2.0") == 0


PATHS = (
    "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/....//app.py", "/static//etc/passwd",
    "/static/..\\app.py", "/i/../settings", "/hook/../settings", "/static/%00", "/.git/config", "/settings.yaml",
)  # fmt: skip


def test_no_path_leads_out_of_the_pages(secured, stranger):
    for path in PATHS:
        answer = stranger.get(path)
        assert answer.status_code in (303, 308, 400, 404, 410), path
        assert "from __future__" not in answer.text
        assert "root:" not in answer.text


def test_a_language_and_a_note_in_the_address_are_of_ours(secured, local):
    assert "Send money" not in local.get("/login?note=Send+money").text
    for lang in ("../../../etc/passwd", "xx", "de\r\nSet-Cookie: a=b", "%00"):
        answer = local.get("/login", query_string={"lang": lang}, follow_redirects=True)
        assert '<html lang="en">' in answer.text
        assert "simkl_language" not in str(answer.headers)


def test_every_answer_has_the_headers_that_protect_it(local):
    wanted = {
        "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
    }  # fmt: skip
    for path in ("/", "/login", "/me", "/i/none", "/hook/none", "/nothing", "/healthz"):
        assert wanted.items() <= dict(local.get(path).headers).items(), path


def test_a_password_cannot_be_guessed_without_end(secured, visitor, stranger):
    for _ in range(5):
        assert "That is not the password." in visitor.log_in("wrong").text
    answer = visitor.log_in()
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 31
    assert stranger.log_in().status_code == 200  # others are not locked out by it
    secured.clock.advance(31)
    assert visitor.log_in("wrong").status_code == 200
    secured.clock.advance(31)
    assert visitor.log_in().status_code == 429  # twice as long now
    secured.clock.advance(30)
    assert visitor.log_in().status_code == 200


def test_the_old_password_cannot_be_guessed_in_a_session_left_open(admin):
    for _ in range(5):
        admin.post("/password", old="wrong", password="another sentence")
        admin.get("/settings")
    assert admin.post("/password", old=PASSWORD, password="another sentence").status_code == 429


def test_many_addresses_together_cannot_guess_without_end_nor_those_of_one_ipv6_customer(secured):
    customers = [Visitor(secured, f"2001:db8:1:2::{number}", "192.0.2.1") for number in range(1, 7)]
    assert [each.log_in("wrong").status_code for each in customers][-1] == 429
    limiter = secured.services.limiter
    for number in range(limiter.FREE_TRIES_OF_ALL):
        limiter.failed(f"192.0.2.{number}")
    assert limiter.wait_seconds("198.51.100.1") > 0


def test_guesses_are_forgotten_after_a_while_or_when_they_are_too_many(site):
    limiter = site.services.limiter
    for _ in range(5):
        limiter.failed("192.0.2.1")
    site.clock.advance(limiter.FORGET_SECONDS + 1)
    limiter.failed("192.0.2.1")
    assert limiter.wait_seconds("192.0.2.1") == 0
    limiter.MOST_ADDRESSES = 3
    for number in range(10):
        limiter.failed(f"192.0.2.{number}")
    assert limiter.wait_seconds("192.0.2.9") == 0


@pytest.fixture
def hook(site):
    return f"/hook/{site.services.hook_secrets.current('home')}"


def test_a_hook_takes_what_its_server_sends_by_get_as_well_and_a_person_is_told_that_it_works(site, local, hook):
    assert "It works" in local.get(hook).text
    assert site.received == []
    answer = local.http.post(hook, data=b"body", content_type="text/plain", headers={"Host": "simkl:8585"})
    assert (answer.status_code, answer.text) == (200, "1 queued: It waits to be sent.\n")
    assert site.received[0][:3] == ("home", "text/plain", b"body")
    local.get(f"{hook}?event=Play&item=x")
    assert len(site.received) == 2


def test_a_wrong_secret_is_no_page_at_all_and_no_other_method_is_taken(site, local, hook):
    for secret in ("wrong", "\u00e4", "a" * 5000, "%ff"):
        assert local.post(f"/hook/{secret}").status_code == 404
    assert local.http.put(hook, data=b"x").status_code == 405
    assert site.received == []


FROM = {"127.0.0.1": 200, "::1": 200, "::ffff:127.0.0.1": 200, "192.0.2.7": 404, "": 404}


def test_a_hook_is_called_only_from_where_it_may(site, local, hook):
    site.reconfigure(allow_from=ServeSettings().metrics_from)
    for address, status in FROM.items():
        local.address = address
        assert local.post(hook).status_code == status, address


def test_a_form_or_a_delivery_that_is_too_large_is_refused(site, admin, local, hook):
    assert admin.post("/settings/pause", paused="1" * 5_000_000).status_code == 413
    sizes = (LARGEST_DELIVERY, LARGEST_DELIVERY + 1)
    assert [local.http.post(hook, data=b"x" * size).status_code for size in sizes] == [200, 413]
    assert len(site.received) == 1
