"""The host api.simkl.com: the V1 PIN flow and the account every flow leads to.

Sources: Simkl's pages `api-reference/pin`, `api-reference/auth-v1` and `api-reference/simkl/get-user-settings`.
"""

from __future__ import annotations

from flask import Response, jsonify

from tests.fakes.simkl.apps import V2
from tests.fakes.simkl.gate import app_name, box, client_id, guarded, pin_page, refused, signed_in, site
from tests.fakes.simkl.grants import Grant
from tests.fakes.simkl.model import SLOW_DOWN, Code

AVATAR = "/avatars/90/90000001abcdef/user_100.jpg"
routes = guarded("api")


@routes.get("/oauth/pin")
def start() -> Response:
    refuse_v2(client_id())
    return jsonify(start_answer(box.model.start(client_id(), app_name())))


@routes.get("/oauth/pin/<path:user_code>")
def poll(user_code: str) -> Response:
    refuse_v2(client_id())
    found = poll_with_faults(user_code)
    if isinstance(found, Grant):
        return jsonify(result="OK", access_token=found.token)
    if isinstance(found, Code):
        return jsonify(start_answer(found))
    return jsonify(result="KO", message=found)


# POST is answered too: only GET is in the reference, but guides and clients send POST.
@routes.route("/users/settings", methods=["GET", "POST"])
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
