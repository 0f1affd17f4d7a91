"""The pages for people: codes typed in, consent, the displayed code, Connected apps."""

import re

import pytest

from tests.fakes.program import BOTH, Program, browse, told

READS, WRITES = "but not change them", "read and change your lists"
APPS = "/settings/connected-apps/"


@pytest.fixture
def old(box):
    return Program(box, "v1-public")


def submit(box, code, answer=None):
    """Type a code in, or answer for it."""
    path = "/pin/answer" if answer else "/pin"
    return browse(box, path, user_code=code, **({"answer": answer} if answer else {}))


def press(box, url, answer):
    """Do what the form on an authorization page does."""
    page = browse(box, url).text
    action = re.search(r'<form method="post" action="([^"]+)"', page).group(1).replace("&amp;", "&")
    return browse(box, action, follow=False, answer=answer)


def test_pages_are_no_api_requests_say_they_are_not_simkl_and_load_nothing_from_outside(box, public):
    authorize = public.authorize_url()
    pages = ["/", "/pin", "/pin/", "/pin-result/allowed", APPS, authorize, authorize.replace("v2-public", "nobody")]
    for page in [browse(box, path).text for path in pages]:
        assert "A stand-in for tests, not Simkl" in page and not re.search(r'(?:src|href|action)="(?!/)', page)
    for path in ("/static/box.css", "/favicon.ico", "/_box/state", "/avatars/1/2.jpg"):
        assert browse(box, path).status_code == 200
    assert box.requests == []


# codes


def test_a_person_allows_a_code_in_whatever_way_it_is_typed_or_denies_it(box, old):
    code, denied = (old.start()["user_code"] for _ in range(2))
    consent = submit(box, f" {code[:2].lower()}-{code[2:]} ")
    assert consent.status_code == 200 and code in consent.text and "simkl-link" in consent.text
    assert ">Allow<" in submit(box, code, "perhaps").text
    for _ in range(2):  # allowing twice does no harm
        assert "Done. Look at your TV." in submit(box, code, "allow").text
    assert submit(box, denied, "deny").status_code == 200 and submit(box, denied).status_code == 404
    assert "access_token" in old.poll_pin(code) and "access_token" not in old.poll_pin(denied)


def test_a_device_is_allowed_what_its_page_says(box, tv):
    for scope, words in ((BOTH, WRITES), ("media:read", READS)):
        started = tv.device(scope=scope)
        asked = submit(box, started["user_code"]).text
        assert "New TV" in asked and words in asked and "15 minutes" in asked
        submit(box, started["user_code"], "allow")
        assert tv.poll(started["device_code"]).json["scope"] == scope


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


def test_a_code_without_a_way_back_is_displayed(box):
    program = Program(box, "v1-bare")
    page = press(box, program.authorize_url(redirect_uri=None), "allow")
    code = re.search(r'class="code to-copy">([^<]+)<', page.text).group(1)
    assert page.status_code == 200 and program.exchange(code, redirect_uri=None).status_code == 200


def test_connected_apps_show_what_each_may_do_and_no_secret_and_can_be_revoked(box, old, public):
    token, reader = old.sign_in()["access_token"], public.sign_in(scope="media:read")
    for program, used in [(old, token), (public, reader["access_token"]), (public, reader["access_token"])]:
        program.settings(used)
    page = browse(box, APPS).text
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in re.findall(r"<li>(.*?)</li>", page, re.DOTALL)]
    first, second = (" ".join(row) for row in rows)
    assert first.startswith("Old App V1 as sample_viewer") and WRITES in first and "1 request so far" in first
    assert second.startswith("New App V2 as sample_viewer") and READS in second and "180 days" in second
    assert not [secret for secret in (token, reader["access_token"], reader["refresh_token"]) if secret in page]
    browse(box, APPS + "revoke", grant="1")
    assert old.settings(token).status_code == 401 and public.settings(reader["access_token"]).status_code == 200
    assert "Nothing is linked" in browse(box, APPS + "revoke", grant="2").text
