"""Both browser flows: asking and exchanging, as Simkl's pages `oauth*`, `auth-v1`, `auth-v2` and `oauth2-*` say."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.fakes.program import BACK, BOTH, CHALLENGE, SECRET, VERIFIER, Program, browse, said, simkl, table, told

CLIENTS = {"v1-server": SECRET, "v2-server": SECRET}


def app(box, client_id):
    return Program(box, client_id, CLIENTS.get(client_id))


# asking


@table(("client_id", "changes", "keys"), {
    "V1": ("v1-server", {}, {"code", "state"}),
    "V1 without a state": ("v1-server", {"state": None}, {"code"}),
    "V2": ("v2-public", {}, {"code", "state", "iss"}),
})  # fmt: skip
def test_allowing_goes_back_with_the_code_the_state_as_it_came_and_v2s_issuer(box, client_id, changes, keys):
    back = box.allow(app(box, client_id).authorize_url(**changes))
    assert back.startswith(BACK + "?code=") and set(told(back)) == keys
    assert told(back).get("state", "st/ate") == "st/ate" and told(back).get("iss", box.url) == box.url
    assert ("&iss=" + quote(box.url, safe="") in back) == ("iss" in keys)


def test_denying_is_told_to_the_app_on_v2_only(box, public):
    assert told(box.refuse(public.authorize_url())) == {"error": "access_denied", "state": "st/ate", "iss": box.url}
    assert box.refuse(app(box, "v1-server").authorize_url()) == box.url + "/"


@table(("client_id", "changes", "says"), {
    "V1: nobody": ("v1-server", {"client_id": "nobody"}, "client_id_failed"),
    "V1: no client_id": ("v1-server", {"client_id": None}, "client_id_failed"),
    "V1: a V2 client_id": ("v1-server", {"client_id": "v2-server"}, "unauthorized_client"),
    "V1: another response_type": ("v1-server", {"response_type": "token"}, "wrong_parameter"),
    "V1: another redirect": ("v1-server", {"redirect_uri": BACK + "/"}, "redirect_failed"),
    "V1: another port": ("v1-server", {"redirect_uri": BACK.replace("8484", "8485")}, "redirect_failed"),
    "V1: no redirect though one is registered": ("v1-public", {"redirect_uri": None}, "redirect_failed"),
    "V1: a redirect though none is registered": ("v1-bare", {}, "redirect_failed"),
    "V1: neither redirect nor PKCE": ("v1-bare", {"redirect_uri": None, "code_challenge": None}, "redirect_failed"),
    "V1: a wrong-cased method": ("v1-public", {"code_challenge_method": "s256"}, "invalid_request"),
    "V1: plain": ("v1-public", {"code_challenge_method": "plain"}, "invalid_request"),
    "V2: nobody": ("v2-public", {"client_id": "nobody"}, "invalid_client"),
    "V2: a V1 client_id": ("v2-public", {"client_id": "v1-public"}, "not enabled for OAuth 2.0"),
    "V2: an app for TVs": ("v2-tv", {}, "invalid_request"),
    "V2: no redirect": ("v2-public", {"redirect_uri": None}, "invalid_request"),
    "V2: another, and no PKCE": ("v2-public", {"redirect_uri": BACK + "/", "code_challenge": None}, "redirect_uri"),
})  # fmt: skip
def test_a_mistake_is_an_error_page_before_consent(box, client_id, changes, says):
    url = app(box, client_id).authorize_url(**changes)
    page = browse(box, url, follow=False)
    assert page.status_code == 400 and says in page.text and "Allow" not in page.text
    with pytest.raises(ValueError, match=says):
        box.allow(url)


@table(("changes", "error"), {
    "no challenge": ({"code_challenge": None}, "invalid_request"),
    "a challenge of another length": ({"code_challenge": CHALLENGE[:-1]}, "invalid_request"),
    "a challenge with padding": ({"code_challenge": CHALLENGE[:-1] + "="}, "invalid_request"),
    "plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "no method": ({"code_challenge_method": None}, "invalid_request"),
    "another response_type": ({"response_type": "token"}, "unsupported_response_type"),
})  # fmt: skip
def test_other_mistakes_are_told_to_a_v2_app_without_asking_anybody(box, public, changes, error):
    url = public.authorize_url(**changes)
    sent = browse(box, url, follow=False)
    about = told(sent.headers["Location"])
    assert sent.status_code == 302 and sent.headers["Location"] == box.allow(url)
    assert (about["error"], about["state"], about["iss"]) == (error, "st/ate", box.url)


@table(("redirect", "fits"), {each: (each, fits) for each, fits in {
    BACK: True,
    "http://127.0.0.1:1/callback": True,
    "http://127.0.0.1/callback": True,
    "http://localhost:8484/callback": False,
    "https://127.0.0.1:8484/callback": False,
    "http://127.0.0.1:8484/callback?x=1": False,
    "http://127.0.0.1:8484@example.org/callback": False,
    "http://127.0.0.1:8484/Callback": False,
    "http://192.168.1.5/cb": True,
    "http://192.168.1.5:80/cb": False,
    "http://[::1": False,
}.items()})  # fmt: skip
def test_v2_redirects_match_exactly_but_for_loopback_ports(box, public, redirect, fits):
    url = public.authorize_url(redirect_uri=redirect)
    if fits:
        assert box.allow(url).startswith(redirect + "?code=")
    else:
        with pytest.raises(ValueError):
            box.allow(url)


def test_the_browser_can_be_given_another_user_and_answers_only_the_two_pages(box, public):
    box.add_user("second_viewer", 900002)
    code = told(box.allow(public.authorize_url(), "second_viewer"))["code"]
    account = public.settings(public.exchange(code).json["access_token"]).json["account"]
    assert account["id"] == 900002
    with pytest.raises(LookupError):
        box.allow(public.authorize_url(), "nobody")
    with pytest.raises(ValueError, match="/oauth/authorize, /oauth2/authorize"):
        box.allow(box.url + "/pin")


# exchanging


def test_a_success_has_the_documented_shape(box, public):
    old = app(box, "v1-server").sign_in()
    assert re.fullmatch(r"[0-9a-f]{64}", old.pop("access_token"))
    assert old == {"token_type": "bearer", "scope": "public", "expires_in": 157680000}
    answer = public.exchange(public.code())
    new = answer.json
    assert re.fullmatch(r"simkl_at_[A-Za-z0-9]{34}", new.pop("access_token"))
    assert re.fullmatch(r"simkl_rt_[A-Za-z0-9]{34}", new.pop("refresh_token"))
    assert new == {"token_type": "Bearer", "expires_in": 604800, "scope": BOTH}
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")


@pytest.mark.parametrize("client_id", ["v1-server", "v1-public", "v2-server", "v2-public"])
def test_all_four_ways_to_ask_are_equal(box, client_id):
    program = app(box, client_id)
    for json, basic in ((False, False), (False, True), (True, False), (True, True)):
        answer = program.exchange(program.code(), json, basic).json
        assert answer["access_token"] == box.tokens[-1].token


def test_credentials_in_the_header_may_be_form_encoded_and_are_challenged_there(box):
    server = app(box, "v2-server")
    refusal = server.exchange(server.code(), basic=True, client_secret="guess")
    assert said(refusal) == (401, "invalid_client")
    assert refusal.headers["WWW-Authenticate"] == 'Basic realm="oauth2"'
    code, server.client_id, server.secret = server.code(), "v2%2Dserver", SECRET.replace("-", "%2D")
    assert server.exchange(code, basic=True).status_code == 200


def test_s256_is_v1s_method_if_none_is_named(box):
    program = app(box, "v1-public")
    assert program.exchange(program.code(code_challenge_method=None)).status_code == 200


def test_every_v1_flow_of_an_app_and_a_user_ends_in_one_token_and_every_v2_one_in_a_link_of_its_own(box, public):
    server = app(box, "v1-server")
    token = server.sign_in()["access_token"]
    assert server.sign_in()["access_token"] == server.link() == token
    assert app(box, "v1-public").sign_in()["access_token"] != token and server.settings(token).status_code == 200
    first, second = public.sign_in(), public.sign_in()
    assert first["access_token"] != second["access_token"] and first["refresh_token"] != second["refresh_token"]
    assert [public.settings(each["access_token"]).status_code for each in (first, second)] == [200, 200]


def test_without_a_registered_redirect_the_code_is_displayed(box):
    program = app(box, "v1-bare")
    code = box.allow(program.authorize_url(redirect_uri=None))
    assert program.exchange(code, redirect_uri=None).json["access_token"] == box.tokens[0].token


@table(("client_id", "changes", "error"), {
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
})  # fmt: skip
def test_every_refusal_of_v1_has_its_name_and_burns_the_code(box, client_id, changes, error):
    program = app(box, client_id)
    code = program.code()
    refusal = program.exchange(**{"code": code, **changes})
    assert said(refusal) == error and refusal.json["code"] == error[0]
    assert ("WWW-Authenticate" in refusal.headers) == (error[0] == 401)
    burnt = changes.get("code", code) == code
    assert program.exchange(code).status_code == (401 if burnt else 200) and len(box.tokens) == (not burnt)


@pytest.mark.parametrize("verifier", [None, VERIFIER], ids=["the secret alone", "secret and verifier"])
def test_a_secret_does_not_stand_in_for_a_verifier(box, verifier):
    server = app(box, "v1-server")
    refusal = server.exchange(server.code(code_challenge=CHALLENGE), code_verifier=verifier)
    assert said(refusal) == (401, "secret_error")


@table(("changes", "error", "burns"), {
    "another verifier": ({"code_verifier": "x" * 43}, (400, "invalid_grant"), True),
    "a malformed verifier": ({"code_verifier": VERIFIER[:42]}, (400, "invalid_grant"), True),
    "no verifier": ({"code_verifier": None}, (400, "invalid_request"), True),
    "another port than at authorize": ({"redirect_uri": BACK.replace("8484", "1")}, (400, "invalid_grant"), True),
    "no redirect": ({"redirect_uri": None}, (400, "invalid_request"), True),
    "another code": ({"code": "guess"}, (400, "invalid_grant"), False),
    "no code": ({"code": None}, (400, "invalid_request"), False),
    "no grant_type": ({"grant_type": None}, (400, "invalid_request"), False),
    "another grant_type": ({"grant_type": "password"}, (400, "unsupported_grant_type"), False),
    "a wrong secret": ({"client_secret": "guess"}, (401, "invalid_client"), False),
    "no secret": ({"client_secret": None}, (401, "invalid_client"), False),
    "nobody": ({"client_id": "nobody"}, (401, "invalid_client"), False),
    "a V1 client_id": ({"client_id": "v1-server"}, (401, "invalid_client"), False),
    "no client_id": ({"client_id": None}, (400, "invalid_request"), False),
    "a field in a list": ({"scope[]": "x"}, (400, "invalid_request"), False),
})  # fmt: skip
def test_a_failed_exchange_of_v2_burns_the_code_unless_the_client_is_not_who_it_says(box, changes, error, burns):
    server = app(box, "v2-server")
    code = server.code()
    refusal = server.exchange(**{"code": code, **changes})
    assert said(refusal) == error and set(refusal.json) == {"error", "error_description"}
    assert "WWW-Authenticate" not in refusal.headers
    assert server.exchange(code).status_code == (400 if burns else 200)


def test_a_v2_app_is_told_why_it_is_refused(box, public):
    refusal = public.exchange("x", client_id="v1-public")
    assert refusal.json["error_description"] == "This client_id is not enabled for OAuth 2.0"
    assert said(public.exchange(public.code(), client_secret="any")) == (401, "invalid_client")


@pytest.mark.parametrize(("client_id", "other"), [("v1-server", "v1-public"), ("v2-public", "v2-server")])
def test_a_code_is_good_once_for_its_app_and_for_ten_minutes(box, client_id, other):
    program = app(box, client_id)
    code, others, late = program.code(), program.code(), program.code()
    assert [program.exchange(code).status_code // 100 for _ in range(2)] == [2, 4]
    assert said(app(box, other).exchange(others))[1] in ("grant_error", "invalid_grant")
    box.advance(600)
    assert said(program.exchange(late))[1] in ("grant_error", "invalid_grant")


def test_a_json_body_of_the_wrong_kind_is_an_empty_one(box):
    assert said(Program(box).post("/oauth/token", ["code"])) == (403, "empty_field")


# discovery (RFC 8414), and two hosts


def test_discovery_names_the_endpoints_of_v2_and_of_nothing_else(box, public):
    document = public.get("/.well-known/oauth-authorization-server").json
    assert document["issuer"] == box.url and "/oauth/" not in str(document)
    ends = {name: url for name, url in document.items() if name.endswith("_endpoint")}
    assert ends == {
        "authorization_endpoint": box.url + "/oauth2/authorize",
        "token_endpoint": box.url + "/oauth2/token",
        "device_authorization_endpoint": box.url + "/oauth2/device",
        "revocation_endpoint": box.url + "/oauth2/revoke",
    }
    assert document["code_challenge_methods_supported"] == ["S256"] and len(document["grant_types_supported"]) == 3
    assert document["scopes_supported"] == BOTH.split() and len(box.requests) == 1
    assert public.get("/.well-known/openid-configuration").status_code == 404  # Simkl is not OpenID


def test_the_api_under_a_name_of_its_own_serves_the_api_and_nothing_else():
    box = simkl(api_host="localhost")
    program, old = Program(box, "v2-public"), Program(box, "v1-public")
    assert (box.api_url, box.site_url) == (box.url.replace("127.0.0.1", "localhost"), box.url)
    discovery = "/.well-known/oauth-authorization-server"
    right = {"/oauth/pin": box.api_url, "/pin": box.url, discovery: box.url, old.authorize_url(): box.url}
    for path, own in right.items():
        for host in (box.api_url, box.url):
            answer = old.ask("GET", path, host=host)
            assert answer.status_code == (200 if host == own else 404), host + path
    assert browse(box, "/_box/state").status_code == 200
    assert said(program.post("/oauth2/token", None)) == (404, "url_failed")
    assert {seen.path for seen in box.requests if seen.status == 404} >= {"/oauth/authorize", "/oauth2/token", "/pin"}
    document = program.get(discovery).json
    assert document["issuer"] == box.site_url and document["token_endpoint"] == box.api_url + "/oauth2/token"
    assert Program(box, "v2-tv").device()["verification_uri"] == box.site_url + "/pin"
    assert told(box.allow(program.authorize_url()))["iss"] == box.site_url
    account = program.settings(program.sign_in()["access_token"], host=box.api_url).json
    assert account["user"]["avatar"].startswith(box.site_url + "/")
