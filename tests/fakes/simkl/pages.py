"""The host simkl.com: the pages a person sees on a phone while a TV waits, and the list of linked apps.

Plain forms, no script, nothing from outside.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, send_from_directory

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl

STATIC = Path(__file__).parent / "static"


def blueprint(box: FakeSimkl) -> Blueprint:
    """Return the routes of simkl.com for one fake server."""
    routes = Blueprint("pages", __name__)
    routes.after_request(only_from_here)

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
        return render_template("connected.html", grants=box.tokens, now=box.clock(), lasting=lasting)

    @routes.post("/settings/connected-apps/revoke")
    def revoke() -> Any:
        # The form names the link by number or by app and user, so no token ever stands in a page.
        named = request.form.get("grant"), request.form.get("client_id"), request.form.get("user_name")
        for grant in box.tokens:
            if named[0] == str(grant.id) or named[1:] == (grant.client_id, grant.user.name):
                box.revoke(grant.id)
        return redirect("/settings/connected-apps/", 303)

    # conventions/images: avatars are JPG at simkl.in; the fake server serves one picture for every size.
    @routes.get("/avatars/<path:_name>.jpg")
    def avatar(_name: str) -> Any:
        return send_from_directory(STATIC, "avatar.jpg")

    @routes.get("/favicon.ico")
    def favicon() -> Any:
        return send_from_directory(STATIC, "icon.svg")

    return routes


def only_from_here(response: Any) -> Any:
    """Let a page load nothing from outside, and nobody keep it."""
    response.headers["Content-Security-Policy"] = "default-src 'self'"
    response.headers["Cache-Control"] = "no-store"
    return response


def consent(box: FakeSimkl, typed: str) -> Any:
    """Return the consent screen for a code, or the entry page that keeps what was typed and says what is wrong."""
    try:
        code = box.model.waiting(typed)
    except LookupError:
        return render_template("pin.html", typed=typed, wrong=True), 404
    left = lasting(code.expires_at - box.clock())
    return render_template("consent.html", code=code, user=box.model.user, left=left)


def answered(box: FakeSimkl, typed: str, answer: str) -> Any:
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


def lasting(seconds: float) -> str:
    """Return a span of time in words, such as "12 minutes"."""
    for unit, size in (("year", 365 * 86_400), ("day", 86_400), ("hour", 3_600)):
        if seconds >= 2 * size or (seconds >= size and unit == "hour"):
            break
    else:
        unit, size = "minute", 60
    count = max(1, round(seconds / size))
    return f"{count} {unit}{'' if count == 1 else 's'}"
