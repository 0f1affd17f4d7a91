"""The pages for people: codes typed in, consent, the displayed code, Connected apps."""

from __future__ import annotations

import re

import pytest

from tests.fakes.program import BOTH, Program, browse, said, told

READS, WRITES = "but not change them", "read and change your lists"
APPS = "/settings/connected-apps/"


@pytest.fixture
def old(box):
    return Program(box, "v1-public")


def submit(box, code, answer=None, follow=True):
    """Type a code in, or answer for it."""
    path = "/pin/answer" if answer else "/pin"
    return browse(box, path, follow, user_code=code, **({"answer": answer} if answer else {}))


def press(box, url, answer):
    """Do what the form on an authorization page does."""
    page = browse(box, url).text
    action = re.search(r'<form method="post" action="([^"]+)"', page).group(1).replace("&amp;", "&")
    return browse(box, action, follow=False, answer=answer)


def linked_apps(box):
    rows = re.findall(r"<li>(.*?)</li>", browse(box, APPS).text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_pages_are_no_api_requests_say_they_are_not_simkl_and_load_nothing_from_outside(box, public):
    authorize = public.authorize_url()
    pages = ["/", "/pin", "/pin/", "/pin-result/allowed", APPS, APPS.rstrip("/"), authorize]
    for page in [browse(box, path) for path in [*pages, authorize.replace("v2-public", "nobody")]]:
        assert "A stand-in for tests, not Simkl" in page.text and "<script" not in page.text
        assert page.headers["Content-Security-Policy"] == "default-src 'self'"
        assert not re.search(r'(?:src|href|action)="(?!/)', page.text)
    for path in ("/static/box.css", "/favicon.ico", "/_box/state"):
        assert browse(box, path).status_code == 200
    assert box.requests == []


# codes


def test_a_person_allows_a_code_in_whatever_way_it_is_typed(box, old):
    code = old.start()["user_code"]
    consent = submit(box, f" {code[:2].lower()}-{code[2:]} ")
    assert consent.status_code == 200 and code in consent.text and "simkl-link" in consent.text
    assert ">Allow<" in submit(box, code, "perhaps").text
    for _ in range(2):  # allowing twice does no harm
        assert "Done. Look at your TV." in submit(box, code, "allow").text
    assert "access_token" in old.poll_pin(code)


@pytest.mark.parametrize("client_id", ["v1-public", "v2-tv"])
def test_a_person_denies_a_code_and_the_device_is_not_told(box, client_id):
    device = Program(box, client_id)
    started = device.device(scope=None) if client_id == "v2-tv" else device.start()
    assert READS in submit(box, started["user_code"]).text or client_id == "v1-public"
    assert "Not linked" in submit(box, started["user_code"], "deny").text
    if client_id == "v2-tv":
        assert said(device.poll(started["device_code"])) == (400, "authorization_pending")
    else:
        assert device.poll_pin(started["user_code"])["message"] == "Authorization pending"


def test_a_v2_code_is_filled_in_typed_and_allowed(box, tv):
    started = tv.device()
    code = started["user_code"]
    assert f'value="{code}"' in browse(box, started["verification_uri_complete"]).text
    asked = submit(box, code.lower().replace("-", " ").replace("1", "l").replace("0", "o")).text
    assert code in asked and "New TV" in asked and WRITES in asked and "15 minutes" in asked
    submit(box, code, "allow")
    assert tv.poll(started["device_code"]).json["scope"] == BOTH


@pytest.mark.parametrize("path", ["/pin/K7QXM", "/pin?pin=K7QXM", "/pin?user_code=K7QXM"])
def test_a_link_fills_in_the_code(box, path):
    assert 'value="K7QXM"' in browse(box, path).text


@pytest.mark.parametrize("answer", [None, "allow"])
def test_a_wrong_code_keeps_what_was_typed_and_escapes_it(box, answer):
    page = submit(box, 'x"><script>', answer)
    assert page.status_code == 404 and "No screen is waiting" in page.text
    assert 'value="x&#34;&gt;&lt;script&gt;"' in page.text


def test_what_an_app_says_is_escaped(box, public):
    odd = {"app-name": "<b>odd"}
    code = Program(box, "v1-bare").start(**odd)["user_code"]
    urls = [public.authorize_url(state='"><b>'), public.authorize_url(redirect_uri='"><b>')]
    pages = [browse(box, url).text for url in urls]
    named = [submit(box, code).text]
    box.approve(code)
    named.append(browse(box, APPS).text)
    assert all("&lt;b&gt;odd" in page for page in named) and not [page for page in pages + named if "<b>" in page]


# consent, and what came of it


@pytest.mark.parametrize(("client_id", "name"), [("v1-public", "Old App"), ("v2-public", "New App")])
def test_a_person_sees_who_asks_for_what_and_where_it_goes_and_allows_or_denies(box, client_id, name):
    program = Program(box, client_id)
    page = browse(box, program.authorize_url()).text
    assert all(part in page for part in (name, "sample_viewer", WRITES, "127.0.0.1:8484", ">Allow<", ">Deny<"))
    assert ">Allow<" in press(box, program.authorize_url(), "perhaps").text
    back = press(box, program.authorize_url(), "allow")
    assert back.status_code == 303 and program.exchange(told(back.headers["Location"])["code"]).status_code == 200
    there = press(box, program.authorize_url(), "deny").headers["Location"]
    assert there == "/" if client_id == "v1-public" else told(there)["error"] == "access_denied"


def test_a_read_only_request_says_so(box, public):
    page = browse(box, public.authorize_url(scope="media:read")).text
    assert READS in page and WRITES not in page


def test_a_code_without_a_way_back_is_displayed(box):
    program = Program(box, "v1-bare")
    page = press(box, program.authorize_url(redirect_uri=None), "allow")
    code = re.search(r'class="code to-copy">([^<]+)<', page.text).group(1)
    assert page.status_code == 200 and program.exchange(code, redirect_uri=None).status_code == 200


def test_connected_apps_show_generation_permission_requests_and_end_and_can_be_revoked(box, old, public):
    token, reader = old.sign_in()["access_token"], public.sign_in(scope="media:read")
    for program, used in [(old, token), (public, reader["access_token"]), (public, reader["access_token"])]:
        program.settings(used)
    box.advance(86_400)
    first, second = linked_apps(box)
    assert first.startswith("Old App V1 as sample_viewer") and WRITES in first and "1 request so far" in first
    assert "5 years" in first
    assert second.startswith("New App V2 as sample_viewer") and READS in second and "2 requests so far" in second
    assert "179 days" in second
    page = browse(box, APPS).text
    assert not [secret for secret in (token, reader["access_token"], reader["refresh_token"]) if secret in page]
    browse(box, APPS + "revoke", grant="1")
    assert old.settings(token).status_code == 401 and public.settings(reader["access_token"]).status_code == 200
    assert len(linked_apps(box)) == 1
    assert "Nothing is linked" in browse(box, APPS + "revoke", grant="2").text
