"""The one way to Simkl: a requests session that identifies us, is bounded in time and size, and can be cut off.

A read time-out bounds the silence between two bytes only, and Kodi allows a script five seconds at shutdown. So every
request also has a deadline of its own, and `abort` ends one that hangs from another thread: both shut its connection
down (see `connections`). Looking up a name cannot be interrupted that way.

Sources: Simkl's pages `conventions/headers` and `resources/rate-limits`; Kodi's five seconds for scripts at shutdown.
"""

from __future__ import annotations

import base64
import http.client
import json
import logging
import os
import ssl
import threading
from typing import Any, Mapping, NamedTuple
from urllib.parse import quote, urlsplit

import requests
import urllib3
from urllib3.exceptions import NewConnectionError

from lib.simkl import errors
from lib.simkl.app import APP_NAME, APP_VERSION, user_agent
from lib.simkl.http.bodies import read_bounded
from lib.simkl.http.connections import AbortableAdapter, AbortableSockets, NoRedirectSession
from lib.simkl.http.error_codes import error_from_answer
from lib.simkl.http.fields import read_digits
from lib.system.secrets import Secret

CONNECT_SECONDS = 4.0
READ_SECONDS = 4.0
WRITE_SECONDS = 25.0  # Simkl lets a write wait up to 20 s for another one of the same user's
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
LARGEST_BODY = 1024 * 1024

log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """An answer with a success status: `payload` is its decoded JSON, None for an empty body.

    `remaining` are the requests that are left today (AUTH V2), None where Simkl does not say. `is_null` tells JSON's
    null, which is an answer of Simkl's, from an empty body.
    """

    status: int
    payload: Any
    remaining: int | None = None
    is_null: bool = False


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


class _Basic(requests.auth.AuthBase):
    """Sets Authorization to client id and client secret, each percent-encoded first (RFC 6749 2.3.1)."""

    def __init__(self, client_id: str, client_secret: Secret) -> None:
        self._client_id = client_id
        self._client_secret = client_secret

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        pair = f"{quote(self._client_id, safe='')}:{quote(self._client_secret.reveal(), safe='')}"
        request.headers["Authorization"] = f"Basic {base64.b64encode(pair.encode('ascii')).decode('ascii')}"
        return request


