"""V2's device, token and revoke endpoints on api.simkl.com, and on simkl.com the document that tells where they are.

Sources: Simkl's pages `api-reference/oauth2-device`, `api-reference/oauth2-authorization-code`,
`api-reference/oauth2-tokens`, `api-reference/oauth2-libraries` and `api-reference/simkl/oauth2-*`; RFC 6749, RFC 7009,
RFC 8628. Inferred: the document's key names beyond the five addresses, from RFC 8414. V1 has no such document.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, make_response, request

from tests.fakes.simkl.apps import SERVER, V2, App
from tests.fakes.simkl.gate import app_name, box, open_to_browsers, pin_page, site
from tests.fakes.simkl.grants import ACCESS_LASTS, Grant, Refusal
from tests.fakes.simkl.token_request import TokenRequest, token_request

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
# Unknown: whether these count against the requests of a second or a day. Here they do not.
routes = open_to_browsers(Blueprint("api_oauth2", __name__, url_prefix="/oauth2"))
discovery = Blueprint("discovery", __name__)


@routes.after_request
def never_stored(response: Response) -> Response:
    response.headers["Cache-Control"], response.headers["Pragma"] = "no-store", "no-cache"
    return response


@routes.errorhandler(Refusal)
def refuse(refusal: Refusal) -> Response:
    status = 401 if refusal.error == "invalid_client" else 400
    headers = {"WWW-Authenticate": 'Basic realm="oauth2"'} if status == 401 and g.asked.basic else {}
    return make_response(jsonify(error=refusal.error, error_description=refusal.sentence), status, headers)


@routes.post("/device")
def device() -> Response:
    app = registered(read())  # no secret, even for server apps
    code = box.model.start_device(app.client_id, app.name or app_name(), g.asked.get("scope"))
    return jsonify(
        device_code=code.device_code,
        user_code=code.user_code,
        verification_uri=pin_page(),
        verification_uri_complete=f"{pin_page()}?user_code={code.user_code}",
        expires_in=box.expires_in,
        interval=box.interval,
    )


@routes.post("/token")
def token() -> Response:
    app = authenticated(read())
    by_grant = GRANTS.get(required("grant_type"))
    if by_grant is None:
        raise Refusal("unsupported_grant_type", f"There are {', '.join(GRANTS)}")
    grant = by_grant(app)
    return jsonify(
        access_token=grant.token,
        token_type="Bearer",
        expires_in=ACCESS_LASTS,
        refresh_token=grant.refresh_token,
        scope=grant.scope,
    )


@routes.post("/revoke")
def revoke() -> Response:
    app = authenticated(read())
    for grant in box.tokens:
        if grant.client_id == app.client_id and g.asked.get("token") in (grant.token, grant.refresh_token):
            box.revoke(grant.id)
    return Response(status=200)  # whatever the token was. Unknown: the body, and a request without a token


@discovery.get("/.well-known/oauth-authorization-server")
def document() -> Response:
    api = box.api_url if box.api_host else request.host_url.rstrip("/")
    proofs = ["none", "client_secret_post", "client_secret_basic"]
    return jsonify(
        issuer=site(),
        authorization_endpoint=f"{site()}/oauth2/authorize",
        token_endpoint=f"{api}/oauth2/token",
        device_authorization_endpoint=f"{api}/oauth2/device",
        revocation_endpoint=f"{api}/oauth2/revoke",
        response_types_supported=["code"],
        grant_types_supported=list(GRANTS),
        token_endpoint_auth_methods_supported=proofs,
        revocation_endpoint_auth_methods_supported=proofs,
        scopes_supported=["media:read", "media:write"],
        code_challenge_methods_supported=["S256"],
        authorization_response_iss_parameter_supported=True,
    )


def read() -> TokenRequest:
    """Read the request; raises Refusal if a value is not plain text."""
    g.asked = token_request()
    if not g.asked.is_plain:
        raise Refusal("invalid_request", "Every value must be a plain string")
    return g.asked


def required(name: str) -> str:
    if not g.asked.get(name):
        raise Refusal("invalid_request", f"{name} is missing")
    return g.asked.get(name)


def registered(asked: TokenRequest) -> App:
    if not asked.client_id:
        raise Refusal("invalid_request", "client_id is missing")  # Unknown: it could be invalid_client as well
    app = box.apps.get(asked.client_id)
    if app is None:
        raise Refusal("invalid_client", "Unknown client_id")
    if app.generation != V2:
        raise Refusal("invalid_client", "This client_id is not enabled for OAuth 2.0")
    return app


def authenticated(asked: TokenRequest) -> App:
    """Return the app that asks if it is who it says; raises Refusal before anything else is touched."""
    app = registered(asked)
    # Unknown: a secret sent by an app that has none. Here it is wrong like any other.
    if asked.secret != (app.secret if app.kind == SERVER else None):
        raise Refusal("invalid_client", "The client_secret is missing or wrong")
    return app


def by_code(app: App) -> Grant:
    """Exchange an authorization code, which any attempt burns; raises Refusal."""
    allowed = box.model.burn(required("code"))
    redirect, verifier = required("redirect_uri"), required("code_verifier")
    if allowed is None or allowed.wanted.app.client_id != app.client_id:
        raise Refusal("invalid_grant", "The code is invalid, expired or used")
    if redirect != allowed.wanted.redirect_uri:
        raise Refusal("invalid_grant", "redirect_uri is not the one the code was issued for")
    if not allowed.proves(verifier):
        raise Refusal("invalid_grant", "PKCE verification failed")
    return box.model.links.give_v2(app.client_id, allowed.wanted.app_name, allowed.user, allowed.wanted.scope)


def by_device_code(app: App) -> Grant:
    """Answer one poll of a device, with the faults only a poll can have; raises Refusal."""
    device_code = required("device_code")
    grant = box.model.poll_device(device_code, app.client_id, slow_down=bool(box.take_fault("slow_down")))
    box.take_fault("lost_approval")  # the wire sees this and resets the connection in place of the answer
    return grant


def by_refresh_token(app: App) -> Grant:
    return box.model.links.refresh(required("refresh_token"), app.client_id, g.asked.get("scope"))


GRANTS = {"authorization_code": by_code, "refresh_token": by_refresh_token, DEVICE_GRANT: by_device_code}
