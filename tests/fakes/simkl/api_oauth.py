"""How a program signs in: V1's PIN flow, the token endpoints, V2's device flow, and the account they all lead to.

Sources: Simkl's pages `api-reference/pin`, `auth-v1`, `oauth`, `oauth-pkce`, `oauth2-device`, `oauth2-libraries`,
`oauth2-authorization-code`, `oauth2-tokens`, `simkl/exchange-token`, `simkl/get-user-settings` and `simkl/oauth2-*`;
RFC 6749, RFC 7009, RFC 8628. Inferred: the key names of V2's document beyond the five addresses, from RFC 8414.
"""

from __future__ import annotations

from urllib.parse import unquote_plus

from flask import Blueprint, Response, g, jsonify, make_response, request

from tests.fakes.simkl.apps import Allowed, App
from tests.fakes.simkl.gate import app_name, box, challenged, client_id, guarded, pin_page, refused, signed_in, site
from tests.fakes.simkl.grants import ACCESS_LASTS, V1_LASTS, V2, Grant, Refusal
from tests.fakes.simkl.model import SLOW_DOWN, Code

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
AVATAR = "/avatars/90/90000001abcdef/user_100.jpg"
pin = guarded("api")
# Unknown: whether these count against the requests of a second or a day. Here they do not.
v1 = Blueprint("api_oauth", __name__)
v2 = Blueprint("api_oauth2", __name__, url_prefix="/oauth2")
discovery = Blueprint("discovery", __name__)


# V1's PIN flow, and the account every flow leads to


@pin.get("/oauth/pin")
def start() -> Response:
    refuse_v2(client_id())
    return jsonify(start_answer(box.model.start(client_id(), app_name())))


@pin.get("/oauth/pin/<path:user_code>")
def poll(user_code: str) -> Response:
    refuse_v2(client_id())
    found = poll_with_faults(user_code)
    if isinstance(found, Grant):
        return jsonify(result="OK", access_token=found.token)
    if isinstance(found, Code):
        return jsonify(start_answer(found))
    return jsonify(result="KO", message=found)


# POST is answered too: only GET is in the reference, but guides and clients send POST.
@pin.route("/users/settings", methods=["GET", "POST"])
def settings() -> Response:
    user = signed_in().user
    about = {"name": user.name, "joined_at": "2019-04-02T10:00:00Z", "gender": "", "avatar": site() + AVATAR}
    account = {"id": user.id, "timezone": "Europe/Oslo", "type": "free", "anime_title_language": "en"}
    return jsonify(user={**about, "bio": "", "loc": "", "age": ""}, account=account)


def refuse_v2(app_id: str) -> None:
    app = box.apps.get(app_id)
    if app and app.generation == V2:
        message = "This client_id is AUTH V2: use POST /oauth2/device or /oauth2/token"
        raise refused(400, "unauthorized_client", message)


def poll_with_faults(user_code: str) -> Grant | Code | str:
    """Ask the model, unless a fault was ordered that only a poll can have."""
    if box.take_fault("fresh_code"):
        return box.model.start(client_id(), app_name())
    if box.take_fault("slow_down"):
        return SLOW_DOWN
    found = box.model.poll(user_code, client_id(), app_name())
    if isinstance(found, Grant):
        box.take_fault("lost_approval")  # the wire sees this and resets the connection in place of the answer
    return found


def start_answer(code: Code) -> dict:
    page = pin_page()
    return {
        "result": "OK",
        "device_code": "DEVICE_CODE",
        "user_code": code.user_code,
        "verification_uri": page,
        "verification_url": page,
        "expires_in": box.expires_in,
        "interval": box.interval,
    }


# OAuth


@v1.before_request
@v2.before_request
def read() -> None:
    """Read the fields, form or JSON; the client's id and secret stand among them or in `Authorization: Basic`.

    RFC 6749 2.3.1 wants the latter form-encoded before they are joined.
    """
    fields = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    g.fields = fields if isinstance(fields, dict) else {}
    given = request.authorization
    g.basic = bool(given and given.type == "basic")
    pair = [given.username, given.password] if g.basic else [field("client_id"), field("client_secret")]
    g.client_id, g.secret = [unquote_plus(each or "") for each in pair] if g.basic else pair


def field(name: str) -> str:
    value = g.fields.get(name)
    return value if isinstance(value, str) else ""


# V1


@v1.post("/oauth/token")
def exchange() -> Response:
    allowed = box.model.burn(field("code"))  # any attempt consumes it, a bad one too
    check_complete()
    good = checked_exchange(box.apps[g.client_id], allowed)
    grant = box.model.links.give_v1(g.client_id, good.wanted.app_name, good.user)
    return jsonify(access_token=grant.token, token_type="bearer", scope="public", expires_in=V1_LASTS)


