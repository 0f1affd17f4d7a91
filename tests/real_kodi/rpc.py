"""Kodi's JSON-RPC: questions over HTTP, notifications over TCP."""

import codecs
import http.client
import json
import socket
import threading
import time
from contextlib import suppress
from typing import Any, Callable, Dict, List, Optional

HOST = "127.0.0.1"
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602  # also Kodi's answer about an add-on that it does not know


class RpcError(Exception):
    """Kodi answered a call with an error; `code` is Kodi's own."""

    def __init__(self, method: str, error: Dict[str, Any]) -> None:
        self.code = error.get("code")
        super().__init__(f"{method}: {error.get('message')} ({self.code}) {json.dumps(error.get('data'))}")


def json_rpc(port: int, method: str, **params: Any) -> Any:
    """Return the `result` of one call to the web server of a Kodi on this machine.

    `http.client` rather than anything that reads proxy variables. Raises `RpcError` with Kodi's message, `OSError` when
    nobody listens or answers in time.
    """
    question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("POST", "/jsonrpc", json.dumps(question), {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    if "error" in answer:
        raise RpcError(method, answer["error"])
    return answer["result"]


class Notifications:
    """A thread that collects what Kodi announces on its TCP port.

    Kodi sends JSON objects one after the other with nothing between them, and a read may end anywhere, even inside
    a character. `received` holds them in order: `{"method": ..., "params": {"sender": ..., "data": ...}, "at": ...}`,
    the last being the monotonic time of their arrival.
    """

    def __init__(self, port: int) -> None:
        self.received: List[Dict[str, Any]] = []
        self._news = threading.Condition()
        self._socket = socket.create_connection((HOST, port), timeout=10)
        self._socket.settimeout(None)
        self._thread = threading.Thread(target=self._listen, name="kodi notifications", daemon=True)
        self._thread.start()

    def wait_for(
        self, method: str, predicate: Callable[[Dict[str, Any]], bool], timeout: float
    ) -> Optional[Dict[str, Any]]:
        """Return the first notification of this method whose `params` satisfy `predicate`, or None in time.

        Those that have already come count too.
        """

        def match() -> Optional[Dict[str, Any]]:
            return next((n for n in self.received if n["method"] == method and predicate(n["params"])), None)

        with self._news:
            return self._news.wait_for(match, timeout)

    def clear(self) -> None:
        """Forget what has come so far, so that `wait_for` sees only what comes next."""
        with self._news:
            self.received.clear()

    def close(self) -> None:
        """Stop listening and end the thread."""
        with suppress(OSError):  # Kodi was quicker
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._socket.close()

    def _listen(self) -> None:
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        parse = json.JSONDecoder().raw_decode
        text = ""
        with suppress(OSError):  # a Kodi that was killed resets the connection
            while data := self._socket.recv(65536):
                text = (text + decode(data)).lstrip()
                while text:
                    try:
                        notification, end = parse(text)
                    except json.JSONDecodeError:
                        break  # the rest is still on its way
                    text = text[end:].lstrip()
                    with self._news:
                        self.received.append({**notification, "at": time.monotonic()})
                        self._news.notify_all()
