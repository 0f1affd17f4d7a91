"""A media server that can be asked for its items, on loopback: Jellyfin's and Emby's `/Items`, Plex's metadata."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Mapping

from flask import Flask, Response, request
from werkzeug.serving import make_server

KEY = "key-of-the-server"
AUTHORIZED = {"Authorization": f'MediaBrowser Token="{KEY}"', "X-Emby-Token": KEY, "X-Plex-Token": KEY}


class Listening:
    """A context manager that serves a WSGI application at `url`."""

    def listen(self, application: Any) -> None:
        self._listener = make_server("127.0.0.1", 0, application, threaded=True)
        self.url = f"http://127.0.0.1:{self._listener.server_port}"
        threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()


@dataclass
class LibraryServer(Listening):
    """Answers with the ids of its shows. `shows` are ids by the number of the show, under the server's own names.

    `answer` stands in for all of it: a status and a body.
    """

    shows: Mapping[str, Mapping[str, str]]
    answer: tuple[int, bytes] | None = None
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> LibraryServer:
        app = Flask(__name__)
        app.add_url_rule("/<path:path>", view_func=self._answered)
        self.listen(app)
        return self

    def _answered(self, path: str) -> Any:
        self.asked.append(request.environ["REQUEST_URI"])
        if self.answer is not None:
            return Response(self.answer[1], self.answer[0], {"Location": "http://192.0.2.1/elsewhere"})
        if not any(request.headers.get(name) == value for name, value in AUTHORIZED.items()):
            return Response(status=401)
        query = {name.lower(): value for name, value in request.args.items()}
        if path == "Items" and query.get("fields") == "ProviderIds":
            ids = self.shows.get(query["ids"])
            items = [] if ids is None else [{"Name": "Lantern Street", "Type": "Series", "ProviderIds": dict(ids)}]
            return {"Items": items, "TotalRecordCount": len(items), "StartIndex": 0}
        ids = self.shows.get(path.rpartition("/")[2]) if path.startswith("library/metadata/") else None
        if ids is None or query.get("includeguids") != "1":
            return Response(status=404)
        rows = [{"id": f"{name}://{value}"} for name, value in ids.items()]
        metadata = {"ratingKey": "400", "type": "show", "guid": "plex://show/5d9b", "Guid": rows}
        return {"MediaContainer": {"size": 1, "Metadata": [metadata]}}
