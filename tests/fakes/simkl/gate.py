"""What every request to api.simkl.com has in common: who asks, what is refused, and the shape of a refusal.

A family of routes is a blueprint from `guarded`; a route that touches a user calls `signed_in`. Sources: Simkl's pages
`conventions/headers`, `conventions/errors`, `conventions/cors`, `resources/rate-limits` and
`api-reference/oauth2-scopes`.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, request
from werkzeug.local import LocalProxy

from tests.fakes.simkl.apps import V2
from tests.fakes.simkl.grants import Grant
from tests.fakes.simkl.limits import A_DAY, seconds_until_reset

BOX = "simkl.box"
box: Any = LocalProxy(lambda: request.environ[BOX])  # the fake server that is asked now
CHALLENGE = 'Bearer realm="api.simkl.com"'
BROWSERS = {  # conventions/cors: everywhere, errors too, preflight cached a day
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, simkl-api-key",
    "Access-Control-Max-Age": "86400",
}


class Refused(Exception):
    """Ends a request with an error in the envelope of `conventions/errors`."""

    def __init__(self, status: int, name: str, message: str, **headers: str) -> None:
        super().__init__(name)
        self.status, self.body = status, {"error": name, "code": status, "message": message}
        self.headers = {each.replace("_", "-"): value for each, value in headers.items()}

    @property
    def response(self) -> Response:
        return make_response(jsonify(self.body), self.status, self.headers)


def challenged(name: str, message: str, status: int = 401, more: str = "") -> Refused:
    """Return a refusal that says in a header what is wrong with the token."""
    return Refused(status, name, message, WWW_Authenticate=f'{CHALLENGE}, error="{name}"{more}')


def open_to_browsers(routes: Blueprint) -> Blueprint:
    """Let pages of other sites read the answers of a family."""

    @routes.after_request
    def tell(response: Response) -> Response:
        response.headers.update({**BROWSERS, **getattr(g, "quota", {})})
        return response

    return routes


def guarded(name: str) -> Blueprint:
    """Return the blueprint of a family of API routes, with the gate in front of it."""
    routes = open_to_browsers(Blueprint(name, name))
    routes.before_request(gate)
    return routes


def gate() -> None:
    """Refuse what every API route refuses: an unknown client_id, too many requests."""
    if request.method == "OPTIONS":
        return
    app = box.apps.get(client_id())
    if app is None:
        # Inferred for the PIN pages: they do not list it, the rule for all endpoints does.
        raise Refused(412, "client_id_failed", "The client_id is missing or unknown")
    grant = g.grant = box.model.links.use(bearer_token(), app.client_id, request.path)
    if grant and request.method == "POST":
        box.tracking.post(grant.user.name, request.path)
    v2_user = f"user {grant.user.id}" if grant and app.generation == V2 else None
    who = v2_user or (grant.token if grant else app.client_id)
    if box.limits and box.per_second.exceeded(who, request.method):
        raise Refused(429, "rate_limit", "Too many requests in one second")
    if app.generation == V2:
        spend_user_quota(grant)
    elif box.app_quota is not None and box.per_day.spend(f"app {app.client_id}", box.app_quota) is None:
        raise used_up("app_limit_exceeded")  # Simkl publishes no number for V1


def spend_user_quota(grant: Grant | None) -> None:
    """Count a V2 request for its user. Inferred: who is not signed in has no user to count for."""
    if grant is None:
        return
    limit = A_DAY[grant.user.account_type] if box.user_quota is None else box.user_quota
    left = box.per_day.spend(f"user {grant.user.id}", limit)
    if left is None:
        if box.limits or box.user_quota is not None:
            raise used_up("user_limit_exceeded")
    elif grant.uses > 1:  # absent on the first request with a brand-new token; Inferred: it counts all the same
        g.quota = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left)}


def used_up(name: str) -> Refused:
    return Refused(429, name, "The quota of the day is used up", Retry_After=str(seconds_until_reset(box.per_day.now)))


def signed_in(always_writes: bool = False) -> Grant:
    """Return the link a request comes with; refuses no token, a dead one, and one that may not do this.

    A GET without a body reads; everything else writes, and with `always_writes` a GET too. A token that was good at the
    gate is good for the whole request.
    """
    grant: Grant | None = g.grant
    if grant is None:
        dead = "invalid_token" if bearer_token() else "user_token_required"
        raise challenged(dead if box.apps.get(client_id(), V2) else "user_token_failed", "Sign in again")
    reads = request.method in ("GET", "HEAD") and not request.get_data() and not always_writes
    if not reads and not grant.can_write:
        raise challenged("insufficient_scope", "This token may only read", 403, ', scope="media:write"')
    return grant


def client_id() -> str:
    """Return the client_id of the request, from the query or from the header simkl-api-key."""
    return request.args.get("client_id") or request.headers.get("simkl-api-key", "")


def app_name() -> str:
    return request.args.get("app-name", "")


def bearer_token() -> str:
    """Return the token of the request; the scheme's case does not matter, the token's does."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def site() -> str:
    """Return where simkl.com is for whoever asks, without a slash at its end; also the issuer of V2's tokens.

    Both hosts share one port. Unless the fake server plays them by two names (`api_host`), each is whatever name it was
    asked by, so that a phone in the same network finds its way too.
    """
    return box.site_url if box.api_host else request.host_url.rstrip("/")


def pin_page() -> str:
    return f"{site()}/pin"
