"""Requests from eight clients at once: `python -m tests.bench.load PORT PATH SECONDS`, prints a line of JSON.

The bodies are positions and ends of films by Plex's and Jellyfin's webhooks, each film another one.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Iterable

from lib.simkl.api.media import MOVIE, Item
from tests.fakes.servers import jellyfin, plex
from tests.fakes.servers.common import Film, SentHook, Viewer
from tests.fakes.simkl import Movie

CLIENTS = 8
FILMS_EACH = 2000  # for each client: more than it can send
FIRST_ID = 8_000_000


def hello(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Read the request, and say hello: a bare answer, to compare with."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    return [b"hello\n"]


def films(client: int, count: int = FILMS_EACH) -> list[Film]:
    """Return what a client's viewer watches, each film another one."""
    indices = range(client * 100_000, client * 100_000 + count)
    return [
        Film(f"Film {n}", 2000, ids={"imdb": f"tt{FIRST_ID + n}"}, guid=f"{n:032x}", number=str(n)) for n in indices
    ]


def movie(number: int) -> Movie:
    """Return what Simkl knows of the film with this number."""
    return Movie(f"Film {number}", 2000, FIRST_ID + number, {"imdb": f"tt{FIRST_ID + number}"})


def item(number: int) -> Item:
    """Return what a play of it is about."""
    return Item(MOVIE, f"Film {number}", 2000, (("imdb", f"tt{FIRST_ID + number}"),))


def bodies(client: int, count: int = FILMS_EACH) -> list[SentHook]:
    """Return what one client sends: of each film that it counts, and a position."""
    viewer = Viewer(f"viewer{client}", device=f"tv-{client}")
    found = []
    for film in films(client, count):
        found.append(plex.form(plex.payload("media.scrobble", film, viewer), thumb=False))
        found.append(jellyfin.all_properties(jellyfin.notification("PlaybackProgress", film, viewer, position=5800)))
    return found


def send(port: int, path: str, hooks: list[SentHook], end: float) -> list[float]:
    """Send one after the other until the time is over; return the seconds that each took."""
    took: list[float] = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for hook in hooks:
        start = time.perf_counter()
        if start > end:
            break
        connection.request("POST", path, hook.body, {"Content-Type": hook.content_type})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        took.append(time.perf_counter() - start)
    return took


def main(port: int, path: str, seconds: float) -> None:
    """Send, and print how many were answered in a second and how long the slowest of a hundred took."""
    hooks = [bodies(client) for client in range(CLIENTS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        end = began + seconds
        took = list(pool.map(lambda each: send(port, path, each, end), hooks))
    lasted = time.perf_counter() - began
    times = sorted(each for client in took for each in client)
    print(json.dumps({"a_second": len(times) / lasted, "p99": times[int(len(times) * 0.99)], "sent": len(times)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
