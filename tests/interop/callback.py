"""Where the browser comes back to: a listener on loopback that hands the full address on."""

from __future__ import annotations

import queue
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PATIENCE = 10  # seconds for the browser to come


class Callback:
    """A context manager; `address` is what an app registers."""

    def __init__(self) -> None:
        self._came: queue.Queue[str] = queue.Queue()
        came = self._came

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/callback"):
                    came.put(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"You can close this window")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._root = f"http://127.0.0.1:{self._server.server_port}"
        self.address = f"{self._root}/callback"

    def __enter__(self) -> Callback:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> str:
        """Return the address the browser came back to; raises queue.Empty if it does not."""
        return self._root + self._came.get(timeout=PATIENCE)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing came back that was not asked for yet."""
        return self._came.empty()
