"""The listening socket, and the layer between it and Simkl where ordered faults happen.

That is WSGI, outside Flask, because most of these end a connection in ways a web framework would repair.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
from threading import Lock, Thread
from typing import Any, Callable, Iterable, Iterator

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Response

from tests.fakes.ports import listen_anywhere
from tests.fakes.simkl.faults import OF_THE_WIRE, Order, Orders
from tests.fakes.simkl.journal import RECORD, Journal

# The identifier Simkl's page conventions/errors gives a status, where it names one; 502 and 503 have none.
ERROR_OF = {
    400: "wrong_parameter", 401: "user_token_failed", 403: "forbidden", 404: "url_failed", 409: "already_watched",
    412: "client_id_failed", 429: "rate_limit", 500: "internal",
}  # fmt: skip
# The same for /oauth2, whose errors have the shape of RFC 6749.
OAUTH2_ERROR_OF = {400: "invalid_request", 401: "invalid_client", 429: "rate_limit"}
LOGIN_PAGE = """<!DOCTYPE html><html><head><title>Welcome to Hotel Lantern</title></head><body>
<h1>Guest Wi-Fi</h1><form method="post" action="/login"><label>Room <input name="room"></label>
<label>Surname <input name="surname"></label><button>Connect</button></form></body></html>"""
JSON = "application/json"


class FaultyWire:
    """WSGI middleware that lets API requests through unless a fault was ordered for them."""

    def __init__(self, app: Any, orders: Orders, journal: Journal) -> None:
        self._app, self._orders, self._journal = app, orders, journal

    def __call__(self, environ: dict, start_response: Any) -> Iterable[bytes]:
        if RECORD not in environ:
            return self._app(environ, start_response)
        order = self._orders.take(OF_THE_WIRE, environ["PATH_INFO"])
        if order:
            self._journal.mark(environ, order.fault)
            if order.fault in INSTEAD:
                return INSTEAD[order.fault](order, environ)(environ, start_response)
        answer: Any = Response.from_app(self._app, environ, buffered=True)
        if environ[RECORD].fault == "lost_approval":  # noted by the route that just used up the code
            _reset(environ)
        if order:
            answer = SPOILED[order.fault](order, environ, answer)
        return answer(environ, start_response)


def _reset(environ: dict) -> Any:
    """Close a connection with RST, leaving the client no answer and no polite end; always raises ConnectionError."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())  # close() alone waits for the readers and writers made from the socket
    raise ConnectionAbortedError("reset on purpose")


def _gone(environ: dict, within: float | None) -> bool:
    """Wait until the client (or the fake server) ended the connection, at most `within` seconds (None: for ever)."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.settimeout(within)
    try:
        while connection.recv(4096):
            pass
    except socket.timeout:
        return False
    except OSError:
        return True
    finally:
        if connection.fileno() >= 0:
            connection.settimeout(None)
    return True


def _hang(_order: Order, environ: dict) -> Response:
    _gone(environ, within=None)
    raise ConnectionAbortedError("the client gave up, or the box stopped")


def _status(order: Order, environ: dict) -> Response:
    status, headers, message = order.options["status"], {}, "Ordered by a test"
    if "retry_after" in order.options:
        headers["Retry-After"] = str(order.options["retry_after"])
    if environ["PATH_INFO"].startswith("/oauth2/"):
        named = OAUTH2_ERROR_OF.get(status, "server_error" if status >= 500 else "invalid_request")
        said = {"error": order.options.get("error", named), "error_description": message}
        return Response(json.dumps(said), status, headers, mimetype=JSON)
    error = order.options.get("error", ERROR_OF.get(status))
    if status == 401:
        headers["WWW-Authenticate"] = f'Bearer realm="api.simkl.com", error="{error}"'
    if error is None:
        return Response(f"<h1>{status}</h1>", status, headers, mimetype="text/html")
    return Response(json.dumps({"error": error, "code": status, "message": message}), status, headers, mimetype=JSON)


def _answer(order: Order, _environ: dict) -> Response:
    body = order.options["body"]
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return Response(text, order.options.get("status", 200), mimetype=JSON)


def _redirect(order: Order, environ: dict) -> Response:
    here = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}/elsewhere"
    return Response("", order.options.get("status", 302), {"Location": order.options.get("to", here)})


def _slow(order: Order, environ: dict, real: Response) -> Any:
    def drip() -> Iterator[bytes]:
        yield b""  # makes werkzeug send the headers at once
        for byte in real.get_data():
            if _gone(environ, order.options.get("period", 1.0)):
                return
            yield bytes([byte])

    return _raw(real, drip())


def _truncated(_order: Order, _environ: dict, real: Response) -> Any:
    body = real.get_data()
    return _raw(real, [body[: len(body) // 2]])


def _wrong_types(_order: Order, _environ: dict, real: Response) -> Any:
    # `result` stays as it is: a client that only looks at that must not get away with it.
    def another(value: Any) -> Any:
        if isinstance(value, dict):
            return list(value.values())
        return 12345 if isinstance(value, str) else "soon"

    right = json.loads(real.get_data() or "null")
    wrong: Any = {"0": right}
    if isinstance(right, dict):
        wrong = {name: value if name == "result" else another(value) for name, value in right.items()}
    return Response(json.dumps(wrong), real.status, mimetype=JSON)


def _raw(real: Response, body: Iterable[bytes]) -> Callable[[dict, Any], Iterable[bytes]]:
    """Send these bytes under the real answer's headers, its Content-Length included."""

    def send(_environ: dict, start_response: Any) -> Iterable[bytes]:
        start_response(real.status, list(real.headers))
        return body

    return send


INSTEAD: dict[str, Callable[[Order, dict], Response]] = {
    "status": _status,
    "answer": _answer,
    "reset": lambda _, environ: _reset(environ),
    "hang": _hang,
    "html": lambda *_: Response(LOGIN_PAGE, mimetype="text/html"),
    "redirect": _redirect,
    "empty": lambda *_: Response(b"", mimetype=JSON),
    "not_json": lambda *_: Response('{"result": "OK", "access_token": ', mimetype=JSON),
}
SPOILED: dict[str, Callable[[Order, dict, Response], Any]] = {
    "slow": _slow,
    "truncated": _truncated,
    "wrong_types": _wrong_types,
    "lost_answer": lambda _order, environ, _real: _reset(environ),
}


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
