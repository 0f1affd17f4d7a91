"""The remote control over HTTP, and which host an address belongs to: puts all routes together, tells API from pages.

The name of a family's blueprint says what it is: "api..." and "discovery" are for programs, recorded and may go wrong;
"pages..." are for people; "control" is the fake server's own, for people and tools in other processes, where no fault
and no limit applies.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any, Iterable
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.fakes.simkl import api_oauth, api_search, api_tracking, pages
from tests.fakes.simkl.gate import BOX, box, refused

SECRETS = ("token", "refresh_token", "device_code")
RECORDS = (
    *("codes", "tokens", "refreshes", "dead_token_uses", "too_fast", "scrobbles", "history_calls", "unwatched"),
    *("playbacks", "too_many_posts", "malformed"),
)
control = Blueprint("control", __name__)


@control.errorhandler(TypeError)
@control.errorhandler(ValueError)
@control.errorhandler(LookupError)
def explain(problem: Exception) -> tuple[Response, int]:
    return jsonify(error=str(problem.args[0])), 400


@control.get("/_box/state")
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


@control.post("/_box/<any(approve, deny, allow, refuse, revoke, order, clear_faults, advance, reset):name>")
def act(name: str) -> Response:
    """Call what has this name at hand, with the same arguments; without a code it is about the newest."""
    given = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(given, dict):
        raise ValueError("the body must be a JSON object, or nothing at all")
    if name in ("approve", "deny") and "user_code" not in given:
        given["user_code"] = box.model.newest().user_code
    done = getattr(box, name)(**given)
    return jsonify({name: asdict(done) if name == "order" else done})


@control.route("/elsewhere", methods=["GET", "POST", "PUT", "DELETE"])
def elsewhere() -> Response:
    """Write down a request that followed a redirect off the API."""
    box.journal.elsewhere.append(box.journal.read(request.environ))
    box.journal.notify()
    return jsonify(elsewhere=True)


# all families


# Both of Simkl's hosts as one app, which all the fake servers of a process share. It is put together while nothing else
# runs: before Python 3.11.8 and 3.12.2 two threads may not be in the `ast.parse` of its routes (CPython issue 106905).
APP = Flask("tests.fakes.simkl")
APP.json.sort_keys = False
for family in (
    *(api_oauth.pin, api_oauth.v1, api_oauth.v2, api_oauth.discovery, api_tracking.routes, api_search.routes),
    *(pages.routes, control),
):
    APP.register_blueprint(family)


@APP.before_request
def only_on_its_own_host() -> None:
    endpoint = request.endpoint or "nothing"
    if box.api_host and not endpoint.startswith(("control", "nothing")):
        if endpoint.startswith("api") != _is_api_host(box, request.host):
            abort(404)


@APP.errorhandler(HTTPException)
def nothing_there(problem: HTTPException) -> Response:
    status = problem.code or 500
    name = {404: "url_failed", 500: "internal"}.get(status, "wrong_parameter")
    return refused(status, name, f"{request.method} {request.path}: {problem.name}").response


def answer(asked: Any, environ: dict, start_response: Any) -> Iterable[bytes]:
    return APP.wsgi_app({**environ, BOX: asked}, start_response)


def is_for_programs(asked: Any, environ: dict) -> bool:
    """Whether a request is one that programs make: to the API, to discovery, or to an address nobody has."""
    try:
        endpoint, _ = APP.url_map.bind_to_environ(environ).match()
    except RequestRedirect:
        return False
    except HTTPException:
        return True
    if endpoint.startswith("control"):
        return False
    return endpoint.startswith(("api", "discovery")) or _is_api_host(asked, environ["HTTP_HOST"])


def _is_api_host(asked: Any, host: str) -> bool:
    return asked.api_host is not None and urlsplit(f"//{host}").hostname == asked.api_host
