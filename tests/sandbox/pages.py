"""The host simkl.com: the pages a person sees on a phone while a TV waits.

Plain forms, no script, nothing from outside.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, send_from_directory

if TYPE_CHECKING:
    from tests.sandbox.server import Sandbox

STATIC = Path(__file__).parent / "static"


def blueprint(box: Sandbox) -> Blueprint:
    """Return the routes of simkl.com for one box."""
    routes = Blueprint("pages", __name__)

    @routes.after_request
    def only_from_here(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        response.headers["Cache-Control"] = "no-store"
        return response

    @routes.get("/")
    def index() -> str:
        return render_template("index.html", box=box)

    # Not documented for V1: some clients open /pin/CODE, others /pin?pin=CODE; V2 has ?user_code=.
    @routes.get("/pin")
    @routes.get("/pin/")
    @routes.get("/pin/<path:code>")
    def enter_code(code: str = "") -> str:
        return render_template("pin.html", typed=code or request.args.get("pin") or request.args.get("user_code", ""))

    @routes.post("/pin")
    @routes.post("/pin/")
    def ask_consent() -> Any:
        return consent(box, request.form.get("user_code", ""))

    @routes.post("/pin/answer")
    def take_answer() -> Any:
        return answered(box, request.form.get("user_code", ""), request.form.get("answer", ""))

    @routes.get("/pin-result/<any(allowed, denied):answer>")
    def result(answer: str) -> str:
        return render_template("result.html", allowed=answer == "allowed")

    @routes.get("/settings/connected-apps/")
    def connected_apps() -> str:
        return render_template("connected.html", box=box)

    @routes.post("/settings/connected-apps/revoke")
    def revoke() -> Any:
        # The form names app and user, so no token ever stands in a page.
        for grant in box.tokens:
            if (grant.client_id, grant.user.name) == (request.form.get("client_id"), request.form.get("user_name")):
                box.revoke(grant.token)
        return redirect("/settings/connected-apps/", 303)

    # conventions/images: avatars are JPG at simkl.in; the box serves one picture for every size.
    @routes.get("/avatars/<path:_name>.jpg")
    def avatar(_name: str) -> Any:
        return send_from_directory(STATIC, "avatar.jpg")

    @routes.get("/favicon.ico")
    def favicon() -> Any:
        return send_from_directory(STATIC, "icon.svg")

    return routes


def consent(box: Sandbox, typed: str) -> Any:
    """Return the consent screen for a code, or the entry page that keeps what was typed and says what is wrong."""
    try:
        code = box.model.waiting(typed)
    except LookupError:
        return render_template("pin.html", typed=typed, wrong=True), 404
    minutes = max(1, round((code.expires_at - box.clock()) / 60))
    return render_template("consent.html", code=code, user=box.model.user, minutes=minutes)


def answered(box: Sandbox, typed: str, answer: str) -> Any:
    """Allow or deny a code and go on to the result page, or to the app's registered redirect after a yes."""
    if answer not in ("allow", "deny"):
        return consent(box, typed)
    try:
        code = box.model.waiting(typed)
        (box.approve if answer == "allow" else box.deny)(typed)
    except LookupError:
        return render_template("pin.html", typed=typed, wrong=True), 404
    if answer == "allow" and urlsplit(code.redirect).scheme:
        return redirect(code.redirect, 303)
    return redirect("/pin-result/allowed" if answer == "allow" else "/pin-result/denied", 303)
