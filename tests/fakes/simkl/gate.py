"""What every request to api.simkl.com has in common: who asks, what is refused, and the shape of a refusal.

A family of routes calls `guard` on its blueprint and `signed_in` in the routes that touch a user. Sources: Simkl's
pages `conventions/headers`, `conventions/errors`, `conventions/cors`, `resources/rate-limits` and
`api-reference/oauth2-scopes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, jsonify, request

from tests.fakes.simkl.apps import V2
from tests.fakes.simkl.grants import Grant
from tests.fakes.simkl.limits import A_DAY, FREE, seconds_until_reset

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl

CHALLENGE = 'Bearer realm="api.simkl.com"'


def guard(box: FakeSimkl, routes: Blueprint) -> None:
    """Put the gate in front of a family of API routes."""

    @routes.before_request
    def gate() -> Response | None:
        return None if request.method == "OPTIONS" else refused_at_the_gate(box)

    @routes.after_request
    def tell(response: Response) -> Response:
        for name, value in getattr(g, "quota", {}).items():
            response.headers[name] = value
        return open_to_browsers(response)


def open_to_browsers(response: Response) -> Response:
    """Let pages of other sites read an answer (conventions/cors: everywhere, errors too, preflight cached a day)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, simkl-api-key"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def refused_at_the_gate(box: FakeSimkl) -> Response | None:
    """Return the refusal every API route has in common: quota test aid, unknown client_id, too many requests."""
    tried_out = refused_by_test_aid(box)
    if tried_out:
        return tried_out
    app = box.apps.get(client_id())
    if app is None:
        # Inferred for the PIN pages: they do not list it, the rule for all endpoints does.
        return error(412, "client_id_failed", "The client_id is missing or unknown")
    grant = g.grant = box.model.links.use(bearer_token(), app.client_id, request.path)
    if FREE.fullmatch(request.path):
        return None
    if grant and request.method == "POST":
        box.tracking.post(grant.user.name, request.path)
    v2_user = f"user {grant.user.id}" if grant and app.generation == V2 else None
    who = v2_user or (grant.token if grant else app.client_id)
    if box.limits and box.per_second.exceeded(who, request.method):
        return error(429, "rate_limit", "Too many requests in one second")
    return spent_user_quota(box, grant) if app.generation == V2 else spent_app_quota(box, app.client_id)


def refused_by_test_aid(box: FakeSimkl) -> Response | None:
    """Return the real daily 429 for ?debug_limit=user or app; it costs nothing."""
    quota = {"user": "user_limit_exceeded", "app": "app_limit_exceeded"}.get(request.args.get("debug_limit", ""))
    return used_up(box, quota) if quota else None


def spent_user_quota(box: FakeSimkl, grant: Grant | None) -> Response | None:
    """Count a V2 request for its user; the refusal if the day's requests are used up."""
    if grant is None:  # Inferred: who is not signed in has no user to count for
        return None
    limit = A_DAY[grant.user.account_type] if box.user_quota is None else box.user_quota
    left = box.per_day.spend(f"user {grant.user.id}", limit)
    if left is None:
        return used_up(box, "user_limit_exceeded") if box.limits or box.user_quota is not None else None
    if grant.uses > 1:  # absent on the first request with a brand-new token; Inferred: it counts all the same
        g.quota = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left)}
    return None


def spent_app_quota(box: FakeSimkl, app_id: str) -> Response | None:
    """Count a V1 request for its app.

    Simkl publishes no number, so there is a limit only if the fake server was given one.
    """
    if box.app_quota is None or box.per_day.spend(f"app {app_id}", box.app_quota) is not None:
        return None
    return used_up(box, "app_limit_exceeded")


def used_up(box: FakeSimkl, name: str) -> Response:
    """Return the 429 of a daily quota."""
    refusal = error(429, name, "The quota of the day is used up")
    refusal.headers["Retry-After"] = str(seconds_until_reset(box.per_day.now))
    return refusal


def signed_in(box: FakeSimkl, always_writes: bool = False) -> Grant | Response:
    """Return the link a request comes with, or the refusal: no token, a dead one, or one that may not do this.

    A GET without a body reads; everything else writes, and with `always_writes` a GET too. A token that was good at the
    gate is good for the whole request.
    """
    grant: Grant | None = g.grant
    if grant is None:
        return refused_token(box)
    reads = request.method in ("GET", "HEAD") and not request.get_data() and not always_writes
    if reads or grant.can_write:
        return grant
    refusal = error(403, "insufficient_scope", "This token may only read")
    refusal.headers["WWW-Authenticate"] = f'{CHALLENGE}, error="insufficient_scope", scope="media:write"'
    return refusal


def refused_token(box: FakeSimkl) -> Response:
    """Return the 401 that fits the generation of the client_id."""
    if not box.apps.get(client_id(), V2):
        name = "user_token_failed"
    else:
        name = "invalid_token" if bearer_token() else "user_token_required"
    refusal = error(401, name, "Sign in again")
    refusal.headers["WWW-Authenticate"] = f'{CHALLENGE}, error="{name}"'
    return refusal


def error(status: int, name: str, message: str) -> Response:
    """Return an answer in the error envelope of `conventions/errors`."""
    response = jsonify({"error": name, "code": status, "message": message})
    response.status_code = status
    return response


def client_id() -> str:
    """Return the client_id of the request, from the query or from the header simkl-api-key."""
    return request.args.get("client_id") or request.headers.get("simkl-api-key", "")


def app_name() -> str:
    """Return the name the app gave itself, or nothing."""
    return request.args.get("app-name", "")


def bearer_token() -> str:
    """Return the token of the request; the scheme's case does not matter, the token's does."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
