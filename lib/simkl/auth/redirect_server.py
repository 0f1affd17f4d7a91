"""The listener that the browser comes back to after a sign-in: one address, one answer that counts, then it is gone.

Simkl compares the redirect URI byte for byte (AUTH V1), so the port is fixed by the settings and not a free one.
Anything that does not belong to the attempt, such as another tab's old state, is refused and the listener keeps
waiting. Each connection has a thread, so that one that is idle or drips holds up neither the page nor the end.
Source: Simkl's page `api-reference/oauth`; RFC 8252 7.3 for loopback redirects.
"""

from __future__ import annotations

import errno
import html
import http.server
import secrets
import select
import socket
import socketserver
import threading
from typing import Any, Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from lib.simkl.errors import SimklError
from lib.system import exit_codes

ACCEPT_SECONDS = 0.2
REQUEST_SECONDS = 2.0
MOST_CONNECTIONS = 32
_NO_IPV6 = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)
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


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = MOST_CONNECTIONS  # more at once than the usual five come from idle ones
    timeout = 0  # whoever calls `handle_request` knows that somebody has come

    def __init__(self, address: tuple[str, int], handler: type[http.server.BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._connections: list[Any] = []  # the oldest first
        self._guard = threading.Lock()
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Bind without a name looked up, as the base class does: that takes seconds where no name server answers."""
        socketserver.TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve it in a thread; the oldest connection goes where there are too many."""
        with self._guard:
            self._connections.append(request)
            oldest = self._connections[0] if len(self._connections) > MOST_CONNECTIONS else None
        if oldest is not None:
            self._hang_up(oldest)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection that has been served."""
        with self._guard:
            if request in self._connections:
                self._connections.remove(request)
        super().shutdown_request(request)

    def hang_up_all(self) -> None:
        """End what is still connected."""
        with self._guard:
            connections = list(self._connections)
        for connection in connections:
            self._hang_up(connection)

    def _hang_up(self, connection: Any) -> None:
        try:
            connection.shutdown(socket.SHUT_RD)  # what is being said to it still arrives
        except OSError:
            pass  # it has ended by itself

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about a request that broke off or makes no sense, where the base class prints a traceback."""


class RedirectServer:
    """Listens at a redirect URI on this machine. Raises PortInUse if somebody else does.

    `localhost` is listened at in both of its meanings, 127.0.0.1 and ::1: a browser may take either.
    """

    def __init__(self, redirect_uri: str) -> None:
        parts = urlsplit(redirect_uri)
        host = parts.hostname or ""
        self._base = f"http://{parts.netloc}"
        self._path = parts.path or "/"
        self._accept: Callable[[Mapping[str, str]], bool] = lambda answer: False
        self._guard = threading.Lock()
        self._answer: dict[str, str] | None = None
        self._addresses: dict[str, str] = {}  # where a path leads to, once
        self._servers: list[_Server] = []
        try:
            for each in ("127.0.0.1", "::1") if host == "localhost" else (host,):
                self._listen(each, parts.port or 80, is_needed=each != "::1" or host == "::1")
        except OSError as error:
            self._close()
            raise PortInUse(
                f"{redirect_uri} cannot be listened at: {error.strerror}. Stop the program that has the port, or set "
                "simkl.redirect_uri to another one and register that at Simkl."
            ) from error

    def _listen(self, host: str, port: int, is_needed: bool) -> None:
        try:
            self._servers.append(_Server((host, port), self._handler()))
        except OSError as error:
            if is_needed or error.errno not in _NO_IPV6:
                raise

    def one_time_address(self, address: str) -> str:
        """Return an address of this listener that leads to another, once.

        Other people on this machine see what a browser is started with, and the address of a sign-in is not for them.
        """
        path = f"/{secrets.token_urlsafe(16)}"
        self._addresses[path] = address
        return f"{self._base}{path}"

    def wait(self, accept: Callable[[Mapping[str, str]], bool], stopping: Callable[[], bool]) -> dict[str, str] | None:
        """Return the first answer that `accept` takes, None once `stopping()` is true; then the port is free again."""
        self._accept = accept
        try:
            while self._answer is None and not stopping():
                for server in select.select(self._servers, [], [], ACCEPT_SECONDS)[0]:
                    server.handle_request()
            return self._answer
        finally:
            self._close()

    def _close(self) -> None:
        for server in self._servers:
            server.server_close()
            server.hang_up_all()

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
        with self._guard:
            address = self._addresses.pop(parts.path, None)
        if address is not None:
            self._page(request, 302, "Simkl Link", "To Simkl ...", {"Location": address})
        elif parts.path != self._path:
            self._page(request, 404, "Nothing here", "Simkl Link only waits for a sign-in to come back.")
        elif not self._accept(answer):
            self._page(request, 400, "Not this sign-in", "It belongs to another one. The right one is still awaited.")
        else:
            self._accepted(request, answer)

    def _accepted(self, request: http.server.BaseHTTPRequestHandler, answer: dict[str, str]) -> None:
        """Show that it has come before it counts: the listener ends with the first answer."""
        try:
            self._page(request, 200, "Not linked" if "error" in answer else "Almost done", "You can close this window.")
        finally:
            with self._guard:
                self._answer = self._answer or answer

    def _page(
        self,
        request: http.server.BaseHTTPRequestHandler,
        status: int,
        title: str,
        text: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        body = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode("utf-8")
        request.send_response(status)
        for name, value in (headers or {}).items():
            request.send_header(name, value)
        request.send_header("Content-Type", "text/html; charset=utf-8")
        request.send_header("Content-Length", str(len(body)))
        request.send_header("Cache-Control", "no-store")
        request.send_header("Referrer-Policy", "no-referrer")
        request.end_headers()
        request.wfile.write(body)
