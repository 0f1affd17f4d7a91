"""Which host an address belongs to: puts the families of routes together, and tells API from pages.

The name of a family's blueprint says what it is: "api..." and "discovery" are for programs, recorded and may go wrong;
"pages..." are for people; "control" is the fake server's own.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from werkzeug.routing import RequestRedirect

from tests.fakes.simkl import (
    api,
    api_library,
    api_oauth,
    api_oauth2,
    api_scrobble,
    api_search,
    api_sync,
    control,
    discovery,
    gate,
    pages,
    pages_authorize,
)

if TYPE_CHECKING:
    from tests.fakes.simkl.server import FakeSimkl

TRACKING = (api_scrobble, api_sync, api_library, api_search)
FAMILIES = (api, api_oauth, api_oauth2, *TRACKING, discovery, pages, pages_authorize, control)
BOX = "simkl.box"
ONE_AT_A_TIME = threading.Lock()
"""Held while the app is put together: its routes are built by `ast.parse`, which before Python 3.11.8 and 3.12.2
fails with "AST constructor recursion depth mismatch" when two threads are in it (CPython issue 106905)."""


def answer(box: FakeSimkl, environ: dict, start_response: Any) -> Iterable[bytes]:
    """Answer a request to one of the fake servers."""
    return site_and_api().wsgi_app({**environ, BOX: box}, start_response)


def site_and_api() -> Flask:
    """Return both of Simkl's hosts as one Flask app, which all the fake servers of a process share."""
    with ONE_AT_A_TIME:
        return _site_and_api()


@lru_cache(maxsize=None)
def _site_and_api() -> Flask:
    app = Flask("tests.fakes.simkl")
    box: Any = LocalProxy(lambda: request.environ[BOX])
    for family in FAMILIES:
        app.register_blueprint(family.blueprint(box))
    app.json.sort_keys = False

    @app.before_request
    def only_on_its_own_host() -> None:
        endpoint = request.endpoint or "nothing"
        if box.api_host and not endpoint.startswith(("control", "nothing")):
            if endpoint.startswith("api") != _is_api_host(box, request.host):
                abort(404)

    @app.errorhandler(HTTPException)
    def nothing_there(problem: HTTPException) -> Response:
        name = {404: "url_failed", 500: "internal"}.get(problem.code or 500, "wrong_parameter")
        return gate.error(problem.code or 500, name, f"{request.method} {request.path}: {problem.name}")

    return app


def is_for_programs(box: FakeSimkl, environ: dict) -> bool:
    """Whether a request is one that programs make: to the API, to discovery, or to an address nobody has."""
    try:
        endpoint, _ = site_and_api().url_map.bind_to_environ(environ).match()
    except RequestRedirect:
        return False
    except HTTPException:
        return True
    if endpoint.startswith("control"):
        return False
    return endpoint.startswith(("api", "discovery")) or _is_api_host(box, environ["HTTP_HOST"])


def _is_api_host(box: FakeSimkl, host: str) -> bool:
    return box.api_host is not None and urlsplit(f"//{host}").hostname == box.api_host
