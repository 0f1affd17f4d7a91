"""The admin's pages: people, servers, deliveries, what was not recognised, settings."""

from __future__ import annotations

import logging
import re
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lib.web.access.admin_password import SHORTEST_PASSWORD
from lib.web.access.page_sessions import ADMIN, PERSON
from lib.web.backup import backup_zip
from lib.web.page_services import DeliveryView, page_services
from lib.web.pages.paging import PAGE_LENGTH
from lib.web.pages.people_view import linked_people, unlinked_users
from lib.web.pages.server_view import SETUP_GUIDES, public_address, server_cards
from lib.web.pages.settings_view import settings_in_force
from lib.web.pages.sign_in_view import qr_drawing
from lib.web.pages.verdict_texts import detail_text
from lib.web.pages.wording import OUTCOME_TAGS, date_and_time, day, go_to, t
from lib.web.request_guard import begin_session, csrf_token, current_session, is_local

PAGES = (
    ("admin.people_page", "People"),
    ("admin.servers", "Servers"),
    ("admin.deliveries", "Deliveries"),
    ("admin.not_recognised", "Not recognised"),
    ("admin.settings_page", "Settings"),
)

admin_pages = Blueprint("admin", __name__)
log = logging.getLogger(__name__)


@admin_pages.before_request
def require_admin() -> BaseResponse | None:
    """Let in whoever has signed in; on this machine itself anybody while there is no password."""
    services = page_services()
    if current_session(ADMIN) is not None:
        return None
    if services.password.is_set() or not is_local(services.config()):
        return go_to("login.login_form") if request.method == "GET" else abort(403)
    if request.method != "GET":
        abort(403)
    response = make_response(
        redirect(request.full_path if request.query_string else request.script_root + request.path)
    )
    begin_session(response, ADMIN)
    return response


@admin_pages.get("/")
def people_page() -> str:
    """Show people: linked, invited, and seen but not linked."""
    wanted = request.args.get("name", "").strip()[:100]
    people, people_part = linked_people(wanted)
    seen, seen_part = unlinked_users(wanted)
    return _page(
        "admin_people.html",
        wanted=wanted,
        people=people,
        people_part=people_part,
        seen=seen,
        seen_part=seen_part,
        servers=list(page_services().config().servers),
    )


@admin_pages.post("/people/invite")
def invite() -> Response:
    """Make an invitation and show it, once."""
    services, form = page_services(), request.form
    server, user_name = form.get("server", ""), form.get("user_name", "").strip()
    user_key = form.get("user_key", "").strip() or user_name
    if server not in services.config().servers or not user_key or len(user_key) > 100 or len(user_name) > 100:
        abort(400)
    account = services.account_name(server, user_key, user_name)
    invitation = services.invitations.create(server, user_key, user_name or user_key, account)
    log.info("invitation made for a user of %s", server)
    address = public_address(url_for("person.show_invitation", token=invitation.token))
    page = _page(
        "admin_invitation.html",
        invitation=invitation,
        address=address,
        drawing=qr_drawing(address),
        expires=day(invitation.expires_at),
    )
    return make_response(page)


@admin_pages.post("/people/remove")
def remove_person() -> BaseResponse:
    """Forget a user of a server: invitation, sessions, and the account if nobody else uses it."""
    services = page_services()
    server, user_key = request.form.get("server", ""), request.form.get("user_key", "")
    for person in services.people.everybody():
        if (person.server, person.user_key) == (server, user_key) and not person.from_settings:
            services.people.remove(server, user_key)
            services.sessions.end_all(PERSON, person.account)
            if not services.people.of_account(person.account):
                services.sign_ins.forget(person.account)
                services.accounts.unlink_account(person.account)
    services.invitations.withdraw(server, user_key)
    services.tracking.accounts_changed()
    return go_to("admin.people_page", "removed")


@admin_pages.get("/servers")
def servers() -> str:
    """Show each server's hook address and how to set it up."""
    return _page("admin_servers.html", servers=server_cards(), guides=SETUP_GUIDES)


@admin_pages.post("/servers/rotate")
def rotate_hook() -> BaseResponse:
    """Make a new hook address; the old one works on for a while."""
    server = _known_server()
    return go_to("admin.servers", "hook_rotated" if page_services().hook_secrets.rotate(server) else "hook_in_settings")


@admin_pages.post("/servers/end-old")
def end_old_hook() -> BaseResponse:
    """End the overlap of an old hook address."""
    page_services().hook_secrets.drop_old(_known_server())
    return go_to("admin.servers", "old_hook_ended")


