"""A person's own pages: the invitation, the code, and afterwards what was tracked. They see nobody else's."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, g, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lib.account.store import Account
from lib.web.access.invitations import Invitation
from lib.web.access.page_sessions import PERSON, PageSession
from lib.web.access.people import Person
from lib.web.media_server_login import LoginUnavailable
from lib.web.page_services import TrackedView, page_services
from lib.web.pages.sign_in_view import sign_in_view
from lib.web.pages.verdict_texts import detail_text
from lib.web.pages.wording import (
    PERSON_ERROR_TEXTS,
    TRACKED_TAGS,
    date_and_time,
    day,
    error_text,
    go_to,
    t,
)
from lib.web.request_guard import begin_session, client_network, csrf_token, current_session
from lib.web.sign_ins import TooManySignIns

TRACKED_LIMIT = 30

person_pages = Blueprint("person", __name__)
log = logging.getLogger(__name__)


@person_pages.get("/i/<token>")
def show_invitation(token: str) -> BaseResponse:
    """Show an invitation; in the browser that accepted it, the page behind it."""
    invitation = page_services().invitations.find(token)
    if invitation is None:
        return _gone(t("This invitation does not work"), t("It was withdrawn or its time is over. Ask for a new one."))
    if invitation.used_at is not None:
        session = current_session(PERSON)
        if session is not None and session.invitation_hash == invitation.hash:
            return go_to("person.own_page")
        return _gone(t("This invitation was used"), t("It works only in the browser that used it. Ask for a new one."))
    return make_response(
        render_template(
            "invitation.html", invitation=invitation, expires=day(invitation.expires_at), csrf_token=csrf_token()
        )
    )


@person_pages.post("/i/<token>")
def accept_invitation(token: str) -> BaseResponse:
    """Use an invitation up, and give this browser the page of its person."""
    services = page_services()
    invitation = services.invitations.find(token)
    if invitation is None or not services.invitations.use(invitation):
        return go_to("person.show_invitation", token=token)
    log.info("invitation of %s accepted", invitation.server)
    return _let_in(invitation)


@person_pages.get("/sign-in")
def media_server_form() -> BaseResponse:
    """Ask for name and password at the media server, in place of an invitation."""
    servers = page_services().login_servers()
    if not servers:
        abort(404)
    return make_response(render_template("media_server_login.html", servers=servers, csrf_token=csrf_token()))


@person_pages.post("/sign-in")
def media_server_sign_in() -> BaseResponse:
    """Have the media server check name and password; they are kept nowhere."""
    services = page_services()
    server = request.form.get("server", "")
    if server not in services.login_servers():
        abort(404)
    address = client_network(request.remote_addr)
    if services.limiter.wait_seconds(address) > 0:
        return _message(t("Wait a little"), t("Too many wrong passwords. Try again later."), 429)
    services.limiter.failed(address)
    try:
        user = services.check_media_login(server, request.form.get("name", ""), request.form.get("password", ""))
    except LoginUnavailable:
        log.warning("the media server %s cannot be asked for a login", server)
        return go_to("person.media_server_form", "server_unreachable")
    if user is None:
        return go_to("person.media_server_form", "wrong_name_or_password")
    services.limiter.succeeded(address)
    account = services.account_name(server, user.id, user.name)
    return _let_in(Invitation(server, user.id, user.name, account, 0.0, ""))


@person_pages.get("/me")
def own_page() -> BaseResponse:
    """Show the code while there is one to enter, else how the link stands and what was tracked."""
    services, session = page_services(), _session()
    state = services.sign_ins.current(session.account)
    account = services.accounts.get(session.account)
    if state is not None and state.phase == "linked":
        services.sign_ins.forget(session.account)
        state = None
    if state is not None and not ("stay" in request.args and account):
        return _code_page(session, account)
    if "stay" in request.args:
        services.sign_ins.forget(session.account)
    if account is None:
        return _start(session, account)
    return _person_page(session, account)


@person_pages.get("/me/state")
def sign_in_state() -> Response:
    """Tell the page's script how the sign-in stands."""
    services, session = page_services(), _session()
    state = services.sign_ins.current(session.account)
    if state is None or state.phase == "linked":
        return jsonify(leave=True)
    return jsonify(leave=False, version=str(state.version), reason=t(sign_in_view(state).reason))


@person_pages.post("/me/code")
def new_code() -> BaseResponse:
    """Begin a sign-in, or begin it anew."""
    session = _session()
    try:
        page_services().sign_ins.begin(session.account, anew=True)
    except TooManySignIns:
        return _message(t("Wait a little"), t(PERSON_ERROR_TEXTS["too_many_sign_ins"]), 503)
    return go_to("person.own_page")


