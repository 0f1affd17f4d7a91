"""The one way to Simkl: a requests session that identifies us, is bounded in time and size, and can be cut off.

A read time-out bounds the silence between two bytes only, and Kodi allows a script five seconds at shutdown. So every
request also has a deadline of its own, and `abort` ends one that hangs from another thread: both shut the socket down,
which makes the waiting call return at once. Looking up a name cannot be interrupted that way.

Sources: Simkl's page `conventions/headers`; Kodi's five seconds for scripts at shutdown.
"""

from __future__ import annotations

import http.client
import json
import logging
import socket
import ssl
import threading
from typing import Any, NamedTuple

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from lib.simkl import errors
from lib.simkl.app import APP_NAME, VERSION, user_agent
from lib.simkl.secrets import Secret

CONNECT_SECONDS = 4.0
READ_SECONDS = 4.0
LARGEST_BODY = 1024 * 1024
_CHUNK = 64 * 1024

log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """An answer with a success status: `payload` is its decoded JSON, None for an empty body."""

    status: int
    payload: Any


class _Bearer(requests.auth.AuthBase):
    """Sets Authorization to our token or to nothing.

    Being there at all also keeps requests from putting a password of `~/.netrc` in its place.
    """

    def __init__(self, token: Secret | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request


class _Sockets:
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

    def connect(self, connection: HTTPConnection, timeout: float) -> socket.socket:
        """Connect within `timeout` seconds, shared evenly among the addresses of the host."""
        addresses = socket.getaddrinfo(connection._dns_host, connection.port, type=socket.SOCK_STREAM)
        failure: OSError = OSError("no address")
        for family, kind, protocol, _, address in addresses:
            try:  # making the socket may fail already: without IPv6 in the system, names still have IPv6 addresses
                attempt = socket.socket(family, kind, protocol)
                return self._attempt(connection, attempt, address, timeout / len(addresses))
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


class _Session(requests.Session):
    """A session to which no answer is a redirect: requests reads the body and the target even of one not followed."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _Adapter(HTTPAdapter):
    """requests' own adapter, with sockets that `_Sockets` knows."""

    def __init__(self, sockets: _Sockets) -> None:
        self._pools = _pools(sockets)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):  # SOCKS connects in a way of its own
            manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(sockets: _Sockets) -> dict[str, type[HTTPConnectionPool]]:
    """Return urllib3's pool classes with connections that are made by `sockets`."""

    def connect(connection: HTTPConnection) -> socket.socket:
        try:
            return sockets.connect(connection, CONNECT_SECONDS)
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


class Transport:
    """Requests to `api_url`, one at a time, each with our identification on it.

    `platform` names the machine in the User-Agent. Every method raises a `SimklError` and nothing else. The access
    token goes to `api_url` only and never over a redirect, since redirects are not followed: Simkl answers none here,
    so one comes from somebody in between.
    """

    def __init__(self, api_url: str, client_id: str, platform: str = "unknown") -> None:
        self._api_url = api_url.rstrip("/")
        self._identity = {"client_id": client_id, "app-name": APP_NAME, "app-version": VERSION}
        self._sockets = _Sockets()
        self._session = _Session()
        self._session.headers["User-Agent"] = user_agent(platform)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._sockets))

    def get(self, path: str, token: Secret | None = None) -> Answer:
        """GET `path` below `api_url`, with the access token if one is given.

        Raises the `SimklError` that names what went wrong; an empty success has the payload None.
        """
        if self._sockets.aborted:
            raise errors.NotSent()
        self._sockets.begin()
        deadline = threading.Timer(CONNECT_SECONDS + READ_SECONDS, self._sockets.shut_down)
        deadline.daemon = True
        deadline.start()
        try:
            return self._read(self._send("GET", path, token))
        except requests.exceptions.SSLError as error:
            raise (errors.Unreachable() if _hung_up(error) else errors.Untrusted()) from error
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
            raise (errors.Unreachable() if self._sockets.cut else errors.Unreadable()) from error
        except requests.ConnectionError as error:
            reason = getattr(error.args[0] if error.args else None, "reason", None)
            raise (errors.NotSent() if isinstance(reason, NewConnectionError) else errors.Unreachable()) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
            raise errors.Unreachable() from error
        finally:
            deadline.cancel()
            deadline.join()
            self._sockets.release_closed()

    def abort(self) -> None:
        """End the request that is under way and refuse further ones. May be called from any thread."""
        self._sockets.shut_down(for_good=True)

    def close(self) -> None:
        """Close the connection that is kept open between requests."""
        self._session.close()
        self._sockets.close()

    def _send(self, method: str, path: str, token: Secret | None) -> requests.Response:
        return self._session.request(
            method,
            self._api_url + path,
            params=self._identity,
            auth=_Bearer(token),
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        )

    def _read(self, response: requests.Response) -> Answer:
        with response:
            body = bytearray()
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise errors.Unreadable(status=response.status_code)
        payload = _decode(bytes(body))
        if payload is None and self._sockets.cut:  # what was cut off in its headers looks like an empty success
            raise errors.Unreachable()
        status = response.status_code
        log.debug("GET %s: %d", response.request.path_url.partition("?")[0], status)
        if status >= 400:
            raise errors.from_answer(status, payload, _seconds(response.headers.get("Retry-After")))
        if not 200 <= status < 300 or (payload is None and body):
            raise errors.Unreadable(status=status)
        return Answer(status, payload)


def _hung_up(error: BaseException | None) -> bool:
    """Return whether TLS failed because the connection ended, which says nothing about a certificate."""
    while error is not None and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        error = error.__context__
    return error is not None


def _decode(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _seconds(retry_after: str | None) -> float | None:
    """Read `Retry-After` as seconds, the form Simkl documents; a date or nonsense counts as not said."""
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
