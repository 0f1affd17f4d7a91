"""The apps Simkl knows, as they stand in the developer settings, and what they ask a person to allow.

Sources: Simkl's pages `api-reference/auth`, `auth-v2`, `oauth`, `oauth-pkce` and `simkl/authorize` (V1),
`oauth2-authorization-code`, `oauth2-pkce` and `simkl/oauth2-authorize` (V2); RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Mapping
from urllib.parse import quote, urlencode, urlsplit

from tests.fakes.simkl.faults import options_in
from tests.fakes.simkl.grants import READ, V1, V2, User, scope_for

GENERATIONS = {"/oauth/authorize": V1, "/oauth2/authorize": V2}
S256 = "S256"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class App:
    """One registration; its generation is for ever, `name` is what consent pages show.

    V2's form knows three types, which follow from the rest: "tv" (no redirects, no secret, device flow only), "public"
    (redirects, no secret) and "server" (redirects and a secret).
    """

    client_id: str
    generation: str = V1
    secret: str | None = field(default=None, repr=False)
    redirects: tuple[str, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        if not self.client_id or self.generation not in (V1, V2):
            raise ValueError(f"an app needs a client_id, and {V1} or {V2} as its generation")

    @property
    def kind(self) -> str:
        return "server" if self.secret else "public" if self.redirects else "tv"

    def accepts(self, redirect: str) -> bool:
        """Return whether the authorization page may send people to this address.

        V1 compares byte for byte. V2 does not look at the port of a loopback address.
        """
        v2 = self.generation == V2 and _loopback(redirect)
        return redirect in self.redirects or bool(v2 and v2 in map(_loopback, self.redirects))


def _loopback(address: str) -> tuple[str, ...] | None:
    """Return a loopback address without its port, None for any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        return None
    return (re.sub(r":\d*$", "", parts.netloc), parts.path, parts.query, parts.fragment)


def app_from_spec(spec: str) -> App:
    """Read `CLIENT_ID:option=value,option=value`; options are generation, secret, name and redirect (repeatable)."""
    client_id, options = options_in(spec)
    redirects = tuple(value for name, value in options if name == "redirect")
    try:
        return App(client_id, redirects=redirects, **{name: value for name, value in options if name != "redirect"})
    except TypeError:
        raise ValueError(f"{spec!r}: there are the options generation, secret, name and redirect") from None


class Unaskable(Exception):
    """There is nothing to consent to: the person sees an error page and goes nowhere."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(f"{error}: {sentence}")
        self.error, self.sentence = error, sentence


class SentBack(Exception):
    """The app made a mistake that its redirect address, `args[0]`, is told of without asking anybody."""


@dataclass(frozen=True)
class Wanted:
    """What an app asks a person to allow; `redirect_uri` None means that the page shows the code."""

    app: App
    app_name: str
    redirect_uri: str | None
    state: str | None
    challenge: str | None
    scope: str = "public"

    @property
    def can_write(self) -> bool:
        """Whether a yes lets the app change anything; V1 knows no limits."""
        return self.scope != READ


@dataclass(frozen=True)
class Allowed:
    """What a person said yes to: an authorization code, good for one exchange."""

    wanted: Wanted
    user: User
    expires_at: float

    def proves(self, verifier: str) -> bool:
        """Return whether the verifier belongs to the challenge; a malformed one does not."""
        hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return bool(re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", verifier)) and self.wanted.challenge == hashed


def wanted(apps: Mapping[str, App], path: str, query: Mapping[str, str], issuer: str) -> Wanted:
    """Return what a request to one of the two authorization pages wants; raises Unaskable or SentBack."""
    app, v2 = apps.get(query.get("client_id", "")), GENERATIONS[path] == V2
    if app is None:  # Inferred for V1: the rule for all endpoints
        raise Unaskable("invalid_client" if v2 else "client_id_failed", "This app is not known here.")
    return _v2(app, query, issuer) if v2 else _v1(app, query)


def _v1(app: App, query: Mapping[str, str]) -> Wanted:
    if app.generation == V2:
        raise Unaskable("unauthorized_client", "This client_id is AUTH V2: use /oauth2/authorize.")
    if query.get("response_type") != "code":
        raise Unaskable("wrong_parameter", "response_type must be code.")  # Unknown: the name of this error
    challenge = query.get("code_challenge") or None
    if challenge and query.get("code_challenge_method", S256) != S256:
        # Not built: plain. One page says so, another that a wrong-cased method is ignored and the exchange fails later.
        raise Unaskable("invalid_request", "code_challenge_method must be S256.")
    redirect = query.get("redirect_uri") or None
    if not redirect and (app.redirects or not challenge):
        raise Unaskable("redirect_failed", "redirect_uri is missing.")
    if redirect and not app.accepts(redirect):
        raise Unaskable("redirect_failed", "This redirect_uri is not registered for the app.")
    # app-name and app-version are documented as required; libraries do without, so nothing is refused here.
    return Wanted(app, app.name or query.get("app-name", ""), redirect, query.get("state"), challenge)


def _v2(app: App, query: Mapping[str, str], issuer: str) -> Wanted:
    if app.generation == V1:
        raise Unaskable("invalid_client", "This client_id is not enabled for OAuth 2.0.")
    redirect, challenge, state = (query.get(name) for name in ("redirect_uri", "code_challenge", "state"))
    if not redirect or not app.accepts(redirect):  # an app for TVs and command lines has none
        raise Unaskable("invalid_request", "This redirect_uri is not registered for the app.")
    mistake = None
    if query.get("response_type") != "code":
        mistake = ("unsupported_response_type", "response_type must be code")  # Inferred from RFC 6749 4.1.2.1
    elif query.get("code_challenge_method") != S256 or not re.fullmatch(r"[A-Za-z0-9\-_]{43}", challenge or ""):
        mistake = ("invalid_request", "PKCE with S256 is required")
    if mistake:
        told = {"error": mistake[0], "error_description": mistake[1], "state": state, "iss": issuer}
        raise SentBack(location(redirect, told))
    name = app.name or query.get("app-name", "")
    return Wanted(app, name, redirect, state, challenge, scope_for(query.get("scope")))


def location(redirect: str, told: Mapping[str, str | None]) -> str:
    """Return an address with these parameters added, those that are None left out."""
    query = urlencode({name: value for name, value in told.items() if value is not None}, quote_via=quote)
    return f"{redirect}{'&' if urlsplit(redirect).query else '?'}{query}"
