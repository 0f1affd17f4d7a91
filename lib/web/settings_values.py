"""How the value of each setting of the server is read, from the file or a variable: checked, or refused in words."""

from __future__ import annotations

import ipaddress
import re
from typing import Any, Union
from urllib.parse import urlsplit

from lib.system.secrets import Secret
from lib.web.media_server import MEDIA_KINDS

Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]
SHORTEST_HOOK_SECRET = 16


class WrongValue(ValueError):
    """A value that cannot be; the text says what it must be."""


def read_plain_text(value: Any) -> str:
    """Return a text that is not empty. Raises WrongValue."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise WrongValue("a text; put it in quotes")
    return value.strip()


def read_port(value: Any) -> int:
    """Return a port. Raises WrongValue."""
    try:
        port = int(value) if not isinstance(value, bool) else -1
    except (TypeError, ValueError):
        port = -1
    if not 0 <= port <= 65535:
        raise WrongValue("a number from 0 to 65535 (0: any free port)")
    return port


def read_base_path(value: Any) -> str:
    """Return a path without a slash at its end, or nothing. Raises WrongValue."""
    if value == "":
        return ""
    path = read_plain_text(value).rstrip("/")
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", path) or "/.." in path or "/./" in f"{path}/":
        raise WrongValue('a path like "/simkl", or ""')
    return path


def read_address(value: Any) -> str:
    """Return an address without a slash at its end, or nothing. Raises WrongValue."""
    if value == "":
        return ""
    text = read_plain_text(value).rstrip("/")
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or re.search(r"[\s\\@?#]", text):
        raise WrongValue("an address like https://media.example.org")
    return text


def read_list(value: Any) -> list[str]:
    """Return texts, of a list or between commas. Raises WrongValue."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise WrongValue("a list of texts")
    return [item.strip() for item in items if item.strip()]


def read_networks(value: Any) -> tuple[Network, ...]:
    """Return networks; an address is a network of one. Raises WrongValue."""
    found = []
    for item in read_list(value):
        try:
            found.append(ipaddress.ip_network(item, strict=False))
        except ValueError as error:
            raise WrongValue(f"a list of addresses or networks such as 192.168.1.0/24, and {item!r} is none") from error
    return tuple(found)


def read_texts(value: Any) -> tuple[str, ...]:
    """Return texts. Raises WrongValue."""
    return tuple(read_list(value))


def read_hosts(value: Any) -> tuple[str, ...]:
    """Return host names in lower case. Raises WrongValue."""
    return tuple(item.lower() for item in read_list(value))


def read_kinds(value: Any) -> tuple[str, ...]:
    """Return kinds of media. Raises WrongValue."""
    kinds = read_list(value)
    if not set(kinds) <= set(MEDIA_KINDS):
        raise WrongValue(f"a list of {', '.join(MEDIA_KINDS)}")
    return tuple(kinds)


def read_log_format(value: Any) -> str:
    """Return how the log is written. Raises WrongValue."""
    if value not in ("text", "json"):
        raise WrongValue("text or json")
    return str(value)


def read_threshold(value: Any) -> int:
    """Return a percentage that counts as watched. Raises WrongValue."""
    try:
        percent = int(value) if not isinstance(value, bool) else 0
    except (TypeError, ValueError):
        percent = 0
    if not 50 <= percent <= 100:
        raise WrongValue("a percentage from 50 to 100")
    return percent


def read_users(value: Any) -> dict[str, str]:
    """Return the account of each user, of a section or of `user=account` between commas. Raises WrongValue."""
    if isinstance(value, str):
        pairs = [item.partition("=") for item in read_list(value)]
        value = {key.strip(): account.strip() for key, _, account in pairs}
    named = isinstance(value, dict) and all(isinstance(part, str) and part for pair in value.items() for part in pair)
    if not named:
        raise WrongValue("user names or ids at the server with the account of each: {ana: ana}; numbers in quotes")
    return dict(value)


def read_hook(value: Any) -> Secret | None:
    """Return the secret of a hook address, None where one is to be made. Raises WrongValue."""
    if value == "":
        return None
    text = read_plain_text(value)
    if len(text) < SHORTEST_HOOK_SECRET or not re.fullmatch(r"[A-Za-z0-9._~-]+", text):
        raise WrongValue(f"{SHORTEST_HOOK_SECRET} or more letters, digits, hyphens; leave it out, and one is made")
    return Secret(text)


def read_api_key(value: Any) -> Secret | None:
    """Return a key, None where there is none. Raises WrongValue."""
    return None if value == "" else Secret(read_plain_text(value))
