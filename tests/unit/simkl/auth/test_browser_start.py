"""The address a browser opens, and what may come back: everything Simkl needs, PKCE where it is due, state and issuer.

Sources: Simkl's pages `api-reference/oauth`, `oauth-pkce`, `oauth2-authorization-code`; RFC 7636; RFC 9207.
"""

from __future__ import annotations

import hmac
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from lib.simkl import errors
from lib.simkl.app import APP_NAME, APP_VERSION
from lib.simkl.auth import browser
from lib.simkl.auth.browser import BrowserFlow, challenge
from lib.simkl.http.transport import Transport
from lib.system.secrets import Secret
from tests.fakes.clock import FakeClock
from tests.unit.simkl.simkl_says import API
from tests.unit.simkl.v2_says import BOTH, CLIENT_ID, NOW, SECRET, SITE

REDIRECT = "http://127.0.0.1:8484/callback"
KINDS = {
    "V1 with a secret": ("v1", SECRET),
    "V1 without": ("v1", None),
    "V2 with a secret": ("v2", SECRET),
    "V2 without": ("v2", None),
}


def browser_flow(auth="v1", secret=None, redirect_uri=REDIRECT, site_url=SITE, api_url=API, **options) -> BrowserFlow:
    hidden = Secret(secret) if secret else None
    transport = Transport(api_url, CLIENT_ID, "a test")
    return BrowserFlow(transport, CLIENT_ID, site_url, redirect_uri, hidden, auth, clock=FakeClock(wall=NOW), **options)


def asked(url: str) -> tuple[str, dict[str, str]]:
    """Return the address without its query, and the query with each field once."""
    parts = urlsplit(url)
    query = parse_qs(parts.query, strict_parsing=True)
    assert all(len(values) == 1 for values in query.values())
    return f"{parts.scheme}://{parts.netloc}{parts.path}", {name: values[0] for name, values in query.items()}


@pytest.mark.parametrize(("auth", "secret"), KINDS.values(), ids=KINDS.keys())
def test_the_address_has_all_that_simkl_asks_for_and_nothing_else(auth, secret):
    attempt = browser_flow(auth, secret).start()
    page, query = asked(attempt.url)
    wanted = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT,
        "state": attempt.state.reveal(),
        "app-name": APP_NAME,
        "app-version": APP_VERSION,
    }
    if auth == "v2":
        wanted["scope"] = BOTH
    if auth == "v2" or secret is None:
        wanted |= {"code_challenge": challenge(attempt.verifier.reveal()), "code_challenge_method": "S256"}
    else:
        assert attempt.verifier is None
    assert query == wanted
    assert page == (f"{SITE}/oauth2/authorize" if auth == "v2" else f"{SITE}/oauth/authorize")
    assert attempt.redirect_uri == REDIRECT


@pytest.mark.parametrize("auth", ["v1", "v2"])
def test_the_page_is_on_the_site_and_never_at_the_api(requests_mock, auth):
    attempt = browser_flow(auth, site_url="http://127.0.0.1:8123/").start()
    assert attempt.url.startswith(f"http://127.0.0.1:8123/oauth{'2' if auth == 'v2' else ''}/authorize?")
    assert "api.simkl.com" not in attempt.url
    assert requests_mock.call_count == 0


def test_a_space_is_written_as_simkl_writes_it():
    assert "scope=media%3Aread%20media%3Awrite" in browser_flow("v2").start().url


def test_without_a_registered_redirect_none_is_sent():
    attempt = browser_flow(redirect_uri=None).start()
    assert "redirect_uri" not in attempt.url and attempt.redirect_uri is None


@pytest.mark.parametrize("auth", ["v1", "v2"])
def test_every_attempt_has_a_state_and_a_verifier_of_its_own(auth):
    flow = browser_flow(auth)
    attempts = [flow.start() for _ in range(50)]
    states = {attempt.state.reveal() for attempt in attempts}
    verifiers = {attempt.verifier.reveal() for attempt in attempts}
    assert len(states) == len(verifiers) == 50 and not states & verifiers
    assert all(re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", verifier) for verifier in verifiers)
    assert all(len(state) >= 32 for state in states)  # 16 random bytes or more
    assert not any(verifier in attempt.url for verifier in verifiers for attempt in attempts)


def test_the_challenge_is_that_of_rfc_7636_appendix_b():
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_an_attempt_prints_no_verifier():
    attempt = browser_flow().start()
    assert attempt.verifier.reveal() not in f"{attempt} {attempt!r} {vars(attempt)}"


STATES = {
    "the right one": (lambda state: {"state": state}, True),
    "with a code": (lambda state: {"state": state, "code": "x"}, True),
    "none": (lambda state: {"code": "x"}, False),
    "an empty one": (lambda state: {"state": ""}, False),
    "another": (lambda state: {"state": "A" * len(state)}, False),
    "half of it": (lambda state: {"state": state[:-1]}, False),
    "more than it": (lambda state: {"state": state + "A"}, False),
    "in capitals": (lambda state: {"state": state.swapcase()}, False),
    "beyond ASCII": (lambda state: {"state": "é字" + state}, False),
}


@pytest.mark.parametrize(("answer", "belongs"), STATES.values(), ids=STATES.keys())
@pytest.mark.parametrize("auth", ["v1", "v2"])
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


ISSUERS = {
    "exactly": ({"iss": SITE}, True),
    "none": ({}, False),
    "an empty one": ({"iss": ""}, False),
    "with a slash": ({"iss": f"{SITE}/"}, False),
    "without encryption": ({"iss": "http://simkl.com"}, False),
    "another": ({"iss": "https://simkl.com.evil.example"}, False),
    "the programming interface": ({"iss": API}, False),
}


@pytest.mark.parametrize(("answer", "belongs"), ISSUERS.values(), ids=ISSUERS.keys())
@pytest.mark.parametrize("rest", [{"code": "x"}, {"error": "access_denied"}], ids=["a code", "an error"])
def test_v2_requires_its_issuer_on_every_path_and_v1_names_none(answer, belongs, rest):
    for auth, wanted in (("v2", belongs), ("v1", True)):
        flow = browser_flow(auth)
        attempt = flow.start()
        assert flow.belongs(attempt, {"state": attempt.state.reveal(), **rest, **answer}) is wanted


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [
        ("access_denied", errors.AccessDenied),
        ("invalid_request", errors.BadRequest),
        ("invalid_scope", errors.BadRequest),
        ("server_error", errors.Unavailable),
        ("unauthorized_client", errors.OtherGeneration),
        ("brand_new", errors.UnknownError),
    ],
)
@pytest.mark.parametrize("auth", ["v1", "v2"])
def test_an_error_that_comes_back_is_named_and_nothing_is_exchanged(requests_mock, auth, identifier, kind):
    flow = browser_flow(auth)
    attempt = flow.start()
    with pytest.raises(errors.SimklError) as caught:
        flow.finish(attempt, {"state": attempt.state.reveal(), "error": identifier, "code": "x"})
    assert type(caught.value) is kind
    assert requests_mock.call_count == 0
