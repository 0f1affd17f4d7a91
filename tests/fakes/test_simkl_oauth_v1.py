"""V1 in a browser, as Simkl's pages `api-reference/oauth`, `oauth-pkce`, `auth-v1` and `simkl/exchange-token` say."""

from __future__ import annotations

import re

import pytest
import requests

from tests.fakes.oauth_program import BACK, CHALLENGE, SECRET, VERIFIER, Program, failed, oauth_box, told


@pytest.fixture(scope="module")
def running():
    with oauth_box() as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def server(box):
    return Program(box, "v1-server", SECRET)


@pytest.fixture
def public(box):
    return Program(box, "v1-public")


# asking


def test_allowing_goes_back_with_the_code_and_the_state_as_it_came(box, server):
    back = box.allow(server.authorize_url())
    assert back.startswith(BACK + "?code=") and told(back)["state"] == "st/ate" and set(told(back)) == {"code", "state"}


def test_without_a_state_none_comes_back(box, server):
    assert set(told(box.allow(server.authorize_url(state=None)))) == {"code"}


def test_denying_goes_to_the_start_page_and_tells_the_app_nothing(box, server):
    assert box.refuse(server.authorize_url()) == box.url + "/"


ERROR_PAGES = {
    "nobody": ("v1-server", {"client_id": "nobody"}, "client_id_failed"),
    "no client_id": ("v1-server", {"client_id": None}, "client_id_failed"),
    "a V2 client_id": ("v1-server", {"client_id": "v2-server"}, "unauthorized_client"),
    "another response_type": ("v1-server", {"response_type": "token"}, "wrong_parameter"),
    "no response_type": ("v1-server", {"response_type": None}, "wrong_parameter"),
    "another redirect": ("v1-server", {"redirect_uri": BACK + "/"}, "redirect_failed"),
    "another port": ("v1-server", {"redirect_uri": BACK.replace("8484", "8485")}, "redirect_failed"),
    "another case": ("v1-server", {"redirect_uri": BACK.replace("callback", "Callback")}, "redirect_failed"),
    "no redirect though one is registered": ("v1-public", {"redirect_uri": None}, "redirect_failed"),
    "a redirect though none is registered": ("v1-bare", {}, "redirect_failed"),
    "neither redirect nor PKCE": ("v1-bare", {"redirect_uri": None, "code_challenge": None}, "redirect_failed"),
    "a wrong-cased method": ("v1-public", {"code_challenge_method": "s256"}, "invalid_request"),
}


@pytest.mark.parametrize(("client_id", "changes", "error"), ERROR_PAGES.values(), ids=ERROR_PAGES.keys())
def test_a_mistake_is_an_error_page_before_consent(box, client_id, changes, error):
    url = Program(box, client_id).authorize_url(**changes)
    page = requests.get(url, allow_redirects=False, timeout=60)
    assert page.status_code == 400 and error in page.text and "Allow" not in page.text
    with pytest.raises(ValueError, match=error):
        box.allow(url)


def test_without_a_registered_redirect_the_code_is_displayed(box):
    program = Program(box, "v1-bare")
    code = box.allow(program.authorize_url(redirect_uri=None))
    answer = program.exchange(code, redirect_uri=None)
    assert answer.status_code == 200 and answer.json()["access_token"] == box.tokens[0].token


# exchanging


def test_a_success_has_the_documented_shape(server):
    answer = server.sign_in()
    assert re.fullmatch(r"[0-9a-f]{64}", answer.pop("access_token"))
    assert answer == {"token_type": "bearer", "scope": "public", "expires_in": 157680000}


@pytest.mark.parametrize("json", [False, True], ids=["form", "json"])
@pytest.mark.parametrize("basic", [False, True], ids=["body", "basic"])
@pytest.mark.parametrize(("client_id", "secret"), [("v1-server", SECRET), ("v1-public", None)])
def test_all_four_ways_to_ask_are_equal(box, json, basic, client_id, secret):
    program = Program(box, client_id, secret)
    assert program.exchange(program.code(), json, basic).json()["access_token"] == box.tokens[0].token


@pytest.mark.parametrize(
    ("challenge", "verifier"),
    [({}, VERIFIER), ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, VERIFIER)],
)
def test_both_methods_of_pkce(public, challenge, verifier):
    assert public.exchange(public.code(**challenge), code_verifier=verifier).status_code == 200


