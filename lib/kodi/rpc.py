"""Kodi's JSON-RPC from inside: what it knows of its library, and messages to other add-ons."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from typing import Any, Iterator

import xbmc

log = logging.getLogger(__name__)
_here = threading.local()


@contextlib.contextmanager
def asking_once() -> Iterator[None]:
    """Inside, this thread asks Kodi the same thing only once: the episodes of one season have nearly all in common."""
    _here.answers = {}
    try:
        yield
    finally:
        del _here.answers


def call(method: str, **params: Any) -> dict[str, Any]:
    """Return the result of a call, {} if Kodi refuses it or has no such item. Takes some milliseconds."""
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answers = getattr(_here, "answers", None)
    if answers is None:
        return _ask(method, request)
    key = json.dumps(request)
    if key not in answers:
        answers[key] = _ask(method, request)
    return dict(answers[key])


def _ask(method: str, request: dict[str, Any]) -> dict[str, Any]:
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
