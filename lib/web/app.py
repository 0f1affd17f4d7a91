"""The Flask application: the pages, the hooks, and what other programs ask.

app = create_app(services)
app.test_client().get("/healthz")
"""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from flask import Flask, Response, g, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from lib.simkl.app import APP_VERSION
from lib.web.page_services import EXTENSION, PageServices, page_services
from lib.web.page_texts import ENGLISH, LANGUAGE_NAMES, LANGUAGES
from lib.web.pages.admin import admin_pages
from lib.web.pages.health import health_pages
from lib.web.pages.hook import LARGEST_DELIVERY, HookApplication
from lib.web.pages.login import login_pages
from lib.web.pages.person import person_pages
from lib.web.pages.wording import Tag, t
from lib.web.proxy_headers import ProxyHeaders
from lib.web.request_guard import install_request_guard

LANGUAGE_COOKIE = "simkl_language"
LARGEST_FORM = 64 * 1024
# What a page says above its content after a form; the address carries only the name.
NOTES = {
    "wrong_password": Tag("That is not the password.", "bad"),
    "weak_password": Tag("Too short: at least 10 characters.", "bad"),
    "password_set": Tag("The password is set.", "good"),
    "wrong_name_or_password": Tag("The server does not accept this name and password.", "bad"),
    "server_unreachable": Tag("The media server does not answer. Try again later, or ask for an invitation.", "bad"),
    "removed": Tag("Removed.", "good"),
    "hook_rotated": Tag(
        "This is the new address. Put it into the media server; the old one works on for two weeks.", "good"
    ),
    "hook_in_settings": Tag("The secret of this address stands in the settings file.", "warn"),
    "old_hook_ended": Tag("The old address no longer works.", "good"),
    "retried": Tag("Simkl is being asked once more.", "good"),
    "gone": Tag("This is already done.", "warn"),
    "corrected": Tag("Remembered. It is sent again.", "good"),
    "not_an_id": Tag("That is no address at simkl.com and no IMDb id.", "bad"),
    "paused": Tag("Paused: nothing is sent to Simkl.", "warn"),
    "going_on": Tag("Going on.", "good"),
}
ERROR_PAGES = {
    400: ("That request cannot be answered", "Something in it is missing or wrong."),
    401: (
        "Not signed in",
        "Open your invitation link once more. If it was used in another browser, ask for a new one.",
    ),
    403: ("Not allowed", "The page was open for too long, or it belongs to somebody else. Go back and try again."),
    404: ("Nothing here", "There is no such page."),
    405: ("Nothing here", "There is no such page."),
    413: ("Too large", "More was sent than this server takes."),
    421: (
        "Unknown host name",
        "Add the name in the address bar to serve.allowed_hosts, or open the page by its IP address.",
    ),
    500: ("Internal error", "Please report it. The log has the details."),
}

log = logging.getLogger(__name__)


def create_app(services: PageServices) -> Flask:
    """Return the application; everything it needs is in `services`."""
    app = Flask("lib.web", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_DELIVERY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = services
    app.before_request(_choose_language)
    install_request_guard(app)
    app.after_request(_remember_language)
    app.context_processor(_for_templates)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _defect)
    for blueprint in (health_pages, login_pages, person_pages, admin_pages):
        app.register_blueprint(blueprint)
    in_front = HookApplication(app.wsgi_app, lambda: app.extensions[EXTENSION])
    app.wsgi_app = ProxyHeaders(in_front, lambda: app.extensions[EXTENSION].config())  # type: ignore[method-assign]
    return app


def _choose_language() -> None:
    asked = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    language = asked if asked in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES), ENGLISH)
    g.language = language or ENGLISH
    g.translate = page_services().texts.translator(g.language)


def _remember_language(response: Response) -> Response:
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            request.args["lang"],
            max_age=400 * 86400,
            path=request.script_root or "/",
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def _for_templates() -> dict[str, object]:
    note = NOTES.get(request.args.get("note", ""))
    person = (request.endpoint or "").startswith("person.")
    return {
        "t": t,
        "language": g.language,
        "languages": [(code, name, _this_page_in(code)) for code, name in LANGUAGE_NAMES.items()],
        "version": APP_VERSION,
        "home": url_for("person.own_page") if person else url_for("admin.people_page"),
        "notes": [Tag(t(note.text), note.kind)] if note else [],
    }


def _this_page_in(language: str) -> str:
    """Return the link to this page in another language; a list keeps its filters and its page."""
    in_lists = (request.endpoint or "").startswith("admin.")  # elsewhere the address can hold a code or a state
    kept = {name: value for name, value in request.args.items() if in_lists and name != "note"}
    return f"?{urlencode({**kept, 'lang': language})}"


def _http_error(error: HTTPException) -> Response:
    """Answer an error in words."""
    code = error.code or 500
    heading, text = ERROR_PAGES.get(code, ERROR_PAGES[400])
    if "translate" not in g:
        _choose_language()
    if code in (301, 302, 303, 307, 308):
        return make_response(error.get_response())
    return make_response(render_template("message.html", heading=t(heading), text=t(text)), code)


def _defect(error: Exception) -> Response:
    """Answer an internal error: the page's outermost guard. The log has the traceback, the page nothing of it."""
    log.error("internal error at %s", request.endpoint, exc_info=error)
    heading, text = ERROR_PAGES[500]
    if "translate" not in g:
        _choose_language()
    return make_response(render_template("message.html", heading=t(heading), text=t(text)), 500)
