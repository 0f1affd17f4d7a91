"""The routes under /sync: marks, their removal, and ratings.

Sources: Simkl's pages `api-reference/simkl/add-to-history`, `remove-from-history`, `add-ratings` and
`guides/mark-as-watched`.
"""

from __future__ import annotations

from typing import Any, Callable

from flask import Response, jsonify, make_response, request

from tests.fakes.simkl import history, sent
from tests.fakes.simkl.api_scrobble import json_body
from tests.fakes.simkl.gate import box, guarded
from tests.fakes.simkl.tracked import HistoryCall
from tests.fakes.simkl.writes import write

Act = Callable[[history.Batch, Any], "dict[str, Any]"]
ROUTES: dict[str, Act] = {
    "/sync/history": history.add,
    "/sync/history/remove": history.remove,
    "/sync/ratings": history.rate,
}
routes = guarded("api_sync")


def batch() -> Response:
    return write(lambda user: answered(ROUTES[request.path], user))


for path in ROUTES:
    routes.add_url_rule(path, view_func=batch, methods=["GET", "POST"])


def answered(act: Act, user: str) -> Response:
    """Do one batch, write it down and return its answer: 201, whatever was found."""
    wrong = sent.Complaints()
    body = json_body(wrong)
    tracking = box.tracking
    with tracking.lock:
        answer = act(history.Batch(user, tracking.catalogue, tracking.library, wrong), body)
        tracking.complain(request.path, user, body, wrong)
        call = HistoryCall(request.path, user, *history.counted(body), body, answer, box.clock())
        tracking.history_calls.append(call)
    return make_response(jsonify(answer), 201)
