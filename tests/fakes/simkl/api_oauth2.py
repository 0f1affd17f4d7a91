"""The host api.simkl.com: V2's device, token and revoke endpoints.

Sources: Simkl's pages `api-reference/oauth2-device`, `api-reference/oauth2-authorization-code`,
`api-reference/oauth2-tokens` and `api-reference/simkl/oauth2-*`; RFC 6749, RFC 7009, RFC 8628.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, jsonify

from tests.fakes.simkl import addresses
from tests.fakes.simkl.apps import SERVER, V2, App
from tests.fakes.simkl.gate import app_name, open_to_browsers, refused_by_test_aid
from tests.fakes.simkl.grants import ACCESS_LASTS, Grant, Refusal
from tests.fakes.simkl.token_request import TokenRequest, token_request

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def blueprint(box: FakeSimkl) -> Blueprint:
    """Return the routes under /oauth2 on api.simkl.com for one fake server."""
    routes = Blueprint("api_oauth2", __name__, url_prefix="/oauth2")

    # Unknown: whether these count against the requests of a second or a day. Here they do not.
    @routes.before_request
    def gate() -> Response | None:
        return refused_by_test_aid(box)

    @routes.after_request
    def never_stored(response: Response) -> Response:
        response.headers["Cache-Control"], response.headers["Pragma"] = "no-store", "no-cache"
        return open_to_browsers(response)

    @routes.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> Response:
        answer = jsonify(error=refusal.error, error_description=refusal.sentence)
        answer.status_code = 401 if refusal.error == "invalid_client" else 400
        if answer.status_code == 401 and g.asked.basic:
            answer.headers["WWW-Authenticate"] = 'Basic realm="oauth2"'
        return answer

    @routes.post("/device")
    def device() -> Response:
        asked = read()
        app = registered(box, asked)  # no secret, even for server apps
        code = box.model.devices.start(app.client_id, app.name or app_name(), asked.get("scope"))
        page = addresses.site(box) + "/pin"
        return jsonify(
            device_code=code.device_code,
            user_code=code.user_code,
            verification_uri=page,
            verification_uri_complete=f"{page}?user_code={code.user_code}",
            expires_in=box.expires_in,
            interval=box.interval,
        )

    @routes.post("/token")
    def token() -> Response:
        asked = read()
        app = authenticated(box, asked)
        grant = GRANTS.get(required(asked, "grant_type"))
        if grant is None:
            raise Refusal("unsupported_grant_type", f"There are {', '.join(GRANTS)}")
        return jsonify(token_answer(grant(box, app, asked)))

    @routes.post("/revoke")
    def revoke() -> Response:
        asked = read()
        app = authenticated(box, asked)
        mine = [grant for grant in box.tokens if grant.client_id == app.client_id]
        for grant in mine:
            if asked.get("token") in (grant.token, grant.refresh_token):
                box.revoke(grant.id)
        return Response(status=200)  # whatever the token was. Unknown: the body, and a request without a token

    return routes


def read() -> TokenRequest:
    """Read the request; raises Refusal if a value is not plain text."""
    g.asked = token_request()
    if not g.asked.is_plain:
        raise Refusal("invalid_request", "Every value must be a plain string")
    return g.asked


def required(asked: TokenRequest, name: str) -> str:
    """Return a field; raises Refusal if it is missing."""
    if not asked.get(name):
        raise Refusal("invalid_request", f"{name} is missing")
    return asked.get(name)


def registered(box: FakeSimkl, asked: TokenRequest) -> App:
    """Return the app that asks; raises Refusal."""
    if not asked.client_id:
        raise Refusal("invalid_request", "client_id is missing")  # Unknown: it could be invalid_client as well
    app = box.apps.get(asked.client_id)
    if app is None:
        raise Refusal("invalid_client", "Unknown client_id")
    if app.generation != V2:
        raise Refusal("invalid_client", "This client_id is not enabled for OAuth 2.0")
    return app


def authenticated(box: FakeSimkl, asked: TokenRequest) -> App:
    """Return the app that asks if it is who it says; raises Refusal before anything else is touched."""
    app = registered(box, asked)
    # Unknown: a secret sent by an app that has none. Here it is wrong like any other.
    if asked.secret != (app.secret if app.kind == SERVER else None):
        raise Refusal("invalid_client", "The client_secret is missing or wrong")
    return app


def by_code(box: FakeSimkl, app: App, asked: TokenRequest) -> Grant:
    """Exchange an authorization code, which any attempt burns; raises Refusal."""
    allowed = box.model.authorizations.burn(required(asked, "code"))
    redirect, verifier = required(asked, "redirect_uri"), required(asked, "code_verifier")
    if allowed is None or allowed.wanted.app.client_id != app.client_id:
        raise Refusal("invalid_grant", "The code is invalid, expired or used")
    if redirect != allowed.wanted.redirect_uri:
        raise Refusal("invalid_grant", "redirect_uri is not the one the code was issued for")
    if not allowed.proves(verifier):
        raise Refusal("invalid_grant", "PKCE verification failed")
    return box.model.links.give_v2(app.client_id, allowed.wanted.app_name, allowed.user, allowed.wanted.scope)


def by_device_code(box: FakeSimkl, app: App, asked: TokenRequest) -> Grant:
    """Answer one poll of a device, with the faults only a poll can have; raises Refusal."""
    device_code = required(asked, "device_code")
    grant = box.model.devices.poll(device_code, app.client_id, slow_down=bool(box.take_fault("slow_down")))
    box.take_fault("lost_approval")  # the wire sees this and resets the connection in place of the answer
    return grant


def by_refresh_token(box: FakeSimkl, app: App, asked: TokenRequest) -> Grant:
    """Refresh a link; raises Refusal."""
    return box.model.links.refresh(required(asked, "refresh_token"), app.client_id, asked.get("scope"))


def token_answer(grant: Grant) -> dict:
    """Return the JSON of a success, the same for all three grants."""
    return {
        "access_token": grant.token,
        "token_type": "Bearer",
        "expires_in": ACCESS_LASTS,
        "refresh_token": grant.refresh_token,
        "scope": grant.scope,
    }


GRANTS = {"authorization_code": by_code, "refresh_token": by_refresh_token, DEVICE_GRANT: by_device_code}
