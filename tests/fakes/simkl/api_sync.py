"""The routes under /sync that write: history and ratings.

Sources: Simkl's pages `api-reference/simkl/add-to-history`, `remove-from-history`, `add-ratings`, `remove-ratings` and
`guides/mark-as-watched`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from flask import Blueprint, Response, g, jsonify, request

from tests.fakes.simkl import history, ratings, sent
from tests.fakes.simkl.api_scrobble import json_body
from tests.fakes.simkl.gate import error, guard
from tests.fakes.simkl.tracked import HistoryCall
from tests.fakes.simkl.writes import write

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl

Act = Callable[[history.Batch, Any], "dict[str, Any]"]
ROUTES: dict[str, Act] = {
    "/sync/history": history.add,
    "/sync/history/remove": history.remove,
    "/sync/ratings": ratings.rate,
    "/sync/ratings/remove": ratings.unrate,
}


def blueprint(box: FakeSimkl) -> Blueprint:
    """Return the routes of one fake server."""
    routes = Blueprint("api_sync", __name__)
    guard(box, routes)
    for path, act in ROUTES.items():
        routes.add_url_rule(path, act.__name__, _route(box, act), methods=["GET", "POST"])
    return routes


def _route(box: FakeSimkl, act: Act) -> Callable[[], Response]:
    return lambda: write(box, lambda user: answered(box, act, user))


def answered(box: FakeSimkl, act: Act, user: str) -> Response:
    """Do one batch, write it down and return its answer: 201, whatever was found."""
    wrong = sent.Complaints()
    body = json_body(wrong)
    tracking = box.tracking
    with tracking.lock:
        batch = history.Batch(user, tracking.catalogue, tracking.library, wrong)
        batch.rewatch = request.args.get("allow_rewatch") == "yes" and g.grant.user.account_type != "free"
        try:
            answer = act(batch, body)
        except history.WrongParameter as problem:
            tracking.complain(request.path, user, body, wrong)
            return error(400, "wrong_parameter", str(problem))
        tracking.complain(request.path, user, body, wrong)
        tracking.add(HistoryCall(request.path, user, *history.counted(body), body, answer, box.clock()))
    response = jsonify(answer)
    response.status_code = 201
    return response
