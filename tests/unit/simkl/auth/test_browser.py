"""The browser sign-in: the address that is opened, what may come back, and one exchange of the code, never a second.

Sources: Simkl's pages `api-reference/oauth`, `oauth-pkce`, `oauth2-authorization-code`; RFC 6749 2.3.1, 7636 and 9207.
"""

import hmac
import json
import logging
import re
from urllib.parse import parse_qsl

import pytest
import requests

from lib.simkl import errors
from lib.simkl.app import APP_NAME, APP_VERSION
from lib.simkl.auth import browser
from lib.simkl.auth.browser import BrowserFlow, challenge
from lib.simkl.auth.tokens import Token
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret
from tests.fakes.clock import FakeClock
from tests.unit.simkl.simkl_says import API, bare, error
from tests.unit.simkl.simkl_says import TOKEN as V1_ACCESS
from tests.unit.simkl.v2_says import BOTH, CLIENT_ID, NOW, REFRESH, SECRET, SITE, TOKEN, TOKENS, fields, oauth_error

REDIRECT = "http://127.0.0.1:8484/callback"
AUTH_CODE = "code-of-one-exchange"
ODD_SECRET = f"{SECRET}:%/ +&"  # what percent-encoding is for
V1_TOKENS = {"access_token": V1_ACCESS, "token_type": "bearer", "scope": "public", "expires_in": 157680000}
AUTHORIZE = {"v1": f"{SITE}/oauth/authorize", "v2": f"{SITE}/oauth2/authorize"}
EXCHANGE = {"v1": f"{API}/oauth/token", "v2": f"{API}/oauth2/token"}
ANSWERS = {"v1": (V1_TOKENS, Token(Secret(V1_ACCESS), CLIENT_ID, "v1")), "v2": (TOKENS, TOKEN)}
KINDS = [("v1", ODD_SECRET), ("v1", None), ("v2", ODD_SECRET), ("v2", None)]
each_generation = pytest.mark.parametrize("auth", ["v1", "v2"])
each_kind = pytest.mark.parametrize(("auth", "secret"), KINDS, ids=["V1 secret", "V1 public", "V2 secret", "V2 public"])
WAYS = [("form", "body"), ("form", "basic"), ("json", "body"), ("json", "basic")]
each_way = pytest.mark.parametrize(("form", "place"), WAYS)


def browser_flow(auth="v1", secret=None, redirect_uri=REDIRECT, site_url=SITE, **options) -> BrowserFlow:
    hidden, transport = Secret(secret) if secret else None, Transport(API, CLIENT_ID, "a test")
    return BrowserFlow(transport, CLIENT_ID, site_url, redirect_uri, hidden, auth, clock=FakeClock(wall=NOW), **options)


@each_kind
def test_the_address_has_all_that_simkl_asks_for_and_nothing_else(requests_mock, auth, secret):
    attempt = browser_flow(auth, secret, site_url=f"{SITE}/").start()
    page, _, query = attempt.url.partition("?")
    state = attempt.state.reveal()
    wanted = {"response_type": "code", "client_id": CLIENT_ID, "redirect_uri": REDIRECT, "state": state}
    if auth == "v2":
        wanted["scope"] = BOTH
    if auth == "v2" or secret is None:
        wanted |= {"code_challenge": challenge(attempt.verifier.reveal()), "code_challenge_method": "S256"}
    else:
        assert attempt.verifier is None
    wanted |= {"app-name": APP_NAME, "app-version": APP_VERSION}
    assert sorted(parse_qsl(query, strict_parsing=True)) == sorted(wanted.items())
    assert "+" not in query, "Simkl writes a space as %20"
    assert (page, attempt.redirect_uri, requests_mock.call_count) == (AUTHORIZE[auth], REDIRECT, 0)