def check_complete() -> None:
    """Refuse a request that is not complete, or from an app that has no business here."""
    if not g.client_id:
        raise refused(403, "empty_field", "client_id is missing")
    refuse_v2(g.client_id)
    if g.client_id not in box.apps:
        # Inferred: the page does not list it, the rule for all endpoints does.
        raise refused(412, "client_id_failed", "The client_id is unknown")
    for name in ("code", "grant_type"):
        if not field(name):
            raise refused(403, "empty_field", f"{name} is missing")
    if not g.secret and not field("code_verifier"):
        raise refused(403, "empty_field", "client_secret or code_verifier is missing")


def checked_exchange(app: App, allowed: Allowed | None) -> Allowed:
    """Return what the code stands for, or refuse a complete request.

    Inferred: the order in which Simkl looks at things, and that a 401's WWW-Authenticate looks as elsewhere.
    """
    redirect, verifier = field("redirect_uri"), field("code_verifier")
    if field("grant_type") != "authorization_code":
        raise challenged("grant_error", "grant_type must be authorization_code")  # Unknown: the name of this error
    if g.secret and g.secret != app.secret:
        raise challenged("secret_error", "Wrong client_secret")
    if redirect and not app.accepts(redirect):
        raise refused(403, "redirect_failed", "This redirect_uri is not registered for the app")
    if g.secret and not redirect:
        raise refused(403, "redirect_failed", "redirect_uri is required")  # Inferred: the name of this error
    if allowed is None or allowed.wanted.app.client_id != app.client_id:
        raise challenged("grant_error", "The code is invalid, expired or used")
    if redirect != (allowed.wanted.redirect_uri or ""):
        # One page wants the one sent to authorize, another any that is registered: this is the strict reading.
        raise refused(403, "redirect_failed", "redirect_uri is not the one the code was issued for")
    # Unknown: a secret together with a verifier ("excludes"), or in place of it. Here what was begun must be finished.
    if bool(verifier) != bool(allowed.wanted.challenge) or (verifier and g.secret):
        raise challenged("secret_error", "Send either client_secret or, if there was a code_challenge, code_verifier")
    if verifier and not allowed.proves(verifier):
        raise challenged("secret_error", "PKCE verification failed")
    return allowed


# V2


@v2.errorhandler(Refusal)
def refuse(refusal: Refusal) -> Response:
    status = 401 if refusal.error == "invalid_client" else 400
    headers = {"WWW-Authenticate": 'Basic realm="oauth2"'} if status == 401 and g.basic else {}
    return make_response(jsonify(error=refusal.error, error_description=refusal.sentence), status, headers)


@v2.post("/device")
def device() -> Response:
    app = registered()  # no secret, even for server apps
    code = box.model.start_device(app.client_id, app.name or app_name(), field("scope"))
    return jsonify(
        device_code=code.device_code,
        user_code=code.user_code,
        verification_uri=pin_page(),
        verification_uri_complete=f"{pin_page()}?user_code={code.user_code}",
        expires_in=box.expires_in,
        interval=box.interval,
    )


@v2.post("/token")
def token() -> Response:
    app = authenticated()
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


@v2.post("/revoke")
def revoke() -> Response:
    app = authenticated()
    for grant in box.tokens:
        if grant.client_id == app.client_id and field("token") in (grant.token, grant.refresh_token):
            box.revoke(grant.id)
    return Response(status=200)  # whatever the token was. Unknown: the body, and a request without a token


def required(name: str) -> str:
    if not field(name):
        raise Refusal("invalid_request", f"{name} is missing")
    return field(name)


def registered() -> App:
    if not all(isinstance(value, str) and "[" not in name for name, value in g.fields.items()):
        raise Refusal("invalid_request", "Every value must be a plain string")  # `name[]=` is a list to Simkl's server
    if not g.client_id:
        raise Refusal("invalid_request", "client_id is missing")  # Unknown: it could be invalid_client as well
    app = box.apps.get(g.client_id)
    if app is None:
        raise Refusal("invalid_client", "Unknown client_id")
    if app.generation != V2:
        raise Refusal("invalid_client", "This client_id is not enabled for OAuth 2.0")
    return app


def authenticated() -> App:
    """Return the app that asks if it is who it says; raises Refusal before anything else is touched."""
    app = registered()
    # Unknown: a secret sent by an app that has none. Here it is wrong like any other.
    if g.secret != (app.secret or ""):
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
    return box.model.links.refresh(required("refresh_token"), app.client_id, field("scope"))


GRANTS = {"authorization_code": by_code, "refresh_token": by_refresh_token, DEVICE_GRANT: by_device_code}


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
