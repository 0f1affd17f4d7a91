"""The host simkl.com: the pages where a person allows an app to use the account, or does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request

from tests.fakes.simkl import addresses
from tests.fakes.simkl.asking import GENERATIONS, SentBack, Unaskable, after_no, after_yes, wanted
from tests.fakes.simkl.authorizations import Wanted
from tests.fakes.simkl.pages import only_from_here

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl


def blueprint(box: FakeSimkl) -> Blueprint:
    """Return the routes of the two authorization pages for one fake server."""
    routes = Blueprint("pages_authorize", __name__)
    routes.after_request(only_from_here)

    @routes.errorhandler(Unaskable)
    def explain(problem: Unaskable) -> Any:
        return render_template("unaskable.html", problem=problem), 400  # Unknown: the status, and the page's words

    @routes.errorhandler(SentBack)
    def send_back(sent_back: SentBack) -> Any:
        return redirect(sent_back.location, 302)

    def ask() -> Any:
        what = asked(box)
        return render_template("authorize.html", what=what, user=box.model.user, goes_to=host_of(what.redirect_uri))

    def take_answer() -> Any:
        what, answer = asked(box), request.form.get("answer")
        if answer == "deny":
            return redirect(after_no(what, addresses.site(box)), 303)
        if answer != "allow":
            return ask()
        code, there = after_yes(box, what, addresses.site(box))
        # Unknown: what this page says, and how long such a code is.
        return redirect(there, 303) if there else render_template("copy_code.html", what=what, code=code)

    for path in GENERATIONS:
        routes.add_url_rule(path, f"ask {path}", ask, methods=["GET"])
        routes.add_url_rule(path, f"answer {path}", take_answer, methods=["POST"])
    return routes


def asked(box: FakeSimkl) -> Wanted:
    """Return what the present request wants; raises Unaskable or SentBack."""
    return wanted(box.apps, request.path, request.args.to_dict(), addresses.site(box))


def host_of(address: str | None) -> str:
    """Return what a person recognises of an address."""
    parts = urlsplit(address or "")
    return parts.netloc or parts.scheme
