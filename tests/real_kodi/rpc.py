"""Kodi's JSON-RPC: questions over HTTP, notifications over TCP."""

import codecs
import http.client
import itertools
import json
import socket
import threading
from typing import Any, Callable, Dict, List, Optional

HOST = "127.0.0.1"
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602  # also Kodi's answer about an add-on that it does not know


class RpcError(Exception):
    """Kodi answered a call with an error; `code` and `data` are Kodi's own."""

    def __init__(self, method: str, error: Dict[str, Any]) -> None:
        self.method = method
        self.code = error.get("code")
        self.data = error.get("data")
        detail = f" {json.dumps(self.data)}" if self.data else ""
        super().__init__(f"{method}: {error.get('message')} ({self.code}){detail}")


class JsonRpc:
    """Calls to the web server of one Kodi on this machine. Safe to use from several threads."""

    def __init__(self, port: int, timeout: float = 30) -> None:
        self.port = port
        self.timeout = timeout
        self._ids = itertools.count(1)

    def call(self, method: str, **params: Any) -> Any:
        """Return the `result` of one call.

        `http.client` rather than anything that reads proxy variables. Raises `RpcError` with Kodi's message,
        `OSError` when nobody listens or answers within `timeout` seconds.
        """
        question = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params}
        connection = http.client.HTTPConnection(HOST, self.port, timeout=self.timeout)
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
    a character. `received` holds them in order: `{"method": ..., "params": {"sender": ..., "data": ...}}`.
    """

    def __init__(self, port: int) -> None:
        self.received: List[Dict[str, Any]] = []
        self._news = threading.Condition()
        self._socket = socket.create_connection((HOST, port), timeout=10)
        self._socket.settimeout(None)
        self._thread = threading.Thread(target=self._listen, name="kodi notifications", daemon=True)
        self._thread.start()

    def wait_for(
        self, method: str, predicate: Optional[Callable[[Dict[str, Any]], bool]], timeout: float
    ) -> Optional[Dict[str, Any]]:
        """Return the first notification of this method whose `params` satisfy `predicate`, or None in time.

        Those that have already come count too.
        """

        def match() -> Optional[Dict[str, Any]]:
            for notification in self.received:
                if notification["method"] == method and (predicate is None or predicate(notification["params"])):
                    return notification
            return None

        with self._news:
            return self._news.wait_for(match, timeout)

    def clear(self) -> None:
        """Forget what has come so far, so that `wait_for` sees only what comes next."""
        with self._news:
            self.received.clear()

    def close(self) -> None:
        """Stop listening and end the thread."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # Kodi was quicker
        self._thread.join(5)
        self._socket.close()

    def _listen(self) -> None:
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        parse = json.JSONDecoder().raw_decode
        text = ""
        while True:
            try:
                data = self._socket.recv(65536)
            except OSError:
                return  # a Kodi that was killed resets the connection
            if not data:
                return
            text = (text + decode(data)).lstrip()
            while text:
                try:
                    notification, end = parse(text)
                except json.JSONDecodeError:
                    break  # the rest is still on its way
                text = text[end:].lstrip()
                with self._news:
                    self.received.append(notification)
                    self._news.notify_all()
