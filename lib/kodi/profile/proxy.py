"""The proxy that a person has set in Kodi, which is meant for everything that Kodi's add-ons do.

Kodi's settings `network.usehttpproxy`, `network.httpproxytype` (0 HTTP, 1 SOCKS4, 2 SOCKS4A, 3 SOCKS5, 4 SOCKS5 with
names looked up by the proxy, 5 HTTPS), `httpproxyserver`, `httpproxyport`, `httpproxyusername` and `httpproxypassword`.
"""

from __future__ import annotations

import logging
import re
from urllib.parse import quote

from lib.kodi import rpc
from lib.system.secrets import hide

log = logging.getLogger(__name__)

_HOST = re.compile(r"[^\s/@?#\\:]+|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+\]?")
SCHEMES = ("http", "socks4", "socks4a", "socks5", "socks5h", "https")


def proxy_address() -> str:
    """Return the address of Kodi's proxy with its user name and password, empty if none is used."""
    if _setting("usehttpproxy") is not True:
        return ""
    kind, host, port = _setting("httpproxytype"), _setting("httpproxyserver"), _setting("httpproxyport")
    if not isinstance(host, str) or type(kind) is not int or not 0 <= kind < len(SCHEMES):
        return ""
    host = host.strip().rpartition("://")[2].rstrip("/")
    if not _HOST.fullmatch(host) or type(port) is not int or not 0 < port < 65536:
        log.warning("Kodi's proxy is not used: its server or its port cannot be one")
        return ""
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    user, password = str(_setting("httpproxyusername") or ""), str(_setting("httpproxypassword") or "")
    login = ""
    if user:
        hide(password)
        hide(quote(password, safe=""))
        login = f"{quote(user, safe='')}:{quote(password, safe='')}@"
    return f"{SCHEMES[kind]}://{login}{host}:{port}"


def _setting(name: str) -> object:
    return rpc.call("Settings.GetSettingValue", setting=f"network.{name}").get("value")
