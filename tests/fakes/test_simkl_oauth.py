"""The host simkl.com: both browser flows, and the pages for people; as Simkl's pages `oauth*` and `auth-v*` say."""

import re

import pytest

from tests.fakes.program import BACK, BOTH, CHALLENGE, SECRET, VERIFIER, Program, browse, said, table, told

CLIENTS = {"v1-server": SECRET, "v2-server": SECRET}
READS, WRITES = "but not change them", "read and change your lists"
APPS = "/settings/connected-apps/"


def app(box, client_id):
    return Program(box, client_id, CLIENTS.get(client_id))


# asking


@table(("client_id", "changes", "says"), {
    "V1: nobody": ("v1-server", {"client_id": "nobody"}, "client_id_failed"),
    "V1: a V2 client_id": ("v1-server", {"client_id": "v2-server"}, "unauthorized_client"),
    "V1: another response_type": ("v1-server", {"response_type": "token"}, "wrong_parameter"),
    "V1: another port": ("v1-server", {"redirect_uri": BACK.replace("8484", "8485")}, "redirect_failed"),
    "V1: no redirect though one is registered": ("v1-public", {"redirect_uri": None}, "redirect_failed"),
    "V1: a redirect though none is registered": ("v1-bare", {}, "redirect_failed"),
    "V1: neither redirect nor PKCE": ("v1-bare", {"redirect_uri": None, "code_challenge": None}, "redirect_failed"),
    "V1: a wrong-cased method": ("v1-public", {"code_challenge_method": "s256"}, "invalid_request"),
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
    "plain": ({"code_challenge_method": "plain"}, "invalid_request"),
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
    "http://localhost:8484/callback": False,
    "https://127.0.0.1:8484/callback": False,
    "http://127.0.0.1:8484/callback?x=1": False,
    "http://127.0.0.1:8484@example.org/callback": False,
    "http://127.0.0.1:8484/Callback": False,
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


# exchanging


@pytest.mark.parametrize("client_id", ["v1-server", "v2-server", "v2-public"])
def test_all_four_ways_to_ask_are_equal_and_a_wrong_secret_is_wrong_in_the_header_too(box, client_id):
    program = app(box, client_id)
    refusal = program.exchange(program.code(), basic=True, client_secret="guess")
    assert refusal.status_code == 401 and box.tokens == []
    for json, basic in ((False, False), (False, True), (True, False), (True, True)):
        answer = program.exchange(program.code(), json, basic).json
        assert answer["access_token"] == box.tokens[-1].token


@table(("client_id", "changes", "error"), {
    "no code": ("v1-server", {"code": None}, (403, "empty_field")),
    "no client_id": ("v1-server", {"client_id": None}, (403, "empty_field")),
    "no grant_type": ("v1-server", {"grant_type": None}, (403, "empty_field")),
    "neither secret nor verifier": ("v1-public", {"code_verifier": None}, (403, "empty_field")),
    "another redirect": ("v1-server", {"redirect_uri": "https://example.org/"}, (403, "redirect_failed")),
    "no redirect": ("v1-server", {"redirect_uri": None}, (403, "redirect_failed")),
    "a wrong secret": ("v1-server", {"client_secret": "guess"}, (401, "secret_error")),
    "a secret of an app that has none": ("v1-public", {"client_secret": SECRET}, (401, "secret_error")),
    "secret and verifier": ("v1-server", {"code_verifier": VERIFIER}, (401, "secret_error")),
    "another verifier": ("v1-public", {"code_verifier": "x" * 43}, (401, "secret_error")),
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


@pytest.mark.parametrize(("client_id", "other"), [("v1-server", "v1-public"), ("v2-public", "v2-server")])
def test_a_code_is_good_once_for_its_app_and_for_ten_minutes(box, client_id, other):
    program = app(box, client_id)
    code, others, late = program.code(), program.code(), program.code()
    assert [program.exchange(code).status_code // 100 for _ in range(2)] == [2, 4]
    assert said(app(box, other).exchange(others))[1] in ("grant_error", "invalid_grant")
    box.advance(600)
    assert said(program.exchange(late))[1] in ("grant_error", "invalid_grant")


# the pages for people: codes typed in, consent, the displayed code, Connected apps


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
