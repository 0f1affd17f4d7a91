"""What a server costs that has a million deliveries and a thousand people: a delivery, its start, and each page."""

from __future__ import annotations

import statistics
import time
import timeit
from functools import partial
from pathlib import Path
from typing import Any

import requests

from lib.simkl.api.media import MOVIE, Item
from lib.simkl.api.scrobble import STOP
from lib.system.clock import Clock
from lib.tracking.play import Play
from lib.tracking.store.queue import PlayQueue
from lib.web.hooks.receiver import HookReceiver, WhoIsWho
from lib.web.media_server import MediaServer
from tests.bench.load import bodies
from tests.bench.rows import Row
from tests.fakes.simkl import FakeSimkl
from tests.web.served import ServedProgram, invite, token_of

KEPT, PEOPLE, WAITING = 1_000_000, 1000, 10_000
MOST_GROWTH, SLOWEST_PAGE = 2.0, 0.3
SAMPLE, LOOKS, SECONDS = 400, 3, 60
PAGES = (
    "", "?name=viewer99", "?page=20", "servers", "deliveries", "deliveries?before=500000", "deliveries?server=home",
    "deliveries?outcome=rejected", "deliveries?server=home&outcome=rejected", "deliveries?text=nobody+has+this",
    "not-recognised", "settings", "metrics", "readyz",
)  # fmt: skip
_FILL = """
INSERT INTO hook_deliveries
    (received_at, server, sender, event, user_id, user_name, account, label, outcome, detail, remote)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
SELECT ? - n, 'home', 'plex', 'stop', n % 1000, 'viewer' || n % 1000, 'viewer' || n % 1000, 'Film ' || n,
    CASE WHEN n % 10007 = 0 THEN 'unknown_title' WHEN n % 3 = 0 THEN 'sent' ELSE 'position' END, '', '' FROM numbers
"""
_USERS = """
INSERT INTO hook_users WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
SELECT 'home', 'id' || n, 'id' || n, CASE WHEN n % 2 THEN 'viewer' ELSE 'guest' END || n, ?, ?, 'A film' FROM numbers
"""


def measure(folder: Path) -> list[Row]:
    """Fill a store, and ask a server that has it for its pages."""
    folder.mkdir(parents=True)
    with FakeSimkl(limits=False) as box:
        program = ServedProgram(folder, box, [f"viewer{number}" for number in range(PEOPLE)])
        box.stop_listening()  # what waits is to wait
        growth = _as_it_grows(program.state / "plays.db")
        started = timeit.timeit(program.start, number=1)
        pages = _pages(f"http://127.0.0.1:{program.port}")
        program.terminate()
    return [growth, Row(f"start of the server with {KEPT:,} deliveries kept", f"{started:.1f} s"), pages]


def _as_it_grows(path: Path) -> Row:
    """Return what a delivery costs in an empty store and beside many others, of which many wait to be sent."""
    clock = Clock()
    queue = PlayQueue(path, clock)
    who = WhoIsWho(lambda server, user, name: name, lambda account: account)
    receiver = HookReceiver(queue, {"home": MediaServer("home")}, who, clock, lambda owner: None)
    hooks = bodies(0, 3 * SAMPLE)
    _median(receiver, hooks[:SAMPLE])  # the first ones pay for what is loaded once
    empty = _median(receiver, hooks[SAMPLE : 2 * SAMPLE])
    now = time.time()
    with queue.database.changing() as connection:
        connection.execute(_FILL, (KEPT, now))
        connection.execute(_USERS, (2 * PEOPLE, now, now))
        for number in range(WAITING):
            play = Play(STOP, Item(MOVIE, f"Waiting {number}", 2000), now, 100.0)
            receiver.queued.add("viewer0", [(play, number + 1)], "home")
    full = _median(receiver, hooks[2 * SAMPLE :])
    queue.close()
    what = f"processor time of a delivery into an empty store, then beside {KEPT:,} of which {WAITING:,} wait, median"
    figure = f"{empty * 1000:.2f} ms, then {full * 1000:.2f} ms"
    return Row(what, figure, f"< x{MOST_GROWTH:g}", full < MOST_GROWTH * empty)


def _median(receiver: HookReceiver, hooks: list[Any]) -> float:
    received = (partial(receiver.receive, "home", hook.content_type, hook.body, {}, "127.0.0.1") for hook in hooks)
    return statistics.median(timeit.timeit(each, timer=time.thread_time, number=1) for each in received)


def _pages(address: str) -> Row:
    """Return the slowest page, each at its best of some looks, since others use this machine too."""
    admin, person = requests.Session(), requests.Session()
    admin.get(f"{address}/", timeout=SECONDS)
    accept = invite(admin, address, "viewer7")
    person.post(accept, data={"csrf_token": token_of(person.get(accept, timeout=SECONDS).text)}, timeout=SECONDS)
    lasted = {page or "people": _look(admin, f"{address}/{page}") for page in PAGES}
    lasted["me"] = _look(person, f"{address}/me")
    slowest = max(lasted, key=lambda page: lasted[page])
    what = f"the slowest of {len(lasted)} pages with {KEPT:,} deliveries and {PEOPLE:,} people"
    figure = f"{lasted[slowest] * 1000:.0f} ms ({slowest})"
    return Row(what, figure, f"< {SLOWEST_PAGE * 1000:.0f} ms", lasted[slowest] < SLOWEST_PAGE)


def _look(visitor: requests.Session, address: str) -> float:
    return min(timeit.repeat(lambda: visitor.get(address, timeout=SECONDS).raise_for_status(), repeat=LOOKS, number=1))
