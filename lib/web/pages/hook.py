"""The addresses that media servers send to."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, request

from lib.web.page_services import StoreUnusable, page_services
from lib.web.proxy_headers import address_in

LARGEST_DELIVERY = 4 * 1024 * 1024
_EXPLANATION = (
    'This is the webhook address of the media server "{server}" in Simkl Link. It works: the media server sends to it '
    "with POST, and nothing is to be seen here.\nPut it into the media server's webhook settings exactly as it is. "
    "Keep it to yourself: whoever knows it can add plays.\n"
)

hook_pages = Blueprint("hook", __name__)
log = logging.getLogger(__name__)


@hook_pages.route("/hook/<secret>", methods=["GET", "POST"])
def receive_hook(secret: str) -> Response:
    """Take one delivery: it is on the disk before the answer is sent."""
    services = page_services()
    server = services.hook_secrets.server_for(secret)
    config = services.config()
    if server is None or config.allow_from and not address_in(request.remote_addr or "", config.allow_from):
        abort(404)
    has_event = "event" in request.args or "Event" in request.args  # one Jellyfin plugin can send by GET
    if request.method == "GET" and not has_event:
        return Response(_EXPLANATION.format(server=server), mimetype="text/plain")
    try:
        received = services.receive(
            server, request.content_type or "", request.get_data(), request.args, request.remote_addr or ""
        )
    except StoreUnusable as error:
        log.error("delivery of %s not kept: %s", server, error)
        return Response(f"Not kept: {error}\n", status=503, mimetype="text/plain")
    return Response(f"{received.id} {received.outcome}: {received.sentence}\n", mimetype="text/plain")
