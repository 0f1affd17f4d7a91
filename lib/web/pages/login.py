"""The admin's way in: a password, or this machine itself while there is none."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from lib.web.access.admin_password import SHORTEST_PASSWORD, WeakPassword
from lib.web.access.page_sessions import ADMIN
from lib.web.page_services import page_services
from lib.web.pages.wording import go_to, t
from lib.web.request_guard import begin_session, client_network, csrf_token, current_session, end_session, is_local

login_pages = Blueprint("login", __name__)
log = logging.getLogger(__name__)


@login_pages.get("/login")
def login_form() -> BaseResponse:
    """Show the form for the password, or where there is none yet, for a new one."""
    services = page_services()
    if current_session(ADMIN):
        return go_to("admin.people_page")
    if not services.password.is_set():
        return go_to("login.first_password") if is_local(services.config()) else _needs_setup()
    return make_response(
        render_template("login.html", csrf_token=csrf_token(), media_server_login=bool(services.login_servers()))
    )


@login_pages.post("/login")
def log_in() -> BaseResponse:
    """Check the password. Each try counts before it is checked, so that many at once gain nothing."""
    services = page_services()
    if not services.password.is_set():
        abort(403)
    address = client_network(request.remote_addr)
    wait = services.limiter.wait_seconds(address)
    if wait > 0:
        return _too_many(wait)
    services.limiter.failed(address)
    if not services.password.matches(request.form.get("password", "")):
        log.warning("wrong admin password from %s", address)
        return go_to("login.login_form", "wrong_password")
    services.limiter.succeeded(address)
    response = make_response(go_to("admin.people_page"))
    begin_session(response, ADMIN)
    return response


@login_pages.post("/logout")
def log_out() -> BaseResponse:
    """End the session."""
    response = make_response(go_to("login.login_form"))
    end_session(response, ADMIN)
    return response


@login_pages.get("/first-password")
def first_password() -> BaseResponse:
    """Ask for the first password, on this machine only."""
    services = page_services()
    if services.password.is_set():
        return go_to("login.login_form")
    if not is_local(services.config()):
        return _needs_setup()
    return make_response(render_template("set_password.html", csrf_token=csrf_token(), shortest=SHORTEST_PASSWORD))


@login_pages.post("/first-password")
def set_first_password() -> BaseResponse:
    """Keep the first password, from this machine only."""
    services = page_services()
    if services.password.is_set() or not is_local(services.config()):
        abort(403)
    return _set_password("login.first_password")


@login_pages.post("/password")
def change_password() -> BaseResponse:
    """Replace the password; every other session of the admin ends."""
    services = page_services()
    if current_session(ADMIN) is None:
        abort(403)
    if services.password.is_set():
        address = client_network(request.remote_addr)
        wait = services.limiter.wait_seconds(address)
        if wait > 0:
            return _too_many(wait)
        services.limiter.failed(address)
        if not services.password.matches(request.form.get("old", "")):
            return go_to("admin.settings_page", "wrong_password")
        services.limiter.succeeded(address)
    return _set_password("admin.settings_page")


def _set_password(form: str) -> BaseResponse:
    services = page_services()
    try:
        services.password.set(request.form.get("password", ""))
    except WeakPassword:
        return go_to(form, "weak_password")
    services.sessions.end_all(ADMIN)
    response = make_response(go_to("admin.people_page", "password_set"))
    begin_session(response, ADMIN)
    return response


def _too_many(wait: float) -> Response:
    minutes = max(1, round(wait / 60))
    text = t("Too many wrong passwords. Try again in {count} minutes.", count=minutes)
    response = make_response(render_template("message.html", heading=t("Wait a little"), text=text), 429)
    response.headers["Retry-After"] = str(int(wait) + 1)
    return response


def _needs_setup() -> Response:
    text = t(
        "There is no admin password yet. On the server, run plugin.py serve --set-password, or open this page there."
    )
    return make_response(render_template("message.html", heading=t("Not set up yet"), text=text), 403)
