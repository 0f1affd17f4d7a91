"""The addresses that media servers send to: WSGI in front of the pages, since nothing of a page concerns them.

They come often, all day long: no cookie, language or form token is looked for.
"""

from __future__ import annotations

import logging
from typing import Callable, Iterable

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from lib.web.page_services import PageServices, StoreUnusable
from lib.web.proxy_headers import StartResponse, WsgiApplication, WsgiEnvironment, address_in
from lib.web.request_guard import PROTECTIVE_HEADERS

LARGEST_DELIVERY = 4 * 1024 * 1024
HOOK_PATH = "/hook/"
_EXPLANATION = (
    'This is the webhook address of the media server "{server}" in Simkl Link. It works: the media server sends to it '
    "with POST, and nothing is to be seen here.\nPut it into the media server's webhook settings exactly as it is. "
    "Keep it to yourself: whoever knows it can add plays.\n"
)

log = logging.getLogger(__name__)


class _HookRequest(Request):
    max_content_length = LARGEST_DELIVERY


class HookApplication:
    """Answers what is below /hook/, and hands everything else on to `pages`."""

    def __init__(self, pages: WsgiApplication, services: Callable[[], PageServices]) -> None:
        self._pages = pages
        self._services = services

    def __call__(self, environ: WsgiEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request."""
        if not environ.get("PATH_INFO", "").startswith(HOOK_PATH):
            return self._pages(environ, start_response)
        status = 200
        try:
            text = self._receive(_HookRequest(environ))
        except StoreUnusable as error:
            text, status = f"Not kept: {error}\n", 503
        except HTTPException as error:
            text, status = f"{error.name}\n", error.code or 500
        except Exception as error:  # noqa: BLE001 - the hooks' outermost guard: waitress would log the secret in the path
            log.error("internal error at a hook", exc_info=error)
            text, status = "Internal error. The log has the details.\n", 500
        return Response(text, status, PROTECTIVE_HEADERS, mimetype="text/plain")(environ, start_response)

    def _receive(self, request: _HookRequest) -> str:
        """Take one delivery: it is on the disk before the answer is sent. Raises HTTPException, StoreUnusable."""
        services = self._services()
        server = services.hook_secrets.server_for(request.path[len(HOOK_PATH) :])
        allow_from = services.config().allow_from
        if server is None or allow_from and not address_in(request.remote_addr or "", allow_from):
            raise NotFound
        if request.method not in ("GET", "HEAD", "POST"):
            raise MethodNotAllowed
        has_event = "event" in request.args or "Event" in request.args  # one Jellyfin plugin can send by GET
        if request.method != "POST" and not has_event:
            return _EXPLANATION.format(server=server)
        try:
            received = services.receive(
                server, request.content_type or "", request.get_data(), request.args, request.remote_addr or ""
            )
        except StoreUnusable as error:
            log.error("delivery of %s not kept: %s", server, error)
            raise
        return f"{received.id} {received.outcome}: {received.sentence}\n"
