"""The fake server's remote control over HTTP, for people and tools in other processes.

No fault and no limit applies here.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from tests.fakes.simkl.gate import box

SECRETS = ("token", "refresh_token", "device_code")
RECORDS = (
    *("codes", "tokens", "refreshes", "dead_token_uses", "too_fast", "scrobbles", "history_calls", "unwatched"),
    *("playbacks", "too_many_posts", "malformed"),
)
routes = Blueprint("control", __name__)


@routes.errorhandler(TypeError)
@routes.errorhandler(ValueError)
@routes.errorhandler(LookupError)
def explain(problem: Exception) -> tuple[Response, int]:
    return jsonify(error=str(problem.args[0])), 400


@routes.get("/_box/state")
def state() -> Response:
    """Show everything a watcher may want to know, and nothing that is secret."""
    records = {name: getattr(box, name) for name in RECORDS}
    for name in ("watched", "ratings"):
        records[name] = [each for of_user in getattr(box, name).values() for each in of_user.values()]
    return jsonify(
        url=box.url,
        now=box.clock(),
        client_ids=list(box.apps),
        faults=[asdict(order) for order in box.orders.pending],
        requests=[f"{each.method} {each.path}: {each.status}" for each in box.requests],
        **{name: [shown(asdict(each)) for each in found] for name, found in records.items()},
    )


def shown(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in SECRETS and value != math.inf}


@routes.post("/_box/<any(approve, deny, allow, refuse, revoke, order, clear_faults, advance, reset):name>")
def act(name: str) -> Response:
    """Call what has this name at hand, with the same arguments; without a code it is about the newest."""
    given = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(given, dict):
        raise ValueError("the body must be a JSON object, or nothing at all")
    if name in ("approve", "deny") and "user_code" not in given:
        given["user_code"] = box.model.newest().user_code
    done = getattr(box, name)(**given)
    return jsonify({name: asdict(done) if name == "order" else done})


@routes.route("/elsewhere", methods=["GET", "POST", "PUT", "DELETE"])
def elsewhere() -> Response:
    """Write down a request that followed a redirect off the API."""
    box.journal.elsewhere.append(box.journal.read(request.environ))
    box.journal.notify()
    return jsonify(elsewhere=True)
