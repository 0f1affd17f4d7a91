"""The proxy that a person has set in Kodi, which is meant for everything that Kodi's add-ons do.

Kodi's settings `network.usehttpproxy`, `network.httpproxytype` (0 HTTP, 1 SOCKS4, 2 SOCKS4A, 3 SOCKS5, 4 SOCKS5 with
names looked up by the proxy, 5 HTTPS), `httpproxyserver`, `httpproxyport`, `httpproxyusername` and `httpproxypassword`.
"""

from __future__ import annotations

from urllib.parse import quote

from lib.kodi import rpc
from lib.system.secrets import hide

SCHEMES = ("http", "socks4", "socks4a", "socks5", "socks5h", "https")


def proxy_address() -> str:
    """Return the address of Kodi's proxy with its user name and password, empty if none is used."""
    if _setting("usehttpproxy") is not True:
        return ""
    kind, host, port = _setting("httpproxytype"), _setting("httpproxyserver"), _setting("httpproxyport")
    if not isinstance(host, str) or not host.strip() or not isinstance(kind, int) or not 0 <= kind < len(SCHEMES):
        return ""
    user, password = str(_setting("httpproxyusername") or ""), str(_setting("httpproxypassword") or "")
    login = ""
    if user:
        hide(password)
        hide(quote(password, safe=""))
        login = f"{quote(user, safe='')}:{quote(password, safe='')}@"
    return f"{SCHEMES[kind]}://{login}{host.strip()}:{port}"


def _setting(name: str) -> object:
    return rpc.call("Settings.GetSettingValue", setting=f"network.{name}").get("value")
