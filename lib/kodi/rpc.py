"""Kodi's JSON-RPC from inside: what it knows of its library, and messages to other add-ons."""

from __future__ import annotations

import json
import logging
from typing import Any

import xbmc

log = logging.getLogger(__name__)


def call(method: str, **params: Any) -> dict[str, Any]:
    """Return the result of a call, {} if Kodi refuses it or has no such item. Takes some milliseconds."""
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = json.loads(xbmc.executeJSONRPC(json.dumps(request)))
    result = answer.get("result")
    if not isinstance(result, dict):
        log.debug("%s: %s", method, answer.get("error"))
        return {}
    return result


def tell_others(sender: str, message: str, data: dict[str, Any]) -> None:
    """Announce something to other add-ons; they hear it as `Other.<message>`."""
    request = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "JSONRPC.NotifyAll",
        "params": {"sender": sender, "message": message, "data": data},
    }
    xbmc.executeJSONRPC(json.dumps(request))
