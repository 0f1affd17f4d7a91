"""The host api.simkl.com: the V1 PIN flow and the account it leads to.

Sources: Simkl's pages `api-reference/pin`, `api-reference/auth-v1`, `api-reference/simkl/get-user-settings`,
`conventions/headers`, `conventions/errors` and `resources/rate-limits`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request

from tests.sandbox.limits import seconds_until_reset
from tests.sandbox.model import Code, Grant, Poll

if TYPE_CHECKING:
    from tests.sandbox.server import Sandbox

AVATAR = "/avatars/90/90000001abcdef/user_100.jpg"


def blueprint(box: Sandbox) -> Blueprint:
    """Return the routes of api.simkl.com for one box."""
    routes = Blueprint("api", __name__)

    @routes.before_request
    def gate() -> Response | None:
        return None if request.method == "OPTIONS" else refused_at_the_gate(box)

    @routes.after_request
    def open_to_browsers(response: Response) -> Response:
        # conventions/cors: open everywhere, errors included, preflight cached a day
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, simkl-api-key"
        response.headers["Access-Control-Max-Age"] = "86400"
        return response

    @routes.get("/oauth/pin")
    def start() -> Response:
        wrong_generation = refused_generation(box)
        if wrong_generation:
            return wrong_generation
        redirect = request.args.get("redirect", "")
        if redirect and redirect not in box.redirects:
            return error(403, "redirect_failed", "This redirect is not registered for the app")
        return jsonify(start_answer(box, box.model.start(client_id(), app_name(), redirect)))

    @routes.get("/oauth/pin/<path:user_code>")
    def poll(user_code: str) -> Response:
        return refused_generation(box) or jsonify(poll_answer(box, poll_with_faults(box, user_code)))

    # POST is answered too: only GET is in the reference, but guides and clients send POST.
    @routes.route("/users/settings", methods=["GET", "POST"])
    def settings() -> Response:
        grant = box.model.grant_of(bearer_token(), client_id())
        if grant is None:
            return refused_token(box)
        return jsonify(settings_answer(grant))

    return routes


def refused_at_the_gate(box: Sandbox) -> Response | None:
    """Return the refusal every API route has in common: quota test aid, unknown client_id, too many a second."""
    quota = {"user": "user_limit_exceeded", "app": "app_limit_exceeded"}.get(request.args.get("debug_limit", ""))
    if quota:
        refusal = error(429, quota, "The quota of the day is used up")
        refusal.headers["Retry-After"] = str(seconds_until_reset())
        return refusal
    if client_id() not in box.client_ids and client_id() not in box.v2_client_ids:
        # Inferred for the PIN pages: they do not list it, the rule for all endpoints does.
        return error(412, "client_id_failed", "The client_id is missing or unknown")
    token = bearer_token()
    who = token if box.model.grant_of(token, client_id()) else client_id()
    if box.limits and box.per_second.exceeded(who, request.method):
        return error(429, "rate_limit", "Too many requests in one second")
    return None


def refused_generation(box: Sandbox) -> Response | None:
    """Return the refusal a V2 client_id gets from the V1 sign-in endpoints."""
    if client_id() in box.v2_client_ids:
        return error(400, "unauthorized_client", "This client_id is AUTH V2: use POST /oauth2/device")
    return None


def refused_token(box: Sandbox) -> Response:
    """Return the 401 that fits the generation of the client_id."""
    if client_id() not in box.v2_client_ids:
        name = "user_token_failed"
    else:
        name = "invalid_token" if bearer_token() else "user_token_required"
    refusal = error(401, name, "Sign in again")
    refusal.headers["WWW-Authenticate"] = f'Bearer realm="api.simkl.com", error="{name}"'
    return refusal


def poll_with_faults(box: Sandbox, user_code: str) -> Poll:
    """Ask the model, unless a fault was ordered that only a poll can have."""
    if box.take_fault("fresh_code"):
        return Poll("fresh", code=box.model.start(client_id(), app_name()))
    if box.take_fault("slow_down"):
        return Poll("slow_down")
    found = box.model.poll(user_code, client_id(), app_name())
    if found.answer == "approved":
        box.take_fault("lost_approval")  # the wire sees this and resets the connection in place of the answer
    return found


def poll_answer(box: Sandbox, found: Poll) -> dict:
    """Return the JSON of one poll."""
    if found.grant:
        return {"result": "OK", "access_token": found.grant.token}
    if found.code:
        return start_answer(box, found.code)
    # "Slow down" stands only in Simkl's old documentation.
    return {"result": "KO", "message": "Slow down" if found.answer == "slow_down" else "Authorization pending"}


def start_answer(box: Sandbox, code: Code) -> dict:
    """Return the JSON that presents a code; its addresses lead back to the host that was asked."""
    page = request.host_url + "pin"
    return {
        "result": "OK",
        "device_code": "DEVICE_CODE",
        "user_code": code.user_code,
        "verification_uri": page,
        "verification_url": page,
        "expires_in": box.expires_in,
        "interval": box.interval,
    }


def settings_answer(grant: Grant) -> dict:
    """Return the JSON of /users/settings."""
    return {
        "user": {
            "name": grant.user.name,
            "joined_at": "2019-04-02T10:00:00Z",
            "gender": "",
            "avatar": request.host_url.rstrip("/") + AVATAR,
            "bio": "",
            "loc": "",
            "age": "",
        },
        "account": {
            "id": grant.user.id,
            "timezone": "Europe/Oslo",
            "type": grant.user.account_type,
            "anime_title_language": "en",
        },
    }


def error(status: int, name: str, message: str) -> Response:
    """Return an answer in the error envelope of `conventions/errors`."""
    response = jsonify({"error": name, "code": status, "message": message})
    response.status_code = status
    return response


def client_id() -> str:
    """Return the client_id of the request, from the query or from the header simkl-api-key."""
    return request.args.get("client_id") or request.headers.get("simkl-api-key", "")


def app_name() -> str:
    """Return the name the app gave itself, or nothing."""
    return request.args.get("app-name", "")


def bearer_token() -> str:
    """Return the token of the request; the scheme's case does not matter, the token's does."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
