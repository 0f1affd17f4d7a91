"""Connections for requests that another thread can shut down, which makes a call that waits for one return at once."""

from __future__ import annotations

import socket
import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError


class AbortableSockets:
    """The connections in use, so that another thread can shut them down.

    They are held as duplicates, since TLS takes the descriptor out of the socket it is given; a shutdown of either ends
    both. A duplicate keeps the connection open, so it is closed when the connection is.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[HTTPConnection, socket.socket] = {}
        self.cut = False
        self.aborted = False

    def begin(self) -> None:
        """Let connections be made again after a deadline."""
        with self._lock:
            self.cut = self.aborted

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """Connect within the connection's own time-out, shared evenly among the addresses of the host."""
        addresses = socket.getaddrinfo(connection._dns_host, connection.port, type=socket.SOCK_STREAM)
        failure: OSError = OSError("no address")
        for family, kind, protocol, _, address in addresses:
            try:  # making the socket may fail already: without IPv6 in the system, names still have IPv6 addresses
                attempt = socket.socket(family, kind, protocol)
                return self._attempt(connection, attempt, address, float(connection.timeout or 0) / len(addresses))
            except OSError as error:
                failure = error
        raise failure

    def _attempt(
        self, connection: HTTPConnection, attempt: socket.socket, address: Any, timeout: float
    ) -> socket.socket:
        try:
            attempt.settimeout(timeout)
            attempt.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._hold(connection, attempt)
            attempt.connect(address)
            if self.cut:  # shut down before it was under way, which no system remembers
                raise OSError("cut off")
        except OSError:
            attempt.close()
            raise
        return attempt

    def _hold(self, connection: HTTPConnection, attempt: socket.socket) -> None:
        with self._lock:
            if self.cut:
                raise OSError("cut off")
            self._release(connection)
            self._open[connection] = attempt.dup()

    def _release(self, connection: HTTPConnection) -> None:
        held = self._open.pop(connection, None)
        if held is not None:
            held.close()

    def release_closed(self) -> None:
        """Forget the connections that have ended."""
        with self._lock:
            for connection in [c for c in self._open if c.sock is None]:
                self._release(connection)

    def close(self) -> None:
        """End every connection and forget it: urllib3 leaves that to whoever collects its garbage."""
        self.shut_down()
        with self._lock:
            for connection in list(self._open):
                self._release(connection)

    def shut_down(self, for_good: bool = False) -> None:
        """End every connection, and refuse new ones until the next `begin` or for good."""
        with self._lock:
            self.cut = True
            self.aborted = self.aborted or for_good
            for held in self._open.values():
                try:
                    held.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it ended in the meantime


class NoRedirectSession(requests.Session):
    """A session to which no answer is a redirect: requests reads the body and the target even of one not followed."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: there is nowhere else to look."""


class AbortableAdapter(HTTPAdapter):
    """requests' own adapter, with sockets that `Sockets` knows."""

    def __init__(self, sockets: AbortableSockets) -> None:
        self._pools = _pools(sockets)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool for direct connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make the pool for connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):  # SOCKS connects in a way of its own
            manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(sockets: AbortableSockets) -> dict[str, type[HTTPConnectionPool]]:
    """Return urllib3's pool classes with connections that are made by `sockets`."""

    def connect(connection: HTTPConnection) -> socket.socket:
        try:
            return sockets.connect(connection)
        except (OSError, UnicodeError) as error:  # UnicodeError: a host that cannot be a name
            raise NewConnectionError(connection, f"could not connect: {error}") from error

    class Plain(HTTPConnection):
        _new_conn = connect

    class Encrypted(HTTPSConnection):
        _new_conn = connect

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}
