"""What other programs ask: is it alive, is it ready, and figures for Prometheus. No names of people in any of it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from lib.web.page_services import page_services
from lib.web.proxy_headers import address_in

health_pages = Blueprint("health", __name__)


@health_pages.get("/healthz")
def healthz() -> Response:
    """Answer: whoever can answer is alive."""
    return Response("ok\n", mimetype="text/plain")


@health_pages.get("/readyz")
def readyz() -> Response:
    """Answer 200 if plays can be kept and sent, else 503 with the reasons."""
    reasons = page_services().not_ready()
    if reasons:
        return Response("".join(f"{reason}\n" for reason in reasons), status=503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@health_pages.get("/metrics")
def metrics() -> Response:
    """Answer in Prometheus' text format, to the networks in `serve.metrics_from`."""
    services = page_services()
    if not address_in(request.remote_addr or "", services.config().metrics_from):
        abort(404)
    return Response(services.metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")
