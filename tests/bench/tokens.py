"""What keeping a token good costs: refreshes for each end of it, and what a look at a fresh one adds to a request."""

from __future__ import annotations

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.api.users import fetch_user
from lib.simkl.auth.tokens import SCOPE, V2, Token
from lib.system.clock import Clock
from lib.system.secrets import Secret
from tests.bench.rows import Row
from tests.fakes.simkl import FakeSimkl

CLIENT_ID = "bench-tv"
USERS, EXPIRIES, LOOKS = (1, 4, 16), 10, 20_000
DAY = 86_400.0
MOST_LATENCY = 0.0001


def measure(folder: Path) -> list[Row]:
    """Let tokens end while several threads use them, then look at a fresh one many times."""
    with FakeSimkl(client_ids=(), v2_client_ids=(CLIENT_ID,), limits=False, user_quota=1_000_000) as box:
        rows = [_refreshes(_Tv(box, folder / str(users)), users) for users in USERS]
        return [*rows, _latency(_Tv(box, folder / "fresh"))]


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
    seconds = []
    for _ in range(LOOKS):
        start = time.perf_counter()
        tv.access.token()
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    what = f"look at a fresh token before a request, median of {LOOKS:,}"
    return Row(what, f"{median * 1000:.3f} ms", f"< {MOST_LATENCY * 1000:.1f} ms", median < MOST_LATENCY)
