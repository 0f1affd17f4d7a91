"""A bare answer under waitress, to compare with: `python -m tests.bench.hello PORT`."""

from __future__ import annotations

import sys
from typing import Any, Callable, Iterable

from waitress import serve


def hello(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Read the request, and say hello."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    return [b"hello\n"]


if __name__ == "__main__":
    serve(hello, host="127.0.0.1", port=int(sys.argv[1]), threads=8, _quiet=True)
