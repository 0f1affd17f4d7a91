"""What the queue costs: putting a play on the disk beside many others, and bringing a long line to Simkl."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Sequence

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.api.media import MOVIE, Item, clean_ids
from lib.simkl.api.scrobble import START, STOP
from lib.simkl.auth.tokens import Token
from lib.system.clock import Clock
from lib.system.secrets import Secret
from lib.tracking.delivery.sender import Sender
from lib.tracking.play import WATCHED, Play
from lib.tracking.store.queue import PlayQueue
from tests.bench.rows import Row
from tests.fakes.simkl import FakeSimkl, Movie

OWNER = "900001"
ROWS, PUTS = 100_000, 500
WAITING, MOST_CALLS = 10_000, 200
LONGEST = 0.010
A_WEEK = 604_800.0


def measure(folder: Path) -> list[Row]:
    """Fill a queue, put plays into it, and deliver another."""
    return [*_enqueue(folder / "full"), _deliver(folder / "long")]


def _film(number: int) -> Item:
    return Item(MOVIE, f"Film {number}", 2000, clean_ids({"imdb": f"tt{8000000 + number}"}))


def _enqueue(folder: Path) -> list[Row]:
    queue = PlayQueue(folder / "queue.db", Clock())
    now = time.time()
    queue.add(OWNER, (Play(WATCHED, _film(number), now - A_WEEK) for number in range(ROWS)))
    seconds = []
    for number in range(PUTS):
        play = Play(STOP if number % 2 else START, _film(ROWS + number // 2), now, 95.0 if number % 2 else 1.0)
        playing = None if number % 2 else play
        start = time.perf_counter()
        queue.add(OWNER, [play], playing)
        seconds.append(time.perf_counter() - start)
    looks = []
    for _ in range(20):
        start = time.perf_counter()
        queue.line(OWNER, now)
        looks.append(time.perf_counter() - start)
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


class _Nobody:
    """Whoever does not want to know how it goes."""

    def delivered(self, plays: Sequence[Play]) -> None:
        pass

    def not_recognised(self, play: Play) -> None:
        pass

    def refused(self, play: Play, error: Exception) -> None:
        pass

    def trouble(self, error: Exception) -> None:
        pass


def _deliver(folder: Path) -> Row:
    films = [Movie(f"Film {n}", 2000, 8_000_000 + n, {"imdb": f"tt{8000000 + n}"}) for n in range(WAITING)]
    with FakeSimkl(catalogue=films, limits=False) as box:
        accounts = AccountStore(folder / "settings.yaml")
        accounts.save(DEFAULT_ACCOUNT, Account(Token(Secret(box.give_token()), box.client_id), "2026-11-24T06:00:00Z"))
        queue = PlayQueue(folder / "queue.db", Clock())
        queue.add(OWNER, (Play(STOP, _film(n), time.time() - A_WEEK + n, 100.0) for n in range(WAITING)))
        settings = Settings(accounts.path, box.client_id, None, box.api_url, box.site_url)
        access = AccountClient(settings, "bench", Clock(), pause=lambda seconds: False)
        delivery = Sender(queue, OWNER, access, _Nobody(), clock=Clock())
        start = time.perf_counter()
        while delivery.step() is not None:
            pass
        seconds = time.perf_counter() - start
        queue.close()
        calls, marks = len(box.history_calls), len(box.watched["sample_viewer"])
        kept = calls <= MOST_CALLS and len(box.requests) == calls and marks == WAITING
    what = f"deliver {marks:,} of {WAITING:,} late marks, without the pauses"
    return Row(what, f"{calls} calls, {seconds:.1f} s", f"<= {MOST_CALLS} calls", kept)
