"""A server on loopback that follows a script, byte for byte as no web framework would; and a call to wait for.

A script is a function of a connection. It says what is sent; the server reads the request before it and closes the
connection after it.
"""

from __future__ import annotations

import socket
import ssl
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Callable

from lib.simkl.errors import SimklError

Script = Callable[[socket.socket], object]
BOUND = 60.0  # seconds after which a test has failed
SERVER_BOUND = 60.0  # seconds a server waits for a client; long, so that it never ends what a client left open


class RawServer:
    """Plays `script` to everybody who connects, in a thread each; a context manager.

    `asked` holds the head of each request; `reached` is set once a request has been read, `left` once a client that was
    being served was found to be gone.
    """

    def __init__(self, script: Script, pem: Path | None = None) -> None:
        self.asked: list[bytes] = []
        self.reached = threading.Event()
        self.left = threading.Event()
        self._script = script
        self._tls = None
        if pem:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(pem)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._live: list[socket.socket] = []
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if pem else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> RawServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._live:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(SERVER_BOUND)
            self._live.append(connection)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._live.append(connection)
            self.asked.append(read_head(connection))
            self.reached.set()
            self._script(connection)
        except OSError:
            pass  # the client has gone, or refused our certificate
        finally:
            self.left.set()
            connection.close()


def read_head(connection: socket.socket) -> bytes:
    """Read a request up to the end of its headers; raise ConnectionError if the client goes away before."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("the client said nothing")
        head += more
    return head


def says(answer: bytes) -> Script:
    """Answer with these bytes."""
    return lambda connection: connection.sendall(answer)


def hangs(connection: socket.socket) -> None:
    """Say nothing until the client goes away."""
    while connection.recv(4096):
        pass


def drips(head: bytes, endless: bytes = b" ", every: float = 0.02) -> Script:
    """Send `head`, then a little more again and again, until the client goes away."""

    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        connection.settimeout(every)
        while True:
            try:
                if not connection.recv(4096):
                    return
            except TimeoutError:
                connection.sendall(endless)

    return script


def floods(head: bytes, piece: bytes) -> Script:
    """Send `head`, then `piece` as fast as it goes, until the client goes away."""

    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return script


class Call:
    """A call that runs in a thread of its own, so that a test can see it end or not end."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._outcome: Future[Any] = Future()
        threading.Thread(target=self._run, args=(function,), daemon=True).start()

    def _run(self, function: Callable[[], Any]) -> None:
        try:
            self._outcome.set_result(function())
        except SimklError as error:
            self._outcome.set_result(error)

    def outcome(self, within: float = BOUND) -> Any:
        """Return what the call returned, or the SimklError it raised; raises TimeoutError if it is still at it."""
        return self._outcome.result(within)
