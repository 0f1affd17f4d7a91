"""The host api.simkl.com: V1's token endpoint, where an authorization code becomes an access token.

Sources: Simkl's pages `api-reference/oauth`, `api-reference/oauth-pkce` and `api-reference/simkl/exchange-token`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify

from tests.fakes.simkl.api import refused_generation
from tests.fakes.simkl.apps import V1, App
from tests.fakes.simkl.authorizations import Allowed
from tests.fakes.simkl.gate import CHALLENGE, error, open_to_browsers, refused_by_test_aid
from tests.fakes.simkl.grants import V1_LASTS
from tests.fakes.simkl.token_request import TokenRequest, token_request

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl


def blueprint(box: FakeSimkl) -> Blueprint:
    """Return the route of V1's token endpoint for one fake server."""
    routes = Blueprint("api_oauth", __name__)
    routes.after_request(open_to_browsers)

    # Unknown: whether it counts against the requests of a second or a day. Here it does not.
    @routes.post("/oauth/token")
    def exchange() -> Response:
        asked = token_request()
        allowed = box.model.authorizations.burn(asked.get("code"))  # any attempt consumes it, a bad one too
        refusal = refused_by_test_aid(box) or refused_request(box, asked) or refused_exchange(box, asked, allowed)
        if refusal or not allowed:
            return refusal or error(500, "internal", "A code that is neither good nor bad")
        grant = box.model.links.give_v1(asked.client_id, allowed.wanted.app_name, allowed.user)
        return jsonify(access_token=grant.token, token_type="bearer", scope="public", expires_in=V1_LASTS)

    return routes


def refused_request(box: FakeSimkl, asked: TokenRequest) -> Response | None:
    """Return the refusal of a request that is not complete, or from an app that has no business here."""
    if not asked.client_id:
        return error(403, "empty_field", "client_id is missing")
    wrong_generation = refused_generation(box, asked.client_id)
    if wrong_generation:
        return wrong_generation
    if not box.apps.get(asked.client_id, V1):
        # Inferred: the page does not list it, the rule for all endpoints does.
        return error(412, "client_id_failed", "The client_id is unknown")
    for name in ("code", "grant_type"):
        if not asked.get(name):
            return error(403, "empty_field", f"{name} is missing")
    if not asked.secret and not asked.get("code_verifier"):
        return error(403, "empty_field", "client_secret or code_verifier is missing")
    return None


def refused_exchange(box: FakeSimkl, asked: TokenRequest, allowed: Allowed | None) -> Response | None:
    """Return the refusal of a complete request. Inferred: the order in which Simkl looks at things."""
    app = box.apps.get(asked.client_id, V1)
    redirect = asked.get("redirect_uri")
    if app is None or asked.get("grant_type") != "authorization_code":
        return challenged("grant_error", "grant_type must be authorization_code")  # Unknown: the name of this error
    if asked.secret and asked.secret != app.secret:
        return challenged("secret_error", "Wrong client_secret")
    if redirect and not app.accepts(redirect):
        return error(403, "redirect_failed", "This redirect_uri is not registered for the app")
    if asked.secret and not redirect:
        return error(403, "redirect_failed", "redirect_uri is required")  # Inferred: the name of this error
    if allowed is None or allowed.wanted.app.client_id != app.client_id:
        return challenged("grant_error", "The code is invalid, expired or used")
    if redirect != (allowed.wanted.redirect_uri or ""):
        # One page wants the one sent to authorize, another any that is registered: this is the strict reading.
        return error(403, "redirect_failed", "redirect_uri is not the one the code was issued for")
    return refused_proof(app, asked, allowed)


def refused_proof(app: App, asked: TokenRequest, allowed: Allowed) -> Response | None:
    """Return the refusal of a client that did not prove to be the one that asked for the code."""
    verifier = asked.get("code_verifier")
    # Unknown: a secret together with a verifier ("excludes"), or in place of it. Here what was begun must be finished.
    if bool(verifier) != bool(allowed.wanted.challenge) or (verifier and asked.secret):
        return challenged("secret_error", "Send either client_secret or, if there was a code_challenge, code_verifier")
    if verifier and not allowed.proves(verifier):
        return challenged("secret_error", "PKCE verification failed")
    return None


def challenged(name: str, message: str) -> Response:
    """Return a 401. Inferred: its WWW-Authenticate looks like that of other endpoints."""
    refusal = error(401, name, message)
    refusal.headers["WWW-Authenticate"] = f'{CHALLENGE}, error="{name}"'
    return refusal
