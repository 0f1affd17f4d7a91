"""What the queue costs, to fill and to empty, and what keeping a token good costs: refreshes, and looks at one."""

from __future__ import annotations

import statistics
import threading
import time
import timeit
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from unittest.mock import Mock

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.api.scrobble import START, STOP
from lib.simkl.api.users import fetch_user
from lib.simkl.auth.tokens import SCOPE, V2, Token
from lib.system.clock import Clock
from lib.system.secrets import Secret
from lib.tracking.delivery.failures import DeliveryListener
from lib.tracking.delivery.sender import Sender
from lib.tracking.play import WATCHED, Play
from lib.tracking.store.queue import PlayQueue
from tests.bench.load import item, movie
from tests.bench.rows import Row
from tests.fakes.simkl import FakeSimkl

OWNER = "900001"
ROWS, PUTS = 100_000, 500
WAITING, MOST_CALLS = 10_000, 200
LONGEST = 0.010
A_WEEK = 604_800.0
CLIENT_ID = "bench-tv"
USERS, EXPIRIES, LOOKS = (1, 4, 16), 10, 20_000
DAY = 86_400.0
MOST_LATENCY = 0.0001


def measure(folder: Path) -> list[Row]:
    """Fill a queue, put plays into it, and deliver another; then let tokens end while several threads use them."""
    rows = [*_enqueue(folder / "full"), _deliver(folder / "long")]
    with FakeSimkl(client_ids=(), v2_client_ids=(CLIENT_ID,), limits=False, user_quota=1_000_000) as box:
        rows += [_refreshes(_Tv(box, folder / str(users)), users) for users in USERS]
        return [*rows, _latency(_Tv(box, folder / "fresh"))]


def _enqueue(folder: Path) -> list[Row]:
    queue = PlayQueue(folder / "queue.db", Clock())
    now = time.time()
    queue.add(OWNER, (Play(WATCHED, item(number), now - A_WEEK) for number in range(ROWS)))
    seconds = []
    for number in range(PUTS):
        play = Play(STOP if number % 2 else START, item(ROWS + number // 2), now, 95.0 if number % 2 else 1.0)
        put = partial(queue.add, OWNER, [play], None if number % 2 else play)
        seconds.append(timeit.timeit(put, number=1))
    looks = timeit.repeat(lambda: queue.line(OWNER, now), repeat=20, number=1)
    queue.close()
    what = f"put a play into a queue of {ROWS:,}, on the disk when it returns"
    slow = sorted(seconds)[int(PUTS * 0.99)]
    return [
        _milliseconds(f"{what}, median", statistics.median(seconds)),
        _milliseconds(f"{what}, the slowest in a hundred", slow),
        Row("look at the head of that line, median", f"{statistics.median(looks) * 1000:.2f} ms"),
    ]


def _milliseconds(what: str, seconds: float) -> Row:
    return Row(what, f"{seconds * 1000:.2f} ms", f"< {LONGEST * 1000:.0f} ms", seconds < LONGEST)


def _deliver(folder: Path) -> Row:
    with FakeSimkl(catalogue=map(movie, range(WAITING)), limits=False) as box:
        accounts = AccountStore(folder / "settings.yaml")
        accounts.save(DEFAULT_ACCOUNT, Account(Token(Secret(box.give_token()), box.client_id), "2026-11-24T06:00:00Z"))
        queue = PlayQueue(folder / "queue.db", Clock())
        queue.add(OWNER, (Play(STOP, item(n), time.time() - A_WEEK + n, 100.0) for n in range(WAITING)))
        settings = Settings(accounts.path, box.client_id, None, box.api_url, box.site_url)
        access = AccountClient(settings, "bench", Clock(), pause=lambda seconds: False)
        delivery = Sender(queue, OWNER, access, Mock(DeliveryListener), clock=Clock())
        start = time.perf_counter()
        while delivery.step() is not None:
            pass
        seconds = time.perf_counter() - start
        queue.close()
        calls, marks = len(box.history_calls), len(box.watched["sample_viewer"])
        kept = calls <= MOST_CALLS and len(box.requests) == calls and marks == WAITING
    what = f"deliver {marks:,} of {WAITING:,} late marks, without the pauses"
    return Row(what, f"{calls} calls, {seconds:.1f} s", f"<= {MOST_CALLS} calls", kept)


class _Tv(Clock):
    """An account that the fake server has just linked; and the clock of its device."""

    def __init__(self, box: FakeSimkl, folder: Path) -> None:
        self.box, self.skew = box, 0.0
        accounts = AccountStore(folder / "settings.yaml")
        grant = box.model.links.give_v2(CLIENT_ID, "bench", box.model.user_called(None), SCOPE)
        refresh, expires_at = Secret(grant.refresh_token or ""), self.wall() + 7 * DAY
        token = Token(Secret(grant.token), CLIENT_ID, V2, refresh, expires_at, SCOPE)
        accounts.save(DEFAULT_ACCOUNT, Account(token, "2026-11-24T06:00:00Z"))
        self.access = AccountClient(Settings(accounts.path, CLIENT_ID, None, box.api_url, box.site_url), "bench", self)

    def wall(self) -> float:
        return super().wall() + self.skew


def _refreshes(tv: _Tv, users: int) -> Row:
    counts = []
    with ThreadPoolExecutor(users) as pool:
        for _ in range(EXPIRIES):
            before, together = len(tv.box.refreshes), threading.Barrier(users)
            tv.skew += 6.5 * DAY

            def use(_: int, together: threading.Barrier = together) -> None:
                together.wait(10)
                tv.access.call(fetch_user)

            list(pool.map(use, range(users)))
            counts.append(len(tv.box.refreshes) - before)
    fewest, most = min(counts), max(counts)
    figure = str(most) if fewest == most else f"{fewest} to {most}"
    what = f"refreshes for each end of a token, {users} concurrent user{'s' * (users > 1)}"
    return Row(what, figure, "exactly 1", fewest == most == 1)


def _latency(tv: _Tv) -> Row:
    tv.access.token()
    median = statistics.median(timeit.repeat(tv.access.token, repeat=LOOKS, number=1))
    what = f"look at a fresh token before a request, median of {LOOKS:,}"
    return Row(what, f"{median * 1000:.3f} ms", f"< {MOST_LATENCY * 1000:.1f} ms", median < MOST_LATENCY)