@person_pages.post("/me/unlink")
def unlink_self() -> BaseResponse:
    """Forget this person's account here."""
    services, session = page_services(), _session()
    services.sign_ins.forget(session.account)
    services.accounts.unlink_account(session.account)
    services.tracking.accounts_changed()
    return _message(
        t("Unlinked"),
        t("Nothing more is sent to Simkl. To link again, open this page again."),
        back=url_for("person.own_page"),
    )


@person_pages.post("/me/browser")
def begin_browser_sign_in() -> BaseResponse:
    """Send the browser to Simkl's own page, where that is set up."""
    services, session = page_services(), _session()
    if services.browser_sign_ins is None:
        abort(404)
    try:
        url = services.browser_sign_ins.begin(session.account)
    except services.browser_sign_ins.errors as error:
        return _message(t("The account could not be linked"), error_text(error), back=url_for("person.own_page"))
    g.form_sites = services.browser_sign_ins.site
    return redirect(url, code=303)


@person_pages.get("/me/callback")
def browser_came_back() -> BaseResponse:
    """Take the browser back from Simkl; only the sign-in that this person's browser began counts."""
    services, session = page_services(), _session()
    if services.browser_sign_ins is None:
        abort(404)
    try:
        found = services.browser_sign_ins.finish(session.account, request.args)
    except services.browser_sign_ins.errors as error:
        return _message(t("The account could not be linked"), error_text(error), back=url_for("person.own_page"))
    if not found:
        return _message(
            t("The account could not be linked"), t("This sign-in belongs to somebody else, or it took too long."), 400
        )
    services.sign_ins.forget(session.account)
    services.tracking.accounts_changed()
    return go_to("person.own_page")


def _session() -> PageSession:
    session = current_session(PERSON)
    if session is None:
        abort(401)
    return session


def _let_in(invitation: Invitation) -> BaseResponse:
    services = page_services()
    services.people.add(Person(invitation.server, invitation.user_key, invitation.user_name, invitation.account))
    response = make_response(go_to("person.own_page"))
    begin_session(response, PERSON, invitation.account, invitation.hash)
    return response


def _start(session: PageSession, account: Account | None) -> BaseResponse:
    """Begin a sign-in for somebody who is not linked; at most one is at work for an account."""
    try:
        page_services().sign_ins.begin(session.account)
    except TooManySignIns:
        return _message(t("Wait a little"), t(PERSON_ERROR_TEXTS["too_many_sign_ins"]), 503)
    return _code_page(session, account)


def _code_page(session: PageSession, account: Account | None) -> BaseResponse:
    services = page_services()
    state = services.sign_ins.current(session.account)
    if state is None:
        return go_to("person.own_page")
    g.form_sites = services.browser_sign_ins.site if services.browser_sign_ins else ""
    return make_response(
        render_template(
            "link.html",
            view=sign_in_view(state),
            csrf_token=csrf_token(PERSON),
            browser_sign_in=services.browser_sign_ins is not None,
            linked=account is not None,
        )
    )


def _person_page(session: PageSession, account: Account) -> BaseResponse:
    services = page_services()
    name = account.user.name if account.user else ""
    since = account.linked_at[:10]
    if account.needs_linking:
        heading = t("{name}: needs linking again", name=name) if name else t("Needs linking again")
    else:
        heading = t("Linked as {name}", name=name) if name else t("Linked")
    servers = [person.server for person in services.people.of_account(session.account)]
    return make_response(
        render_template(
            "person.html",
            heading=heading,
            needs_linking=account.needs_linking,
            servers=", ".join(dict.fromkeys(servers)),
            waiting=services.tracking.waiting(session.account),
            tracked=[_tracked(row) for row in services.tracking.tracked(session.account, TRACKED_LIMIT)],
            facts=_facts(account, since),
            unlink_means=_unlink_means(account),
            csrf_token=csrf_token(PERSON),
        )
    )


def _tracked(row: TrackedView) -> dict[str, str]:
    tag = TRACKED_TAGS[row.state]
    return {
        "label": row.label,
        "detail": detail_text(row.detail, row.label),
        "word": tag.text,
        "kind": tag.kind,
        "when": date_and_time(row.at),
    }


def _facts(account: Account, since: str) -> list[dict[str, str]]:
    facts = [("Simkl", account.user.name)] if account.user else []
    facts += [(t("Since"), since)] if since else []
    return [{"name": name, "value": value} for name, value in facts]


def _unlink_means(account: Account) -> str:
    if account.token.auth == "v2":
        return t("The server forgets the account, and Simkl is told to end the sign-in.")
    address = page_services().connected_apps()
    return t("The server forgets the account. Simkl lists the app until you remove it at {address}", address=address)


def _gone(heading: str, text: str) -> Response:
    return _message(heading, text, 410)


def _message(heading: str, text: str, status: int = 200, back: str = "") -> Response:
    return make_response(render_template("message.html", heading=heading, text=text, back=back), status)
