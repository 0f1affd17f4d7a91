"""V2 in a browser, as Simkl's pages `oauth2-authorization-code`, `oauth2-pkce`, `oauth2-scopes` and `auth-v2` say."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import pytest
import requests

from tests.fakes.oauth_program import BACK, BOTH, CHALLENGE, SECRET, VERIFIER, Program, failed, oauth_box, told
from tests.fakes.simkl import App


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


# asking


def test_allowing_goes_back_with_code_state_and_issuer(box, public):
    back = box.allow(public.authorize_url())
    assert back.startswith(BACK + "?") and back.endswith("&iss=" + quote(box.url, safe=""))
    assert set(told(back)) == {"code", "state", "iss"}
    assert (told(back)["state"], told(back)["iss"]) == ("st/ate", box.url)


def test_denying_is_told_to_the_app(box, public):
    back = box.refuse(public.authorize_url())
    assert told(back) == {"error": "access_denied", "state": "st/ate", "iss": box.url}


ERROR_PAGES = {
    "nobody": ("v2-public", {"client_id": "nobody"}, "invalid_client"),
    "a V1 client_id": ("v2-public", {"client_id": "v1-public"}, "not enabled for OAuth 2.0"),
    "an app for TVs": ("v2-tv", {}, "invalid_request"),
    "no redirect": ("v2-public", {"redirect_uri": None}, "invalid_request"),
    "another redirect, and no PKCE either": (
        "v2-public",
        {"redirect_uri": BACK + "/", "code_challenge": None},
        "redirect_uri",
    ),
}


@pytest.mark.parametrize(("client_id", "changes", "says"), ERROR_PAGES.values(), ids=ERROR_PAGES.keys())
def test_an_unknown_app_or_redirect_is_an_error_page_and_no_redirect(box, client_id, changes, says):
    url = Program(box, client_id).authorize_url(**changes)
    page = requests.get(url, allow_redirects=False, timeout=60)
    assert page.status_code == 400 and says in page.text and "Allow" not in page.text
    with pytest.raises(ValueError, match=says):
        box.allow(url)


SENT_BACK = {
    "no challenge": ({"code_challenge": None}, "invalid_request"),
    "a challenge of another length": ({"code_challenge": CHALLENGE[:-1]}, "invalid_request"),
    "a challenge with padding": ({"code_challenge": CHALLENGE[:-1] + "="}, "invalid_request"),
    "plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "no method": ({"code_challenge_method": None}, "invalid_request"),
    "a wrong-cased method": ({"code_challenge_method": "s256"}, "invalid_request"),
    "another response_type": ({"response_type": "token"}, "unsupported_response_type"),
}


@pytest.mark.parametrize("client_id", ["v2-public", "v2-server"])
@pytest.mark.parametrize(("changes", "error"), SENT_BACK.values(), ids=SENT_BACK.keys())
def test_other_mistakes_are_told_to_the_app_without_asking_anybody(box, client_id, changes, error):
    url = Program(box, client_id).authorize_url(**changes)
    sent = requests.get(url, allow_redirects=False, timeout=60)
    told_to = told(sent.headers["Location"])
    assert sent.status_code == 302 and sent.headers["Location"] == box.allow(url)
    assert (told_to["error"], told_to["state"], told_to["iss"]) == (error, "st/ate", box.url)


REDIRECTS = [
    (BACK, True),
    ("http://127.0.0.1:1/callback", True),
    ("http://127.0.0.1/callback", True),
    ("http://localhost:8484/callback", False),
    ("http://[::1]:8484/callback", False),
    ("https://127.0.0.1:8484/callback", False),
    ("http://127.0.0.1:8484/callback?x=1", False),
    ("http://127.0.0.1:8484@example.org/callback", False),
    ("http://127.0.0.1:8484/Callback", False),
    ("http://tv.local:8080/cb", True),
    ("http://tv.local:8081/cb", False),
    ("http://a.tv.local:8080/cb", False),
    ("http://192.168.1.5/cb", True),
    ("http://192.168.1.5:80/cb", False),
    ("http://[::1", False),
]


@pytest.mark.parametrize(("redirect", "fits"), REDIRECTS)
def test_redirects_match_exactly_but_for_loopback_ports_and_local_names(box, public, redirect, fits):
    url = public.authorize_url(redirect_uri=redirect)
    if fits:
        assert box.allow(url).startswith(redirect + "?code=")
    else:
        with pytest.raises(ValueError):
            box.allow(url)


REGISTRATIONS = {
    "a fragment": {"redirects": ["https://example.org/#here"]},
    "javascript": {"redirects": ["javascript:alert(1)"]},
    "data": {"redirects": ["data:text/html,x"]},
    "a wildcard": {"redirects": ["https://*.example.org/"]},
    "a local wildcard of a server": {"redirects": ["http://*.local/cb"], "secret": "s"},
    "a server without a secret": {"redirects": [BACK], "kind": "server"},
    "a server without a redirect": {"secret": "s"},
    "a TV with a redirect": {"redirects": [BACK], "kind": "tv"},
    "a public app without a redirect": {"kind": "public"},
    "another kind": {"kind": "toaster"},
}


@pytest.mark.parametrize("options", REGISTRATIONS.values(), ids=REGISTRATIONS.keys())
def test_what_simkl_would_not_register_is_refused(options):
    with pytest.raises(ValueError):
        App("mine", "v2", **options)


# exchanging


def test_a_success_has_the_documented_shape_and_is_stored_by_nobody(public):
    answer = public.exchange(public.code())
    tokens = answer.json()
    assert re.fullmatch(r"simkl_at_[A-Za-z0-9]{34}", tokens.pop("access_token"))
    assert re.fullmatch(r"simkl_rt_[A-Za-z0-9]{34}", tokens.pop("refresh_token"))
    assert tokens == {"token_type": "Bearer", "expires_in": 604800, "scope": BOTH}
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")


@pytest.mark.parametrize("json", [False, True], ids=["form", "json"])
@pytest.mark.parametrize("basic", [False, True], ids=["body", "basic"])
@pytest.mark.parametrize(("client_id", "secret"), [("v2-server", SECRET), ("v2-public", None)])
def test_all_ways_to_ask_are_equal(box, json, basic, client_id, secret):
    program = Program(box, client_id, secret)
    assert program.exchange(program.code(), json, basic).json()["access_token"] == box.tokens[0].token


def test_credentials_in_the_header_may_be_form_encoded(box):
    server = Program(box, "v2-server", SECRET)
    code, server.client_id, server.secret = server.code(), "v2%2Dserver", SECRET.replace("-", "%2D")
    assert server.exchange(code, basic=True).status_code == 200


def test_every_authorization_is_a_link_of_its_own(box, public):
    first, second = public.sign_in(), public.sign_in()
    assert first["access_token"] != second["access_token"] and first["refresh_token"] != second["refresh_token"]
    assert [public.settings(each["access_token"]).status_code for each in (first, second)] == [200, 200]


BURNS = {
    "another verifier": ({"code_verifier": "x" * 43}, "invalid_grant"),
    "a malformed verifier": ({"code_verifier": VERIFIER[:42]}, "invalid_grant"),
    "no verifier": ({"code_verifier": None}, "invalid_request"),
    "another port than at authorize": ({"redirect_uri": BACK.replace("8484", "1")}, "invalid_grant"),
    "no redirect": ({"redirect_uri": None}, "invalid_request"),
}
SPARES = {
    "another code": ({"code": "guess"}, (400, "invalid_grant")),
    "no code": ({"code": None}, (400, "invalid_request")),
    "no grant_type": ({"grant_type": None}, (400, "invalid_request")),
    "another grant_type": ({"grant_type": "password"}, (400, "unsupported_grant_type")),
    "a wrong secret": ({"client_secret": "guess"}, (401, "invalid_client")),
    "no secret": ({"client_secret": None}, (401, "invalid_client")),
    "nobody": ({"client_id": "nobody"}, (401, "invalid_client")),
    "a V1 client_id": ({"client_id": "v1-server"}, (401, "invalid_client")),
    "no client_id": ({"client_id": None}, (400, "invalid_request")),
}


@pytest.mark.parametrize(("changes", "error"), BURNS.values(), ids=BURNS.keys())
def test_a_failed_exchange_burns_the_code(box, changes, error):
    server = Program(box, "v2-server", SECRET)
    code = server.code()
    assert failed(server.exchange(code, **changes)) == (400, error)
    assert failed(server.exchange(code)) == (400, "invalid_grant")


@pytest.mark.parametrize(("changes", "error"), SPARES.values(), ids=SPARES.keys())
def test_a_client_that_is_not_who_it_says_burns_nothing(box, changes, error):
    server = Program(box, "v2-server", SECRET)
    code = server.code()
    refusal = server.exchange(**{"code": code, **changes})
    assert failed(refusal) == error and set(refusal.json()) == {"error", "error_description"}
    assert "WWW-Authenticate" not in refusal.headers
    assert server.exchange(code).status_code == 200


def test_a_bad_secret_in_the_header_is_challenged_there(box):
    server = Program(box, "v2-server", SECRET)
    refusal = server.exchange(server.code(), basic=True, client_secret="guess")
    assert failed(refusal) == (401, "invalid_client")
    assert refusal.headers["WWW-Authenticate"] == 'Basic realm="oauth2"'


def test_a_v1_client_id_is_told_why(public):
    refusal = public.exchange("x", client_id="v1-public")
    assert refusal.json()["error_description"] == "This client_id is not enabled for OAuth 2.0"


def test_a_public_app_has_no_secret_to_send(public):
    assert failed(public.exchange(public.code(), client_secret="any")) == (401, "invalid_client")


def test_a_code_is_good_once_for_its_app_and_for_ten_minutes(box, public):
    code, others, late = public.code(), public.code(), public.code()
    assert [public.exchange(code).status_code for _ in range(2)] == [200, 400]
    assert failed(Program(box, "v2-server", SECRET).exchange(others)) == (400, "invalid_grant")
    box.advance(600)
    assert failed(public.exchange(late)) == (400, "invalid_grant")


def test_the_browser_can_be_given_another_user(box, public):
    box.add_user("second_viewer", 900002)
    code = told(box.allow(public.authorize_url(), "second_viewer"))["code"]
    account = public.settings(public.exchange(code).json()["access_token"]).json()["account"]
    assert account["id"] == 900002
    with pytest.raises(LookupError):
        box.allow(public.authorize_url(), "nobody")


def test_only_the_two_authorization_pages_can_be_answered(box):
    with pytest.raises(ValueError, match="/oauth/authorize, /oauth2/authorize"):
        box.allow(urlsplit(box.url)._replace(path="/pin").geturl())
