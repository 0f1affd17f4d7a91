"""The fake server's remote control over HTTP, for tests and tools in other processes.

No fault and no limit applies here.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Callable

from flask import Blueprint, Response, jsonify, request

from tests.fakes.simkl.faults import FOREVER, Order, order_from
from tests.fakes.simkl.gate import box
from tests.fakes.simkl.grants import Grant, fingerprint
from tests.fakes.simkl.journal import Recorded

SECRETS = ("client_secret", "code", "code_verifier", "device_code", "refresh_token", "token")
routes = Blueprint("control", __name__)


@routes.errorhandler(ValueError)
@routes.errorhandler(LookupError)
def explain(problem: Exception) -> tuple[Response, int]:
    return jsonify(error=str(problem.args[0])), 400


@routes.get("/_box/state")
def state() -> Response:
    return jsonify(state_now())


@routes.get("/_box/requests")
def requests() -> Response:
    return jsonify([shown(recorded) for recorded in box.requests])


@routes.delete("/_box/faults")
def clear_faults() -> Response:
    box.clear_faults()
    return jsonify(faults=[])


@routes.post("/_box/faults")
def order() -> Response:
    return jsonify(described(box.orders.add(order_from(**{"fault": None, **body()}))))


@routes.post("/_box/<any(approve, deny, allow, refuse, revoke, clock, reset):name>")
def act(name: str) -> Response:
    accepted, does = ACTS[name]
    given = body()
    unknown = sorted(set(given) - set(accepted))
    if unknown:
        choices = f"accepts {', '.join(accepted)}" if accepted else "accepts no options"
        raise ValueError(f"{unknown[0]!r} is not known here; {request.path} {choices}")
    for option, value in given.items():
        if option != "advance" and not isinstance(value, (str, type(None))):
            raise ValueError(f"{option} must be text, not {value!r}")
    return jsonify(does(given.get))


def _advanced(given: Callable[[str], Any]) -> dict[str, Any]:
    seconds = given("advance")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise ValueError(f"advance must be a number of seconds, not {seconds!r}")
    return {"now": box.advance(seconds)}


def _reset(_: Any) -> dict[str, Any]:
    box.reset()
    return state_now()


def _code(given: Callable[[str], Any]) -> str:
    return given("user_code") or box.model.newest().user_code


ACTS: dict[str, tuple[tuple[str, ...], Callable[[Callable[[str], Any]], dict[str, Any]]]] = {
    "approve": (("user_code", "user_name"), lambda get: {"user_code": box.approve(_code(get), get("user_name"))}),
    "deny": (("user_code",), lambda get: {"user_code": box.deny(_code(get))}),
    "allow": (("url", "user_name"), lambda get: {"location": box.allow(get("url") or "", get("user_name"))}),
    "refuse": (("url",), lambda get: {"location": box.refuse(get("url") or "")}),
    "revoke": (("user_name", "token"), lambda get: {"revoked": box.revoke(get("token") or get("user_name"))}),
    "clock": (("advance",), _advanced),
    "reset": ((), _reset),
}


@routes.route("/elsewhere", methods=["GET", "POST", "PUT", "DELETE"])
def elsewhere() -> Response:
    box.journal.went_elsewhere(request.environ)
    return jsonify(elsewhere=True)


def body() -> dict[str, Any]:
    """Return the JSON object of the request, {} if it has no body; raises ValueError for anything else."""
    given = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(given, dict):
        raise ValueError("the body must be a JSON object, or nothing at all")
    return given


def state_now() -> dict[str, Any]:
    """Return everything a watcher may want to know; tokens only as their SHA-256."""
    now = box.clock()
    code_facts = ("user_code", "state", "generation", "app_name", "created")
    codes = [{**{each: getattr(code, each) for each in code_facts}, "expires_in": code.expires_at - now}
             for code in box.codes]  # fmt: skip
    records = {
        "refreshes": box.refreshes,
        "dead_token_uses": box.dead_token_uses,
        "too_fast": box.too_fast,
        "scrobbles": box.scrobbles,
        "watched": [mark for marks in box.watched.values() for mark in marks.values()],
        "unwatched": box.unwatched,
        "history_calls": box.history_calls,
        "ratings": [rating for ratings in box.ratings.values() for rating in ratings.values()],
        "playbacks": box.playbacks,
        "too_many_posts": box.too_many_posts,
        "malformed": box.malformed,
    }
    return {
        "url": box.url,
        "now": now,
        "interval": box.interval,
        "expires_in": box.expires_in,
        "client_ids": list(box.client_ids),
        "v2_client_ids": list(box.v2_client_ids),
        "codes": codes,
        "tokens": [link(grant) for grant in box.tokens],
        "faults": [described(order) for order in box.orders.pending],
        "requests": len(box.requests),
        "unattributed": [shown(recorded) for recorded in box.unattributed],
        **{name: [asdict(each) for each in found] for name, found in records.items()},
        "elsewhere": [{"authorization": "Authorization" in each.headers, "at": each.at} for each in box.elsewhere],
    }


def link(grant: Grant) -> dict[str, Any]:
    facts = {each: getattr(grant, each) for each in ("client_id", "app_name", "generation", "scope", "requests")}
    hashes = {
        f"{each}_sha256": getattr(grant, each) and fingerprint(getattr(grant, each))
        for each in ("token", "refresh_token")
    }
    return {"user_name": grant.user.name, "user_id": grant.user.id, "grant_id": grant.id, **facts, **hashes}


def described(order: Order) -> dict[str, Any]:
    times = FOREVER if order.times is None else order.times
    return {"fault": order.fault, **order.options, "times": times, "path": order.path or "/", "served": order.served}


def shown(recorded: Recorded) -> dict[str, Any]:
    """Return a request as JSON, with its SHA-256 in place of every secret."""
    shape = asdict(recorded)
    scheme, _, token = recorded.headers.get("Authorization", "").partition(" ")
    if token:
        shape["headers"]["Authorization"] = f"{scheme} sha256:{fingerprint(token.strip())}"
    if isinstance(recorded.body, bytes):
        shape["body"] = recorded.fields or recorded.body.decode("utf-8", "replace")
    if isinstance(shape["body"], dict):
        shape["body"] = {n: f"sha256:{fingerprint(v)}" if n in SECRETS else v for n, v in shape["body"].items()}
    return shape
