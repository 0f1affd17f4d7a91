"""The host simkl.com: the pages a person sees on a phone, where a code is typed in, an app allowed, and links revoked.

Plain forms, no script, nothing from outside.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, send_from_directory

from tests.fakes.simkl.apps import SentBack, Unaskable, location, wanted
from tests.fakes.simkl.gate import box, site
from tests.fakes.simkl.grants import V2

STATIC = Path(__file__).parent / "static"
routes = Blueprint("pages", __name__)


@routes.after_request
def only_from_here(response: Any) -> Any:
    """Let a page load nothing from outside, and nobody keep it."""
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
@routes.post("/pin/answer")
def take_code() -> Any:
    """Ask for consent to the code that was typed in, or take the answer."""
    typed, answer = request.form.get("user_code", ""), request.form.get("answer", "")
    try:
        code = box.model.waiting(typed)
        if not request.path.endswith("/answer") or answer not in ("allow", "deny"):
            left = lasting(code.expires_at - box.clock())
            return render_template("consent.html", code=code, user=box.model.user, left=left)
        (box.approve if answer == "allow" else box.deny)(typed)
    except LookupError:
        return render_template("pin.html", typed=typed, wrong=True), 404
    return redirect("/pin-result/allowed" if answer == "allow" else "/pin-result/denied", 303)


@routes.get("/pin-result/<any(allowed, denied):answer>")
def result(answer: str) -> str:
    return render_template("result.html", allowed=answer == "allowed")


@routes.get("/settings/connected-apps/")
def connected_apps() -> str:
    return render_template("connected.html", grants=box.tokens, now=box.clock(), lasting=lasting)


@routes.post("/settings/connected-apps/revoke")
def revoke() -> Any:
    # The form names the link by its number, so no token ever stands in a page.
    box.revoke(request.form.get("grant", -1, type=int))
    return redirect("/settings/connected-apps/", 303)


# conventions/images: avatars are JPG at simkl.in; the fake server serves one picture for every size.
@routes.get("/avatars/<path:_name>.jpg")
def avatar(_name: str) -> Any:
    return send_from_directory(STATIC, "avatar.jpg")


@routes.get("/favicon.ico")
def favicon() -> Any:
    return send_from_directory(STATIC, "icon.svg")


@routes.route("/oauth/authorize", methods=["GET", "POST"])
@routes.route("/oauth2/authorize", methods=["GET", "POST"])
def authorize() -> Any:
    """Ask whether an app may use the account, and take the answer."""
    what = wanted(box.apps, request.path, request.args.to_dict(), site())
    answer, v2 = request.form.get("answer"), what.app.generation == V2
    told = {"state": what.state, "iss": site() if v2 else None}
    if answer == "deny":  # V2 tells the app, V1 sends the person to the start page and tells nobody
        return redirect(location(what.redirect_uri, {"error": "access_denied", **told}) if v2 else "/", 303)
    if answer != "allow":
        there = urlsplit(what.redirect_uri or "")
        goes_to = there.netloc or there.scheme  # what a person recognises of an address
        return render_template("authorize.html", what=what, user=box.model.user, goes_to=goes_to)
    code = box.model.allow(what, box.model.user_called(request.form.get("user_name")))
    if what.redirect_uri is None:  # Unknown: what this page says, and how long such a code is
        return render_template("copy_code.html", what=what, code=code)
    return redirect(location(what.redirect_uri, {"code": code, **told}), 303)


@routes.errorhandler(Unaskable)
def explain(problem: Unaskable) -> Any:
    return render_template("unaskable.html", problem=problem), 400  # Unknown: the status, and the page's words


@routes.errorhandler(SentBack)
def send_back(sent_back: SentBack) -> Any:
    return redirect(sent_back.args[0])


def lasting(seconds: float) -> str:
    """Return a span of time in words, such as "12 minutes"."""
    sizes = {"year": 2 * 365 * 86_400, "day": 2 * 86_400, "hour": 3_600}
    unit = next((unit for unit, least in sizes.items() if seconds >= least), "minute")
    count = max(1, round(seconds / {"year": 365 * 86_400, "day": 86_400, "hour": 3_600, "minute": 60}[unit]))
    return f"{count} {unit}{'' if count == 1 else 's'}"
