"""The sub-path, and the headers of reverse proxies: they count only if a trusted proxy sent them.

Werkzeug's `ProxyFix` reads the headers; which peers to believe, and for which paths we answer, is decided here.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Callable, Dict, Iterable

from werkzeug.middleware.proxy_fix import ProxyFix

from lib.web.settings import ServeSettings
from lib.web.settings_values import Network

WsgiEnvironment = Dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApplication = Callable[[WsgiEnvironment, StartResponse], Iterable[bytes]]
FORWARDED = "simkl_link.forwarded"
_HEADERS = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_BY", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA",
)  # fmt: skip


class ProxyHeaders:
    """WSGI middleware. `environ[FORWARDED]` is true if any proxy, trusted or not, handed the request on."""

    def __init__(self, app: WsgiApplication, config: Callable[[], ServeSettings]) -> None:
        self._app = app
        self._config = config
        self._fixed: Any = ProxyFix(self._with_base_path, x_for=1, x_proto=1, x_host=1, x_prefix=1)

    def __call__(self, environ: WsgiEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request."""
        environ[FORWARDED] = any(name in environ for name in _HEADERS)
        if address_in(environ.get("REMOTE_ADDR", ""), self._config().trusted_proxies):
            return self._fixed(environ, start_response)  # type: ignore[no-any-return]
        for name in _HEADERS:
            environ.pop(name, None)
        return self._with_base_path(environ, start_response)

    def _with_base_path(self, environ: WsgiEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Take the sub-path off, whether the proxy has left it on or not."""
        base = self._config().base_path
        if base:
            path = environ.get("PATH_INFO", "")
            if path == base or path.startswith(f"{base}/"):
                environ["PATH_INFO"] = path[len(base) :]
            environ["SCRIPT_NAME"] = base
        return self._app(environ, start_response)


def address_in(address: str, networks: Iterable[Network]) -> bool:
    """Return whether an address belongs to one of the networks; IPv4 written as IPv6 counts as IPv4."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in network for network in networks)
