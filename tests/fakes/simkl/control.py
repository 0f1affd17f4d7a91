"""The fake server's remote control over HTTP, for tests and tools in other processes.

No fault and no limit applies here.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from tests.fakes.simkl.faults import FOREVER, Order, order_from
from tests.fakes.simkl.grants import fingerprint
from tests.fakes.simkl.journal import Recorded

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl

SECRETS = ("client_secret", "code", "code_verifier", "device_code", "refresh_token", "token")


def blueprint(box: FakeSimkl) -> Blueprint:
    """Return the routes under /_box, and /elsewhere where redirected requests end."""
    routes = Blueprint("control", __name__)

    @routes.errorhandler(ValueError)
    @routes.errorhandler(LookupError)
    def explain(problem: Exception) -> tuple[Response, int]:
        return jsonify(error=str(problem.args[0])), 400

    @routes.get("/_box/state")
    def state() -> Response:
        return jsonify(state_of(box))

    @routes.get("/_box/requests")
    def requests() -> Response:
        return jsonify([shown(recorded) for recorded in box.requests])

    @routes.post("/_box/faults")
    def order() -> Response:
        return jsonify(described(box.orders.add(order_from(**order_in(body())))))

    @routes.delete("/_box/faults")
    def clear_faults() -> Response:
        box.clear_faults()
        return jsonify(faults=[])

    @routes.post("/_box/approve")
    def approve() -> Response:
        wanted = body("user_code", "user_name")
        user_code = text(wanted, "user_code") or box.model.newest().user_code
        return jsonify(user_code=box.approve(user_code, text(wanted, "user_name")))

    @routes.post("/_box/deny")
    def deny() -> Response:
        user_code = text(body("user_code"), "user_code") or box.model.newest().user_code
        return jsonify(user_code=box.deny(user_code))

    @routes.post("/_box/allow")
    def allow() -> Response:
        wanted = body("url", "user_name")
        return jsonify(location=box.allow(text(wanted, "url") or "", text(wanted, "user_name")))

    @routes.post("/_box/refuse")
    def refuse() -> Response:
        return jsonify(location=box.refuse(text(body("url"), "url") or ""))

    @routes.post("/_box/revoke")
    def revoke() -> Response:
        wanted = body("user_name", "token")
        return jsonify(revoked=box.revoke(text(wanted, "token") or text(wanted, "user_name")))

    @routes.post("/_box/clock")
    def clock() -> Response:
        seconds = body("advance").get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise ValueError(f"advance must be a number of seconds, not {seconds!r}")
        return jsonify(now=box.advance(seconds))

    @routes.post("/_box/reset")
    def reset() -> Response:
        body()
        box.reset()
        return jsonify(state_of(box))

    @routes.route("/elsewhere", methods=["GET", "POST", "PUT", "DELETE"])
    def elsewhere() -> Response:
        box.journal.went_elsewhere(request.environ)
        return jsonify(elsewhere=True)

    return routes


def body(*accepted: str) -> dict[str, Any]:
    """Return the JSON object of the request, {} if it has no body; raises ValueError for anything else."""
    if not request.get_data():
        return {}
    given = request.get_json(force=True, silent=True)
    if not isinstance(given, dict):
        raise ValueError("the body must be a JSON object, or nothing at all")
    unknown = sorted(set(given) - set(accepted))
    if unknown and request.path != "/_box/faults":
        choices = f"accepts {', '.join(accepted)}" if accepted else "accepts no options"
        raise ValueError(f"{unknown[0]!r} is not known here; {request.path} {choices}")
    return given


def text(given: dict[str, Any], name: str) -> str | None:
    """Return a text option, None if it is absent; raises ValueError for another type."""
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} must be text, not {value!r}")
    return value


def order_in(given: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of an order.

    The name of the fault may be missing, the fake server then says which there are.
    """
    return {"fault": None, **given}


def state_of(box: FakeSimkl) -> dict[str, Any]:
    """Return everything a watcher may want to know; tokens only as their SHA-256."""
    now = box.clock()
    return {
        "url": box.url,
        "now": now,
        "interval": box.interval,
        "expires_in": box.expires_in,
        "client_ids": list(box.client_ids),
        "v2_client_ids": list(box.v2_client_ids),
        "codes": [
            {
                "user_code": code.user_code,
                "state": code.state,
                "generation": code.generation,
                "app_name": code.app_name,
                "created": code.created,
                "expires_in": code.expires_at - now,
            }
            for code in box.codes
        ],
        "tokens": [
            {
                "user_name": grant.user.name,
                "user_id": grant.user.id,
                "client_id": grant.client_id,
                "app_name": grant.app_name,
                "token_sha256": fingerprint(grant.token),
                "grant_id": grant.id,
                "generation": grant.generation,
                "scope": grant.scope,
                "requests": grant.requests,
                "refresh_token_sha256": grant.refresh_token and fingerprint(grant.refresh_token),
            }
            for grant in box.tokens
        ],
        "refreshes": [asdict(each) for each in box.refreshes],
        "dead_token_uses": [asdict(each) for each in box.dead_token_uses],
        "faults": [described(order) for order in box.orders.pending],
        "requests": len(box.requests),
        "too_fast": [asdict(each) for each in box.too_fast],
        "unattributed": [shown(recorded) for recorded in box.unattributed],
        **tracking_of(box),
        "elsewhere": [{"authorization": "Authorization" in each.headers, "at": each.at} for each in box.elsewhere],
    }


def tracking_of(box: FakeSimkl) -> dict[str, Any]:
    """Return what was tracked: lists of the records that a test reads, those by user as one list."""
    lists = {
        "scrobbles": box.scrobbles,
        "watched": [mark for marks in box.watched.values() for mark in marks.values()],
        "unwatched": box.unwatched,
        "history_calls": box.history_calls,
        "ratings": [rating for ratings in box.ratings.values() for rating in ratings.values()],
        "playbacks": box.playbacks,
        "too_many_posts": box.too_many_posts,
        "malformed": box.malformed,
    }
    return {name: [asdict(record) for record in records] for name, records in lists.items()}


def described(order: Order) -> dict[str, Any]:
    """Return an order as JSON."""
    times = FOREVER if order.times is None else order.times
    return {"fault": order.fault, **order.options, "times": times, "path": order.path or "/", "served": order.served}


def shown(recorded: Recorded) -> dict[str, Any]:
    """Return a request as JSON, with its SHA-256 in place of every secret."""
    shape = asdict(recorded)
    scheme, _, token = recorded.headers.get("Authorization", "").partition(" ")
    if token:
        shape["headers"]["Authorization"] = f"{scheme} sha256:{fingerprint(token.strip())}"
    if isinstance(recorded.body, bytes) and recorded.fields:
        shape["body"] = recorded.fields
    elif isinstance(recorded.body, bytes):
        shape["body"] = recorded.body.decode("utf-8", "replace")
    if isinstance(shape["body"], dict):
        shape["body"] = {n: f"sha256:{fingerprint(v)}" if n in SECRETS else v for n, v in shape["body"].items()}
    return shape
