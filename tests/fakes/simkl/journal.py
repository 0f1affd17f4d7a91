"""What was asked of Simkl, in order, and a way to wait for it."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from threading import Condition
from typing import Any, Callable, Iterable
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request

RECORD = "box.record"


@dataclass
class Recorded:
    """One request to the API.

    `query` and `headers` are plain dicts, header names in Title-Case; `body` is None, a JSON value, or bytes. `at` is
    seconds on the fake server's clock (monotonic). `status` is None until an answer begins, and for ever if none ever
    did. `fault` names the ordered fault that happened to it.
    """

    method: str
    path: str
    query: dict[str, str] = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: Any = field(repr=False)
    at: float
    status: int | None = None
    fault: str | None = None

    @property
    def attributed(self) -> bool:
        """Whether it says which app it comes from, as `conventions/headers` requires."""
        named = self.query.get("app-name") and self.query.get("app-version")
        return bool(named and re.match(r"\S+/\S+", self.headers.get("User-Agent", "")))

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of its body, form-encoded or JSON; {} if it has none."""
        if isinstance(self.body, dict):
            return self.body
        text = self.body.decode("utf-8", "replace") if isinstance(self.body, bytes) else ""
        return dict(parse_qsl(text, keep_blank_values=True))


class Journal:
    """WSGI middleware that writes down every API request, from its arrival to the start of its answer."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._changed = Condition()
        self.requests: list[Recorded] = []
        self.elsewhere: list[Recorded] = []

    def around(self, app: Any, is_api: Callable[[dict], bool]) -> Any:
        """Return the WSGI app with this journal in front of it."""

        def recording(environ: dict, start_response: Any) -> Iterable[bytes]:
            if not is_api(environ):
                return app(environ, start_response)
            record = environ[RECORD] = self.read(environ)
            self.notify(lambda: self.requests.append(record))

            def start(status: str, headers: list, exc_info: Any = None) -> Any:
                self.notify(lambda: setattr(record, "status", int(status.split()[0])))
                return start_response(status, headers, exc_info)

            return app(environ, start)

        return recording

    def read(self, environ: dict) -> Recorded:
        """Return the request of a WSGI environ, and leave its body readable."""
        request = Request(environ)
        data = request.get_data()
        environ["wsgi.input"] = io.BytesIO(data)
        body: Any = data or None
        if data and request.mimetype == "application/json":
            try:
                body = json.loads(data)
            except ValueError:
                body = data
        query, headers = request.args.to_dict(), dict(request.headers)
        return Recorded(request.method, request.path, query, headers, body, self._clock())

    def mark(self, environ: dict, fault: str) -> None:
        """Note which fault happened to a request."""
        self.notify(lambda: setattr(environ[RECORD], "fault", fault))

    def notify(self, act: Callable[[], object] = lambda: None) -> None:
        """Let everybody who waits look again, after something was written down."""
        with self._changed:
            act()
            self._changed.notify_all()

    def wait_for(self, predicate: Callable[[], Any], timeout: float) -> Any:
        """Wait until the predicate is true and return what it returned; raises TimeoutError after `timeout` seconds."""
        with self._changed:
            found = self._changed.wait_for(predicate, timeout)
            if not found:
                raise TimeoutError(f"not within {timeout} s; the box was asked {self.requests[-5:]}")
            return found

    def reset(self) -> None:
        with self._changed:
            self.requests, self.elsewhere = [], []