class Transport:
    """Requests to `api_url`, one at a time, each with our identification on it.

    `platform` names the machine in the User-Agent; `proxy` is the address of one, where the environment names none.
    Every method raises a `SimklError` and nothing else. The access
    token goes to `api_url` only and never over a redirect, since redirects are not followed: Simkl answers none here,
    so one comes from somebody in between.
    """

    def __init__(self, api_url: str, client_id: str, platform: str = "unknown", proxy: str = "") -> None:
        self._api_url = api_url.rstrip("/")
        self._proxy = proxy
        self._identity = {"client_id": client_id, "app-name": APP_NAME, "app-version": APP_VERSION}
        self._sockets = AbortableSockets()
        self._session = NoRedirectSession()
        self._session.headers["User-Agent"] = user_agent(platform)
        self._session.headers["Accept-Encoding"] = "identity"
        self._session.verify = _ca_file() or True
        is_here = (urlsplit(api_url).hostname or "") in LOOPBACK_HOSTS
        self._proxies = {"no_proxy": ",".join(LOOPBACK_HOSTS)} if is_here else {}  # no token for this machine leaves it
        if proxy and not is_here:
            self._session.proxies = {"http": proxy, "https": proxy}
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, AbortableAdapter(self._sockets))

    def get(self, path: str, token: Secret | None = None, query: Mapping[str, str] | None = None) -> Answer:
        """GET `path` below `api_url`, with the access token and a query if they are given.

        Raises the `SimklError` that names what went wrong; an empty success has the payload None.
        """
        return self._ask("GET", path, _Bearer(token), query)

    def send(self, path: str, payload: Any, token: Secret, query: Mapping[str, str] | None = None) -> Answer:
        """POST JSON to `path` with the access token: what changes something of a user's. Raises as `get` does."""
        return self._ask("POST", path, _Bearer(token), query, WRITE_SECONDS, json=payload)

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        as_json: bool = False,
        credentials: tuple[str, Secret] | None = None,
    ) -> Answer:
        """POST fields to `path` below `api_url`, form-encoded or as JSON.

        `credentials` are client id and secret for `Authorization: Basic`. Raises `SimklError` as `get` does.
        """
        auth = _Basic(*credentials) if credentials else _Bearer(None)
        return self._ask("POST", path, auth, None, None, **{"json" if as_json else "data": dict(fields)})

    def _ask(
        self,
        method: str,
        path: str,
        auth: requests.auth.AuthBase,
        query: Mapping[str, str] | None,
        read_timeout: float | None = None,
        **body: Any,
    ) -> Answer:
        read_timeout = READ_SECONDS if read_timeout is None else read_timeout
        if self._sockets.aborted:
            raise errors.NotSent()
        self._sockets.begin()
        deadline = threading.Timer(CONNECT_SECONDS + read_timeout, self._sockets.shut_down)
        deadline.daemon = True
        deadline.start()
        try:
            return self._read(self._send(method, path, auth, query or {}, read_timeout, body))
        except (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException) as error:
            raise self._translated(error) from error
        except (OSError, ValueError) as error:  # of requests: a CA bundle that is not there, a proxy of an odd scheme
            raise self._translated(error) from error
        finally:
            deadline.cancel()
            deadline.join()
            self._sockets.release_closed()

    def _translated(self, error: Exception) -> errors.SimklError:
        """Return which of our errors it is; the log tells the cause to whoever asks for more (`-v`)."""
        log.info("no answer from %s: %s", urlsplit(self._api_url).netloc, _innermost(error))
        if isinstance(error, requests.exceptions.SSLError):
            return errors.Unreachable() if _hung_up(error) else errors.Untrusted()
        if isinstance(error, (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)):
            return errors.Unreachable() if self._sockets.cut else errors.Unreadable()
        if isinstance(error, requests.ConnectionError):
            reason = getattr(error.args[0] if error.args else None, "reason", None)
            return errors.NotSent() if isinstance(reason, NewConnectionError) else errors.Unreachable()
        return errors.Unreachable()

    def for_client(self, client_id: str) -> Transport:
        """Return a way to the same server with another client id."""
        other = Transport(self._api_url, client_id, proxy=self._proxy)
        other._session.headers["User-Agent"] = self._session.headers["User-Agent"]
        return other

    def abort(self) -> None:
        """End the request that is under way and refuse further ones. May be called from any thread."""
        self._sockets.shut_down(for_good=True)

    def close(self) -> None:
        """Close the connection that is kept open between requests."""
        self._session.close()
        self._sockets.close()

    def _send(
        self,
        method: str,
        path: str,
        auth: requests.auth.AuthBase,
        query: Mapping[str, str],
        read_timeout: float,
        body: dict[str, Any],
    ) -> requests.Response:
        return self._session.request(
            method,
            self._api_url + path,
            params={**query, **self._identity},
            auth=auth,
            timeout=(CONNECT_SECONDS, read_timeout),
            allow_redirects=False,
            proxies=self._proxies,
            stream=True,
            **body,
        )

    def _read(self, response: requests.Response) -> Answer:
        with response:
            body = read_bounded(response, LARGEST_BODY)
        if body is None:
            raise errors.Unreadable(status=response.status_code)
        payload = _decode(body)
        if payload is None and self._sockets.cut:  # what was cut off in its headers looks like an empty success
            raise errors.Unreachable()
        status = response.status_code
        log.debug("%s %s: %d", response.request.method, response.request.path_url.partition("?")[0], status)
        if status >= 400:
            raise error_from_answer(status, payload, _header_seconds(response.headers.get("Retry-After")))
        is_null = body.strip() == b"null"
        if not 200 <= status < 300 or (payload is None and body and not is_null):
            raise errors.Unreadable(status=status)
        return Answer(status, payload, read_digits(response.headers.get("X-RateLimit-Remaining")), is_null)


def _ca_file() -> str:
    """Return the certificates that `$SSL_CERT_FILE` names, as for OpenSSL; those of `$REQUESTS_CA_BUNDLE` go first.

    Kodi sets it, on some systems to a file that is not there.
    """
    named = os.environ.get("SSL_CERT_FILE", "")
    return named if os.path.isfile(named) else ""


def _innermost(error: BaseException) -> str:
    """Return what went wrong first, in its own words."""
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__ or error
    return f"{type(error).__name__}: {error}"


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


def _header_seconds(value: str | None) -> float | None:
    """Read `Retry-After` in seconds; a date or nonsense counts as not said."""
    seconds = read_digits(value)
    return None if seconds is None else float(seconds)
