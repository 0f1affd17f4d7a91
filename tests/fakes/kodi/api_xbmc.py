"""Module xbmc without its player: log, built-in functions, JSON-RPC, info labels, and the monitor.

Sources: Kodi's Python API, module xbmc; Kodi's wiki "List of built-in functions" and "JSON-RPC API"; Kodi's Monitor.cpp
for zero meaning for ever.
"""

import json
import threading
from typing import Any, NamedTuple

from tests.fakes.kodi import conditions, current, library
from tests.fakes.kodi.strictness import checked

__all__ = [
    "LOGDEBUG", "LOGERROR", "LOGFATAL", "LOGINFO", "LOGNONE", "LOGWARNING", "Monitor", "executeJSONRPC",
    "executebuiltin", "getCondVisibility", "getInfoLabel", "getLanguage", "getLocalizedString", "getRegion", "log",
]  # fmt: skip

LOGDEBUG, LOGINFO, LOGWARNING, LOGERROR, LOGFATAL, LOGNONE = range(6)

_REGION = {"dateshort": "%d/%m/%Y", "time": "%H:%M:%S"}
_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch"}


class Logged(NamedTuple):
    level: int
    message: str


@checked
def log(msg: str, level: int = LOGDEBUG) -> None:
    current.kodi().log(level, msg)


@checked
def executebuiltin(function: str, wait: bool = False) -> None:
    current.kodi().builtin(function)


@checked
def getInfoLabel(cLine: str) -> str:
    return conditions.info(cLine, current.kodi().top())


@checked
def getCondVisibility(condition: str) -> bool:
    return conditions.holds(condition, current.kodi().top())


@checked
def getLocalizedString(id: int) -> str:
    return conditions.core_string(id)


@checked
def getLanguage(format: int = 2, region: bool = False) -> str:
    if format != 2 or region:
        raise AssertionError("the stub knows languages by their English names alone")
    return _LANGUAGES[current.kodi().language.partition("_")[0]]


@checked
def getRegion(id: str) -> str:
    return _REGION[id]


@checked
def executeJSONRPC(jsonrpccommand: str) -> str:
    request = json.loads(jsonrpccommand)
    method, params = request["method"], request.get("params", {})
    kodi = current.kodi()
    kodi.asked.append((method, threading.get_ident()))
    if method in kodi.jsonrpc:
        answer = kodi.jsonrpc[method]
        result = answer(params) if callable(answer) else answer
    else:
        result = library.method(method)(**params)
    body = {"error": {"code": -32602, "message": "Invalid params."}} if result is None else {"result": result}
    return json.dumps({"jsonrpc": "2.0", "id": request.get("id"), **body})


@checked
class Monitor:
    """Counted in kodi.monitors; a subclass need not call __init__, which does nothing, as in Kodi."""

    def __new__(cls, *args: Any, **kwargs: Any) -> "Monitor":
        self = object.__new__(cls)
        self._thread = threading.get_ident()
        current.kodi().monitors.append(self)
        return self

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def onSettingsChanged(self) -> None: ...
    def onNotification(self, sender: str, method: str, data: str) -> None: ...

    def waitForAbort(self, timeout: float = -1) -> bool:
        return bool(current.kodi().waiting.wait(timeout))

    def abortRequested(self) -> bool:
        return bool(current.kodi().aborted)
