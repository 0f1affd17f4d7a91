"""What every request to api.simkl.com has in common: who asks, how often, what is refused, and the shape of a refusal.

A family of routes is a blueprint from `guarded`; a route that touches a user calls `signed_in`. 10 GET and 1 POST a
second are allowed, and a day's quota that ends at midnight in New York. Sources: Simkl's pages `conventions/headers`,
`conventions/errors`, `resources/rate-limits` and `api-reference/oauth2-scopes`.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Callable, Mapping

from flask import Blueprint, Response, g, jsonify, make_response, request
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from zoneinfo import ZoneInfo

from tests.fakes.simkl.grants import V2, Grant

A_SECOND = 1.0
ALLOWED = {"GET": 10, "POST": 1}
A_DAY = 500  # V2, of one user with all their apps; more for those who pay
NEW_YORK = ZoneInfo("America/New_York")
BOX = "simkl.box"
box: Any = LocalProxy(lambda: request.environ[BOX])  # the fake server that is asked now


def refused(status: int, name: str, message: str, headers: Mapping[str, str] | None = None) -> HTTPException:
    """Return what ends a request with an error in the envelope of `conventions/errors`."""
    body = jsonify(error=name, code=status, message=message)
    return HTTPException(response=make_response(body, status, headers or {}))


def challenged(name: str, message: str, status: int = 401, more: str = "") -> HTTPException:
    """Return a refusal that says in a header what is wrong with the token."""
    return refused(status, name, message, {"WWW-Authenticate": f'Bearer realm="api.simkl.com", error="{name}"{more}'})


def guarded(name: str) -> Blueprint:
    """Return the blueprint of a family of API routes, with the gate in front of it."""
    routes = Blueprint(name, name)
    routes.before_request(gate)

    @routes.after_request
    def tell(response: Response) -> Response:
        response.headers.update(getattr(g, "quota", {}))
        return response

    return routes


def gate() -> None:
    """Refuse what every API route refuses: an unknown client_id, too many requests."""
    app = g.app = box.apps.get(client_id())
    if app is None:
        # Inferred for the PIN pages: they do not list it, the rule for all endpoints does.
        raise refused(412, "client_id_failed", "The client_id is missing or unknown")
    grant = g.grant = box.model.links.use(bearer_token(), app.client_id, request.path)
    if grant and request.method == "POST":
        box.tracking.post(grant.user.name, request.path)
    v2_user = f"user {grant.user.id}" if grant and app.generation == V2 else None
    who = v2_user or (grant.token if grant else app.client_id)
    if box.limits and box.per_second.exceeded(who, request.method):
        raise refused(429, "rate_limit", "Too many requests in one second")
    if v2_user:  # Inferred: who is not signed in has no user to count for
        limit = A_DAY if box.user_quota is None else box.user_quota
        left = box.per_day.spend(v2_user, limit)
        if left is None and (box.limits or box.user_quota is not None):
            raise used_up("user_limit_exceeded")
        if left is not None and grant.uses > 1:  # Inferred: the first with a new token counts too
            g.quota = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left)}
    elif app.generation != V2 and box.app_quota is not None:  # Simkl publishes no number for V1
        if box.per_day.spend(f"app {app.client_id}", box.app_quota) is None:
            raise used_up("app_limit_exceeded")


def used_up(name: str) -> HTTPException:
    wait = {"Retry-After": str(box.per_day.seconds_until_reset())}
    return refused(429, name, "The quota of the day is used up", wait)


def signed_in(always_writes: bool = False) -> Grant:
    """Return the link a request comes with; refuses no token, a dead one, and one that may not do this.

    A GET without a body reads; everything else writes, and with `always_writes` a GET too. A token that was good at the
    gate is good for the whole request.
    """
    grant: Grant | None = g.grant
    if grant is None:
        dead = "invalid_token" if bearer_token() else "user_token_required"
        raise challenged(dead if g.app.generation == V2 else "user_token_failed", "Sign in again")
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
    given = request.authorization
    return given.token or "" if given and given.type == "bearer" else ""


def site() -> str:
    """Return where simkl.com is for whoever asks, without a slash at its end; also the issuer of V2's tokens.

    Both hosts share one port. Unless the fake server plays them by two names (`api_host`), each is whatever name it was
    asked by, so that a phone in the same network finds its way too.
    """
    return box.site_url if box.api_host else request.host_url.rstrip("/")


def pin_page() -> str:
    return f"{site()}/pin"


class PerSecond:
    """Counts what a token or a client_id asked within the last second of the fake server's clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        self._asked: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def exceeded(self, who: str, method: str) -> bool:
        """Count one request; true if it is one too many.

        Not built: the block that, as documented, follows POST overage and grows with it; its lengths are unknown.
        """
        kind = "GET" if method in ("GET", "HEAD") else "POST"
        with self._lock:
            now, asked = self._clock(), self._asked[who, kind]
            while asked and asked[0] <= now - A_SECOND:
                asked.popleft()
            if len(asked) >= ALLOWED[kind]:
                return True
            asked.append(now)
            return False


class PerDay:
    """Counts what a user (V2) or an app (V1) asked on the present day in New York.

    The calendar follows the fake server's clock from `start` on (None: from now), so that a day can pass at once.
    """

    def __init__(self, clock: Callable[[], float], start: datetime | None = None) -> None:
        self._clock = clock
        self._start = (start or datetime.now()).timestamp() - clock()
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        self._asked: Counter = Counter()

    @property
    def now(self) -> datetime:
        """The time in New York as the fake server sees it."""
        return datetime.fromtimestamp(self._start + self._clock(), NEW_YORK)

    def spend(self, who: str, limit: float) -> float | None:
        """Count one request and return how many are left today, None (and do not count it) if there were none."""
        with self._lock:
            key = (self.now.date(), who)
            if self._asked[key] >= limit:
                return None
            self._asked[key] += 1
            return limit - self._asked[key]

    def seconds_until_reset(self) -> int:
        midnight = (self.now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(1, round(midnight.timestamp() - self.now.timestamp()))