@each_generation
def test_every_attempt_has_a_state_and_a_verifier_of_its_own_and_shows_no_verifier(auth):
    flow = browser_flow(auth)
    attempts = [flow.start() for _ in range(20)]
    states = {attempt.state.reveal() for attempt in attempts}
    verifiers = {attempt.verifier.reveal() for attempt in attempts}
    assert len(states) == len(verifiers) == 20 and not states & verifiers
    assert all(re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", verifier) for verifier in verifiers)
    assert all(len(state) >= 32 for state in states)  # 16 random bytes or more
    for attempt in attempts:
        assert attempt.verifier.reveal() not in f"{attempt} {attempt!r} {vars(attempt)} {attempt.url}"


def test_the_challenge_is_that_of_rfc_7636_appendix_b():
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


STATES = {
    "the right one": (lambda state: {"state": state}, True),
    "none": (lambda state: {"code": "x"}, False),
    "another": (lambda state: {"state": "A" * len(state)}, False),
    "half of it": (lambda state: {"state": state[:-1]}, False),
    "more than it": (lambda state: {"state": state + "A"}, False),
    "beyond ASCII": (lambda state: {"state": "é字" + state}, False),
}


@pytest.mark.parametrize(("answer", "belongs"), STATES.values(), ids=STATES.keys())
@each_generation
def test_only_the_state_of_the_attempt_belongs_to_it(auth, answer, belongs):
    flow = browser_flow(auth)
    attempt = flow.start()
    assert flow.belongs(attempt, {"iss": SITE, **answer(attempt.state.reveal())}) is belongs


def test_the_state_is_compared_in_constant_time(monkeypatch):
    compared = []
    digest = hmac.compare_digest
    monkeypatch.setattr(browser.hmac, "compare_digest", lambda a, b: compared.append((a, b)) or digest(a, b))
    flow = browser_flow()
    attempt = flow.start()
    flow.belongs(attempt, {"state": "another"})
    assert compared == [(b"another", attempt.state.reveal().encode())]


OTHERS = ["", f"{SITE}/", "http://simkl.com", "https://simkl.com.evil.example", API]


@pytest.mark.parametrize("answer", [{}, *({"iss": other} for other in OTHERS)], ids=repr)
@pytest.mark.parametrize("rest", [{"code": "x"}, {"error": "access_denied"}], ids=["a code", "an error"])
def test_v2_requires_its_issuer_on_every_path_and_v1_names_none(answer, rest):
    for auth in ("v1", "v2"):
        flow = browser_flow(auth)
        attempt = flow.start()
        came = {"state": attempt.state.reveal(), **rest}
        assert flow.belongs(attempt, {**came, **answer}) is (auth == "v1")
        assert flow.belongs(attempt, {**came, "iss": SITE}) is True


REFUSED = {"access_denied": errors.AccessDenied, "invalid_scope": errors.BadRequest, "brand_new": errors.UnknownError}


@pytest.mark.parametrize(("identifier", "kind"), REFUSED.items())
@each_generation
def test_an_error_that_comes_back_is_named_and_nothing_is_exchanged(requests_mock, auth, identifier, kind):
    flow = browser_flow(auth)
    attempt = flow.start()
    with pytest.raises(errors.SimklError) as caught:
        flow.finish(attempt, {"state": attempt.state.reveal(), "error": identifier, "code": "x"})
    assert type(caught.value) is kind
    assert requests_mock.call_count == 0


@each_way
@each_kind
def test_what_is_exchanged_in_each_of_the_four_ways(requests_mock, caplog, auth, secret, form, place):
    caplog.set_level(logging.DEBUG)
    answer, token = ANSWERS[auth]
    requests_mock.post(EXCHANGE[auth], json=answer)
    flow = browser_flow(auth, secret, token_request=form, token_credentials=place)
    attempt = flow.start()
    assert flow.finish(attempt, {"code": AUTH_CODE, "state": "x"}) == token
    (request,) = requests_mock.request_history
    wanted = {"grant_type": "authorization_code", "code": AUTH_CODE, "redirect_uri": REDIRECT}
    if attempt.verifier:
        wanted["code_verifier"] = attempt.verifier.reveal()
    if not (secret and place == "basic"):
        wanted |= {"client_id": CLIENT_ID, **({"client_secret": secret} if secret else {})}
    kind = "application/json" if form == "json" else "application/x-www-form-urlencoded"
    assert request.headers["Content-Type"] == kind
    assert (json.loads(request.text) if form == "json" else fields(request)) == wanted
    assert ("Authorization" in request.headers) == bool(secret and place == "basic")
    assert AUTH_CODE not in request.url and ": 200" in caplog.text
    hidden = {AUTH_CODE, attempt.state.reveal(), wanted.get("code_verifier"), secret, V1_ACCESS, REFRESH} - {None}
    assert not any(each in caplog.text for each in hidden)


def test_without_a_registered_redirect_none_is_sent_and_none_exchanged(requests_mock):
    requests_mock.post(EXCHANGE["v1"], json=V1_TOKENS)
    flow = browser_flow(redirect_uri=None)
    attempt = flow.start()
    assert "redirect_uri" not in attempt.url and attempt.redirect_uri is None
    assert flow.exchange(attempt, AUTH_CODE) == ANSWERS["v1"][1]
    assert "redirect_uri" not in fields(requests_mock.last_request)


FAILURES = {
    "v1, a field is missing": ("v1", error(403, "empty_field"), errors.BadRequest),
    "v1, the redirect": ("v1", error(403, "redirect_failed"), errors.RedirectRefused),
    "v1, the secret": ("v1", error(401, "secret_error"), errors.SecretRefused),
    "v2, the code": ("v2", oauth_error(400, "invalid_grant"), errors.GrantRefused),
    "v2, no token": ("v2", {"json": {"token_type": "bearer"}}, errors.Unreadable),
    "too fast": ("v2", error(429, "rate_limit"), errors.TooFast),
    "down": ("v1", bare(503, Retry_After="1"), errors.Unavailable),
    "the answer is lost": ("v2", {"exc": requests.ReadTimeout("late")}, errors.Unreachable),
}


@pytest.mark.parametrize(("auth", "answer", "kind"), FAILURES.values(), ids=FAILURES.keys())
def test_a_code_is_never_tried_twice_whatever_went_wrong(requests_mock, auth, answer, kind):
    requests_mock.post(EXCHANGE[auth], **answer)
    flow = browser_flow(auth, SECRET)
    with pytest.raises(errors.SimklError) as caught:
        flow.exchange(flow.start(), AUTH_CODE)
    assert type(caught.value) is kind and requests_mock.call_count == 1


@pytest.mark.parametrize("secret", [None, SECRET], ids=["a public app", "a server app"])
def test_a_grant_that_may_only_read_is_refused_and_revoked(requests_mock, secret):
    requests_mock.post(EXCHANGE["v2"], json={**TOKENS, "scope": "media:read"})
    requests_mock.post(f"{API}/oauth2/revoke")
    flow = browser_flow("v2", secret)
    with pytest.raises(errors.ScopeMissing):
        flow.exchange(flow.start(), AUTH_CODE)
    named = {"client_id": CLIENT_ID, "token": REFRESH}
    assert fields(requests_mock.last_request) == ({**named, "client_secret": secret} if secret else named)
    assert requests_mock.last_request.path == "/oauth2/revoke"
