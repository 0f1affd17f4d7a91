"""The pages of V1's browser flow and of V2: consent, the displayed code, codes typed in, Connected apps."""

from __future__ import annotations

import re

import pytest
import requests

from tests.fakes.oauth_program import BACK, BOTH, SECRET, Program, failed, oauth_box, told

READS, WRITES = "but not change them", "read and change your lists"


@pytest.fixture(scope="module")
def running():
    with oauth_box() as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def public(box):
    return Program(box, "v2-public")


def get(url):
    return requests.get(url, allow_redirects=False, timeout=60)


def press(url, answer):
    """Do what the form on the page does."""
    action = re.search(r'<form method="post" action="([^"]+)"', get(url).text).group(1).replace("&amp;", "&")
    return requests.post(
        "/".join(url.split("/")[:3]) + action, data={"answer": answer}, allow_redirects=False, timeout=60
    )


@pytest.mark.parametrize(
    ("client_id", "secret", "name"), [("v1-server", SECRET, "Old Server"), ("v2-public", None, "New App")]
)
def test_a_person_sees_who_asks_for_what_and_where_it_goes(box, client_id, secret, name):
    page = get(Program(box, client_id, secret).authorize_url()).text
    assert all(part in page for part in (name, "sample_viewer", WRITES, "127.0.0.1:8484", ">Allow<", ">Deny<"))


def test_a_person_allows_and_the_app_gets_its_code(box, public):
    back = press(public.authorize_url(), "allow")
    assert back.status_code == 303
    assert public.exchange(told(back.headers["Location"])["code"]).status_code == 200


def test_a_person_denies(box, public):
    assert told(press(public.authorize_url(), "deny").headers["Location"])["error"] == "access_denied"
    assert press(Program(box, "v1-public").authorize_url(), "deny").headers["Location"] == "/"


def test_an_answer_that_is_neither_is_asked_again(public):
    page = press(public.authorize_url(), "perhaps")
    assert page.status_code == 200 and ">Allow<" in page.text


def test_a_read_only_request_says_so(public):
    page = get(public.authorize_url(scope="media:read")).text
    assert READS in page and WRITES not in page


def test_a_code_without_a_way_back_is_displayed(box):
    program = Program(box, "v1-bare")
    page = press(program.authorize_url(redirect_uri=None), "allow")
    code = re.search(r'class="code to-copy">([^<]+)<', page.text).group(1)
    assert page.status_code == 200 and program.exchange(code, redirect_uri=None).status_code == 200


def test_what_an_app_says_is_escaped(box):
    program = Program(box, "v1-public")
    for page in (get(program.authorize_url(state='"><b>')).text, get(program.authorize_url(redirect_uri='"><b>')).text):
        assert "<b>" not in page
    bare = Program(box, "v1-bare")
    assert "&lt;b&gt;odd" in get(bare.authorize_url(redirect_uri=None, **{"app-name": "<b>odd"})).text


def test_pages_are_no_api_requests_and_load_nothing_from_outside(box, public):
    pages = [get(public.authorize_url()), get(public.authorize_url(client_id="nobody"))]
    for page in pages:
        assert page.headers["Content-Security-Policy"] == "default-src 'self'" and "<script" not in page.text
        assert not re.search(r'(?:src|href|action)="(?!/)', page.text)
        assert "A stand-in for tests, not Simkl" in page.text
    assert box.requests == []


# codes


def test_a_v2_code_is_filled_in_typed_and_allowed(box):
    tv = Program(box, "v2-tv")
    started = tv.device()
    assert f'value="{started["user_code"]}"' in get(started["verification_uri_complete"]).text
    sloppy = started["user_code"].lower().replace("-", " ").replace("1", "l").replace("0", "o")
    asked = requests.post(box.url + "/pin", data={"user_code": sloppy}, timeout=60).text
    assert started["user_code"] in asked and "New TV" in asked and WRITES in asked
    requests.post(box.url + "/pin/answer", data={"user_code": started["user_code"], "answer": "allow"}, timeout=60)
    assert tv.poll(started["device_code"]).json()["scope"] == BOTH


def test_a_v2_code_is_denied_and_the_device_is_not_told(box):
    tv = Program(box, "v2-tv")
    started = tv.device(scope=None)
    assert READS in requests.post(box.url + "/pin", data={"user_code": started["user_code"]}, timeout=60).text
    requests.post(box.url + "/pin/answer", data={"user_code": started["user_code"], "answer": "deny"}, timeout=60)
    assert failed(tv.poll(started["device_code"])) == (400, "authorization_pending")


# Connected apps


def apps(box):
    page = requests.get(box.url + "/settings/connected-apps/", timeout=60).text
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<li>(.*?)</li>", page, re.DOTALL)]


def test_connected_apps_show_generation_permission_requests_and_end(box, public):
    old = Program(box, "v1-public")
    old.settings(old.sign_in()["access_token"])
    reader = public.sign_in(scope="media:read")
    public.settings(reader["access_token"])
    public.settings(reader["access_token"])
    box.advance(86_400)
    first, second = apps(box)
    assert first.startswith("Old App V1 as sample_viewer") and WRITES in first and "1 request so far" in first
    assert "5 years" in first
    assert second.startswith("New App V2 as sample_viewer") and READS in second and "2 requests so far" in second
    assert "179 days" in second
    assert not [secret for secret in (reader["access_token"], reader["refresh_token"]) if secret in first + second]


def test_revoking_on_the_page_ends_one_link_and_no_other(box, public):
    first, second = public.sign_in(), public.sign_in()
    requests.post(box.url + "/settings/connected-apps/revoke", data={"grant": "1"}, timeout=60)
    assert failed(public.settings(first["access_token"])) == (401, "invalid_token")
    assert failed(public.refresh(first["refresh_token"])) == (400, "invalid_grant")
    assert public.settings(second["access_token"]).status_code == 200
    assert len(apps(box)) == 1 and BACK not in apps(box)[0]
