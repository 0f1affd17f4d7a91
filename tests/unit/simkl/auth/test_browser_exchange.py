"""Trading an authorization code for a token: what is on the wire, each error's own sentence, and never a second try.

Sources: Simkl's pages `api-reference/oauth`, `oauth-pkce`, `oauth2-authorization-code`; RFC 6749 2.3.1.
"""

from __future__ import annotations

import base64
import json
import logging
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests

from lib.simkl import errors
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from tests.fakes.simkl import App, FakeSimkl
from tests.unit.simkl.auth.test_browser_start import KINDS, REDIRECT, browser_flow
from tests.unit.simkl.simkl_says import API, bare, error
from tests.unit.simkl.simkl_says import TOKEN as V1_ACCESS
from tests.unit.simkl.v2_says import CLIENT_ID, REFRESH, SECRET, SITE, TOKEN, TOKENS, fields, oauth_error

AUTH_CODE = "code-of-one-exchange"
V1_TOKENS = {"access_token": V1_ACCESS, "token_type": "bearer", "scope": "public", "expires_in": 157680000}
V1_TOKEN = Token(Secret(V1_ACCESS), CLIENT_ID, "v1")
COMBINATIONS = [(form, place) for form in ("form", "json") for place in ("body", "basic")]
PATHS = {"v1": "/oauth/token", "v2": "/oauth2/token"}
ANSWERS = {"v1": (V1_TOKENS, V1_TOKEN), "v2": (TOKENS, TOKEN)}
EXCHANGE = {
    "v1, a field is missing": ("v1", error(403, "empty_field"), errors.BadRequest, "A required field"),
    "v1, the redirect": ("v1", error(403, "redirect_failed"), errors.RedirectRefused, "Register simkl.redirect_uri"),
    "v1, the secret": ("v1", error(401, "secret_error"), errors.SecretRefused, "Compare simkl.client_secret"),
    "v1, the code": ("v1", error(401, "grant_error"), errors.GrantRefused, "has expired, or was already used"),
    "v1, a V2 id": ("v1", error(400, "unauthorized_client"), errors.OtherGeneration, "newer sign-in (AUTH V2)"),
    "v2, the code": ("v2", oauth_error(400, "invalid_grant"), errors.GrantRefused, "has expired, or was already used"),
    "v2, the client": ("v2", oauth_error(401, "invalid_client"), errors.ClientIdRefused, "accept this client ID"),
    "v2, a field": ("v2", oauth_error(400, "invalid_request"), errors.BadRequest, "A required field"),
    "v2, the grant": ("v2", oauth_error(400, "unsupported_grant_type"), errors.BadRequest, "A required field"),
}
TROUBLE = {
    "too fast": (error(429, "rate_limit"), errors.TooFast),
    "down": (bare(503, Retry_After="1"), errors.Unavailable),
    "no network": ({"exc": requests.ConnectionError("no route")}, errors.Unreachable),
    "the answer is lost": ({"exc": requests.ReadTimeout("late")}, errors.Unreachable),
    "hotel page": (bare(200), errors.Unreadable),
    "no token": ({"json": {"token_type": "bearer"}}, errors.Unreadable),
}


def sent(request) -> dict[str, str]:
    """Return the fields of a form or of JSON."""
    if request.headers["Content-Type"] == "application/json":
        return json.loads(request.text)
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    return fields(request)


@pytest.mark.parametrize(("form", "place"), COMBINATIONS, ids=map(" ".join, COMBINATIONS))
@pytest.mark.parametrize(("auth", "secret"), KINDS.values(), ids=KINDS.keys())
def test_what_is_exchanged_in_each_of_the_four_ways(requests_mock, auth, secret, form, place):
    answer, token = ANSWERS[auth]
    requests_mock.post(f"{API}{PATHS[auth]}", json=answer)
    flow = browser_flow(auth, secret, token_request=form, token_credentials=place)
    attempt = flow.start()
    assert flow.finish(attempt, {"code": AUTH_CODE, "state": "x"}) == token
    (request,) = requests_mock.request_history
    wanted = {"grant_type": "authorization_code", "code": AUTH_CODE, "redirect_uri": REDIRECT}
    if attempt.verifier:
        wanted["code_verifier"] = attempt.verifier.reveal()
    if secret and place == "basic":
        pair = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        assert request.headers["Authorization"] == f"Basic {pair}"
    else:
        assert "Authorization" not in request.headers
        wanted |= {"client_id": CLIENT_ID, **({"client_secret": SECRET} if secret else {})}
    assert sent(request) == wanted
    assert (request.headers["Content-Type"] == "application/json") == (form == "json")
    assert AUTH_CODE not in request.url