def test_s256_is_the_method_if_none_is_named(public):
    assert public.exchange(public.code(code_challenge_method=None)).status_code == 200


def test_every_flow_of_an_app_and_a_user_ends_in_the_same_token(box, server):
    token = server.sign_in()["access_token"]
    code = requests.get(box.url + "/oauth/pin", params={"client_id": "v1-server"}, timeout=60).json()["user_code"]
    box.approve(code)
    polled = requests.get(f"{box.url}/oauth/pin/{code}", params={"client_id": "v1-server"}, timeout=60).json()
    assert server.sign_in()["access_token"] == polled["access_token"] == token
    assert Program(box, "v1-public").sign_in()["access_token"] != token
    assert server.settings(token).status_code == 200


REFUSED = {
    "no code": ("v1-server", {"code": None}, (403, "empty_field")),
    "no client_id": ("v1-server", {"client_id": None}, (403, "empty_field")),
    "no grant_type": ("v1-server", {"grant_type": None}, (403, "empty_field")),
    "neither secret nor verifier": ("v1-public", {"code_verifier": None}, (403, "empty_field")),
    "another redirect": ("v1-server", {"redirect_uri": "https://example.org/"}, (403, "redirect_failed")),
    "no redirect": ("v1-server", {"redirect_uri": None}, (403, "redirect_failed")),
    "no redirect with PKCE": ("v1-public", {"redirect_uri": None}, (403, "redirect_failed")),
    "a wrong secret": ("v1-server", {"client_secret": "guess"}, (401, "secret_error")),
    "a secret of an app that has none": ("v1-public", {"client_secret": SECRET}, (401, "secret_error")),
    "secret and verifier": ("v1-server", {"code_verifier": VERIFIER}, (401, "secret_error")),
    "another verifier": ("v1-public", {"code_verifier": "x" * 43}, (401, "secret_error")),
    "the challenge": ("v1-public", {"code_verifier": CHALLENGE}, (401, "secret_error")),
    "a short verifier": ("v1-public", {"code_verifier": VERIFIER[:42]}, (401, "secret_error")),
    "a code nobody got": ("v1-server", {"code": "guess"}, (401, "grant_error")),
    "another grant": ("v1-server", {"grant_type": "refresh_token"}, (401, "grant_error")),
    "a V2 client_id": ("v1-server", {"client_id": "v2-server"}, (400, "unauthorized_client")),
    "nobody": ("v1-server", {"client_id": "nobody"}, (412, "client_id_failed")),
}


@pytest.mark.parametrize(("client_id", "changes", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_every_refusal_has_its_name_and_burns_the_code(box, client_id, changes, error):
    program = Program(box, client_id, SECRET if client_id == "v1-server" else None)
    code = program.code()
    refusal = program.exchange(**{"code": code, **changes})
    assert failed(refusal) == error and refusal.json()["code"] == error[0]
    assert ("WWW-Authenticate" in refusal.headers) == (error[0] == 401)
    again = program.exchange(code)
    burnt = changes.get("code", code) == code
    assert again.status_code == (401 if burnt else 200) and box.tokens == ([] if burnt else box.grants)


@pytest.mark.parametrize("verifier", [None, VERIFIER], ids=["the secret alone", "secret and verifier"])
def test_a_secret_does_not_stand_in_for_a_verifier(server, verifier):
    code = server.code(code_challenge=CHALLENGE)
    assert failed(server.exchange(code, code_verifier=verifier)) == (401, "secret_error")


def test_a_verifier_of_129_characters_is_malformed_and_one_of_128_is_not(public):
    for length, status in [(128, 200), (129, 401)]:
        verifier = "v" * length
        code = public.code(code_challenge=verifier, code_challenge_method="plain")
        assert public.exchange(code, code_verifier=verifier).status_code == status


def test_a_code_is_good_once_for_its_app_and_for_ten_minutes(box, server):
    code = server.code()
    assert [server.exchange(code).status_code for _ in range(2)] == [200, 401]
    late = server.code()
    box.advance(600)
    assert failed(server.exchange(late)) == (401, "grant_error")
    assert failed(Program(box, "v1-public").exchange(server.code())) == (401, "grant_error")


def test_a_json_body_of_the_wrong_kind_is_an_empty_one(box):
    answer = requests.post(box.url + "/oauth/token", json=["code"], timeout=60)
    assert failed(answer) == (403, "empty_field")
