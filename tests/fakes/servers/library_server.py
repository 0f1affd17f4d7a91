"""A media server that can be asked for its items, on loopback: Jellyfin's and Emby's `/Items`, Plex's metadata."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Mapping
from urllib.parse import parse_qs, urlsplit

KEY = "key-of-the-server"
AUTHORIZED = {"Authorization": f'MediaBrowser Token="{KEY}"', "X-Emby-Token": KEY, "X-Plex-Token": KEY}


@dataclass
class LibraryServer:
    """Answers with the ids of its shows. `shows` are ids by the number of the show, under the server's own names.

    `answer` stands in for all of it: a status and a body.
    """

    shows: Mapping[str, Mapping[str, str]]
    answer: tuple[int, bytes] | None = None
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> LibraryServer:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                status, body = server.answer or server.found(self.path, dict(self.headers))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                if status in (301, 302):
                    self.send_header("Location", "http://192.0.2.1/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Stay quiet."""

        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._listener.server_port}"
        threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def found(self, path: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Return what a server says: 401 without its key, no items for a number that it does not know."""
        if not any(headers.get(name) == value for name, value in AUTHORIZED.items()):
            return 401, b""
        parts = urlsplit(path)
        query = {name.lower(): values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/Items" and query.get("fields") == "ProviderIds":
            ids = self.shows.get(query["ids"])
            items = [] if ids is None else [{"Name": "Lantern Street", "Type": "Series", "ProviderIds": dict(ids)}]
            return 200, json.dumps({"Items": items, "TotalRecordCount": len(items), "StartIndex": 0}).encode()
        if parts.path.startswith("/library/metadata/") and query.get("includeguids") == "1":
            ids = self.shows.get(parts.path.rpartition("/")[2])
            if ids is None:
                return 404, b""
            rows = [{"id": f"{name}://{value}"} for name, value in ids.items()]
            metadata = {"ratingKey": "400", "type": "show", "guid": "plex://show/5d9b", "Guid": rows}
            return 200, json.dumps({"MediaContainer": {"size": 1, "Metadata": [metadata]}}).encode()
        return 404, b""