def test_without_a_redirect_none_is_exchanged(requests_mock):
    requests_mock.post(f"{API}/oauth/token", json=V1_TOKENS)
    flow = browser_flow(redirect_uri=None)
    assert flow.exchange(flow.start(), AUTH_CODE) == V1_TOKEN
    assert "redirect_uri" not in fields(requests_mock.last_request)


@pytest.mark.parametrize(("auth", "answer", "kind", "said"), EXCHANGE.values(), ids=EXCHANGE.keys())
def test_each_refusal_has_its_own_sentence_and_is_not_asked_again(requests_mock, auth, answer, kind, said):
    requests_mock.post(f"{API}{PATHS[auth]}", **answer)
    flow = browser_flow(auth, SECRET)
    with pytest.raises(errors.SimklError) as caught:
        flow.exchange(flow.start(), AUTH_CODE)
    assert type(caught.value) is kind and said in str(caught.value)
    assert requests_mock.call_count == 1


def test_no_two_refusals_of_v1_say_the_same():
    said = [kind.sentence for auth, _, kind, _ in EXCHANGE.values() if auth == "v1"]
    assert len(set(said)) == len(said) == 5


@pytest.mark.parametrize("auth", ["v1", "v2"])
@pytest.mark.parametrize(("answer", "kind"), TROUBLE.values(), ids=TROUBLE.keys())
def test_a_code_is_never_tried_twice_whatever_went_wrong(requests_mock, auth, answer, kind):
    requests_mock.post(f"{API}{PATHS[auth]}", **answer)
    flow = browser_flow(auth)
    with pytest.raises(errors.SimklError) as caught:
        flow.exchange(flow.start(), AUTH_CODE)
    assert type(caught.value) is kind and requests_mock.call_count == 1


@pytest.mark.parametrize("secret", [None, SECRET], ids=["a public app", "a server app"])
def test_a_grant_that_may_only_read_is_refused_and_revoked(requests_mock, secret):
    requests_mock.post(f"{API}/oauth2/token", json={**TOKENS, "scope": "media:read"})
    requests_mock.post(f"{API}/oauth2/revoke")
    flow = browser_flow("v2", secret)
    with pytest.raises(errors.ScopeMissing):
        flow.exchange(flow.start(), AUTH_CODE)
    named = {"client_id": CLIENT_ID, "token": REFRESH}
    assert fields(requests_mock.last_request) == ({**named, "client_secret": secret} if secret else named)
    assert requests_mock.last_request.path == "/oauth2/revoke"


@pytest.mark.parametrize(("form", "place"), COMBINATIONS, ids=map(" ".join, COMBINATIONS))
def test_no_log_has_code_verifier_secret_or_state(requests_mock, caplog, form, place):
    caplog.set_level(logging.DEBUG)
    requests_mock.post(f"{API}/oauth2/token", json=TOKENS)
    flow = browser_flow("v2", SECRET, token_request=form, token_credentials=place)
    attempt = flow.start()
    flow.exchange(attempt, AUTH_CODE)
    assert "POST /oauth2/token: 200" in caplog.text
    for secret in (AUTH_CODE, SECRET, attempt.verifier.reveal(), attempt.state.reveal(), REFRESH):
        assert secret not in caplog.text


@pytest.mark.parametrize(("form", "place"), COMBINATIONS, ids=map(" ".join, COMBINATIONS))
@pytest.mark.parametrize(("auth", "secret"), KINDS.values(), ids=KINDS.keys())
def test_a_simkl_in_a_box_takes_each_of_the_four_ways(auth, secret, form, place):
    odd = f"{secret}:%/ +&" if secret else None  # what percent-encoding is for
    with FakeSimkl(limits=False, client_ids=(), apps=[App(CLIENT_ID, auth, secret=odd, redirects=(REDIRECT,))]) as box:
        flow = browser_flow(
            auth, odd, site_url=box.site_url, token_request=form, token_credentials=place, api_url=box.api_url
        )
        attempt = flow.start()
        back = urlsplit(box.allow(attempt.url))
        answer = dict(parse_qsl(back.query))
        assert flow.belongs(attempt, answer)
        token = flow.finish(attempt, answer)
        assert (token.auth, token.client_id, token.may_write) == (auth, CLIENT_ID, True)
        with pytest.raises(errors.GrantRefused):
            flow.finish(attempt, answer)
        assert box.unattributed == []


def test_a_refusal_on_v2_comes_back_and_belongs():
    with FakeSimkl(limits=False, client_ids=(), apps=[App(CLIENT_ID, "v2", redirects=(REDIRECT,))]) as box:
        flow = browser_flow("v2", site_url=box.site_url, api_url=box.api_url)
        attempt = flow.start()
        query = parse_qs(urlsplit(box.refuse(attempt.url)).query)
        answer = {name: values[0] for name, values in query.items()}
        assert flow.belongs(attempt, answer) and SITE not in answer["iss"]
        with pytest.raises(errors.AccessDenied):
            flow.finish(attempt, answer)
