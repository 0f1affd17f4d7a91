"""The functions of module xbmc: log, built-in functions, JSON-RPC, info labels.

Sources: Kodi's Python API, module xbmc; Kodi's wiki "List of built-in functions" and "JSON-RPC API".
"""

import json
import threading
from typing import NamedTuple

from tests.fakes.kodi import conditions, current, json_rpc
from tests.fakes.kodi.strictness import checked

__all__ = [
    "ENGLISH_NAME", "ISO_639_1", "LOGDEBUG", "LOGERROR", "LOGFATAL", "LOGINFO", "LOGNONE", "LOGWARNING",
    "executeJSONRPC", "executebuiltin", "getCondVisibility", "getInfoLabel", "getLanguage", "getLocalizedString",
    "getRegion", "log",
]  # fmt: skip

ISO_639_1, ENGLISH_NAME = 0, 2
LOGDEBUG, LOGINFO, LOGWARNING, LOGERROR, LOGFATAL, LOGNONE = range(6)

_REGION = {"dateshort": "%d/%m/%Y", "datelong": "%A, %d %B %Y", "time": "%H:%M:%S", "meridiem": "AM/PM"}
_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch"}


class Logged(NamedTuple):
    level: int
    message: str


@checked
def log(msg: str, level: int = LOGDEBUG) -> None:
    if level not in range(6):
        raise AssertionError(f"no such log level: {level}")
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
def getLanguage(format: int = ENGLISH_NAME, region: bool = False) -> str:
    short, _, country = current.kodi().language.partition("_")
    if format == ISO_639_1:
        return f"{short}-{country}" if region and country else str(short)
    if format == ENGLISH_NAME and not region and short in _LANGUAGES:
        return _LANGUAGES[short]
    raise AssertionError(f"the stub knows no name of {short!r} in format {format}")


@checked
def getRegion(id: str) -> str:
    if id not in _REGION:
        raise AssertionError(f"the stub knows no {id!r} of the region")
    return _REGION[id]


@checked
def executeJSONRPC(jsonrpccommand: str) -> str:
    request = json.loads(jsonrpccommand)
    if request.get("jsonrpc") != "2.0" or not isinstance(request.get("method"), str):
        raise AssertionError(f"not a JSON-RPC 2.0 request: {jsonrpccommand}")
    method, params = request["method"], request.get("params", {})
    kodi = current.kodi()
    kodi.asked.append((method, threading.get_ident()))
    if method in kodi.jsonrpc:
        answer = kodi.jsonrpc[method]
        result = answer(params) if callable(answer) else answer
    else:
        result = json_rpc.method(method)(**params)
    body = {"error": {"code": -32602, "message": "Invalid params."}} if result is None else {"result": result}
    return json.dumps({"jsonrpc": "2.0", "id": request.get("id"), **body})
