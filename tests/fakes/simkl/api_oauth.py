"""The host api.simkl.com: V1's token endpoint, where an authorization code becomes an access token.

Sources: Simkl's pages `api-reference/oauth`, `api-reference/oauth-pkce` and `api-reference/simkl/exchange-token`.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from tests.fakes.simkl.api import refuse_v2
from tests.fakes.simkl.apps import V1
from tests.fakes.simkl.authorizations import Allowed
from tests.fakes.simkl.gate import Refused, box, challenged, open_to_browsers
from tests.fakes.simkl.grants import V1_LASTS
from tests.fakes.simkl.token_request import TokenRequest, token_request

routes = open_to_browsers(Blueprint("api_oauth", __name__))


# Unknown: whether it counts against the requests of a second or a day. Here it does not.
@routes.post("/oauth/token")
def exchange() -> Response:
    asked = token_request()
    allowed = box.model.burn(asked.get("code"))  # any attempt consumes it, a bad one too
    check_complete(asked)
    good = checked_exchange(asked, allowed)
    grant = box.model.links.give_v1(asked.client_id, good.wanted.app_name, good.user)
    return jsonify(access_token=grant.token, token_type="bearer", scope="public", expires_in=V1_LASTS)


def check_complete(asked: TokenRequest) -> None:
    """Refuse a request that is not complete, or from an app that has no business here."""
    if not asked.client_id:
        raise Refused(403, "empty_field", "client_id is missing")
    refuse_v2(asked.client_id)
    if not box.apps.get(asked.client_id, V1):
        # Inferred: the page does not list it, the rule for all endpoints does.
        raise Refused(412, "client_id_failed", "The client_id is unknown")
    for name in ("code", "grant_type"):
        if not asked.get(name):
            raise Refused(403, "empty_field", f"{name} is missing")
    if not asked.secret and not asked.get("code_verifier"):
        raise Refused(403, "empty_field", "client_secret or code_verifier is missing")


def checked_exchange(asked: TokenRequest, allowed: Allowed | None) -> Allowed:
    """Return what the code stands for, or refuse a complete request.

    Inferred: the order in which Simkl looks at things, and that a 401's WWW-Authenticate looks as elsewhere.
    """
    app = box.apps.get(asked.client_id, V1)
    redirect, verifier = asked.get("redirect_uri"), asked.get("code_verifier")
    if asked.get("grant_type") != "authorization_code":
        raise challenged("grant_error", "grant_type must be authorization_code")  # Unknown: the name of this error
    if asked.secret and asked.secret != app.secret:
        raise challenged("secret_error", "Wrong client_secret")
    if redirect and not app.accepts(redirect):
        raise Refused(403, "redirect_failed", "This redirect_uri is not registered for the app")
    if asked.secret and not redirect:
        raise Refused(403, "redirect_failed", "redirect_uri is required")  # Inferred: the name of this error
    if allowed is None or allowed.wanted.app.client_id != app.client_id:
        raise challenged("grant_error", "The code is invalid, expired or used")
    if redirect != (allowed.wanted.redirect_uri or ""):
        # One page wants the one sent to authorize, another any that is registered: this is the strict reading.
        raise Refused(403, "redirect_failed", "redirect_uri is not the one the code was issued for")
    # Unknown: a secret together with a verifier ("excludes"), or in place of it. Here what was begun must be finished.
    if bool(verifier) != bool(allowed.wanted.challenge) or (verifier and asked.secret):
        raise challenged("secret_error", "Send either client_secret or, if there was a code_challenge, code_verifier")
    if verifier and not allowed.proves(verifier):
        raise challenged("secret_error", "PKCE verification failed")
    return allowed
