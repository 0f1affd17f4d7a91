"""Which host an address belongs to: puts the families of routes together, and tells API from pages.

The name of a family's blueprint says what it is: "api..." and "discovery" are for programs, recorded and may go wrong;
"pages..." are for people; "control" is the fake server's own.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.fakes.simkl import api, api_oauth, api_oauth2, api_scrobble, api_search, api_sync, control, pages
from tests.fakes.simkl.gate import BOX, Refused, box

FAMILIES = (api, api_oauth, api_oauth2, api_scrobble, api_sync, api_search, pages, control)
ONE_AT_A_TIME = threading.Lock()
"""Held while the app is put together: its routes are built by `ast.parse`, which before Python 3.11.8 and 3.12.2
fails with "AST constructor recursion depth mismatch" when two threads are in it (CPython issue 106905)."""


def answer(asked: Any, environ: dict, start_response: Any) -> Iterable[bytes]:
    return site_and_api().wsgi_app({**environ, BOX: asked}, start_response)


def site_and_api() -> Flask:
    """Return both of Simkl's hosts as one Flask app, which all the fake servers of a process share."""
    with ONE_AT_A_TIME:
        return _site_and_api()


@lru_cache(maxsize=None)
def _site_and_api() -> Flask:
    app = Flask("tests.fakes.simkl")
    for family in FAMILIES:
        app.register_blueprint(family.routes)
    app.register_blueprint(api_oauth2.discovery)
    app.json.sort_keys = False

    @app.before_request
    def only_on_its_own_host() -> None:
        endpoint = request.endpoint or "nothing"
        if box.api_host and not endpoint.startswith(("control", "nothing")):
            if endpoint.startswith("api") != _is_api_host(box, request.host):
                abort(404)

    @app.errorhandler(HTTPException)
    def nothing_there(problem: HTTPException) -> Response:
        status = problem.code or 500
        name = {404: "url_failed", 500: "internal"}.get(status, "wrong_parameter")
        return Refused(status, name, f"{request.method} {request.path}: {problem.name}").response

    app.register_error_handler(Refused, lambda refusal: refusal.response)
    return app


def is_for_programs(asked: Any, environ: dict) -> bool:
    """Whether a request is one that programs make: to the API, to discovery, or to an address nobody has."""
    try:
        endpoint, _ = site_and_api().url_map.bind_to_environ(environ).match()
    except RequestRedirect:
        return False
    except HTTPException:
        return True
    if endpoint.startswith("control"):
        return False
    return endpoint.startswith(("api", "discovery")) or _is_api_host(asked, environ["HTTP_HOST"])


def _is_api_host(asked: Any, host: str) -> bool:
    return asked.api_host is not None and urlsplit(f"//{host}").hostname == asked.api_host
