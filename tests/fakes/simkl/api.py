"""The host api.simkl.com: the V1 PIN flow and the account every flow leads to.

Sources: Simkl's pages `api-reference/pin`, `api-reference/auth-v1` and `api-reference/simkl/get-user-settings`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request

from tests.fakes.simkl import addresses
from tests.fakes.simkl.apps import V1, V2
from tests.fakes.simkl.codes import Code
from tests.fakes.simkl.gate import app_name, client_id, error, guard, signed_in
from tests.fakes.simkl.grants import Grant
from tests.fakes.simkl.model import Poll

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl

AVATAR = "/avatars/90/90000001abcdef/user_100.jpg"


def blueprint(box: FakeSimkl) -> Blueprint:
    """Return the routes of api.simkl.com for one fake server."""
    routes = Blueprint("api", __name__)
    guard(box, routes)

    @routes.get("/oauth/pin")
    def start() -> Response:
        wrong_generation = refused_generation(box, client_id())
        if wrong_generation:
            return wrong_generation
        redirect = request.args.get("redirect", "")
        app = box.apps.get(client_id(), V1)
        if redirect and not (app and app.accepts(redirect)):
            return error(403, "redirect_failed", "This redirect is not registered for the app")
        return jsonify(start_answer(box, box.model.start(client_id(), app_name(), redirect)))

    @routes.get("/oauth/pin/<path:user_code>")
    def poll(user_code: str) -> Response:
        return refused_generation(box, client_id()) or jsonify(poll_answer(box, poll_with_faults(box, user_code)))

    # POST is answered too: only GET is in the reference, but guides and clients send POST.
    @routes.route("/users/settings", methods=["GET", "POST"])
    def settings() -> Response:
        grant = signed_in(box)
        return jsonify(settings_answer(box, grant)) if isinstance(grant, Grant) else grant

    return routes


def refused_generation(box: FakeSimkl, app_id: str) -> Response | None:
    """Return the refusal a V2 client_id gets from the V1 sign-in endpoints."""
    if box.apps.get(app_id, V2):
        return error(400, "unauthorized_client", "This client_id is AUTH V2: use POST /oauth2/device or /oauth2/token")
    return None


def poll_with_faults(box: FakeSimkl, user_code: str) -> Poll:
    """Ask the model, unless a fault was ordered that only a poll can have."""
    if box.take_fault("fresh_code"):
        return Poll("fresh", code=box.model.start(client_id(), app_name()))
    if box.take_fault("slow_down"):
        return Poll("slow_down")
    found = box.model.poll(user_code, client_id(), app_name())
    if found.answer == "approved":
        box.take_fault("lost_approval")  # the wire sees this and resets the connection in place of the answer
    return found


def poll_answer(box: FakeSimkl, found: Poll) -> dict:
    """Return the JSON of one poll."""
    if found.grant:
        return {"result": "OK", "access_token": found.grant.token}
    if found.code:
        return start_answer(box, found.code)
    # "Slow down" stands only in Simkl's old documentation.
    return {"result": "KO", "message": "Slow down" if found.answer == "slow_down" else "Authorization pending"}


def start_answer(box: FakeSimkl, code: Code) -> dict:
    """Return the JSON that presents a code."""
    page = addresses.site(box) + "/pin"
    return {
        "result": "OK",
        "device_code": "DEVICE_CODE",
        "user_code": code.user_code,
        "verification_uri": page,
        "verification_url": page,
        "expires_in": box.expires_in,
        "interval": box.interval,
    }


def settings_answer(box: FakeSimkl, grant: Grant) -> dict:
    """Return the JSON of /users/settings."""
    return {
        "user": {
            "name": grant.user.name,
            "joined_at": "2019-04-02T10:00:00Z",
            "gender": "",
            "avatar": addresses.site(box) + AVATAR,
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
