"""What every request has to pass: the Host allow-list, the CSRF token; and the headers of every answer.

Sources: OWASP's cheat sheets "Cross-Site Request Forgery Prevention" and "HTTP Headers". The Host allow-list is against
DNS rebinding: a stranger's page that turns its own name into our address sends its own name as Host. An IP address
cannot be rebound, so any is fine.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from lib.web.access.page_sessions import ADMIN, PERSON, SESSION_SECONDS, PageSession
from lib.web.page_services import page_services
from lib.web.proxy_headers import FORWARDED, address_in
from lib.web.settings import LOOPBACK_NETWORKS, ServeSettings

COOKIES = {ADMIN: "simkl_admin", PERSON: "simkl_person"}
SAME_SITE = {ADMIN: "Strict", PERSON: "Lax"}  # Lax: a person comes back from Simkl's page, and from a messenger
VISITOR_COOKIE = "simkl_visitor"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'{sites}; base-uri 'none'; frame-ancestors 'none'"
)
PROTECTIVE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.format(sites=""),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer a form sends `Origin: null`
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
_ANY_HOST = ("health.healthz", "health.readyz")  # no cookie counts there, so nothing can be had by rebinding


def install_request_guard(app: Flask) -> None:
    """Have the app check each request and complete each answer."""
    app.before_request(_check_host)
    app.before_request(_find_sessions)
    app.before_request(_check_csrf)
    app.after_request(_add_headers)


def current_session(role: str) -> PageSession | None:
    """Return the session that the browser has in this role."""
    found = g.get("sessions", {}).get(role)
    assert found is None or isinstance(found, PageSession)
    return found


def begin_session(response: Response, role: str, account: str = "", invitation_hash: str = "") -> None:
    """Give the browser a new session; an older one of the same role ends (session fixation)."""
    end_session(response, role)
    session_id = page_services().sessions.begin(role, account, invitation_hash)
    _set_cookie(response, COOKIES[role], session_id, SAME_SITE[role], SESSION_SECONDS[role])


def end_session(response: Response, role: str) -> None:
    """End the browser's session in this role."""
    before = request.cookies.get(COOKIES[role])
    if before:
        page_services().sessions.end(before)
    response.delete_cookie(COOKIES[role], path=_cookie_path())


def csrf_token(role: str | None = None) -> str:
    """Return the token for the forms of a page: the session's, or that of a visitor without one."""
    session = current_session(role) if role else None
    return session.csrf_token if session else _visitor_token(_visitor())


def is_local(config: ServeSettings) -> bool:
    """Return whether the request was made on this machine itself, as far as that can be known.

    Not behind a proxy: there everybody comes from this machine.
    """
    return (
        address_in(request.remote_addr or "", LOOPBACK_NETWORKS)
        and not request.environ.get(FORWARDED)
        and not config.has_proxy
        and _host_name(request.host) in _LOCAL_NAMES
    )


def client_network(address: str | None) -> str:
    """Return what a login limit counts by: the address, of IPv6 the /64 that one customer gets."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(parsed)


def host_allowed(host: str, config: ServeSettings) -> bool:
    """Return whether a request may name this host."""
    name = _host_name(host)
    try:
        ipaddress.ip_address(name)
        return True
    except ValueError:
        pass
    public = urlsplit(config.public_url).hostname or ""
    return bool(name) and name in {*_LOCAL_NAMES, config.host.lower(), public.lower(), *config.allowed_hosts}


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _check_host() -> None:
    exempt = (request.endpoint or "").startswith(_ANY_HOST)
    if not exempt and not host_allowed(request.host, page_services().config()):
        abort(421)


def _find_sessions() -> None:
    sessions = page_services().sessions
    g.sessions = {}
    for role, cookie in COOKIES.items():
        value = request.cookies.get(cookie)
        if value:
            g.sessions[role] = sessions.find(value, role)


def _check_csrf() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)
    given = request.form.get("csrf_token", "")
    wanted = [session.csrf_token for session in g.sessions.values() if session is not None]
    visitor = request.cookies.get(VISITOR_COOKIE, "")
    if visitor and request.blueprint != "admin":
        wanted.append(_visitor_token(visitor))
    if not any(hmac.compare_digest(given.encode("utf-8"), token.encode("utf-8")) for token in wanted):
        abort(403)


def _visitor() -> str:
    """Return the random value that a browser without a session is known by; its cookie is set with the answer."""
    value = request.cookies.get(VISITOR_COOKIE) or g.get("visitor")
    if not value:
        value = g.visitor = secrets.token_urlsafe(24)
    return str(value)


def _visitor_token(visitor: str) -> str:
    key = page_services().form_key
    return hmac.new(key, visitor.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _add_headers(response: Response) -> Response:
    if g.get("visitor"):
        _set_cookie(response, VISITOR_COOKIE, g.visitor, "Strict", None)
    for name, value in PROTECTIVE_HEADERS.items():
        if name != "Cache-Control" or request.endpoint != "static":
            response.headers[name] = value
    if g.get("form_sites"):
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(sites=f" {g.form_sites}")
    return response


def _set_cookie(response: Response, name: str, value: str, same_site: str, seconds: float | None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(seconds) if seconds is not None else None,
        path=_cookie_path(),
        secure=request.is_secure,
        httponly=True,
        samesite=same_site,
    )


def _cookie_path() -> str:
    return request.script_root or "/"