@admin_pages.get("/deliveries")
def deliveries() -> str:
    """Show what came and what became of it."""
    chosen = {name: request.args.get(name, "")[:100] for name in ("server", "outcome", "text")}
    return _page(
        "admin_deliveries.html",
        **_delivery_rows(**chosen),
        chosen=chosen,
        servers=list(page_services().config().servers),
        outcomes=[(word, tag.text) for word, tag in OUTCOME_TAGS.items()],
    )


@admin_pages.get("/not-recognised")
def not_recognised() -> str:
    """Show what Simkl does not know."""
    return _page("admin_not_recognised.html", **_delivery_rows(outcome="unknown_title"))


@admin_pages.post("/not-recognised/retry")
def retry_delivery() -> BaseResponse:
    """Ask Simkl once more about a title."""
    done = page_services().tracking.retry(_delivery_id())
    return go_to("admin.not_recognised", "retried" if done else "gone")


@admin_pages.post("/not-recognised/correct")
def correct_delivery() -> BaseResponse:
    """Say what a title is, by its page at Simkl or its IMDb id."""
    kind, reference = request.form.get("kind", ""), request.form.get("reference", "")
    if kind not in ("movie", "show", "anime"):
        abort(400)
    ids = ids_in_reference(reference)
    if not ids:
        return go_to("admin.not_recognised", "not_an_id")
    done = page_services().tracking.correct(_delivery_id(), kind, ids)
    return go_to("admin.not_recognised", "corrected" if done else "gone")


@admin_pages.get("/settings")
def settings_page() -> str:
    """Show the settings in force, and what can be done from here."""
    config = page_services().config()
    return _page(
        "admin_settings.html",
        path=config.path,
        facts=settings_in_force(config),
        warnings=config.warnings,
        shortest=SHORTEST_PASSWORD,
    )


@admin_pages.post("/settings/pause")
def pause_all() -> BaseResponse:
    """Send nothing to Simkl until told otherwise."""
    paused = request.form.get("paused") == "1"
    page_services().pause(paused)
    return go_to("admin.settings_page", "paused" if paused else "going_on")


@admin_pages.post("/settings/backup")
def backup() -> Response:
    """Send a copy of everything but tokens."""
    response = Response(backup_zip(page_services()), mimetype="application/zip")
    response.headers["Content-Disposition"] = "attachment; filename=simkl-link-backup.zip"
    return response


def _page(template: str, **values: Any) -> str:
    services = page_services()
    return render_template(
        template,
        admin_pages=[(endpoint, label, 0) for endpoint, label in PAGES],
        password_set=services.password.is_set(),
        paused=services.paused(),
        csrf_token=csrf_token(ADMIN),
        **values,
    )


def ids_in_reference(reference: str) -> dict[str, str]:
    """Return the id in an address of simkl.com, such as `simkl.com/tv/12345/name`, or the IMDb id that it is."""
    text = reference.strip()
    imdb = re.search(r"\btt\d{5,10}\b", text)
    if imdb:
        return {"imdb": imdb.group()}
    simkl = re.match(r"(?:https?://)?(?:www\.)?simkl\.com/(?:movies|tv|anime)/(\d{1,10})(?:/|$)", text)
    return {"simkl": simkl.group(1)} if simkl else {}


def _known_server() -> str:
    server = request.form.get("server", "")
    if server not in page_services().config().servers:
        abort(404)
    return server


def _delivery_id() -> int:
    given = request.form.get("id", "")
    if not given.isdigit() or len(given) > 15:
        abort(400)
    return int(given)


def _delivery_rows(**filters: str) -> dict[str, Any]:
    """Return a page of deliveries: its rows, the address of older ones, and that of the newest."""
    given = request.args.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 16 else 0
    found = page_services().tracking.deliveries(PAGE_LENGTH, before=before, **filters)
    asked = {name: value for name, value in filters.items() if value and name in request.args}
    endpoint = str(request.endpoint)
    return {
        "rows": [_delivery(row) for row in found.rows],
        "older": url_for(endpoint, **asked, before=found.older) if found.older else "",  # type: ignore[arg-type]
        "newest": url_for(endpoint, **asked) if before else "",  # type: ignore[arg-type]
    }


def _delivery(row: DeliveryView) -> dict[str, Any]:
    tag = OUTCOME_TAGS[row.outcome_word]
    who = row.user_name or row.user_id or t("nobody named")
    origin = " · ".join(part for part in (who, row.server, row.sender, row.event) if part)
    return {
        "id": row.id,
        "label": row.label,
        "from_whom": origin,
        "detail": detail_text(row.detail, row.label),
        "word": tag.text,
        "kind": tag.kind,
        "when": date_and_time(row.received_at),
    }
