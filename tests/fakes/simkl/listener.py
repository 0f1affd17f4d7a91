"""The listening socket: opens a port, and can take the network away, live connections included."""

from __future__ import annotations

import contextlib
import socket
from threading import Lock, Thread
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from tests.fakes.ports import listen_anywhere

LOOK_FOR_THE_END_EVERY = 0.02  # seconds; what closing the fake server may take


class _Handler(WSGIRequestHandler):
    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        if self.server.verbose:
            super().log_request(code, size)

    def connection_dropped(self, error: BaseException, environ: dict | None = None) -> None:
        self.close_connection = True  # otherwise http.server reads the next request from a socket that is gone


class Listener(ThreadedWSGIServer):
    """Serves a WSGI app in threads until `close`, which leaves no connection open, not even one that hangs."""

    def __init__(self, app: Any, host: str, port: int, verbose: bool) -> None:
        self.verbose = verbose
        self._lock = Lock()
        self._live: set[socket.socket] = set()
        # Bound here because werkzeug ends the whole program when a port is taken; at 0 it can be taken again later.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family, backlog=128) if port else listen_anywhere(host) as bound:
            super().__init__(host, bound.getsockname()[1], app, _Handler, fd=bound.fileno())
        self._thread = Thread(target=self.serve_forever, args=(LOOK_FOR_THE_END_EVERY,), name="sandbox", daemon=True)
        self._thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._live.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._live.discard(request)
        super().shutdown_request(request)

    def close(self) -> None:
        """Stop listening and cut every live connection."""
        self.shutdown()
        self._thread.join()
        with self._lock:
            live = list(self._live)
        for connection in live:
            with contextlib.suppress(OSError):  # it ended by itself in the meantime
                connection.shutdown(socket.SHUT_RDWR)
