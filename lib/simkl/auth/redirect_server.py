"""The listener that the browser comes back to after a sign-in: one address, one answer that counts, then it is gone.

Simkl compares the redirect URI byte for byte (AUTH V1), so the port is fixed by the settings and not a free one.
Anything that does not belong to the attempt, such as another tab's old state, is refused and the listener keeps
waiting. Source: Simkl's page `api-reference/oauth`; RFC 8252 7.3 for loopback redirects.
"""

from __future__ import annotations

import html
import http.server
from typing import Any, Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from lib.simkl.errors import SimklError
from lib.system import exit_codes

ACCEPT_SECONDS = 0.2
REQUEST_SECONDS = 2.0
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Simkl Link</title>
<style>
  body {{ margin: 0; display: grid; place-items: center; min-height: 100vh; text-align: center }}
  body {{ background: #07151d; color: #d5e2ea; font: 1.2rem system-ui, sans-serif }}
  h1 {{ color: #fff; font-size: 1.6rem }}
</style>
<main><h1>{title}</h1><p>{text}</p></main>
</html>
"""


class PortInUse(SimklError):
    """Another program listens at the redirect URI."""

    name = "port_taken"
    sentence = "Another program listens at the redirect URI."
    exit_code = exit_codes.CONFIG_ERROR  # the port is the one in simkl.redirect_uri


class _Server(http.server.HTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about a request that broke off or makes no sense, where the base class prints a traceback."""


class RedirectServer:
    """Listens at a redirect URI on this machine. Raises PortInUse if somebody else does."""

    def __init__(self, redirect_uri: str) -> None:
        parts = urlsplit(redirect_uri)
        self._path = parts.path or "/"
        self._accept: Callable[[Mapping[str, str]], bool] = lambda answer: False
        self._answer: dict[str, str] | None = None
        try:
            self._server = _Server((parts.hostname or "", parts.port or 80), self._handler())
        except OSError as error:
            raise PortInUse(
                f"{redirect_uri} cannot be listened at: {error.strerror}. Stop the program that has the port, or set "
                "simkl.redirect_uri to another one and register that at Simkl."
            ) from error
        self._server.timeout = ACCEPT_SECONDS

    def wait(self, accept: Callable[[Mapping[str, str]], bool], stopping: Callable[[], bool]) -> dict[str, str] | None:
        """Return the first answer that `accept` takes, None once `stopping()` is true; then the port is free again."""
        self._accept = accept
        try:
            while self._answer is None and not stopping():
                self._server.handle_request()
            return self._answer
        finally:
            self._server.server_close()

    def _handler(listener) -> type[http.server.BaseHTTPRequestHandler]:  # noqa: N805 - the handler is `self` below
        class Handler(http.server.BaseHTTPRequestHandler):
            timeout = REQUEST_SECONDS  # a connection without a request must not keep the real one waiting

            def do_GET(self) -> None:
                listener._serve(self)

            def log_message(self, format: str, *args: object) -> None:
                """Keep the code and the state out of every log."""

        return Handler

    def _serve(self, request: http.server.BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        answer = dict(parse_qsl(parts.query))
        if parts.path != self._path:
            self._page(request, 404, "Nothing here", "Simkl Link only waits for a sign-in to come back.")
        elif not self._accept(answer):
            self._page(request, 400, "Not this sign-in", "It belongs to another one. The right one is still awaited.")
        else:
            self._answer = answer
            said_no = "error" in answer
            title = "Not linked" if said_no else "Almost done"
            self._page(request, 200, title, "You can close this window.")

    def _page(self, request: http.server.BaseHTTPRequestHandler, status: int, title: str, text: str) -> None:
        body = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode("utf-8")
        request.send_response(status)
        request.send_header("Content-Type", "text/html; charset=utf-8")
        request.send_header("Content-Length", str(len(body)))
        request.send_header("Cache-Control", "no-store")
        request.send_header("Referrer-Policy", "no-referrer")
        request.end_headers()
        request.wfile.write(body)
