"""Which host an address belongs to: puts the families of routes together, and tells API from pages.

The name of a family's blueprint says what it is: "api..." and "discovery" are for programs, recorded and may go wrong;
"pages..." are for people; "control" is the fake server's own.
"""

from __future__ import annotations

from typing import Any, Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.fakes.simkl import api, api_oauth, api_search, api_tracking, control, pages
from tests.fakes.simkl.gate import BOX, box, refused

# Both of Simkl's hosts as one app, which all the fake servers of a process share. It is put together while nothing else
# runs: before Python 3.11.8 and 3.12.2 two threads may not be in the `ast.parse` of its routes (CPython issue 106905).
APP = Flask("tests.fakes.simkl")
APP.json.sort_keys = False
for family in (
    *(api.routes, api_oauth.v1, api_oauth.v2, api_oauth.discovery, api_tracking.routes, api_search.routes),
    *(pages.routes, control.routes),
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
